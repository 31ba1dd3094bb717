"""What a case says of the reports that were made out of it, and a report of where it comes from.

By references alone: it opens nothing, and whoever reads the one has no more of the other.
"""

from collections.abc import Iterable, Iterator

from app.casework import reporting
from app.casework.group.people import Person
from app.casework.opening import ReadItem
from app.casework.reporting import Made
from app.runner.process import Process
from app.runner.reports import Report
from app.runner.taken_in import Channel
from app.web.shown import words
from app.web.shown.views import RowView
from app.web.staff.desk import Desk


def address(of_case: str, report: Report, whom_id: str) -> str:
    """Return where a report about somebody is written. `of_case` is the address of the case."""
    return f"{of_case}/anmalan/{report.id}/{whom_id}"


async def rows(desk: Desk, read: ReadItem) -> tuple[RowView, ...]:
    """Return what was made out of a case, and what it was made out of, as its page says it."""
    process, mine = desk.rules.processes.get(read.item.form_id), read.row["id"]
    found: list[RowView] = []
    if read.item.channel == Channel.CASE:
        source = await desk.database.read(lambda c: reporting.source_of(c, mine))
        if source:
            theirs = report_of(desk.rules.processes.get(source.form_id), source.report)
            name = theirs.origin if theirs else desk.t("staff.report.origin")
            found.append(RowView(name, (source.reference,)))
    if process and process.reports:
        made = await desk.database.read(lambda c: reporting.made_of(c, mine))
        found += (row(desk, process, each) for each in made)
    return tuple(found)


def of_person(desk: Desk, process: Process, made: Iterable[Made], one: Person) -> Iterator[RowView]:
    """Yield what has been made about one of the people of a case."""
    theirs = {one.id, *one.also}
    yield from (row(desk, process, each) for each in made if each.whom in theirs)


def row(desk: Desk, process: Process, made: Made) -> RowView:
    """Return that a report has been sent: its reference, and the day."""
    report = report_of(process, made.report)
    name = report.made if report else desk.t("staff.report.some")
    day = words.day(desk.rules.calendar.day(made.at), desk.t)
    return RowView(name, (desk.t("staff.report.sent", reference=made.reference, time=day),))


def report_of(process: Process | None, report_id: str) -> Report | None:
    """Return a report of a process; None where it has none by that id any more."""
    found = process.reports if process else ()
    return next((each for each in found if each.id == report_id), None)
