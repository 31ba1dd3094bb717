"""What can be wrong in what a process says of the people in its cases, and of their consent."""

from collections.abc import Iterator, Mapping
from typing import TypeGuard

from app.runner.field import Field, twice
from app.runner.fields.date import DateField
from app.runner.fields.group import GroupField
from app.runner.fields.options import CheckboxesField, OptionsField, RadiosField
from app.runner.people import ALL_KNOWN, NOT_PROTECTED, SAYS, Consents, Invitations, People
from app.runner.process import Process, Step

Found = Iterator[tuple[str, str]]
Fields = Mapping[str, Field]


def faults(process: Process) -> Found:
    """Yield what is wrong, looked at beside the steps: (key, reason)."""
    yield from twice("people", (people.id for people in process.people))
    begin = [people.id for people in process.people if people.begins]
    # They are known by their place in the request.
    yield from (("people.begins", f"{name!r} kan inte också börja där") for name in begin[1:])
    known = {people.id for people in process.people}
    for step in process.steps:
        yield from step_faults(process, step, known)
    for people in process.people:
        adds = next((step for step in process.steps if step.adds == people.id), None)
        if adds is None:
            yield f"people.{people.id}", "inget steg lägger till dem (adds)"
        else:
            yield from told_faults(people, by_id(adds))
            yield from letter_faults(people, by_id(adds))
    if process.consents:
        yield from consent_faults(process, process.consents)
    if process.invitations:
        yield from invitation_faults(process, process.invitations)
    for step in process.steps:
        if step.invites and not (process.invitations and step.about):
            at = f"steps.{step.id}.invites"
            yield at, "kräver invitations, och att steget gäller någon (about)"
        if step.needs and not (process.consents and step.about):
            yield f"steps.{step.id}.needs", "kräver consents, och att steget gäller någon (about)"
    if not asks_the_municipality(process):
        yield from need_faults(process)


def need_faults(process: Process) -> Found:
    """Yield the purposes that a step needs and nobody can say yes to.

    Where the municipality has purposes of its own, it is known first when they are in the process.
    """
    for step in process.steps:
        for name in sorted({*step.needs} - purposes(process)):
            yield f"steps.{step.id}.needs", f"ändamålet {name!r} finns inte"


def asks_the_municipality(process: Process) -> bool:
    """Tell whether a municipality may have purposes beside those of the process."""
    asked = consent_question(process)
    return isinstance(asked, OptionsField) and asked.options_from is not None


def step_faults(process: Process, step: Step, known: set[str]) -> Found:
    at = f"steps.{step.id}"
    for field in step.fields:
        if isinstance(field, OptionsField):
            for name in sorted({*field.of} - known):
                yield f"{at}.fields.{field.id}.of", f"{name!r} finns inte under people"
    if step.adds and step.adds not in known:
        yield f"{at}.adds", f"{step.adds!r} finns inte under people"
    if step.adds and sum(one.adds == step.adds for one in process.steps) > 1:
        yield f"{at}.adds", "bara ett steg lägger till dem"
    for key, name in (("about", step.about), ("same_as", step.same_as)):
        if name:
            yield from ((f"{at}.{key}", reason) for reason in chosen_faults(step, name))
    yield from ((f"{at}.{key}", reason) for key, reason in whom_faults(step))


def whom_faults(step: Step) -> Found:
    """Yield where it is not said whom a step is about, and must be."""
    if (step.same_as or step.leaves) and (step.adds or not step.about):
        yield "about", "ska säga vem det gäller, i ett steg som inte lägger till någon"
    if step.each_under and (step.adds or not step.about):
        yield "each_under", "kräver ett steg om någon (about), som inte lägger till den"
    if step.adds and not step.about:
        yield "about", "saknas: den fråga som säger vem som rättas"


def chosen_faults(step: Step, name: str) -> Iterator[str]:
    """Yield what is wrong with the question by which somebody is chosen in a step."""
    asked = by_id(step).get(name)
    if not is_one_of_them(asked):
        yield f"{name!r} är inga radios med of i steget"
    elif step.adds and (asked.required or asked.of != (step.adds,)):
        yield f"{name!r} ska gälla {step.adds!r}, och får inte krävas"
    elif not step.adds and not (asked.required and not asked.ask_if):
        yield f"{name!r} ska alltid frågas, och krävas"


def told_faults(people: People, fields: Fields) -> Found:
    """Yield which questions about somebody are missing; `fields` are of the step that adds."""
    at = f"people.{people.id}"
    if people.name not in fields:
        yield f"{at}.name", f"frågan {people.name!r} finns inte i steget som lägger till dem"
    for name in people.born:
        if name not in fields or fields[name].kind not in {"age", "date", "person_number"}:
            yield f"{at}.born", f"{name!r} är ingen fråga om ålder, datum eller personnummer"
    if people.guardians and not getattr(fields.get(people.guardians), "of", ()):
        yield f"{at}.guardians", f"{people.guardians!r} är ingen fråga med of i steget"
    if bool(people.guardians) != bool(people.all_known):
        yield f"{at}.all_known", "hör ihop med guardians: båda eller ingen"
    elif people.all_known and not offers(fields.get(people.all_known), ALL_KNOWN):
        yield f"{at}.all_known", f"{people.all_known!r} har inte alternativet {ALL_KNOWN!r}"


