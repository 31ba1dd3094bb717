"""What an operator does beside running the service: prepare, check, make keys, let staff in."""

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands import progress
from app.runner.role import Role
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.runner.content import Content


class Refused(Exception):
    """The command could not be done; the message says why, in one Swedish sentence."""


def prepare(settings: Settings, asked: argparse.Namespace) -> None:
    """Make data directory, keys and tables ready; say where everything is, if asked to."""
    from app.commands import prepare as ready

    found = ready.prepare(settings)
    if not asked.links:
        return
    ready.try_ways_out(settings, found.municipality)
    municipality = found.municipality
    lines = [
        "",
        f"Skyddsnät för {municipality.name}",
        "",
        f"  Medborgarnas sida    {settings.citizen.origin}",
        f"  Personalens inkorg   {settings.staff.origin}",
        "",
        *_ways_in(settings, found),
        "",
        f"Allt sparas i {settings.data}",
        "Ctrl-C stänger av allt.",
        "",
    ]
    print("\n".join(lines), flush=True)


def keys_new(settings: Settings, _: argparse.Namespace) -> None:
    """Give the units that have none a key pair."""
    from app.commands import prepare as ready
    from app.runner import content

    ready.data_directory(settings.data)
    new = ready.make_keys(settings, content.load(settings.forms, settings.municipality))
    print(f"Nya nycklar för: {', '.join(new)}." if new else "Alla enheter har redan nycklar.")
    print(f"De privata ligger i {settings.private_keys_directory}, för ägarens ögon.")


def keys_public(settings: Settings, _: argparse.Namespace) -> None:
    """Write the public keys that belong to the private ones, and show them."""
    from app.commands import keys
    from app.runner import content

    units = content.load(settings.forms, settings.municipality).municipality.units
    keys.publish(units, private=settings.private_keys_directory, public=settings.public_keys)
    for unit in units:
        file = keys.public_file(settings.public_keys, unit)
        print(f"{unit}\n  {file}\n  {file.read_text('ascii').strip()}")


def keys_lost(settings: Settings, asked: argparse.Namespace) -> None:
    """Give up a key that will never be found, so that the unit can be given a new one."""
    from app.clock import SystemClock
    from app.commands import prepare as ready
    from app.records import sealed_to
    from app.storage.database import Database

    lost = {each.key_id: each for each in ready.missing_keys(settings)}.get(asked.key)
    if lost is None:
        raise Refused(f"{asked.key} är ingen nyckel som saknas här.")
    now = SystemClock().now()
    with Database.open(settings.database_url) as database:
        database.write_now(partial(sealed_to.give_up, key_id=lost.key_id, unit=lost.unit, now=now))
    print(
        f"Nyckeln {lost.key_id} räknas som borta: {lost.count} förseglade texter hos {lost.unit} "
        "(anmälningar och det som personalen har skrivit) kan inte öppnas av någon. "
        "Kör skyddsnat prepare, så får enheten en ny."
    )


def backup(settings: Settings, asked: argparse.Namespace) -> None:
    """Copy the database to a new folder, and the keys to another."""
    from app.clock import SystemClock
    from app.commands import backup as copying

    if asked.keep is not None and asked.keep < 1:
        raise Refused("--keep är minst 1 dag.")
    now, folder = SystemClock().now(), Path(asked.folder)
    if asked.keep:
        folder /= f"{now:%Y-%m-%dT%H%M%SZ}"
    with progress.shown("Kopierar databasen") as tell:
        made = copying.backup(settings, folder, keys=asked.keys, now=now, tell=tell)
    print(f"Databasen är kopierad till {folder}: {_told(made.counts)}.")
    if asked.keep:
        gone = copying.forget(folder.parent, before=now - timedelta(days=asked.keep))
        print(f"{gone} äldre kopior är borttagna.")
    if asked.keys:
        print(f"Nycklarna är kopierade till {asked.keys}: förvara dem någon annanstans.")


def restore(settings: Settings, asked: argparse.Namespace) -> None:
    """Put a backup back where there is no database yet."""
    from app.commands import backup as copying
    from app.commands import prepare as ready

    ready.data_directory(settings.data)
    folder, unopened = Path(asked.folder), asked.without_keys
    with progress.shown("Lägger tillbaka databasen") as tell:
        made = copying.restore(settings, folder, keys=asked.keys, unopened=unopened, tell=tell)
    print(f"Databasen är återställd som den var {made.made_at}: {_told(made.counts)}.")


def _told(counts: Mapping[str, int]) -> str:
    return f"{counts.get('submissions', 0)} anmälningar, {counts.get('drafts', 0)} utkast"


