"""When an akt that is kept here may be removed (16 kap. SoL, 2025:400; SFS 2025:468 13 kap. 1 §).

Pure. Five years after the last note; where an utredning was opened, not before the child is 30 as
well. Never what is kept for research, nor what has to do with a placement, paternity or adoption;
not while the board has other data about the same person. What is not known keeps it.

Of a day of birth no more is stored in the open than the year in which it is 30 years ago: removal
is to be done by the end of the next year, and so it waits until that year is over.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

YEARS = 5
GROWN = 30
LEAP = date(2024, 2, 29)
RESEARCH_DAYS = frozenset({5, 15, 25})
RESEARCH_COUNTIES = frozenset({"05", "09", "22"})
"""Östergötlands, Gotlands and Västernorrlands län: the first two digits of a municipality code."""
RESEARCH_MUNICIPALITIES = frozenset({"1480"})
"""Göteborg."""


class Rule(StrEnum):
    """By what an akt may be removed. It is what a tombstone says."""

    NOT_OPENED = "16 kap. 1 § SoL"
    """No utredning was opened."""
    OPENED = "16 kap. 2 a § SoL"


class Kept(StrEnum):
    """Why an akt stays, what weighs most first."""

    RESEARCH = "research"
    NEVER = "never"
    """A placement, paternity or adoption."""
    OTHER = "other"
    """The board has other data about the same person."""
    UNKNOWN = "unknown"
    """Something that the law asks about is not known."""
    YOUNG = "young"
    """An utredning was opened, and the year in which the child is 30 is not over."""
    LATELY = "lately"
    """Five years have not passed since the last note."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody says of whom an akt is about; None is what they do not know."""

    born: date | None
    placed: bool | None
    """Whether it has to do with a placement, paternity or adoption."""
    others: bool | None
    """Whether the board has other data about the person."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is stored in the open of such facts: the year of turning 30, or why it stays."""

    thirty_in: int | None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Akt:
    """What decides; `told` is None when nobody has said anything of it."""

    opened: bool
    last_note: date
    told: Told | None


def told(facts: Facts) -> Told:
    """Return what is stored of facts."""
    reasons = {
        Kept.RESEARCH: facts.born is not None and facts.born.day in RESEARCH_DAYS,
        Kept.NEVER: facts.placed is True,
        Kept.OTHER: facts.others is True,
        Kept.UNKNOWN: None in (facts.born, facts.placed, facts.others),
    }
    kept = next((reason for reason, holds in reasons.items() if holds), None)
    return Told(facts.born.year + GROWN if facts.born and not kept else None, kept)


def judged(akt: Akt, today: date) -> Rule | Kept:
    """Return by what an akt may be removed today, or why it stays."""
    if akt.last_note >= five_years_before(today):
        return Kept.LATELY
    if akt.told is None:
        return Kept.UNKNOWN
    if akt.told.kept is not None:
        return akt.told.kept
    if not akt.opened:
        return Rule.NOT_OPENED
    young = akt.told.thirty_in is None or akt.told.thirty_in >= today.year
    return Kept.YOUNG if young else Rule.OPENED


def five_years_before(today: date) -> date:
    """Return the day before which the last note must have been made."""
    leap = (today.month, today.day) == (LEAP.month, LEAP.day)
    return today.replace(year=today.year - YEARS, **({"month": 3, "day": 1} if leap else {}))


def limit(now: datetime) -> datetime:
    """Return the moment before which the last note must have been made (UTC, and so no earlier)."""
    return datetime.combine(five_years_before(now.astimezone(UTC).date()), datetime.min.time(), UTC)


def is_kept_whole(municipality_code: str) -> bool:
    """Tell whether every akt of a municipality is kept for research."""
    county = municipality_code[:2]
    return county in RESEARCH_COUNTIES or municipality_code in RESEARCH_MUNICIPALITIES
