"""Run the tests, after fetching what they need: `test.py check` the fast half, `test.py` all.

Everything is fetched without root, from the package indexes this machine is set up for, in the
versions that the lock files name: Python packages and a PostgreSQL server, Node.js and Java where
the system's are missing or too old, a Chromium where there is none, and the npm packages that
look at the pages. What the system has is used first.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import environment
import outside
from environment import ROOT, NotPossible

FAST = ["tests/unit", "tests/content", "tests/components", "tests/architecture"]
WITHOUT_SERVICES = "not browser and not postgres and not alone"
STATIC = [
    ["ruff", "check", "--quiet", "."],
    ["ruff", "format", "--check", "--quiet", "."],
    ["mypy"],
]


def main(arguments: list[str]) -> int:
    what, *more = arguments or ["all"]
    started = time.monotonic()
    try:
        python = environment.ensure("venv-test", lock="test", size="en gång, ungefär 120 MB")
        if what == "fix":
            return fix(python)
        if what == "pytest":
            return pytest(python, *more, env=outside.tools(python))
        failed = static(python)
        if what == "check":
            failed += ["fast"] if pytest(python, *FAST, "-m", WITHOUT_SERVICES, "-n2") else []
        elif what == "all":
            failed += everything(python)
        else:
            print(f"Okänt: {what}. Det finns all, check, fix och pytest.", file=sys.stderr)
            return 2
    except NotPossible as why:
        print(why, file=sys.stderr)
        return 1
    seconds = round(time.monotonic() - started)
    print(f"\n{'Misslyckades: ' + ', '.join(failed) if failed else 'Allt gick bra'} ({seconds} s)")
    return 1 if failed else 0


def static(python: Path) -> list[str]:
    """Style and types, side by side; return the names of those that failed."""
    running = [
        (words, subprocess.Popen([python, "-m", *words], cwd=ROOT, stdout=subprocess.PIPE))
        for words in STATIC
    ]
    failed = []
    for words, process in running:
        output, _ = process.communicate()
        if process.returncode:
            failed.append(" ".join(words[:2]))
            sys.stdout.buffer.write(output)
            sys.stdout.flush()
    print(f"Stil och typer: {'FEL' if failed else 'inga fel'}", flush=True)
    return failed


def everything(python: Path) -> list[str]:
    """Every test, with branch coverage of app/ over them all; return what failed."""
    env = outside.tools(python)
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    cover = ["--cov=app", "--cov-branch", "--cov-append", "--cov-report=", "--cov-fail-under=0"]
    rounds = {
        "tests": ["tests", "-m", "not browser and not alone", "-n2"],
        "tests alone": ["tests", "-m", "alone", "-p", "no:xdist"],
        "tests in a browser": ["tests", "-m", "browser and not alone", "-n2", "--dist=loadfile"],
    }
    failed = [name for name, words in rounds.items() if pytest(python, *words, *cover, env=env)]
    if subprocess.run([python, "-m", "coverage", "report"], cwd=ROOT, check=False).returncode:
        failed.append("coverage")
    return failed


def fix(python: Path) -> int:
    """Let ruff put right what it can."""
    codes = [
        subprocess.run([python, "-m", "ruff", *words, "."], cwd=ROOT, check=False).returncode
        for words in (["check", "--fix"], ["format"])
    ]
    return max(codes)


def pytest(python: Path, *words: str, env: Mapping[str, str] | None = None) -> int:
    """Run pytest and return its exit code; that there was nothing to run is no failure."""
    command: Sequence[str | Path] = [python, "-m", "pytest", "-q", *words]
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    nothing_to_run = 5
    return 0 if code.returncode == nothing_to_run else code.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
