"""What young people and their guardians have said yes and no to, and what that allows on a day.

The ledger is only added to. Whose yes it takes follows from age alone: under the age when the
young speak for themselves, every guardian's; from then on theirs too; of an adult, theirs alone
(6 kap. 11 § FB, 3 kap. 4 § SoL, 10 kap. 1 § and 12 kap. 2–3 §§ OSL). Who may be of two ages needs
what both need, and of whom no age is known nothing is allowed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.casework.group.born import ADULT, Born
from app.errors import SkyddsnatError


class Say(StrEnum):
    """What somebody said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Why something is not allowed yet."""

    AGE_UNKNOWN = "age_unknown"
    GUARDIAN_UNKNOWN = "guardian_unknown"
    NOT_ASKED = "not_asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    """The time that it was given for has passed."""
    NOBODYS_GUARDIAN = "nobodys_guardian"
    """Somebody would be asked to come about nobody."""


class Missing(NamedTuple):
    """What keeps something from being allowed, and whose word is missing, where it is a word."""

    why: Why
    who: str = ""


@dataclass(frozen=True, slots=True)
class Young:
    """One young person of the group.

    `guardians` are those that are known; `all_known` whether there is no other, which somebody must
    have said. `id` and `guardians` name people as the case does.
    """

    id: str
    born: Born | None
    guardians: tuple[str, ...] = ()
    all_known: bool = False


class Part(NamedTuple):
    """One sort of data that a yes is to: an option, and what was written on the line it opens."""

    option: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a yes is to: `data` that may be told, to `authorities`. What is not named is not in it.

    Who says yes to be spoken of has not said to whom, or of what (12 kap. 2 § OSL).
    """

    authorities: frozenset[str] = frozenset()
    data: frozenset[Part] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody said of one purpose, for one young person.

    `number` is the place in the ledger, `on` the day when it was said, `until` the last day that a
    yes holds, `scope` what the yes is to.
    """

    number: int
    purpose: str
    about: str
    who: str
    say: Say
    on: date
    until: date
    scope: Scope = Scope()


class NoConsent(SkyddsnatError):
    """Something was asked for that takes a consent that is not there. `missing` is what is."""

    status = 409

    def __init__(self, purpose: str, missing: tuple[Missing, ...]) -> None:
        super().__init__(purpose)
        self.missing = missing


def require(
    ledger: Iterable[Consent], purpose: str, young: Young, *, on: date, speaks_from: int
) -> None:
    """Let through what everybody has said yes to whose yes it takes on a day; NoConsent if not.

    `speaks_from` is the age in years from which the young are asked themselves.
    """
    missing = lacking(ledger, purpose, young, on=on, speaks_from=speaks_from)
    if missing:
        raise NoConsent(purpose, missing)


def lacking(
    ledger: Iterable[Consent], purpose: str, young: Young, *, on: date, speaks_from: int
) -> tuple[Missing, ...]:
    """Return everything that keeps a purpose from being allowed for somebody on a day."""
    ages = young.born.ages(on) if young.born else range(0)
    if not ages:
        return (Missing(Why.AGE_UNKNOWN),)
    entries = tuple(ledger)
    asked = [*asked_of(young, ages, speaks_from)]
    found = [
        Missing(why, who) for who in asked if (why := says_no(entries, purpose, young, who, on))
    ]
    if ages[0] < ADULT and not (young.guardians and young.all_known):
        found.append(Missing(Why.GUARDIAN_UNKNOWN))
    return tuple(found)


def asked_of(young: Young, ages: range, speaks_from: int) -> Iterator[str]:
    """Yield whose yes it takes, of those that are known."""
    if ages[0] < ADULT:
        yield from young.guardians
    if ages[-1] >= min(speaks_from, ADULT):
        yield young.id


def says_no(
    ledger: Iterable[Consent], purpose: str, young: Young, who: str, on: date
) -> Why | None:
    """Return why somebody's word does not allow a purpose on a day; None when it does."""
    last = last_word(ledger, purpose, young, who, on)
    if last is None:
        return Why.NOT_ASKED
    if last.say is Say.GIVEN:
        return None if on <= last.until else Why.OVER
    return Why.WITHDRAWN if last.say is Say.WITHDRAWN else Why.REFUSED


def last_word(
    ledger: Iterable[Consent], purpose: str, young: Young, who: str, on: date
) -> Consent | None:
    """Return what somebody said last of a purpose by a day; None when they have said nothing.

    What was said last holds: by the day when it was said, and of the same day by place in the
    ledger. So an old paper that is found again does not undo what somebody has said since.
    """
    said = (
        each
        for each in ledger
        if (each.purpose, each.about, each.who) == (purpose, young.id, who) and each.on <= on
    )
    return max(said, key=lambda each: (each.on, each.number), default=None)


def narrowest(yeses: Iterable[Consent]) -> Scope:
    """Return what everybody has said yes to: nothing that one of them left out, or said of none."""
    scopes = [each.scope for each in yeses]
    if not scopes:
        return Scope()
    return Scope(
        frozenset.intersection(*(each.authorities for each in scopes)),
        frozenset.intersection(*(each.data for each in scopes)),
    )
