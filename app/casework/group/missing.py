"""What is missing before a meeting: a list to tick off, worked out anew each time it is looked at.

It stops nobody; where law does, the steps refuse by themselves. What is asked of each follows from
how old they may be, both today and on the day of the meeting. Pure: no page, no words.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.casework.group import acting, invited, sharing
from app.casework.group.consent import Missing, Why
from app.casework.group.people import Done, Group, Person
from app.casework.group.told import choices, chosen, day_in
from app.runner.field import Conditions, all_hold
from app.runner.people import NOT_PROTECTED, Invitations, People
from app.runner.plan import Plan
from app.runner.process import Process, Step


class What(StrEnum):
    """What is missing, or must be thought of."""

    NOT_PLANNED = "not_planned"
    PASSED = "passed"
    """The day of the meeting is over."""
    UNSAID = "unsaid"
    """Something of the meeting: `name` is the question."""
    NOT_COMING = "not_coming"
    """Somebody has not said that they come: `name` is the option."""
    TO_TELL = "to_tell"
    """Whoever has a paper, `name`, that names somebody, `about`, of whom it may not be used."""
    OWED = "owed"
    """A step that the case cannot end without: `name`."""
    TURNS_ADULT = "turns_adult"
    """Somebody comes of age before the meeting, or may."""
    CONSENT = "consent"
    """A yes: `name` is the purpose, `missing` what of it."""
    PARENTS = "parents"
    """Who is or may be of age has not been asked whether their guardians may come."""
    NOT_INVITED = "not_invited"
    TO_RING = "to_ring"
    """Not asked to come, and nothing may be sent to them."""
    NOT_SAID = "not_said"
    """Whether somebody's identity is protected: until then no letter to them, or about them."""
    ANEW = "anew"
    """Asked to come to a meeting that has been moved."""
    TO_REMIND = "to_remind"
    """Asked, and has not answered."""
    NO_ANSWER = "no_answer"
    """Reminded, and has not answered."""
    INTERPRETER = "interpreter"
    LANGUAGE = "language"
    """There is no letter in what they read: `name` is the language's code."""


class Lack(NamedTuple):
    """Something that is missing: of the meeting, or about a young person and maybe of another."""

    what: What
    about: str = ""
    who: str = ""
    name: str = ""
    missing: tuple[Missing, ...] = ()


