"""Search the cases of the unit in view: by reference, by number, or by name and year of birth.

Those are the search terms of SoPuF (2001:637) 15 §. A number or a name is made into the tokens that
reports of the same child are found by, and they alone are compared: nothing is opened, and where
`[match]` is off there is nothing to find by. That somebody searches is written down before they are
answered: for what reason, by what and how many were found, never the words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select

from app import references
from app.casework import bars, comparing, likeness, links, opening, rights
from app.casework.access import Staff
from app.casework.indexing import Index
from app.casework.likeness import Child, Kind
from app.casework.queue import QueueItem, as_item, items_of
from app.casework.rights import Act
from app.records import audit
from app.runner.fields.person_number import PersonNumberField
from app.storage.tables import audit_events, inbox_items, submissions

MOST = 50
"""Cases that are shown, the newest first."""
MOST_SEARCHES, WITHIN = 40, timedelta(minutes=10)
"""Searches of one person: more than a day at the desk takes."""
OLDEST = 130
"""Years that somebody may have lived."""
YEAR = 4
"""Digits."""
EVENT = audit_events.c
LATELY = (
    select(EVENT.id)
    .where(EVENT.actor == bindparam("actor"), EVENT.at > bindparam("since"))
    .where(EVENT.kind == audit.Kind.SEARCHED)
    .limit(MOST_SEARCHES)
)
NUMBER = PersonNumberField(kind="person_number", id="number", label="number")


class Reason(StrEnum):
    """Why somebody searches: one of these, and never in words of their own."""

    CASE = "case"
    """They work with a case of the child."""
    NEW = "new"
    """Something new has come, and they look whether there is something already."""
    ASKED = "asked"
    """Somebody who has a right to know asks."""
    DISCLOSURE = "disclosure"
    """Somebody has asked for a document, or for what is kept of them."""
    LEADING = "leading"
    """They lead the work, and see to it."""


class Way(StrEnum):
    """What a case was found by. A sound is found only where `sound` is on."""

    REFERENCE = "reference"
    NUMBER = "number"
    NAME = "name"
    SOUND = "sound"


WAYS: Mapping[Kind, Way] = {
    Kind.NUMBER: Way.NUMBER,
    Kind.NAME_AGE: Way.NAME,
    Kind.COMMON_AGE: Way.NAME,
    Kind.SOUND_AGE: Way.SOUND,
}
"""The surest first."""


class Why(StrEnum):
    """Why what was typed can not be searched by."""

    OFF = "off"
    """It is no reference, and the municipality has said no to more than that."""
    NO_NUMBER = "no_number"
    NO_NAME = "no_name"
    NO_YEAR = "no_year"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched by: a reference, or what is known of a child."""

    way: Way
    reference: str = ""
    child: Child = field(default_factory=Child, repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found, and by what."""

    reference: str
    way: Way


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `more` when there is more than is shown."""

    hits: tuple[Hit, ...]
    more: bool = False


def understood(text: str, year: str, *, today: date, on: bool) -> Sought | Why:
    """Return what somebody means to search by; why it can not be done, when it can not."""
    if reference := references.parse(text):
        return Sought(Way.REFERENCE, reference=reference)
    if not on:
        return Why.OFF
    if any(sign.isdigit() for sign in text):
        data = NUMBER.understand(text, today).data or {}
        number = str(data.get("number", ""))
        return Sought(Way.NUMBER, child=Child(number=number)) if number else Why.NO_NUMBER
    firsts, lasts = likeness.names(text)
    if not (firsts and lasts):
        return Why.NO_NAME
    known = year.isascii() and year.isdecimal() and len(year) == YEAR
    if not known or not today.year - OLDEST <= int(year) <= today.year:
        return Why.NO_YEAR
    return Sought(Way.NAME, child=Child(firsts, lasts, halves=likeness.half_by_birth(year)))


def search(
    connection: Connection,
    index: Index,
    *,
    staff: Staff,
    sought: Sought,
    reason: Reason,
    now: datetime,
) -> Found | None:
    """Return the cases of the unit in view that are found, the newest first, and write it down.

    Those that they are barred from are not there. NotAllowed for who may not open a case; None for
    who has searched so much that they must wait, which is written down as well.
    """
    rights.require(staff, Act.OPEN)
    if is_slowed(connection, staff, now):
        return None
    if sought.way is Way.REFERENCE:
        there = links.case_id(connection, staff, sought.reference) is not None
        if not there:
            opening.refuse(connection, staff=staff, reference=sought.reference, now=now)
        found = Found((Hit(sought.reference, Way.REFERENCE),) if there else ())
    else:
        found = by_child(connection, index, staff, sought.child, now)
    counts = {"hits": len(found.hits), sought.way.value: 1, f"for_{reason}": 1}
    event = audit.Event(audit.Kind.SEARCHED, unit=staff.unit, actor=staff.name, counts=counts)
    audit.record(connection, event, at=now)
    return found


def is_slowed(connection: Connection, staff: Staff, now: datetime) -> bool:
    """Tell whether somebody has searched so much that they must wait, and write it down if so.

    What is counted is what is written down of each search, whichever process it was asked of.
    People of one name count as one.
    """
    asked = {"actor": staff.name, "since": now - WITHIN}
    if len(connection.execute(LATELY, asked).all()) < MOST_SEARCHES:
        return False
    event = audit.Event(audit.Kind.SEARCH_SLOWED, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
    return True


def by_child(
    connection: Connection, index: Index, staff: Staff, child: Child, now: datetime
) -> Found:
    """Return the cases of the unit that tell of a child; none where they are not compared."""
    keys = index.keys(staff.unit) if index.match.on else None
    if keys is None:
        return Found(())
    mine = likeness.tokens(child, keys, sounds=index.match.sound)
    asked = comparing.telling(frozenset(token.kind for token in mine), most=MOST + 1)
    given = comparing.among((staff.unit,), mine, since=index.since(now))
    rows = connection.execute(asked, given).all()
    seen = [row for row in rows[:MOST] if not bars.is_barred(bars.read(row.barred), staff)]
    theirs = comparing.tokens_of(connection, [row.id for row in seen], among=mine)
    hits = tuple(Hit(row.reference, way(mine, theirs[row.id])) for row in seen)
    return Found(hits, more=len(rows) > MOST)


def way(mine: likeness.Tokens, theirs: Iterable[likeness.Tokens]) -> Way:
    """Return the surest that a report was found by."""
    shared = {token.kind for tokens in theirs for token in tokens & mine}
    return next(WAYS[kind] for kind in WAYS if kind in shared)


def shown(
    connection: Connection, *, staff: Staff, references: Iterable[str]
) -> tuple[QueueItem, ...]:
    """Return cases as the queue has them, the newest first, of what was found a while ago.

    What is no longer the unit's, or what they are barred from since, is not there.
    """
    rights.require(staff, Act.OPEN)
    asked = items_of(staff.unit).where(submissions.c.reference.in_(list(references)))
    rows = connection.execute(asked.order_by(inbox_items.c.received_at.desc())).all()
    return tuple(as_item(row) for row in rows if not bars.is_barred(bars.read(row.barred), staff))
