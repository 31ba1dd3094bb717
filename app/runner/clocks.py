"""The clocks of a process, and when one has run out: whole days, on the municipality's calendar.

Of each clock two last days are kept. `due_on` is the plain one: shown, sorted on, escalated on.
`lawful_latest` is that day moved to the next working day, as lag (1930:173) 2 § lets a term end.
No source was found that applies it to 20 kap. 2 § SoL, so it counts only where the municipality has
said so. No time is read here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Constraint

from app.runner.field import Bound, Conditions, Definition, FieldId, Id, Listed, Words
from app.runner.hours import DAY, SATURDAY, USUAL_EVES, Calendar, eve_of, red_days

ONE = timedelta(days=1)
RECEIVED, OPENED = "received", "opened"
"""What is no step: a clock may start at the one, and be stopped by the other."""


class Clock(Definition):
    """A time within which something must be done. Nothing pauses it; what was late stays late."""

    id: Id
    """What machines know it by."""
    label: Words
    """What must be done, as staff read it."""
    law: str = ""
    """Where the time is set; empty when it is the municipality's own promise."""
    starts: Id = RECEIVED
    """`received`, or the step that starts it."""
    start_if: Conditions = ()
    """Which answers to that step start it; any, if nothing is said."""
    days: Bound
    """How many days after the day it started: the last one, whole. 0 is the same day."""
    after: FieldId = ""
    """A date asked for in the step that starts it: the days are counted from that one instead."""
    before: FieldId = ""
    """The same, and they are counted backwards: so many days before it is the last one."""
    counts: Literal["all_days", "working_days"] = "all_days"
    """Which days are counted. No working days are Saturdays, Sundays, red days and three eves."""
    moves: bool = True
    """Whether lag (1930:173) 2 § can be meant to move a last day that is no working day."""
    stopped_by: Annotated[tuple[Id, ...], Listed, Constraint(min_length=1)]
    """The steps that stop it, or `opened`: the first time that a person opens the case."""
    extended_by: Id = ""
    """The step that gives it another last day."""
    extended_to: FieldId = ""
    """The date in that step that is the new last day."""
    warn_at: Annotated[float, Constraint(gt=0, lt=1)] = 0.5
    """The share of the time that has gone when it turns yellow."""
    today_before: Bound = 0
    """Started before this, in minutes after midnight, it is shown as something to do today."""

    @property
    def counts_from(self) -> str:
        """The date in the step that starts it that it is counted from; "" for when it started."""
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class Due:
    """When something must be done.

    `due_at` is the moment in UTC when `due_on` is over, and from which it is late. `goal` is the
    day to aim for: a working day, or the same day for what came in early.
    """

    due_on: date
    due_at: datetime
    lawful_latest: date
    goal: date


class Standing(StrEnum):
    """How a clock stands."""

    GREEN = "green"
    YELLOW = "yellow"
    HOLIDAY = "holiday"
    """The last day was no working day, and the next working day has not passed."""
    RED = "red"


def is_working_day(day: date) -> bool:
    """Tell whether a day is none of those of lag (1930:173) 2 §.

    Those are Saturdays, Sundays, red days (lag 1989:253), midsommarafton, julafton and nyårsafton,
    whatever the municipality's own opening hours are.
    """
    return (
        day.weekday() < SATURDAY
        and day not in red_days(day.year)
        and all(eve_of(name, day.year) != day for name in USUAL_EVES)
    )


def next_working_day(day: date) -> date:
    """Return the day itself, or the first working day after it."""
    return _first(day, ONE, is_working_day)


def due(clock: Clock, start: datetime, calendar: Calendar, *, day: date | None = None) -> Due:
    """Return when a clock that started at a moment runs out.

    Day 0 is that of the start, by the municipality's own date, or the `day` that was answered where
    the clock is counted from one; the last day is whole. One that is counted back from a day may
    be over when it starts.
    """
    last = counted(clock, day or calendar.day(start))
    # A later day than so long before something is no such day.
    moves = clock.moves and not clock.before
    lawful = next_working_day(last) if moves else last
    return Due(last, calendar.at(last, DAY), lawful, goal(clock, start, last, calendar))


def counted(clock: Clock, day: date) -> date:
    """Return the last day of a clock whose day 0 is this one."""
    way = -ONE if clock.before else ONE
    for _ in range(int(clock.days)):
        day += way
        if clock.counts == "working_days":
            day = _first(day, way, is_working_day)
    return day


def goal(clock: Clock, start: datetime, last: date, calendar: Calendar) -> date:
    """Return the day to aim for, of a clock that started at a moment and has this last day."""
    first = calendar.day(start)
    if _is_early(clock, start, calendar):
        return first
    if not clock.moves:
        return last
    return _first(last, -ONE, lambda day: is_working_day(day) or day <= first)


def standing(
    started: datetime, due_at: datetime, late_at: datetime, now: datetime, *, warn_at: float
) -> Standing:
    """Return how a clock that is running stands; `warn_at` is the share of the time that warns."""
    if now >= late_at:
        return Standing.RED
    if now >= due_at:
        return Standing.HOLIDAY
    gone = (now - started) / (due_at - started)
    return Standing.YELLOW if gone >= warn_at else Standing.GREEN


def days_late(last: date, moment: datetime, calendar: Calendar) -> int:
    """Return how many days after its last day a moment is; 0 when it is not after it."""
    return max(0, (calendar.day(moment) - last).days)


def _is_early(clock: Clock, start: datetime, calendar: Calendar) -> bool:
    wall = start.astimezone(calendar.zone)
    return wall.hour * 60 + wall.minute < int(clock.today_before)


def _first(day: date, step: timedelta, wanted: Callable[[date], bool]) -> date:
    while not wanted(day):
        day += step
    return day
