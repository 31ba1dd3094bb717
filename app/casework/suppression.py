"""Which numbers of a year can be shown, so that none of the small ones can be worked out.

Every number is a flow in a network: all reports flow into the year, its quarters and its months,
from each month into the values that were counted, and on through the quarters and the year of each
value. What is shown is a flow that is known; what is not lies between bounds. A number that is not
shown can be another just when there is a cycle through it, along which one more or one fewer can
flow and nothing that is shown is another (Gusfield, SIAM J. Comput. 17:3, 1988): then a reader can
not tell this year from one where it is. Where there is none, the cheapest that make one are hidden
as well.

Months are taken in order, and what was shown stays shown: whoever looks at the end of the year has
seen nothing more in March. Zero is hidden with the small numbers, which hide among them, but it is
nobody, and so it may be worked out.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from math import inf

TOTAL = "="
"""In place of a value: all reports. No value is called so: values are ids or numbers."""

Cell = tuple[str, str]
"""A value and a period: 2026-03, 2026-Q1 or 2026."""
Node = tuple[str, str]
OUT: Node = ("", "")
"""Where everything comes from and goes."""


class Mark(StrEnum):
    """What is seen in place of a number."""

    SMALL = "small"
    """It is lower than the least that is shown."""
    HIDDEN = "hidden"
    """It may be any number: it would tell a small one."""


Told = Mapping[Cell, int | Mark]
"""What is seen of each cell whose period is over."""


def quarter(month: str) -> str:
    """Return the quarter of a month, as 2026-Q1."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def ending(month: str) -> Iterator[str]:
    """Yield the periods that are over when a month is, the shortest first."""
    yield month
    if int(month[5:]) % 3 == 0:
        yield quarter(month)
    if month.endswith("-12"):
        yield month[:4]


def totals(
    months: Sequence[str],
    reports: Mapping[str, int],
    *,
    least: int,
    cases: Mapping[str, int] | None = None,
) -> Told:
    """Return what is told of how many `reports` there were in each month, quarter and the year.

    `months` are those of one year that are over, in order, from the first that was counted. Where
    people are counted it is them, and `cases` are those they are in: of people in few cases nothing
    is told, however many they are.
    """
    network = Network(least)
    for month in months:
        network.add_cases(month, cases)
        network.add_reports(month, reports.get(month, 0), OUT)
        network.tell([(TOTAL, period) for period in ending(month)])
    return network.told


def values(
    months: Sequence[str],
    counts: Mapping[str, Mapping[str, int]],
    *,
    least: int,
    reports: Mapping[str, int] | None = None,
    told: Told | None = None,
    cases: Mapping[str, int] | None = None,
) -> Told:
    """Return what is told of each value in each month, quarter and the year.

    `counts` are by value and month. `reports` are those of each month, and `told` what `totals`
    says of them, where it is reports that are counted: each for one value. `cases` are as for
    `totals`.
    """
    network = Network(least)
    for month in months:
        network.add_cases(month, cases)
        if reports is not None:
            network.add_reports(month, reports.get(month, 0), (TOTAL, month))
            ended = ((TOTAL, period) for period in ending(month))
            network.told |= {cell: (told or {})[cell] for cell in ended}
        inside = OUT if reports is None else (TOTAL, month)
        for value, by_month in counts.items():
            network.add_value(value, month, by_month.get(month, 0), inside)
        network.tell([(value, period) for period in ending(month) for value in counts])
    return {cell: seen for cell, seen in network.told.items() if cell[0] != TOTAL}


def several(
    months: Sequence[str],
    counts: Mapping[str, Mapping[str, int]],
    *,
    least: int,
    reports: Mapping[str, int],
    told: Told,
    cases: Mapping[str, int] | None = None,
) -> Told:
    """Return the same where each of the reports may count for several values, or for none.

    They sum to nothing then, but none is more than the reports are: each stands by itself, even for
    who should know how many those were.
    """
    seen: dict[Cell, int | Mark] = {}
    for value, by_month in counts.items():
        network = Network(least, whole=told, most=defaultdict(int))
        for month in months:
            network.add_cases(month, cases)
            network.add_most(month, reports.get(month, 0))
            network.add_value(value, month, by_month.get(month, 0), OUT)
            network.tell([(value, period) for period in ending(month)])
        seen |= network.told
    return seen


@dataclass(slots=True)
class Arc:
    """Where a number flows, and how large it is so far."""

    tail: Node
    head: Node
    flow: int


