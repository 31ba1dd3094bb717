"""What reviewers of the log have said of each reading, and the sentences they wrote (SoPuL 10 §).

Nobody reviews what they have read themselves. What is said is added and never changed; the last
about a reading is what stands. A sentence may name people and what they did, and so it is sealed to
the unit as all that staff write.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select

from app.casework import rights
from app.casework.access import Staff
from app.casework.refusals import OwnReading
from app.casework.rights import Act
from app.casework.sampling import Why
from app.crypto import seal, unseal
from app.errors import NoSuchItem, NotARecipient, SealBroken, UnknownSuite
from app.records import audit
from app.records.audit import Kind
from app.runner.hand_over import compact
from app.storage.tables import (
    inbox_items,
    review_marks,
    review_months,
    review_readings,
    submissions,
)

SCHEMA = "skyddsnat/review/1"
READ, MARK = review_readings.c, review_marks.c


class Verdict(StrEnum):
    """What a reviewer says of a reading."""

    FINE = "fine"
    FOLLOW_UP = "follow_up"
    """It is followed up; when that is done it is FINE, or said anew."""


KINDS = {Verdict.FINE: Kind.READING_FINE, Verdict.FOLLOW_UP: Kind.READING_FOLLOWED_UP}


@dataclass(frozen=True, slots=True)
class Mark:
    """What one reviewer said, and when. `sentence` is None where it can not be opened."""

    verdict: Verdict
    author: str
    at: datetime
    sentence: str | None = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A reading that is to be reviewed. `reference` is "" when the case is not the unit's."""

    event_id: int
    at: datetime
    actor: str
    reference: str
    times: int
    why: tuple[Why, ...]
    marks: tuple[Mark, ...]
    searches: bool = False
    """It is what they searched for, and so of no case."""

    @property
    def verdict(self) -> Verdict | None:
        return self.marks[-1].verdict if self.marks else None


def of_month(
    connection: Connection, *, staff: Staff, month: str, keys: Mapping[str, bytes], now: datetime
) -> list[Chosen]:
    """Return what is to be reviewed of a month, in order. It is the log: so that is written.

    `keys` are seeds by key id; none where no sentence is to be read.
    """
    rights.require(staff, Act.SIGN_REVIEW)
    event = audit.Event(Kind.LOG_READ, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
    mine = readings_for(staff).where(READ.month == month).order_by(READ.event_id)
    said = select(review_marks).join(review_readings, READ.event_id == MARK.event_id)
    theirs = said.where(READ.unit == staff.unit, READ.month == month)
    return gathered(connection, mine, theirs, keys)


def one(
    connection: Connection, *, staff: Staff, event_id: int, keys: Mapping[str, bytes], now: datetime
) -> Chosen | None:
    """Return one reading, as `of_month`; None when the unit has none by that id to review."""
    rights.require(staff, Act.SIGN_REVIEW)
    mine = readings_for(staff).where(READ.event_id == event_id)
    said = select(review_marks).where(MARK.event_id == event_id, MARK.unit == staff.unit)
    found = gathered(connection, mine, said, keys)
    if not found:
        return None
    event = audit.Event(Kind.LOG_READ, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
    return found[0]


def readings_for(staff: Staff) -> Select[Any]:
    """Return what asks for the readings that are to be reviewed, as far as they are somebody's to.

    Who does not review the log itself sees those of whoever has: what nobody may review of one's
    own is reviewed by a second (SoPuL 10 §).
    """
    unit, item = staff.unit, inbox_items.c
    asked = (
        select(review_readings, submissions.c.reference)
        .outerjoin(inbox_items, (item.submission_id == READ.submission_id) & (item.unit == unit))
        .outerjoin(submissions, submissions.c.id == item.submission_id)
        .where(READ.unit == unit)
    )
    if rights.may(staff, Act.REVIEW_LOG):
        return asked
    have_said = select(MARK.author).where(MARK.unit == unit)
    have_drawn = select(review_months.c.drawn_by).where(review_months.c.unit == unit)
    return asked.where(or_(READ.actor.in_(have_said), READ.actor.in_(have_drawn)))


def gathered(
    connection: Connection, readings: Select[Any], said: Select[Any], keys: Mapping[str, bytes]
) -> list[Chosen]:
    marks = defaultdict(list)
    for facts in connection.execute(said.order_by(MARK.event_id, MARK.number)).mappings():
        marks[facts["event_id"]].append(mark_of(dict(facts), keys))
    return [
        Chosen(
            row.event_id,
            row.at,
            row.actor,
            row.reference or "",
            row.times,
            tuple(map(Why, row.why.split())),
            tuple(marks[row.event_id]),
            searches=row.submission_id is None and Why.REFUSED not in row.why.split(),
        )
        for row in connection.execute(readings)
    ]


def mark(
    connection: Connection,
    *,
    staff: Staff,
    event_id: int,
    verdict: Verdict,
    sentence: str,
    recipients: Mapping[str, bytes],
    now: datetime,
) -> None:
    """Say something of a reading. `recipients` is the unit's public key by its id.

    NoSuchItem when the unit has no such reading to review, OwnReading, NotAllowed; ValueError when
    what is to be followed up is not said; IntegrityError when somebody else says something in the
    same moment: then it can be said again.
    """
    rights.require(staff, Act.SIGN_REVIEW)
    row = connection.execute(readings_for(staff).where(READ.event_id == event_id)).one_or_none()
    if row is None:
        raise NoSuchItem("not a reading to review")
    if row.actor == staff.name:
        raise OwnReading(staff.unit)
    if verdict is Verdict.FOLLOW_UP and not sentence:
        raise ValueError("what is followed up must be said")
    last = select(func.max(MARK.number)).where(MARK.event_id == event_id)
    values = {
        "event_id": event_id,
        "number": (connection.execute(last).scalar() or 0) + 1,
        "unit": staff.unit,
        "verdict": verdict,
        "author": staff.name,
        "at": now,
        "key_id": None,
        "sealed": None,
    }
    if sentence:
        content = compact({"schema": SCHEMA, "sentence": sentence})
        values["key_id"] = next(iter(recipients), None)
        values["sealed"] = seal.seal(content, facts=bound(values), recipients=recipients)
    connection.execute(insert(review_marks).inline(), values)
    event = audit.Event(
        KINDS[verdict],
        row.submission_id,
        unit=staff.unit,
        actor=staff.name,
        counts={"event": event_id},
    )
    audit.record(connection, event, at=now)


def bound(facts: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what the header of a sealed sentence states of its place."""
    return {
        "reading": facts["event_id"],
        "number": facts["number"],
        "unit": facts["unit"],
        "verdict": str(facts["verdict"]),
        "author": facts["author"],
        "at": facts["at"].astimezone(UTC).isoformat(timespec="microseconds"),
    }


def mark_of(facts: Mapping[str, Any], keys: Mapping[str, bytes]) -> Mark:
    """Return what was said; one sentence that can not be opened hides no other."""
    sentence: str | None = ""
    if facts["sealed"] is not None:
        sentence = sentence_of(facts, keys)
    return Mark(Verdict(facts["verdict"]), facts["author"], facts["at"], sentence)


def sentence_of(facts: Mapping[str, Any], keys: Mapping[str, bytes]) -> str | None:
    seed = keys.get(facts["key_id"])
    if seed is None:
        return None
    try:
        opened = unseal.unseal(facts["sealed"], seed, expected=bound(facts))
    except (NotARecipient, SealBroken, UnknownSuite):
        return None
    return str(json.loads(opened.content)["sentence"])
