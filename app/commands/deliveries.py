"""What an operator asks about deliveries: where they are, and whether they add up."""

import argparse
from typing import TYPE_CHECKING

from app.commands import progress
from app.commands.operate import Refused
from app.settings import Settings

if TYPE_CHECKING:
    from app.records.reconcile import Sums
    from app.storage.database import Database


def reconcile(settings: Settings, _: argparse.Namespace) -> None:
    """Count that nothing is lost, and tell staff. Refused when it does not add up."""
    from app.storage.database import Database

    with (
        progress.shown("Räknar efter") as tell,
        Database.open(settings.database_url) as database,
    ):
        sums = count(settings, database, tell)
    print("Mottagare              togs emot  framme  på väg  för hand")
    for each in sums.destinations:
        mark = "" if each.adds_up else "  STÄMMER INTE"
        print(
            f"{each.destination:<22} {each.received:>9} {each.confirmed:>7} {each.open:>7} "
            f"{each.released:>9}{mark}"
        )
    if sums.amiss:
        raise Refused(
            f"{sums.amiss} ärenden stämmer inte med det som är gjort i dem eller med sina klockor. "
            "Rör inget i databasen, och jämför med den senaste kopian."
        )
    if not sums.adds_up:
        raise Refused(
            "Det går inte ihop: något som har tagits emot finns varken framme, på väg eller "
            "överlämnat för hand. Rör inget i databasen, och jämför med den senaste kopian."
        )
    print("Allt som har tagits emot är framme, på väg eller överlämnat för hand.")


def count(
    settings: Settings, database: "Database", tell: progress.Tell = lambda *_: None
) -> "Sums":
    """Count, and write down how it added up, where staff and those who watch can see it."""
    from functools import partial

    from app.clock import SystemClock
    from app.records import reconcile as counting
    from app.runner import content

    places = content.municipality(settings.forms, settings.municipality).destinations
    inboxes = [name for name, place in places.items() if place.connector == "inbox"]
    sums = database.read_now(partial(counting.reconcile, inboxes=inboxes, tell=tell))
    now = SystemClock().now()
    database.write_now(partial(counting.remember, sums=sums, now=now))
    return sums


def show(settings: Settings, _: argparse.Namespace) -> None:
    """Print how many deliveries there are of each kind at each destination."""
    from app.records import destinations, outbox
    from app.storage.database import Database

    with Database.open(settings.database_url) as database:
        found = database.read_now(outbox.counts)
        closed = database.read_now(destinations.closed)
    for (place, state), number in sorted(found.items()):
        print(f"{place:<22} {state:<10} {number:>9}{'  STÄNGD' if place in closed else ''}")
    if not found:
        print("Inget har lämnats in än.")


def resume(settings: Settings, asked: argparse.Namespace) -> None:
    """Open a destination again and send at once what waits for it, refused things too."""
    from functools import partial

    from app.clock import SystemClock
    from app.records import destinations
    from app.runner import content
    from app.storage.database import Database

    known = content.municipality(settings.forms, settings.municipality).destinations
    if asked.destination not in known:
        there = ", ".join(sorted(known))
        raise Refused(
            f"{asked.destination} är ingen mottagare i kommunens fil; det finns {there}. "
            "skyddsnat deliveries visar vilka som är stängda."
        )
    opening = partial(destinations.reopen, destination=asked.destination, now=SystemClock().now())
    with Database.open(settings.database_url) as database:
        again = database.write_now(opening)
    print(f"{asked.destination} är öppen. {again} anmälningar skickas nu.")
