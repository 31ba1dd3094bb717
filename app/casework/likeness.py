"""Whether two reports may be about the same child, from what each says of the child.

What the reporter says of themselves is never looked at. What is written of a child becomes tokens
(HMAC-SHA-256, a key for each unit or board and each kind), and only tokens are kept: without the
private key that those grow from they say nothing. A first name is part of every likeness but the
number's: twins have all else alike. Nothing here knows a database, and nothing is decided: staff
say whether it is the same.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from itertools import product
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.casework.sounds import sound
from app.runner.definition import Form
from app.runner.field import Field
from app.runner.fields.group import GroupField

VERSION = 1
"""Raised when tokens are made in another way: then what stands is read again."""
SIZE = 16
"""Octets of a token: HMAC-SHA-256 cut to half (RFC 2104, 5)."""
HALF = 182.625
"""Days. Ages are compared by the half-year that somebody was born in, or is reckoned to be."""
APART = 3
"""Half-years: who says an age is sometimes a year wrong, and has not said on which day."""
SPREAD = 4
"""Half-years: an age between wider limits than these says too little."""
WORDS_MOST = 5
"""What has more words is no name."""
LETTERS_LEAST = 2
OURS = "åäö"
UNDECOMPOSED = str.maketrans(
    {"ø": "ö", "æ": "ä", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ـ": None}
)
"""Letters with a mark that Unicode has no decomposition for, and the Arabic line filler."""
BETWEEN = re.compile(r"[\s\-\u2010-\u2015_./]+")
ASIDE = re.compile(r"\([^)]*\)|[\"”“][^\"”“]*[\"”“]")
NO_NAME_WORDS = """
okänd okänt okända vet vetej veta inte ej ingen inget inga namn namnet namnlös anonym hemlig
hemligt barn barnet barnen pojke pojken flicka flickan kille killen tjej tjejen unge ungdom
elev eleven bebis bebisen baby syskon syster bror lillasyster lillebror storasyster storebror
dotter dottern sonen tvilling tvillingar mamma pappa till hos och eller heter kallas kanske
något han hon går bor år unknown child boy girl not known the and none nn xx xxx
"""
NO_NAME = frozenset(NO_NAME_WORDS.split())
"""Words that stand where a name is not known, or in a sentence."""
COMMON_WORDS = """
ahmed ali andersson axelsson bengtsson berg bergström carlsson ericsson eriksson gustafsson
gustavsson hansson hassan hussein ibrahim jacobsson jakobsson jansson johansson jonsson
jönsson karlsson larsson lindberg lindgren lindström magnusson mohamed mohammed nilsson
olofsson olsson persson petersson pettersson svensson
"""
COMMON = frozenset(COMMON_WORDS.split())
"""Surnames that so many have that a whole name and an age are not enough (SCB, namnstatistik)."""


class Strength(IntEnum):
    """How much speaks for two reports being about the same child."""

    POSSIBLE = 1
    """The name sounds alike, or many have it, and the age fits."""
    LIKELY = 2
    """The same day of birth and first name, or the same whole name and about the same age."""
    CERTAIN = 3
    """The same personnummer or samordningsnummer."""


class Kind(StrEnum):
    """What a token is made of."""

    NUMBER = "number"
    BIRTH_FIRST = "birth_first"
    NAME_AGE = "name_age"
    COMMON_AGE = "common_age"
    """As `NAME_AGE`, with a surname that many have."""
    SOUND_AGE = "sound_age"
    BORN = "born"
    """The day of birth alone: never a likeness, only what can speak against one."""


class Token(NamedTuple):
    """One thing that is alike in two reports when it is equal."""

    kind: Kind
    value: bytes


Tokens = frozenset[Token]
"""Those of one child in one report."""


@dataclass(frozen=True, slots=True)
class Child:
    """What a report says of one child, normalised: first and last names as they may be meant.

    `halves` are the first and last half-year of birth, counted from the year 0.
    """

    firsts: tuple[str, ...] = ()
    lasts: tuple[str, ...] = ()
    born: str = ""
    halves: tuple[int, int] | None = None
    number: str = ""


class Keys:
    """The keys of a unit's or a board's tokens, grown from a private key: they go with it."""

    def __init__(self, seed: bytes, whose: str) -> None:
        self._keys = {
            kind: HKDF(
                hashes.SHA256(), 32, None, f"skyddsnat likeness {VERSION} {whose} {kind}".encode()
            ).derive(seed)
            for kind in Kind
        }

    def token(self, kind: Kind, *parts: str) -> Token:
        """Return the token of these parts."""
        text = "\x1f".join(parts).encode()
        return Token(kind, hmac.digest(self._keys[kind], text, "sha256")[:SIZE])


def children(form: Form, transcript: Mapping[str, Any], received_on: date) -> list[Child]:
    """Return the children that a transcript tells of, by what `form` says its fields tell.

    An answer of another kind than the field has today is left out, as is what is not understood.
    """
    single: dict[str, Any] = {}
    found: list[Child] = []
    for page in transcript["pages"]:
        for asked in page["questions"]:
            field = form.by_field.get(asked["field"])
            if field is None or field.kind != asked["kind"] or not asked["data"]:
                continue
            if field.child:
                single[field.child] = asked["data"]
            elif isinstance(field, GroupField):
                parts = {each.id: each.child for each in field.fields if each.child}
                found += (
                    as_child(
                        {parts[name]: data for name, data in item.items() if name in parts},
                        received_on,
                    )
                    for item in asked["data"]
                    if parts
                )
    return [as_child(single, received_on), *found]


def tells_of_children(form: Form) -> bool:
    """Tell whether any field of a form does."""

    def tells(field: Field) -> bool:
        inner = field.fields if isinstance(field, GroupField) else ()
        return bool(field.child) or any(each.child for each in inner)

    return any(tells(field) for _, field in form.fields())


def as_child(told: Mapping[str, Any], received_on: date) -> Child:
    """Return a child by what is told of it: part to data, as the kinds of fields have them."""
    firsts, lasts = names(str(told.get("name") or ""))
    if first := words(str(told.get("first") or "")):
        firsts = tuple(dict.fromkeys((first[0], "".join(first))))
    if last := words(str(told.get("last") or "")):
        lasts = lasts_of(last[-1])
    number = told.get("number") or {}
    born = str(number.get("born", ""))
    halves = half_by_birth(born) or halves_by_age(told.get("age") or {}, received_on)
    whole = born if len(born) == len("2018-01-31") else ""
    return Child(firsts, lasts, whole, halves, str(number.get("number", "")))


def half_by_birth(born: str) -> tuple[int, int] | None:
    """Return the half-year of a day, a month or a year (the middle of it); None without a year."""
    if born.startswith("-") or not born:
        return None
    year, *rest = (int(part) for part in born.split("-"))
    first = year * 2
    if not rest:
        return first, first + 1
    return (first + (rest[0] > 6),) * 2  # noqa: PLR2004 - the sixth month ends the half


def halves_by_age(age: Mapping[str, Any], on: date) -> tuple[int, int] | None:
    """Return when somebody of an age is born, who is half-way to the next; None if not known."""
    if "unit" not in age:
        return None
    days = {"years": 2 * HALF, "months": HALF / 6, "weeks": 7.0, "days": 1.0}[age["unit"]]
    try:
        first, last = (
            on - timedelta(days=(age[limit] + 0.5) * days) for limit in ("most", "least")
        )
    except OverflowError:
        return None
    found = tuple(day.year * 2 + (day.month > 6) for day in (first, last))  # noqa: PLR2004 - as above
    return (found[0], found[1]) if found[1] - found[0] <= SPREAD else None


def names(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the first names and the last names that a whole name may be of; none if it is none.

    "Andersson, Elsa" is turned round. A name with a hyphen is one name; so may be the two first
    of three, and a surname with a hyphen may be said by either half.
    """
    before, comma, after = ASIDE.sub(" ", text).partition(",")
    parts = (f"{after} {before}" if comma else before).split()
    if any(sign.isdigit() for part in parts for sign in part):
        return (), ()
    found = [inner for part in parts if (inner := words(part))]
    every = [word for inner in found for word in inner]
    if not every or len(every) > WORDS_MOST or not NO_NAME.isdisjoint(every):
        return (), ()
    first = "".join(found[0])
    firsts = [first, first + "".join(found[1])] if len(found) > 2 else [first]  # noqa: PLR2004 - see above
    lasts = lasts_of(*found[-1]) if len(found) > 1 else ()
    return tuple(name for name in firsts if len(name) >= LETTERS_LEAST), lasts


