"""A bench for each connector: its real receiver, and the ways it can be broken.

Every connector that is registered is put through `tests/integration/test_connector_contract.py`,
which adding a file to `app/delivery/connectors/` is enough for; one without a bench fails there.
A bench is the file here of the same name as the connector: `tests/connectors/folder.py` for
`folder`. It holds

    def bench(place: Place) -> Bench
        Start a real receiver. No connector is built here: the contract tests build it themselves,
        as the relay does, from `options` and from the secret files that lie in `place.secrets`.

    LACKS: dict[str, str]
        The trials that have no meaning for this receiver, each with the reason in words. Only
        those of `MAY_LACK` can be named. Usually empty.

The receiver is whatever stands at the other end, including the recognising of repeats that we
demand of it: a webhook receiver that knows its `webhook-id`, a consumer that knows its message id.
What `held` answers is what it holds after that. Wait in `held` for what is on its way.

All is in one process and on the loopback. A bench keeps nothing but what `close` takes away.
"""

import base64
import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from uuid import UUID, uuid4

from app.clock import Clock
from app.delivery.connector import Envelope
from app.storage.database import Database

DESTINATION = "prov"
"""The name of the destination that is tried; a secret `x` is the file `prov.x` in the folder."""

ORIGIN = "https://inkorg.example.se"
"""The address of the staff's site."""

MAY_LACK = frozenset({"silence", "spoil", "ids", "content"})
"""`silence`: it can not be called and say nothing (a file system, our own database).
`spoil`: no envelope can be refused while others are taken (all mails are the same).
`ids`: the receiver is only told that something has come; `held` then gives None for ids.
`content`: nothing leaves us (`carries=False`); `held` then gives None for content."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a bench may use. Both folders are empty and go away by themselves."""

    folder: Path
    secrets: Path
    database: Database
    clock: Clock

    def secret(self, name: str, text: str) -> str:
        """Lay a secret where the connector will read it, and return it."""
        (self.secrets / f"{DESTINATION}.{name}").write_text(f"{text}\n", "utf-8")
        return text


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that the receiver holds, and what it knows it by."""

    submission_id: UUID | None
    content: bytes | None


class Bench(Protocol):
    """A real receiver, and how to build the connector that shall reach it."""

    options: Mapping[str, Any]
    """As under [destinations.prov.options]. Set time limits short: about two seconds."""

    needs: Sequence[str]
    """The names of the secrets without which the connector must refuse to start."""

    def expect(self, envelope: Envelope) -> None:
        """Do what must be done in our own house before this can be delivered. Mostly nothing."""

    def held(self) -> Sequence[Held]:
        """Everything the receiver holds now, in any order."""

    def shown(self) -> str:
        """Everything that can be seen from outside without opening the content.

        Headers, addresses, file names, sidecars, subjects, properties, routing keys: all of it,
        exactly as the receiver got it, so that the tests can look for what must not be there.
        """

    def leave(self) -> None:
        """Be gone, as a machine that is switched off: nothing is taken, nothing is forgotten."""

    def come_back(self) -> None:
        """Be there again, at the same address, with what it held."""

    def silence(self) -> None:
        """Take the call from now on and never answer, until `come_back`."""

    def spoil(self, envelope: Envelope) -> Envelope:
        """Return the envelope as one that this receiver will not take while it takes others.

        Spoil it (a unit that has no queue), or tell the receiver to refuse just this id.
        """

    def close(self) -> None:
        """Take away everything: threads, processes, sockets, files outside of the place."""


def load(name: str) -> ModuleType:
    """Return the bench file of a connector; ModuleNotFoundError if there is none."""
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")


def envelope(**changes: Any) -> Envelope:
    """Return an envelope like those of the relay; its content looks like a JWE and is none."""
    facts: dict[str, Any] = {
        "submission_id": uuid4(),
        "reference": reference(),
        "municipality_code": "exempelkommun",
        "unit": "barn-och-unga",
        "form_id": "orosanmalan",
        "received_at": datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        "urgent": False,
        "again": False,
        "content": sealed(),
    }
    return Envelope(**{**facts, **changes})


def reference() -> str:
    letters = base64.b32encode(os.urandom(5)).decode("ascii")
    return f"{letters[:4]}-{letters[4:]}"


def sealed(octets: int = 3_000) -> bytes:
    """Return what has the look of a compact JWE, with five parts, and is like no other."""
    parts = (os.urandom(90), os.urandom(40), os.urandom(12), os.urandom(octets), os.urandom(16))
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)


def envelopes(number: int, make: Callable[..., Envelope] = envelope) -> list[Envelope]:
    return [make() for _ in range(number)]
