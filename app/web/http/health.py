"""Whether a process lives, and whether it can do its work, for those who watch over it.

`/halsa/levande` is 200 as long as anybody answers. `/halsa/redo` is 503 when the database cannot be
reached, its tables are older than this code, or it takes nothing (a disk that is full): then
nothing can be taken in or shown. A relay that is away, or a key that is gone or is another than it
should be, is said and is no 503: reports that are handed in are safe all the same, and to turn
people away would lose them.

Neither says anything of anybody. On the citizens' site there are words only: how long the oldest
report has waited would tell the whole internet when somebody reported. Elsewhere that wait is told
in whole tens of minutes, for the same reason.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from app import VERSION
from app.clock import Clock
from app.errors import DatabaseUnavailable, SchemaOutdated
from app.records import pulse
from app.records.pulse import Pulse
from app.storage import schema
from app.storage.database import Database
from app.storage.tables import NOT_ENDED, deliveries
from app.web.http.key_watch import KeyWatch

T = TypeVar("T")

router = APIRouter(prefix="/halsa", include_in_schema=False)

FRESH = timedelta(seconds=1)
PATIENCE = 3.0
"""Seconds that the database may take to answer one small question."""
REFUSING = 60.0
"""Seconds that a disk which was full, or a lock that was never let go, counts as still being so."""
RELAY_LATE = timedelta(seconds=60)
"""A relay says that it lives every ten seconds."""
STEP = timedelta(minutes=10)

Said = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in the database."""

    relay: Pulse | None
    oldest: datetime | None


@dataclass(slots=True)
class Health:
    """How one process is.

    With `figures`, numbers are said as well: never where the public can ask.
    """

    database: Database
    clock: Clock
    keys: KeyWatch = field(default_factory=KeyWatch)
    figures: bool = False
    _said: Said = field(default_factory=dict)
    _at: datetime | None = None
    _looking: "asyncio.Task[None] | None" = None

    async def ready(self) -> Said:
        """Return what can be said. However many ask, it is looked up once a second."""
        if self._at is None or abs(self.clock.now() - self._at) >= FRESH:
            if self._looking is None:
                self._looking = asyncio.create_task(self._look())
            await asyncio.shield(self._looking)
        return self._said

    async def _look(self) -> None:
        try:
            found = await self._found()
            self._said = {**found, "version": VERSION} if self.figures else found
            self._at = self.clock.now()
        finally:
            self._looking = None

    async def _found(self) -> Said:
        try:
            await self._read(schema.check)
        except (DatabaseUnavailable, SQLAlchemyError, TimeoutError):
            return {"status": "inte redo", "databas": "svarar inte", "nycklar": self.keys.word}
        except SchemaOutdated:
            found = {"databas": "svarar", "tabeller": "för gamla"}
            return {"status": "inte redo", **found, "nycklar": self.keys.word}
        if self.database.is_refusing(REFUSING):
            found = {"databas": "tar inte emot", "tabeller": "aktuella"}
            return {"status": "inte redo", **found, "nycklar": self.keys.word}
        try:
            await self.keys.look(self._read)
            about = self._about_relay(await self._read(self._look_up))
        except (DatabaseUnavailable, SQLAlchemyError, TimeoutError):
            about = {"utskick": "okänt"}  # whose role may not ask, for one
        whole = {"databas": "svarar", "tabeller": "aktuella", "nycklar": self.keys.word}
        return {"status": "redo", **whole, **about}

    async def _read(self, unit: Callable[[Connection], T]) -> T:
        return await asyncio.wait_for(self.database.read(unit), PATIENCE)

    def _look_up(self, connection: Connection) -> Look:
        oldest = connection.execute(OLDEST).scalar() if self.figures else None
        return Look(pulse.pulse(connection, pulse.RELAY), oldest)

    def _about_relay(self, look: Look) -> Said:
        now = self.clock.now()
        if look.relay is None:
            return {"utskick": "har inte hörts"}
        age = max(now - look.relay.at, timedelta())
        said: Said = {"utskick": "igång" if age <= RELAY_LATE else "har tystnat"}
        if self.figures:
            waited = max(now - look.oldest, timedelta()) if look.oldest else timedelta()
            said["utskick_sekunder"] = int(age.total_seconds())
            said["väntat_minuter"] = int(waited // STEP * STEP / timedelta(minutes=1))
        return said


OLDEST = select(func.min(deliveries.c.queued_at)).where(NOT_ENDED)


@router.get("/levande")
async def show_alive(_request: Request) -> JSONResponse:
    """Say that somebody answers."""
    return JSONResponse({"status": "lever"})


@router.get("/redo")
async def show_ready(request: Request) -> JSONResponse:
    """Say whether this process can do its work."""
    health: Health = request.app.state.health
    said = await health.ready()
    return JSONResponse(said, 200 if said["status"] == "redo" else 503)
