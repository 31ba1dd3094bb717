"""Read reports at once, or all of them again for likeness, and say how far it has come."""

import argparse
from collections.abc import Callable
from functools import partial

from app.casework import indexing, tallies, tidying
from app.casework.indexing import Index
from app.clock import Clock, SystemClock
from app.commands import progress
from app.commands.operate import Refused
from app.reception import recipients
from app.runner import content
from app.settings import Settings
from app.storage.database import Database
from app.web.staff.desk import private_keys


def index(settings: Settings, asked: argparse.Namespace) -> None:
    """Read what waits; every report anew with `again`. Refused where the municipality has it off.

    Stopped at any time it may be begun anew, without `again`, and goes on from there.
    """
    found = content.load(settings.forms, settings.municipality)
    units = found.municipality.units
    if not found.municipality.match.on and (asked.again or not found.municipality.statistics.on):
        raise Refused("Jämförelsen är avstängd: [match] on = false i kommunens fil.")
    keys = private_keys(settings.private_keys_directory, units)
    made = indexing.index_of(found, recipients(units, settings.public_keys), keys)
    with Database.open(settings.database_url) as database:
        if asked.again:
            database.write_now(tidying.again)
        with progress.shown("Läser anmälningarna") as tell:
            done, unread = read_all(database, made, SystemClock(), tell)
    print(f"{done} anmälningar är lästa.")
    if unread:
        raise Refused(f"{unread} av dem kunde inte öppnas med nycklarna här.")


def read_all(
    database: Database, made: Index, clock: Clock, tell: Callable[[int, int], None]
) -> tuple[int, int]:
    """Read all that waits; return how many were read, and how many could not be opened."""
    done = unread = 0
    database.write_now(partial(tidying.tidy, index=made, now=clock.now()))
    of = database.read_now(partial(indexing.left, index=made))
    tell(0, of)
    while database.read_now(partial(indexing.waits, index=made)):
        rows = database.write_now(partial(indexing.claim, index=made, now=clock.now()))
        found = indexing.read(made, rows)
        database.write_now(partial(indexing.store, index=made, found=found, now=clock.now()))
        done += len(found)
        unread += sum(each.unread for each in found)
        tell(done, max(done, of))
    count_out(database, made, clock)
    return done, unread


def count_out(database: Database, made: Index, clock: Clock) -> None:
    """Count out every month that is over, where it is counted."""
    for unit in made.own if made.counted else ():
        one = partial(tallies.count_out, unit=unit, calendar=made.calendar, now=clock.now())
        while database.write_now(one):
            pass
