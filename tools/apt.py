"""Unpack a Debian package and what it needs beside us, for programs that no other index has.

The packages come through apt-get, which sees to their signatures, into a folder of our own with
lists of our own. So it is the same with root and without, nothing is installed on the machine, no
service is started, and the machine's own package lists are left as they were.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import environment
from environment import NotPossible

INSTALLED = Path("/var/lib/dpkg/status")


def unpacked(
    name: str, *, package: str, own: tuple[str, ...], is_whole: Callable[[Path], bool]
) -> Path:
    """Return the folder `.venv-<name>` where a package lies unpacked, with `usr` and more in it.

    What the machine has already (the C library) is not fetched again, but for packages whose names
    begin as `own` says: those are always ours. `is_whole` tells whether a folder has what is to be
    used. Raises NotPossible.
    """
    home = environment.place() / f".venv-{name}"
    with environment.one_at_a_time(home):
        if not (is_whole(home) and (home / "made").exists()):
            print(f"Hämtar {package} till {home} (en gång) ...", file=sys.stderr, flush=True)
            _unpack(package, home, own)
            if not is_whole(home):
                raise NotPossible(
                    f"Paketet {package} ser inte ut som väntat: installera det själv."
                )
            (home / "made").touch()
    return home


def _unpack(package: str, home: Path, own: tuple[str, ...]) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NotPossible(f"{package} saknas och apt-get finns inte: installera {package}.")
    for old in home.iterdir():  # the folder itself is held, so that nobody else unpacks there
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    spare = home / "apt"
    (spare / "lists" / "partial").mkdir(parents=True)
    (spare / "archives" / "partial").mkdir(parents=True)
    (spare / "status").write_text(without(INSTALLED.read_text("utf-8"), own), "utf-8")
    _apt(spare, "update")  # if a list of somebody else's is away, what we need may still be there
    only_fetch = ("--yes", "--download-only", "--no-install-recommends")
    said = _apt(spare, "install", *only_fetch, package)
    if said is not None:
        sys.stderr.buffer.write(said)
        raise NotPossible(f"{package} kunde inte hämtas: se vad apt-get skriver, eller installera.")
    for file in sorted((spare / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", file, home], check=True)  # noqa: S607 - from the path
    shutil.rmtree(spare)


def without(status: str, own: tuple[str, ...]) -> str:
    """The list of what is installed, as if these had not been."""
    ours = tuple(f"Package: {name}" for name in own)
    return "\n\n".join(each for each in status.split("\n\n") if not each.startswith(ours))


def _apt(spare: Path, *words: str) -> bytes | None:
    """Run apt-get on lists and archives of our own; return what it said, if it failed."""
    ours = {
        "Dir::State::Lists": spare / "lists",
        "Dir::State::Status": spare / "status",
        "Dir::Cache": spare,
        "Dir::Cache::Archives": spare / "archives",
        "Debug::NoLocking": "true",  # only the machine's own package database would be locked
        "APT::Sandbox::User": "",  # the folder is ours, and closed to others
        "Acquire::Retries": "3",
    }
    options = [word for name, value in ours.items() for word in ("-o", f"{name}={value}")]
    command = ["apt-get", "-qq", *options, *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout if done.returncode else None
