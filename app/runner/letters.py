"""The letters of a process: to whom, from which states, and what they say.

What a letter says is the municipality's own text, with answers from the steps put in their places.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field as Constraint
from pydantic import StringConstraints

from app.runner.field import Definition, FieldId, Id, Listed, Words
from app.runner.role import Taker
from app.runner.texts import PLACEHOLDER

REPORTER = "reporter"
"""Who gets a letter that says nothing of anybody: whoever asked for the meeting, or reported."""
AUTHORITY = "authority"
"""Who gets a list of what they may be told: each of those that a yes can name (`consents`)."""
CHILDREN, NAME, SENDER = "barn", "namn", "avsandare"
OWN = frozenset({CHILDREN, NAME, SENDER})
"""What may stand in every letter: those it is about, who gets it, and who sends it."""
Ids = Annotated[tuple[Id, ...], Listed]
Answer = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*\.[a-z0-9][a-z0-9_]*$")]
"""A step and one of its questions."""


class Letter(Definition):
    """One letter, made for one at a time: nothing in it is of another family's."""

    id: Id
    """What machines know it by."""
    title: Words
    """Its heading, and what staff call it."""
    to: Id
    """Which of `people` get it; or `reporter`; or `authority`, a list."""
    roles: Annotated[tuple[Taker, ...], Listed, Constraint(min_length=1)]
    """Who may make it."""
    from_: Annotated[Ids, Constraint(min_length=1, alias="from")]
    """The states in which it is made."""
    since: Id = ""
    """A step that must have been taken: answers that are older than when it last was, are none."""
    needs: Ids = ()
    """The purposes that must be allowed for each that it is about."""
    lists: Id = ""
    """The purpose by which those who have said yes stand in a list after the text. To `authority`:
    the young, with what may be told to that one. To guardians, by a purpose that is their `own`:
    those guardians, and each of them gets it."""
    may_name: Id = ""
    """The purpose by which somebody of another family may be named in what staff have written."""
    asks: Ids = ()
    """The purposes that are asked about in it, with yes and no to tick: those alone of which the
    word of who gets it is asked."""
    contacts: Ids = ()
    """Whom to ring, by their ids in the municipality's file."""
    words: Mapping[FieldId, Answer] = {}
    """What stands for an answer in the texts, and which: `dag = "planera.motesdag"`. As it was
    answered last; without an answer the letter is not made."""
    text: Words
    """What it says, in paragraphs, `## ` headings and `- ` lists: a line is a paragraph. The words
    stand in it as `{dag}`."""
    each: Words = ""
    """What is said after that of each whom it is about, where there is an answer to all of it: with
    the answers that were given about them. `{barn}` is the one."""

    def named(self) -> Iterator[str]:
        """Yield what stands for something in its texts."""
        for text in (self.title, self.text, self.each):
            yield from PLACEHOLDER.findall(text)


OF_A_LETTER = re.compile(r"(?:^|\.)letters\.[^.]+\.(?:title|text|each)$")


def is_of_a_letter(path: str) -> bool:
    """Tell whether the text at a path is a letter's: what stands in its places is said there."""
    return bool(OF_A_LETTER.search(path))
