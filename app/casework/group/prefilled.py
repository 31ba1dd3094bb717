"""What a report about one of the people of a case begins with, and whose words each of it is.

Of the others in the case nothing is taken: not their place in the list, nor what is known of them.
What the request says of all of them is, as it was written; so whoever makes the report reads it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.casework.group.people import Group, Person
from app.casework.group.told import Told, data_of
from app.runner import reading
from app.runner.amounts import span
from app.runner.definition import Form
from app.runner.field import Conditions, Field, all_hold
from app.runner.fields.group import GroupField
from app.runner.reports import Put, Report

LONG = "long_text"
Inputs = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes the report: what may be said of them, by `name`, `unit` and `roles`."""

    known: Mapping[str, str]
    phone: Callable[[str], str]
    """The number of a contact; "" for one that there is not."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where something is from, in words: the request, or the case. `quoted` says it of a text."""

    of_request: str
    of_case: str
    quoted: Callable[[str, str, str], str]
    """By where it is from, the question, and what was answered."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a report is made from: the case's request, by question, and the people in it."""

    request: Mapping[str, reading.Told] = field(repr=False)
    group: Group
    first: Mapping[str, Told] = field(repr=False)
    """What the request told of each of the people, by their ids."""
    labels: Mapping[str, str]
    """What is asked about somebody, in words."""
    today: date


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What stands in a form from the beginning: inputs by page, and where each is from."""

    typed: Mapping[str, Inputs] = field(repr=False)
    sources: Mapping[str, str]


def prefilled(
    report: Report, form: Form, case: Case, whom: Person, maker: Maker, says: Sources
) -> Prefilled:
    """Return what a report about somebody begins with, in words that say where they are from."""
    places = {one.id: (page.id, one) for page, one in form.fields()}
    typed: dict[str, dict[str, tuple[str, ...]]] = {}
    sources: dict[str, str] = {}
    chosen: dict[str, frozenset[str]] = {}
    known = Known(case, whom, says)
    for put in report.answers:
        if put.to not in places or not (all_hold(put.if_, chosen) and known.allows(put)):
            continue
        page_id, goal = places[put.to]
        on_page = typed.setdefault(page_id, {})
        if put.options:
            on_page[goal.id] = tuple(put.options)
            chosen[goal.id] = frozenset(put.options)
        elif put.guardians and isinstance(goal, GroupField):
            on_page |= known.guardians(put, goal)
        else:
            text = known.text(put, goal, maker)
            before = on_page.get(goal.first, ("",))[0]
            if text:
                on_page[goal.first] = ("\n\n".join(filter(None, (before, text))),)
        if source := known.source(put) if on_page.get(goal.first) and goal.kind != LONG else "":
            sources[goal.id] = source
    return Prefilled({page: inputs for page, inputs in typed.items() if inputs}, sources)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known in a case of one of its people."""

    case: Case
    whom: Person
    says: Sources

    @property
    def adults(self) -> Iterator[Person]:
        found = map(self.case.group.person, self.whom.guardians)
        return (each for each in found if each)

    def allows(self, put: Put) -> bool:
        """Tell whether they, or any of their guardians, are such that it is put there."""
        if put.person_if and not all_hold(put.person_if, chosen(self.whom.told, put.person_if)):
            return False
        rules = put.guardian_if
        return not rules or any(all_hold(rules, chosen(each.told, rules)) for each in self.adults)

    def guardians(self, put: Put, goal: GroupField) -> dict[str, tuple[str, ...]]:
        """Return what is known of each of their guardians, as inputs of a list of people."""
        inputs: dict[str, tuple[str, ...]] = {}
        for number, each in enumerate(list(self.adults)[: goal.most]):
            inner = {one.id: one for one in goal.item_fields(number)}
            for to, name in put.guardians.items():
                asked = inner.get(f"{goal.id}-{number}-{to}")
                if asked and name in each.told:
                    inputs[asked.first] = (" ".join(each.told[name]["lines"]),)
        return inputs

    def text(self, put: Put, goal: Field, maker: Maker) -> str:
        """Return the words that are put in a question; in a long text with where they are from."""
        if put.staff:
            return maker.known[put.staff]
        if put.contact:
            return maker.phone(put.contact)
        if put.request:
            found = (self.case.request[name] for name in put.request if name in self.case.request)
            return "\n\n".join(map(self.of_request, found))
        if goal.kind == "age" and self.whom.born and (ages := self.whom.born.ages(self.case.today)):
            return span(ages[0], ages[-1])
        said = self.whom.told.get(put.person)
        words = "\n".join(said["lines"]) if said else ""
        if not words or goal.kind != LONG:
            return words
        asked = self.case.labels.get(put.person, put.person)
        return self.says.quoted(self.source(put), asked, words)

    def of_request(self, told: reading.Told) -> str:
        """Return what was answered in the request, word for word, and that it was there."""
        words = "\n".join((*told.lines, *told.typed))
        return self.says.quoted(self.says.of_request, told.question or told.put, words)

    def source(self, put: Put) -> str:
        """Return where something that is known of them is from, in words."""
        if not (put.person or put.guardians):
            return ""
        first = self.case.first.get(self.whom.id, {}).get(put.person)
        now = self.whom.told.get(put.person)
        said_first = bool(first and now and first["lines"] == now["lines"])
        return self.says.of_request if said_first else self.says.of_case


def others_named(group: Group, whom: Person, text: str) -> tuple[str, ...]:
    """Return who of the others in a case a text seems to name, by the names they have there."""
    theirs, own = {whom.id, *whom.guardians}, names_in(whom.name)
    written = set(re.findall(r"\w+", text))
    others = (each for each in group.people if each.id not in theirs and not each.left)
    named = (each.name for each in others if (names_in(each.name) - own) & written)
    return tuple(dict.fromkeys(named))


def names_in(name: str) -> set[str]:
    """Return the words of a name that are written as names are."""
    return {word for word in re.findall(r"\w+", name) if word[0].isupper()}


def chosen(told: Told, rules: Conditions) -> dict[str, frozenset[str]]:
    """Return which options were chosen of somebody, in the questions that rules look at."""
    return {
        rule.field: frozenset(data_of(told, rule.field) or ())
        for rule in rules
        if rule.field in told
    }
