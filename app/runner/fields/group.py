"""The same few questions for each of several people: add, change, remove."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field as Constraint

from app.runner.field import (
    Answer,
    AnyField,
    Field,
    Listed,
    Problem,
    Reading,
    Remark,
    Words,
    kind,
    twice,
)
from app.runner.typed import Typed, clean


@kind("group")
class GroupField(Field):
    """A list of at most `most` items, each answering `fields`.

    Inputs are named `<group>-<n>-<field>`, n from 0. What is typed in one item is never lost or
    moved to another by adding or removing items.
    """

    ERRORS: ClassVar = ("missing",)

    kind: Literal["group"]
    fields: Annotated[tuple[AnyField, ...], Listed, Constraint(min_length=1)]
    """What is asked of each."""
    most: Annotated[int, Constraint(ge=1, le=100)] = 30
    """How many there may be."""
    item: Words
    """The heading of one: `{number}` is which."""
    add: Words
    """The button that adds one."""
    remove: Words
    """The button that takes one away: `{item}` is which."""

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        problems: list[Problem] = []
        people: list[dict[str, Answer]] = []
        for number, inputs in enumerate(self.items(typed)):
            if not is_filled(inputs):
                continue
            answers: dict[str, Answer] = {}
            for field in self.fields:
                # Who may be left out stops nobody, however little is said of them.
                reading = field.read(inputs, today=today, required=required and field.required)
                problems += (
                    replace(problem, at=f"{self.id}-{number}-{problem.at}")
                    for problem in reading.problems
                )
                if reading.answer:
                    answers[field.id] = reading.answer
            if answers:
                people.append(answers)
        if problems or not people:
            return self.missing() if required and not problems else Reading(None, tuple(problems))
        return Reading(
            Answer(
                tuple(line for person in self.lines(people) for line in person.split("\n")),
                [data(person) for person in people],
                remarks=tuple(self.remarks(people)),
            )
        )

    def lines(self, people: list[dict[str, Answer]]) -> Iterator[str]:
        """Yield what is said of each, word for word: a text of several lines is several here."""
        labels = {field.id: field.label for field in self.fields}
        for number, person in enumerate(people, start=1):
            said = ("\n".join(answer.lines) for answer in person.values())
            named = (f"{labels[name]}: {text}" for name, text in zip(person, said, strict=True))
            yield f"{self.named(number)}: " + "; ".join(named)

    def remarks(self, people: list[dict[str, Answer]]) -> Iterator[Remark]:
        labels = {field.id: field.label for field in self.fields}
        for number, person in enumerate(people, start=1):
            for name, answer in person.items():
                at = f"{self.named(number)}, {labels[name]}"
                yield from (replace(remark, at=at) for remark in answer.remarks)

    def named(self, number: int) -> str:
        return self.item.replace("{number}", str(number))

    @property
    def prose(self) -> bool:
        return any(field.prose for field in self.fields)

    def data_schema(self) -> dict[str, Any]:
        """Return the schema of a list of people; of each, what was answered and nothing else."""
        answered = {
            "type": "object",
            "properties": {
                field.id: {
                    "title": str(field.label),
                    "anyOf": [{"type": "null"}, field.data_schema()],
                }
                for field in self.fields
            },
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"type": "array", "items": answered, "minItems": 1, "maxItems": self.most}

    def item_fields(self, number: int) -> tuple[Field, ...]:
        """Return the fields of item `number` (from 0), with ids of their own."""
        return tuple(
            field.model_copy(update={"id": f"{self.id}-{number}-{field.id}"})
            for field in self.fields
        )

    def items(self, typed: Typed) -> list[dict[str, tuple[str, ...]]]:
        """Return what was typed in each item, by the name an input has within it."""
        found: list[dict[str, tuple[str, ...]]] = [{} for _ in range(self.count(typed))]
        for name, values in typed.items():
            if place := self.place(name):
                found[place[0]][place[1]] = values
        return found

    def count(self, typed: Typed) -> int:
        """Return how many items the page shows: one more than the highest number that was typed."""
        numbers = (found[0] for name in typed if (found := self.place(name)))
        return max(numbers, default=-1) + 1

    def filled(self, typed: Typed, number: int) -> bool:
        """Tell whether something is typed in item `number` (from 0)."""
        return number < self.count(typed) and is_filled(self.items(typed)[number])

    def added(self, typed: Typed) -> Typed:
        """Return the page with one more, empty, item; as it is when there is no room for it."""
        # An empty page shows one item already.
        shown = max(self.count(typed), 1)
        name = f"{self.id}-{shown}-{self.fields[0].id}"
        return {**typed, name: ("",)} if shown < self.most else typed

    def removed(self, typed: Typed, number: int) -> Typed:
        """Return the page without item `number` (from 0); those after it move up."""
        kept: dict[str, tuple[str, ...]] = {}
        for name, values in typed.items():
            found = self.place(name)
            if not found:
                kept[name] = values
            elif found[0] != number:
                kept[f"{self.id}-{found[0] - (found[0] > number)}-{found[1]}"] = values
        return kept

    def place(self, name: str) -> tuple[int, str] | None:
        """Return the item and the name within it that an input is for; None when there is none.

        No page has room for more than `most`: a higher number is no input of ours.
        """
        found = names(self.id).fullmatch(name)
        return (int(found[1]), found[2]) if found and int(found[1]) < self.most else None

    def owns(self, name: str) -> bool:
        found = self.place(name)
        return found is not None and any(field.owns(found[1]) for field in self.fields)

    def most_values(self, name: str) -> int:
        place = self.place(name)
        inner = place[1] if place else ""
        return next((field.most_values(inner) for field in self.fields if field.owns(inner)), 1)

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        ids = [field.id for field in self.fields]
        for field in self.fields:
            at = f"fields.{field.id}"
            wrong += [(f"{at}.{key}", reason) for key, reason in field.faults()]
            if isinstance(field, GroupField) or field.ask_if or field.required_if:
                wrong.append((at, "ett fält i en grupp är ingen grupp och har inga villkor"))
            if field.identifies:
                wrong.append((f"{at}.identifies", "sätts på gruppen, inte på fälten i den"))
            if field.child and self.identifies:
                wrong.append((f"{at}.child", "den som anmäler är inte barnet (identifies)"))
        wrong += twice("child", (field.child for field in self.fields if field.child))
        wrong += twice("fields", ids)
        return wrong


@cache
def names(group_id: str) -> re.Pattern[str]:
    """Return the pattern of a group's inputs: the item's number, and the name within the item."""
    return re.compile(rf"{re.escape(group_id)}-(0|[1-9]\d{{0,2}})-(.+)", re.ASCII | re.DOTALL)


def is_filled(inputs: Typed) -> bool:
    return any(clean(value) for values in inputs.values() for value in values)


def data(person: Mapping[str, Answer]) -> dict[str, object]:
    """Return one item's answers for machines, by field."""
    return {name: answer.data for name, answer in person.items()}
