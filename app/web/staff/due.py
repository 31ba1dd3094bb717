"""Until when something must be done, in words: never by colour alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from app.casework.queue import QueueItem
from app.casework.running import CaseClock, Rules
from app.runner import clocks
from app.runner.clocks import RECEIVED, Clock, Standing
from app.runner.process import Process
from app.runner.texts import Interface
from app.web.shown import words
from app.web.staff.case_views import ClockView

LATE, SOON = "late", "soon"
"""How a time stands out, beside what its words say."""
TONES = {Standing.RED: LATE, Standing.YELLOW: SOON, Standing.HOLIDAY: SOON}


class Due(NamedTuple):
    """A last day in words, and how it stands out: LATE, SOON or not at all."""

    says: str
    tone: str


def of_item(item: QueueItem, rules: Rules, today: date, t: Interface) -> Due:
    """Return when the next clock of a case is over, as it is said on a day."""
    if item.next_due is None:
        return Due(t("staff.due.none"), "")
    return of_day(shown_day(item, rules, today), today, t, short=True)


def shown_day(item: QueueItem, rules: Rules, today: date) -> date:
    """Return the last day that is shown of a case, on a day.

    With no clock it is the day that it came, as long as nobody has it, and else the last there is.
    """
    if item.next_due is None:
        return date.max if item.owner else rules.calendar.day(item.received_at)
    # The moment is when the day is over: the next midnight.
    day = rules.calendar.day(item.next_due - timedelta(microseconds=1))
    process = rules.processes.get(item.form_id)
    clock = process.clock(item.next_clock or "") if process else None
    if clock and clock.today_before and clock.starts == RECEIVED and day > today:
        # What came in early in the day is shown as the same day's, though the next is in time.
        goal = clocks.due(clock, item.received_at, rules.calendar).goal
        day = max(goal, today)
    return day


@lru_cache(maxsize=400)
def of_day(day: date, today: date, t: Interface, *, short: bool = False) -> Due:
    """Return a last day as it is said on another day. A list is of few days."""
    late = (today - day).days
    if late > 0:
        return Due(how_late(late, t), LATE)
    if late == 0:
        return Due(t("staff.due.today"), SOON)
    return Due(t("staff.due.tomorrow") if late == -1 else dated(day, t, short=short), "")


def how_late(days: int, t: Interface) -> str:
    return t("staff.due.late_one") if days == 1 else t("staff.due.late", count=days)


def dated(day: date, t: Interface, *, short: bool = False) -> str:
    most = words.ENOUGH if short else None
    return t(
        "staff.due.date",
        weekday=t(f"dates.weekdays.{day.isoweekday()}")[:most],
        day=day.day,
        month=t(f"dates.months.{day.month}")[:most],
    )


def clock_name(process: Process | None, clock_id: str | None) -> str:
    """Return what must be done; the clock's id when the process no longer has it."""
    clock = process.clock(clock_id) if process and clock_id else None
    return clock.label if clock else clock_id or ""


def clock_views(
    found: Iterable[CaseClock], process: Process | None, rules: Rules, now: datetime, t: Interface
) -> tuple[ClockView, ...]:
    """Return every clock of a case, those that run first."""
    ordered = sorted(found, key=lambda each: not each.runs)
    return tuple(clock_view(each, process, rules, now, t) for each in ordered)


def clock_view(
    clock: CaseClock, process: Process | None, rules: Rules, now: datetime, t: Interface
) -> ClockView:
    known = process.clock(clock.clock) if process else None
    last = clock.extended_to or clock.due_on
    if clock.stopped_at is not None:
        return stopped_view(clock, clock.stopped_at, process, rules, t)
    standing = clocks.standing(
        clock.started_at,
        clock.ends_at(rules),
        clock.late_at(rules),
        now,
        warn_at=known.warn_at if known else 1,
    )
    return ClockView(
        label=clock_name(process, clock.clock),
        law=known.law if known else "",
        when=t("staff.due.last_day", date=dated(last, t)),
        says=standing_words(standing, last, rules.calendar.day(now), t),
        tone=TONES.get(standing, ""),
        also=extended(clock, t) or goal_words(clock, known, rules, now, t),
    )


def stopped_view(
    clock: CaseClock, at: datetime, process: Process | None, rules: Rules, t: Interface
) -> ClockView:
    """Return a clock that was stopped at a moment; of one that was counted anew, what it was."""
    late, when, in_time = clock.late_days or 0, "staff.due.done", "staff.due.in_time"
    also = extended(clock, t)
    if clock.moved:
        late = clocks.days_late(clock.last_day(rules), at, rules.calendar)
        when, in_time = "staff.due.moved", "staff.due.not_late"
        also = also or t("staff.due.was", date=dated(clock.due_on, t))
    return ClockView(
        label=clock_name(process, clock.clock),
        law="",  # it was named while it ran
        when=t(when, time=words.moment(at.astimezone(rules.calendar.zone), t, short=True)),
        says=how_late(late, t) if late else t(in_time),
        tone=LATE if late else "",
        also=also,
    )


def extended(clock: CaseClock, t: Interface) -> str:
    """Return that a clock was made longer, with the last day that it had; "" when it was not."""
    return t("staff.due.extended", date=dated(clock.due_on, t)) if clock.extended_to else ""


def goal_words(
    clock: CaseClock, known: Clock | None, rules: Rules, now: datetime, t: Interface
) -> str:
    """Return on which day before its last it is best done; "" when there is none to come."""
    if known is None:
        return ""
    goal = clocks.goal(known, clock.started_at, clock.due_on, rules.calendar)
    today = rules.calendar.day(now)
    if not today <= goal < clock.due_on:
        return ""
    return t("staff.due.goal", date=of_day(goal, today, t).says)


def standing_words(standing: Standing, last: date, today: date, t: Interface) -> str:
    """Return how a clock stands: how late, that the day is near, or nothing."""
    if standing is Standing.HOLIDAY:
        return t("staff.due.holiday")
    said = of_day(last, today, t)
    near = (last - today).days <= 1
    if standing is Standing.RED or near:
        return said.says
    return t("staff.due.soon") if standing is Standing.YELLOW else ""
