"""Days as staff ask for them: typed in an address or a field, and when they begin."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day(text: str) -> date | None:
    """Return a day as it is asked for (2026-11-27); None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def begins(on: date, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """Return when a day begins, or one so many days after it; the last day there is has none."""
    return datetime.combine(
        min(on, date.max - timedelta(days=days)) + timedelta(days=days), time(), zone
    )
