"""A report about one of the people of a case, by one press: "Gör en orosanmälan".

The form stands there with what is known and what the request said, to be read, changed and sent by
who makes it: nothing is sent before they say that they have read it. What is written is kept as a
report that is written down for somebody is (`entering`); and it is said in the case that it is done
in the same transaction as it is handed in.
"""

from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.exc import IntegrityError

from app.casework import reporting, unsaved, written_down
from app.casework.cases import carry_out
from app.casework.refusals import Changed, StepImpossible
from app.casework.reporting import AlreadyMade, Sent
from app.casework.written_down import Begun, Found
from app.errors import DatabaseUnavailable
from app.intake import submit
from app.intake.submit import Ready
from app.runner.taken_in import Channel, TakenIn
from app.storage.changes import Overtaken
from app.web.form import questions, taking
from app.web.http.addresses import see
from app.web.http.posted import Inputs, first
from app.web.shown.views import LinkView, RowView
from app.web.staff import case, entering, grouped, kept, let_in
from app.web.staff.desk import AtDesk, PostingTo, SignedInTo
from app.web.staff.entry import SAVE, WAS, now_of, was_of
from app.web.staff.entry_views import ReportedView, ReportFormView
from app.web.staff.errors import error_view
from app.web.staff.report_place import ReportPlace, WrittenReport, place, read_step
from app.web.staff.views import ActionView

router = APIRouter()
AT = "/inkorg/arenden/{reference}/anmalan/{report_id}/{whom_id}"


async def looked_at(
    request: Request,
    desk: AtDesk,
    staff: SignedInTo,
    reference: str,
    report_id: str,
    whom_id: str,
) -> ReportPlace:
    return await place(
        request, desk, staff, reference=reference, report_id=report_id, whom_id=whom_id
    )


async def posted_to(
    request: Request,
    desk: AtDesk,
    posted: PostingTo,
    reference: str,
    report_id: str,
    whom_id: str,
) -> ReportPlace:
    return await place(
        request, desk, posted.staff, reference=reference, report_id=report_id, whom_id=whom_id
    )


Looking = Annotated[ReportPlace, Depends(looked_at)]
PostedTo = Annotated[ReportPlace, Depends(posted_to)]


@router.get(AT)
async def show(request: Request, here: Looking) -> Response:
    """The form, with what is known of whom it is about, or with what has been written since."""
    desk, hinder = here.desk, here.hindered()
    late, found, made = (
        await kept.words(request, desk, here.staff),
        await here.found(),
        await here.made(),
    )
    if late is not None and late.path == here.at:
        begun = found.begun if found and not found.begun.reference else Begun(now_of(here))
        written = WrittenReport.of(here, late.typed, begun)
        return page(written, was_of(found), said=desk.t("staff.enter.late"))
    if made and (found is None or found.begun.reference):
        return see(here.receipt)
    if found is None and hinder:
        title = here.about.report.title
        return error_view(desk, 409, title, hinder, here.staff, back=here.back)
    if found is None or found.begun.reference:
        begun = Begun(now_of(here), typed=here.begins().typed)
        return page(WrittenReport(here, begun), was_of(found))
    trouble = here.already(made) if made else hinder
    written = WrittenReport(here, found.begun)
    return page(written, was_of(found), said=entering.saved(here, found.begun), trouble=trouble)


@router.post(AT)
async def write(request: Request, here: PostedTo, posted: PostingTo) -> Response:
    """Keep what is written, or hand it in; what is wrong is said beside what is written."""
    inputs, was, found = posted.inputs, first(posted.inputs, WAS), await here.found()
    if found is None or (found.begun.reference and await here.made() is None):
        here, found = await here.begin()
        was = was_of(found)
    if found.begun.reference:
        return see(here.receipt)
    written = WrittenReport.of(here, inputs, found.begun)
    response = await done(written, found, was, inputs)
    late = await kept.words(request, here.desk, here.staff)
    if late is not None and late.path == here.at:
        await kept.forget(request, here.desk, response)
    here.give_secret(response)
    return response


async def done(written: WrittenReport, found: Found, was: str, inputs: Inputs) -> Response:
    """Do what was pressed, and return what comes of it."""
    here = written.here
    if was != was_of(found):
        return changed(written, found)
    aside = taking.goes_aside(inputs) or SAVE in inputs
    if not (aside or written.wrong):
        return await handed_in(written, found)
    # That it has been read is said of what is sent, and never kept.
    head = await WrittenReport(here, replace(written.begun, came={})).save(found)
    if head is None:
        return changed(written, await here.found())
    if aside:
        return see(f"{here.at}{written.place_of(inputs)}")
    return page(written, head.hex(), status=422)


async def handed_in(written: WrittenReport, found: Found) -> Response:
    """Hand it in. What somebody else has done with the case meanwhile is looked at first."""
    here = written.here
    for _ in range(submit.DRAWS_MOST):
        if hinder := here.hindered():
            return await stays(written, found, hinder)
        try:
            await send(written, found)
        except IntegrityError:  # the reference is taken, or somebody was there at the same moment
            continue
        except Changed:
            here = await anew(here)
            written = replace(written, here=here)
            continue
        except AlreadyMade as wrong:
            return await stays(written, found, here.already(wrong.made))
        except StepImpossible:
            return await stays(written, found, here.desk.t("staff.changed.somehow"))
        except Overtaken:
            return changed(written, await here.found())
        return see(here.receipt)
    raise DatabaseUnavailable("no reference is free")


