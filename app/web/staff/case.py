"""One case, opened: the report to be read in a hurry, what must be done, and what has been done.

That it is opened is written down before anything of it is shown (SoPuL 10 §).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response

from app import references
from app.casework import looks, opening, rights
from app.casework.access import Staff
from app.casework.entries import Entry, Kind
from app.casework.opening import ReadItem
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.runner import reading
from app.runner.process import Process
from app.runner.reading import Report, Told
from app.runner.texts import Interface
from app.web.shown import said, words
from app.web.shown.views import LinkView, RowView
from app.web.staff import (
    due,
    handed,
    hands,
    let_in,
    linked,
    onward,
    queue,
    same_child,
    second_reader,
    tabs,
)
from app.web.staff.case_views import (
    CasePageView,
    EntryView,
    SameChildView,
    ToldSectionView,
    ToldView,
)
from app.web.staff.desk import AtDesk, Desk, SignedInTo

router = APIRouter()
BETWEEN = " · "
LONG = 600
"""Characters: an answer that is longer can be folded by itself."""
AT = "/inkorg/arenden"
DONE = re.compile("^#(gjort|senast)$")
"""What was done, and what was done last, where it stands on this page."""


@router.get("/inkorg/arenden/{reference}")
async def show_case(desk: AtDesk, staff: SignedInTo, reference: str) -> Response:
    """What was reported, what must be done and until when, and what has been done."""
    read = await opening.read_item(
        desk.database,
        rules=desk.rules,
        staff=staff,
        reference=references.parse(reference) or "",
        keys=desk.keys,
        clock=desk.clock,
    )
    alike = await same_child.found(desk, staff, read.item.reference)
    view = divided(desk, staff, read, case_view(desk, staff, read, alike))
    facts = (*view.facts, *await linked.rows(desk, read))
    view = replace(view, facts=facts, let_in=await let_in.views(desk, staff, read.item))
    if view.hands.take:
        look = await desk.database.read(lambda c: looks.of(c, staff, now=desk.clock.now()))
        view = replace(view, keys=look.keys)
    title = desk.t("staff.case.title", reference=view.reference)
    return desk.page("staff/case.html", title=title, staff=staff, case=view)


def case_view(
    desk: Desk, staff: Staff, read: ReadItem, alike: SameChildView | None
) -> CasePageView:
    t, item, transcript, now = desk.t, read.item, read.transcript, desk.clock.now()
    process = desk.rules.processes.get(item.form_id)
    told = reading.report(transcript, desk.content.forms, desk.site.language)
    language = desk.content.languages.get(transcript["language"])
    written_in = language.name if language else transcript["language"]
    translate = t("staff.case.translate", language=written_in)
    possible = tuple(onward.possible(desk, process, read, staff))
    awaited = onward.awaited(process, possible, read)
    return CasePageView(
        reference=item.reference,
        warnings=tuple(t(f"staff.case.{flag}") for flag in queue.flags(item)),
        lead=tuple(told_view(row, t, translate) for row in told.lead),
        sections=tuple(
            ToldSectionView(title, tuple(told_view(row, t, translate) for row in rows))
            for title, rows in told.sections.items()
        ),
        left_out=tuple(left_out(desk, told, asked_by_us=bool(item.channel))),
        facts=(*facts(desk, item, transcript, written_in), *handed.rows(desk, read)),
        language=transcript["language"] if told.foreign else "",
        dir=(language.dir if language else "auto") if told.foreign else "",
        clocks=due.clock_views(read.clocks, process, desk.rules, now, t),
        hands=hands.hands(desk, staff, item),
        steps=onward.links(item, awaited, process),
        more=onward.links(item, onward.besides(process, possible, awaited)),
        second_reader=second_reader.view(desk, staff, read),
        writing=tuple(writing(desk, staff, item)),
        entries=tuple(entry_view(desk, process, entry) for entry in read.entries),
        same_child=alike,
        jumps=tuple(jumps(desk, read, alike)),
        printed=t("staff.case.printed", name=staff.name, time=at(desk, now)),
        back=LinkView(queue.HOME, t("staff.case.back")),
        out=ways_out(desk, staff, item),
    )


def divided(desk: Desk, staff: Staff, read: ReadItem, view: CasePageView) -> CasePageView:
    """Return a case with the ways to its other parts; what was done stands where its tab is."""
    process, reference = desk.rules.processes.get(read.item.form_id), read.item.reference
    links = tabs.bar(process, staff, reference, "report")
    here = {tab.href for tab in links}
    writing = tuple(link for link in view.writing if link.href not in here)
    view = replace(view, tabs=links, writing=writing)
    history = tabs.history(process, staff)
    if history is None:
        return view
    there = tabs.address(reference, history)
    jumps = (replace(one, href=DONE.sub(there, one.href)) for one in view.jumps)
    return replace(view, entries=(), jumps=tuple(jumps))


def ways_out(desk: Desk, staff: Staff, item: QueueItem) -> tuple[LinkView, ...]:
    """Return how it can be taken out of the house: printed, or in another way."""
    if not rights.may(staff, Act.EXPORT):
        return ()
    base = f"{AT}/{item.reference}"
    return (
        LinkView(f"{base}/utskrift", desk.t("staff.case.print")),
        LinkView(f"{base}/ta-ut", desk.t("staff.out.link")),
    )


def told_view(row: Told, t: Interface, translate: str = "") -> ToldView:
    remarks = (said.read(t, remark) for remark in row.remarks)
    length = sum(map(len, (*row.lines, *row.typed)))
    # What somebody ticks is its own answer, and is not said twice.
    ticked = (*row.lines, *row.typed) == (row.question,)
    return ToldView(
        question=row.question,
        lines=(t("staff.case.ticked"),) if ticked else row.lines,
        typed=() if ticked else row.typed,
        translate=translate if row.prose else "",
        put=" – ".join(filter(None, (row.put, ", ".join(row.said)))),
        remarks=tuple(words for words in remarks if words),
        fold=t("staff.case.fold", count=length) if length > LONG else "",
    )


def jumps(desk: Desk, read: ReadItem, alike: SameChildView | None) -> Iterator[LinkView]:
    """Yield the ways to what stands below the report: what is alike, what was done, and last."""
    t = desk.t
    if alike:
        yield LinkView("#samma-barn", t("staff.same_child.title"))
    if read.entries:
        yield LinkView("#gjort", t("staff.case.jump_done", count=len(read.entries)))
    if len(read.entries) > 1:
        last, process = read.entries[-1], desk.rules.processes.get(read.item.form_id)
        what = entry_title(t, process, last.kind, last.step, last.owner or "")
        said = t("staff.case.jump_last", what=what, name=last.author, time=at(desk, last.at))
        yield LinkView("#senast", said)


def left_out(desk: Desk, told: Report, *, asked_by_us: bool) -> Iterator[RowView]:
    """Yield what there is no answer to, named on one line: asked for, or passed by.

    What staff had no time to ask is not told from what nobody would answer.
    """
    unanswered, passed = (
        ("not_asked", "not_asked_more") if asked_by_us else ("unanswered", "passed_by")
    )
    for name, titles in ((unanswered, told.unanswered), (passed, told.passed_by)):
        if titles:
            yield RowView(desk.t(f"staff.case.{name}"), (BETWEEN.join(titles),))


def facts(
    desk: Desk, item: QueueItem, transcript: Mapping[str, Any], written_in: str
) -> tuple[RowView, ...]:
    """Return when and how the report came in, on which form, and how far the case has come."""
    t = desk.t
    form = desk.site.forms.get(item.form_id)
    named = form.title if form else item.form_id
    found = {
        "received": at(desk, item.received_at),
        "status": queue.state(desk, item),
        "outcome": queue.outcome(desk, item),
        "form": t("staff.case.form_version", title=named, version=transcript["version"]),
        "written_in": written_in,
    }
    rows = [RowView(t(f"staff.case.{name}"), (value,)) for name, value in found.items() if value]
    if entry := transcript.get("taken_in"):
        rows.insert(1, RowView(t("staff.case.taken_in"), (BETWEEN.join(taken_in(desk, entry)),)))
    return tuple(rows)


def taken_in(desk: Desk, entry: Mapping[str, str]) -> Iterator[str]:
    """Yield how a report came that staff wrote down, by whom and when, and why so late."""
    time = at(desk, datetime.fromisoformat(entry["at"]))
    yield desk.t(f"staff.channels.{entry['channel']}")
    yield desk.t("staff.case.taken_in_by", name=entry["by"], time=time)
    yield from entry["reason"].splitlines()


def writing(desk: Desk, staff: Staff, item: QueueItem) -> Iterator[LinkView]:
    """Yield what else can be written: a note at any time, and why a closed case is opened again."""
    base = f"{AT}/{item.reference}"
    process = desk.rules.processes.get(item.form_id)
    if process and process.people and rights.may(staff, Act.WORK):
        yield LinkView(f"{base}/gruppen", desk.t("staff.group.title"))
    if process and process.consents and rights.may(staff, Act.WORK):
        yield LinkView(f"{base}/samtycken", desk.t("staff.ledger.title"))
    if process and process.letters and rights.may(staff, Act.EXPORT):
        yield LinkView(f"{base}/brev", desk.t("staff.letters.title"))
    if rights.may(staff, Act.WORK):
        yield LinkView(f"{base}/anteckning", desk.t("staff.note.title"))
    if item.closed_at is not None and rights.may(staff, Act.REOPEN):
        yield LinkView(f"{base}/oppna-igen", desk.t("staff.reopen.title"))


def entry_view(desk: Desk, process: Process | None, entry: Entry) -> EntryView:
    """Return what was done: who, when, and the words where there are any."""
    t, written = desk.t, entry.words or {}
    named = [written["name"]] if written.get("name", entry.author) != entry.author else []
    return EntryView(
        title=entry_title(t, process, entry.kind, entry.step, entry.owner or ""),
        by=t("staff.entries.by", name=entry.author, time=at(desk, entry.at)),
        rows=tuple(
            told_view(reading.as_put(asked), t)
            for asked in written.get("questions", ())
            if asked["lines"]
        ),
        lines=(*named, *written.get("text", "").splitlines(), *besides(desk, written)),
        fault=t(f"staff.entries.{entry.fault}") if entry.fault else "",
    )


def besides(desk: Desk, written: Mapping[str, Any]) -> Iterator[str]:
    """Yield what stands in an entry besides what somebody wrote: until when, and never."""
    if written.get("never"):
        yield desk.t("staff.bar.never")
    if until := written.get("open_until"):
        yield desk.t("staff.let_in.until", time=at(desk, datetime.fromisoformat(until)))
    if unit := written.get("unit"):
        yield let_in.unit_name(desk, unit)
    if may := written.get("may"):
        day = date.fromisoformat(written["last_day"])
        yield desk.t(f"staff.lend.said_{may}", time=words.day(day, desk.t))


def entry_title(
    t: Interface, process: Process | None, kind: Kind, step_id: str, owner: str = ""
) -> str:
    """Return what was done, in words; `owner` is whom the case was assigned to."""
    if kind is Kind.STEP:
        step = process.step(step_id) if process else None
        return step.title if step else step_id
    letter = process.letter(step_id) if process and kind is Kind.LETTER else None
    if letter:
        return t("staff.entries.letter_named", title=letter.title)
    if kind is Kind.ASSIGN and owner:
        return t("staff.entries.assign_to", name=owner)
    return t(f"staff.entries.{kind}")


def at(desk: Desk, moment: datetime) -> str:
    return words.moment(moment.astimezone(desk.municipality.zone), desk.t)
