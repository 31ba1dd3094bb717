"""What can be wrong in the definition of one process, looked at by itself and beside its form."""

from collections.abc import Collection, Iterable, Iterator

from app.runner import (
    clock_faults,
    districts,
    letter_faults,
    people_faults,
    plan_faults,
    report_faults,
    step_tallying,
    tab_faults,
)
from app.runner.clocks import OPENED, RECEIVED, Clock
from app.runner.field import Field, twice
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField
from app.runner.form_faults import check_faults, condition_faults
from app.runner.process import MACHINES_OWN, NEW, TAKEN, Process, Record, Step

RECORDS: tuple[Record, ...] = ("external", "here")
Found = Iterator[tuple[str, str]]


def faults(process: Process, forms: Collection[str]) -> list[tuple[str, str]]:
    """Return everything that is wrong with the definition: (key, reason).

    `forms` are those there are.
    """
    found = [*name_faults(process), *state_faults(process)]
    if process.id not in forms:
        found.append(("id", f"formuläret {process.id!r} finns inte"))
    for step in process.steps:
        found += step_faults(process, step)
    found += outcome_faults(process)
    for clock in process.clocks:
        found += clock_faults.faults(process, clock)
    found += people_faults.faults(process)
    found += plan_faults.faults(process)
    found += tab_faults.faults(process)
    found += report_faults.faults(process)
    found += letter_faults.faults(process)
    found += step_tallying.faults(process)
    ids = [state.id for state in process.states]
    whole = ids[0] == NEW and TAKEN in ids and any(state.ends for state in process.states)
    return [*found, *(way_faults(hoped_for(process)) if whole else ())]


def name_faults(process: Process) -> Found:
    yield from twice("states", (state.id for state in process.states))
    yield from twice("outcomes", (outcome.id for outcome in process.outcomes))
    yield from twice("clocks", (clock.id for clock in process.clocks))
    yield from twice("steps", (step.id for step in process.steps))


def state_faults(process: Process) -> Found:
    ids = [state.id for state in process.states]
    if ids[0] != NEW:
        yield "states", f"det första läget heter {NEW!r}: där börjar alla ärenden"
    if TAKEN not in ids:
        yield "states", f"läget {TAKEN!r} saknas: dit kommer den som tar ett ärende"
    if not any(state.ends for state in process.states):
        yield "states", "inget läge avslutar (ends = true)"
    for state in process.states:
        if state.ends and state.id in {NEW, TAKEN}:
            yield f"states.{state.id}.ends", "läget kan inte avsluta"


def step_faults(process: Process, step: Step) -> Found:
    at = f"steps.{step.id}"
    ends = {state.id for state in process.states if state.ends}
    known = {state.id for state in process.states}
    if step.id in MACHINES_OWN:
        yield at, "stegets id är upptaget"
    for name in sorted({*step.from_} - known):
        yield f"{at}.from", f"läget {name!r} finns inte under states"
    for name in sorted({*step.from_} & ends):
        yield f"{at}.from", f"läget {name!r} avslutar: därifrån kan ett ärende bara öppnas igen"
    if step.to and step.to not in known:
        yield f"{at}.to", f"läget {step.to!r} finns inte under states"
    for key, names in (
        ("after", step.after),
        ("confirms", [step.confirms] if step.confirms else ()),
        ("agreed_by.step", [step.agreed_by.step] if step.agreed_by else ()),
    ):
        for name in names:
            if name == step.id or process.step(name) is None:
                yield f"{at}.{key}", f"steget {name!r} finns inte före det här"
    yield from question_faults(at, step)


def question_faults(at: str, step: Step) -> Found:
    """Yield what is wrong with the page of a step; conditions look at the questions before."""
    yield from twice(f"{at}.fields", (field.id for field in step.fields))
    yield from twice(f"{at}.notes", (note.id for note in step.notes))
    yield from twice(f"{at}.checks", (check.check for check in step.checks))
    yield from districts.out_of_place(f"{at}.fields", step.fields)
    for note in step.notes:
        if note.ask_if or note.offer:
            yield f"{at}.notes.{note.id}", "en ruta i ett steg visas alltid, och erbjuder inget"
    earlier: dict[str, Field] = {}
    for field in step.fields:
        here = f"{at}.fields.{field.id}"
        yield from ((f"{here}.{key}", reason) for key, reason in field.faults())
        if field.child:
            yield f"{here}.child", "bara det som anmäls jämförs, inte det som personalen skriver"
        if isinstance(field, GroupField):
            yield f"{here}.kind", "ett steg är en enda sida: dit läggs inget till"
        yield from condition_faults(f"{here}.ask_if", field.ask_if, earlier)
        yield from condition_faults(f"{here}.required_if", field.required_if, earlier)
        earlier[field.id] = field
    if step.agreed_by:
        yield from condition_faults(f"{at}.agreed_by.if", step.agreed_by.if_, earlier)
    yield from check_faults(at, step.page, earlier)
    yield from decision_faults(at, step, earlier.get(step.outcome))


