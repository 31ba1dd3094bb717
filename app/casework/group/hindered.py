"""Why somebody gets no letter, or not yet."""

from enum import StrEnum
from typing import NamedTuple

from app.casework.group.consent import Missing
from app.errors import SkyddsnatError


class Hinder(StrEnum):
    """Why somebody gets no letter."""

    UNREAD = "unread"
    """Something of the people cannot be read: nobody knows what they have said."""
    PROTECTED = "protected"
    """They have, or may have, a protected identity: they are rung up."""
    NOT_SAID = "not_said"
    """It has not been said whether they have."""
    UNINVITED = "uninvited"
    """They may not be asked to come (`invited`)."""
    CHILD_PROTECTED = "child_protected"
    """All whom it would be about have, or may have, a protected identity."""
    NO_CONSENT = "no_consent"
    """What the letter needs is not allowed for anybody whom it would be about."""
    NOTHING_ASKED = "nothing_asked"
    """There is nothing that their word is asked of."""
    NAMELESS = "nameless"
    """They, or whom it is about, have no name."""
    UNANSWERED = "unanswered"
    """What the letter tells has not been answered."""
    NOBODY = "nobody"
    """Nobody may stand in the list."""
    ALONE = "alone"
    """Nobody but they would stand in it."""
    NAMES_OTHERS = "names_others"
    """What staff have written names somebody of another family."""


class Hindrance(NamedTuple):
    """What keeps somebody from a letter: with the questions, or the ids of people, it is about."""

    why: Hinder
    what: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


class LetterHindered(SkyddsnatError):
    """A letter was asked for that may not be made, or not yet. `hinders` is why."""

    status = 409

    def __init__(self, hinders: tuple[Hindrance, ...]) -> None:
        super().__init__(", ".join(one.why for one in hinders))
        self.hinders = hinders
