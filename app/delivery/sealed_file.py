"""The two files that a report becomes where reports are handed over as files.

`<id>.jwe` is the report, sealed; `<id>.json` tells what it is and comes last: who waits for that
one never sees half a report. Both have their names from the report's id, so a repetition finds what
is there already.
"""

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum, auto
from secrets import token_hex

from app.delivery.connector import Envelope
from app.delivery.event import announcement
from app.errors import PermanentFailure

SWEEP_SECONDS = 600
"""Older than this, what has a temporary name was left by a relay that ended. No hand-over takes
so long. Also how often one looks."""


class There(Enum):
    """What is found under a name of ours."""

    NOTHING = auto()
    TORN = auto()
    SAME = auto()


@dataclass(frozen=True, slots=True)
class SealedFile:
    """The names and octets of a report's two files."""

    name: str
    octets: bytes = field(repr=False)
    sidecar_name: str
    sidecar: bytes = field(repr=False)

    def there(self, found: bytes | None) -> There:
        """Say what it is that was found under `name`; PermanentFailure if it is something else."""
        if found is None:
            return There.NOTHING
        if found == self.octets:
            return There.SAME
        return _torn(found, self.octets)

    def sidecar_there(self, found: bytes | None) -> There:
        """The same of `sidecar_name`. One by an older version of ours may have other keys."""
        if found is None:
            return There.NOTHING
        try:
            if _identity(found) == _identity(self.sidecar):
                return There.SAME
        except (ValueError, TypeError, KeyError):
            pass
        return _torn(found, self.sidecar)


def sealed_file(envelope: Envelope) -> SealedFile:
    """Return the files. PermanentFailure when nothing is sealed to this receiver."""
    if envelope.content is None:
        raise PermanentFailure("delivery.reasons.fault")
    name = f"{envelope.submission_id}.jwe"
    about = announcement(envelope) | {
        "file": name,
        "size": len(envelope.content),
        "sha256": hashlib.sha256(envelope.content).hexdigest(),
    }
    return SealedFile(
        name=name,
        octets=envelope.content,
        sidecar_name=f"{envelope.submission_id}.json",
        sidecar=json.dumps(about, indent=2).encode("ascii") + b"\n",
    )


def temporary_name(name: str) -> str:
    """Return a name that nobody looks for, and that no other relay uses for the same report."""
    return f".{name}.{token_hex(4)}.part"


def is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(".part") and (".jwe." in name or ".json." in name)


def _identity(sidecar: bytes) -> tuple[str, str]:
    read = json.loads(sidecar)
    return read["id"], read["sha256"]


def _torn(found: bytes, ours: bytes) -> There:
    # A disk or a server that lost its power may keep a name and only the beginning of what it held.
    if ours.startswith(found):
        return There.TORN
    raise PermanentFailure("delivery.reasons.taken")
