"""Read, by the service itself, what reports say: keep tokens of the children, and count the rest.

It is an automatic reading of what is sealed, written in the audit trail and durable before any of
it is opened, and done only where the municipality has said so (`[match]`, `[statistics]`). Killed
anywhere, it takes up what is not yet marked; done twice, it does no harm. A change of key, of how
tokens are made or of the municipality's mind is another mark: everything is read again, and
nothing is counted again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    delete,
    func,
    select,
    union,
    update,
)

from app.casework import likeness, opening, tallies
from app.casework.likeness import Keys, Tokens
from app.casework.tallies import Counted
from app.errors import NotARecipient, SealBroken, UnknownSuite
from app.records import audit
from app.runner import boards
from app.runner.casework import Match
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.hours import Calendar
from app.storage.changes import run
from app.storage.conflict import insert_all_new
from app.storage.tables import UNCOUNTED, inbox_items, person_tokens, submissions

AT_ONCE = 200
MONTH = timedelta(days=30.44)
MARK = (
    update(inbox_items)
    .where(inbox_items.c.submission_id == bindparam("read"))
    .values(indexed_as=bindparam("as_of"))
)
ERASE = delete(person_tokens).where(person_tokens.c.submission_id == bindparam("read"))


@dataclass(frozen=True, slots=True)
class Index:
    """What is read and how. `own` is, by unit, the id of the key that its tokens' keys grow from.

    `forms` are those that tell of children, by id, `counted` those of which reports are counted;
    `seeds` are private keys, by their ids. `boards` are, by unit, the units of its board, where all
    that is a board's is compared: the keys grow from the key of the first of them, so that nothing
    is alike between two boards.
    """

    match: Match
    forms: Mapping[str, Form]
    calendar: Calendar
    own: Mapping[str, str]
    seeds: Mapping[str, bytes] = field(repr=False)
    boards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counted: Mapping[str, Form] = field(default_factory=dict)

    @property
    def on(self) -> bool:
        """Whether anything is read at all."""
        return self.match.on or bool(self.counted)

    def reach(self, unit: str) -> tuple[str, ...]:
        """Return the units whose reports are compared with those of a unit, itself among them."""
        return self.boards.get(unit, (unit,))

    def mark(self, unit: str) -> str:
        """Return how the tokens of a unit's reports are made today."""
        sounds = "sound" if self.match.sound else "spelt"
        board = " board" if unit in self.boards else ""
        return f"{likeness.VERSION} {sounds} {self.match.months} {self.own[unit]}{board}"

    def keys(self, unit: str) -> Keys | None:
        """Return the keys of a unit's tokens; None where what they grow from is not here."""
        key_id = self.own.get(unit)
        # No unit's name has a blank.
        whose = "a board" if unit in self.boards else unit
        return Keys(self.seeds[key_id], whose) if key_id else None

    def since(self, now: datetime) -> datetime:
        """Return from when reports are compared."""
        return now - self.match.months * MONTH


@dataclass(frozen=True, slots=True)
class Read:
    """What a report was made into: the tokens of each child, and what it counts for.

    None where those are not asked for; `unread` when it could not be opened.
    """

    submission_id: UUID
    unit: str
    people: tuple[Tokens, ...] | None = None
    counted: Counted | None = None
    unread: bool = False


def index_of(
    content: Content, recipients: Mapping[str, Mapping[str, bytes]], seeds: Mapping[str, bytes]
) -> Index:
    """Return what a municipality's reports are read by; `recipients` as in `Rules`."""
    forms, town = content.forms[content.default], content.municipality
    together = boards.together(town.units) if town.match.of_board else {}
    usual = {unit: key_id for unit, [key_id, *_] in recipients.items()}
    own = {unit: usual[together.get(unit, (unit,))[0]] for unit in usual}
    return Index(
        town.match,
        {name: form for name, form in forms.items() if likeness.tells_of_children(form)},
        town.calendar,
        {unit: key_id for unit, key_id in own.items() if key_id in seeds},
        seeds,
        together,
        forms if town.statistics.on else {},
    )


def waiting(index: Index, unit: str) -> Iterator[Select[Any]]:
    """Yield what finds a unit's reports that are not read as they are to be today.

    Those that were never read come before those that were read in another way.
    """
    ours = select(inbox_items.c.submission_id).where(inbox_items.c.unit == unit)
    if index.counted:
        yield ours.where(UNCOUNTED)
    if index.match.on:
        marked, now = inbox_items.c.indexed_as, index.mark(unit)
        # Not `!=`, nor all in one, which no index helps with.
        for unlike in (marked.is_(None), marked < now, marked > now):
            yield ours.where(unlike)


def left(connection: Connection, index: Index) -> int:
    """Return how many reports are to be read; 0 where it is off."""
    every = (union(*waiting(index, unit)).subquery() for unit in index.own if index.on)
    return sum(
        int(connection.execute(select(func.count()).select_from(each)).scalar_one())
        for each in every
    )


