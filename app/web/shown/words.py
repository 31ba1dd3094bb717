"""Dates and times in words, as the language says them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from app.runner.texts import Interface, Text

DAYS_IN_A_WEEK = 7
ENOUGH = 3
"""Letters that tell a month, or a weekday, from the others."""


def amount(number: int) -> str:
    """Return a number with its thousands apart, by spaces where no line is broken (ISO 80000-1)."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def moment(time: datetime, t: Interface, *, short: bool = False) -> Text:
    """Return a time, already in the municipality's zone, with weekday, date and clock.

    One that is `short` has neither weekday nor year, and as much of the month as is needed.
    """
    on_that_day = moments_of(time.date(), t, short=short)
    said = on_that_day.replace("{hour}", f"{time.hour:02}").replace("{minute}", f"{time.minute:02}")
    return Text(said, on_that_day.lang)


@lru_cache(maxsize=400)
def moments_of(day: date, t: Interface, *, short: bool) -> Text:
    """Return any moment of a day, with places left for hour and minute: a list is of few days."""
    return t(
        "dates.short" if short else "dates.datetime",
        weekday=t(f"dates.weekdays.{day.isoweekday()}"),
        day=day.day,
        month=t(f"dates.months.{day.month}")[: ENOUGH if short else None],
        year=day.year,
    )


def stamp(time: datetime, t: Interface) -> Text:
    """Return a time, already in the municipality's zone: its day as ISO 8601 has it, and clock.

    In a table that goes over years every row is as wide, and no day is taken for last year's.
    """
    day = time.date().isoformat()
    return t("dates.stamp", day=day, hour=f"{time.hour:02}", minute=f"{time.minute:02}")


def day(time: date, t: Interface) -> str:
    """Return a day in words, or that of a time, already in the municipality's zone."""
    return t("dates.date", day=time.day, month=t(f"dates.months.{time.month}"), year=time.year)


def opening(opens: datetime, now: datetime, t: Interface) -> Text:
    """Return when it opens, said from a moment before; both already in the municipality's zone."""
    time = t("hours.clock", hour=opens.hour, minute=f"{opens.minute:02}")
    days = (opens.date() - now.date()).days
    if days <= 1:
        return t("hours.tomorrow" if days else "hours.today", time=time)
    if days < DAYS_IN_A_WEEK:
        weekday = t(f"dates.weekdays.{opens.isoweekday()}")
        return t("hours.weekday", weekday=weekday, time=time)
    month = t(f"dates.months.{opens.month}")
    return t("hours.date", day=opens.day, month=month, time=time)


def age(since: timedelta, t: Interface) -> Text:
    """Return how long something has waited, in the largest whole unit."""
    minutes = int(since.total_seconds() // 60)
    for size, one, many in (
        (24 * 60, "day", "days"),
        (60, "hour", "hours"),
        (1, "minute", "minutes"),
    ):
        count = minutes // size
        if count:
            return t(f"dates.{one}") if count == 1 else counted(many, count, t)
    return t("dates.now")


@lru_cache(maxsize=400)
def counted(many: str, count: int, t: Interface) -> Text:
    return t(f"dates.{many}", count=count)
