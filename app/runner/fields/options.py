"""Options to choose from: radios (one of them) and checkboxes (as many as are true).

An option may open a line of text ("Annat"), which is then asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field as Constraint

from app.runner.field import (
    Answer,
    Definition,
    Field,
    Id,
    Length,
    Listed,
    Problem,
    Reading,
    Typed,
    Words,
    kind,
    line,
    twice,
)

RESERVED = frozenset({"error", "hint"})
"""What ends the ids of a field's own message and hint on the page."""


class OptionText(Definition):
    """The line that an option opens. `max` is in characters."""

    ERRORS: ClassVar[tuple[str, ...]] = ("missing", "too_long")

    label: Words
    max: Length = 100
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
        """Return the id of an option's input: the first has the field's, for errors to link to."""
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
        inputs = [self.text_name(option) for option in self.options if option.text]
        for option in self.options:
            at = f"options.{option.id}"
            if option.id in RESERVED or self.input_id(option) in inputs:
                wrong.append((at, "alternativets id är upptaget"))
            wrong += [(f"{at}.text.{key}", reason) for key, reason in text_faults(option.text)]
        wrong += twice("options", ids)
        return wrong

    def answer(self, chosen: Iterable[Option], typed: Typed) -> Reading:
        """Return the answer of these options, with their texts, or what is wrong with the texts."""
        lines, texts, problems = [], {}, []
        for option in chosen:
            text = line(typed, self.text_name(option)) if option.text else ""
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


def text_faults(text: OptionText | None) -> list[tuple[str, str]]:
    """Return what is wrong with the line that an option opens: (key, reason)."""
    if text is None:
        return []
    wrong = [
        (f"errors.{key}", f"okänt fel; en sådan text har {', '.join(text.ERRORS)}")
        for key in text.errors
        if key not in text.ERRORS
    ]
    if "missing" not in text.errors:
        wrong.append(("errors.missing", "en text som krävs säger själv vad man ska göra"))
    return wrong


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
