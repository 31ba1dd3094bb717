"""The clocks of a case in the database: started, stopped, extended; and which of them is next.

When a clock is due is worked out by `app.runner.clocks` and stored, so that a queue is sorted by
it. Nothing pauses a clock. How late something was is said when it is done, and never again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from app.casework.refusals import NotExtended
from app.runner import clocks
from app.runner.assembled import Content
from app.runner.hours import DAY, Calendar
from app.runner.municipality import Municipality
from app.runner.plain import plain
from app.runner.process import NEW, TAKEN, Process
from app.storage.asked import Asked
from app.storage.columns import NEVER
from app.storage.tables import case_clocks, inbox_items

NO_DAYS: Mapping[str, date] = {}
NO_PROCESS = 0
"""The version of the process of a form that is not known any more."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What cases are worked with by. `processes` are by form id.

    `recipients` are the public keys, by id, that what each unit writes is sealed to; the relay,
    which writes nothing, has none.
    """

    calendar: Calendar
    processes: Mapping[str, Process] = field(default_factory=dict)
    recipients: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    next_weekday: bool = False
    """Whether a last day that is no working day is the next one (lag 1930:173, 2 §)."""
    counts: bool = False  # for statistics


NO_RULES = Rules(Calendar(ZoneInfo("Europe/Stockholm")))
"""Where nothing is known of any form: a case can be taken and noted in, and no clock runs."""


def rules_of(
    content: Content, recipients: Mapping[str, Mapping[str, bytes]] | None = None
) -> Rules:
    """Return what a municipality's cases are worked with by: every form has a process."""
    known, t = content.processes[content.default], content.interfaces[content.default]
    return replace(rules_for(content.municipality, known, t), recipients=recipients or {})


def rules_for(
    municipality: Municipality, known: Mapping[str, Process], t: Callable[[str], str] = str
) -> Rules:
    """Return the same of a municipality's file and processes alone, for who writes nothing.

    A form without a process has the plain one; without `t`, in no words.
    """
    return Rules(
        calendar=municipality.calendar,
        processes={
            form_id: known.get(form_id) or plain(form_id, t) for form_id in municipality.forms
        },
        next_weekday=municipality.casework.next_weekday,
        counts=municipality.statistics.on,
    )


@dataclass(frozen=True, slots=True)
class CaseClock:
    """A clock of a case. `extended_to` is a later last day; statistics go by `due_on` all the same.

    `late_days` is how many days too late it was stopped, 0 when in time; None while it runs, and of
    one that was counted anew, from another day: what it waited for was not done then.
    """

    clock: str
    round: int
    started_at: datetime
    due_on: date
    due_at: datetime
    lawful_latest: date
    extended_to: date | None = None
    extended_at: datetime | None = None
    stopped_at: datetime | None = None
    late_days: int | None = None

    @property
    def runs(self) -> bool:
        return self.stopped_at is None

    @property
    def moved(self) -> bool:
        """Whether it stopped because it was counted anew, and not because anything was done."""
        return self.stopped_at is not None and self.late_days is None

    def last_day(self, rules: Rules) -> date:
        """Return the last day on which what it waits for is in time."""
        if self.extended_to is None:
            return self.lawful_latest if rules.next_weekday else self.due_on
        return clocks.next_working_day(self.extended_to) if rules.next_weekday else self.extended_to

    def late_at(self, rules: Rules) -> datetime:
        """Return the moment from which it is late."""
        return rules.calendar.at(self.last_day(rules), DAY)

    def ends_at(self, rules: Rules) -> datetime:
        """Return the moment that the queue is sorted by: when the day that is shown is over."""
        return self.due_at if self.extended_to is None else rules.calendar.at(self.extended_to, DAY)


OF_CASE = Asked(
    select(*(case_clocks.c[each.name] for each in fields(CaseClock)))
    .where(case_clocks.c.submission_id == bindparam("submission_id"))
    .order_by(case_clocks.c.due_at, case_clocks.c.clock, case_clocks.c.round),
    CaseClock,
)
Began = tuple[dict[str, Any], list[dict[str, Any]]]


def begun(
    rules: Rules, *, submission_id: UUID, form_id: str, received_at: datetime, taken: bool = False
) -> Began:
    """Return what a case begins with: the columns of its item, and the rows of its clocks.

    The clocks go from when the report was received, and not from when it came to the unit or was
    opened (SoL 20 kap. 1 and 2 §§; FL 22 §).
    """
    process = rules.processes.get(form_id)
    started = [
        new(clock, rules, submission_id=submission_id, at=received_at)
        for clock in (process.started_by(clocks.RECEIVED) if process else ())
    ]
    values = {
        "process_version": process.version if process else NO_PROCESS,
        "state": TAKEN if taken else NEW,
        **nearest([as_clock(row) for row in started], rules, waits_since(received_at, taken=taken)),
    }
    return values, started


def of_case(connection: Connection, submission_id: UUID) -> tuple[CaseClock, ...]:
    """Return every clock that a case has or has had, in the order that they are due."""
    return tuple(OF_CASE.all(connection, submission_id=submission_id))


