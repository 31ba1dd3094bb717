"""Who the people of a case are: as the request named them, and as staff have put it right since.

Nothing of it is stored but what staff wrote: it is gathered anew from the request and the entries.
The request itself is never changed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from app.casework.entries import Entry, Kind
from app.casework.group.born import Born, born
from app.casework.group.consent import Consent, Young
from app.casework.group.ledger import said_in
from app.casework.group.order import by_name
from app.casework.group.papers import Paper, paper_of, readdressed
from app.casework.group.told import Told, chosen, data_of, told_in
from app.runner.amounts import span
from app.runner.fields.options import Option, OptionsField
from app.runner.hours import Calendar
from app.runner.people import ALL_KNOWN, People
from app.runner.process import Process, Step


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a case. `id` is where they were first told of, `told` what is known of them now.

    `told_on` is when their age was said, `guardians` are ids, and `left` is whether they are no
    longer one of the people.
    """

    id: str
    sort: str
    told: Told = field(repr=False)
    told_on: date
    name: str = field(default="", repr=False)
    born: Born | None = None
    guardians: tuple[str, ...] = ()
    all_known: bool = False
    left: bool = False
    also: tuple[str, ...] = ()
    """The ids of those who are the same as they."""

    @property
    def young(self) -> Young:
        """What consent is reckoned by."""
        return Young(self.id, self.born, self.guardians, self.all_known)


@dataclass(frozen=True, slots=True)
class Done:
    """A step that has been taken: which, about whom ("" for nobody), what was told, and when.

    `number` is the entry's place in the case.
    """

    number: int
    step: str
    about: str
    told: Told = field(repr=False)
    on: date


@dataclass(frozen=True, slots=True)
class Group:
    """The people of a case, in the order that they were told of, and what they have said.

    `unread` is whether an entry about them cannot be opened: then nobody knows what they have said.
    """

    people: tuple[Person, ...] = ()
    consents: tuple[Consent, ...] = ()
    taken: frozenset[tuple[str, str]] = frozenset()
    """The steps that have been taken, by their ids, and about whom."""
    done: tuple[Done, ...] = ()
    """Every step that has been taken and can be read, in order."""
    papers: tuple[Paper, ...] = ()
    """The papers that somebody has, in the order in which they were made."""
    unread: bool = False

    def of(self, *sorts: str) -> tuple[Person, ...]:
        """Return those of some sorts who are still there, sort by sort, by name.

        Those of one name, or of none, are in the order that they were told of.
        """
        those = (each for each in self.people if each.sort in sorts and not each.left)
        return tuple(sorted(those, key=lambda one: (sorts.index(one.sort), by_name(one.name))))

    def person(self, person_id: str) -> Person | None:
        """Return one who is still there; None when there is none."""
        return next((one for one in self.people if one.id == person_id and not one.left), None)

    def last(self, step_id: str, about: str = "") -> Done | None:
        """Return a step as it was last taken, about somebody or nobody; None when it never was."""
        mine = (one for one in self.done if (one.step, one.about) == (step_id, about))
        return max(mine, key=lambda one: one.number, default=None)


def gathered(
    process: Process,
    transcript: Mapping[str, Any],
    entries: Iterable[Entry],
    *,
    received_on: date,
    calendar: Calendar,
) -> Group:
    """Return the group that a case is about, as its request and its entries tell of it."""
    people = {one.id: one for one in begun(process, transcript, received_on)}
    same: dict[str, str] = {}
    consents: list[Consent] = []
    taken: set[tuple[str, str]] = set()
    done: list[Done] = []
    papers: list[Paper] = []
    unread = False
    for entry in entries:
        if entry.kind is Kind.LETTER:
            papers.append(paper_of(entry, calendar.day(entry.at)))
        step = process.step(entry.step) if entry.kind is Kind.STEP else None
        if step is None:
            continue
        if entry.words is None:
            unread = unread or is_of_people(process, step)
            continue
        told = told_in(entry.words)
        on = calendar.day(entry.at)
        about = chosen(told, step.about)
        taken.add((step.id, about))
        done.append(Done(entry.number, step.id, about, told, on))
        if step.adds:
            kept = people.get(meant(about, same))
            people |= added(process, step, told, on, kept, f"p{entry.number}")
        elif step.same_as and about:
            same[meant(about, same)] = meant(chosen(told, step.same_as), same)
        elif step.leaves and (one := people.get(meant(about, same))):
            people |= without(one, people, same)
        if process.consents and step.id == process.consents.step:
            consents += said_in(process.consents, told, about, entry.number, on)
    return Group(
        tuple(joined(one, people, same) for one in people.values()),
        tuple(
            replace(each, about=meant(each.about, same), who=meant(each.who, same))
            for each in consents
        ),
        frozenset((step_id, meant(about, same)) for step_id, about in taken),
        tuple(replace(one, about=meant(one.about, same)) for one in done),
        tuple(readdressed(paper, partial(meant, same=same)) for paper in papers),
        unread,
    )


def is_of_people(process: Process, step: Step) -> bool:
    """Tell whether nobody knows what may be done about the people when a step cannot be read."""
    meets = process.invitations
    return bool(step.about or step.adds or (meets and meets.step == step.id))


