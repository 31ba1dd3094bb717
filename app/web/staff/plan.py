"""What is missing before a meeting, as it is shown: a list to tick off, each line leading on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.casework.group import missing, people
from app.casework.group.consent import Why
from app.casework.group.missing import Lack, What
from app.runner.people_faults import consent_question
from app.runner.process import Process, Step
from app.runner.tabs import Tab
from app.web.shown.views import LinkView
from app.web.staff import grouped, tabs
from app.web.staff.grouped import Looked

OF_MEETING = frozenset({What.NOT_PLANNED, What.PASSED, What.UNSAID, What.NOT_COMING, What.TO_TELL})
INVITES = frozenset({What.NOT_INVITED, What.TO_RING, What.ANEW, What.TO_REMIND, What.NO_ANSWER}) | {
    What.INTERPRETER
}

OF_CONSENT = frozenset({What.CONSENT, What.PARENTS, What.TURNS_ADULT})


@dataclass(frozen=True, slots=True)
class FamilyView:
    """What is missing about a young person; a line without an address leads nowhere."""

    name: str
    count: str
    lines: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """What is missing before the meeting. `done` says of how many families nothing is."""

    meeting: tuple[LinkView, ...]
    families: tuple[FamilyView, ...]
    done: str


def plan_view(looked: Looked, tab: Tab, state: str) -> PlanView | None:
    """Return what is missing, on the tab where the meeting is planned; None elsewhere and after."""
    process, desk = looked.process, looked.desk
    planned = process.step(process.invitations.step) if process.invitations else None
    if planned is None or planned.id not in tab.steps or state not in planned.from_:
        return None
    written = {desk.site.language, *desk.content.languages}
    found = missing.before_meeting(process, looked.group, on=looked.today, written=written)
    if found is None or process.plan is None:
        return None
    names = people.named(looked.group, process)
    families: dict[str, list[Lack]] = defaultdict(list)
    for lack in found:
        if lack.what not in OF_MEETING:
            families[lack.about].append(lack)
    every = looked.group.of(process.plan.of)
    t = desk.t
    return PlanView(
        meeting=tuple(
            line for lack in found if lack.what in OF_MEETING for line in lines(looked, lack)
        ),
        families=tuple(
            FamilyView(
                names[about],
                t("staff.plan.count", count=len(lacks)),
                tuple(line for lack in lacks for line in lines(looked, lack)),
            )
            for about, lacks in families.items()
        ),
        done=t("staff.plan.done", count=len(every) - len(families), number=len(every)),
    )


def lines(looked: Looked, lack: Lack) -> Iterator[LinkView]:
    """Yield what is missing in words, each with the way to where it is put right, or ""."""
    href = way(looked, lack)
    yield from (LinkView(href, said) for said in words(looked, lack))


def words(looked: Looked, lack: Lack) -> Iterator[str]:
    t, process = looked.desk.t, looked.process
    names = people.named(looked.group, process)
    if lack.what is What.CONSENT:
        asked = consent_question(process)
        purpose = option(asked, lack.name)
        for said in grouped.lacks(looked.desk, lack.missing, names):
            yield t("staff.plan.consent", what=purpose, status=said)
        return
    yield t(
        f"staff.plan.{lack.what}",
        name=names.get(lack.who or lack.about, ""),
        label=named(process, lack),
    )


def named(process: Process, lack: Lack) -> str:
    """Return the question, option, step or language that is meant, in words."""
    step = process.step(lack.name)
    if lack.what is What.OWED and step:
        return step.title
    if lack.what is What.TO_TELL or process.plan is None:
        return lack.name
    if lack.what is What.LANGUAGE:
        return next(languages(process, lack.name), lack.name)
    planned = process.step(process.invitations.step) if process.invitations else None
    for field in planned.fields if planned else ():
        if field.id == lack.name:
            return field.label
        if field.id == process.plan.comes and lack.what is What.NOT_COMING:
            return option(field, lack.name)
    return lack.name


def languages(process: Process, code: str) -> Iterator[str]:
    """Yield what a language is called where it is asked which somebody reads."""
    for sort in process.people:
        for step in process.steps:
            for field in step.fields if step.adds == sort.id else ():
                if sort.language and field.id == sort.language:
                    yield option(field, code)


def option(field: object, choice: str) -> str:
    """Return what an option is called; its id when it is not there any more."""
    options = getattr(field, "options", ())
    return next((one.label for one in options if one.id == choice), choice)


def way(looked: Looked, lack: Lack) -> str:
    """Return where what is missing is put right; "" where it cannot be now."""
    process = looked.process
    if lack.what is What.TO_TELL:
        return f"{looked.at}{tabs.OWN_PAGE['consents']}"
    who = looked.group.person(lack.who)
    step, whom = step_for(process, lack, who.sort if who else "")
    possible = step and any(one.id == step.id for one in looked.possible)
    if not step or not possible:
        return ""
    about = f"?vem={whom}" if whom and step.about else ""
    return f"{looked.at}/steg/{step.id}{about}"


def step_for(process: Process, lack: Lack, sort: str) -> tuple[Step | None, str]:
    """Return the step by which something is put right, and about whom it is taken.

    `sort` is which people whoever it is about is one of.
    """
    unknown = {Why.AGE_UNKNOWN, Why.GUARDIAN_UNKNOWN}
    if lack.what in INVITES:
        return next((step for step in process.steps if step.invites), None), lack.who
    if lack.what is What.NOT_SAID:
        return adding(process, sort), lack.who
    if lack.what is What.CONSENT and all(each.why in unknown for each in lack.missing):
        return adding(process, process.plan.of if process.plan else ""), lack.about
    named = {What.OWED: lack.name}
    if process.invitations and lack.what in OF_MEETING:
        named = {lack.what: process.invitations.step, **named}
    elif process.consents and lack.what in OF_CONSENT:
        named = {lack.what: process.consents.step, **named}
    return process.step(named.get(lack.what, "")), lack.about


def adding(process: Process, sort: str) -> Step | None:
    """Return the step by which some people are added or put right."""
    return next((step for step in process.steps if sort and step.adds == sort), None)
