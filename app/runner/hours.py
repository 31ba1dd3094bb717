"""When somebody answers: whether it is open at a moment, and when that changes next.

Hours are data of the municipality's, on its own wall clock. The red days are the calendar's, from
`holidays`; which eves count as such is the municipality's to say. No clock is read here.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.runner.field import Definition, Id
from app.runner.typed import plain

DAY = 24 * 60
"""Minutes."""
LAST_HOUR = 23
HORIZON = 30
"""Days ahead that are looked at: what opens later than that is said to be closed."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SATURDAY, SUNDAY = 5, 6
TIME = r"(\d{1,2})(?:[.:]([0-5]\d))?"
SPAN = re.compile(rf"\s*{TIME}\s*-\s*{TIME}\s*")
USUAL_EVES = ("midsommarafton", "julafton", "nyårsafton")
EVES = (
    *USUAL_EVES,
    *("trettondagsafton", "skärtorsdagen", "påskafton"),
    *("valborgsmässoafton", "pingstafton", "allahelgonsafton"),
)
"""The days before red days that a municipality may count as such."""

Span = tuple[int, int]
"""From and until, in minutes after midnight; until may lie on the day after."""


def read_spans(typed: object) -> tuple[Span, ...]:
    """Return the spans of "8–12, 13–16.30"; none for "". Raises PydanticCustomError."""
    if not isinstance(typed, str):
        raise PydanticCustomError("hours", "ska vara en text, till exempel 8–16")
    found: list[Span] = []
    for part in filter(None, plain(typed).split(",")):
        match = SPAN.fullmatch(part)
        if match is None:
            raise PydanticCustomError("hours", "skriv tider som 8–16 eller 8–12, 13–16.30")
        start, end = (int(match[n]) * 60 + int(match[n + 1] or 0) for n in (1, 3))
        if start >= DAY or end > DAY:
            raise PydanticCustomError("hours", "dygnet har 24 timmar")
        found.append((start, end if end > start else end + DAY))
    return tuple(sorted(found))


def read_minutes(typed: object) -> int:
    """Return the minutes after midnight of "16.30" or "16". Raises PydanticCustomError."""
    match = re.fullmatch(TIME, typed.strip()) if isinstance(typed, str) else None
    if match is None or int(match[1]) > LAST_HOUR:
        raise PydanticCustomError("minutes", "skriv ett klockslag som 16 eller 16.30")
    return int(match[1]) * 60 + int(match[2] or 0)


WRITTEN = WithJsonSchema({"type": "string", "examples": ["8–16", "8–12, 13–16.30", ""]})
CLOCK_TIME = WithJsonSchema({"type": "string", "examples": ["16", "16.30"]})
Minutes = Annotated[int, BeforeValidator(read_minutes), CLOCK_TIME]
"""A time of day, in minutes after midnight; "16.30" in a file."""
Spans = Annotated[tuple[Span, ...], BeforeValidator(read_spans), WRITTEN]


class Hours(Definition):
    """Opening hours by kind of day: "8–16", "8–12, 13–16.30", "20–02", or "" for closed.

    A single day goes before its kind; `dates` go before everything. Red days, and the eves the
    municipality counts as such, are as Sundays unless `holidays` says otherwise. With `outside`,
    it is open exactly when that contact is not.
    """

    weekdays: Spans = ()
    """Monday to Friday."""
    weekends: Spans = ()
    """Saturday and Sunday."""
    mon: Spans | None = None
    """This day; as its kind if not said."""
    tue: Spans | None = None
    """This day; as its kind if not said."""
    wed: Spans | None = None
    """This day; as its kind if not said."""
    thu: Spans | None = None
    """This day; as its kind if not said."""
    fri: Spans | None = None
    """This day; as its kind if not said."""
    sat: Spans | None = None
    """This day; as its kind if not said."""
    sun: Spans | None = None
    """This day; as its kind if not said."""
    holidays: Spans | None = None
    """Red days; as Sundays if not said."""
    dates: Mapping[str, Spans] = {}
    """Single dates, by 2026-12-23."""
    outside: Id = ""
    """A contact: open exactly when that one is not."""

    def of_weekday(self, number: int) -> tuple[Span, ...]:
        """Return the spans of a usual Monday (0) to Sunday (6)."""
        own: tuple[Span, ...] | None = getattr(self, WEEK[number])
        usual = self.weekends if number >= SATURDAY else self.weekdays
        return usual if own is None else own

    @property
    def of_holidays(self) -> tuple[Span, ...]:
        return self.of_weekday(SUNDAY) if self.holidays is None else self.holidays

    @property
    def every_day(self) -> bool:
        """Whether there is no kind of day on which it is closed from morning to night."""
        return all(
            (*(self.of_weekday(n) for n in range(7)), self.of_holidays, *self.dates.values())
        )

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        for day in self.dates:
            try:
                date.fromisoformat(day)
            except ValueError:
                yield f"dates.{day}", "skriv dagen som 2026-11-01"


