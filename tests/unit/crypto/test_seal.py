"""What is sealed opens for those it was sealed to, unaltered, and for nobody else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.crypto import seal, unseal
from app.errors import NotAKey, NotARecipient, SealBroken, UnknownSuite

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
PUBLIC, OTHER_PUBLIC = unseal.public_of(SEED), unseal.public_of(OTHER)
KID, OTHER_KID = seal.key_id(PUBLIC), seal.key_id(OTHER_PUBLIC)
FACTS = {"submission": "5f0c", "form": "orosanmalan", "form_version": 1, "unit": "barn-och-unga"}
CONTENT = "Åsa är sju år. 🧸".encode()
TROUBLE = (SealBroken, UnknownSuite, NotARecipient)


def sealed(content=CONTENT, facts=FACTS, recipients=None):
    return seal.seal(content, facts=facts, recipients=recipients or {KID: PUBLIC})


@given(st.binary(max_size=20_000))
def test_what_was_sealed_comes_out_unaltered(content):
    assert unseal.unseal(sealed(content), SEED).content == content


def test_the_header_says_what_it_is_and_to_whom_it_goes():
    assert unseal.unseal(sealed(), SEED).header == {"v": 1, "suite": "X1", **FACTS}


def test_several_recipients_each_open_it_alone():
    envelope = sealed(recipients={KID: PUBLIC, OTHER_KID: OTHER_PUBLIC})
    assert unseal.unseal(envelope, SEED).content == CONTENT
    assert unseal.unseal(envelope, OTHER).content == CONTENT


def test_another_key_is_told_that_it_is_not_a_recipient():
    with pytest.raises(NotARecipient):
        unseal.unseal(sealed(), OTHER)


@settings(max_examples=400)
@given(st.data())
def test_no_bit_can_be_changed(data):
    envelope = bytearray(sealed())
    envelope[data.draw(st.integers(0, len(envelope) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TROUBLE):
        unseal.unseal(bytes(envelope), SEED)


@given(st.integers(0, 8000))
def test_no_envelope_cut_short_opens(length):
    envelope = sealed()
    with pytest.raises(TROUBLE):
        unseal.unseal(envelope[: min(length, len(envelope) - 1)], SEED)


@given(st.binary(max_size=300))
def test_nothing_that_is_no_envelope_opens_or_crashes(octets):
    for candidate in (octets, seal.MAGIC + octets):
        with pytest.raises(TROUBLE):
            unseal.unseal(candidate, SEED)


def put_together(parts):
    """Write parts as an envelope, as somebody with the format in hand could."""
    wraps = [
        bytes([len(kid)]) + kid.encode() + seal.counted(wrap, size=2)
        for kid, wrap in parts.wraps.items()
    ]
    head = seal.MAGIC + seal.counted(parts.header, size=4) + bytes([len(wraps)])
    return head + b"".join(wraps) + parts.nonce + parts.sealed


def altered(**changes):
    parts = unseal.take_apart(sealed(recipients={KID: PUBLIC, OTHER_KID: OTHER_PUBLIC}))
    fields = {name: getattr(parts, name) for name in ("header", "wraps", "nonce", "sealed")}
    return put_together(
        unseal.EnvelopeParts(**{**fields, **{k: v(parts) for k, v in changes.items()}})
    )


def test_an_envelope_put_together_again_unaltered_opens():
    assert unseal.unseal(altered(), SEED).content == CONTENT


def test_a_header_that_names_another_unit_breaks_the_seal():
    with pytest.raises(SealBroken):
        unseal.unseal(altered(header=lambda p: p.header.replace(b"barn-och-unga", b"sspf")), SEED)


def test_a_header_with_the_same_facts_in_another_order_breaks_the_seal():
    def turned(parts):
        return json.dumps(dict(reversed(json.loads(parts.header).items()))).encode()

    with pytest.raises(SealBroken):
        unseal.unseal(altered(header=turned), SEED)


def test_a_wrap_moved_from_one_recipient_to_another_breaks_the_seal():
    moved = altered(wraps=lambda p: {KID: p.wraps[OTHER_KID]})
    with pytest.raises(SealBroken):
        unseal.unseal(moved, SEED)
    renamed = altered(wraps=lambda p: {OTHER_KID: p.wraps[KID]})
    with pytest.raises(SealBroken):
        unseal.unseal(renamed, OTHER)


def test_a_wrap_from_another_envelope_breaks_the_seal():
    other = unseal.take_apart(sealed(facts={**FACTS, "submission": "77aa"}))
    with pytest.raises(SealBroken):
        unseal.unseal(altered(wraps=lambda p: other.wraps), SEED)


def test_what_has_been_opened_before_opens_again_and_no_other_than_it_was():
    envelope = sealed()
    assert unseal.unseal(envelope, SEED) == unseal.unseal(envelope, SEED)
    parts = unseal.take_apart(envelope)
    other = parts.header.replace(b"barn-och-unga", b"barn-och-vuxna")
    for altered_one in (
        envelope.replace(parts.header, parts.header.replace(b"5f0c", b"77aa")),
        envelope.replace(seal.counted(parts.header, size=4), seal.counted(other, size=4)),
        envelope[:-1] + bytes([envelope[-1] ^ 1]),
    ):
        with pytest.raises(SealBroken):
            unseal.unseal(altered_one, SEED)
    with pytest.raises(NotARecipient):
        unseal.unseal(envelope, OTHER)


def test_the_key_of_what_has_been_opened_is_kept_until_it_is_to_be_forgotten():
    unseal.forget()
    envelope = sealed()
    for _ in range(2):
        unseal.unseal(envelope, SEED)
    kept = unseal.unwrapped.cache_info()
    assert (kept.misses, kept.currsize) == (1, 1), "unwrapped once"
    unseal.forget()
    assert unseal.unwrapped.cache_info().currsize == 0
    assert unseal.unseal(envelope, SEED).content == CONTENT


def test_no_more_than_a_bounded_number_of_keys_is_kept():
    assert unseal.unwrapped.cache_info().maxsize == unseal.OPENED


def test_content_from_another_envelope_with_the_same_header_breaks_the_seal():
    other = unseal.take_apart(sealed(b"something else"))
    swapped = altered(nonce=lambda p: other.nonce, sealed=lambda p: other.sealed)
    with pytest.raises(SealBroken):
        unseal.unseal(swapped, SEED)


def test_an_envelope_that_belongs_to_another_report_is_broken_here():
    with pytest.raises(SealBroken):
        unseal.unseal(sealed(), SEED, expected={"submission": "77aa"})
    with pytest.raises(SealBroken):
        unseal.unseal(sealed(), SEED, expected={"municipality": "exempelkommun"})
    assert unseal.unseal(sealed(), SEED, expected={"submission": "5f0c"}).content == CONTENT


@pytest.mark.parametrize(
    "claim", [{"suite": "X0"}, {"suite": "none"}, {"suite": None}, {"v": 2}, {"v": None}]
)
def test_only_the_suites_we_allow_are_opened(claim):
    def claiming(parts):
        return seal.canonical({**json.loads(parts.header), **claim})

    with pytest.raises(UnknownSuite):
        unseal.unseal(altered(header=claiming), SEED)


@pytest.mark.parametrize("header", [b"[]", b"1", b"{", b"\xff"])
def test_a_header_that_says_nothing_is_a_broken_seal(header):
    with pytest.raises(SealBroken):
        unseal.unseal(altered(header=lambda p: header), SEED)


def test_facts_can_not_pass_themselves_off_as_a_suite():
    header = unseal.unseal(sealed(facts={**FACTS, "suite": "none", "v": 9}), SEED).header
    assert (header["v"], header["suite"]) == (1, "X1")


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_the_length_of_an_envelope_says_little(one, other):
    assert len(sealed(b"x" * one)) == len(sealed(b"x" * other))


def test_content_grows_in_steps_of_four_kilobytes():
    sizes = {len(sealed(b"x" * size)) for size in range(0, 12_000, 997)}
    assert {size - min(sizes) for size in sizes} == {0, 4096, 8192}


def test_nothing_of_the_content_shows():
    envelope = sealed()
    assert CONTENT not in envelope
    assert "Åsa".encode() not in envelope


def test_sealing_to_nobody_or_to_something_that_is_no_key_is_refused():
    with pytest.raises(NotAKey):
        seal.seal(CONTENT, facts=FACTS, recipients={})
    with pytest.raises(NotAKey):
        seal.seal(CONTENT, facts=FACTS, recipients={"k": b"short"})
    with pytest.raises(NotAKey):
        seal.seal(CONTENT, facts=FACTS, recipients={"k": b"\xff" * seal.PUBLIC})


def test_key_files_hold_one_line_that_reads_back():
    seed = unseal.new_private()
    public = unseal.public_of(seed)
    assert unseal.parse_private(unseal.private_text(seed)) == seed
    assert seal.parse_public(seal.public_text(public)) == public
    assert unseal.private_text(seed).count("\n") == seal.public_text(public).count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "skyddsnat-public-1:",
        "skyddsnat-private-1:AAAA",
        "skyddsnat-private-1:*",
        seal.public_text(PUBLIC)[:-30],
        seal.public_text(PUBLIC).replace("-1:", "-2:"),
    ],
)
def test_a_line_that_is_no_key_is_refused_by_name(text):
    with pytest.raises(NotAKey):
        seal.parse_public(text)
    with pytest.raises(NotAKey):
        unseal.parse_private(text)


def test_a_public_key_file_is_not_taken_for_a_private_one_nor_the_other_way():
    with pytest.raises(NotAKey):
        unseal.parse_private(seal.public_text(PUBLIC))
    with pytest.raises(NotAKey):
        seal.parse_public(unseal.private_text(SEED))


def test_a_seed_of_the_wrong_length_is_refused():
    with pytest.raises(NotAKey):
        unseal.public_of(b"short")


def test_keys_are_named_by_what_they_are():
    assert seal.key_id(PUBLIC) != seal.key_id(OTHER_PUBLIC)
    assert seal.key_id(PUBLIC) == seal.key_id(unseal.public_of(SEED))
    assert len({unseal.new_private() for _ in range(20)}) == 20
