"""Looks for marked words wherever they must never be: files, logs, whatever bytes there are."""

import base64
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from app.storage.database import Database
from tests.web.reporters import Reporter

MARK = "KANARIEFÅGEL"
PLAIN = "KANARIEFAGEL"
"""The same where only ASCII may stand."""


def marked(reporter: Reporter) -> Reporter:
    """The same report with every free text marked."""
    answers = {name: mark(name, value) for name, value in reporter.answers.items()}
    return reporter.but(**answers)


def mark(name: str, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Return a free text with the mark in it; what is chosen from a list is left as it is."""
    is_free = isinstance(value, str) and (" " in value or value[:1].isupper() or "@" in value)
    if not is_free or "telefon" in name or "alder" in name or name == "antal":
        return value
    return f"{MARK}.{value}" if "@" not in value else f"{PLAIN}.{value}"


def disguises(word: str) -> list[bytes]:
    """A word as it looks in files: plain, in JSON, in an address, in Base64, in UTF-16."""
    plain = word.encode()
    return [
        plain,
        word.lower().encode(),
        word.encode("utf-16-le"),
        word.encode("latin-1", "replace"),
        ascii(word)[1:-1].encode(),
        word.encode("unicode_escape"),
        quote(word).encode(),
        base64.b64encode(plain)[:-4],
        plain.hex().encode(),
    ]


def hits(places: Mapping[str, bytes]) -> list[str]:
    """The names of the places that hold a mark, in any disguise."""
    looks = {look for word in (MARK, PLAIN) for look in disguises(word)}
    return [name for name, content in places.items() if any(look in content for look in looks)]


def files(folders: Iterable[Path]) -> dict[str, bytes]:
    """Everything that stands in files below some folders."""
    found = {}
    for folder in folders:
        for path in [folder] if folder.is_file() else folder.rglob("*"):
            if path.is_file() and os.access(path, os.R_OK):
                found[str(path)] = path.read_bytes()
    return found


def stored(database: Database) -> bytes:
    """All octets of an SQLite database: the file, and the log of what is not in it yet."""
    name = Path(database._engines.writing.url.database)
    whole = [name, name.with_name(f"{name.name}-wal"), name.with_name(f"{name.name}-journal")]
    return b"".join(path.read_bytes() for path in whole if path.exists())
