"""The pages where staff write: a step of the process, a note, why a case is opened again.

Each is a page of the runner's, shown and taken in as a citizen's is. Nothing that was written is
lost: when somebody else was quicker it stands on the page that says so, and when the session has
run out it is there after signing in again (`kept`).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from app.casework import cases, steps
from app.casework.access import Staff
from app.casework.cases import LONGEST_NAME
from app.casework.group import acting
from app.casework.group.acting import NotForEach
from app.casework.group.consent import NoConsent
from app.casework.queue import QueueItem
from app.casework.refusals import (
    Changed,
    ClocksRunning,
    NotAgreed,
    NotExtended,
    NotReceived,
    StepImpossible,
    StepUnanswered,
)
from app.casework.rights import Act
from app.errors import PageMissing, SkyddsnatError
from app.runner import step_days
from app.runner.journey import UNFINISHED, Asked
from app.runner.process import Process, Step
from app.runner.texts import Interface
from app.runner.typed import Typed
from app.web.form import taking
from app.web.http.addresses import see
from app.web.http.posted import Inputs
from app.web.staff import case, grouped, handed, kept, ledger, tabs
from app.web.staff.desk import AtDesk, Desk, Posting, PostingTo, SignedIn, SignedInTo
from app.web.staff.errors import error_view, to_case
from app.web.staff.step_page import AS_NOTE, Writing, page, read, typed_of
from app.web.staff.work import happened, seen, version_of

router = APIRouter()
ABOUT = "vem"
"""Which of the people a step is about: nothing that tells who that is."""
IN_THE_WAY = (
    StepImpossible,
    NotAgreed,
    NotExtended,
    ClocksRunning,
    NotReceived,
    NoConsent,
    NotForEach,
)
"""What keeps a step from being taken, beside that somebody else was quicker."""
TEXT, NAME, UNTIL, NEVER = "text", "namn", "till", "aldrig"
WHOM, DAYS = "vilka", "dagar"
CHOSEN = {WHOM: "whom", DAYS: "days"}
"""What is chosen on a page of the machine's own, and what its act calls it."""


@router.get("/inkorg/arenden/{reference}/steg/{step_id}")
async def show_step(
    request: Request, desk: AtDesk, staff: SignedInTo, reference: str, step_id: str
) -> Response:
    """A step, with nothing written yet; about somebody in the case, with who that is."""
    writing = await step_of(desk, staff, reference, step_id)
    return await begun(request, about(writing, request.query_params.get(ABOUT, "")))


@router.post("/inkorg/arenden/{reference}/steg/{step_id}")
async def take_step(
    request: Request, desk: AtDesk, posted: PostingTo, reference: str, step_id: str
) -> Response:
    """Do the step, with what was written; where it sends the case, that is sealed first."""
    writing = await step_of(desk, posted.staff, reference, step_id)
    if writing.step.hands_over:
        to = desk.municipality.forms[writing.item.form_id].hand_over
        sealed = await handed.sealed(desk, posted.staff, writing.item.reference, to)
        writing = replace(writing, act=partial(writing.act, handing=sealed))
    return await taken(request, writing, posted.inputs)


@router.get("/inkorg/arenden/{reference}/anteckning")
async def show_note(request: Request, desk: AtDesk, staff: SignedInTo, reference: str) -> Response:
    """A note, with nothing written yet."""
    return await begun(request, note_on(desk, staff, await seen(desk, staff, reference)))


@router.post("/inkorg/arenden/{reference}/anteckning")
async def take_note(request: Request, desk: AtDesk, posted: PostingTo, reference: str) -> Response:
    """Keep the note."""
    item = await seen(desk, posted.staff, reference)
    return await taken(request, note_on(desk, posted.staff, item), posted.inputs)


