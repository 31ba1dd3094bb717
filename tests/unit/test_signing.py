"""What is posted can be known as ours by anybody who follows Standard Webhooks."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.signing import headers, signer
from app.errors import NotAKey

AT = datetime(2026, 11, 24, 8, 30, 15, 999_999, tzinfo=UTC)
ID = "0f8b4a4e-2f0c-4b0e-9c1d-3a2b1c0d9e8f"


def written(prefix, octets):
    return prefix + base64.b64encode(octets).decode()


def test_the_example_of_the_standard_gives_the_signature_of_the_standard():
    given_headers = headers(
        [signer("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert given_headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(secret=st.binary(min_size=24, max_size=64), body=st.binary())
def test_a_receiver_that_computes_the_same_finds_the_same(secret, body):
    signed = headers([signer(written("whsec_", secret))], message_id=ID, at=AT, body=body)
    expected = hmac.new(
        secret, ID.encode() + b"." + signed["webhook-timestamp"].encode() + b"." + body, "sha256"
    )
    assert signed["webhook-signature"] == f"v1,{base64.b64encode(expected.digest()).decode()}"


def test_the_time_is_whole_seconds():
    signed = headers([signer(written("whsec_", bytes(24)))], message_id=ID, at=AT, body=b"")
    assert signed["webhook-timestamp"] == str(int(AT.timestamp()))


def test_two_secrets_give_two_signatures_and_either_is_enough():
    secrets = [bytes([number]) * 32 for number in (1, 2)]
    signers = [signer(written("whsec_", secret)) for secret in secrets]
    signed = headers(signers, message_id=ID, at=AT, body=b"x")
    both = signed["webhook-signature"].split(" ")
    text = f"{ID}.{signed['webhook-timestamp']}.x".encode()
    assert both == [
        f"v1,{base64.b64encode(hmac.digest(secret, text, hashlib.sha256)).decode()}"
        for secret in secrets
    ]


@pytest.mark.parametrize("with_public", [False, True])
def test_a_private_key_signs_so_that_its_public_key_verifies(with_public):
    key = Ed25519PrivateKey.generate()
    octets = key.private_bytes_raw() + (key.public_key().public_bytes_raw() if with_public else b"")
    signed = headers([signer(written("whsk_", octets))], message_id=ID, at=AT, body=b"{}")
    version, _, signature = signed["webhook-signature"].partition(",")
    text = f"{ID}.{signed['webhook-timestamp']}.".encode()
    assert version == "v1a"
    key.public_key().verify(base64.b64decode(signature), text + b"{}")
    with pytest.raises(InvalidSignature):
        key.public_key().verify(base64.b64decode(signature), text + b"{ }")


def test_every_part_is_signed():
    sign = [signer(written("whsec_", bytes(range(32))))]
    later = AT.replace(second=16)
    signatures = {
        headers(sign, message_id=message_id, at=at, body=body)["webhook-signature"]
        for message_id, at, body in [
            (ID, AT, b"x"),
            (ID[:-1] + "0", AT, b"x"),
            (ID, later, b"x"),
            (ID, AT, b"y"),
        ]
    }
    assert len(signatures) == 4


def test_an_id_can_not_run_over_into_the_time():
    with pytest.raises(ValueError, match="full stop"):
        headers([signer(written("whsec_", bytes(24)))], message_id="a.1", at=AT, body=b"")


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("", id="nothing"),
        pytest.param("aGVqaGVqaGVqaGVqaGVqaGVqaGVqaGVqaGVq", id="no prefix"),
        pytest.param("whpk_" + "A" * 44, id="a public key"),
        pytest.param(written("whsec_", bytes(23)), id="a short secret"),
        pytest.param(written("whsec_", bytes(65)), id="a long secret"),
        pytest.param("whsec_åäö" + "A" * 32, id="no base64"),
        pytest.param("whsec_" + "A" * 33, id="base64 cut off"),
        pytest.param(written("whsk_", bytes(31)), id="a short key"),
        pytest.param(written("whsk_", bytes(64)), id="somebody else's public key"),
    ],
)
def test_a_secret_that_can_not_be_right_is_refused_and_not_repeated(secret):
    with pytest.raises(NotAKey) as refused:
        signer(secret)
    assert refused.value.__cause__ is None
    body = secret.removeprefix("whsec_").removeprefix("whsk_")
    assert not body or body not in str(refused.value)


def test_a_line_break_after_a_secret_is_no_part_of_it():
    secret = written("whsec_", bytes(range(32)))
    assert signer(f"{secret}\n")(b"x") == signer(secret)(b"x")
