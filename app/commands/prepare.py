"""Make ready what must be there before anything starts: data directory, keys, tables.

Everything can be done again without harm. What is wrong in `forms/` is found here, before a
visitor can meet it. No key is made as long as something is stored that no key here can open: it
would look well, and what people have handed in would be lost without a word.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from app.clock import SystemClock
from app.commands import keys, progress
from app.records import sealed_to
from app.records.sealed_to import SealedTo
from app.runner import content
from app.runner.content import Content
from app.runner.municipality import Municipality
from app.runner.routing import INBOX
from app.settings import Settings
from app.storage import look, migrations, schema
from app.storage.database import Database


class NotReady(Exception):
    """The service cannot start; the message says why, in one Swedish sentence."""


def prepare(settings: Settings) -> Content:
    """Make everything ready and return the content.

    Raises NotReady, ContentFaults, NotAKey, FileNotFoundError where a receiver's key is not there,
    SchemaNewer, or DatabaseUnavailable.
    """
    found = read_content(settings)
    data_directory(settings.data)
    read_receivers_keys(settings, found)
    make_keys(settings, found)
    with _in_words(settings.audit_keys):
        keys.make_witness(settings.audit_keys, public=settings.public_keys)
    with progress.shown("För fram tabellerna") as tell:
        migrations.migrate(settings.database_url, tell=tell)
    remember_keys(settings, found)
    return found


def read_content(settings: Settings) -> Content:
    """Read everything in forms/, the ways out to destinations too. ContentFaults with every fault.

    Each part that serves reads it all again, without the ways out, which only the relay goes.
    """
    return content.load(settings.forms, settings.municipality, judge=_ways_out)


def _ways_out(municipality: Municipality) -> Iterable[tuple[str, str]]:
    destinations = municipality.destinations
    if destinations == INBOX:  # as most begin; the ways out are heavy, and a start should be quick
        return ()
    from app.delivery import connector  # noqa: PLC0415 - as above

    return connector.faults(destinations)


def read_receivers_keys(settings: Settings, found: Content) -> None:
    """Read the key of each receiver that something is sealed to. NotAKey, FileNotFoundError."""
    if any(place.carries for place in found.municipality.destinations.values()):
        from app import reception  # noqa: PLC0415 - as above

        reception.destination_keys(found.municipality, settings.public_keys)


def data_directory(data: Path) -> None:
    """Make the data directory, for its owner only. NotReady when that is not possible."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if data.stat().st_uid == os.getuid():
            data.chmod(0o700)
    except OSError as refused:
        raise NotReady(
            f"Det går inte att skriva i {data}: sätt SKYDDSNAT_DATA till en katalog som går."
        ) from refused
    if not os.access(data, os.W_OK):
        raise NotReady(
            f"Det går inte att skriva i {data}: sätt SKYDDSNAT_DATA till en katalog som går."
        )


def make_keys(settings: Settings, found: Content) -> list[str]:
    """Give each unit of the municipality that has none a key pair; return those units.

    NotReady, before anything is made, when a key is gone that something stored is sealed to.
    """
    private, units = settings.private_keys_directory, found.municipality.units
    with _in_words(private):
        missing = unopenable(as_stored(settings), units, private=private)
        if missing:
            raise NotReady(keys_missing(missing, where=private))
        if all(keys.private_file(private, unit).exists() for unit in units):
            keys.publish(units, private=private, public=settings.public_keys)
            return []
        gone = look.at(settings.database_url, sealed_to.given_up) or ()
        return keys.make_missing(units, private=private, public=settings.public_keys, given_up=gone)


def try_ways_out(settings: Settings, municipality: Municipality) -> None:
    """Make every connector, as the relay will, and let go of it. BadOptions when one can not be.

    For who holds what destinations ask for; nothing is sent and nobody is connected to.
    """
    if municipality.destinations == INBOX:
        return
    from app.delivery import connector  # noqa: PLC0415 - as above

    with Database.open(settings.database_url) as database:
        made = connector.build(
            municipality.destinations,
            database=database,
            clock=SystemClock(),
            secrets=settings.secrets,
            municipality_code=municipality.code,
            origin=settings.staff.origin,
        )
        for each in made.values():
            each.close()


def remember_keys(settings: Settings, found: Content) -> None:
    """Write down which key each unit has now, for those who hold the public ones only."""
    now = SystemClock().now()
    with _in_words(settings.private_keys_directory):
        have = keys.ids(found.municipality.units, private=settings.private_keys_directory)
    known = look.at(settings.database_url, sealed_to.current) or {}
    if not have.items() <= known.items():
        with Database.open(settings.database_url) as database:
            database.write_now(partial(sealed_to.remember, keys=have, now=now))


def as_stored(settings: Settings) -> tuple[SealedTo, ...]:
    """Return what is stored by unit and key; SchemaNewer when that cannot be known."""

    def stored(connection: Connection) -> tuple[SealedTo, ...]:
        schema.refuse_newer(connection)
        return sealed_to.stored(connection)

    return look.at(settings.database_url, stored) or ()


def unopenable(
    sealed: Iterable[SealedTo], units: Iterable[str], *, private: Path
) -> tuple[SealedTo, ...]:
    """Return what is stored that no private key here can open. Errors as for `keys.publish`."""
    sealed = tuple(sealed)
    # A unit that has been taken out of the municipality's file may still have what only it opens.
    concerned = dict.fromkeys([*units, *(each.unit for each in sealed)])
    have = keys.ids(concerned, private=private).values()
    return sealed_to.unopenable(sealed, have)


def missing_keys(settings: Settings) -> tuple[SealedTo, ...]:
    """Return each key that is not here: something is sealed to it, or its public half is here."""
    private, public = settings.private_keys_directory, settings.public_keys
    units = content.municipality(settings.forms, settings.municipality).units
    halves = {unit: keys.public_id(public, unit) for unit in units}
    alone = (
        SealedTo(unit, key_id, 0)
        for unit, key_id in halves.items()
        if key_id and not keys.private_file(private, unit).exists()
    )
    with _in_words(private):
        return (*alone, *unopenable(as_stored(settings), units, private=private))


def keys_missing(missing: Iterable[SealedTo], *, where: Path) -> str:
    """Say which keys are gone, and what to do."""
    rows = "".join(f"{missing_row(each)}\n" for each in missing)
    return (
        f"Det finns anmälningar som ingen nyckel här kan öppna:\n{rows}"
        f"Lägg tillbaka de privata nycklarna i {where} från säkerhetskopian av nycklarna. "
        "Inga nya nycklar har skapats. Är en nyckel borta för alltid: skyddsnat keys lost."
    )


def missing_row(each: SealedTo) -> str:
    return f"  {each.unit}: nyckeln {each.key_id} ({each.count} förseglade texter)"


@contextmanager
def _in_words(private: Path) -> Iterator[None]:
    try:
        yield
    except keys.KeyMissing as missing:
        raise NotReady(
            f"Den privata nyckeln {missing.key_id} för enheten {missing.unit} finns inte i "
            f"{private}: lägg tillbaka den, för utan den kan det som redan kommit in inte läsas. "
            "Är den borta för alltid: skyddsnat keys lost."
        ) from missing
    except OSError as refused:
        raise NotReady(f"Nycklarna i {private} kan inte läsas eller skrivas.") from refused