@router.get("/inkorg/arenden/{reference}/oppna-igen")
async def show_reopen(request: Request, desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """Why a closed case is opened again, with nothing written yet."""
    item = await seen(desk, staff, reference, Act.REOPEN)
    return await begun(request, reopening(desk, staff, item))


@router.post("/inkorg/arenden/{reference}/oppna-igen")
async def reopen(request: Request, desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Open the case again."""
    item = await seen(desk, posted.staff, reference, Act.REOPEN)
    return await taken(request, reopening(desk, posted.staff, item), posted.inputs)


async def step_of(desk: Desk, staff: Staff, reference: str, step_id: str) -> Writing:
    """Return the page of a step. PageMissing when the process has none by that name."""
    item = await seen(desk, staff, reference)
    process = desk.rules.processes.get(item.form_id)
    step = process.step(step_id) if process else None
    if step is None:
        raise PageMissing
    then = then_of(process, step, item.reference) if process else ""
    if not (process and acting.looks_at_people(process, step)):
        act = partial(steps.run_step, step_id=step_id)
        return Writing(desk, staff, item, step, f"steg/{step_id}", act, then=then)
    group = await grouped.of_case(desk, staff, item.reference)
    act = partial(steps.run_step, step_id=step_id, group=group)
    step = acting.ready(process, step, group)
    return Writing(desk, staff, item, step, f"steg/{step_id}", act, then=then, group=group)


def then_of(process: Process, step: Step, reference: str) -> str:
    """Return where it goes on when a step has been taken: to where it is seen; "" to the case."""
    says = process.consents
    if tab := tabs.of_step(process, step):
        return tabs.address(reference, tab)
    if says and step.id in {says.step, says.told}:
        return f"{case.AT}/{reference}/{ledger.NAME}"
    return f"{case.AT}/{reference}/{grouped.NAME}" if step.about else ""


def about(writing: Writing, person_id: str) -> Writing:
    """Return a step as it begins when it is known which of the people it is about."""
    whom = writing.group.person(person_id) if writing.group else None
    return replace(writing, begins=acting.begun(writing.step, whom)) if whom else writing


def note_on(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    return Writing(desk, staff, item, own_step(desk.t, "note"), "anteckning", cases.note)


def reopening(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    return Writing(desk, staff, item, own_step(desk.t, "reopen"), "oppna-igen", cases.reopen)


def own_step(t: Interface, name: str, *before: Mapping[str, object]) -> Step:
    """Return an act of the machine's own, where a text is written after other fields, as a step."""
    field = {
        "kind": "long_text",
        "id": TEXT,
        "label": t(f"staff.{name}.label"),
        "hint": t(f"staff.{name}.hint"),
        "max": cases.LONGEST_NOTE,
        "rows": 10,
        "required": True,
        "errors": {"missing": t(f"staff.{name}.missing")},
    }
    page = {"title": t(f"staff.{name}.title"), "button": t(f"staff.{name}.button")}
    unused = {"roles": ["handlaggare"], "from": ["ny"]}
    return Step.model_validate({"id": name, **page, **unused, "fields": [*before, field]})


async def begun(request: Request, writing: Writing) -> Response:
    """Return the page as it is before anything is written; that it is impossible, when it is.

    What was written here when the session ran out stands on it, made from the version seen then.
    """
    desk, item = writing.desk, writing.item
    words = await kept.words(request, desk, writing.staff)
    if words and words.path == request.url.path:
        typed = typed_of(writing.step, words.typed)
        version, here = version_of(words.typed), desk.t("staff.kept.here")
        return page(writing, read(writing, typed), typed, version=version, kept=here)
    if writing.process and writing.process.step(writing.step.id) and not possible(writing):
        title = desk.t("staff.changed.impossible")
        somehow = desk.t("staff.changed.somehow")
        return error_view(
            desk, 409, title, somehow, writing.staff, back=to_case(desk, writing.back)
        )
    return page(writing, read(writing, writing.begins), writing.begins, version=item.version)


def possible(writing: Writing) -> bool:
    """Tell whether a step can be taken from where the case is."""
    return writing.item.state in writing.step.from_


async def taken(request: Request, writing: Writing, inputs: Inputs) -> Response:
    """Do what was posted. What is wrong, or in the way, is said beside what was written."""
    step, version = writing.step, version_of(inputs)
    typed = typed_of(step, inputs)
    if taking.goes_aside(inputs):
        typed = taking.arranged(step.page, typed, inputs)
        typed = {name: values for name, values in typed.items() if name != UNFINISHED}
        return page(writing, read(writing, typed), typed, version=version)
    asked = read(writing, typed)
    if AS_NOTE in inputs and not asked.problems:
        writing, typed = as_note(writing, asked)
        asked = read(writing, typed)
    if asked.problems:
        return page(writing, asked, typed, version=version, status=StepUnanswered.status)
    try:
        await carry_out(writing, typed, asked, version)
    except (Changed, *IN_THE_WAY) as wrong:
        return await overtaken(writing, asked, typed, wrong)
    response = see(writing.then or writing.back)
    await kept.forget(request, writing.desk, response)
    return response


async def carry_out(writing: Writing, typed: Typed, asked: Asked, version: int) -> None:
    # A question of a step's own may be called as one of ours is.
    is_step = writing.name.startswith("steg/")
    written = {"typed": typed} if is_step else own_words(writing, asked)
    desk = writing.desk
    work = partial(
        writing.act,
        rules=desk.rules,
        staff=writing.staff,
        reference=writing.item.reference,
        now=desk.clock.now(),
        version=version,
        **written,
    )
    await cases.carry_out(desk.database, work)


def own_words(writing: Writing, asked: Asked) -> Mapping[str, object]:
    """Return what was written in an act of the machine's own, by what the act calls it."""
    written: dict[str, object] = {"asked": asked}
    if TEXT in asked.answers:
        text = str(asked.answers[TEXT].data)
        written = {"text" if writing.name == "anteckning" else "reason": text}
    if NAME in asked.answers:
        written["name"] = str(asked.answers[NAME].data)[:LONGEST_NAME]
    for name in CHOSEN.keys() & asked.answers.keys():
        [written[CHOSEN[name]]] = asked.answers[name].choices
    if NEVER in asked.answers:
        written["never"] = True
    if any(field.id == UNTIL for field in asked.fields):
        written["until"] = step_days.day_of(asked, UNTIL)
    return written


async def overtaken(
    writing: Writing, asked: Asked, typed: Typed, wrong: SkyddsnatError
) -> Response:
    """Return the page that says what is in the way, with what was written still there.

    Where the step can no longer be taken, it can be kept as a note.
    """
    desk = writing.desk
    item = await seen(desk, writing.staff, writing.item.reference)
    what = happened(desk, wrong, writing.process)
    is_step = writing.name.startswith("steg/")
    gone = isinstance(wrong, StepImpossible) or (is_step and item.state not in writing.step.from_)
    if gone and not asked.answers:
        title = desk.t("staff.changed.title")
        return error_view(desk, 409, title, what, writing.staff, back=to_case(desk, writing.back))
    if gone:
        what = f"{what} {desk.t('staff.changed.as_note')}"
        writing, typed = as_note(replace(writing, item=item), asked)
        asked = read(writing, typed)
    return page(writing, asked, typed, version=item.version, status=409, changed=what, wrong=wrong)


def as_note(writing: Writing, asked: Asked) -> tuple[Writing, Typed]:
    """Return the page of a note with what was answered on another page, as one text."""
    note = note_on(writing.desk, writing.staff, writing.item)
    return note, {TEXT: (as_text(asked),)}


def as_text(asked: Asked) -> str:
    """Return what was answered as one text: each question with its lines."""
    told = (
        "\n".join((field.label, *asked.answers[field.id].lines))
        for field in asked.fields
        if field.id in asked.answers
    )
    return "\n\n".join(told)
