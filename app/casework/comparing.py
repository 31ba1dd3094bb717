"""Looks among the tokens for reports that share some: nothing is opened, and no search is endless.

The statements are kept, since they cost more to make than to run.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Label,
    Select,
    Subquery,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)

from app.casework import likeness
from app.casework.indexing import Index
from app.casework.likeness import Kind, Strength, Token, Tokens
from app.storage.tables import inbox_items, person_tokens, submissions

MOST = 50
"""The newest reports that share something are compared; a name that more share says nothing."""
DEEPEST = 1000
"""Tokens of a kind that are looked among: a report has up to eight of a name, one of a number. What
more share says nothing either, and would cost the more the longer the service is used."""
RANKS = {kind: rank for rank, kind in enumerate(Kind)}
"""The surest kind first."""
KINDS = {kind.value: kind for kind in Kind}
UNITS: BindParameter[Any] = bindparam("units", expanding=True)
ALL = select(
    person_tokens.c.submission_id,
    person_tokens.c.person,
    person_tokens.c.kind,
    person_tokens.c.token,
).where(person_tokens.c.submission_id.in_(bindparam("ids", expanding=True)))
SOME = ALL.where(
    person_tokens.c.token.in_(bindparam("some", expanding=True))
    | person_tokens.c.kind.in_([Kind.NUMBER.value, Kind.BORN.value])
)
"""What is among some, or can speak against a likeness."""


def compared(
    connection: Connection, index: Index, unit: str, mine: UUID, now: datetime
) -> Mapping[UUID, Strength]:
    """Return the reports within a unit's reach that have something in common with one: how much."""
    own = tokens_of(connection, [mine]).get(mine, ())
    shared = {token for tokens in own for token in tokens if token.kind is not Kind.BORN}
    if not shared:
        return {}
    asked = telling(frozenset(token.kind for token in shared), most=MOST + 1, surest=True)
    given = among(index.reach(unit), shared, since=index.since(now))
    ids = [row.id for row in connection.execute(asked, given) if row.id != mine][:MOST]
    others = tokens_of(connection, ids, among=shared)
    found = {other: strongest(own, theirs) for other, theirs in others.items()}
    return {other: strength for other, strength in found.items() if strength}


def strongest(own: Iterable[Tokens], theirs: Iterable[Tokens]) -> Strength | None:
    """Return how alike the two children are that are most alike."""
    theirs = tuple(theirs)
    found = (likeness.strength(one, other) for one in own for other in theirs)
    return max((each for each in found if each), default=None)


@lru_cache
def telling(kinds: frozenset[Kind], *, most: int, surest: bool = False) -> Select[Any]:
    """Return what finds the reports with a token that is `among` some of these kinds.

    Of each: `id`, `reference`, `barred` and `rank`, the least for the surest kind that is shared.
    The newest come first, with `surest` of those of the surest kind. What each kind costs is
    bounded by `DEEPEST`, and a name that many bear hides no number. The statement is kept, since
    it costs more to make than to run.
    """
    near = union_all(*(select(of_kind(kind)) for kind in sorted(kinds))).subquery()
    rank = func.min(near.c.rank).label("rank")
    found = select(near.c.submission_id, rank).group_by(near.c.submission_id).subquery()
    item = inbox_items.c
    within = (
        select(item.submission_id, item.received_at, item.barred, found.c.rank)
        .select_from(found)
        .join(inbox_items, item.submission_id == found.c.submission_id)
        .where(item.unit.in_(UNITS), item.received_at >= bindparam("since"))
        .order_by(*([found.c.rank] if surest else []), item.received_at.desc())
        .limit(literal_column(str(most)))
        .subquery()
    )
    facts = (submissions.c.id, submissions.c.reference, within.c.barred, within.c.rank)
    return (
        select(*facts)
        .select_from(within)
        .join(submissions, submissions.c.id == within.c.submission_id)
        .order_by(*([within.c.rank] if surest else []), within.c.received_at.desc())
    )


def of_kind(kind: Kind) -> Subquery:
    rank: Label[int] = literal_column(str(RANKS[kind]), Integer).label("rank")
    asked = select(rank, person_tokens.c.submission_id).where(person_tokens.c.unit.in_(UNITS))
    these = person_tokens.c.token.in_(bindparam(kind.value, expanding=True))
    asked = asked.where(person_tokens.c.kind == literal_column(f"'{kind}'"), these)
    return asked.limit(literal_column(str(DEEPEST))).subquery()


def among(units: Iterable[str], tokens: Iterable[Token], *, since: datetime) -> dict[str, Any]:
    """Return what `telling` is asked with: among which units' tokens, of which, since when."""
    values: dict[str, list[bytes]] = defaultdict(list)
    for token in tokens:
        values[token.kind.value].append(token.value)
    return {"units": list(units), "since": since, **values}


def tokens_of(
    connection: Connection, submission_ids: Iterable[UUID], *, among: Iterable[Token] | None = None
) -> dict[UUID, tuple[Tokens, ...]]:
    """Return the tokens of each child of each of these reports.

    `among` leaves out what neither is one of these nor can speak against a likeness.
    """
    given: dict[str, Any] = {"ids": list(submission_ids)}
    if among is not None:
        given["some"] = [token.value for token in among]
    people: dict[UUID, dict[int, set[Token]]] = defaultdict(lambda: defaultdict(set))
    for report, person, kind, value in connection.execute(SOME if among else ALL, given):
        people[report][person].add(Token(KINDS[kind], value))
    return {
        report: tuple(frozenset(tokens) for tokens in each.values())
        for report, each in people.items()
    }
