"""What others than somebody's own family may have of them: on the contact list, at the meeting.

Nothing is here without a yes that holds on each day that it is asked about: the day of the paper,
and that of the meeting. A yes is to what was named in it, to those who were named, and no more
(12 kap. 2 § and 26 kap. 1 § OSL); where it takes several, to what all of them named.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.casework.group import acting, invited
from app.casework.group.consent import Part, Scope, narrowest
from app.casework.group.papers import Paper
from app.casework.group.people import Group, Person
from app.runner.field import Field, all_hold
from app.runner.fields.options import Option, OptionsField
from app.runner.process import Process


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody who may be named on a paper, and what else it may say of them.

    `told` are the questions about them whose answers it may say, `parts` what else may be spoken
    of; both in the order in which they are asked about.
    """

    whom: Person
    told: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A paper that names somebody, `of`, of whom it may not be used any more.

    Nobody is named where the paper cannot be read: then nobody knows.
    """

    paper: Paper
    of: tuple[str, ...] = ()


def contact_list(process: Process, group: Group, purpose: str, *on: date) -> tuple[Shared, ...]:
    """Return the guardians who have said yes to be on the list, with what each chose to share.

    Never a young person, and no guardian of nobody, or only of those who are of age and have not
    said yes to that they are asked to come: that they are there tells of their child.
    """
    others = tuple(sort.id for sort in process.people if not sort.guardians)
    return tuple(
        shared(process, one, scope)
        for one in group.of(*others)
        if (scope := allowed(process, group, purpose, one, on)) is not None
    )


def sheet(
    process: Process, group: Group, purpose: str, authority: str, *on: date
) -> tuple[Shared, ...]:
    """Return the young people of whom an authority may be told at the meeting, and what.

    Nobody of whom somebody, whose yes it takes, has not named that authority.
    """
    if authority not in {one.id for one in authorities(process)}:
        return ()
    young = tuple(sort.id for sort in process.people if sort.guardians)
    return tuple(
        shared(process, one, scope)
        for one in group.of(*young)
        if (scope := allowed(process, group, purpose, one, on)) and authority in scope.authorities
    )


def authorities(process: Process) -> tuple[Option, ...]:
    """Return the authorities that a yes may name by a code of their own."""
    asked = asked_in_consent(process, process.consents.authorities) if process.consents else None
    return tuple(one for one in asked.options if one.text is None) if asked else ()


def allowed(
    process: Process, group: Group, purpose: str, whom: Person, on: Collection[date]
) -> Scope | None:
    """Return to what everybody has said yes on all of some days; None where it is not allowed."""
    yeses = [acting.allowing(process, group, purpose, whom, on=day) for day in on]
    if not yeses or not all(yeses) or not all(belongs(process, group, whom, day) for day in on):
        return None
    return narrowest(each for day in yeses for each in day)


def belongs(process: Process, group: Group, whom: Person, on: date) -> bool:
    """Tell whether a guardian may be known on a day to be there at all; the young are."""
    if invited.is_young(process, whom):
        return True
    if process.invitations:
        return bool(invited.about(process, group, whom, on=on))
    return bool(invited.young_of(group, whom))


def shared(process: Process, whom: Person, scope: Scope) -> Shared:
    """Return what a yes lets be said of somebody, of what is known and of what may be spoken of.

    An option that the process has no longer is nothing that is known what it was.
    """
    adds = next((step for step in process.steps if step.adds == whom.sort), None)
    about = {field.id: field for field in adds.fields} if adds else {}
    parts = [one for option in kinds(process) for one in scope.data if one.option == option.id]
    return Shared(
        whom,
        tuple(one.option for one in parts if is_known(about.get(one.option), whom)),
        tuple(one for one in parts if one.option not in about),
    )


def kinds(process: Process) -> Iterator[Option]:
    """Yield every sort of data that a yes can name, in the order in which they are asked about."""
    for name in process.consents.data if process.consents else ():
        asked = asked_in_consent(process, name)
        yield from asked.options if asked else ()


def asked_in_consent(process: Process, name: str) -> OptionsField | None:
    """Return a question with options in the step where somebody says yes or no."""
    step = process.step(process.consents.step) if process.consents else None
    asked = next((one for one in step.fields if one.id == name), None) if step else None
    return asked if isinstance(asked, OptionsField) else None


def is_known(asked: Field | None, whom: Person) -> bool:
    """Tell whether a question about somebody is answered, and would still be asked of them.

    So what was written before their data were protected is nothing that can be told.
    """
    if asked is None or not all_hold(asked.ask_if, choices(whom)):
        return False
    return asked.id in whom.told or (asked.kind == "age" and whom.born is not None)


def choices(whom: Person) -> dict[str, frozenset[str]]:
    """Return what was chosen of somebody, by question."""
    answers = {name: said["data"] for name, said in whom.told.items()}
    return {name: frozenset(data) for name, data in answers.items() if isinstance(data, Mapping)}


def to_tell(process: Process, group: Group, on: date) -> tuple[Notice, ...]:
    """Return who has a paper that says more than may be said on a day: of whom, and which paper.

    A yes was taken back, or no longer names this authority, or all of this data; its time is over;
    somebody has come of age, or is not one of the group. Not what somebody's own paper says of
    themselves, and not what whoever has it knows of already (`told` in the process).
    """
    return tuple(
        Notice(paper, of)
        for paper in group.papers
        if (of := tuple(lapsed(process, group, paper, on))) or not paper.letter
    )


def lapsed(process: Process, group: Group, paper: Paper, on: date) -> Iterator[str]:
    """Yield those who are named on a paper, and of whom it may not be used on a day."""
    known = process.consents.told if process.consents else ""
    for who in paper.about if paper.purposes else ():
        since = group.last(known, who)
        whom = group.person(who)
        own = who == paper.to or (whom and paper.to in whom.guardians)
        if own or (since and since.number > paper.number):
            continue
        if whom is None or not all(
            still(process, group, purpose, whom, paper, on) for purpose in paper.purposes
        ):
            yield who


def still(
    process: Process, group: Group, purpose: str, whom: Person, paper: Paper, on: date
) -> bool:
    """Tell whether a yes allows, on a day, all that a paper was made by."""
    now = allowed(process, group, purpose, whom, (on,))
    if now is None:
        return False
    before = tuple(one for one in group.consents if one.number < paper.number)
    then = allowed(process, replace(group, consents=before), purpose, whom, (paper.on,))
    to_authority = paper.to in {one.id for one in authorities(process)}
    return (then is None or then.data <= now.data) and (
        not to_authority or paper.to in now.authorities
    )