def decision_faults(at: str, step: Step, field: Field | None) -> Found:
    """Yield what is wrong with how a step decides: always, and never but by what it says."""
    if not step.decides:
        if step.outcome or step.outcome_is:
            yield f"{at}.decides", "ett steg med utfall är ett beslut: decides = true"
        return
    if bool(step.outcome) == bool(step.outcome_is):
        yield f"{at}.outcome", "ett beslut har antingen outcome eller outcome_is"
    elif step.outcome and not isinstance(field, OptionsField):
        yield f"{at}.outcome", f"{step.outcome!r} är ingen fråga med alternativ i steget"
    elif field and not (field.required and field.most_values(field.id) == 1 and not field.ask_if):
        yield f"{at}.outcome", f"{step.outcome!r} ska alltid frågas, krävas och ha ett enda svar"


def outcome_faults(process: Process) -> Found:
    """Yield the choices without an outcome, and the outcomes that nothing comes to."""
    known, used = {outcome.id for outcome in process.outcomes}, set[str]()
    for step in process.steps:
        field = next((field for field in step.fields if field.id == step.outcome), None)
        codes = field.possible() if field else {step.outcome_is} - {""}
        for code in sorted(codes - known):
            yield f"steps.{step.id}.outcome", f"utfallet {code!r} finns inte under outcomes"
        used |= codes
    for code in sorted(known - used):
        yield f"outcomes.{code}", "inget beslut har det utfallet"


def hoped_for(process: Process) -> Process:
    """Return the process where what points at nothing points at everything it may have meant.

    What cannot be walked even then cannot be, whatever is put right of that.
    """
    states = [state.id for state in process.states]
    ends = [state.id for state in process.states if state.ends]
    working = [name for name in states if name not in ends]
    steps: list[Step] = []
    for step in process.steps:
        whole = {*step.from_} <= {*working}
        from_ = step.from_ if whole else tuple(working)
        goals = [step.to] if not step.to or step.to in states else states
        steps += (step.model_copy(update={"from_": from_, "to": goal}) for goal in goals)
    known = {step.id for step in steps} | {OPENED}
    clocks = tuple(
        clock
        if known.issuperset(clock.stopped_by)
        else clock.model_copy(update={"stopped_by": (OPENED,)})
        for clock in process.clocks
    )
    return process.model_copy(update={"steps": tuple(steps), "clocks": clocks})


def way_faults(process: Process) -> Found:
    """Yield where a case would be stuck, wherever the documentation is kept."""
    kept = [
        process.kept(record, connected=connected).steps
        for record in RECORDS
        for connected in (False, True)
    ]
    reached = set[str]().union(*(walk({NEW}, steps) for steps in kept))
    for state in process.states:
        if state.id not in reached:
            yield f"states.{state.id}", "inget steg leder hit"
    for steps in kept:
        yield from stuck(process, steps)


def stuck(process: Process, steps: Collection[Step]) -> Found:
    """Yield the states that cannot be left, and the clocks that cannot be stopped."""
    ends = {state.id for state in process.states if state.ends}
    for name in sorted(walk({NEW}, steps)):
        if not walk({name}, steps) & ends:
            yield f"states.{name}", "härifrån leder inget till ett slut"
    for clock in process.clocks:
        if OPENED in clock.stopped_by:
            continue
        stops = {name for step in steps if step.id in clock.stopped_by for name in step.from_}
        for name in sorted(running(clock, steps) - ends):
            if not walk({name}, steps) & stops:
                yield f"clocks.{clock.id}", f"kan inte stoppas från läget {name!r}"


def running(clock: Clock, steps: Collection[Step]) -> set[str]:
    """Return the states in which a clock may be running."""
    others = [step for step in steps if step.id not in clock.stopped_by]
    if clock.starts == RECEIVED:
        return walk({NEW}, others)
    first = [step for step in steps if step.id == clock.starts]
    return walk({name for step in first for name in ([step.to] if step.to else step.from_)}, others)


def walk(states: Iterable[str], steps: Collection[Step]) -> set[str]:
    """Return the states that can be come to from some states, and those themselves."""
    found = set(states)
    if NEW in found:
        found.add(TAKEN)  # Somebody can always take it: that is an act of the machine's own.
    for _ in steps:
        found |= {step.to for step in steps if step.to and found & {*step.from_}}
    return found
