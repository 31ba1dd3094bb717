"""The real service, started as anybody would start it, on free ports and with data of its own."""

import contextlib
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.commands import cli
from app.commands.supervisor import PARENT
from app.settings import CHECKOUT

PATIENCE = 30.0
LOADED = multiprocessing.get_context("forkserver")
LOADED.set_forkserver_preload(
    ["tests.service", "app.web.citizen.app", "app.web.staff.app", "app.web.api.app"]
    + [f"app.commands.{file.stem}" for file in (CHECKOUT / "app" / "commands").glob("[!_]*.py")]
)


@dataclass(slots=True)
class Service:
    """`skyddsnat serve`, running."""

    process: subprocess.Popen[str]
    data: Path
    citizen: str
    staff: str
    log: Path
    settings: Mapping[str, str]

    def child(self, name: str) -> psutil.Process:
        """The process of one part: "serve citizen", "serve staff" or "relay"."""
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if name in " ".join(process.cmdline()):
                    return process
        raise LookupError(name)

    def new_link(self, unit: str) -> str:
        """A fresh sign-in link, from the command line."""
        return sign_in_link(unit, environment=self.environment())

    def environment(self) -> dict[str, str]:
        return environment(data=self.data, citizen=self.citizen, staff=self.staff, **self.settings)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)


def environment(*, data, citizen, staff, **more) -> dict[str, str]:
    """The environment of a service of its own: nothing of the tester's settings is left in it."""
    others = re.compile("SKYDDSNAT|DATABASE_URL|COVERAGE")  # traced, it would start half as fast
    own = {name: value for name, value in os.environ.items() if not others.match(name)}
    return {
        **own,
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        "SKYDDSNAT_DATA": str(data),
        "SKYDDSNAT_CITIZEN": citizen.removeprefix("http://"),
        "SKYDDSNAT_STAFF": staff.removeprefix("http://"),
        **more,
    }


def command(*words, environment, folder=CHECKOUT):
    """Run a command of the service to its end, in a process of its own.

    That is forked from one which has loaded the service: to load it takes longer than any command.
    """
    with tempfile.TemporaryDirectory() as kept:
        said = [Path(kept) / name for name in ("stdout", "stderr")]
        process = LOADED.Process(target=_obey, args=(words, environment, folder, said))
        process.start()
        process.join()
        return subprocess.CompletedProcess(words, process.exitcode, *(f.read_text() for f in said))


def _obey(words, environment, folder, said):
    os.environ.clear()
    os.environ.update(environment)
    os.environ.pop(PARENT, None)  # it is another's child than the one that is named there
    os.chdir(folder)
    for stream, file in zip((sys.stdout, sys.stderr), said, strict=True):
        with file.open("w") as opened:
            os.dup2(opened.fileno(), stream.fileno())
    sys.exit(cli.main([str(word) for word in words]))


def sign_in_link(unit, *, environment):
    """A fresh sign-in link, from the command line: in a file, as where there is no terminal."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "link"
        done = command("sign-in-link", "--unit", unit, "--file", file, environment=environment)
        assert done.returncode == 0, done.stderr
        return re.search(r"http\S+", file.read_text())[0]


@contextlib.contextmanager
def running(data: Path, **settings):
    """Start the service; give it when it has said where it is; stop it, whatever happened."""
    citizen, staff = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    log = data.with_name(f"{data.name}.log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            env=environment(data=data, citizen=citizen, staff=staff, **settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    service = Service(process, data, citizen, staff, log, settings)
    with process:
        try:
            for line in process.stdout:
                if "Ctrl-C" in line:
                    break
            else:
                raise RuntimeError(f"the service did not start: {log.read_text()}")
            # The doors are open before anybody stands behind them; on a busy machine that takes
            # longer than a browser waits.
            for origin in (citizen, staff):
                urllib.request.urlopen(f"{origin}/", timeout=PATIENCE).close()  # noqa: S310 - our own
            yield service
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PATIENCE)
            process.kill()


def free_ports(count):
    """Ports that were free a moment ago, all different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_until(true, within=PATIENCE):
    """Wait for something to come true; fail if it does not."""
    limit = time.monotonic() + within
    while not true():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.05)
