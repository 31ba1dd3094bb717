"""What the accessibility statement says that the tests found: written down by the tests themselves.

    pytest tests/browser/test_accessibility.py --write-accessibility

writes forms/results/accessibility.toml, when all of it has been run. Faults that we know of and no
program finds stand in KNOWN, and come along.
"""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from app.settings import CHECKOUT
from tests.browser import engines

FILE = CHECKOUT / "forms" / "results" / "accessibility.toml"
OPTION = "--write-accessibility"
FOUND = pytest.StashKey[dict[str, tuple[int, int]]]()
KNOWN: tuple[dict[str, str], ...] = ()
"""Each with `what`, `why` and `instead`, in Swedish."""
HEADER = (
    "# Vad proven senast fann. Skrivs av proven själva, se tests/browser/results.py; "
    "ändra inte för hand.\n"
)


def note(config, engine: str, *, pages: int, faults: int) -> None:
    """Remember what an engine found; several parts of the service are added up."""
    found = config.stash.setdefault(FOUND, {})
    before = found.get(engine, (0, 0))
    found[engine] = (before[0] + pages, before[1] + faults)


def written(found: dict[str, tuple[int, int]], day: date) -> str:
    """The file's text. Every engine must have looked."""
    missing = engines.NAMES.keys() - found.keys()
    assert not missing, f"not run: {sorted(missing)}"
    lines = [HEADER, f'date = "{day.isoformat()}"\n']
    for engine in engines.NAMES:
        pages, faults = found[engine]
        name = engines.version(engine)
        row = f'tool = "{name}"\npages = {pages}\nfaults = {faults}\n'
        lines.append(f"\n[[results]]\n{row}")
    for fault in KNOWN:
        rows = "".join(f'{key} = "{fault[key]}"\n' for key in ("what", "why", "instead"))
        lines.append(f"\n[[faults]]\n{rows}")
    text = "".join(lines)
    tomllib.loads(text)
    return text


def write(found: dict[str, tuple[int, int]], day: date, file: Path = FILE) -> None:
    file.write_text(written(found, day), "utf-8")
