"""Which other reports may be about the same child, and what staff have said of that.

They are the unit's own or, where the municipality has said so, those of all units of its board.
Nothing is opened for it: only tokens are compared. Whoever then opens one of the others opens it as
any report, and that is written down. Of another unit's it is told that it is there and who has it,
and it is opened by whom that unit's roles let; one with protected data does not exist elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Integer,
    Label,
    Row,
    Select,
    Subquery,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

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
DEEPEST = 5000
"""Tokens that are looked among for the newest: of a thousand reports at least. What more share says
nothing either, and would cost the more the longer the service is used."""
RANKS = {kind: rank for rank, kind in enumerate(Kind)}
"""The surest kind first."""
AGAINST = (Kind.NUMBER, Kind.BORN)
NEWEST = inbox_items.c.received_at.desc()


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report that may be about the same child, of whichever `unit`; `owner` has it, if any.

    `strength` is None where only staff say so. `same` is what `said_by` said at `said_at`, None
    when nobody has said anything.
    """

    reference: str
    unit: str
    owner: str | None
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
    """Return the reports that may be about a child of this one, the strongest first.

    Those that staff have said are about another come last. None where it is off, or no such
    report exists to them.
    """
    rights.require(staff, Act.OPEN)
    mine = case_id(connection, staff, reference) if index.match.on else None
    if mine is None:
        return ()
    strengths = compared(connection, index, staff.unit, mine, now)
    said = said_of(connection, mine)
    rows = existing(connection, index, staff, {*strengths, *said})
    found = (as_alike(row, strengths.get(row.id), said.get(row.id)) for row in rows)
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
    mine = case_id(connection, staff, reference)
    strengths = compared(connection, index, staff.unit, mine, now) if mine else {}
    said = said_of(connection, mine) if mine else {}
    shown = existing(connection, index, staff, {*strengths, *said})
    # Another unit's exists to them only as one that is shown beside theirs.
    theirs = case_id(connection, staff, other) or next(
        (row.id for row in shown if row.reference == other), None
    )
    if mine is None or theirs is None:
        missed = other if mine else reference
        opening.refuse(connection, staff=staff, reference=missed, now=now)
        return None
    first, second = sorted((mine, theirs))
    values = {
        "first": first,
        "second": second,
        "same": same,
        "strength": strengths.get(theirs),
        "said_by": staff.name,
        "said_at": now,
    }
    insert_or_replace(connection, case_links, values)
    kind = audit.Kind.SAME_CHILD_SAID if same else audit.Kind.OTHER_CHILD_SAID
    at = {row.id: row.unit for row in shown}
    for each in (mine, theirs):
        # At the unit that has it, whose log it is.
        event = audit.Event(kind, each, unit=at.get(each, staff.unit), actor=staff.name)
        audit.record(connection, event, at=now)
    return same


def compared(
    connection: Connection, index: Index, unit: str, mine: UUID, now: datetime
) -> Mapping[UUID, Strength]:
    """Return the reports within a unit's reach that have something in common with one: how much."""
    own = tokens_of(connection, [mine]).get(mine, ())
    shared = {token for tokens in own for token in tokens if token.kind is not Kind.BORN}
    if not shared:
        return {}
    asked = telling(index.reach(unit), shared, since=index.since(now))
    surest = asked.where(submissions.c.id != mine).order_by("rank", NEWEST).limit(MOST)
    ids = [row.id for row in connection.execute(surest)]
    others = tokens_of(connection, ids, among=shared)
    found = {other: strongest(own, theirs) for other, theirs in others.items()}
    return {other: strength for other, strength in found.items() if strength}


def strongest(own: Iterable[Tokens], theirs: Iterable[Tokens]) -> Strength | None:
    """Return how alike the two children are that are most alike."""
    theirs = tuple(theirs)
    found = (likeness.strength(one, other) for one in own for other in theirs)
    return max((each for each in found if each), default=None)


def telling(units: Iterable[str], tokens: Iterable[Token], *, since: datetime) -> Select[Any]:
    """Return what finds the reports to these units with one of these tokens: unordered, unlimited.

    Of each: `id`, `reference`, `barred` and `rank`, the least for the surest kind that is shared.
    What each kind costs is bounded by `DEEPEST`, and a name that many bear hides no number.
    """
    values: dict[Kind, list[bytes]] = defaultdict(list)
    for token in tokens:
        values[token.kind].append(token.value)
    near = union_all(*(select(of_kind(units, kind, values[kind])) for kind in values)).subquery()
    surest = select(near.c.submission_id, func.min(near.c.rank).label("rank"))
    found = surest.group_by(near.c.submission_id).subquery()
    facts = (submissions.c.id, submissions.c.reference, inbox_items.c.barred, found.c.rank)
    return (
        select(*facts)
        .select_from(found)
        .join(inbox_items, inbox_items.c.submission_id == found.c.submission_id)
        .join(submissions, submissions.c.id == found.c.submission_id)
        .where(inbox_items.c.unit.in_(list(units)), inbox_items.c.received_at >= since)
    )


def of_kind(units: Iterable[str], kind: Kind, values: Iterable[bytes]) -> Subquery:
    rank: Label[int] = literal_column(str(RANKS[kind]), Integer).label("rank")
    these = (person_tokens.c.kind == kind, person_tokens.c.token.in_(list(values)))
    asked = select(rank, person_tokens.c.submission_id)
    return asked.where(person_tokens.c.unit.in_(list(units)), *these).limit(DEEPEST).subquery()


def tokens_of(
    connection: Connection, submission_ids: Iterable[UUID], *, among: Iterable[Token] | None = None
) -> dict[UUID, tuple[Tokens, ...]]:
    """Return the tokens of each child of each of these reports.

    `among` leaves out what neither is one of these nor can speak against a likeness.
    """
    asked = select(person_tokens).where(person_tokens.c.submission_id.in_(list(submission_ids)))
    if among is not None:
        some = person_tokens.c.token.in_([token.value for token in among])
        asked = asked.where(some | person_tokens.c.kind.in_(AGAINST))
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


def existing(
    connection: Connection, index: Index, staff: Staff, submission_ids: Iterable[UUID]
) -> list[Row[Any]]:
    """Return those of these reports that exist to somebody, within the reach of their unit.

    Not those that they are barred from, nor another unit's with protected data.
    """
    facts = (submissions.c.id, submissions.c.reference, submissions.c.form_id)
    item = (inbox_items.c.unit, inbox_items.c.owner, inbox_items.c.received_at)
    asked = (
        select(*facts, submissions.c.protected, *item, inbox_items.c.barred)
        .select_from(WITH_REPORT)
        .where(submissions.c.id.in_(list(submission_ids)))
        .where(inbox_items.c.unit.in_(index.reach(staff.unit)))
    )
    rows: Iterable[Row[Any]] = connection.execute(asked)
    return [
        row
        for row in rows
        if not bars.is_barred(bars.read(row.barred), staff)
        and (row.unit == staff.unit or not row.protected)
    ]


def as_alike(row: Row[Any], strength: Strength | None, said: Row[Any] | None) -> Alike:
    return Alike(
        row.reference,
        row.unit,
        row.owner,
        row.form_id,
        row.received_at,
        row.protected,
        strength,
        *((said.same, said.said_by, said.said_at) if said else ()),
    )
