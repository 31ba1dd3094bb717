"""The citizen site without its database step: `python -m bench.load.without DESCRIPTOR DRAFT`.

The same application, the same handlers, the same sealing. Only what is asked of the database is
answered at once, on the event loop: no statement is run, no thread is gone to, nothing is waited
for, nothing is kept. It knows one draft, from the file, and finds that one whoever asks.
"""

import json
import socket
import sys
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app import main
from app.settings import Settings
from app.storage.changes import Changes
from app.web.http import server


class Nothing:
    """What a statement comes to: the one row there is."""

    rowcount = 1

    def __init__(self, row: SimpleNamespace) -> None:
        self.row = row

    def one_or_none(self) -> SimpleNamespace:
        return self.row

    def first(self) -> SimpleNamespace:
        return self.row


class Unconnected:
    """A connection that leads nowhere."""

    dialect = SimpleNamespace(name="sqlite")

    def __init__(self, row: SimpleNamespace) -> None:
        self.nothing = Nothing(row)

    def execute(self, *_: object, **__: object) -> Nothing:
        return self.nothing


class NoDatabase:
    """Does the units of work and keeps nothing."""

    def __init__(self, row: SimpleNamespace) -> None:
        self.connection = Unconnected(row)

    async def find(self, _lookup: object, _key: object) -> SimpleNamespace:
        return self.connection.nothing.row

    async def read(self, unit: Callable[[Any], Any]) -> Any:
        return unit(self.connection)

    async def write(self, unit: Callable[[Any], Any]) -> Any:
        return None if isinstance(unit, Changes) else unit(self.connection)


def run() -> None:
    said = json.loads(Path(sys.argv[2]).read_text("ascii"))
    row = SimpleNamespace(
        id=b64decode(said["id"]),
        form_id=said["form_id"],
        handed_in=False,
        box=b64decode(said["box"]),
        expires_at=datetime.max.replace(tzinfo=UTC),
    )
    application = main.citizen(Settings.read(), database=NoDatabase(row))  # type: ignore[arg-type]
    server.serve(application, socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    run()
