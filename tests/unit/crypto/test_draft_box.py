"""A draft opens with the browser's own secret, in its own place, and in no other way."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import draft_box
from app.errors import SealBroken

SECRET = bytes(range(32))
KEY = draft_box.key(SECRET, "orosanmalan")


@given(st.binary(max_size=9000))
def test_what_was_put_in_comes_out(content):
    assert (
        draft_box.open_box(KEY, draft_box.close(KEY, content, place="here"), place="here")
        == content
    )


@given(st.binary(max_size=100), st.data())
def test_a_box_with_any_bit_changed_does_not_open(content, data):
    box = bytearray(draft_box.close(KEY, content, place="here"))
    box[data.draw(st.integers(0, len(box) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        draft_box.open_box(KEY, bytes(box), place="here")


@given(st.integers(0, 40))
def test_a_box_cut_short_does_not_open(length):
    box = draft_box.close(KEY, b"content", place="here")
    with pytest.raises(SealBroken):
        draft_box.open_box(KEY, box[:length], place="here")


def test_a_box_opens_neither_elsewhere_nor_with_another_secret():
    box = draft_box.close(KEY, b"content", place="here")
    with pytest.raises(SealBroken):
        draft_box.open_box(KEY, box, place="there")
    with pytest.raises(SealBroken):
        draft_box.open_box(draft_box.key(os.urandom(32), "orosanmalan"), box, place="here")


def test_a_box_does_not_open_in_another_row_even_with_the_right_secret():
    box = draft_box.close(KEY, b"content", place="here")
    with pytest.raises(SealBroken):
        draft_box.open_box(draft_box.DraftKey(bytes(32), KEY.derive), box, place="here")


def test_one_secret_gives_each_form_a_key_of_its_own():
    other = draft_box.key(SECRET, "stoppmote")
    assert other.id != KEY.id
    assert other.secret != KEY.secret
    again = draft_box.key(SECRET, "orosanmalan")
    assert (again.id, again.secret) == (KEY.id, KEY.secret)


def test_what_finds_the_row_does_not_open_it_and_is_not_the_secret():
    assert len({SECRET, KEY.id, KEY.secret}) == 3
    assert repr(KEY.secret) not in repr(KEY), "a key in a log line opens nothing"


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_the_length_of_a_box_does_not_tell_a_name_from_a_story(one, other):
    boxes = [draft_box.close(KEY, b"x" * size, place="here") for size in (one, other)]
    assert len(boxes[0]) == len(boxes[1])


def test_the_same_content_never_looks_the_same_twice():
    assert len({draft_box.close(KEY, b"content", place="here") for _ in range(50)}) == 50


def test_a_short_secret_is_refused():
    with pytest.raises(SealBroken):
        draft_box.key(b"guess", "orosanmalan")
