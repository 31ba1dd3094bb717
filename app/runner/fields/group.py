"""The same few questions for each of several people: add, change, remove."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field as Constraint

from app.runner.field import AnyField, Answer, Field, Listed, Problem, Reading, Typed, Words, kind

Items = tuple[dict[str, tuple[str, ...]], ...]


@kind("group")
class GroupField(Field):
    """A list of at most `most` items, each answering `fields`. Inputs are named `<group>-<n>-<field>`."""

    ERRORS: ClassVar = ("missing", "too_many")

    kind: Literal["group"]
    fields: Annotated[tuple[AnyField, ...], Listed, Constraint(min_length=1)]
    most: int = 30
    item: Words
    add: Words
    remove: Words

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        problems: list[Problem] = []
        people: list[dict[str, Answer]] = []
        for number in range(self.count(typed)):
            if not self.filled(typed, number):
                continue
            answers = {}
            for field in self.item_fields(number):
                reading = field.read(typed, today=today, required=field.required)
                problems += reading.problems
                if reading.answer:
                    answers[field.id.rsplit("-", 1)[1]] = reading.answer
            people.append(answers)
        if len(people) > self.most:
            problems.append(Problem(self.id, "too_many", {"most": self.most, "count": len(people)}))
        if required and not people:
            problems.append(Problem(self.id, "missing"))
        if problems or not people:
            return Reading(problems=tuple(problems))
        return Reading(Answer(self.lines(people), [self.data(person) for person in people]))

    def lines(self, people: list[dict[str, Answer]]) -> tuple[str, ...]:
        labels = {field.id: field.label for field in self.fields}
        return tuple(
            f"{self.item.replace('{number}', str(number))}: "
            + "; ".join(
                f"{labels[name]}: {' '.join(answer.lines)}" for name, answer in person.items()
            )
            for number, person in enumerate(people, start=1)
        )

    def data(self, person: Mapping[str, Answer]) -> dict[str, object]:
        return {name: answer.data for name, answer in person.items()}

    def item_fields(self, number: int) -> tuple[Field, ...]:
        """Return the fields of item `number` (from 0), with ids of their own."""
        return tuple(
            field.model_copy(update={"id": f"{self.id}-{number}-{field.id}"})
            for field in self.fields
        )

    def count(self, typed: Typed) -> int:
        """Return how many items the page shows: one more than the highest number that was posted."""
        numbers = [int(found[1]) for name in typed if (found := self.named().match(name))]
        return min(max(numbers, default=-1) + 1, self.most * 2)

    def filled(self, typed: Typed, number: int) -> bool:
        prefix = f"{self.id}-{number}-"
        return any(
            value.strip() for name in typed if name.startswith(prefix) for value in typed[name]
        )

    def added(self, typed: Typed) -> Typed:
        """Return the page with one more, empty, item."""
        name = f"{self.id}-{max(self.count(typed), 1)}-{self.fields[0].id}"
        return {**typed, name: ("",)} if self.count(typed) < self.most else typed

    def removed(self, typed: Typed, number: int) -> Typed:
        """Return the page without item `number` (from 0); those after it move up."""
        kept: dict[str, tuple[str, ...]] = {}
        for name, values in typed.items():
            found = self.named().match(name)
            if not found:
                kept[name] = values
            elif int(found[1]) != number:
                place = int(found[1]) - (int(found[1]) > number)
                kept[f"{self.id}-{place}-{found[2]}"] = values
        return kept

    def named(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.id)}-(\d{{1,3}})-(.+)", re.ASCII)

    def owns(self, name: str) -> bool:
        found = self.named().fullmatch(name)
        return bool(found) and any(field.owns(name) for field in self.item_fields(int(found[1])))

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        for field in self.fields:
            wrong += [(f"fields.{field.id}.{key}", reason) for key, reason in field.faults()]
            if isinstance(field, GroupField) or field.ask_if or field.required_if:
                wrong.append(
                    (
                        f"fields.{field.id}",
                        "ett fält i en grupp är ingen grupp och har inga villkor",
                    )
                )
        return wrong
