"""Looks at everything that must be right before it is relied on, and changes nothing.

Each thing is looked at whatever the others were, and said in one line: settings, content, keys
against what is stored, the database and its tables, the role's rights, destinations, disk, clock.
"""

import argparse
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import VERSION, reception
from app.clock import SystemClock
from app.commands import check_match as same_child
from app.commands import check_sign_in as sign_in
from app.commands import keys, prepare, proofread
from app.commands.explain import explain
from app.commands.graded import Grade, Said
from app.commands.operate import Refused
from app.errors import NotAKey, SkyddsnatError
from app.records import pulse, sealed_to
from app.runner import content
from app.runner.disclosure import Standing
from app.runner.faults import ContentFaults
from app.runner.municipality import Municipality
from app.settings import Settings
from app.storage import look, roles, schema
from app.storage.tables import pulses

OLDEST_SQLITE, OLDEST_POSTGRESQL = (3, 35, 0), 140_000
SCARCE, GONE = 1_000_000_000, 200_000_000
"""Octets left on the disk: when it is time to make room, and when it may be too late."""
ASKEW, WRONG = timedelta(seconds=5), timedelta(seconds=60)
"""How far the clock here may be from the database's."""

UNLINKED = timedelta(hours=3)
"""So long the audit trail may go without being linked and signed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    grade: Grade
    said: str


def check(settings: Settings, _: argparse.Namespace) -> None:
    """Print every finding. Refused when there is a fault among them."""
    faults = 0
    for finding in findings(settings):
        faults += finding.grade is Grade.FAULT
        first, *more = finding.said.splitlines()
        print(f"{finding.about:<15} {finding.grade.value:<8} {first}")
        for line in more:
            print(f"{'':<25}{line}")
    if faults:
        raise Refused(f"Det finns {faults} fel.")


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield what is found, thing by thing."""
    yield from about("Inställningar", lambda: of_settings(settings))
    yield from about("Innehåll", lambda: of_content(settings))
    yield from about("Disk", lambda: of_disk(settings.data))
    there = [*about("Databas", lambda: of_database(settings))]
    yield from there
    ready = all(each.grade is not Grade.FAULT for each in there)
    if ready:
        yield from about("Tabeller", lambda: of_tables(settings))
        yield from about("Rättigheter", lambda: of_rights(settings))
        yield from about("Klocka", lambda: of_clock(settings))
        yield from about("Granskningslogg", lambda: of_trail(settings))
    try:
        municipality = content.municipality(settings.forms, settings.municipality)
    except ContentFaults:
        return  # said above
    yield from about("Nycklar", lambda: of_keys(settings, municipality))
    if ready:
        yield from about("Samma barn", lambda: same_child.looked_at(settings, municipality))
    yield from about("Mottagare", lambda: of_destinations(settings, municipality))
    yield from about("Inloggning", lambda: sign_in.looked_at(settings, municipality))


def about(what: str, found: Callable[[], Said]) -> Iterator[Finding]:
    """Yield what is found about one thing; what can not be looked at is a fault."""
    try:
        for grade, said in found():
            yield Finding(what, grade, said)
    except (SkyddsnatError, ContentFaults, SQLAlchemyError, OSError, prepare.NotReady) as error:
        said = explain(error) or f"Det går inte att se efter ({type(error).__name__})."
        yield Finding(what, Grade.FAULT, said)


def of_settings(settings: Settings) -> Said:
    yield Grade.FINE, f"version {VERSION}, allt sparas i {settings.data}"
    folders = (settings.private_keys_directory, settings.audit_keys)
    closed = [path for folder in folders for path in (folder, *folder.glob("*.key"))]
    for path in (path for path in closed if path.exists() and path.stat().st_mode & 0o077):
        yield Grade.FAULT, f"{path} kan läsas av andra än ägaren: chmod go= {path}"


def of_content(settings: Settings) -> Said:
    found = proofread.read(settings)
    forms = ", ".join(found.municipality.forms)
    yield Grade.FINE, f"{found.municipality.name}: {forms}; språk {', '.join(found.languages)}"
    if found.municipality.exercise:
        yield Grade.DOUBTFUL, "exercise = true: varje sida säger att det är en övning"
    standing = proofread.standing_of(found.municipality)
    if standing is not Standing.GOOD:
        over = standing is Standing.OVER and not found.municipality.exercise
        yield Grade.FAULT if over else Grade.DOUBTFUL, f"security: {standing.value}"


def of_disk(data: Path) -> Said:
    if not data.exists():
        yield Grade.FAULT, f"{data} finns inte: kör skyddsnat prepare först"
        return
    free = shutil.disk_usage(data).free
    grade = Grade.FAULT if free < GONE else Grade.DOUBTFUL if free < SCARCE else Grade.FINE
    yield grade, f"{free // 1_000_000} MB kvar där {data} ligger"


def of_database(settings: Settings) -> Said:
    version = look.at(settings.database_url, _version)
    if version is None:
        yield Grade.FAULT, "finns inte: kör skyddsnat prepare först"
        return
    name, number, oldest = version
    grade = Grade.FAULT if number < oldest else Grade.FINE
    yield grade, name if grade is Grade.FINE else f"{name} är för gammal"


