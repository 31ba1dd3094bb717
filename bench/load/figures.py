"""Figures, their limits and their ratios, as a table; and whether all are within their limits."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load.client import Tally


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. With a limit: at most that, or, where more is better, at least that."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """Figure to limit: over 1.00 is over the limit. 0 without a limit."""
        if self.limit is None:
            return 0.0
        if self.at_least:
            return self.limit / self.value if self.value else float("inf")
        if not self.limit:
            return 2.0 if self.value else 0.0
        return self.value / self.limit

    def row(self) -> str:
        sign = "≥" if self.at_least else "≤"
        limit = f"{sign} {self.limit:g} {self.unit}" if self.limit is not None else ""
        ratio = f"{self.ratio:.2f}" if self.limit is not None else ""
        return f"| {self.what} | {self.value:,.4g} {self.unit} | {limit} | {ratio} |"


@dataclass(slots=True)
class Rounds:
    """The same thing measured again and again, between other things."""

    tallies: list[Tally] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    """Processor seconds that the server used in each round."""

    def add(self, tally: Tally, busy: float) -> None:
        if tally.failures:
            raise SystemExit(f"not what was measured: {dict(tally.failures)}")
        self.tallies.append(tally)
        self.busy.append(busy)

    @property
    def rate(self) -> float:
        return statistics.median(tally.rate for tally in self.tallies)

    @property
    def p99(self) -> float:
        return statistics.median(tally.within(0.99) for tally in self.tallies)

    @property
    def cost(self) -> float:
        """Processor time of the server for one answer, in microseconds."""
        pairs = zip(self.busy, self.tallies, strict=True)
        return statistics.median(busy / len(tally.taken) * 1e6 for busy, tally in pairs)

    def share_of(self, other: "Rounds") -> float:
        """The median of each round's rate to the rate of the other in the same round."""
        pairs = zip(self.tallies, other.tallies, strict=True)
        return statistics.median(mine.rate / theirs.rate for mine, theirs in pairs)


def report(figures: Sequence[Figure]) -> int:
    """Print the table; return 1 when anything is over its limit."""
    print("| What | Figure | Limit | Ratio |\n|---|---:|---:|---:|")
    for figure in figures:
        print(figure.row())
    return int(any(figure.ratio > 1 for figure in figures))