async def send(written: WrittenReport, found: Found) -> None:
    """Hand it in and say so in the case, durably. Errors as for `reporting.hand_in`."""
    here, now = written.here, now_of(written.here)
    key, desk = here.key, here.desk
    if key is None:
        raise Overtaken
    ready = ready_to_store(written)
    reference = ready.receipt.reference
    begun = Begun(found.begun.began_at, reference=reference)
    gone, _ = written_down.changed(key, found.was, begun, now=now)
    name, time = here.staff.name, case.at(desk, now)
    said = desk.t("staff.report.done", reference=reference, name=name, time=time)
    await carry_out(
        desk.database,
        partial(
            reporting.hand_in,
            rules=desk.rules,
            staff=here.staff,
            reference=here.read.item.reference,
            version=here.read.item.version,
            about=here.about,
            sent=Sent(ready.changes + gone, ready.submission_id, said),
            now=now,
        ),
    )


def ready_to_store(written: WrittenReport) -> Ready:
    """Return the report as it is stored: sealed to whom the form's reports go."""
    here, now = written.here, now_of(written.here)
    return submit.stored(
        here.form,
        written.way().typed,
        language=here.desk.site.language,
        reception=here.desk.to_enter[here.form.id].reception,
        now=now,
        taken_in=TakenIn(Channel.CASE, here.staff.name, now),
    )


async def anew(here: ReportPlace) -> ReportPlace:
    """Return the place as the case is now: somebody has done something with it."""
    read = await grouped.opened(here.desk, here.staff, here.read.item.reference)
    group = grouped.group_of(here.desk, here.process, read)
    same = (each for each in group.people if here.about.whom.id in {each.id, *each.also})
    whom = max(same, key=lambda each: not each.left, default=here.about.whom)
    return replace(here, read=read, about=replace(here.about, group=group, whom=whom))


async def stays(written: WrittenReport, found: Found, trouble: str) -> Response:
    """Say why it is not sent, with what was written kept, and still there."""
    head = await written.save(found)
    was = head.hex() if head else was_of(found)
    return page(written, was, status=409, trouble=trouble)


def changed(written: WrittenReport, found: Found | None) -> Response:
    """Say that it was changed in another tab meanwhile: here it stands as it was written here."""
    here = written.here
    if found and found.begun.reference:
        return see(here.receipt)
    text = here.desk.t("staff.enter.changed")
    return page(written, was_of(found), status=409, trouble=text)


@router.post(f"{AT}/kasta")
async def throw_away(here: PostedTo) -> Response:
    """Throw away what is written: nothing of it has been handed in."""
    if (key := here.key) is not None:
        await here.desk.database.write(lambda connection: unsaved.forget(connection, key))
    return see(here.back.href)


@router.get(f"{AT}/kvitto")
async def show_receipt(here: Looking) -> Response:
    """That it has been sent: the reference, who made it, where it goes."""
    made, desk = await here.made(), here.desk
    if made is None:
        return see(here.at)
    rows = (
        RowView(desk.t("receipt.received"), (case.at(desk, made.at),)),
        RowView(desk.t("staff.report.made_by"), (made.by,)),
    )
    title = desk.t("staff.report.sent_title", what=here.about.report.made)
    view = ReportedView(
        title=title,
        reference=made.reference,
        rows=rows,
        to=desk.t("staff.report.to", unit=let_in.unit_name(desk, made.unit)),
        links=(here.back, LinkView(here.of_case, desk.t("staff.changed.back"))),
    )
    return desk.page("staff/reported.html", title=title, staff=here.staff, reported=view)


def page(
    written: WrittenReport, was: str, *, status: int = 200, said: str = "", trouble: str = ""
) -> Response:
    """Return the page, with what is written on it; what is wrong is said when that stops it."""
    here = written.here
    desk, t, report = here.desk, here.desk.t, here.about.report
    judged = status == 422  # noqa: PLR2004 - what must be put right
    long = written.long_page(judged=judged)
    sections, rest = tuple(long.sections()), long.rest()
    asked = (each for section in sections for each in section.pages)
    step = read_step(here)
    problems = step.read(written.begun.came, today=written.day).problems if judged else {}
    [box] = step.fields
    read = questions.field_view(
        box, step.page, problems.get(box.id, ()), written.begun.came, t, required=True
    )
    fields = [*(each for one in (*asked, *rest) for each in one.fields), read]
    view = ReportFormView(
        title=report.title,
        came=(),
        sections=sections,
        rest=rest,
        errors=tuple(
            (f"#{place}", text) for each in fields for place, text in questions.all_errors(each)
        ),
        said=said,
        trouble=trouble,
        act=ActionView(here.at, desk.token(here.staff)),
        was=was,
        throw_away=ActionView(f"{here.at}/kasta", desk.token(here.staff)),
        back=here.back,
        send=t("staff.report.send"),
        aloud=t("staff.report.beside"),
        whom=here.name,
        intro=report.intro,
        named=written.named,
        answered=here.answered,
        read=read,
    )
    title = f"{report.title} {here.read.item.reference}"
    title = t("site.title_error", title=title) if view.errors else title
    return desk.page(
        "staff/report_form.html", title=title, staff=here.staff, status=status, entering=view
    )
