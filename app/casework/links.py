"""Which other reports of a unit may be about the same child, and what staff have said of that.

Nothing is opened for it: only tokens are compared. Whoever then opens one of the others opens it as
any report, and that is written down.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select, tuple_

from app.casework import bars, likeness, opening, rights
from app.casework.access import Staff
from app.casework.indexing import Index
from app.casework.likeness import Kind, Strength, Token, Tokens
from app.casework.queue import WITH_REPORT
from app.casework.rights import Act
from app.records import audit
from app.storage.conflict import insert_or_replace
from app.storage.tables import case_links, inbox_items, person_tokens, submissions

MOST = 100
"""The newest reports that share something are compared; a name that more share says nothing."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report that may be about the same child.

    `strength` is None where only staff say so. `same` is what `said_by` said at `said_at`, None
    when nobody has said anything.
    """

    reference: str
    form_id: str
    received_at: datetime
    protected: bool
    strength: Strength | None
    same: bool | None = None
    said_by: str = ""
    said_at: datetime | None = None


def alike(
    connection: Connection, index: Index, *, staff: Staff, reference: str, now: datetime
) -> tuple[Alike, ...]:
    """Return the reports of the unit that may be about a child of this one, the strongest first.

    Those that staff have said are about another come last. None where it is off, or no such
    report exists to them; those that they are barred from do not.
    """
    rights.require(staff, Act.OPEN)
    mine = case_id(connection, staff, reference) if index.match.on else None
    if mine is None:
        return ()
    strengths = compared(connection, index, staff.unit, mine, now)
    said = said_of(connection, mine)
    rows = connection.execute(of_unit(staff.unit, {*strengths, *said})).all()
    found = (
        as_alike(row, strengths.get(row.id), said.get(row.id))
        for row in rows
        if not bars.is_barred(bars.read(row.barred), staff)
    )
    return tuple(
        sorted(found, key=lambda one: (one.same is False, -(one.strength or 0), one.received_at))
    )


def say(
    connection: Connection,
    index: Index,
    *,
    staff: Staff,
    reference: str,
    other: str,
    same: bool,
    now: datetime,
) -> bool | None:
    """Keep that two reports are, or are not, about the same child; what is said last stands.

    None when one of them does not exist to them, and the attempt is written down; None too where it
    is off. NotAllowed without the right to work with cases.
    """
    rights.require(staff, Act.WORK)
    if not index.match.on or reference == other:
        return None
    ids: list[UUID] = []
    for name in (reference, other):
        found = case_id(connection, staff, name)
        if found is None:
            opening.refuse(connection, staff=staff, reference=name, now=now)
            return None
        ids.append(found)
    strength = compared(connection, index, staff.unit, ids[0], now).get(ids[1])
    first, second = sorted(ids)
    values = {
        "first": first,
        "second": second,
        "same": same,
        "strength": strength,
        "said_by": staff.name,
        "said_at": now,
    }
    insert_or_replace(connection, case_links, values)
    kind = audit.Kind.SAME_CHILD_SAID if same else audit.Kind.OTHER_CHILD_SAID
    for each in ids:
        opening.remember(connection, kind, each, staff=staff, now=now)
    return same


def compared(
    connection: Connection, index: Index, unit: str, mine: UUID, now: datetime
) -> Mapping[UUID, Strength]:
    """Return the reports of the unit that have something in common with one, and how much."""
    own = tokens_of(connection, [mine]).get(mine, ())
    shared = {token for tokens in own for token in tokens if token.kind is not Kind.BORN}
    if not shared:
        return {}
    asked = (
        select(person_tokens.c.submission_id, inbox_items.c.received_at)
        .distinct()
        .join(inbox_items, inbox_items.c.submission_id == person_tokens.c.submission_id)
        .where(person_tokens.c.unit == unit, inbox_items.c.unit == unit)
        .where(among(shared), person_tokens.c.submission_id != mine)
        .where(inbox_items.c.received_at >= index.since(now))
        .order_by(inbox_items.c.received_at.desc())
        .limit(MOST)
    )
    others = tokens_of(connection, connection.execute(asked).scalars().all())
    found = {other: strongest(own, theirs) for other, theirs in others.items()}
    return {other: strength for other, strength in found.items() if strength}


def strongest(own: Iterable[Tokens], theirs: Iterable[Tokens]) -> Strength | None:
    """Return how alike the two children are that are most alike."""
    theirs = tuple(theirs)
    found = (likeness.strength(one, other) for one in own for other in theirs)
    return max((each for each in found if each), default=None)


def among(tokens: Iterable[Token]) -> ColumnElement[bool]:
    pairs = [(str(token.kind), token.value) for token in tokens]
    return tuple_(person_tokens.c.kind, person_tokens.c.token).in_(pairs)


def tokens_of(
    connection: Connection, submission_ids: Iterable[UUID]
) -> dict[UUID, tuple[Tokens, ...]]:
    """Return the tokens of each child of each of these reports."""
    asked = select(person_tokens).where(person_tokens.c.submission_id.in_(list(submission_ids)))
    people: dict[UUID, dict[int, set[Token]]] = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(asked):
        people[row.submission_id][row.person].add(Token(Kind(row.kind), row.token))
    return {
        report: tuple(frozenset(tokens) for tokens in each.values())
        for report, each in people.items()
    }


def said_of(connection: Connection, mine: UUID) -> dict[UUID, Row[Any]]:
    """Return what staff have said of a report and others, by the other."""
    either = or_(case_links.c.first == mine, case_links.c.second == mine)
    rows = connection.execute(select(case_links).where(either)).all()
    return {row.second if row.first == mine else row.first: row for row in rows}


def case_id(connection: Connection, staff: Staff, reference: str) -> UUID | None:
    """Return the id of a case that exists to somebody: of their unit, and not barred to them."""
    asked = select(submissions.c.id, inbox_items.c.barred).select_from(WITH_REPORT)
    mine = (inbox_items.c.unit == staff.unit, submissions.c.reference == reference)
    row = connection.execute(asked.where(*mine)).one_or_none()
    if row is None or bars.is_barred(bars.read(row.barred), staff):
        return None
    found: UUID = row.id
    return found


def of_unit(unit: str, submission_ids: Iterable[UUID]) -> Select[Any]:
    facts = (submissions.c.id, submissions.c.reference, submissions.c.form_id)
    return (
        select(*facts, submissions.c.protected, inbox_items.c.received_at, inbox_items.c.barred)
        .select_from(WITH_REPORT)
        .where(inbox_items.c.unit == unit, submissions.c.id.in_(list(submission_ids)))
    )


def as_alike(row: Row[Any], strength: Strength | None, said: Row[Any] | None) -> Alike:
    return Alike(
        row.reference,
        row.form_id,
        row.received_at,
        row.protected,
        strength,
        *((said.same, said.said_by, said.said_at) if said else ()),
    )
