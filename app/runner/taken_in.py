"""A report that staff write down for somebody: how it came, when, and who took it in.

What is written down late counts from when it came to the municipality (FL 22 §), so staff say when
that was; and why, when it is earlier than they began to write.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.runner.typed import plain


class Channel(StrEnum):
    """How it came."""

    PHONE = "telefon"
    PAPER = "papper"
    """A letter, or an e-mail."""
    VISIT = "besok"
    COLLEAGUE = "kollega"
    """Said by a colleague."""
    CASE = "arende"
    """Made by staff out of another case."""


TOLD = (Channel.PHONE, Channel.PAPER, Channel.VISIT, Channel.COLLEAGUE)
"""How something comes that is told to staff, who write it down."""


class Fault(StrEnum):
    """Why something can not have come in then."""

    LATER = "later"
    """It is later than now."""
    SKIPPED = "skipped"
    """There was no such time: the clocks were put forward past it."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How a report came in, by whom it was written down, and why later than it came, or ""."""

    channel: Channel
    by: str
    came_in_at: datetime
    reason: str = ""

    def told(self, now: datetime) -> dict[str, Any]:
        """Return it as a transcript has it; it is written down `now`."""
        return {
            "channel": self.channel,
            "by": self.by,
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "reason": self.reason,
        }


CLOCK = re.compile(r"(\d{1,2})(?:[.:, ]?(\d{2}))?")


def read_clock(text: str) -> time | None:
    """Return the time of day in "10.05", "10:05", "1005" or "10"; None when it is none."""
    found = CLOCK.fullmatch(plain(text).strip().removeprefix("kl").lstrip(". "))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - of a day


def came_in(
    day: date, clock: time, *, began: datetime, now: datetime, zone: ZoneInfo
) -> datetime | Fault:
    """Return the moment of a local day and time, or why it can not be.

    The minute in which somebody `began` to write is that very moment. A time that came twice, as
    the clocks were put back, is the first of the two: no time that the law gives gets longer by it.
    """
    said, here = datetime.combine(day, clock), began.astimezone(zone).replace(tzinfo=None)
    if said == here.replace(second=0, microsecond=0):
        return began
    moment = said.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != said:
        return Fault.SKIPPED
    return Fault.LATER if moment > now else moment
