"""What is done about one of the people of a case: whom it takes, and what it may not do without."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.casework.group import consent, invited
from app.casework.group.consent import Consent, Missing
from app.casework.group.people import Group, Person, filled, named
from app.casework.group.told import Told
from app.errors import SkyddsnatError
from app.runner.field import Field, Problem
from app.runner.fields.options import OptionsField
from app.runner.journey import Asked
from app.runner.process import Process, Step
from app.runner.typed import Typed

Wrong = Mapping[str, tuple[Problem, ...]]
"""What must be put right, by field."""
NOT_THEIRS = "not_theirs"
"""Somebody else said it than the young person or one of their guardians."""
SAME = "same"
"""Somebody is said to be the same as themselves, or as one of another sort."""


class GroupUnread(SkyddsnatError):
    """Who the people of a case are, or what they have said, cannot be read."""

    status = 409


class NotForEach(SkyddsnatError):
    """The case would end, and a step is not taken about each that it must be taken about.

    `left` is the title of the step, and the name of the person.
    """

    status = 409

    def __init__(self, left: tuple[tuple[str, str], ...]) -> None:
        super().__init__(f"{len(left)} left")
        self.left = left


class NotLeft(NotForEach):
    """A child would leave the case, or be another, without what must be said of each."""


def asks_for_somebody(step: Step) -> bool:
    """Tell whether a step is shown and read with who is in the case."""
    return any(isinstance(field, OptionsField) and field.of for field in step.fields)


def looks_at_people(process: Process, step: Step) -> bool:
    """Tell whether a step takes that it is known who is in the case, and what was said."""
    to = process.state(step.to)
    at_end = bool(process.owed or process.statistics)
    return asks_for_somebody(step) or bool(at_end and to and to.ends)


def ready(process: Process, step: Step, group: Group | None) -> Step:
    """Return a step as it is asked of this group. GroupUnread when it cannot be."""
    if not asks_for_somebody(step):
        return step
    if group is None or group.unread:
        raise GroupUnread(step.id)
    return filled(step, group, process)


def concerned(step: Step, asked: Asked, group: Group) -> Person | None:
    """Return whom a step is about, as it is answered; None when nobody is chosen."""
    answer = asked.answers.get(step.about)
    return group.person(next(iter(answer.choices), "")) if answer else None


def wrong(process: Process, step: Step, asked: Asked, group: Group) -> Wrong:
    """Return what must be put right before a step about somebody is taken, by field."""
    whom = concerned(step, asked, group)
    fields = {field.id: field for field in step.fields}
    other = {name: next(iter(asked.answers[name].choices), "") for name in asked.answers}
    found: dict[str, tuple[Problem, ...]] = {}
    twin = group.person(other.get(step.same_as, ""))
    if whom and step.same_as and (twin is None or twin is whom or twin.sort != whom.sort):
        found[step.same_as] = (Problem(fields[step.same_as].first, SAME),)
    says = process.consents
    theirs = {whom.id, *whom.guardians} if whom else set[str]()
    if whom and says and says.step == step.id and other.get(says.who) not in theirs:
        found[says.who] = (Problem(fields[says.who].first, NOT_THEIRS),)
    return found


def require_consent(process: Process, step: Step, asked: Asked, group: Group, *, on: date) -> None:
    """Let a step be taken only where everybody has said yes to what it needs; else NoConsent."""
    whom = concerned(step, asked, group)
    nobody = (Missing(consent.Why.NOT_ASKED),)
    for purpose in step.needs:
        missing = lacking(process, group, purpose, whom, on=on) if whom else nobody
        if missing:
            raise consent.NoConsent(purpose, missing)
    if step.invites:
        missing = invited.hinders(process, group, whom, on=on) if whom else nobody
        if missing:
            raise consent.NoConsent(step.id, missing)


def require_nobody_lost(
    process: Process, step: Step, asked: Asked, group: Group, *, on: date
) -> None:
    """Let nobody leave, or be another, of whom something must be said and is not; else NotLeft.

    Whoever is another is asked about as that one, when they must be.
    """
    if not (step.leaves or step.same_as):
        return
    whom, same = concerned(step, asked, group), asked.answers.get(step.same_as)
    twin = group.person(next(iter(same.choices), "")) if same else None
    lost = tuple(
        (owed.title, named(group, process)[one.id])
        for owed, one in unanswered(process, group, on)
        if one == whom and not (twin and may_be_owed(owed, twin, on))
    )
    if lost:
        raise NotLeft(lost)


def unanswered(process: Process, group: Group, on: date) -> tuple[tuple[Step, Person], ...]:
    """Return the steps that the case cannot end without, each with whom it is not taken about.

    Who may be younger than the step says is asked about; so is who is of no known age.
    """
    return tuple(
        (step, one)
        for step in process.owed
        for field in step.fields
        if field.id == step.about
        for one in group.of(*getattr(field, "of", ()))
        if may_be_owed(step, one, on) and (step.id, one.id) not in group.taken
    )


def may_be_owed(step: Step, one: Person, on: date) -> bool:
    """Tell whether somebody is, or may be, younger than the step must be taken about on a day."""
    ages = one.born.ages(on) if one.born else range(0)
    return not ages or ages[0] < int(step.each_under)


def require_answered(process: Process, group: Group | None, *, on: date) -> None:
    """Let a case end only when nobody is left of whom something must be said; else NotForEach."""
    if not process.owed:
        return
    if group is None or group.unread:
        raise GroupUnread("it cannot be seen who is left")
    if left := unanswered(process, group, on):
        names = named(group, process)
        raise NotForEach(tuple((step.title, names[one.id]) for step, one in left))


def lacking(
    process: Process, group: Group, purpose: str, whom: Person, *, on: date
) -> tuple[Missing, ...]:
    """Return what keeps a purpose from being allowed for somebody.

    For what is their own, or an adult's to say, it takes no word but theirs.
    """
    says = process.consents
    if says is None or group.unread:
        return (Missing(consent.Why.NOT_ASKED),)
    if purpose in {*says.own, *says.adults}:
        why = consent.says_no(group.consents, purpose, whom.young, whom.id, on)
        return (Missing(why, whom.id),) if why else ()
    return consent.lacking(
        group.consents, purpose, whom.young, on=on, speaks_from=int(says.speaks_from)
    )


def allowing(
    process: Process, group: Group, purpose: str, whom: Person, *, on: date
) -> tuple[Consent, ...]:
    """Return every yes that a purpose is allowed by for somebody; none when it is not."""
    says = process.consents
    if says is None or lacking(process, group, purpose, whom, on=on):
        return ()
    whose: Iterable[str] = (whom.id,)
    if purpose not in {*says.own, *says.adults} and whom.born:
        whose = consent.asked_of(whom.young, whom.born.ages(on), int(says.speaks_from))
    words = (consent.last_word(group.consents, purpose, whom.young, who, on) for who in whose)
    return tuple(each for each in words if each)


def begun(step: Step, whom: Person) -> Typed:
    """Return a step as it is before anybody writes, when it is known whom it is about.

    Where it puts them right, with what is known of them.
    """
    typed: dict[str, tuple[str, ...]] = {step.about: (whom.id,)}
    if step.adds == whom.sort:
        for field in step.fields:
            if field.id in whom.told:
                typed |= typed_again(field, whom.told)
    return typed


def typed_again(field: Field, told: Told) -> Typed:
    """Return what was answered to a question as it may be typed again."""
    said = told[field.id]
    if not isinstance(field, OptionsField):
        return {field.first: ("\n".join(said["lines"]),)}
    data = said["data"] if isinstance(said["data"], Mapping) else {}
    texts = {f"{field.id}-{option}-text": (text,) for option, text in data.items() if text}
    return {field.id: tuple(data), **texts}
