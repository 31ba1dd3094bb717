"""What the page of statistics, and the file beside it, say: numbers with their words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.casework import suppression
from app.casework.figures import Table, tally_of
from app.casework.suppression import TOTAL, Mark
from app.casework.tallies import CHANNEL, CLOCK, OUTCOME, REPORTS, WEB
from app.runner.definition import Form
from app.runner.fields.options import OptionsField
from app.runner.process import Process
from app.runner.tallying import NOT_TOLD
from app.runner.texts import Interface
from app.web.staff import due, spreadsheet
from app.web.staff.desk import Desk

WIDTH = 100
"""Of the longest bar, in units of its own."""


@dataclass(frozen=True, slots=True)
class NumberView:
    """One line of a table; `bar` is how long it is drawn of `WIDTH`, 0 where there is no number."""

    label: str
    text: str
    bar: int


@dataclass(frozen=True, slots=True)
class TableView:
    """One table. `head` says what its lines are, `law` why it is kept in time."""

    id: str
    title: str
    head: str
    lines: tuple[NumberView, ...]
    law: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Something to choose from a list."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """The whole page; `periods` is empty where nothing has been counted out yet."""

    on: bool
    unit: str
    title: str
    period: str
    action: str
    periods: tuple[ChoiceView, ...]
    forms: tuple[ChoiceView, ...]
    tables: tuple[TableView, ...]
    file_href: str
    least: int
    width: int = WIDTH


def table_views(
    desk: Desk, form: Form, process: Process | None, made: Sequence[Table], period: str
) -> tuple[TableView, ...]:
    """Return the tables of a period; the first is of all reports, month by month of its year."""
    t = desk.t
    first, *rest = made
    over = [each for _, each in first.told if each.count("-") == 1 and "Q" not in each]
    reports = TableView(
        REPORTS,
        t("staff.statistics.reports", year=period[:4]),
        t("staff.statistics.month"),
        drawn(desk, [(period_name(t, month), first.told[TOTAL, month]) for month in over]),
    )
    return reports, *(table_view(desk, form, process, table, period) for table in rest)


def table_view(
    desk: Desk, form: Form, process: Process | None, table: Table, period: str
) -> TableView:
    what = table.dimension
    seen = [(value, table.told[value, period]) for value in table.values]
    return TableView(
        what.replace(".", "-"),
        title_of(desk, form, process, what),
        desk.t("staff.statistics.answer"),
        drawn(desk, [(label(desk, form, process, what, value), mark) for value, mark in seen]),
        law_of(process, what),
    )


def drawn(desk: Desk, lines: Sequence[tuple[str, int | Mark]]) -> tuple[NumberView, ...]:
    """Return lines with bars, the longest as long as there is room for."""
    most = max((seen for _, seen in lines if isinstance(seen, int)), default=0)
    return tuple(
        NumberView(
            name,
            said(desk.t, desk.municipality.statistics.least, seen),
            round(WIDTH * seen / most) if isinstance(seen, int) and most else 0,
        )
        for name, seen in lines
    )


def said(t: Interface, least: int, seen: int | Mark) -> str:
    """Return what is seen in place of a number, in words; a number as it is."""
    if isinstance(seen, int):
        return str(seen)
    if seen is Mark.SMALL:
        return t("staff.statistics.small", least=least)
    return t("staff.statistics.hidden")


def period_name(t: Interface, period: str) -> str:
    """Return a period in words: "oktober 2026", "kvartal 3 2026", "2026"."""
    year, _, part = period.partition("-")
    if not part:
        return t("staff.statistics.year", year=year)
    if part.startswith("Q"):
        return t("staff.statistics.quarter", number=part[1:], year=year)
    return t("staff.statistics.month_of", month=t(f"dates.months.{int(part)}"), year=year)


def title_of(desk: Desk, form: Form, process: Process | None, dimension: str) -> str:
    """Return what a table is of: the question as it is put, or the clock."""
    if dimension == REPORTS:
        return desk.t("staff.statistics.all_reports")
    if dimension in {CHANNEL, OUTCOME}:
        return desk.t(f"staff.statistics.{dimension}")
    tally = tally_of(form, dimension)
    if tally is not None:
        return form.by_field[tally.field].label
    name = due.clock_name(process, dimension.removeprefix(f"{CLOCK}."))
    return desk.t("staff.statistics.clock", name=name)


def law_of(process: Process | None, dimension: str) -> str:
    clock = process.clock(dimension.removeprefix(f"{CLOCK}.")) if process else None
    return clock.law if clock else ""


def label(desk: Desk, form: Form, process: Process | None, dimension: str, value: str) -> str:
    """Return what a value is called."""
    t = desk.t
    if value == TOTAL:
        return t("staff.statistics.all")
    if dimension == CHANNEL:
        return t("staff.statistics.web" if value == WEB else f"staff.channels.{value}")
    if dimension == OUTCOME:
        outcome = process.outcome(value) if process else None
        return outcome.label if outcome else value
    if dimension.startswith(f"{CLOCK}."):
        return t(f"staff.times.{value}")
    return answer(t, form, dimension, value)


def answer(t: Interface, form: Form, dimension: str, value: str) -> str:
    tally = tally_of(form, dimension)
    if value == NOT_TOLD or tally is None:
        return t("staff.statistics.not_told")
    asked = form.by_field[tally.field]
    if isinstance(asked, OptionsField):
        return next((one.label for one in asked.options if one.id == value), value)
    above = [start for start in tally.bands if start > int(value)]
    if not above:
        return t("staff.statistics.from", first=value)
    last = above[0] - 1
    return value if last == int(value) else t("staff.statistics.band", first=value, last=last)


def file(
    desk: Desk, form: Form, process: Process | None, made: Sequence[Table], unit: str
) -> bytes:
    """Return every number of a year, as it is shown, as CSV."""
    t, least = desk.t, desk.municipality.statistics.least
    heads = ("unit", "form", "period", "table", "answer", "count")
    rows: list[list[str]] = [[t(f"staff.statistics.column_{head}") for head in heads]]
    for table in made:
        title = title_of(desk, form, process, table.dimension)
        for (value, period), seen in table.told.items():
            if value in table.values:
                name = label(desk, form, process, table.dimension, value)
                rows.append([unit, form.title, period, title, name, said(t, least, seen)])
    return spreadsheet.written(rows)


def choices(t: Interface, over: Sequence[str], chosen: str) -> tuple[ChoiceView, ...]:
    """Return every period that is over, the last first: each year, its quarters and months."""
    ended = [period for month in over for period in suppression.ending(month)]
    return tuple(
        ChoiceView(period, period_name(t, period), period == chosen) for period in reversed(ended)
    )