@lru_cache(maxsize=16)
def red_days(year: int) -> frozenset[date]:
    """Return the public holidays of a year in Sweden (lag 1989:253), Sundays apart."""
    return frozenset(sweden(year, "public"))


@lru_cache(maxsize=64)
def eve_of(name: str, year: int) -> date | None:
    """Return the day of an eve, by its name in EVES.

    None in a year too far away for the library: somebody may have written 1900, or 2199.
    """
    days = sweden(year, "de_facto", "optional").items()
    return next((day for day, said in days if said.lower().partition(" (")[0] == name), None)


def sweden(year: int, *categories: str) -> Mapping[date, str]:
    # To import one country is to import all of them, three hundred modules: 100 ms of every start
    # and 8 MB of every part. So their package stands there without having been run.
    everywhere = find_spec("holidays.countries")
    assert everywhere is not None  # noqa: S101 - it has been installed with us
    sys.modules.setdefault(everywhere.name, module_from_spec(everywhere))
    from holidays.countries.sweden import Sweden  # noqa: PLC0415 - only who shows hours needs it

    return Sweden(years=year, include_sundays=False, categories=categories, language="sv")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The municipality's days: its zone, and the eves that it counts as red days."""

    zone: ZoneInfo
    eves: frozenset[str] = frozenset()

    def is_red(self, day: date) -> bool:
        return day in red_days(day.year) or any(eve_of(name, day.year) == day for name in self.eves)

    def day(self, moment: datetime) -> date:
        """Return the date in the municipality at a moment."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, minutes: int) -> datetime:
        """Return the moment, in UTC, when the wall clock shows so many minutes after midnight.

        A time that the shift to summer time leaps over is as much later; of one that comes twice it
        is the first.
        """
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - the zone comes here
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def midnight(self, moment: datetime) -> datetime:
        """Return when the day of a moment is over."""
        return self.at(self.day(moment), DAY)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When one contact answers. `other` is the contact outside whose hours it is open, if any."""

    hours: Hours
    calendar: Calendar
    other: Hours | None = None

    def is_open(self, moment: datetime) -> bool:
        return self._look(moment)[0]

    def changes(self, moment: datetime) -> datetime | None:
        """Return when it next opens, if it is closed, or closes; None when not within a month."""
        return self._look(moment)[1]

    def _look(self, moment: datetime) -> tuple[bool, datetime | None]:
        today = self.calendar.day(moment)
        limit = self.calendar.at(today, HORIZON * DAY)
        inside, change = False, None
        for start, end in self._intervals(today):
            if end <= moment:
                continue
            inside = start <= moment
            change = end if inside else start
            break
        later = change if change is not None and change < limit else None
        return inside != bool(self.other), later

    def _intervals(self, today: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield when it is open, from yesterday on, in order; what meets is one."""
        hours, at = self.other or self.hours, self.calendar.at
        held: tuple[datetime, datetime] | None = None
        for number in range(-1, HORIZON):
            day = today + timedelta(days=number)
            for start, end in spans_on(hours, day, self.calendar):
                opens, closes = at(day, start), at(day, end)
                if held and opens <= held[1]:
                    held = held[0], max(closes, held[1])
                    continue
                if held:
                    yield held
                held = opens, closes
        if held:
            yield held


def spans_on(hours: Hours, day: date, calendar: Calendar) -> tuple[Span, ...]:
    """Return when it is open on a day."""
    own = hours.dates.get(day.isoformat())
    if own is not None:
        return own
    return hours.of_holidays if calendar.is_red(day) else hours.of_weekday(day.weekday())
