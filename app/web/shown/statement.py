"""What the accessibility statement receives (lag 2018:1937, 13 §)."""

from dataclasses import dataclass

from app.runner.municipality import Supervision


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

    status: str
    faults: tuple[KnownFault, ...]
    untested: tuple[str, ...]
    results: tuple[ResultView, ...]
    assessed: str
    updated: str
    supervision: Supervision
    version: str
