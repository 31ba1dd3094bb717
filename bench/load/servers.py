"""Starts what is measured, each in a process of its own, and stops it again.

The service is started with its own commands, on a data folder of its own. PostgreSQL is a real one
that keeps its word: `fsync`, `synchronous_commit` and `full_page_writes` on.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.commands.prepare import prepare
from app.settings import Settings
from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, and the process that serves it."""

    address: str
    process: psutil.Process

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def busy(self) -> float:
        """Processor seconds used so far."""
        used = self.process.cpu_times()
        return used.user + used.system


def environment(data: Path, database_url: str = "") -> dict[str, str]:
    """Return the environment of a service with its data in a folder and nothing else set."""
    own = {name: value for name, value in os.environ.items() if "SKYDDSNAT" not in name}
    own.pop("DATABASE_URL", None)
    own |= {"SKYDDSNAT_DATA": str(data), "PYTHONPATH": str(ROOT)}
    return own | ({"DATABASE_URL": database_url} if database_url else {})


def prepared(data: Path, database_url: str = "") -> Settings:
    """Make keys and tables, and return the settings."""
    settings = Settings.read(environment(data, database_url))
    prepare(settings)
    return settings


@contextmanager
def serving(*words: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run `python -m WORDS` with a listening socket; `DESCRIPTOR` among them is its number."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        number = listener.fileno()
        told = [str(number) if word == "DESCRIPTOR" else word for word in words]
        process = subprocess.Popen(
            [sys.executable, "-m", *told], env=dict(environment), pass_fds=(number,), cwd=ROOT
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        _wait(address, process)
        yield Server(address, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def citizen(data: Path, database_url: str = "") -> AbstractContextManager[Server]:
    """The citizen site, as `skyddsnat serve citizen` starts it."""
    words = ("app", "serve", "citizen", "--descriptor", "DESCRIPTOR")
    return serving(*words, environment=environment(data, database_url))


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    host, _, port = address.removeprefix("http://").rpartition(":")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection((host, int(port)), timeout=5) as knock:
                knock.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                if knock.recv(64):
                    return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"{' '.join(map(str, process.args))} did not start")  # type: ignore[arg-type]


@contextmanager
def durable_postgres() -> Iterator[str]:
    """Give the address of an empty database of a PostgreSQL that keeps what it commits."""
    before, postgres.FOR_SPEED = postgres.FOR_SPEED, DURABLE
    try:
        with postgres.running() as server, postgres.new_database(server) as url:
            yield url
    finally:
        postgres.FOR_SPEED = before