def roles(settings: Settings, asked: argparse.Namespace) -> None:
    """Print the SQL that makes a role in PostgreSQL for each part, or run it."""
    from app.storage import roles as rights
    from app.storage.database import Database

    if not asked.apply:
        print("".join(f"{statement};\n" for statement in rights.statements()), end="")
        return
    if not settings.database_url.startswith("postgresql"):
        raise Refused("Roller finns bara i PostgreSQL: sätt DATABASE_URL till ägarens adress.")
    with Database.open(settings.database_url) as database:
        database.write_now(rights.apply)
    print(f"Rollerna är klara: {', '.join(map(rights.name, rights.PRIVILEGES))}.")


def sign_in_link(settings: Settings, asked: argparse.Namespace) -> None:
    """Print a one-time link for one unit, or for each; past the municipality's sign-in with why."""
    from app.runner import content

    found = content.load(settings.forms, settings.municipality)
    known = list(found.municipality.units)
    if asked.unit and asked.unit not in known:
        raise Refused(f"Enheten {asked.unit} finns inte; det finns {', '.join(known)}.")
    units = [asked.unit] if asked.unit else known
    if asked.nod:
        _require_why(asked)
    elif not found.municipality.links_let_in:
        raise Refused(PAST_THE_SIGN_IN)

    def made() -> list[str]:
        return _links(settings, found, units, asked)

    if asked.file:
        _to_new_file(asked.file, made())
        print(f"Skrivet till {asked.file}, för ägarens ögon. Ta bort filen när du är inne.")
    elif sys.stdout.isatty():
        print("\n".join(made()))
    else:
        raise Refused(
            "En länk skrivs bara på en terminal, för den som läser den är inne: kör kommandot i en "
            "terminal (docker exec -it), eller skriv till en fil med --file FIL."
        )


PAST_THE_SIGN_IN = (
    "Länkar släpper bara in i en övning (exercise = true) utan egen inloggning ([sign_in]). Är "
    "kommunens inloggning borta och något brådskar: --nod --unit ENHET --reason SKÄL."
)


def _require_why(asked: argparse.Namespace) -> None:
    from app.casework.access import LONGEST_REASON

    if not (asked.unit and asked.reason and asked.reason.strip()):
        raise Refused("En nödlösning gäller en enhet och har ett skäl: --unit ENHET --reason SKÄL.")
    if len(asked.reason) > LONGEST_REASON:
        raise Refused(f"Skälet får vara högst {LONGEST_REASON} tecken.")


NOT_SEEN = ("Logga in i inkorgen: kör skyddsnat sign-in-link i en terminal.",)
"""Where what we print ends in a log, whoever reads the log would be let in."""


def _ways_in(settings: Settings, found: "Content") -> list[str]:
    if not found.municipality.links_let_in:
        return ["Logga in i inkorgen: med kommunens egen inloggning."]
    if not sys.stdout.isatty():
        return [*NOT_SEEN]
    links = _links(settings, found, list(found.municipality.units))
    return ["Logga in i inkorgen; varje länk fungerar en gång, inom en kvart:", *links]


def _to_new_file(file: Path, lines: list[str]) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as refused:
        raise Refused(f"{file} går inte att skapa: välj ett nytt namn.") from refused
    with os.fdopen(handle, "w") as there:
        there.write("\n".join(lines) + "\n")


def _links(
    settings: Settings,
    found: "Content",
    units: list[str],
    asked: argparse.Namespace | None = None,
) -> list[str]:
    from app.casework import access
    from app.clock import SystemClock
    from app.storage.database import Database

    now, named = SystemClock().now(), found.municipality.units
    chosen = frozenset(map(Role, asked.role if asked else ()))
    qualified = not (asked and asked.unqualified)
    why = {"reason": asked.reason.strip(), "made_by": getuser()[:64]} if asked and asked.nod else {}

    def made(connection: "Connection", unit: str) -> str:
        roles = chosen or _usual_roles(found, unit)
        return access.new_link(
            connection, unit=unit, now=now, roles=roles, qualified=qualified, why=why
        )

    with Database.open(settings.database_url) as database:
        secrets = [database.write_now(partial(made, unit=unit)) for unit in units]
    return [
        f"  {named[unit].name}: {settings.staff.origin}/logga-in/{secret}"
        for unit, secret in zip(units, secrets, strict=True)
    ]


def _usual_roles(found: "Content", unit: str) -> frozenset[Role]:
    """Return the roles of whoever tries the service: those that can do all there is at the unit."""
    from app.casework.access import LEADING

    here = {name for name, form in found.municipality.forms.items() if form.unit == unit}
    sspf = {Role.SSPF} if "stoppmote" in here else set()
    return frozenset(sspf | (set() if here == {"stoppmote"} else LEADING))
