"""Says opening hours in words, so that what is read and what is reckoned are the same."""

from collections.abc import Callable
from itertools import groupby

from app.runner.hours import DAY, SATURDAY, SUNDAY, Hours, Span

ALWAYS = ((0, DAY),)
FRIDAY = 4

NEEDED = (
    *(f"dates.weekdays.{number}" for number in range(1, 8)),
    *(f"hours.{name}" for name in ("on", "days", "list", "clock", "always", "shut", "outside")),
    *(f"hours.{name}" for name in ("weekdays", "weekends", "holidays", "otherwise")),
)
"""Every text that hours may be said with."""

Say = Callable[..., str]
"""Returns the text at a path of the interface, with what its placeholders stand for."""


def in_words(hours: Hours, say: Say, *, other: str = "") -> str:
    """Return "vardagar 8–16 och helger 10–12"; `other` names the contact it is open outside of."""
    if hours.outside:
        return say("hours.outside", name=other)
    week = [hours.of_weekday(number) for number in range(7)]
    if all(spans == ALWAYS for spans in (*week, hours.of_holidays)):
        return say("hours.always")
    parts = [
        say("hours.on", days=days_in_words(first, last, say), spans=spans_in_words(spans, say))
        for first, last, spans in runs(week)
        if spans
    ]
    if hours.of_holidays != week[SUNDAY]:
        spans = spans_in_words(hours.of_holidays, say) if hours.of_holidays else say("hours.shut")
        parts.append(say("hours.on", days=say("hours.holidays"), spans=spans))
    return listed(parts, say) if parts else say("hours.shut")


def runs(week: list[tuple[Span, ...]]) -> list[tuple[int, int, tuple[Span, ...]]]:
    """Return first day, last day and hours of each run of days that are alike.

    The working week and the weekend are apart also where they are alike.
    """
    found = []
    numbered = groupby(enumerate(week), key=lambda day: (day[0] >= SATURDAY, day[1]))
    for (_, spans), days in numbered:
        numbers = [number for number, _ in days]
        found.append((numbers[0], numbers[-1], spans))
    return found


def days_in_words(first: int, last: int, say: Say) -> str:
    if (first, last) == (0, FRIDAY):
        return say("hours.weekdays")
    if (first, last) == (SATURDAY, SUNDAY):
        return say("hours.weekends")
    names = [say(f"dates.weekdays.{number + 1}") for number in (first, last)]
    return names[0] if first == last else say("hours.days", first=names[0], last=names[1])


def spans_in_words(spans: tuple[Span, ...], say: Say) -> str:
    return listed([f"{clock(start, say)}–{clock(end, say)}" for start, end in spans], say)


def clock(minutes: int, say: Say) -> str:
    """Return a time of day as short as it can be said: "8", "16.30"."""
    hour, minute = divmod(minutes if minutes <= DAY else minutes - DAY, 60)
    return say("hours.clock", hour=hour, minute=f"{minute:02}") if minute else str(hour)


def listed(parts: list[str], say: Say) -> str:
    """Return "a, b och c"."""
    if len(parts) == 1:
        return parts[0]
    return say("hours.list", first=", ".join(parts[:-1]), last=parts[-1])
