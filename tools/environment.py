"""A virtual environment that holds exactly what a lock file names, made when it is first needed.

Needs Python 3.11 and pip, nothing else: no root, no compiler, no python3-venv package (pip is run
from outside, `pip --python`), and only ready-made wheels whose hashes stand in the lock file. A
stamp tells what the environment was made from, so that the next start costs nothing. One that has
all of what another branch's lock file names is let be: somebody may be at work in it.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAY_EVERY = 4.0  # s
MADE_BY = "1"  # raise when this file makes the environment in another way

sys.path.insert(0, str(ROOT))

from app.settings import data_directory  # noqa: E402 - the checkout is not a package on the path


class NotPossible(Exception):
    """The environment cannot be made; the message says why and what to do, in Swedish."""


def ensure(name: str, *, lock: str, size: str) -> Path:
    """Return the Python of the environment `name`, made now if the lock file has changed.

    Raises NotPossible. `size` is told to the person who waits.
    """
    home = place() / f".{name}"
    python = home / "bin" / "python"
    wanted = _fingerprint(ROOT / "requirements" / f"{lock}.lock")
    stamp = home / "made-from"
    with one_at_a_time(home):
        made = python.exists() and stamp.exists()
        if not (made and (stamp.read_text() == wanted or _has_everything(home, lock))):
            print(f"Hämtar det som behövs till {home} ({size}) ...", file=sys.stderr, flush=True)
            try:
                _make(home, python, ROOT / "requirements" / f"{lock}.lock")
                stamp.write_text(wanted)
            except OSError as refused:
                raise NotPossible(
                    f"{home} går inte att skriva i: ta bort den, eller kör som den som gjorde den."
                ) from refused
    return python


def packages(python: Path) -> Path:
    """Where the packages of this environment lie."""
    return next(python.parent.parent.glob("lib/python3*/site-packages"))


def place() -> Path:
    place = ROOT if os.access(ROOT, os.W_OK) else data_directory(os.environ)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise NotPossible(
            f"Det går inte att skriva i {place}: sätt SKYDDSNAT_DATA till en katalog som går."
        ) from refused
    return place


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(f"{MADE_BY} {sys.version} ".encode() + lock.read_bytes()).hexdigest()


def _has_everything(home: Path, lock: str) -> bool:
    """Tell whether every package that a lock file names is there, in its version.

    What it names for some machines only is not looked for.
    """

    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    written = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    named = re.findall(r"^([\w.-]+)==(\S+) \\$", written, re.MULTILINE)
    found = home.glob("lib/python3*/site-packages/*.dist-info")
    there = {tuple(path.stem.rsplit("-", 1)) for path in found}
    return {(plain(name), version) for name, version in named} <= {
        (plain(name), version) for name, version in there
    }


@contextmanager
def one_at_a_time(directory: Path) -> Iterator[None]:
    """Hold this folder, made if it is not there; another folder is no matter of ours."""
    directory.mkdir(exist_ok=True)
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(home: Path, python: Path, lock: Path) -> None:
    # Whoever has stepped into a virtual environment gets the Python underneath it, which has pip.
    base = getattr(sys, "_base_executable", sys.executable)
    has_pip = subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False)
    if has_pip.returncode == 0:
        pip = [base, "-m", "pip", "--python", str(python)]
    elif importlib.util.find_spec("ensurepip"):
        pip = [str(python), "-m", "pip"]
    else:
        raise NotPossible("Python saknar pip: installera paketet python3-pip och försök igen.")
    venv.EnvBuilder(clear=True, symlinks=True, with_pip=has_pip.returncode != 0).create(home)

    install = [*pip, "--disable-pip-version-check", "--no-input", "install"]
    exactly = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)]
    named = re.findall(r"^[\w.-]+==", lock.read_text("utf-8"), re.MULTILINE)
    _install([*install, *exactly], of=len(named))


def _install(command: list[str], *, of: int) -> None:
    """Let pip do it, and say now and then how far it has come; what it complains of is its own."""
    # A person's own pip settings must not send the packages somewhere else, or silence it.
    own_way = os.environ | {
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_TARGET": "",
        "PIP_QUIET": "0",
        "PIP_NO_COLOR": "1",
    }
    fetched, said = 0, time.monotonic()
    with subprocess.Popen(command, env=own_way, stdout=subprocess.PIPE, text=True) as pip:
        for line in pip.stdout or ():
            if line.startswith(("Collecting ", "Processing ")):
                fetched += 1
                if time.monotonic() - said > SAY_EVERY:
                    said = time.monotonic()
                    print(f"  {fetched} av {of} paket ...", file=sys.stderr, flush=True)
            elif line.startswith("Installing "):
                print(f"  {fetched} paket installeras ...", file=sys.stderr, flush=True)
    if pip.returncode:
        raise NotPossible("Paketen kunde inte hämtas: se vad pip skriver här ovanför.")