def start(
    connection: Connection,
    rules: Rules,
    submission_id: UUID,
    started: Iterable[clocks.Clock],
    *,
    at: datetime,
    days: Mapping[str, date] = NO_DAYS,
) -> None:
    """Start clocks; one that has been stopped before is started anew, beside what it was.

    One that runs goes on as it is: what has been promised once is not put off by promising again.
    But one that is counted from a day, by the question for it in `days`, is counted anew beside
    what it was when that gives another last day.
    """
    in_order = sorted(of_case(connection, submission_id), key=attrgetter("round"))
    last = {each.clock: each for each in in_order}
    rows = []
    for clock in started:
        before, day = last.get(clock.id), days[clock.counts_from] if clock.counts_from else None
        number = before.round + 1 if before else 1
        row = new(clock, rules, submission_id=submission_id, at=at, number=number, day=day)
        if before and before.runs:
            if day is None or before.due_on == row["due_on"]:
                continue
            change(connection, submission_id, before, stopped_at=at)
        rows.append(row)
    if rows:
        connection.execute(insert(case_clocks), rows)


def stop(
    connection: Connection,
    rules: Rules,
    submission_id: UUID,
    stopped: Iterable[clocks.Clock],
    *,
    now: datetime,
) -> None:
    """Stop clocks that run, and say for ever how late it was done."""
    names = {clock.id for clock in stopped}
    for each in of_case(connection, submission_id):
        if each.runs and each.clock in names:
            late = clocks.days_late(each.last_day(rules), now, rules.calendar)
            change(connection, submission_id, each, stopped_at=now, late_days=late)


def extend(
    connection: Connection,
    rules: Rules,
    submission_id: UUID,
    clock: clocks.Clock,
    *,
    to: date,
    now: datetime,
) -> None:
    """Give a clock that runs a later last day, before the one it has is over (SoL 20 kap. 2 §).

    NotExtended when it does not run, its last day is over, or the new one is no later.
    """
    running = [each for each in of_case(connection, submission_id) if each.runs]
    mine = next((each for each in running if each.clock == clock.id), None)
    if mine is None:
        raise NotExtended("it does not run")
    last_day = mine.last_day(rules)
    if rules.calendar.day(now) > last_day:
        raise NotExtended("its last day is over")
    if to <= last_day:
        raise NotExtended("the new last day is no later")
    change(connection, submission_id, mine, extended_to=to, extended_at=now)


def opened(connection: Connection, rules: Rules, item: Row[Any], *, now: datetime) -> None:
    """Note that a person has opened a case, the first time, and stop what waited for that."""
    process = rules.processes.get(item.form_id)
    if process:
        stopped = process.stopped_by(clocks.OPENED)
        stop(connection, rules, item.submission_id, stopped, now=now)
    since = waits_since(item.received_at, taken=item.owner is not None)
    values = {"opened_at": now, **next_of(connection, rules, item.submission_id, since)}
    mine = inbox_items.c.submission_id == item.submission_id
    connection.execute(update(inbox_items).where(mine).values(**values))


def waits_since(received_at: datetime, *, taken: bool) -> datetime | None:
    """Return since when a case waits for somebody to have it; None when somebody has."""
    return None if taken else received_at


def next_of(
    connection: Connection, rules: Rules, submission_id: UUID, since: datetime | None
) -> dict[str, Any]:
    """Return the columns that say which clock of a case is next, and when."""
    return nearest(of_case(connection, submission_id), rules, since)


def nearest(found: Sequence[CaseClock], rules: Rules, since: datetime | None) -> dict[str, Any]:
    """Return which clock is next, and when.

    With no clock it stands by the day that it came, as long as it waits `since` then for somebody
    to have it: what nobody has is always to be done.
    """
    due = [(each.ends_at(rules), each.clock) for each in found if each.runs]
    if due:
        moment, name = min(due)
        return {"next_clock": name, "next_due": moment}
    moment = rules.calendar.at(rules.calendar.day(since), DAY) if since else NEVER
    return {"next_clock": None, "next_due": moment}


def new(
    clock: clocks.Clock,
    rules: Rules,
    *,
    submission_id: UUID,
    at: datetime,
    number: int = 1,
    day: date | None = None,
) -> dict[str, Any]:
    due = clocks.due(clock, at, rules.calendar, day=day)
    return {
        "submission_id": submission_id,
        "clock": clock.id,
        "round": number,
        "started_at": at,
        "due_on": due.due_on,
        "due_at": due.due_at,
        "lawful_latest": due.lawful_latest,
    }


def change(connection: Connection, submission_id: UUID, which: CaseClock, **values: object) -> None:
    connection.execute(
        update(case_clocks)
        .where(
            case_clocks.c.submission_id == submission_id,
            case_clocks.c.clock == which.clock,
            case_clocks.c.round == which.round,
        )
        .values(**values)
    )


def as_clock(row: Mapping[str, Any]) -> CaseClock:
    return CaseClock(**{name: row[name] for name in CaseClock.__slots__ if name in row})
