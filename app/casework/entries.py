"""What staff have done with a case, one entry for each: who, when, and what they wrote, sealed.

To write an entry takes the unit's public key only. What is sealed is bound to its place: an entry
that has been moved to another case, step, author or moment is not opened. Entries are never
changed (the database refuses); a correction is a new entry (SoL 14 kap. 6 §).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, bindparam, func, insert, select

from app.crypto import seal, unseal
from app.errors import NotARecipient, SealBroken, UnknownSuite
from app.runner.hand_over import compact
from app.storage.asked import Asked
from app.storage.tables import case_entries

SCHEMA = "skyddsnat/entry/1"
Facts = Mapping[str, Any]
"""The columns of an entry, or of what can be seen of it without a key."""

OPEN_FACTS = tuple(
    case_entries.c[name] for name in ("number", "kind", "step", "author", "at", "state", "owner")
)
COLUMNS = tuple(column.key for column in case_entries.c)


def as_stored(*values: Any) -> Facts:  # noqa: ANN401 - whatever the columns hold
    return dict(zip(COLUMNS, values, strict=True))


OF_CASE = Asked(
    select(case_entries)
    .where(case_entries.c.submission_id == bindparam("submission_id"))
    .order_by(case_entries.c.number),
    as_stored,
)


class Kind(StrEnum):
    """What was done."""

    STEP = "step"
    NOTE = "note"
    LETTER = "letter"
    """A letter or a list was made: which, to whom, and whom it names. `step` is its id."""
    TAKE = "take"
    GIVE_BACK = "give_back"
    ASSIGN = "assign"
    REOPEN = "reopen"
    SECOND_READ = "second_read"
    """Who decides has too little experience to do so alone: somebody else has read it too."""
    BAR = "bar"
    LIFT_ASKED = "lift_asked"
    LIFT = "lift"
    EMERGENCY = "emergency"
    """Whoever has jäv was let in, since nobody else could and it could not wait."""
    EMERGENCY_ENDED = "emergency_ended"
    LEND = "lend"
    LEND_ENDED = "lend_ended"
    HOLD = "hold"
    HOLD_LIFTED = "hold_lifted"
    AKT_FACTS = "akt_facts"
    """What the law asks of the akt before it may be removed."""


class Fault(StrEnum):
    """Why the words of an entry can not be shown."""

    KEY_MISSING = "key_missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody did, and what they wrote of it; no words where there was nothing to say."""

    kind: Kind
    author: str
    at: datetime
    step: str = ""
    words: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, opened. `state` and `owner` are what the case had after it.

    `words` are None where nothing was written, or where `fault` says why they are not shown.
    """

    number: int
    kind: Kind
    step: str
    author: str
    at: datetime
    state: str
    owner: str | None
    words: Mapping[str, Any] | None = field(default=None, repr=False)
    fault: Fault | None = None


def write(
    connection: Connection,
    said: Said,
    *,
    submission_id: UUID,
    unit: str,
    number: int,
    state: str,
    owner: str | None,
    recipients: Mapping[str, bytes],
) -> None:
    """Write an entry in the caller's transaction.

    `number` is the version of the case after it, `recipients` the unit's public key by its id.
    NotAKey when there are words and nobody could read them.
    """
    values = {
        "id": uuid4(),
        "submission_id": submission_id,
        "number": number,
        "kind": said.kind,
        "step": said.step or None,
        "author": said.author,
        "at": said.at,
        "state": state,
        "owner": owner,
    }
    if said.words is not None:
        content = compact({"schema": SCHEMA, **said.words})
        facts = bound(values, unit)
        values["key_id"] = next(iter(recipients), None)
        values["sealed"] = seal.seal(content, facts=facts, recipients=recipients)
    connection.execute(insert(case_entries).values(**values))


def of_case(connection: Connection, submission_id: UUID) -> tuple[Facts, ...]:
    """Return the entries of a case in order, as they are stored."""
    return tuple(OF_CASE.all(connection, submission_id=submission_id))


def last(connection: Connection, submission_id: UUID) -> Entry | None:
    """Return what was done last with a case, without its words; None when nothing has been."""
    mine = select(*OPEN_FACTS).where(case_entries.c.submission_id == submission_id)
    newest = mine.order_by(case_entries.c.number.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return as_entry(dict(row)) if row else None


def letters_since(connection: Connection, submission_id: UUID, version: int) -> int:
    """Return how many letters have been made since a case was a version."""
    mine = (case_entries.c.submission_id == submission_id, case_entries.c.kind == Kind.LETTER)
    since = select(func.count()).where(*mine, case_entries.c.number > version)
    return int(connection.execute(since).scalar_one())


def done(connection: Connection, submission_id: UUID) -> tuple[Entry, ...]:
    """Return what has been done with a case, in order, without words."""
    mine = select(*OPEN_FACTS).where(case_entries.c.submission_id == submission_id)
    rows = connection.execute(mine.order_by(case_entries.c.number)).mappings()
    return tuple(as_entry(dict(row)) for row in rows)


def opened(stored: Facts, unit: str, keys: Mapping[str, bytes]) -> Entry:
    """Return an entry with its words. `keys` are seeds by key id.

    What can not be read says so itself: one entry never hides the others.
    """
    if stored["sealed"] is None:
        return as_entry(stored)
    seed = keys.get(stored["key_id"])
    if seed is None:
        return as_entry(stored, fault=Fault.KEY_MISSING)
    try:
        content = unseal.unseal(stored["sealed"], seed, expected=bound(stored, unit)).content
    except NotARecipient:
        return as_entry(stored, fault=Fault.KEY_MISSING)
    except (SealBroken, UnknownSuite):
        return as_entry(stored, fault=Fault.BROKEN)
    return as_entry(stored, words=json.loads(content))


def bound(facts: Facts, unit: str) -> dict[str, str | int]:
    """Return what the header of a sealed entry states of its place."""
    return {
        "entry": str(facts["id"]),
        "submission": str(facts["submission_id"]),
        "unit": unit,
        "number": facts["number"],
        "kind": str(facts["kind"]),
        "step": facts["step"] or "",
        "author": facts["author"],
        "at": facts["at"].astimezone(UTC).isoformat(timespec="microseconds"),
    }


def as_entry(
    stored: Facts, *, words: Mapping[str, Any] | None = None, fault: Fault | None = None
) -> Entry:
    return Entry(
        number=stored["number"],
        kind=Kind(stored["kind"]),
        step=stored["step"] or "",
        author=stored["author"],
        at=stored["at"],
        state=stored["state"] or "",
        owner=stored["owner"],
        words=words,
        fault=fault,
    )