@dataclass(slots=True)
class Network:
    """All numbers of one table of a year, and what is told of them."""

    least: int
    arcs: dict[Cell, Arc] = field(default_factory=dict)
    told: dict[Cell, int | Mark] = field(default_factory=dict)
    at: dict[Node, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """In how many cases those who are counted are, by period; none where cases are counted."""
    whole: Told = field(default_factory=dict)
    """What is told of the reports, where they are not in the network."""
    most: dict[str, int] | None = None
    """More than this no number of a period is."""

    def add_cases(self, month: str, cases: Mapping[str, int] | None) -> None:
        if cases is not None:
            for period in (month, quarter(month), month[:4]):
                self.cases[period] += cases.get(month, 0)

    def add_most(self, month: str, most: int) -> None:
        if self.most is not None:
            for period in (month, quarter(month), month[:4]):
                self.most[period] += most

    def is_small(self, cell: Cell) -> bool:
        """Tell whether a number must not be told, or worked out: zero may be."""
        few = self.cases.get(cell[1], self.least) < self.least
        return 0 < self.arcs[cell].flow < self.least or (few and self.arcs[cell].flow > 0)

    def add(self, cell: Cell, tail: Node, head: Node, flow: int) -> None:
        """Let more flow along an arc; a new one, if there is none."""
        if cell not in self.arcs:
            self.arcs[cell] = Arc(tail, head, 0)
            self.at[tail].append(cell)
            self.at[head].append(cell)
        self.arcs[cell].flow += flow

    def add_reports(self, month: str, flow: int, inside: Node) -> None:
        year, part = (TOTAL, month[:4]), (TOTAL, quarter(month))
        self.add(year, OUT, year, flow)
        self.add(part, year, part, flow)
        self.add((TOTAL, month), part, inside, flow)

    def add_value(self, value: str, month: str, flow: int, tail: Node) -> None:
        part, year = (value, quarter(month)), (value, month[:4])
        self.add((value, month), tail, part, flow)
        self.add(part, part, year, flow)
        self.add(year, year, OUT, flow)

    def tell(self, new: Collection[Cell]) -> None:
        """Tell what can be told of these, and nothing more of any other."""
        for cell in new:
            flow, total = self.arcs[cell].flow, (TOTAL, cell[1])
            whole = self.told.get(total, self.whole.get(total, 0))
            if cell[0] != TOTAL and isinstance(whole, Mark):
                # Of a period whose reports are not told nothing is, nor that a number is small.
                self.told[cell] = whole
            elif flow < self.least:
                self.told[cell] = Mark.SMALL
            else:
                self.told[cell] = Mark.HIDDEN if self.is_small(cell) else flow
        while exposed := next((cell for cell in self.told if self.is_exposed(cell)), None):
            # Nothing new told at all tells nothing new.
            cover = self.cover(exposed, frozenset(new))
            for cell in new if cover is None else cover:
                self.told[cell] = Mark.HIDDEN
            if cover is None:
                return

    def is_exposed(self, cell: Cell) -> bool:
        """Tell whether a small number that is not shown can be worked out."""
        hidden = isinstance(self.told[cell], Mark)
        return hidden and self.is_small(cell) and self.cover(cell) is None

    def bounds(self, cell: Cell) -> tuple[float, float]:
        """Return between which numbers somebody knows that a cell is."""
        seen, flow = self.told.get(cell), self.arcs[cell].flow
        if isinstance(seen, int):
            return flow, flow
        # What has not come once this year might be known not to come at all.
        year = self.arcs.get((cell[0], cell[1][:4]))
        if year is not None and year.flow == 0:
            return 0, 0
        return 0, self.least - 1 if seen is Mark.SMALL else inf

    def cover(self, cell: Cell, new: Collection[Cell] = ()) -> tuple[Cell, ...] | None:
        """Return which of the new ones must be hidden for a cell to be able to be another number.

        None when it can not; nothing of the others is told less of.
        """
        arc = self.arcs[cell]
        found = [
            (cost + more, (*([cell] if cost else []), *cells))
            for by, start, goal in ((1, arc.head, arc.tail), (-1, arc.tail, arc.head))
            if (cost := self.cost(cell, by, new)) < inf
            for more, cells in self.way(start, goal, cell, new)
        ]
        return min(found)[1] if found else None

    def cost(self, cell: Cell, by: int, new: Collection[Cell]) -> float:
        """Return what it costs that a number could be one more or one fewer: 0 when it can."""
        flow, (low, high) = self.arcs[cell].flow, self.bounds(cell)
        if self.most is not None and flow + by > self.most[cell[1]]:
            return inf
        if low <= flow + by <= high:
            return 0
        if cell not in new or flow + by < 0 or self.told[cell] is Mark.HIDDEN:
            return inf
        seen = self.told[cell]
        return seen + 1 if isinstance(seen, int) else 1

    def way(
        self, start: Node, goal: Node, without: Cell, new: Collection[Cell]
    ) -> Iterator[tuple[float, tuple[Cell, ...]]]:
        """Yield the cheapest way from a node to another, if any: its cost, and what it hides."""
        order, been = count(), set()
        waiting: list[tuple[float, int, Node, tuple[Cell, ...]]] = [(0, next(order), start, ())]
        while waiting:
            so_far, _, node, hidden = heapq.heappop(waiting)
            if node == goal:
                yield so_far, hidden
                return
            if node in been:
                continue
            been.add(node)
            for cell in self.at[node]:
                arc = self.arcs[cell]
                by, there = (1, arc.head) if arc.tail == node else (-1, arc.tail)
                cost = inf if cell == without or there in been else self.cost(cell, by, new)
                if cost < inf:
                    hides = (*hidden, cell) if cost else hidden
                    heapq.heappush(waiting, (so_far + cost, next(order), there, hides))
