"""What an operator does beside running the service: prepare, check, make keys, let staff in."""

import argparse
from functools import partial
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.runner.content import Content


class Refused(Exception):
    """The command could not be done; the message says why, in one Swedish sentence."""


def prepare(settings: Settings, asked: argparse.Namespace) -> None:
    """Make data directory, keys and tables ready; say where everything is, if asked to."""
    from app import prepare as ready

    found = ready.prepare(settings)
    if not asked.links:
        return
    municipality = found.municipality
    lines = [
        "",
        f"Skyddsnät för {municipality.name}",
        "",
        f"  Medborgarnas sida    {settings.citizen.origin}",
        f"  Personalens inkorg   {settings.staff.origin}",
        "",
        "Logga in i inkorgen; varje länk fungerar en gång, inom en kvart:",
        *_links(settings, found, list(municipality.units)),
        "",
        f"Allt sparas i {settings.data}",
        "Ctrl-C stänger av allt.",
        "",
    ]
    print("\n".join(lines), flush=True)


def check_content(settings: Settings, _: argparse.Namespace) -> None:
    """Read everything in forms/. Raises ContentFaults with every fault."""
    from app.runner import content

    found = content.load(settings.forms, settings.municipality)
    forms = ", ".join(found.municipality.forms)
    print(f"Inga fel. Formulär: {forms}. Språk: {', '.join(found.languages)}.")


def keys_new(settings: Settings, _: argparse.Namespace) -> None:
    """Give the units that have none a key pair."""
    from app import prepare as ready
    from app.runner import content

    ready.data_directory(settings.data)
    new = ready.make_keys(settings, content.load(settings.forms, settings.municipality))
    print(f"Nya nycklar för: {', '.join(new)}." if new else "Alla enheter har redan nycklar.")
    print(f"De privata ligger i {settings.private_keys_directory}, för ägarens ögon.")


def keys_public(settings: Settings, _: argparse.Namespace) -> None:
    """Write the public keys that belong to the private ones, and show them."""
    from app import keys
    from app.runner import content

    units = content.load(settings.forms, settings.municipality).municipality.units
    keys.publish(units, private=settings.private_keys_directory, public=settings.public_keys)
    for unit in units:
        file = keys.public_file(settings.public_keys, unit)
        print(f"{unit}\n  {file}\n  {file.read_text('ascii').strip()}")


def sign_in_link(settings: Settings, asked: argparse.Namespace) -> None:
    """Print a one-time link for one unit, or for each."""
    from app.runner import content

    found = content.load(settings.forms, settings.municipality)
    known = list(found.municipality.units)
    if asked.unit and asked.unit not in known:
        raise Refused(f"Enheten {asked.unit} finns inte; det finns {', '.join(known)}.")
    print("\n".join(_links(settings, found, [asked.unit] if asked.unit else known)))


def _links(settings: Settings, found: "Content", units: list[str]) -> list[str]:
    from app.clock import SystemClock
    from app.inbox import access
    from app.storage.database import Database

    now, named = SystemClock().now(), found.municipality.units
    with Database.open(settings.database_url) as database:
        secrets = [
            database.write_now(partial(access.new_link, unit=unit, now=now)) for unit in units
        ]
    return [
        f"  {named[unit].name}: {settings.staff.origin}/logga-in/{secret}"
        for unit, secret in zip(units, secrets, strict=True)
    ]


def explain(error: Exception) -> str | None:
    """Why a command could not be done, for an operator; None if the fault is the program's."""
    from app.errors import DatabaseUnavailable, NotAKey, SchemaOutdated
    from app.prepare import NotReady
    from app.runner.content import ContentFaults

    if isinstance(error, ContentFaults):
        rows = [f"  {fault.file}: {fault.key}: {fault.reason}" for fault in error.faults]
        return "\n".join([f"Innehållet i forms/ har {len(rows)} fel:", *rows])
    if isinstance(error, FileNotFoundError):
        return f"Filen {error.filename} finns inte: kör skyddsnat prepare först."
    sentences: dict[type[Exception], str] = {
        NotReady: str(error),
        NotAKey: "En nyckelfil är skadad: lägg tillbaka den från säkerhetskopian.",
        DatabaseUnavailable: "Databasen går inte att nå: se att DATABASE_URL är rätt, att den "
        "körs och att disken har plats.",
        SchemaOutdated: "Databasen är inte i ordning: kör skyddsnat prepare först.",
    }
    return next((said for kind, said in sentences.items() if isinstance(error, kind)), None)
