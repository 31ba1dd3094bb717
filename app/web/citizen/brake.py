"""Slows down whoever begins drafts by the thousand, and nobody because of who they are.

Beginning costs us a row before anybody has written a word, so only that is braked: what holds a
text is never kept waiting. No address is looked at or remembered. When very many have begun within
a minute, everybody who begins is asked to wait some seconds and press once more; a press that has
waited is always let in.
"""

import math
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from itsdangerous import BadData, Signer

MOST = 6000
"""Drafts begun within a minute, in one process: many times what a large municipality meets."""
WITHIN = timedelta(minutes=1)
WAIT = timedelta(seconds=5)
GOOD_FOR = timedelta(minutes=30)


class Brake:
    """How many have begun lately, and who has waited. Made once for a process."""

    def __init__(self, random: Callable[[int], bytes], *, most: int = MOST) -> None:
        self.most = most
        self._signer = Signer(random(32), salt="wait")
        self._begun: deque[datetime] = deque()

    def lets_in(self, ticket: str, now: datetime) -> bool:
        """Tell whether a draft may be begun at this moment, and count it if so."""
        while self._begun and self._begun[0] <= now - WITHIN:
            self._begun.popleft()
        if len(self._begun) >= self.most and not self._has_waited(ticket, now):
            return False
        self._begun.append(now)
        return True

    def ticket(self, now: datetime) -> str:
        """Return what says since when somebody waits; it is signed, and says nothing else."""
        return self._signer.sign(str(int(now.timestamp()))).decode("ascii")

    def _has_waited(self, ticket: str, now: datetime) -> bool:
        try:
            since = float(self._signer.unsign(ticket))
        except (BadData, ValueError):
            since = math.inf
        return WAIT.total_seconds() <= now.timestamp() - since <= GOOD_FOR.total_seconds()