def lasts_of(*halves: str) -> tuple[str, ...]:
    """Return a surname by each of its halves and whole, without what is but a letter."""
    every = dict.fromkeys(("".join(halves), *halves))
    return tuple(name for name in every if len(name) >= LETTERS_LEAST)


def words(text: str) -> list[str]:
    """Return the words of a text: small letters without marks, å ä ö kept, no digits or signs."""
    return [word for part in BETWEEN.split(text) if (word := letters(part))]


def letters(text: str) -> str:
    """Return the letters of a text, small: é is e and å is å, however they are put together."""
    composed = unicodedata.normalize("NFC", text).casefold().translate(UNDECOMPOSED)
    bare = (
        sign if sign in OURS else unicodedata.normalize("NFKD", sign).casefold()
        for sign in composed
    )
    return "".join(sign for sign in "".join(bare) if sign.isalpha())


def tokens(child: Child, keys: Keys, *, sounds: bool = False) -> Tokens:
    """Return what can be compared of a child. `sounds` also compares how the names sound."""
    return frozenset(made(child, keys, sounds=sounds))


def made(child: Child, keys: Keys, *, sounds: bool) -> Iterator[Token]:
    if child.number:
        yield keys.token(Kind.NUMBER, child.number)
    if child.born:
        yield keys.token(Kind.BORN, child.born)
        for first in child.firsts:
            yield keys.token(Kind.BIRTH_FIRST, child.born, first)
    if child.halves is None:
        return
    # Two have one of these in common when they are at most so many half-years apart.
    ages = [str(half) for half in range(child.halves[0], child.halves[1] + APART + 1)]
    for first, last in product(child.firsts, child.lasts):
        kind = Kind.COMMON_AGE if last in COMMON else Kind.NAME_AGE
        # In whichever order they were written.
        yield from (keys.token(kind, *sorted((first, last)), age) for age in ages)
        heard = (sound(first), sound(last)) if sounds else ()
        if heard and all(heard):
            yield from (keys.token(Kind.SOUND_AGE, *heard, age) for age in ages)


def strength(mine: Tokens, theirs: Tokens) -> Strength | None:
    """Return how much speaks for two children being one; None when too little does.

    Another number, or another day of birth, speaks against it.
    """
    shared = {token.kind for token in mine & theirs}
    if Kind.NUMBER in shared:
        return Strength.CERTAIN
    if Kind.BIRTH_FIRST in shared:
        return Strength.LIKELY
    if differ(mine, theirs, Kind.NUMBER):
        return None
    doubted = differ(mine, theirs, Kind.BORN)
    if Kind.NAME_AGE in shared:
        return Strength.POSSIBLE if doubted else Strength.LIKELY
    if doubted or shared.isdisjoint({Kind.COMMON_AGE, Kind.SOUND_AGE}):
        return None
    return Strength.POSSIBLE


def differ(mine: Tokens, theirs: Tokens, kind: Kind) -> bool:
    """Tell whether both have something of a kind, and not the same."""
    here = {token for token in mine if token.kind is kind}
    there = {token for token in theirs if token.kind is kind}
    return bool(here and there and here.isdisjoint(there))
