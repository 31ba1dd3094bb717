"""A case as it stands on paper: the report in the order it is read, then what has been done.

The words are those of the case's page, so that nobody reads two versions of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.casework.access import Staff
from app.casework.opening import ReadItem
from app.typesetting.document import Block, Document
from app.web.shown.views import RowView
from app.web.staff import case
from app.web.staff.case_views import CasePageView, ToldView
from app.web.staff.desk import Desk


def document(desk: Desk, staff: Staff, read: ReadItem, *, whole: bool) -> Document:
    """Return the report, or the `whole` case with it, as a document in the page's language."""
    t, view = desk.t, case.case_view(desk, staff, read, None)
    blocks = [*report(desk, view), *(done(desk, view) if whole else ())]
    return Document(
        title=t(
            "staff.out.document.title" if whole else "staff.out.document.report_title",
            reference=view.reference,
        ),
        language=desk.site.language,
        author=desk.municipality.name,
        # Filled in when it is known how many pages there are.
        foot=t("staff.out.document.foot", reference=view.reference, page="{page}", pages="{pages}"),
        coded_says=t("staff.out.document.coded"),
        blocks=(*blocks, Block("hint", view.printed)),
    )


def copy(desk: Desk, staff: Staff, read: ReadItem) -> Document:
    """Return a copy for somebody whom the case is about, of what `party.copied` has left in it.

    What else the case's page says of it may tell who reported: when what must be answered, in which
    language it came and how, what was not asked.
    """
    t, view = desk.t, case.case_view(desk, staff, read, None)
    shown = replace(view, facts=view.facts[:1], left_out=())
    return Document(
        title=t("staff.out.document.copy_title", reference=view.reference),
        language=desk.site.language,
        author=desk.municipality.name,
        foot=t("staff.out.document.foot", reference=view.reference, page="{page}", pages="{pages}"),
        coded_says=t("staff.out.document.coded"),
        blocks=(
            Block("hint", t("staff.party.omitted")),
            *report(desk, shown),
            *written(desk, shown),
            Block("hint", view.printed),
        ),
    )


def report(desk: Desk, view: CasePageView) -> Iterator[Block]:
    """Yield what was reported, as the case's page leads with it."""
    for fact in view.facts:
        yield Block("answer", f"{fact.question}: {fact.answers[0]}")
    for warning in view.warnings:
        yield Block("question", warning)
    if view.lead:
        yield Block("section", desk.t("staff.case.lead"))
        yield from told(view.lead, view.language)
    for section in view.sections:
        yield Block("section", section.title)
        yield from told(section.rows, view.language)
    yield from facts(view.left_out)


def done(desk: Desk, view: CasePageView) -> Iterator[Block]:
    """Yield which times there are to keep, who has the case, and everything that has been done."""
    yield Block("section", desk.t("staff.out.document.times"))
    for clock in view.clocks:
        yield Block("question", clock.label)
        for line in (" ".join(filter(None, (clock.when, clock.says))), clock.also, clock.law):
            if line:
                yield Block("answer", line)
    yield Block("answer", view.hands.says)
    yield from written(desk, view)


def written(desk: Desk, view: CasePageView) -> Iterator[Block]:
    """Yield everything that has been done, with what was written of it."""
    if view.entries:
        yield Block("section", desk.t("staff.case.done"))
    for entry in view.entries:
        yield Block("entry", f"{entry.title} – {entry.by}")
        for line in (*entry.lines, *filter(None, [entry.fault])):
            yield Block("answer", line)
        yield from told(entry.rows, "")


def told(rows: Iterable[ToldView], language: str) -> Iterator[Block]:
    """Yield questions and answers; `language` is what the report was written in, "" when ours."""
    for row in rows:
        if row.question:
            yield Block("question", row.question)
        else:
            yield Block("question", row.put, language)
        for line in row.lines:
            yield Block("answer", line)
        for line in row.typed:
            yield Block("answer", line, language)
        for hint in (row.translate, *row.remarks):
            if hint:
                yield Block("hint", hint)
        if row.question and row.put:
            yield Block("hint", row.put, language)


def facts(rows: Iterable[RowView]) -> Iterator[Block]:
    for row in rows:
        yield Block("question", row.question)
        for line in row.answers:
            yield Block("answer", line)
