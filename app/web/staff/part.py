"""A part of a case on a page of its own: some of its steps as they were taken, or all of them.

That it is opened is written down before anything of it is shown, as for the case itself. What is
long is shared out on several pages, by how much is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from fastapi import APIRouter, Response

from app.casework import rights
from app.casework.access import Staff
from app.casework.entries import Kind
from app.casework.group import people, tables
from app.casework.opening import ReadItem
from app.casework.rights import Act
from app.errors import PageMissing
from app.runner.tabs import Tab, Table
from app.web.shown.views import LinkView
from app.web.staff import case, due, grouped, onward, plan, queue, tabs
from app.web.staff.case_views import ClockView, EntryView
from app.web.staff.desk import AtDesk, SignedInTo
from app.web.staff.grouped import Looked
from app.web.staff.part_views import BlockView, PartView, TableView

router = APIRouter()
MOST = 10_000
"""Characters of a page, about: what is written on it, and EACH for each of what stands there."""
EACH = 80


@router.get("/inkorg/arenden/{reference}/flik/{tab_id}")
async def show_part(
    desk: AtDesk, staff: SignedInTo, reference: str, tab_id: str, sida: int = 1
) -> Response:
    """A tab of a case. PageMissing where its process has none, or another page shows it."""
    rights.require(staff, Act.OPEN)
    read = await grouped.opened(desk, staff, reference)
    process = desk.rules.processes.get(read.item.form_id)
    tab = next((tab for tab in process.tabs if tab.id == tab_id), None) if process else None
    if process is None or tab is None or tab.shows in tabs.OWN_PAGE:
        raise PageMissing
    view = part_view(grouped.looked(desk, staff, process, read), staff, read, tab, sida)
    title = f"{tab.label} {view.reference}"
    return desk.page("staff/part.html", title=title, staff=staff, part=view)


def part_view(looked: Looked, staff: Staff, read: ReadItem, tab: Tab, number: int) -> PartView:
    desk, process, at = looked.desk, looked.process, looked.at
    pages = shared_out(units(looked, read, tab))
    here = min(max(number, 1), len(pages))
    first = here == 1
    shown = tuple(step for step in looked.possible if step.id in tab.steps and not step.about)
    address = f"{at}/flik/{tab.id}"
    t = desk.t
    return PartView(
        reference=read.item.reference,
        title=tab.label,
        back=LinkView(queue.HOME, t("staff.case.back")),
        tabs=tabs.bar(process, staff, read.item.reference, tab),
        clocks=clocks(looked, read, tab) if first else (),
        steps=onward.links(read.item, shown),
        plan=plan.plan_view(looked, tab, read.item.state) if first else None,
        tables=tuple(table_view(looked, table) for table in tab.tables) if first else (),
        blocks=pages[here - 1],
        unread=looked.group.unread,
        folded=tab.shows == "steps",
        where=t("staff.part.page", page=here, pages=len(pages)) if len(pages) > 1 else "",
        newer=page_at(address, here - 1, len(pages)),
        older=page_at(address, here + 1, len(pages)),
    )


def page_at(address: str, number: int, pages: int) -> str:
    """Return where a page is; "" where there is none of that number."""
    if not 1 <= number <= pages:
        return ""
    return address if number == 1 else f"{address}?sida={number}"


def clocks(looked: Looked, read: ReadItem, tab: Tab) -> tuple[ClockView, ...]:
    """Return the times that the steps of a tab are waited for by."""
    mine = {
        clock.id for clock in looked.process.clocks if not {*tab.steps}.isdisjoint(clock.stopped_by)
    }
    found = (each for each in read.clocks if each.clock in mine)
    desk = looked.desk
    return due.clock_views(found, looked.process, desk.rules, desk.clock.now(), desk.t)


def table_view(looked: Looked, table: Table) -> TableView:
    """Return a table as it is shown; what goes on says so where its end is not told."""
    process, t = looked.process, looked.desk.t
    found = tables.rows(table, looked.group)
    filled = any(any(row.cells) for row in found)
    names = people.named(looked.group, process)
    goes_on = (t("staff.part.goes_on"),)
    ends = [column.step == table.ended_by for column in table.columns]
    last = ends.index(True) if table.ended_by and True in ends else -1
    return TableView(
        title=table.title,
        head=tuple(tables.heading(process, table, column) for column in table.columns),
        rows=tuple(
            (
                names.get(row.about, ""),
                tuple(
                    goes_on if row.open and place == last else lines
                    for place, lines in enumerate(row.cells)
                ),
            )
            for row in found
            if filled
        ),
    )


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that is not shared out on two pages: who it is about, with one entry or none."""

    block: BlockView
    entry: EntryView | None = None

    @property
    def size(self) -> int:
        """How much it is, about, in characters."""
        if self.entry is None:
            return EACH * (1 + len(self.block.links))
        rows = self.entry.rows
        told = (text for row in rows for text in (row.question, row.put, *row.lines, *row.typed))
        return EACH + sum(map(len, (*told, *self.entry.lines))) + EACH * len(rows) // 2


def units(looked: Looked, read: ReadItem, tab: Tab) -> Iterator[Unit]:
    """Yield what stands on a tab: of all that was done the newest first, or person by person."""
    desk, process, t = looked.desk, looked.process, looked.desk.t
    of_all = BlockView("", "", "", (), ())
    newest = reversed(read.entries)
    if tab.shows == "history":
        yield from (Unit(of_all, case.entry_view(desk, process, entry)) for entry in newest)
        return
    here = {*tab.steps}
    about = {one.number: one.about for one in looked.group.done}
    written: dict[str, list[EntryView]] = {}
    for entry in newest:
        if entry.kind is Kind.STEP and entry.step in here:
            whom = about.get(entry.number, "")
            whom = whom if looked.group.person(whom) else ""
            written.setdefault(whom, []).append(case.entry_view(desk, process, entry))
    of_all = replace(of_all, heading=t("staff.part.of_all"))
    yield from (Unit(of_all, entry) for entry in written.get("", ()))
    names = people.named(looked.group, process)
    for sort in process.people:
        for one in looked.group.of(sort.id):
            links = tuple(grouped.links(looked, one, here))
            block = BlockView(one.id, sort.many, names[one.id], links, ())
            entries = written.get(one.id, ())
            if links or entries:
                yield Unit(block)
            yield from (Unit(block, entry) for entry in entries)


def shared_out(every: Iterable[Unit]) -> list[tuple[BlockView, ...]]:
    """Return the pages that everything is shared out on: one at least, and each not too much."""
    pages: list[list[Unit]] = [[]]
    size = 0
    for unit in every:
        if pages[-1] and size + unit.size > MOST:
            pages.append([])
            size = 0
        pages[-1].append(unit)
        size += unit.size
    return [tuple(as_blocks(page)) for page in pages]


def as_blocks(page: Iterable[Unit]) -> Iterator[BlockView]:
    """Yield what a page has of each, under a heading over the first of a sort."""
    heading = ""
    for block, these in groupby(page, key=lambda unit: unit.block):
        entries = tuple(unit.entry for unit in these if unit.entry)
        said = block.heading if block.heading != heading else ""
        heading = block.heading
        yield replace(block, heading=said, entries=entries)