def waits(connection: Connection, index: Index) -> bool:
    """Tell whether any report is to be read: at once, however many they are."""
    return any(
        connection.execute(each.limit(1)).one_or_none()
        for unit in index.own
        for each in waiting(index, unit)
    )


def claim(
    connection: Connection, index: Index, *, now: datetime, most: int = AT_ONCE
) -> list[dict[str, Any]]:
    """Write down that reports are read, the newest first, and return their rows, still sealed.

    Those of which nothing is asked that is sealed are counted and marked, and left unread.
    """
    here: dict[UUID, str] = {}
    for unit in index.own:
        for each in waiting(index, unit):
            if room := most - len(here):
                newest = each.order_by(inbox_items.c.received_at.desc()).limit(room)
                here |= dict.fromkeys(connection.execute(newest).scalars(), unit)
    work = (inbox_items.c.arrived_at, inbox_items.c.indexed_as, inbox_items.c.counted_at)
    asked = select(submissions, *work).join_from(submissions, inbox_items)
    asked = asked.where(submissions.c.id.in_(here))
    # The unit that has it, which need not be the one that it was sealed to.
    found = connection.execute(asked).mappings() if here else ()
    rows: list[dict[str, Any]] = [{**row, "here": here[row["id"]]} for row in found]
    for row in rows:
        row["compared"] = is_compared(index, row, now)
    mine = [row for row in rows if row["compared"] or answers_count(index, row)]
    opened = {row["id"] for row in mine}
    unread = [unopened(index, row) for row in rows if row["id"] not in opened]
    store(connection, index, unread, now=now)
    kind = audit.Kind.READ_BY_SERVICE
    events = (audit.Event(kind, row["id"], unit=row["here"]) for row in mine)
    audit.record_all(connection, events, at=now)
    return mine


def is_compared(index: Index, row: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether tokens are to be made of a report, as it is not marked today."""
    if not index.match.on or row["indexed_as"] == index.mark(row["here"]):
        return False
    return row["form_id"] in index.forms and row["received_at"] >= index.since(now)


def counts(index: Index, row: Mapping[str, Any]) -> bool:
    return bool(index.counted) and row["counted_at"] is None


def answers_count(index: Index, row: Mapping[str, Any]) -> bool:
    form = index.counted.get(row["form_id"])
    return counts(index, row) and form is not None and bool(form.statistics)


def read(index: Index, rows: Sequence[Mapping[str, Any]]) -> list[Read]:
    """Open what was claimed, and return tokens of it and nothing else."""
    keys = {unit: keys for unit in index.own if (keys := index.keys(unit))}
    return [read_one(index, row, keys[row["here"]]) for row in rows]


def read_one(index: Index, row: Mapping[str, Any], keys: Keys) -> Read:
    try:
        transcript = opening.transcript(row, index.seeds)
    except (NotARecipient, SealBroken, UnknownSuite):
        return replace(unopened(index, row), unread=True)
    people = None
    if row["compared"]:
        day = index.calendar.day(row["received_at"])
        found = likeness.children(index.forms[row["form_id"]], transcript, day)
        sounds = index.match.sound
        people = tuple(likeness.tokens(child, keys, sounds=sounds) for child in found)
    return Read(row["id"], row["here"], people, count_of(index, row, transcript))


def unopened(index: Index, row: Mapping[str, Any]) -> Read:
    """Return what a report is made into that is not opened: it counts, and says nothing."""
    people = () if row["compared"] else None
    return Read(row["id"], row["here"], people, count_of(index, row, None))


def count_of(
    index: Index, row: Mapping[str, Any], transcript: Mapping[str, Any] | None
) -> Counted | None:
    if not counts(index, row):
        return None
    return tallies.counted(row, index.counted.get(row["form_id"]), transcript, index.calendar)


def store(connection: Connection, index: Index, found: Sequence[Read], *, now: datetime) -> None:
    """Keep the tokens of reports in place of what was kept of them, count them, and mark them."""
    # Whoever else reads the same ones waits: both in the same order.
    found = sorted(found, key=lambda each: each.submission_id)
    if index.match.on:
        mark(connection, index, {each.submission_id: each.unit for each in found})
    keep(connection, [each for each in found if each.people is not None])
    tallies.add(connection, (each.counted for each in found if each.counted), now=now)


def keep(connection: Connection, found: Sequence[Read]) -> None:
    if not found:
        return
    run(connection, ERASE, [{"read": each.submission_id} for each in found])
    rows = [
        {
            "submission_id": each.submission_id,
            "person": person,
            "kind": token.kind,
            "token": token.value,
            "unit": each.unit,
        }
        for each in found
        for person, tokens in enumerate(each.people or ())
        for token in tokens
    ]
    if rows:
        insert_all_new(connection, person_tokens, rows)


def mark(connection: Connection, index: Index, here: Mapping[UUID, str]) -> None:
    """Mark reports, by their units, as read as they are to be today."""
    if here:
        rows = [{"read": each, "as_of": index.mark(here[each])} for each in sorted(here)]
        run(connection, MARK, rows)
