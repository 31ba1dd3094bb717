"""Reads the key that anchors of the audit trail are signed with, and the public halves of all such.

Apart from the keys of the units: who signs anchors has not even loaded what could open a report.
"""

from pathlib import Path

from app.crypto import witness
from app.errors import NotAKey


def file_in(folder: Path) -> Path:
    return folder / "audit.key"


def read(folder: Path) -> bytes:
    """Return the private key that anchors are signed with. OSError, NotAKey."""
    file = file_in(folder)
    try:
        return witness.parse_private(file.read_text("ascii"))
    except (NotAKey, UnicodeDecodeError) as damaged:
        raise NotAKey("it holds no private key", file=str(file)) from damaged


def publics(public: Path) -> dict[str, bytes]:
    """Return every public key that anchors have been signed with, by its id. Errors as above."""
    found = {}
    for file in sorted(public.glob("*.ed25519")):
        try:
            half = witness.parse_public(file.read_text("ascii"))
        except (NotAKey, UnicodeDecodeError) as damaged:
            raise NotAKey("it holds no public key", file=str(file)) from damaged
        found[witness.key_id(half)] = half
    return found
