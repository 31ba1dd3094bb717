"""What a person typed is read as it was meant, and nothing in it can harm or hide."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.typed import clean, line, one, over, plain
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


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_a_text_is_cleaned_alike_whatever_letters_stand_beside_it(text):
    # Latin-1 alone is looked through as octets, which the L with a stroke is not.
    assert clean(f"l{text}l") == clean(f"l{text}\N{LATIN SMALL LETTER L WITH STROKE}")[:-1] + "l"


@given(st.text("abc åäö ÅÄÖ 😀 ß ‍👩‍👧 é ء", max_size=60))
def test_letters_of_every_kind_and_emoji_are_left_alone(text):
    assert clean(f"a{text}") == unicodedata.normalize("NFC", f"a{text}").strip()


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
    assert plain("‐‑‒–—−-") == "-" * 7  # noqa: RUF001 - that is what is tried


@pytest.mark.parametrize(
    "sign", ["\u115f", "\u1160", "\u3164", "\uffa0", "\U000e0041", "\U000e007f"]
)
def test_a_filler_or_a_tag_is_nothing(sign):
    assert clean(sign * 3) == ""
    assert clean(f"An{sign}na") == "Anna"


@pytest.mark.parametrize("sign", "\u200d\u200c\ufe0f\u2800\u034f\U000e0100")
def test_what_shapes_its_neighbours_is_kept_beside_them_and_is_nothing_by_itself(sign):
    assert clean(f" {sign}{sign}\n") == ""
    assert clean(f"a{sign}b") == f"a{sign}b"


def test_a_family_a_heart_and_a_persian_word_are_left_as_they_are():
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    for text in ("👩\u200d👩\u200d👧", "❤\ufe0f", persian):
        assert clean(text) == text


@pytest.mark.parametrize("nought", "\uff10\u0660\u06f0\u0966")
def test_digits_of_other_keyboards_are_read_as_ours_and_kept_as_they_were(nought):
    digits = "".join(chr(ord(nought) + number) for number in range(10))
    assert plain(digits) == "0123456789"
    assert clean(digits) == digits


@given(st.text(st.characters(categories=["Nd"]), max_size=20))
def test_decimal_digits_of_every_script_are_read(text):
    assert plain(text).isascii()
    assert plain(text) == "".join(str(unicodedata.decimal(sign)) for sign in text)


def test_a_number_that_is_no_digit_is_not_taken_for_one():
    assert plain("8²⑧Ⅷ") == "8²⑧Ⅷ"


def test_letters_that_grow_when_they_are_composed_are_not_too_many():
    typed = "\U0001d160" * 200
    assert len(line({"f": (typed,)}, "f")) == 600
    assert over({"f": (typed,)}, "f", clean(typed), 200) == 0
    assert over({"f": (typed * 2,)}, "f", clean(typed * 2), 200) == 200
