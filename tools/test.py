"""Run the tests, after fetching what they need: `test.py check` the fast half, `test.py` all.

Everything is fetched without root, from the package indexes this machine is set up for, in the
versions that the lock files name: Python packages and a PostgreSQL server, Node.js and Java where
the system's are missing or too old, a Chromium where there is none, and the npm packages that
look at the pages. What the system has is used first, and never with SKYDDSNAT_BARE=1. The last
lines say how long each round took, and which tests took longest.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import environment
import outside
from environment import ROOT, NotPossible
from tests import memory

FAST = ["tests/unit", "tests/content", "tests/components", "tests/architecture"]
WITHOUT_SERVICES = "not browser and not postgres and not alone and not long"
STATIC = [
    ["ruff", "check", "--quiet", "."],
    ["ruff", "format", "--check", "--quiet", "."],
    ["mypy"],
]
COVER = ["--cov=app", "--cov-branch", "--cov-report=", "--cov-fail-under=0"]
BESIDE = ["--dist=worksteal", "-n3"]
"""Three on two cores: a fifth of the time a test waits for a process that it has started, or a
browser. What is begun once for a file is begun once, if its tests follow each other."""
BY_LENGTH = ["--dist=load", "--maxschedchunk=1", "-n3"]
"""Where some tests take a minute, whoever is free takes the longest that is left."""
ALONE = [
    str(file)
    for file in sorted(ROOT.glob("tests/**/test_*.py"))
    if "mark.alone" in file.read_text("utf-8")
]
"""To look through all others for them takes four seconds more."""
LAST = "prov i webbläsare"
ROUNDS = {
    "prov": ["tests", "-m", "not browser and not alone", *COVER, *BESIDE],
    # No coverage here: it costs as much again, and what is not covered above is not covered.
    "prov för sig": [*ALONE, "-m", "alone", "-p", "no:xdist"],
    LAST: ["tests/browser", *BY_LENGTH],
}


@dataclass(frozen=True, slots=True)
class Round:
    """What one round cost: seconds by the clock, and of processor."""

    name: str
    clock: float
    processor: float

    def __str__(self) -> str:
        return f"  {self.name:<24} {self.clock:6.0f} s   processor {self.processor:6.0f} s"


class Report:
    """What every round cost and how long every test took, told when all is over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rounds: list[Round] = []

    @contextmanager
    def measuring(self, name: str) -> Iterator[list[str]]:
        """Measure a round; gives the words that let pytest write in our folder, times too."""
        began, used = time.monotonic(), processor()
        yield [
            f"--basetemp={self.folder / 'tests'}",
            f"--junitxml={self.folder / f'{len(self.rounds)}.xml'}",
        ]
        self.rounds.append(Round(name, time.monotonic() - began, processor() - used))

    def slowest(self, many: int = 12) -> list[tuple[float, str]]:
        """The tests that took longest, with what they had set up: seconds and name."""
        cases = [
            case
            for file in self.folder.glob("*.xml")
            for case in ET.parse(file).iter("testcase")  # noqa: S314 - pytest wrote it
        ]
        taken = [
            (float(case.get("time", 0)), f"{case.get('classname')}: {case.get('name')}")
            for case in cases
        ]
        return sorted(taken, reverse=True)[:many]

    def tell(self) -> None:
        print("\nLängst tid tog, i sekunder:")
        print("\n".join(f"  {seconds:6.1f} {name}" for seconds, name in self.slowest()))
        print("\nOmgångarna tog:")
        print("\n".join(map(str, self.rounds)))


def processor() -> float:
    """Seconds of processor that everything we have started, and that is over, has used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str]) -> int:
    what, *more = arguments or ["all"]
    started = time.monotonic()
    try:
        if what == "fix":
            return fix(own_python())
        if what == "pytest":
            python = own_python()
            return pytest(python, *more, env=outside.tools(python))
        if what not in {"all", "check"}:
            print(f"Okänt: {what}. Det finns all, check, fix och pytest.", file=sys.stderr)
            return 2
        with memory.folder() as folder:
            report = Report(folder)
            failed = everything(report) if what == "all" else fast(own_python(), report)
            report.tell()
    except NotPossible as why:
        print(why, file=sys.stderr)
        return 1
    seconds = round(time.monotonic() - started)
    print(f"\n{'Misslyckades: ' + ', '.join(failed) if failed else 'Allt gick bra'} ({seconds} s)")
    return 1 if failed else 0


def own_python() -> Path:
    """The Python that runs the tests, with all that they import. Raises NotPossible."""
    return environment.ensure("venv-test", lock="test", size="en gång, ungefär 120 MB")


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


def fast(python: Path, report: Report) -> list[str]:
    """What needs nothing from outside; return what failed."""
    with report.measuring("stil och typer"):
        failed = static(python)
    with report.measuring("snabba prov") as ours:
        alike = ["-n2", "--dist=worksteal", "-p", "no:schemathesis"]
        words = [*FAST, "-m", WITHOUT_SERVICES, *alike, *ours]
        failed += ["snabba prov"] if pytest(python, *words) else []
    return failed


def everything(report: Report) -> list[str]:
    """Every test, the first round with branch coverage of app/; return what failed."""
    with report.measuring("hämta, stil och typer"), ThreadPoolExecutor() as beside:
        finding = beside.submit(outside.fetched)
        python = own_python()
        failed = static(python)
        tools = [*finding.result(), outside.postgres(python)]
    print("\n".join(["Proven använder:", *(f"  {tool}" for tool in tools)]), flush=True)
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    with ThreadPoolExecutor() as beside:
        for name, chosen in ROUNDS.items():
            if name == LAST:
                counting = beside.submit(covered, python)
            with report.measuring(name) as ours:
                failed += [name] if pytest(python, *chosen, *ours, env=outside.told(tools)) else []
        enough = counting.result()
    print(enough.stdout)
    return failed + (["täckning"] if enough.returncode else [])


def covered(python: Path) -> subprocess.CompletedProcess[str]:
    """Tell what is covered, with what a process wrote that outlived its tests; 0 if enough is."""
    coverage: list[str | Path] = [python, "-m", "coverage"]
    subprocess.run([*coverage, "combine", "--append", "--quiet"], cwd=ROOT, check=False)
    return subprocess.run(
        [*coverage, "report"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )


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
    # Compiled code is kept, or each of the hundreds of processes would compile the service anew.
    own = {**os.environ, **(env or {}), "PYTHONDONTWRITEBYTECODE": ""}
    code = subprocess.run(command, cwd=ROOT, env=own, check=False)
    nothing_to_run = 5
    return 0 if code.returncode == nothing_to_run else code.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
