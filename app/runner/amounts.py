"""Reads how much somebody says: "8", "ungefär 8", "8-9", "åtta eller nio", "ett och ett halvt år".

A text is cut into words, each word is given one sign for what it is, and the row of signs is
matched. One word that is not known, and nothing is read: to say nothing is better than to guess.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from app.runner.typed import plain

SWEDISH = (
    "noll en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton"
    " arton nitton tjugo"
)
ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
)
ARTICLES = {"en", "ett", "a", "an", "one"}
NUMBERS = {
    **{word: number for words in (SWEDISH, ENGLISH) for number, word in enumerate(words.split())},
    **dict.fromkeys(ARTICLES, 1),
    "aderton": 18,
}
UNIT_WORDS = {
    "years": "år års åring åringar årig årigt åriga year years yr yrs",
    "months": "mån månad månader månaders mnd month months mo mos",
    "weeks": "vecka veckor veckors v week weeks wk wks",
    "days": "dag dagar dagars dygn day days",
}
UNITS = {word: unit for unit, words in UNIT_WORDS.items() for word in words.split()}
SIGNS = {
    **dict.fromkeys(("-", "/", "eller", "el", "till", "or", "to"), "r"),
    **dict.fromkeys(("och", "and", "&", "plus"), "a"),
    **dict.fromkeys(("mellan", "between"), "b"),
    **dict.fromkeys(("halv", "halvt", "halva", "half"), "h"),
    "½": "H",
}
"""What a word is, besides a number (n) and a unit (u): range, and, between, half."""
SAID_FOR_NOTHING = (
    "c ca cirka circa ungefär runt kanske omkring nästan nog typ snart strax tror jag det är han"
    " hon hen barnet ålder åldern gammal gammalt gamla i old age about around approximately approx"
    " maybe perhaps almost roughly think he she it is of . , ; : ? ! ( ) ~ ≈ \" ' ” “"
)
FILLING = frozenset(SAID_FOR_NOTHING.split())
"""What says that it is about so, or nothing at all."""
WORD = re.compile(r"\d+(?:[.,][05](?!\d))?|[^\W\d_]+|\S")
GLUED = re.compile(rf"(.+?)({'|'.join(sorted(UNITS, key=len, reverse=True))})")
"""A number and its unit in one word: "åttaåring", "halvår"."""
SOME = "(?:na(?:n)?h|nhn?|hn?|nH?|H)"
"""One amount: "8", "8½", "åtta och ett halvt", "ett halvt", "half a"."""
SHAPES = (
    re.compile(f"({SOME})(u?)"),
    re.compile(f"({SOME})(u?)r({SOME})(u?)"),
    re.compile(f"b({SOME})(u?)a({SOME})(u?)"),
)
TOGETHER = re.compile("(n)(u)a?(n)(u)")
""""Ett år och tre månader"."""
DIGITS_MOST = 6
MONTHS_A_YEAR = 12
POSSIBLE = frozenset(str(number) for number in range(1000))
"""The amounts that a condition may name."""


class Amount(NamedTuple):
    """From the least to the most it may be; halves are possible. Without a unit it is ""."""

    least: float
    most: float
    unit: str


class Word(NamedTuple):
    """A word of an amount: what it is, and its number or unit."""

    sign: str
    number: float = 0
    unit: str = ""


def read_amount(text: str, *, filling: Collection[str] = ()) -> Amount | None:
    """Return what amount a text says; None when that is not sure. `filling` is said for nothing."""
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MOST:
        # As most people write it.
        return Amount(float(text), float(text), "")
    words = words_of(text, filling)
    if not words:
        return None
    signs = "".join(word.sign for word in words)
    if found := TOGETHER.fullmatch(signs):
        return together(*(words[found.start(part)] for part in range(1, 5)))
    for shape in SHAPES:
        if found := shape.fullmatch(signs):
            parts = [words[slice(*found.span(part))] for part in range(1, len(found.groups()) + 1)]
            amounts = [value(part) for part in parts[::2]]
            units = {part[0].unit for part in parts[1::2] if part}
            if len(units) <= 1:
                return Amount(min(amounts), max(amounts), next(iter(units), ""))
    return None


def together(first: Word, larger: Word, second: Word, smaller: Word) -> Amount | None:
    """Return years and months as months; None for other units."""
    if (larger.unit, smaller.unit) != ("years", "months"):
        return None
    months = first.number * MONTHS_A_YEAR + second.number
    return Amount(months, months, "months")


def words_of(text: str, filling: Collection[str]) -> list[Word]:
    """Return the words that say something; none at all when one of them is not known."""
    found: list[Word] = []
    text = plain(text).lower().replace("1/2", "½")
    for word in WORD.findall(text):
        if word in FILLING or word in filling:
            continue
        known = words_in(word)
        if not known:
            return []
        if known[0].sign == "n" and found and found[-1] == Word("n", 1, "article"):
            found.pop()
        if known[0].sign == "u" and found and found[-1] == Word("r", 0, "-"):
            found.pop()
        found += known
    return found


def words_in(word: str) -> list[Word]:
    """Return what one word is: two where a number and its unit are written together."""
    if word[0].isdecimal():
        number = word.replace(",", ".")
        return [Word("n", float(number))] if len(number) <= DIGITS_MOST else []
    if word in UNITS:
        return [Word("u", 0, UNITS[word])]
    if word in NUMBERS:
        return [Word("n", NUMBERS[word], "article" if word in ARTICLES else "")]
    if word in SIGNS:
        return [Word(SIGNS[word], 0, word if word == "-" else "")]
    glued = GLUED.fullmatch(word)
    if glued and (glued[1] in NUMBERS or SIGNS.get(glued[1]) == "h"):
        return [*words_in(glued[1]), *words_in(glued[2])]
    return []


def value(words: list[Word]) -> float:
    """Return the number that the words of one amount say."""
    signs = "".join(word.sign for word in words)
    half = 0.5 if "h" in signs or "H" in signs else 0
    # "Ett halvt" is a half of one; "ett och ett halvt", and "1½", are one and a half.
    whole = words[0].number if signs[0] == "n" and ("a" in signs or "h" not in signs) else 0
    return whole + half


def span(least: int, most: int) -> str:
    """Return "8", or "8-9" with the dash of a range."""
    return str(least) if least == most else f"{least}\N{EN DASH}{most}"
