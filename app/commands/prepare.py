"""Make ready what must be there before anything starts: data directory, keys, tables.

Everything can be done again without harm. What is wrong in `forms/` is found here, before a
visitor can meet it.
"""

import os
from pathlib import Path

from app.commands import keys
from app.runner import content
from app.runner.content import Content
from app.settings import Settings
from app.storage import migrations


class NotReady(Exception):
    """The service cannot start; the message says why, in one Swedish sentence."""


def prepare(settings: Settings) -> Content:
    """Make everything ready and return the content.

    Raises NotReady, ContentFaults, NotAKey, or DatabaseUnavailable.
    """
    found = content.load(settings.forms, settings.municipality)
    data_directory(settings.data)
    make_keys(settings, found)
    migrations.migrate(settings.database_url)
    return found


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
    """Give each unit of the municipality that has none a key pair; return those units."""
    private = settings.private_keys_directory
    try:
        return keys.make_missing(
            found.municipality.units, private=private, public=settings.public_keys
        )
    except keys.KeyMissing as missing:
        raise NotReady(
            f"Den privata nyckeln för enheten {missing} finns inte i {private}: "
            "lägg tillbaka den, för utan den kan det som redan kommit in inte läsas."
        ) from missing
    except OSError as refused:
        raise NotReady(f"Nycklarna i {private} kan inte läsas eller skrivas.") from refused
