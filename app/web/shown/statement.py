"""The accessibility statement of each site (lag 2018:1937, 13 §), from settings and real tests."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app import VERSION
from app.runner.municipality import Supervision
from app.runner.texts import Interface
from app.web.shown import words


@dataclass(frozen=True, slots=True)
class KnownFault:
    """Something we know is not accessible: what, why, and what to do instead."""

    what: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """What a tool found when the tests last ran it over every page."""

    tool: str
    pages: int
    faults: int


@dataclass(frozen=True, slots=True)
class StatementView:
    """The accessibility statement (lag 2018:1937, 13 §)."""

    intro: str
    status: str
    without: str
    report: str
    outside: str
    faults: tuple[KnownFault, ...]
    untested: tuple[str, ...]
    results: tuple[ResultView, ...]
    assessed: str
    updated: str
    supervision: Supervision
    version: str


def statement(
    found: Mapping[str, Any], supervision: Supervision, t: Interface, *, of: str
) -> StatementView:
    """Return the statement of a site, whose own words stand in the texts under `of`.

    With no results, or faults in them, it never claims to be whole.
    """
    results = tuple(
        ResultView(row["tool"], row["pages"], row["faults"]) for row in found.get("results", ())
    )
    faults = tuple(
        KnownFault(row["what"], row["why"], row["instead"]) for row in found.get("faults", ())
    )
    whole = bool(results) and not faults and not any(result.faults for result in results)
    day = date.fromisoformat(found["date"]) if "date" in found else None
    in_words = words.day(datetime(day.year, day.month, day.day), t) if day else ""  # noqa: DTZ001 - a day, not a moment
    return StatementView(
        intro=t(f"{of}.intro"),
        status="full" if whole else "partly",
        without=t(f"{of}.without"),
        report=t(f"{of}.report"),
        outside=t(f"{of}.outside"),
        faults=faults,
        untested=tuple(t(path) for path in t.under("accessibility.untested")),
        results=results,
        assessed=in_words,
        updated=in_words,
        supervision=supervision,
        version=VERSION,
    )


def read_results(folder: Path) -> dict[str, Any]:
    """Return what the accessibility tests last wrote down, in `forms/`; empty when they never did.

    Raises tomllib.TOMLDecodeError when the file is no TOML.
    """
    path = folder / "results" / "accessibility.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
