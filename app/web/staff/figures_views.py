"""What the page of statistics, and the file beside it, say: numbers with their words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.casework import suppression
from app.casework.figures import Table
from app.casework.suppression import TOTAL, Mark
from app.casework.tallies import CLOCK, OUTCOME, REPORTS
from app.runner.definition import Form
from app.runner.process import Process
from app.runner.texts import Interface
from app.web.staff import spreadsheet
from app.web.staff.desk import Desk
from app.web.staff.figures_named import Named, law_of

WIDTH = 100
"""Of the longest bar, in units of its own."""
SECTIONS = ("came", "decided", "ended")
"""What tables are of: what came in, what was decided and in what time, and what has ended."""


@dataclass(frozen=True, slots=True)
class NumberView:
    """One line of a table; `bar` is how long it is drawn of `WIDTH`, 0 where there is no number.

    `share` is of the whole, of numbers that are shown; "" where it is not said.
    """

    label: str
    text: str
    bar: int
    share: str = ""


@dataclass(frozen=True, slots=True)
class TableView:
    """One table. `head` says what its lines are, `law` why it is kept in time."""

    id: str
    title: str
    head: str
    lines: tuple[NumberView, ...]
    law: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """Tables that belong together: of what came in, what was decided, and what has ended."""

    title: str
    lead: str
    tables: tuple[TableView, ...]


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
    sections: tuple[SectionView, ...]
    file_href: str
    least: int
    width: int = WIDTH


def heading(t: Interface, form: Form, process: Process | None) -> str:
    """Return what the numbers are of; a lägesbild where it is counted what cases came to."""
    if process and process.statistics:
        return t("staff.statistics.picture", form=form.title)
    return form.title


def section_views(
    desk: Desk, form: Form, process: Process | None, made: Sequence[Table], period: str
) -> tuple[SectionView, ...]:
    """Return the tables of a period; the first is of all reports, month by month of its year."""
    t, named = desk.t, Named(desk, form, process)
    first, *rest = made
    over = [each for _, each in first.told if each.count("-") == 1 and "Q" not in each]
    reports = TableView(
        REPORTS,
        t("staff.statistics.reports", year=period[:4]),
        t("staff.statistics.month"),
        drawn(desk, [(period_name(t, month), first.told[TOTAL, month]) for month in over]),
    )
    sections: dict[str, list[TableView]] = {section: [] for section in SECTIONS}
    sections[SECTIONS[0]].append(reports)
    for table in rest:
        sections[section_of(table)].append(table_view(named, table, period))
    return tuple(
        SectionView(
            t(f"staff.statistics.{section}"),
            t(f"staff.statistics.{section}_lead", least=desk.municipality.statistics.least),
            tuple(tables),
        )
        for section, tables in sections.items()
        if tables
    )


def section_of(table: Table) -> str:
    if table.part:
        return "ended"
    later = table.dimension == OUTCOME or table.dimension.startswith(f"{CLOCK}.")
    return "decided" if later else "came"


def table_view(named: Named, table: Table, period: str) -> TableView:
    what = table.dimension
    seen = [(value, table.told[value, period]) for value in table.values]
    lines = drawn(named.desk, [(named.label(table, value), mark) for value, mark in seen])
    if table.part and named.is_divided(table.part):
        lines = tuple(
            replace(line, share=share_of(named.desk.t, mark, seen[0][1]) if place else "")
            for place, (line, (_, mark)) in enumerate(zip(lines, seen, strict=True))
        )
    return TableView(
        what.replace(".", "-"),
        named.title(table),
        named.desk.t("staff.statistics.answer"),
        lines,
        law_of(named.process, what),
    )


def share_of(t: Interface, seen: int | Mark, whole: int | Mark) -> str:
    """Return how large a part of the whole a number is; "" where either is not shown."""
    if not (isinstance(seen, int) and isinstance(whole, int) and whole):
        return ""
    return t("staff.statistics.share", number=round(100 * seen / whole))


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


def file(
    desk: Desk, form: Form, process: Process | None, made: Sequence[Table], unit: str
) -> bytes:
    """Return every number of a year, as it is shown, as CSV."""
    t, least, named = desk.t, desk.municipality.statistics.least, Named(desk, form, process)
    heads = ("unit", "form", "period", "table", "answer", "count")
    rows: list[list[str]] = [[t(f"staff.statistics.column_{head}") for head in heads]]
    for table in made:
        title = named.title(table)
        for (value, period), seen in table.told.items():
            if value in table.values:
                label = named.label(table, value)
                rows.append([unit, form.title, period, title, label, said(t, least, seen)])
    return spreadsheet.written(rows)


def choices(t: Interface, over: Sequence[str], chosen: str) -> tuple[ChoiceView, ...]:
    """Return every period that is over, the last first: each year, its quarters and months."""
    ended = [period for month in over for period in suppression.ending(month)]
    return tuple(
        ChoiceView(period, period_name(t, period), period == chosen) for period in reversed(ended)
    )