def begun(process: Process, transcript: Mapping[str, Any], on: date) -> Iterator[Person]:
    """Yield the people that the request told of, each by their place in it."""
    asked = {each["field"]: each for page in transcript["pages"] for each in page["questions"]}
    for people in process.people:
        rows = asked.get(people.begins, {}).get("data") or ()
        for place, row in enumerate(rows):
            told = {name: {"data": data, "lines": lines(data)} for name, data in row.items()}
            yield known(people, f"b{place}", told, on)


def lines(data: object) -> list[str]:
    """Return what machines have of an answer in a list of people, as it may be typed again."""
    if isinstance(data, Mapping):
        age = span(data["least"], data["most"]) if data.get("unit") == "years" else ""
        data = data.get("number") or data.get("born") or age
    return str(data or "").splitlines()


def added(
    process: Process, step: Step, told: Told, on: date, kept: Person | None, new_id: str
) -> dict[str, Person]:
    """Return whom a step tells of, by id: somebody new, or one that is put right.

    What the step does not ask for is kept.
    """
    people = next(one for one in process.people if one.id == step.adds)
    asked = {name: said for name, said in told.items() if name != step.about}
    if kept is None:
        return {new_id: known(people, new_id, asked, on)}
    # An age that is only said again is as old as it was.
    again = all(data_of(asked, name) == data_of(kept.told, name) for name in people.born)
    # What the step asks for and is left empty is not known any more: an address above all.
    others = {name: kept.told[name] for name in kept.told.keys() - {one.id for one in step.fields}}
    put_right = known(people, kept.id, {**others, **asked}, kept.told_on if again else on)
    return {kept.id: replace(put_right, left=kept.left)}


def known(people: People, person_id: str, told: Told, on: date) -> Person:
    """Return what is known of somebody, from what was answered of them on a day."""
    said = (data_of(told, name) for name in people.born)
    births = (born(data, on=on) for data in said if isinstance(data, Mapping))
    return Person(
        person_id,
        people.id,
        told,
        on,
        name=" ".join(told[people.name]["lines"]) if people.name in told else "",
        born=next((each for each in births if each), None),
        guardians=tuple(data_of(told, people.guardians) or ()),
        all_known=chosen(told, people.all_known) == ALL_KNOWN,
    )


def without(
    one: Person, people: Mapping[str, Person], same: Mapping[str, str]
) -> dict[str, Person]:
    """Return who is no longer one of the people, and those whose guardian they were said to be.

    Whether the others are all guardians must be said anew: a no is not put aside with who said it.
    """
    theirs = {
        meant(each.id, same)
        for each in people.values()
        if one.id in {meant(who, same) for who in each.guardians}
    }
    doubted = {who: replace(people[who], all_known=False) for who in theirs if who in people}
    return {**doubted, one.id: replace(one, left=True)}


def joined(one: Person, people: Mapping[str, Person], same: Mapping[str, str]) -> Person:
    """Return somebody with the guardians of all that are the same as they.

    Gone, when it is another that they are the same as. Of a guardian whom nobody can tell of, since
    the process has no such step any more, nobody knows what they would say.
    """
    others = [each for each in people.values() if meant(each.id, same) == one.id != each.id]
    named = (meant(each, same) for who in (one, *others) for each in who.guardians)
    named = (each for each in named if each in people and not people[each].left)
    gone = one.left or meant(one.id, same) != one.id
    also = tuple(each.id for each in others)
    known = all(meant(each, same) in people for each in one.guardians)
    return replace(
        one,
        guardians=tuple(dict.fromkeys(named)),
        all_known=one.all_known and known,
        left=gone,
        also=also,
    )


def meant(person_id: str, same: Mapping[str, str]) -> str:
    """Return who somebody is, when it has been said that they are the same as another."""
    seen = {person_id}
    while (other := same.get(person_id)) and other not in seen:
        seen.add(other)
        person_id = other
    return person_id


def filled(step: Step, group: Group, process: Process) -> Step:
    """Return a step with everybody in the case to choose from where it asks for somebody."""
    fields = tuple(
        one.model_copy(update={"options": options(group, process, one)})
        if isinstance(one, OptionsField) and one.of
        else one
        for one in step.fields
    )
    return step.model_copy(update={"fields": fields})


def options(group: Group, process: Process, asked: OptionsField) -> tuple[Option, ...]:
    those = group.of(*asked.of)
    names = named(group, process)
    return tuple(Option(id=each.id, label=names[each.id]) for each in those)


def named(group: Group, process: Process) -> dict[str, str]:
    """Return what to call everybody, by id: two of one name, and who has none, by a number too."""
    labels = {people.id: people.label for people in process.people}
    many = Counter(each.name.casefold() for each in group.people)
    found: dict[str, str] = {}
    for number, each in enumerate(group.people, start=1):
        alone = many[each.name.casefold()] == 1
        numbered = f"{labels[each.sort]} {number}"
        if not each.name:
            found[each.id] = numbered
        else:
            found[each.id] = each.name if alone else f"{each.name} ({numbered})"
    return found
