"""Dates and times in words, as the language says them."""

from datetime import datetime, timedelta

from app.runner.texts import Interface


def moment(time: datetime, t: Interface) -> str:
    """Return a time, already in the municipality's zone, with weekday, date and clock."""
    return t(
        "dates.datetime",
        weekday=t(f"dates.weekdays.{time.isoweekday()}"),
        day=time.day,
        month=t(f"dates.months.{time.month}"),
        year=time.year,
        hour=f"{time:%H}",
        minute=f"{time:%M}",
    )


def day(time: datetime, t: Interface) -> str:
    """Return the date of a time, already in the municipality's zone."""
    return t("dates.date", day=time.day, month=t(f"dates.months.{time.month}"), year=time.year)


def age(since: timedelta, t: Interface) -> str:
    """Return how long something has waited, in the largest whole unit."""
    minutes = int(since.total_seconds() // 60)
    for size, one, many in (
        (24 * 60, "day", "days"),
        (60, "hour", "hours"),
        (1, "minute", "minutes"),
    ):
        count = minutes // size
        if count:
            return t(f"dates.{one}") if count == 1 else t(f"dates.{many}", count=count)
    return t("dates.now")
