"""What statistics tell of a unit in a year: every number of what has been counted, as it is shown.

Only months that have been counted out, of one unit: what several sum to is not told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.casework import rights, suppression
from app.casework.access import Staff
from app.casework.kept import Kept
from app.casework.rights import Act
from app.casework.suppression import TOTAL, Told
from app.casework.tallies import ANSWERS, CHANNEL, CLOCK, ENDED, OUTCOME, REPORTS, WEB
from app.runner import tallying
from app.runner.definition import Form, Tally
from app.runner.process import Process
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
    """What is told of one dimension: its values in order, and what is seen of each in a period."""

    dimension: str
    values: tuple[str, ...]
    told: Told


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
    for dimension, values, divided in of_reports:
        counted = found.counts.get((form.id, dimension), {})
        counts = evened(found.months, counted, values, reports)
        told = suppression.values(
            found.months, counts, least=least, reports=reports, told=whole, divided=divided
        )
        made.append(Table(dimension, values, told))
    for dimension, values in later(process):
        later_on = found.counts.get((form.id, dimension), {})
        told = suppression.values(
            found.months, {value: later_on.get(value, {}) for value in values}, least=least
        )
        made.append(Table(dimension, values, told))
    return made


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