def _version(connection: Connection) -> tuple[str, int, int]:
    if connection.dialect.name == "sqlite":
        number = sqlite3.sqlite_version_info
        return f"SQLite {sqlite3.sqlite_version}", int(number >= OLDEST_SQLITE), 1
    row = connection.execute(text("SELECT current_setting('server_version')")).scalar_one()
    number = connection.execute(text("SELECT current_setting('server_version_num')")).scalar_one()
    return f"PostgreSQL {row}", int(number), OLDEST_POSTGRESQL


def of_tables(settings: Settings) -> Said:
    found, known = look.at(settings.database_url, schema.revision) or schema.NONE, schema.newest()
    if found > known:
        yield Grade.FAULT, f"{found} är nyare än det här programmet ({known}): använd det nyare"
    elif found < known:
        yield Grade.FAULT, f"{found} är äldre än det här programmet ({known}): kör prepare"
    else:
        yield Grade.FINE, found


def of_rights(settings: Settings) -> Said:
    if not settings.database_url.startswith("postgresql"):
        yield Grade.FINE, "SQLite har inga roller; filen är för en enda användare"
        return
    name, missing, beyond = look.at(settings.database_url, roles.looked_at) or ("", (), ())
    if missing:
        yield Grade.FAULT, f"{name} saknar {', '.join(missing)}: kör skyddsnat roles --apply"
    if beyond:
        yield Grade.FAULT, f"{name} får för mycket ({', '.join(beyond)}): kör roles --apply"
    if not (missing or beyond):
        yield Grade.FINE, name


def of_clock(settings: Settings) -> Said:
    def theirs(connection: Connection) -> tuple[datetime | None, datetime | None]:
        last = connection.execute(select(func.max(pulses.c.at))).scalar()
        if connection.dialect.name != "postgresql":
            return None, last
        return connection.execute(text("SELECT clock_timestamp()")).scalar(), last

    database, last = look.at(settings.database_url, theirs) or (None, None)
    now = SystemClock().now()
    apart = abs(database - now) if database else timedelta()
    if apart > ASKEW:
        grade = Grade.FAULT if apart > WRONG else Grade.DOUBTFUL
        yield grade, f"skiljer {apart.seconds} s från databasens: ställ båda efter NTP"
    if last and last - now > WRONG:
        yield Grade.FAULT, f"går efter: databasen har något från {last:%Y-%m-%d %H:%M}Z"
    if apart <= ASKEW and not (last and last - now > WRONG):
        yield Grade.FINE, f"{now:%Y-%m-%d %H:%M}Z"


def of_trail(settings: Settings) -> Said:
    """Whether the relay has linked and signed the audit trail of late."""
    words = {pulse.AUDIT: "länkad", pulse.ANCHOR: "signerad"}
    heard = look.at(settings.database_url, lambda c: {name: pulse.pulse(c, name) for name in words})
    limit = SystemClock().now() - UNLINKED
    for name, word in words.items():
        last = (heard or {}).get(name)
        if last is None:
            yield Grade.DOUBTFUL, f"har inte blivit {word} än: det gör skyddsnat relay"
        elif last.at < limit:
            yield Grade.FAULT, f"{word} senast {last.at:%Y-%m-%d %H:%M}Z: går skyddsnat relay?"
        else:
            yield Grade.FINE, f"{word} {last.at:%Y-%m-%d %H:%M}Z"


def of_keys(settings: Settings, municipality: Municipality) -> Said:
    """Public keys for whoever takes in; private ones, and what is stored, for who may see them."""
    ids = reception.public_key_ids(municipality.units, settings.public_keys)
    yield Grade.FINE, f"{len(ids)} publika i {settings.public_keys}"
    strange = look.at(settings.database_url, lambda c: sealed_to.strangers(c, ids)) or ()
    if strange:
        yield (
            Grade.FAULT,
            f"inte de publika nycklar som prepare senast gjorde klara: {', '.join(strange)}",
        )
    private = settings.private_keys_directory
    if not private.is_dir():
        yield Grade.FINE, "de privata finns inte här, och hör inte hemma hos den som tar emot"
        return
    have = keys.ids(municipality.units, private=private)
    for unit in municipality.units:
        if unit not in have:
            yield Grade.FAULT, f"{unit}: den privata nyckeln finns inte i {private}"
        elif have[unit] != ids[unit]:
            yield Grade.FAULT, f"{unit}: den privata nyckeln hör inte till den publika"
    stored = prepare.as_stored(settings)
    for each in prepare.unopenable(stored, municipality.units, private=private):
        yield Grade.FAULT, f"kan inte öppnas:{prepare.missing_row(each)}"
    for each in stored:
        if each.unit not in municipality.units:
            yield (
                Grade.FAULT,
                f"{each.count} anmälningar ligger hos {each.unit}, som inte finns i kommunens fil",
            )


def of_destinations(settings: Settings, municipality: Municipality) -> Said:
    try:
        reception.destination_keys(municipality, settings.public_keys)
    except (NotAKey, FileNotFoundError) as error:
        yield Grade.FAULT, explain(error) or ""
    if not settings.secrets.is_dir() and set(municipality.destinations) != {"inbox"}:
        yield Grade.DOUBTFUL, f"hemligheterna i {settings.secrets} kan inte ses av den som kör"
        return
    prepare.try_ways_out(settings, municipality)
    yield Grade.FINE, ", ".join(municipality.destinations)
