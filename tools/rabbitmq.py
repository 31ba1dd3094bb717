"""Find or fetch a RabbitMQ for the tests: the system's, or its packages unpacked beside us.

The packages come through apt-get, which sees to their signatures, into a folder of our own with
lists of our own. So it is the same with root and without, nothing is installed on the machine, no
service is started, and the machine's own package lists are left as they were.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import environment
from environment import NotPossible

SYSTEM = Path("/")
PROGRAMS = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
ERLANG = "usr/lib/erlang/erts-*/bin/erlexec"


def ensure() -> Path:
    """Return the folder under which `usr/lib/rabbitmq` lies, and `usr/lib/erlang` if not in /.

    Raises NotPossible.
    """
    if _complete(SYSTEM):
        return SYSTEM
    home = environment.place() / ".venv-rabbitmq"
    with environment.one_at_a_time(home.parent):
        if not (_complete(home) and (home / "made").exists()):
            print(f"Hämtar RabbitMQ till {home} (en gång, ungefär 35 MB) ...", file=sys.stderr)
            _unpack(home)
    return home


def _complete(root: Path) -> bool:
    has_erlang = any(root.glob(ERLANG)) or any(SYSTEM.glob(ERLANG))
    return any(root.glob(PROGRAMS)) and has_erlang


def _unpack(home: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NotPossible("RabbitMQ saknas och apt-get finns inte: installera rabbitmq-server.")
    shutil.rmtree(home, ignore_errors=True)
    spare = home / "apt"
    (spare / "lists" / "partial").mkdir(parents=True)
    (spare / "archives" / "partial").mkdir(parents=True)
    _apt(spare, "update")  # if a list of somebody else's is away, what we need may still be there
    # What the machine has already (the C library, perhaps Erlang) is not fetched.
    only_fetch = ("--yes", "--download-only", "--no-install-recommends")
    said = _apt(spare, "install", *only_fetch, "rabbitmq-server")
    if said is not None:
        sys.stderr.buffer.write(said)
        raise NotPossible("RabbitMQ kunde inte hämtas: se vad apt-get skriver, eller installera.")
    for package in sorted((spare / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, home], check=True)  # noqa: S607 - from the path
    shutil.rmtree(spare)
    if not _complete(home):
        raise NotPossible("Paketet rabbitmq-server ser inte ut som väntat: installera det själv.")
    (home / "made").touch()


def _apt(spare: Path, *words: str) -> bytes | None:
    """Run apt-get on lists and archives of our own; return what it said, if it failed."""
    ours = {
        "Dir::State::Lists": spare / "lists",
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
