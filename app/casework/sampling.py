"""Which readings are reviewed: a share that nobody can choose, and those with something about them.

Pure. A reading is all that somebody opened of one case in one day, and so is all that they searched
for in one: what is found, or not, tells who is known here. Which of a month's readings are drawn
follows from the unit, the month and the last link of the audit trail's chain in it: nobody knows
that link beforehand, and anybody who has the trail can draw the same again.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.records.audit import Kind
from app.runner.hours import Calendar, Timetable

MARK = b"skyddsnat/log-sample/1\n"
OUT = frozenset({Kind.CASE_PRINTED, Kind.CASE_AS_PDF, Kind.CASE_AS_JSON, Kind.CASE_TO_PARTY})
OF_A_CASE = OUT | {Kind.ITEM_OPENED, Kind.TIMELINE_READ, Kind.READ_REFUSED}
"""What reads a case, on the page or out of the house, or tries to."""
SEARCHES = frozenset({Kind.SEARCHED, Kind.SEARCH_SLOWED})
READINGS: Mapping[int, frozenset[Kind]] = {
    1: OF_A_CASE,
    2: OF_A_CASE | SEARCHES,
    3: OF_A_CASE | SEARCHES | {Kind.CASE_EMERGENCY},
}
"""What is a reading, by method: a month is drawn anew by the one that it was drawn by."""
METHOD = max(READINGS)
DAY = timedelta(days=1)


class Why(StrEnum):
    """Why a reading is reviewed, what weighs most first."""

    EMERGENCY = "emergency"
    """In a session past the municipality's own sign-in, or within eight hours of one; or in a case
    that one has jäv in, that one opened because nobody else could."""
    REFUSED = "refused"
    """Tried to open what is another unit's, what they are barred from, or what is not there."""
    BARRED = "barred"
    """Has jäv in the case, said before or after."""
    PROTECTED = "protected"
    MUCH = "much"
    """Searched so much that they were asked to wait."""
    AFTER_CLOSING = "after_closing"
    NO_STEP = "no_step"
    """Has neither had the case nor done anything in it when the month is over."""
    OFF_HOURS = "off_hours"
    DRAWN = "drawn"
    """By the share alone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One event of the trail: somebody opened a case, or was refused."""

    event_id: int
    kind: Kind
    at: datetime
    actor: str
    submission_id: UUID | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that somebody opened of one case in one day, or all that they searched for in it.

    It is known by the first of its events.
    """

    event_id: int
    day: date
    actor: str
    submission_id: UUID | None
    kinds: frozenset[Kind]
    times: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a case, of those who have worked with it and those who have jäv.

    `ended` is, in order, from when it was closed (True), and open again (False).
    """

    protected: bool = False
    barred: frozenset[str] = frozenset()
    workers: frozenset[str] = frozenset()
    ended: tuple[tuple[datetime, bool], ...] = ()

    def is_closed(self, at: datetime) -> bool:
        before = [closed for moment, closed in self.ended if moment < at]
        return before[-1] if before else False


@dataclass(frozen=True, slots=True)
class Known:
    """All that readings are held to. `emergencies`: who was let in past the sign-in, and when.

    `with_jav`: who let themselves in to which case in spite of jäv, and when, which lasts a day.
    """

    timetable: Timetable
    cases: Mapping[UUID, Background] = field(default_factory=dict)
    emergencies: Collection[tuple[str, datetime]] = ()
    emergency_lasts: timedelta = timedelta(hours=8)
    with_jav: Collection[tuple[str, UUID | None, datetime]] = ()


def readings(events: Iterable[Opened], calendar: Calendar) -> list[Reading]:
    """Return what was read, in the order of the first event of each."""
    found: dict[tuple[str, UUID | None, date, bool], list[Opened]] = {}
    for each in events:
        day, sought = calendar.day(each.at), each.kind in SEARCHES
        found.setdefault((each.actor, each.submission_id, day, sought), []).append(each)
    return [
        Reading(
            event_id=min(each.event_id for each in those),
            day=day,
            actor=actor,
            submission_id=submission_id,
            kinds=frozenset(each.kind for each in those),
            times=tuple(sorted(each.at for each in those)),
        )
        for (actor, submission_id, day, _), those in found.items()
    ]


def seed_of(unit: str, month: str, link: bytes) -> bytes:
    """Return what decides the draw: 32 octets. `month` is as 2026-11, `link` its last."""
    return hashlib.sha256(MARK + f"{unit}\n{month}\n".encode() + link).digest()


def draw(seed: bytes, ids: Collection[int], *, share: int, least: int) -> frozenset[int]:
    """Return the share of the ids, in percent and rounded up, but at least so many, if there are.

    Those are drawn whose SHA-256 over the seed and the id (eight octets, big-endian) is least.
    """
    many = max(least, -(-len(ids) * share // 100))
    return frozenset(sorted(ids, key=lambda one: ticket(seed, one))[:many])


def ticket(seed: bytes, event_id: int) -> bytes:
    return hashlib.sha256(seed + event_id.to_bytes(8, "big", signed=True)).digest()


def chosen(
    read: Sequence[Reading], drawn: Collection[int], known: Known
) -> list[tuple[Reading, tuple[Why, ...]]]:
    """Return the readings to review, each with why, in the order of `Why`."""
    found = ((each, reasons(each, known, drawn=each.event_id in drawn)) for each in read)
    return [(each, why) for each, why in found if why]


def reasons(reading: Reading, known: Known, *, drawn: bool) -> tuple[Why, ...]:
    """Return why a reading is reviewed; nothing when it is not."""
    case = known.cases.get(reading.submission_id) if reading.submission_id else None
    opened = bool(reading.kinds - {Kind.READ_REFUSED})
    applies = {
        Why.EMERGENCY: in_emergency(reading, known),
        Why.REFUSED: Kind.READ_REFUSED in reading.kinds,
        Why.BARRED: case is not None and reading.actor in case.barred,
        Why.PROTECTED: case is not None and case.protected,
        Why.MUCH: Kind.SEARCH_SLOWED in reading.kinds,
        Why.AFTER_CLOSING: case is not None and any(map(case.is_closed, reading.times)),
        Why.NO_STEP: opened and case is not None and reading.actor not in case.workers,
        Why.OFF_HOURS: not all(map(known.timetable.is_open, reading.times)),
        Why.DRAWN: drawn,
    }
    return tuple(why for why in Why if applies[why])


def in_emergency(reading: Reading, known: Known) -> bool:
    """Tell whether somebody read while they had been let in past what keeps them out otherwise."""
    past_sign_in = (
        (since, known.emergency_lasts)
        for actor, since in known.emergencies
        if actor == reading.actor
    )
    in_spite_of_jav = (
        (since, DAY)
        for actor, case, since in known.with_jav
        if actor == reading.actor and case == reading.submission_id
    )
    spans = (*past_sign_in, *in_spite_of_jav)
    return any(since <= at <= since + lasts for since, lasts in spans for at in reading.times)
