"""What a person typed is read as it was meant, and nothing in it can harm or hide."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.field import DASHES, clean, line, one
from tests.unit.runner.made import INVISIBLE

ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=60)


@given(ANYTHING)
def test_reading_twice_is_reading_once(text):
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_what_is_read_has_no_controls_overrides_or_half_signs(text):
    found = clean(text)
    assert not set(found) & set(INVISIBLE)
    assert not set(found) & set("\r\x0b\x0c\x85\u2028\u2029")
    found.encode("utf-8")


@given(ANYTHING)
def test_what_is_read_is_composed_and_has_no_outer_space(text):
    found = clean(text)
    assert unicodedata.is_normalized("NFC", found)
    assert found == found.strip()


@given(st.text("abc åäö ÅÄÖ 😀 ß ‍👩‍👧 é ء", max_size=60))
def test_letters_of_every_kind_and_emoji_are_left_alone(text):
    assert clean(text) == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("sign", INVISIBLE)
def test_a_sign_that_says_nothing_is_nothing(sign):
    assert clean(sign * 3) == ""
    assert clean(f"An{sign}na") == "Anna"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_where_any_system_says_it_ends(end):
    assert clean(f"en{end}två") == "en\ntvå"
    assert line({"f": (f"en{end}två",)}, "f") == "en två"


def test_a_letter_and_its_ring_are_one_letter():
    assert clean("A\u030asa") == "Åsa"
    assert len(clean("A\u030a" * 100)) == 100


def test_fifty_thousand_marks_on_a_letter_do_not_stop_the_service():
    pile = "a" + "\u0301\u0316" * 25_000
    began = time.perf_counter()
    found = clean(pile)
    assert time.perf_counter() - began < 0.5, "without the limit it takes two seconds"
    assert len(found) == 30, "the first mark is part of á"


def test_thirty_marks_on_every_letter_are_kept():
    marked = "q" + "\u0316" * 30
    assert clean(marked * 5) == marked * 5
    assert clean((marked + "\u0316") * 5) == marked * 5


def test_thirty_marks_on_every_sign_that_is_no_letter_are_kept():
    marked = "😀" + "\u0316" * 30
    assert clean(marked * 5) == marked * 5


def test_forty_emoji_in_a_row_are_forty_emoji():
    assert clean("😀" * 40) == "😀" * 40


def test_an_input_that_was_not_posted_is_empty():
    assert one({}, "f") == ""
    assert one({"f": ()}, "f") == ""
    assert one({"f": ("första", "andra")}, "f") == "första"


@given(st.text(" \t\u00a0\u2009ab", max_size=20))
def test_a_line_has_single_spaces(text):
    assert line({"f": (text,)}, "f") == " ".join(text.split())


def test_every_dash_of_a_telephone_is_a_hyphen():
    assert "‐‑‒–—−-".translate(DASHES) == "-" * 7  # noqa: RUF001 - that is what is tried
