"""Slows down who searches very much: what is seldom part of anybody's work is seen and told."""

from collections import deque
from datetime import datetime, timedelta

MOST = 40
"""Searches of one person within `WITHIN`, in one process: more than a day at the desk takes."""
WITHIN = timedelta(minutes=10)


class Pace:
    """How many searches each has made lately. Made once for a process."""

    def __init__(self) -> None:
        self._made: dict[str, deque[datetime]] = {}

    def lets(self, subject: str, now: datetime) -> bool:
        """Tell whether somebody may search at this moment, and count it if so."""
        made = self._made.setdefault(subject, deque())
        while made and made[0] <= now - WITHIN:
            made.popleft()
        if len(made) >= MOST:
            return False
        made.append(now)
        return True
