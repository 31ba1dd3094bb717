"""A municipality that serves a real browser, where a test says what time it is.

Both sites are the real ones, on a real socket each, and so is the relay; only the clock is handed
in. What takes half a year at the office takes a test a minute.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn

from app.commands import keys
from app.runner import content
from app.settings import Settings
from app.storage.database import Database
from tests.service import wait_until
from tests.web.conftest import Town


@contextlib.contextmanager
def in_time(data: Path, *, database_url: str, municipality: Path, clock: Any) -> Iterator[Town]:
    """Serve both sites of a town whose clock is handed in, until it is left.

    The addresses are `town.settings.citizen.origin` and `town.settings.staff.origin`.
    """
    with contextlib.ExitStack() as open_:
        sockets = [open_.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        citizen, staff = (f"127.0.0.1:{each.getsockname()[1]}" for each in sockets)
        found = Settings.read(
            {
                "SKYDDSNAT_DATA": str(data),
                "DATABASE_URL": database_url,
                "SKYDDSNAT_MUNICIPALITY": str(municipality),
                "SKYDDSNAT_CITIZEN": citizen,
                "SKYDDSNAT_STAFF": staff,
            }
        )
        settings = replace(found, private_keys=found.private_keys_directory)
        units = content.load(found.forms, found.municipality).municipality.units
        keys.make_missing(units, private=settings.private_keys, public=settings.public_keys)
        database = open_.enter_context(Database.open(database_url, patience=5.0))
        town = Town(settings, database, clock)
        sites = (town.citizen(origin=settings.citizen.origin), town.staff())
        for site, listener in zip(sites, sockets, strict=True):
            open_.enter_context(served(site, listener))
        yield town


@contextlib.contextmanager
def served(site: Any, listener: socket.socket) -> Iterator[None]:
    """Answer on a socket from a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(site, log_config=None, lifespan="on", ws="none"))
    thread = Thread(target=asyncio.run, args=(server.serve(sockets=[listener]),), daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield
    server.should_exit = True
    thread.join(timeout=10)
