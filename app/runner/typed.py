"""What a person typed, as it was meant: without what cannot be seen, and with digits we can read.

What is kept, shown and sealed is the cleaned text, word for word. `plain` is only for reading it.
The whole of it is told in docs/answers.md.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

Typed = Mapping[str, tuple[str, ...]]
"""What was typed on one page: input name to values, exactly as they came."""


class Retold(NamedTuple):
    """An answer told in another language: what we word, and what was typed, as it was typed."""

    chosen: tuple[str, ...]
    typed: tuple[str, ...]


LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
"""What other systems, and word processors, end a line with."""
NOT_TYPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
"""Controls, direction marks, fillers, tags, half characters: nobody types them, and some hide what
is said."""
LATIN_1 = [chr(octet) for octet in range(256)]
WESTERN_BREAK = bytes(ord("\n" if LINE_BREAK.fullmatch(sign) else sign) for sign in LATIN_1)
WESTERN_NOT_TYPED = bytes(
    ord(sign) for sign in LATIN_1 if NOT_TYPED.match(sign) and not LINE_BREAK.match(sign)
)
"""The same two, for octets of Latin-1."""
NOTHING = re.compile("[\\s\u034f\u200c\u200d\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
"""What shapes its neighbours, or is a blank: by itself it is nothing to see."""
PILE = re.compile(r"[^\w\s\x00-\x7f]{31,}")
"""A run long enough to hold more than MOST_MARKS combining marks, which are no letters."""
MOST_MARKS = 30
"""Combining marks on one letter (Unicode UAX 15, Stream-Safe Text Format)."""
PLAIN = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
    **{0xFF01 + number: chr(0x21 + number) for number in range(94)},
    0x066B: ",",
}
"""Dashes that telephones and word processors write for a hyphen; signs of full width; the Arabic
decimal sign."""


def clean(text: str) -> str:
    """Return the text as it was meant.

    Composed letters (NFC), plain line breaks, no invisible controls, no outer space. To compose a
    letter takes time that grows with the square of its marks, so no letter keeps more than
    MOST_MARKS: no language needs them, and a pile of them would stop everybody else's pages.
    """
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        text = NOT_TYPED.sub("", LINE_BREAK.sub("\n", text))
        text = unicodedata.normalize("NFC", PILE.sub(lower_pile, text))
        return "" if NOTHING.fullmatch(text) else text.strip()
    # In Latin-1 letters are composed and without marks, and octets are sooner looked through.
    kept = octets.replace(b"\r\n", b"\n").translate(WESTERN_BREAK, WESTERN_NOT_TYPED)
    return (text if kept == octets else kept.decode("latin-1")).strip()


def lower_pile(found: re.Match[str]) -> str:
    """Return a run of signs with at most MOST_MARKS combining marks in a row."""
    kept: list[str] = []
    marks = 0
    for sign in found[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def line(typed: Typed, name: str) -> str:
    """Return the first value typed at an input as one line: every run of space is one space."""
    return " ".join(one(typed, name).split())


def one(typed: Typed, name: str) -> str:
    """Return the first value typed at an input, cleaned; empty when nothing was typed."""
    values = typed.get(name, ())
    return clean(values[0]) if values else ""


def plain(text: str) -> str:
    """Return a text for reading: decimal digits of every script as 0-9, every dash a hyphen."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in text.translate(PLAIN)
    )


def over(typed: Typed, name: str, text: str, most: int) -> int:
    """Return how many characters too many a cleaned text has; 0 when it fits.

    What fits as it was typed fits: to compose letters (NFC) makes some texts longer.
    """
    return max(0, min(len(text), len(typed[name][0])) - most)
