"""That somebody is let in to one case that does not exist to them otherwise, until a moment. Pure.

In an emergency it is who has jäv (17 § förvaltningslagen); lent, somebody of another unit.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Why somebody is let in, or is not."""

    EMERGENCY = "emergency"
    """They have jäv; nobody else can, and it can not wait."""
    READ = "read"
    """Lent to another unit, to read."""
    WORK = "work"
    """Lent to another unit, to work with."""
    NEVER = "never"
    """They have jäv, and not even then: it is about themselves or somebody close."""


LENT = frozenset({Kind.READ, Kind.WORK})


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is let in: somebody at a unit, or everybody there, when `name` is None."""

    unit: str
    name: str | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is let in to which case. `unit` is the one they work at, `name` is None for all of it."""

    id: UUID
    kind: Kind
    reference: str
    case_unit: str
    unit: str
    name: str | None
    by: str
    at: datetime
    until: datetime
