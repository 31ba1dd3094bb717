"""A reference can be read aloud, heard, written down and typed back."""

import os
import re
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import references


def test_a_reference_has_two_groups_of_four():
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", references.new(os.urandom))


def test_nothing_that_people_confuse_is_in_the_alphabet():
    assert not set("0O1IL2Z5S8BUVÅÄÖ") & set(references.ALPHABET)
    assert not set("AEIOUY") & set(references.ALPHABET), "no word is spelt by chance"


@given(st.binary(min_size=64, max_size=64))
def test_whatever_the_chance_a_reference_reads_back(octets):
    source = cycle(octets + bytes(range(200)))
    reference = references.new(lambda size: bytes(next(source) for _ in range(size)))
    assert references.parse(reference) == reference


@given(
    st.sampled_from(["{}", " {} ", "{}\t"]),
    st.booleans(),
    st.sampled_from(["-", " ", "–", "", "\u00a0", " - "]),
)
def test_what_somebody_types_back_is_understood(frame, small, between):
    typed = frame.format("K7QF-93MX".replace("-", between))
    assert references.parse(typed.lower() if small else typed) == "K7QF-93MX"


@pytest.mark.parametrize("typed", ["", "K7QF", "K7QF-93MXX", "K7QF-93M0", "ÅÄÖÅ-ÄÖÅÄ", "ⅧK7QF93M"])
def test_what_can_be_no_reference_is_none(typed):
    assert references.parse(typed) is None


def test_every_character_is_as_likely_as_any_other():
    octets = iter(bytes(range(256)) * 8)
    drawn = "".join(
        references.new(lambda size: bytes(next(octets) for _ in range(size))) for _ in range(200)
    ).replace("-", "")
    counted = {character: drawn.count(character) for character in references.ALPHABET}
    assert max(counted.values()) - min(counted.values()) <= 4


def test_octets_that_would_tilt_the_odds_are_drawn_again():
    octets = iter([255] * 8 + [0] * 8)
    assert references.new(lambda size: bytes(next(octets) for _ in range(size))) == "3333-3333"
