"""Which keys what is stored is sealed to, so that one that is gone is missed while it can be found.

A key's id is no secret: it stands in clear beside each report, and beside what staff have written.
What the units' keys are now is written down when they are made ready, so that who holds public keys
only can tell that they are the right ones. A key that a person has given up for lost is not asked
for again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, inspect, select

from app.records import audit, pulse
from app.storage.tables import metadata, pulses, submissions

CURRENT, LOST = "key/", "lost-key/"
SEALED = tuple(table for table in metadata.tables.values() if "sealed" in table.c)
"""Every table with something that is sealed to a unit, and the id of the key in `key_id`."""


@dataclass(frozen=True, slots=True)
class SealedTo:
    """What one key opens of a unit's, and how much: reports, and what staff have written."""

    unit: str
    key_id: str
    count: int


def stored(connection: Connection) -> tuple[SealedTo, ...]:
    """Return what is stored by unit and key, without the keys that have been given up.

    Reads every row that is sealed (not what it says): for once in a while.
    """
    there, gone = inspect(connection), given_up(connection)
    found: Counter[tuple[str, str]] = Counter()
    for table in SEALED:
        if there.has_table(table.name):
            for unit, key_id, count in connection.execute(by_key(table)):
                found[unit, key_id] += count
    return tuple(
        SealedTo(unit, key_id, count)
        for (unit, key_id), count in sorted(found.items())
        if key_id not in gone
    )


def by_key(table: Table) -> Select[Any]:
    """Return the statement that counts what a table has sealed, by unit and key."""
    its_own = "unit" in table.c
    unit = (table if its_own else submissions).c.unit
    rows = table if its_own else table.join(submissions, submissions.c.id == table.c.submission_id)
    asked = select(unit, table.c.key_id, func.count()).select_from(rows)
    return asked.where(table.c.key_id.is_not(None)).group_by(unit, table.c.key_id)


def unopenable(found: Iterable[SealedTo], keys: Iterable[str]) -> tuple[SealedTo, ...]:
    """Return what none of the keys, given by id, can open."""
    have = frozenset(keys)
    return tuple(each for each in found if each.key_id not in have)


def given_up(connection: Connection) -> frozenset[str]:
    """Return the id of each key that is lost for good."""
    if not inspect(connection).has_table(pulses.name):
        return frozenset()
    return frozenset(_named(connection, LOST))


def give_up(connection: Connection, key_id: str, *, unit: str, now: datetime) -> None:
    """Remember that a key is lost for good: nobody will ever read what was sealed to it."""
    pulse.beat(connection, f"{LOST}{key_id}", now=now, ok=False, counts={"unit": unit})
    audit.record(connection, audit.Event(audit.Kind.KEY_GIVEN_UP, unit=unit), at=now)


def remember(connection: Connection, keys: Mapping[str, str], *, now: datetime) -> None:
    """Write down the id of each unit's key, which reports shall be sealed to from now on."""
    for unit, key_id in keys.items():
        pulse.beat(connection, f"{CURRENT}{unit}", now=now, counts={"id": key_id})


def current(connection: Connection) -> dict[str, str]:
    """Return the id of the key that each unit was last made ready with."""
    return _named(connection, CURRENT)


def strangers(connection: Connection, keys: Mapping[str, str]) -> tuple[str, ...]:
    """Return the units whose key, given by id, is not the one that was last made ready."""
    ready = current(connection)
    return tuple(unit for unit, key_id in keys.items() if ready.get(unit, key_id) != key_id)


def _named(connection: Connection, prefix: str) -> dict[str, str]:
    """Return what has been said under a prefix: the rest of the name, and the id in it, if any."""
    asked = select(pulses.c.name).where(pulses.c.name.startswith(prefix))
    names = connection.execute(asked).scalars().all()
    found = {name: pulse.pulse(connection, name) for name in names}
    return {
        name.removeprefix(prefix): str(said.counts.get("id", ""))
        for name, said in found.items()
        if said
    }
