"""The papers of a case that somebody has: which, to whom, who is named there and by what yes.

That one was made is an entry of its own, and its words are sealed as all others are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from app.casework.entries import Entry


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was made to be handed over. `number` is its entry, `on` the day.

    `to` is a person, or the code of an authority; `about` are those who are named in it, and
    `purposes` what somebody had to say yes to for that. All are empty where it cannot be read.
    """

    number: int
    on: date
    letter: str = ""
    to: str = ""
    about: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    name: str = field(default="", repr=False)
    """What whoever got it was called then."""


def paper_of(entry: Entry, on: date) -> Paper:
    """Return the paper that an entry tells of."""
    words = entry.words
    if words is None:
        return Paper(entry.number, on)
    return Paper(
        entry.number,
        on,
        words["letter"],
        words["to"],
        tuple(words["about"]),
        tuple(words["purposes"]),
        words["name"],
    )


def readdressed(paper: Paper, meant: Callable[[str], str]) -> Paper:
    """Return a paper with everybody as they are known now, when two were found to be one."""
    return replace(paper, to=meant(paper.to), about=tuple(map(meant, paper.about)))