class Looked(NamedTuple):
    """What is looked at: `since` is the entry since which the meeting is as it is."""

    process: Process
    plan: Plan
    group: Group
    today: date
    meets: date | None
    since: int
    asks: Step
    written: Collection[str]

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which everything must hold."""
        return (self.today, self.meets) if self.meets else (self.today,)

    def sort(self, one: Person) -> People:
        """Return which people somebody is one of."""
        return next(sort for sort in self.process.people if sort.id == one.sort)


def before_meeting(
    process: Process, group: Group, *, on: date, written: Collection[str]
) -> tuple[Lack, ...] | None:
    """Return what is missing, of the meeting first and then family by family; None with no plan.

    `written` are the codes of the languages that letters are written in. Nothing is said of the
    families where something of them cannot be read.
    """
    plan, invitations = process.plan, process.invitations
    if plan is None or invitations is None:
        return None
    asks = next(step for step in process.steps if step.invites)
    planned, since = meeting(process, invitations, plan, asks, group)
    meets = day_in(planned.told, invitations.day) if planned else None
    looked = Looked(process, plan, group, on, meets, since, asks, written)
    found = [*of_meeting(looked, planned, invitations)]
    if not group.unread:
        found += (
            Lack(What.TO_TELL, whom, name=notice.paper.name)
            for notice in sharing.to_tell(process, group, on)
            for whom in notice.of
        )
        found += (lack for one in group.of(plan.of) for lack in of_family(looked, one))
    return tuple(found)


def meeting(
    process: Process, invitations: Invitations, plan: Plan, asks: Step, group: Group
) -> tuple[Done | None, int]:
    """Return how the meeting was planned last, and the entry since which it is when it is.

    None when nothing is planned: it never was, or the case has come since to where nobody can be
    asked to a meeting (it was held, or called off).
    """
    last: Done | None = None
    since = 0
    for one in group.done:
        step = process.step(one.step)
        if one.step == invitations.step:
            if last is None or any(lines(one, name) != lines(last, name) for name in plan.when):
                since = one.number
            last = one
        elif step and step.to and step.to not in asks.from_:
            last = None
    return last, since


def of_meeting(looked: Looked, planned: Done | None, invitations: Invitations) -> Iterator[Lack]:
    """Yield what must be known of the meeting, and who has not said that they come."""
    if planned is None:
        yield Lack(What.NOT_PLANNED)
        return
    if looked.meets and looked.meets < looked.today:
        yield Lack(What.PASSED)
    plan = looked.plan
    for name in (*plan.when, *plan.more):
        if not lines(planned, name):
            yield Lack(What.UNSAID, name=name)
    step = looked.process.step(invitations.step)
    asked = (field for field in step.fields if field.id == plan.comes) if step else ()
    for field in asked:
        said = choices(planned.told).get(field.id, frozenset())
        for option in getattr(field, "options", ()):
            if option.id not in said:
                yield Lack(What.NOT_COMING, name=option.id)


def of_family(looked: Looked, one: Person) -> Iterator[Lack]:
    """Yield what is missing about a young person and of those who are asked to come with them."""
    process, group = looked.process, looked.group
    for step, whom in acting.unanswered(process, group, looked.today):
        if whom.id == one.id:
            yield Lack(What.OWED, one.id, name=step.id)
    yield from unsaid(looked, one)
    of_age = [invited.may_be_of_age(one, day) for day in looked.days]
    if of_age[-1] and not of_age[0]:
        yield Lack(What.TURNS_ADULT, one.id)
    yield from consents(looked, one)
    lacks = invited.lacking(process, group, one, looked.today)
    if one.guardians and any(each.why in {Why.NOT_ASKED, Why.OVER} for each in lacks):
        yield Lack(What.PARENTS, one.id)
    themselves = (one.id,) if any(of_age) else ()
    for who in (*themselves, *(() if lacks else one.guardians)):
        if person := group.person(who):
            yield from of_invited(looked, one, person)


def unsaid(looked: Looked, one: Person) -> Iterator[Lack]:
    """Yield of whom, a young person and their guardians, it is not said if they are protected."""
    for who in (one.id, *one.guardians):
        person = looked.group.person(who)
        asked = looked.sort(person).protected if person else ""
        if person and asked and not chosen(person.told, asked):
            yield Lack(What.NOT_SAID, one.id, who)


def consents(looked: Looked, one: Person) -> Iterator[Lack]:
    """Yield the purposes that are not allowed for a young person, today or when they meet."""
    for purpose in looked.plan.purposes:
        found = (
            acting.lacking(looked.process, looked.group, purpose, one, on=day)
            for day in looked.days
        )
        if missing := tuple(dict.fromkeys(each for day in found for each in day)):
            yield Lack(What.CONSENT, one.id, name=purpose, missing=missing)


def of_invited(looked: Looked, one: Person, who: Person) -> Iterator[Lack]:
    """Yield what is missing of somebody who is asked to come about a young person."""
    plan = looked.plan
    every = [
        each for each in looked.group.done if (each.step, each.about) == (looked.asks.id, who.id)
    ]
    asked = [each for each in every if each.number > looked.since]
    known = choices(who.told)
    sort = looked.sort(who)
    protected = bool(chosen(who.told, sort.protected)) and not is_open(sort, who)
    if looked.since and every and not asked:
        yield Lack(What.ANEW, one.id, who.id)
    elif not asked:
        yield Lack(What.TO_RING if protected else What.NOT_INVITED, one.id, who.id)
    elif not any(holds(plan.answered, choices(each.told)) for each in asked):
        reminded = any(holds(plan.reminded, choices(each.told)) for each in asked)
        yield Lack(What.NO_ANSWER if reminded else What.TO_REMIND, one.id, who.id)
    if any(holds(plan.declined, choices(each.told)) for each in asked[-1:]):
        return
    booked = any(holds(plan.booked, choices(each.told)) for each in asked)
    if holds(plan.interpreter, known) and not booked:
        yield Lack(What.INTERPRETER, one.id, who.id)
    for language in known.get(sort.language, frozenset()) - {*looked.written}:
        if not protected:
            yield Lack(What.LANGUAGE, one.id, who.id, language)


def holds(conditions: Conditions, chosen: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether what was answered is what is looked for; never where nothing is."""
    return bool(conditions) and all_hold(conditions, chosen)


def is_open(sort: People, one: Person) -> bool:
    """Tell whether it has been said that somebody's identity is not protected."""
    return chosen(one.told, sort.protected) == NOT_PROTECTED


def lines(done: Done, name: str) -> list[str]:
    return list(done.told[name]["lines"]) if name in done.told else []