def letter_faults(people: People, fields: Fields) -> Found:
    """Yield which questions that letters are made by are missing."""
    at = f"people.{people.id}"
    if people.protected and not offers(fields.get(people.protected), NOT_PROTECTED):
        yield f"{at}.protected", f"{people.protected!r} har inte alternativet {NOT_PROTECTED!r}"
    if people.address and people.address not in fields:
        yield f"{at}.address", f"frågan {people.address!r} finns inte i steget"
    if people.language and not isinstance(fields.get(people.language), OptionsField):
        yield f"{at}.language", f"{people.language!r} är ingen fråga med alternativ i steget"


def consent_faults(process: Process, consents: Consents) -> Found:
    step = process.step(consents.step)
    if step is None or not step.about or step.adds:
        yield "consents.step", f"{consents.step!r} är inget steg om någon (about)"
        return
    fields = by_id(step)
    if not isinstance(fields.get(consents.purpose), OptionsField):
        yield "consents.purpose", f"{consents.purpose!r} är ingen fråga med alternativ i steget"
    if not is_one_of_them(fields.get(consents.who)):
        yield "consents.who", f"{consents.who!r} är inga radios med of i steget"
    if not all(offers(fields.get(consents.say), word) for word in SAYS):
        yield "consents.say", f"ska ha alternativen {', '.join(sorted(SAYS))}"
    yield from silent_faults(consents, fields)
    for key, name, needed in (("on", consents.on, True), ("until", consents.until, False)):
        asked = fields.get(name)
        if not isinstance(asked, DateField) or asked.approximate or (needed and not asked.required):
            yield f"consents.{key}", f"{name!r} är inget datum" + " som krävs" * needed
    for key, names in (("own", consents.own), ("adults", consents.adults)):
        for name in sorted({*names} - purposes(process)):
            yield f"consents.{key}", f"ändamålet {name!r} finns inte"
    yield from scope_faults(process, consents, fields)


def silent_faults(consents: Consents, fields: Fields) -> Found:
    """Yield without what somebody may be written down to have said something."""
    for key, name in (("purpose", consents.purpose), ("who", consents.who), ("say", consents.say)):
        asked = fields.get(name)
        if asked and not (asked.required and not asked.ask_if):
            yield f"consents.{key}", f"{name!r} ska alltid frågas, och krävas"


def scope_faults(process: Process, consents: Consents, fields: Fields) -> Found:
    """Yield what is wrong with how it is said what a yes is to; `fields` are of its step."""
    named = [("data", name) for name in consents.data]
    if consents.authorities:
        named.append(("authorities", consents.authorities))
    for key, name in named:
        asked = fields.get(name)
        if not isinstance(asked, CheckboxesField) or asked.of:
            yield f"consents.{key}", f"{name!r} är inga checkboxes med options i steget"
    yield from twice(
        "consents.data",
        (option for name in consents.data if name in fields for option in fields[name].possible()),
    )
    step = process.step(consents.told)
    if consents.told and (step is None or not step.about or step.adds):
        yield "consents.told", f"{consents.told!r} är inget steg om någon (about)"


def invitation_faults(process: Process, invitations: Invitations) -> Found:
    if not process.consents or invitations.purpose not in process.consents.adults:
        yield "invitations.purpose", f"{invitations.purpose!r} står inte i consents.adults"
    step = process.step(invitations.step)
    if step is None or step.about:
        yield "invitations.step", f"{invitations.step!r} är inget steg, eller gäller någon (about)"
        return
    asked = by_id(step).get(invitations.day)
    if not isinstance(asked, DateField) or asked.approximate or not asked.required:
        yield "invitations.day", f"{invitations.day!r} är inget datum som krävs"


def begin_faults(people: People, asked: Field | None) -> Found:
    """Yield what is wrong with the question in the form that people begin as."""
    if people.begins and not isinstance(asked, GroupField):
        at = f"people.{people.id}.begins"
        yield at, f"{people.begins!r} är ingen fråga i formuläret som räknar upp flera"


def purposes(process: Process) -> frozenset[str]:
    """Return the purposes that somebody may say yes to."""
    asked = consent_question(process)
    return asked.possible() if asked else frozenset()


def consent_question(process: Process) -> Field | None:
    """Return the question whose options are the purposes; None where there is none."""
    step = process.step(process.consents.step) if process.consents else None
    return by_id(step).get(process.consents.purpose) if step and process.consents else None


def is_one_of_them(field: Field | None) -> TypeGuard[RadiosField]:
    """Tell whether a question asks for one of the people in the case."""
    return isinstance(field, RadiosField) and bool(field.of)


def offers(field: Field | None, option: str) -> bool:
    return field is not None and option in field.possible()


def by_id(step: Step) -> Fields:
    return {field.id: field for field in step.fields}
