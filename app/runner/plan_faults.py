"""What can be wrong in what a process says must be there before a meeting."""

from collections.abc import Iterator, Mapping

from app.runner.field import Field
from app.runner.fields.options import CheckboxesField
from app.runner.form_faults import condition_faults
from app.runner.people_faults import by_id, purposes
from app.runner.plan import Plan
from app.runner.process import Process

Found = Iterator[tuple[str, str]]


def faults(process: Process) -> Found:
    """Yield what is wrong, looked at beside the steps and the people: (key, reason)."""
    plan = process.plan
    if plan is None:
        return
    sort = next((people for people in process.people if people.id == plan.of), None)
    if sort is None or not sort.guardians:
        yield "plan.of", f"{plan.of!r} är inga people med guardians"
    for name in sorted({*plan.purposes} - purposes(process)):
        yield "plan.purposes", f"ändamålet {name!r} finns inte"
    asks = [step for step in process.steps if step.invites]
    if process.invitations is None or len(asks) != 1:
        yield "plan", "kräver invitations, och ett enda steg med invites"
        return
    planned = process.step(process.invitations.step)
    yield from meeting_faults(plan, by_id(planned) if planned else {})
    yield from condition_faults_of(
        plan, ("answered", "declined", "reminded", "booked"), by_id(asks[0])
    )
    yield from guardian_faults(process, plan)


def meeting_faults(plan: Plan, fields: Mapping[str, Field]) -> Found:
    for key, names in (("when", plan.when), ("more", plan.more)):
        for name in names:
            if name not in fields:
                yield f"plan.{key}", f"{name!r} frågas inte i steget där mötet planeras"
    if plan.comes and not isinstance(fields.get(plan.comes), CheckboxesField):
        yield "plan.comes", f"{plan.comes!r} är inga checkboxes i steget där mötet planeras"


def guardian_faults(process: Process, plan: Plan) -> Found:
    """Yield what is not asked of those who are guardians."""
    sort = next((people for people in process.people if people.id == plan.of), None)
    adds = next((step for step in process.steps if sort and step.adds == sort.id), None)
    asked = by_id(adds).get(sort.guardians) if adds and sort else None
    steps = [step for step in process.steps if step.adds in getattr(asked, "of", ())]
    for step in steps:
        yield from condition_faults_of(plan, ("interpreter",), by_id(step))


def condition_faults_of(plan: Plan, keys: tuple[str, ...], fields: Mapping[str, Field]) -> Found:
    for key in keys:
        yield from condition_faults(f"plan.{key}", getattr(plan, key), fields)
