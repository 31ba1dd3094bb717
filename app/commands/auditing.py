"""What an operator, and whoever reviews the log, asks of the audit trail."""

import argparse
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from app import references
from app.casework import reviewing
from app.casework.refusals import MonthGone, MonthNotOver
from app.clock import SystemClock
from app.commands import anchor_key, progress
from app.commands.operate import Refused
from app.records import anchors, trail, verifying
from app.records.anchors import Anchor
from app.records.verifying import Fault, Kind, Verdict
from app.runner import content
from app.settings import Settings
from app.storage.database import Database

TOLD_MOST = 50
SAID = {
    Kind.CHANGED: "stämmer inte: händelsen, eller den närmast före, är ändrad, borta, tillagd "
    "eller har bytt plats",
    Kind.EVENT_GONE: "händelsen är borta",
    Kind.LINKS_GONE: "här saknas en eller flera länkar",
    Kind.NOT_LINKED: "saknar länk: tillagd vid sidan om, eller så går inte skyddsnat relay",
    Kind.TOO_OLD: "säger sig vara äldre än det som signerats före den: tillagd i efterhand, eller "
    "så har klockan ställts om",
    Kind.BEGINNING_GONE: "kedjan börjar här, men början har inte haft sin tid",
    Kind.CUT_SHORT: "ett ankare gäller så här många länkar, men de finns inte: slutet är borta",
    Kind.OTHER_CHAIN: "ett ankare gäller en annan länk här: kedjan är gjord på nytt",
    Kind.NOT_SIGNED: "ankarets signatur är inte gjord med någon av nycklarna bland de publika",
}


def verify(settings: Settings, asked: argparse.Namespace) -> None:
    """Try the whole chain and say what is wrong. Refused when anything is."""
    known = anchor_key.publics(settings.public_keys)
    outside = from_file(asked.anchors) if asked.anchors else []
    with (
        progress.shown("Räknar om kedjan") as tell,
        Database.open(settings.database_url) as database,
    ):
        now = SystemClock().now()
        trying = partial(verifying.verify, keys=known, outside=outside, now=now, tell=tell)
        verdict = database.read_now(trying)
    for fault in verdict.faults[:TOLD_MOST]:
        print(told(fault))
    if verdict.faults:
        raise Refused(
            f"Granskningsloggen stämmer inte: {len(verdict.faults)} fel. Rör inget i databasen, "
            "ta en kopia av den och jämför med äldre kopior."
        )
    print(summary(verdict))


def summary(verdict: Verdict) -> str:
    """Say that all is well, and how far that goes."""
    said = f"Kedjan är hel: länk {verdict.first} till {verdict.last}, {verdict.anchors} ankare."
    if verdict.waiting:
        said += f" {verdict.waiting} händelser väntar på sin länk."
    if not verdict.anchors:
        said += " Utan ankare märks det inte om slutet tas bort: kör skyddsnat prepare och relay."
    return said


def told(fault: Fault) -> str:
    """Say one fault, and where it is."""
    where = [
        f"länk {fault.position}" if fault.position is not None else "",
        f"händelse {fault.event_id}" if fault.event_id is not None else "",
        f"{fault.at:%Y-%m-%d %H:%M:%S} UTC" if fault.at else "",
    ]
    return f"{', '.join(filter(None, where))}: {SAID[fault.kind]}"


def from_file(file: Path) -> list[Anchor]:
    """Return the anchors that a file holds, one a line. Refused when a line is none."""
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            found.append(anchors.read(line))
        except ValueError as wrong:
            raise Refused(f"{file}, rad {number}: det är inget ankare.") from wrong
    return found


def read(settings: Settings, asked: argparse.Namespace) -> None:
    """Print who has done what to a case, or what somebody has done."""
    if bool(asked.case) == bool(asked.person):
        raise Refused("Säg antingen --case och en referens, eller --person och ett namn.")
    zone = content.municipality(settings.forms, settings.municipality).zone
    case = references.parse(asked.case) if asked.case else None
    if asked.case and case is None:
        raise Refused(f"{asked.case} är ingen referens: den ser ut som K7QF-93MX.")
    within = trail.Within(
        since=day(asked.since, zone) if asked.since else None,
        until=day(asked.to, zone) + timedelta(days=1) if asked.to else None,
    )
    looking = partial(trail.events, reference=case, person=asked.person, within=within)
    with Database.open(settings.database_url) as database:
        found = database.read_now(looking)
    if not found:
        raise Refused("Det finns inga sådana händelser i loggen.")
    show(found, zone)


def sample(settings: Settings, asked: argparse.Namespace) -> None:
    """Draw a month anew and hold it to what is stored. Refused when that is another, or none."""
    calendar = content.municipality(settings.forms, settings.municipality).calendar
    try:
        reviewing.bounds(asked.month, calendar)
    except ValueError as wrong:
        raise Refused(f"{asked.month} är ingen månad: skriv den som 2026-10.") from wrong
    look = partial(reviewing.anew, unit=asked.unit, month=asked.month, calendar=calendar)
    try:
        with Database.open(settings.database_url) as database:
            found = database.read_now(look)
    except MonthNotOver as early:
        raise Refused("Hela månaden är inte länkad i kedjan.") from early
    except MonthGone as gone:
        raise Refused(
            "Början av månaden har haft sin tid i loggen: den kan inte dras igen."
        ) from gone
    if found is None:
        raise Refused("Den månaden är inte framtagen hos enheten.")
    drawn, stored = found
    print(f"Sista länk {drawn.position}, frö {drawn.seed.hex()}, {len(drawn.read)} läsningar.")
    if drawn.drawn != stored:
        raise Refused("Urvalet stämmer inte: det som är sparat är ett annat än det som dras.")
    print(f"Urvalet stämmer: {len(stored)} dragna, {' '.join(map(str, sorted(stored)))}.")


def show(found: Iterable[trail.Line], zone: ZoneInfo) -> None:
    for line in found:
        at = f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        print(f"{at}  {line.actor:<24} {line.kind:<22} {line.reference:<10} {line.unit}".rstrip())


def day(text: str, zone: ZoneInfo) -> datetime:
    """Return when a day begins. Refused when it is none."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone)
    except ValueError as wrong:
        raise Refused(f"{text} är ingen dag: skriv den som 2026-11-27.") from wrong
