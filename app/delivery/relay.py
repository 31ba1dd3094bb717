"""Carries what lies in the outbox to where it shall, again and again until it is there.

Each destination has a lane of its own, so that one that is slow or away holds up no other. Within
a lane no message holds up the rest: what fails waits its pause, what never answers is left behind
after a time limit, and what has brought a relay down or hung before is tried last and alone. The
relay holds no private key; it never knows what it carries.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from threading import Event, Thread

from app import logs
from app.casework import beginning
from app.casework.running import NO_RULES, Rules
from app.clock import Clock
from app.delivery.connector import Connector
from app.delivery.lane import Lane
from app.delivery.pace import PACE, Pace
from app.errors import DatabaseUnavailable, RelayStuck
from app.records import attention, pulse
from app.storage.database import Database

BEAT = timedelta(seconds=10)
ATTENTION = timedelta(hours=72)

Beside = Callable[[Event], None]
"""What goes on until it is told to stop."""

__all__ = ["PACE", "Lane", "Pace", "deliver_once", "run"]


def run(
    database: Database,
    connectors: Mapping[str, Connector],
    clock: Clock,
    stop: Event,
    *,
    pace: Pace = PACE,
    patience: Mapping[str, timedelta] | None = None,
    rules: Rules = NO_RULES,
    beside: Sequence[Beside] = (),
) -> None:
    """Carry until `stop` is set. RelayStuck when a lane is full of deliveries that never answer.

    `patience` is how long each destination's reports may wait before a person is asked to look;
    destinations that nobody is carried to (their receivers fetch) are watched over as well.
    By the `rules`, cases begin that came in under a program that knew of none. What runs `beside`
    does so in threads of its own.
    Whoever started the relay shall start it anew when it is stuck: threads that hang can not be
    ended.
    """
    lanes = [
        Lane(database, name, connector, clock, stop, pace) for name, connector in connectors.items()
    ]
    watched = patience if patience is not None else dict.fromkeys(connectors, ATTENTION)
    threads = [Thread(target=lane.run, name=f"lane-{lane.name}", daemon=True) for lane in lanes]
    threads.append(
        Thread(
            target=watch, args=(database, clock, stop, watched, rules), name="watch", daemon=True
        )
    )
    threads += [Thread(target=each, args=(stop,), daemon=True) for each in beside]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for connector in connectors.values():
        connector.close()
    if stuck := [lane.name for lane in lanes if lane.stuck]:
        raise RelayStuck(", ".join(stuck))


def deliver_once(
    database: Database,
    connectors: Mapping[str, Connector],
    clock: Clock,
    *,
    pace: Pace = PACE,
    chance: Callable[[], float] = random.random,
) -> int:
    """Try what is due now, one turn for each destination; return how many were tried."""
    return sum(
        Lane(database, name, connector, clock, Event(), pace, chance).turn()
        for name, connector in connectors.items()
    )


def watch(
    database: Database,
    clock: Clock,
    stop: Event,
    patience: Mapping[str, timedelta],
    rules: Rules,
) -> None:
    """Say that the relay lives, and ask people to look at what waits too long, until stopped."""
    while not stop.is_set():
        try:
            look(database, clock, patience)
            begun = database.write_now(partial(beginning.begin_all, rules=rules))
            placed = database.write_now(partial(beginning.place_all, rules=rules))
            if beginning.AT_ONCE in {begun, placed}:
                continue  # there may be more
        except DatabaseUnavailable:
            pass  # which says so itself
        except Exception as fault:  # noqa: BLE001 - a relay that no longer watches must be heard of
            logs.failure("relay.watch_failed", fault)
        stop.wait(BEAT.total_seconds())


def look(database: Database, clock: Clock, patience: Mapping[str, timedelta]) -> int:
    """Say that the relay lives; return how many deliveries became work for a person."""
    now = clock.now()
    database.write_now(lambda connection: pulse.beat(connection, pulse.RELAY, now=now))
    late = 0
    for destination, limit in patience.items():
        found = database.write_now(
            partial(attention.ask_about_late, destination=destination, now=now, limit=limit)
        )
        if found:
            logs.event("deliveries.late", connector=destination, count=found)
        late += found
    return late
