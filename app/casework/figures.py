"""What statistics tell of a unit in a year: every number of what has been counted, as it is shown.

Only months that have been counted out, of one unit: what several sum to is not told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from app.casework import rights, suppression
from app.casework.access import Staff
from app.casework.kept import Kept
from app.casework.rights import Act
from app.casework.suppression import TOTAL, Told
from app.casework.tallies import ANSWERS, CHANNEL, CLOCK, ENDED, OUTCOME, REPORTS, WEB
from app.runner import step_tallying, tallying
from app.runner.definition import Form, Tally
from app.runner.process import Process
from app.runner.step_tallying import Part
from app.runner.taken_in import Channel
from app.runner.tallying import NOT_TOLD
from app.storage.tables import tallies

ByMonth = Mapping[str, int]
Counts = Mapping[str, ByMonth]
"""By value and month."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What has been counted at a unit: the months that are counted out, and the counts of a year.

    `counts` are by form and dimension.
    """

    months: tuple[str, ...]
    counts: Mapping[tuple[str, str], Counts] = field(default_factory=dict)

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(sorted({form_id for form_id, _ in self.counts}))


@dataclass(frozen=True, slots=True)
class Table:
    """What is told of one dimension: its values in order, and what is seen of each in a period.

    `part` is the question of a step that it is of, where it is of one: where they sum to it, its
    first value is the whole.
    """

    dimension: str
    values: tuple[str, ...]
    told: Told
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What a table is of: how many there are by month, what is `told` of that, in which `cases`."""

    months: tuple[str, ...]
    many: ByMonth
    told: Told
    least: int
    cases: ByMonth | None = None

    def table(
        self, dimension: str, counted: Counts, values: tuple[str, ...], *, divided: bool
    ) -> Table:
        """Return a table; each counts for one value where it is `divided`, else for any of them.

        What is not told is then no value: how many they are would be told by the others.
        """
        if divided:
            counts = evened(self.months, counted, values, self.many)
        else:
            values = tuple(value for value in values if value != NOT_TOLD)
            counts = {value: dict(counted.get(value, {})) for value in values}
        told = (suppression.values if divided else suppression.several)(
            self.months,
            counts,
            least=self.least,
            reports=self.many,
            told=self.told,
            cases=self.cases,
        )
        return Table(dimension, values, told)


def months(connection: Connection, *, staff: Staff) -> tuple[str, ...]:
    """Return the months that are counted out at the unit in view, in order. NotAllowed."""
    rights.require(staff, Act.SEE_STATISTICS)
    asked = select(tallies.c.month).where(tallies.c.unit == staff.unit, tallies.c.form_id == ENDED)
    return tuple(connection.execute(asked.order_by(tallies.c.month)).scalars())


def stored(connection: Connection, *, staff: Staff, year: str) -> Stored:
    """Return what is counted of a year at the unit in view, as far as it is counted out."""
    over = tuple(month for month in months(connection, staff=staff) if month[:4] == year)
    asked = select(tallies).where(
        tallies.c.unit == staff.unit, tallies.c.month.in_(over), tallies.c.form_id != ENDED
    )
    counts: dict[tuple[str, str], Any] = defaultdict(lambda: defaultdict(dict))
    for row in connection.execute(asked):
        counts[row.form_id, row.dimension][row.value][row.month] = row.count
    return Stored(over, counts)


def tables(found: Stored, form: Form, process: Process | None, *, least: int) -> list[Table]:
    """Return every table of a form, in the order in which they are shown."""
    reports = found.counts.get((form.id, REPORTS), {}).get("", {})
    whole = suppression.totals(found.months, reports, least=least)
    made = [Table(REPORTS, (TOTAL,), whole)]
    of_reports = [(CHANNEL, (WEB, *Channel), True)]
    of_reports += [
        (f"{ANSWERS}.{one.field}", tallying.possible(form, one), tallying.is_divided(form, one))
        for one in form.statistics
    ]
    of = Whole(found.months, reports, whole, least)
    for dimension, values, divided in of_reports:
        counted = found.counts.get((form.id, dimension), {})
        made.append(of.table(dimension, counted, values, divided=divided))
    for dimension, values in later(process):
        later_on = found.counts.get((form.id, dimension), {})
        told = suppression.values(
            found.months, {value: later_on.get(value, {}) for value in values}, least=least
        )
        made.append(Table(dimension, values, told))
    return [*made, *(ended(found, form, process, least) if process else ())]


def ended(found: Stored, form: Form, process: Process, least: int) -> Iterator[Table]:
    """Yield what cases that have ended were counted for, one question after the other.

    Of people nothing is told while they are in few cases: one group is known to its whole town.
    """
    for part, asked in step_tallying.parts(process):
        counts = [found.counts.get((form.id, one), {}) for one in (part.whole, part.cases)]
        many, cases = (one.get("", {}) for one in counts)
        within = cases if asked.step.about else None
        told = suppression.totals(found.months, many, least=least, cases=within)
        of = Whole(found.months, many, told, least, within)
        divided = step_tallying.is_divided(part.tally, asked.field)
        values = step_tallying.possible(part.tally, asked.field)
        counted = found.counts.get((form.id, part.dimension), {})
        table = of.table(part.dimension, counted, values, divided=divided)
        if divided:
            table = replace(table, values=(TOTAL, *table.values), told={**told, **table.told})
        yield replace(table, part=part)


def later(process: Process | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is counted when a month is over, and what it can be."""
    if process is None:
        return
    if process.outcomes:
        yield OUTCOME, tuple(one.id for one in process.outcomes)
    for clock in process.clocks:
        yield f"{CLOCK}.{clock.id}", tuple(Kept)


def evened(
    over: tuple[str, ...], counted: Counts, values: tuple[str, ...], reports: ByMonth
) -> dict[str, dict[str, int]]:
    """Return counts by the values that there are today, that come to the reports of each month.

    What is another value, or was not asked yet, is not told.
    """
    counts = {value: dict(counted.get(value, {})) for value in values}
    rest = counts.setdefault(NOT_TOLD if NOT_TOLD in counts else values[0], {})
    for month in over:
        come = sum(by_month.get(month, 0) for by_month in counts.values())
        lacking = reports.get(month, 0) - come
        if lacking > 0:
            rest[month] = rest.get(month, 0) + lacking
    return counts


def tally_of(form: Form, dimension: str) -> Tally | None:
    """Return the question that a table is of, where it is of one."""
    return next((one for one in form.statistics if f"{ANSWERS}.{one.field}" == dimension), None)
