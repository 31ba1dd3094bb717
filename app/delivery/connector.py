"""What a connector is, and the register of them: a file in `connectors/` is a connector.

A connector takes envelopes to one destination, and answers for each of them. CONFIRMED means that
the receiver holds it, on disk and not only in memory; SENT that the receiver has it and will say so
itself, later. It may be given the same envelope again, and must then do nothing twice:
`submission_id` is what a repetition is known by. It sets its own time limits, and puts nothing
about a report in an address, a file name, a header or a log line but reference and ids.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.casework.running import NO_RULES, Rules
from app.clock import Clock
from app.delivery import connectors
from app.delivery.options import Options, read_faults
from app.errors import BadOptions, ConnectorTaken, UnknownConnector
from app.records.outbox import Delivery
from app.runner.routing import Destination
from app.storage.database import Database


@dataclass(frozen=True, slots=True)
class Envelope:
    """A report on its way: the few facts about it that are no secret, and what it says, sealed.

    `again`: it may be with the receiver already, so one that cannot tell repetitions apart must be
    asked first. `content`: a compact JWE, in ASCII, to this destination's own key; None where
    nothing is carried out of the house.
    """

    submission_id: UUID
    reference: str
    municipality_code: str
    unit: str
    form_id: str
    received_at: datetime
    urgent: bool
    again: bool = False
    content: bytes | None = field(default=None, repr=False)


def envelope_of(delivery: Delivery) -> Envelope:
    """Return what a connector is given of a delivery."""
    return Envelope(
        submission_id=delivery.submission_id,
        reference=delivery.reference,
        municipality_code=delivery.municipality_code,
        unit=delivery.unit,
        form_id=delivery.form_id,
        received_at=delivery.received_at,
        urgent=delivery.urgent,
        again=delivery.again,
        content=delivery.content,
    )


class Answer(Enum):
    """What became of an envelope that the receiver took."""

    CONFIRMED = auto()
    SENT = auto()


Outcome = Answer | Exception
Say = Callable[[Envelope, Outcome], None]


class Connector(Protocol):
    """A way to one destination. `most` is how many envelopes it takes at a time."""

    @property
    def most(self) -> int: ...

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Call `say` once for each envelope, from any thread.

        A TemporaryFailure is tried again later, a PermanentFailure never, and a DestinationClosed
        closes the destination. What is raised goes for all that nothing has been said about.
        """

    def close(self) -> None:
        """Let go of everything. The connector is not used again."""


class SideBySide:
    """Carries envelopes with up to `at_once` threads. One that fails is no concern of the others.

    `probe` asks a receiver that cannot tell repetitions apart whether it has an envelope already;
    it is asked only where that may be so.
    """

    def __init__(
        self,
        carry: Callable[[Envelope], Answer],
        *,
        at_once: int = 1,
        most: int | None = None,
        probe: Callable[[Envelope], bool] | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.most = most or at_once * 4
        self._carry, self._probe, self._close = carry, probe, close
        self._threads = ThreadPoolExecutor(at_once, "carrier") if at_once > 1 else None

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Carry each envelope and say what became of it."""

        def one(envelope: Envelope) -> None:
            say(envelope, self._outcome(envelope))

        if self._threads is None:
            for envelope in envelopes:
                one(envelope)
        else:
            list(self._threads.map(one, envelopes))

    def close(self) -> None:
        """Let go of the threads and of what the function holds."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        self._close()

    def _outcome(self, envelope: Envelope) -> Outcome:
        try:
            if envelope.again and self._probe and self._probe(envelope):
                return Answer.CONFIRMED
            return self._carry(envelope)
        except Exception as failure:  # noqa: BLE001 - a receiver may fail in any way
            return failure


@dataclass(frozen=True, slots=True)
class Setup:
    """What a connector is built from: the municipality's settings for it, and our own parts."""

    destination: str
    database: Database
    clock: Clock
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Path = Path("secrets")
    municipality_code: str = ""
    origin: str = ""
    """The address of the staff's inbox, for what is sent to staff."""
    rules: Rules = NO_RULES
    """What cases are worked with by, for what comes into our own inbox."""

    def secret(self, name: str) -> str | None:
        """Return what stands in the file `<destination>.<name>` among the secrets, if it exists."""
        file = self.secrets / f"{self.destination}.{name}"
        try:
            return file.read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as unreadable:
            raise BadOptions(self.destination, f"{file.name} kan inte läsas") from unreadable

    def need_secret(self, name: str) -> str:
        """As `secret`; BadOptions when there is none."""
        if found := self.secret(name):
            return found
        raise BadOptions(
            self.destination, f"filen {self.destination}.{name} saknas bland hemligheterna"
        )


Maker = Callable[[Setup], Connector]
M = TypeVar("M", bound=Maker)


@dataclass(frozen=True, slots=True)
class Registered:
    """A connector and what can be set for it. A passive one is never carried to: one fetches."""

    make: Maker
    options: type[Options]
    carries: bool
    passive: bool


CONNECTORS: dict[str, Registered] = {}
"""Every connector by the name a municipality writes; filled when `connectors/` is read."""


def connector(
    name: str,
    *,
    options: type[Options] = Options,
    carries: bool = True,
    passive: bool = False,
) -> Callable[[M], M]:
    """Register a connector under a name; ConnectorTaken if another one has it.

    `options` is read before the connector is made; without it there is nothing to set.
    """

    def register(maker: M) -> M:
        if name in CONNECTORS:
            raise ConnectorTaken(name)
        CONNECTORS[name] = Registered(maker, options, carries, passive)
        return maker

    return register


def known() -> list[str]:
    """Return the name of each connector there is, without reading any of them: they are heavy."""
    return sorted({module.name for module in pkgutil.iter_modules(connectors.__path__)})


def load(name: str) -> Registered:
    """Read the file of one connector, if it has not been; UnknownConnector if there is none."""
    if name not in CONNECTORS:
        if name not in known():
            raise UnknownConnector(f"{name}; there are: {', '.join(known())}")
        importlib.import_module(f"{connectors.__name__}.{name}")
    return CONNECTORS[name]


def faults(destinations: Mapping[str, Destination]) -> Iterator[tuple[str, str]]:
    """Yield what can not be right in how destinations are set: (key, reason), in Swedish.

    Secrets are not asked for: whoever reads the municipality's file need not hold them.
    """
    for name, destination in destinations.items():
        at = f"destinations.{name}"
        try:
            found = load(destination.connector)
        except UnknownConnector:
            there, near = known(), get_close_matches(destination.connector, known(), 1)
            why = f"{destination.connector!r} finns inte; det finns {', '.join(there)}"
            yield f"{at}.connector", why + (f"; menade du {near[0]}?" if near else "")
            continue
        for key, why in read_faults(found.options, destination.options):
            yield f"{at}.options" + (f".{key}" if key else ""), why


def build(
    destinations: Mapping[str, Destination],
    *,
    database: Database,
    clock: Clock,
    secrets: Path = Path("secrets"),
    municipality_code: str = "",
    origin: str = "",
    rules: Rules = NO_RULES,
) -> dict[str, Connector]:
    """Return the connector of each destination that reports are carried to.

    UnknownConnector or BadOptions when a destination can not be right.
    """
    built: dict[str, Connector] = {}
    for name, destination in destinations.items():
        found = load(destination.connector)
        setup = Setup(
            destination=name,
            database=database,
            clock=clock,
            options=destination.options,
            secrets=secrets,
            municipality_code=municipality_code,
            origin=origin,
            rules=rules,
        )
        made = found.make(setup)  # a passive one too, so that its options are looked at
        if not found.passive:
            built[name] = made
    return built
