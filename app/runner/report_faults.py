"""What can be wrong in what a process says of reports that are made from its cases."""

from collections.abc import Collection, Iterator, Mapping

from app.runner import people_faults
from app.runner.definition import Form
from app.runner.faults import Fault
from app.runner.field import Field, twice
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField
from app.runner.form_faults import condition_faults
from app.runner.process import PROCESSES, Process, Step
from app.runner.reports import Put, Report

Found = Iterator[tuple[str, str]]
Fields = Mapping[str, Field]


def faults(process: Process) -> Found:
    """Yield what is wrong, looked at beside the steps: (key, reason)."""
    yield from twice("reports", (report.id for report in process.reports))
    for report in process.reports:
        at = f"reports.{report.id}"
        if report.of not in {people.id for people in process.people}:
            yield f"{at}.of", f"{report.of!r} finns inte under people"
        step = process.step(report.step)
        if step is None or not step.each_under:
            yield f"{at}.step", f"{report.step!r} är inget steg med each_under"
        else:
            yield from ((f"{at}.{key}", reason) for key, reason in step_faults(report, step))
        for number, put in enumerate(report.answers):
            if len(put.taken_from) != 1:
                places = "person, guardians, request, options, staff, contact"
                yield f"{at}.answers.{number}", f"{put.to!r} tas från ett ställe: {places}"


def step_faults(report: Report, step: Step) -> Found:
    """Yield why the step cannot be taken about them by the machine."""
    fields = people_faults.by_id(step)
    if report.of not in getattr(fields.get(step.about), "of", ()):
        yield "step", f"steget {step.id!r} gäller inte {report.of!r}"
    asked = fields.get(report.answer)
    if not isinstance(asked, OptionsField) or report.option not in asked.possible():
        yield "option", f"{report.answer!r} har inte alternativet {report.option!r}"
    for field in step.fields:
        if field.required and field.id not in {step.about, report.answer}:
            yield "step", f"steget kräver också {field.id!r}, som ingen svarar på"


def beside(
    processes: Mapping[str, Process], forms: Mapping[str, Form], unread: Collection[str] = ()
) -> Iterator[Fault]:
    """Yield what is wrong beside the forms: the one of the case, and the one that it becomes.

    A form that is `unread`, for what is wrong in its own file, is there all the same.
    """
    for process in processes.values():
        file = f"{PROCESSES}/{process.id}.toml"
        for report in process.reports:
            at = f"reports.{report.id}"
            if report.form not in {*forms, *unread}:
                yield Fault(file, f"{at}.form", f"formuläret {report.form!r} finns inte")
            elif report.form in forms and process.id in forms:
                found = form_faults(process, report, forms[process.id], forms[report.form])
                yield from (Fault(file, f"{at}.{key}", reason) for key, reason in found)


def form_faults(process: Process, report: Report, source: Form, target: Form) -> Found:
    there = {field.id: field for _, field in target.fields()}
    before: dict[str, Field] = {}
    for number, put in enumerate(report.answers):
        at, goal = f"answers.{number}", there.get(put.to)
        if goal is None:
            yield f"{at}.to", f"frågan {put.to!r} finns inte i {target.id}"
            continue
        yield from ((f"{at}.{key}", reason) for key, reason in goal_faults(put, goal))
        yield from ((f"{at}.{key}", reason) for key, reason in source_faults(put, source))
        known = known_of(process, report, source)
        if put.person and put.person not in known:
            yield f"{at}.person", f"{put.person!r} är inget som frågas om personen"
        adults = known_of_guardians(process)
        for name in sorted({*put.guardians.values()} - adults.keys()):
            yield f"{at}.guardians", f"{name!r} frågas inte om vårdnadshavaren"
        yield from condition_faults(f"{at}.if", put.if_, before)
        yield from condition_faults(f"{at}.person_if", put.person_if, known)
        yield from condition_faults(f"{at}.guardian_if", put.guardian_if, adults)
        before[goal.id] = goal


def goal_faults(put: Put, goal: Field) -> Found:
    """Yield why what is put in a question cannot stand there."""
    if put.guardians:
        inner = {field.id for field in goal.fields} if isinstance(goal, GroupField) else set()
        for name in sorted({*put.guardians} - inner):
            yield "guardians", f"{name!r} frågas inte i {goal.id!r}"
    elif put.options:
        for name in sorted({*put.options} - goal.possible()):
            yield "options", f"{name!r} är inget alternativ i {goal.id!r}"
    elif isinstance(goal, OptionsField | GroupField):
        yield "to", f"{goal.id!r} är ingen fråga med en text"
    if put.request and goal.kind != "long_text":
        yield "to", f"{goal.id!r} rymmer inte vad begäran sa: det ska vara en lång text"


def source_faults(put: Put, source: Form) -> Found:
    """Yield what cannot be taken from the request: what tells of others than the one."""
    here = {field.id: field for _, field in source.fields()}
    for name in put.request:
        if name not in here:
            yield "request", f"frågan {name!r} finns inte i {source.id}"
        elif isinstance(here[name], GroupField) or here[name].identifies:
            yield "request", f"{name!r} handlar om andra än den som anmälan gäller"


def known_of(process: Process, report: Report, source: Form) -> Fields:
    """Return what may be known of whom it is about: asked in the form's list, or in the step."""
    people = next((one for one in process.people if one.id == report.of), None)
    listed = next((f for _, f in source.fields() if people and f.id == people.begins), None)
    inner = {field.id: field for field in listed.fields} if isinstance(listed, GroupField) else {}
    adds = next((step for step in process.steps if step.adds == report.of), None)
    return {**inner, **(people_faults.by_id(adds) if adds else {})}


def known_of_guardians(process: Process) -> Fields:
    """Return what may be known of guardians, whichever sort of people they are."""
    lists = {people.guardians for people in process.people if people.guardians}
    sorts = {
        name
        for step in process.steps
        for field in step.fields
        if field.id in lists
        for name in getattr(field, "of", ())
    }
    steps = (step for step in process.steps if step.adds in sorts)
    return {field.id: field for step in steps for field in step.fields}
