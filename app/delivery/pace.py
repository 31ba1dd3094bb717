"""How fast a relay is, and how patient."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patient a relay is.

    `limit` is for the most that a connector takes at a time. What has been SENT and is not
    confirmed within `confirm_within` is sent again. A receiver that is away is tried with one at
    least as often as `knock_every`. When it comes and goes, what waits for it is hurried no oftener
    than `hurry_every`.
    """

    lease: timedelta = timedelta(minutes=3)
    limit: timedelta = timedelta(seconds=30)
    rest: timedelta = timedelta(seconds=1)
    confirm_within: timedelta = timedelta(hours=1)
    write_every: timedelta = timedelta(seconds=0.5)
    most: int = 200
    hurry_every: timedelta = timedelta(seconds=30)
    knock_every: timedelta = timedelta(seconds=20)
    faults_most: int = 8
    hanging_most: int = 10


PACE = Pace()
