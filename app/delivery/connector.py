"""What a connector is, and the register of them: a file in `connectors/` is a connector.

A connector takes one envelope to one place. It answers by returning: then the receiver holds the
envelope, on disk and not only in memory. It may be given the same envelope again, and must then do
nothing twice; `submission_id` is what a repetition is known by. It sets its own time limits, and
puts nothing about a report in an address, a file name, a header or a log line but reference and
ids.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from app.clock import Clock
from app.delivery import connectors
from app.errors import ConnectorTaken, UnknownConnector
from app.storage.database import Database


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed report, and the few facts about it that are no secret."""

    submission_id: UUID
    reference: str
    municipality_code: str
    unit: str
    form_id: str
    received_at: datetime
    urgent: bool
    sealed: bytes = field(repr=False)


class Connector(Protocol):
    """A way to one kind of receiver."""

    def deliver(self, envelope: Envelope) -> None:
        """Return once the receiver holds the envelope.

        TemporaryFailure: try again later. PermanentFailure: it will never be taken as it is.
        """


@dataclass(frozen=True, slots=True)
class Setup:
    """What a connector is built from: the municipality's settings for it, and our own parts."""

    database: Database
    clock: Clock
    options: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[Setup], Connector]
M = TypeVar("M", bound=Maker)

CONNECTORS: dict[str, Maker] = {}
"""Every connector by the name a municipality writes; filled when `connectors/` is read."""


def connector(name: str) -> Callable[[M], M]:
    """Register a connector under a name; ConnectorTaken if another one has it."""

    def register(maker: M) -> M:
        if name in CONNECTORS:
            raise ConnectorTaken(name)
        CONNECTORS[name] = maker
        return maker

    return register


def load_connectors() -> None:
    """Read every file in `connectors/`, so that each registers itself. Again does nothing."""
    for module in pkgutil.iter_modules(connectors.__path__, f"{connectors.__name__}."):
        importlib.import_module(module.name)


def build(
    names: Iterable[str],
    *,
    database: Database,
    clock: Clock,
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Connector]:
    """Return the connectors with these names; UnknownConnector if there is none of a name."""
    load_connectors()
    wanted = list(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in CONNECTORS]:
        known = ", ".join(sorted(CONNECTORS))
        raise UnknownConnector(f"{', '.join(unknown)}; there are: {known}")
    return {
        name: CONNECTORS[name](Setup(database, clock, (options or {}).get(name, {})))
        for name in wanted
    }
