"""Reads a day as people write it, and as exactly as they wrote it: a day, a month or a year.

The order is the Swedish one: the day before the month, or the year first of all. Where two days
could be meant nothing is read.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple, Self

from app.runner.typed import plain

MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}
"""The months as a language writes them. Whatever the page's language is, all of them are read."""
NUMBERS = {
    name: number
    for names in MONTHS.values()
    for number, month in enumerate(names.lower().split(), start=1)
    for name in (month, month[:3])
} | {"sept": 9}
LEAP_YEAR = 2000
"""A year that has every day there is."""
FIRST_YEAR, LAST_YEAR = 1850, 2200
"""Between them four digits are a year."""
WRITTEN = r"^\d{4}(-\d{2}(-\d{2})?)?$|^--\d{2}-\d{2}$"
"""A day as `Day.written` has it."""


def whole_day(data: object) -> date | None:
    """Return the day that an answer's data tell; None when there is none, or it is no whole day."""
    try:
        return date.fromisoformat(data["date"]) if isinstance(data, Mapping) else None
    except (KeyError, ValueError):
        return None


class Day(NamedTuple):
    """A day, or what is known of one: its month and year, its year alone, or all but the year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month, day.day)

    @property
    def written(self) -> str:
        """Return it as XML Schema 1.1 writes date, gYearMonth, gYear and gMonthDay."""
        parts = [f"{self.year:04}" if self.year else "-"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    @property
    def exists(self) -> bool:
        known = (part if part is not None else 1 for part in (self.month, self.day))
        try:
            date(LEAP_YEAR if self.year is None else self.year, *known)
        except ValueError:
            return False
        return self.year is None or FIRST_YEAR <= self.year <= LAST_YEAR

    @property
    def exact(self) -> date | None:
        """The day itself; None when something of it is not known."""
        if self.year and self.month and self.day:
            return date(self.year, self.month, self.day)
        return None

    @property
    def within(self) -> tuple[date, date] | None:
        """The first and the last day it may be; None when the year is not known."""
        if self.year is None:
            return None
        if self.exact:
            return self.exact, self.exact
        first, last = self.month or 1, self.month or 12
        return date(self.year, first, 1), date(self.year, last, days_in(self.year, last))

    @property
    def remark(self) -> tuple[str, dict[str, int | str]]:
        """What of it is known, and those parts."""
        known = {name: part for name, part in self._asdict().items() if part}
        names = {"daymonthyear": "day", "monthyear": "month", "year": "year"}
        return names.get("".join(sorted(known)), "yearless"), known


def days_in(year: int, month: int) -> int:
    after = date(year + month // 12, month % 12 + 1, 1)
    return (after - date(year, month, 1)).days


MONTH = "|".join(sorted(NUMBERS, key=len, reverse=True))
Y, M, D = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
NAMED, ORDINAL = rf"(?P<name>{MONTH})\b\.?", r"(?::?[ae]|st|nd|rd|th|\.)?"
SHORT = r"['’-]?(?P<short>\d{2})"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        Y,
        rf"{Y}[-./ ]*(?P<month>\d{{2}})[-./ ]*(?P<day>\d{{2}})",
        rf"{Y}[-./ ]+{M}[-./ ]+{D}",
        rf"{Y}[-./ ]+{M}",
        rf"{M}[-./ ]+{Y}",
        r"(?P<short>\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"{D} ?[-./ ] ?{M}\.? ?[-./, ] ?{Y}",
        rf"{D} ?/ ?{M}\.?(?: ?[-./ ] ?{SHORT})?",
        rf"{D}{ORDINAL} ?(?:of )?{NAMED}(?:,? ?(?:{Y}|{SHORT}))?",
        rf"{NAMED},? ?{Y}",
        rf"{NAMED} {D}{ORDINAL},? ?{Y}",
    )
)
FILLING = re.compile(
    r"^(?:(?:född|fött|föddes|f|born|omkring|ca|cirka|ungefär|kanske|den|on|in|i|år)\b[ :.]*)+"
    r"|[ ?!.]+$"
)


def read_day(text: str, *, latest: date) -> Day | None:
    """Return the day that a text says; None when that is not sure, or there is no such day.

    Of a year in two digits, the last before `latest` is meant.
    """
    said = FILLING.sub("", plain(text).lower())
    for pattern in PATTERNS:
        if found := pattern.fullmatch(said):
            day = of_parts(found.groupdict().get, latest)
            if day.exists:
                return day
    return None


def of_parts(part: Callable[[str], str | None], latest: date) -> Day:
    """Return the day that the named parts of a match say."""
    year, month, day = (int(found) if (found := part(name)) else None for name in Day._fields)
    if name := part("name"):
        month = NUMBERS[name]
    if short := part("short"):
        year = last_before(latest, int(short), month or 1, day or 1)
    return Day(year, month, day)


def last_before(latest: date, short: int, month: int, day: int) -> int:
    """Return the last year that ends in these two digits, and in which the day has been."""
    century = latest.year // 100 * 100
    for year in (century + short, century - 100 + short):
        if Day(year, month, day).exists and (year, month, day) <= Day.of(latest):
            return year
    return century - 100 + short
