"""Starts what is measured, each in a process of its own, and stops it again.

The service is started with its own commands, on a data folder of its own. PostgreSQL is a real one
that keeps its word: `fsync`, `synchronous_commit` and `full_page_writes` on.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from sqlalchemy import make_url

from app.commands.prepare import prepare
from app.settings import Settings
from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, and the process that serves it, with those `beside` it."""

    address: str
    process: psutil.Process
    beside: Sequence[psutil.Process] = ()

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def busy(self) -> float:
        """Processor seconds used so far, by them and by all that they have started."""
        return sum(map(busy, (self.process, *self.beside)))

    def kind(self) -> str:
        """What reads HTTP and what turns the loop, by what the process has loaded."""
        loaded = Path(f"/proc/{self.process.pid}/maps").read_text("ascii", "replace")
        if "gunicorn" in " ".join(self.process.cmdline()):
            return "gunicorn's own parser, no loop"
        parser = "httptools" if "/httptools/" in loaded else "h11"
        return f"{parser}, {'uvloop' if '/uvloop/' in loaded else 'asyncio'}"


def busy(process: psutil.Process) -> float:
    """Return the processor seconds that a process and all that it has started have used."""
    ours = process.cpu_times()
    used = [ours.user, ours.system, ours.children_user, ours.children_system]
    for each in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used += each.cpu_times()[:2]
    return sum(used)


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
def serving(
    *words: str,
    environment: Mapping[str, str],
    python: str | Path = sys.executable,
    folder: Path = ROOT,
    processes: int = 1,
) -> Iterator[Server]:
    """Run `python -m WORDS` with a listening socket; `DESCRIPTOR` in them is its number.

    Several `processes` share the socket.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        number = listener.fileno()
        told = [word.replace("DESCRIPTOR", str(number)) for word in words]
        started = [
            subprocess.Popen(
                [python, "-m", *told], env=dict(environment), pass_fds=(number,), cwd=folder
            )
            for _ in range(processes)
        ]
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        _wait(address, started[0])
        yield Server(address, *_as_one(started))
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _as_one(started: Sequence["subprocess.Popen[bytes]"]) -> tuple[Any, Sequence[psutil.Process]]:
    first, *others = (psutil.Process(process.pid) for process in started)
    return first, others


def citizen(data: Path, database_url: str = "") -> AbstractContextManager[Server]:
    """The citizen site, as `skyddsnat serve citizen` starts it."""
    words = ("app", "serve", "citizen", "--descriptor", "DESCRIPTOR")
    return serving(*words, environment=environment(data, database_url))


@contextmanager
def peer(data: Path, *, workers: int) -> Iterator[Server]:
    """The peer (bench/peer) in packages of its own, served in the way that costs it least."""
    sys.path.insert(0, str(ROOT / "tools"))
    import environment as environments  # noqa: PLC0415 - lies beside, in a folder of programs

    python = environments.ensure("venv-bench", lock="bench", size="en gång, ungefär 40 MB")
    around = {
        **{name: value for name, value in os.environ.items() if "SKYDDSNAT" not in name},
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "bench.peer.settings",
        "PEER_SECRET": secrets.token_urlsafe(48),
        "PEER_DATA": str(data),
    }
    tables = [python, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
    subprocess.run(tables, env=around, cwd=ROOT, check=True)
    words = ["gunicorn", "--bind", "fd://DESCRIPTOR", "--workers", str(workers)]
    words += ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"]
    words += ["--log-level", "warning", "bench.peer.wsgi"]
    with serving(*words, environment=around, python=python) as server:
        yield server


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """Give a folder with the project as it was at a commit; it is gone afterwards."""
    with TemporaryDirectory() as beside:
        folder = Path(beside) / "then"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", folder, commit], check=True)
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", folder], check=True)


@contextmanager
def as_it_was(folder: Path, data: Path) -> Iterator[Server]:
    """The citizen site of another checkout, with the data in a folder of its own.

    It runs with the packages of now, but for uvloop, which uvicorn would take unasked.
    """
    hidden = data.parent / "hidden"
    hidden.mkdir()
    (hidden / "uvloop.py").write_text("raise ImportError\n", "ascii")
    around = environment(data) | {"PYTHONPATH": f"{hidden}:{folder}"}
    prepare_then = [sys.executable, "-m", "app", "prepare"]
    subprocess.run(prepare_then, env=around, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    words = ("app", "serve", "citizen", "--descriptor", "DESCRIPTOR")
    with serving(*words, environment=around, folder=folder) as server:
        yield server


def postgres_process(url: str) -> psutil.Process:
    """Return the PostgreSQL that listens where an address says, the parent of all its own."""
    port = make_url(url).port
    listening = (
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid
    )
    return psutil.Process(next(listening))


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
