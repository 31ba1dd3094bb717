"""What a browser posted is read as Python's own library reads it, only sooner."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import TooLarge
from app.web.http import posted

TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PARTS = st.sampled_from(
    [b"%", b"=", b"&", b"+", b"a", b"3D", b"%3D", b"%C3%A5", b"\n", b"\r", b" "]
)

ASCII = st.integers(0, 127).map(lambda octet: bytes([octet]))


@given(st.lists(st.tuples(TYPED, TYPED), max_size=5))
@example([("beskriv", "100 % säkert = ja & nej + _vet_ inte?\r\nRad två=\r\n")])
def test_what_was_typed_is_read_as_it_was_typed(pairs):
    read = posted.parse(urlencode(pairs).encode())
    found = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    assert {name: list(values) for name, values in read.items()} == found


@given(st.lists(PARTS | ASCII, max_size=20).map(b"".join))
@example(b"a=%=3D")
def test_whatever_octets_come_they_are_read_as_everybody_reads_them(body):
    found = {}
    for name, value in parse_qsl(body.decode("ascii"), keep_blank_values=True):
        found.setdefault(name, []).append(value)
    assert {name: list(values) for name, values in posted.parse(body).items()} == found


def test_more_inputs_than_any_page_has_are_refused():
    assert len(posted.parse(b"&".join(b"a%d=" % n for n in range(posted.MOST_INPUTS)))) == 1000
    with pytest.raises(TooLarge):
        posted.parse(b"&" * posted.MOST_INPUTS)
