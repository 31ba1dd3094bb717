"""When somebody was born, as far as it is known, and so how old they may be on a day.

What is known is seldom a date: a request says "15", or "about 16". Whoever may have come of age is
treated as both: what the law asks of either must be there.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MONTHS = 12
ADULT = 18
"""Years (9 kap. 1 § FB)."""


@dataclass(frozen=True, slots=True)
class Born:
    """Somebody's day of birth: from `first` to `last`, both possible."""

    first: date
    last: date

    def ages(self, on: date) -> range:
        """Return every age in whole years that they may have on a day; none before birth.

        Who is born on 29 February may be a year older on 28 February or on 1 March: no statute
        says which, so in between both are possible.
        """
        least = years(birthday_of=self.last, on=on, early=False)
        most = years(birthday_of=self.first, on=on, early=True)
        return range(max(least, 0), most + 1)


def born(said: Mapping[str, Any], *, on: date) -> Born | None:
    """Return what an answer tells of when somebody was born; None when it does not.

    `said` is the data of a question for an age, a date or a number, `on` when it was answered.
    """
    if "born" in said:
        return born_as(str(said["born"]))
    if "date" in said:
        return born_as(str(said["date"]))
    if said.get("unit") != "years":
        return None
    first = anniversary(on, -int(said["most"]) - 1) + timedelta(days=1)
    return Born(first, anniversary(on, -int(said["least"])))


def born_as(written: str) -> Born | None:
    """Return the days that a date can be, written as far as it is known: 2011-05-31, 2011-05, 2011.

    None without a year.
    """
    parts = [int(part) for part in written.split("-") if part.isdecimal()]
    if not parts or written.startswith("-"):
        return None
    year, month, day = (*parts, 0, 0)[:3]
    last_month = month or MONTHS
    last_day = day or calendar.monthrange(year, last_month)[1]
    return Born(date(year, month or 1, day or 1), date(year, last_month, last_day))


def years(*, birthday_of: date, on: date, early: bool) -> int:
    """Return how old somebody is; `early` as for `anniversary`."""
    whole = on.year - birthday_of.year
    return whole if on >= anniversary(birthday_of, whole, early=early) else whole - 1


def anniversary(day: date, later: int, *, early: bool = True) -> date:
    """Return the same day some years later; of a leap day 28 February if `early`, else 1 March."""
    try:
        return day.replace(year=day.year + later)
    except ValueError:
        month, dom = (2, 28) if early else (3, 1)
        return date(day.year + later, month, dom)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
