"""What leaves the house can be opened by its receiver, with any library, and by nobody else."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from app.crypto.jwe import ALGORITHMS, sealer
from app.errors import NotAKey


def public(key):
    return json.dumps(key.as_dict(private=False))


def test_the_receiver_opens_it_and_is_told_which_key_it_was_sealed_to():
    key = ECKey.generate_key("P-256", parameters={"kid": "verksamhet-2026"})
    sealed = sealer(public(key))('{"barn":"Åsa"}'.encode())
    opened = jwe.decrypt_compact(sealed, key, algorithms=ALGORITHMS)
    assert opened.plaintext.decode() == '{"barn":"Åsa"}'
    assert opened.headers()["alg"] == "ECDH-ES+A256KW"
    assert opened.headers()["enc"] == "A256GCM"
    assert opened.headers()["kid"] == "verksamhet-2026"


def test_a_key_without_a_name_is_called_by_its_thumbprint():
    key = ECKey.generate_key("P-256", auto_kid=False)
    named = {name: value for name, value in key.as_dict(private=False).items() if name != "kid"}
    opened = jwe.decrypt_compact(sealer(json.dumps(named))(b"x"), key, algorithms=ALGORITHMS)
    assert opened.headers()["kid"] == key.thumbprint()


def test_what_is_sealed_at_the_same_moment_opens_all_the_same():
    key = ECKey.generate_key("P-256")
    seal, before = sealer(public(key)), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            sealed = list(threads.map(lambda number: seal(b"%d" % number), range(400)))
    finally:
        sys.setswitchinterval(before)
    for number, each in enumerate(sealed):
        opened = jwe.decrypt_compact(each, key, algorithms=ALGORITHMS)
        assert opened.plaintext == b"%d" % number


def test_somebody_elses_key_opens_nothing():
    sealed = sealer(public(ECKey.generate_key("P-256")))(b"hemligt")
    with pytest.raises((JoseError, ValueError)):
        jwe.decrypt_compact(sealed, ECKey.generate_key("P-256"), algorithms=ALGORITHMS)
    assert b"hemligt" not in sealed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}',
        public(ECKey.generate_key("P-384")),
        public(OKPKey.generate_key("X25519")),
        json.dumps(ECKey.generate_key("P-256").as_dict(private=True)),
    ],
    ids=["nothing", "empty", "list", "no point", "another curve", "another kind", "private"],
)
def test_what_is_no_public_key_on_p256_is_refused(text):
    with pytest.raises(NotAKey):
        sealer(text)
