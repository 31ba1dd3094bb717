"""Options to choose from: radios (one of them) and checkboxes (as many as are true).

An option may open a line of text ("Annat"), which is then asked for.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field as Constraint

from app.runner.field import (
    Answer,
    Definition,
    Field,
    Id,
    Listed,
    Problem,
    Reading,
    Typed,
    Words,
    kind,
    one,
)
from collections.abc import Mapping


class OptionText(Definition):
    """The line that an option opens. `max` is in characters."""

    label: Words
    max: int = 100
    errors: Mapping[str, str] = {}


class Option(Definition):
    """One thing to choose. An option that stands `alone` cannot be chosen together with another."""

    id: Id
    label: Words
    hint: Words = ""
    alone: bool = False
    text: OptionText | None = None


Options = Annotated[tuple[Option, ...], Listed, Constraint(min_length=2)]


class OptionsField(Field):
    """What radios and checkboxes share."""

    options: Options

    def text_name(self, option: Option) -> str:
        return f"{self.id}-{option.id}-text"

    def input_id(self, option: Option) -> str:
        """Return the id of an option's input: the first is the field's own, so that errors can link to it."""
        return self.id if option is self.options[0] else f"{self.id}-{option.id}"

    def owns(self, name: str) -> bool:
        return name == self.id or any(
            option.text and name == self.text_name(option) for option in self.options
        )

    def possible(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        ids = [option.id for option in self.options]
        wrong += [
            (f"options.{name}", "alternativet finns två gånger")
            for name in set(ids)
            if ids.count(name) > 1
        ]
        wrong += [
            (
                f"options.{option.id}.text.errors.missing",
                "en text som krävs säger själv vad man ska göra",
            )
            for option in self.options
            if option.text and "missing" not in option.text.errors
        ]
        return wrong

    def answer(self, chosen: Iterable[Option], typed: Typed) -> Reading:
        """Return the answer of these options, with their texts, or what is wrong with the texts."""
        lines, texts, problems = [], {}, []
        for option in chosen:
            text = " ".join(one(typed, self.text_name(option)).split()) if option.text else ""
            problems += self.text_problems(option, text)
            lines.append(f"{option.label}: {text}" if text else option.label)
            texts[option.id] = text
        if problems:
            return Reading(problems=tuple(problems))
        return Reading(Answer(tuple(lines), texts, frozenset(texts)))

    def text_problems(self, option: Option, text: str) -> list[Problem]:
        if not option.text:
            return []
        name = self.text_name(option)
        if not text:
            return [Problem(name, "text_missing")]
        over = len(text) - option.text.max
        if over > 0:
            return [
                Problem(
                    name,
                    "text_too_long",
                    {"max": option.text.max, "count": len(text), "over": over},
                )
            ]
        return []


@kind("radios")
class RadiosField(OptionsField):
    """One of several options; none is chosen beforehand."""

    ERRORS: ClassVar = ("missing", "text_missing", "text_too_long")

    kind: Literal["radios"]

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        values = typed.get(self.id, ())
        chosen = [option for option in self.options if option.id in values[:1]]
        if not chosen:
            return self.missing() if required else Reading()
        return self.answer(chosen, typed)


@kind("checkboxes")
class CheckboxesField(OptionsField):
    """Any number of options."""

    ERRORS: ClassVar = ("missing", "alone", "text_missing", "text_too_long")

    kind: Literal["checkboxes"]

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        values = typed.get(self.id, ())
        chosen = [option for option in self.options if option.id in values]
        if not chosen:
            return self.missing() if required else Reading()
        if len(chosen) > 1 and any(option.alone for option in chosen):
            return Reading(problems=(Problem(self.id, "alone"),))
        return self.answer(chosen, typed)
