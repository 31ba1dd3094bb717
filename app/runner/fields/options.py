"""Options to choose from: radios (one of them) and checkboxes (as many as are true).

An option may open a line of text ("Annat"), which is then asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import Field as Constraint
from pydantic import GetJsonSchemaHandler, ModelWrapValidatorHandler, model_validator
from pydantic_core import CoreSchema

from app.runner.field import (
    LINE_MOST,
    NOT_READ,
    Answer,
    Bound,
    Definition,
    Field,
    Id,
    Listed,
    Most,
    Problem,
    Reading,
    Remark,
    Words,
    kind,
    twice,
)
from app.runner.typed import Retold, Typed, clean, line, over

RESERVED = frozenset({"error", "hint"})
"""What ends the ids of a field's own message and hint on the page."""


class OptionText(Definition):
    """The line that an option opens. `max` is in characters."""

    ERRORS: ClassVar[tuple[str, ...]] = ("missing", "too_long")

    label: Words
    """What is asked."""
    max: Most = LINE_MOST
    """Characters."""
    errors: Mapping[str, str] = {}
    """What is said of a fault, by its name."""


class Option(Definition):
    """One thing to choose. One that is `alone` stands apart: it says that none of the others is."""

    id: Id
    """What machines know it by, and what conditions name."""
    label: Words
    """What the visitor reads."""
    hint: Words = ""
    """What helps to choose."""
    alone: bool = False
    """Whether it says that none of the others is true."""
    age: int | None = None
    """An age in years: offered only when it is from `least` to `most` of the question."""
    text: OptionText | None = None
    """A line that it opens."""


Options = Annotated[tuple[Option, ...], Listed, Constraint(min_length=2)]


class OptionsField(Field):
    """What radios and checkboxes share."""

    ERRORS: ClassVar[tuple[str, ...]] = ("missing", "text_missing", "text_too_long")
    REMARKS: ClassVar[tuple[str, ...]] = (NOT_READ,)

    options: Options
    """What there is to choose from; not said where `of` is."""
    of: Annotated[tuple[Id, ...], Listed] = ()
    """In a step, in place of options: which of the people in the case there are to choose from."""
    options_from: Literal["districts", "measures", "purposes", "outcomes_for_one"] | None = None
    """The municipality's own list beside `options`: `districts` in a form, the others in a step."""
    least: Bound = 0
    """The lowest `age` of an option that is offered."""
    most: Bound = 130
    """The highest."""

    @model_validator(mode="wrap")
    @classmethod
    def of_people(cls, data: Any, read: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401
        """Make a question that says `of` one for the people in a case: it needs no options."""
        made = PEOPLE.get(cls) if isinstance(data, dict) and "of" in data else None
        return cast("Self", made.model_validate(data)) if made else read(data)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema without that options are needed: they are not where `of` is."""
        found = handler.resolve_ref_schema(handler(core))
        needed = [name for name in found.get("required", ()) if name != "options"]
        return {**found, "required": needed}

    def offered(self) -> Self:
        """Return the question with the ages that this municipality asks about, and no others."""
        kept = [one for one in self.options if one.age is None or self.asks_about(one.age)]
        return self.model_copy(update={"options": tuple(kept)})

    def asks_about(self, age: int) -> bool:
        return int(self.least) <= age <= int(self.most)

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
        if self.options and self.of:
            wrong.append(("options", "står inte tillsammans med of"))
        inputs = [self.text_name(option) for option in self.options if option.text]
        for option in self.options:
            at = f"options.{option.id}"
            if option.id in RESERVED or self.input_id(option) in inputs:
                wrong.append((at, "alternativets id är upptaget"))
            found = text_faults(option.text, needed=self.required or bool(self.required_if))
            wrong += [(f"{at}.text.{key}", reason) for key, reason in found]
        wrong += twice("options", (option.id for option in self.options))
        return wrong

    def ticked(self, typed: Typed) -> tuple[str, ...]:
        """Return the ids of the options that are chosen, in the order of the question.

        Who chose none, and wrote on the line of one, has chosen that.
        """
        values = typed.get(self.id, ())[: self.most_values(self.id)]
        chosen = tuple(option.id for option in self.options if option.id in values)
        if chosen or any(map(clean, values)):
            return chosen
        written = (option.id for option in self.options if self.text(option, typed))
        return tuple(written)[: self.most_values(self.id)]

    def text(self, option: Option, typed: Typed) -> str:
        return line(typed, self.text_name(option)) if option.text else ""

    @cached_property
    def wordless(self) -> Mapping[str, Option]:
        """The options that nothing can be written at."""
        return {option.id: option for option in self.options if not option.text}

    @cached_property
    def alone(self) -> Mapping[tuple[str, ...], Reading]:
        """How one of those is read when it is the only one: the same for everybody."""
        return {(name,): self.answer([one], [], {}) for name, one in self.wordless.items()}

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        values = typed.get(self.id, ())
        if known := self.alone.get(values):
            return known
        if 0 < len(values) <= self.most_values(self.id) and self.wordless.keys() >= {*values}:
            only = [option for name, option in self.wordless.items() if name in values]
            return self.answer(only, [], {})
        ids = self.ticked(typed)
        chosen = [option for option in self.options if option.id in ids]
        if required:
            problems = self.missing().problems if not chosen else ()
            problems += tuple(
                Problem(self.text_name(option), "text_missing")
                for option in chosen
                if option.text and not self.text(option, typed)
            )
            if problems:
                return Reading(problems=problems)
        problems = self.too_long(chosen, typed)
        if problems:
            return Reading(problems=problems)
        return self.answer(chosen, self.unknown(typed), typed)

    def unknown(self, typed: Typed) -> list[str]:
        """Return what was posted that is no option: an older page's, or what nobody offered."""
        known = self.possible()
        values = typed.get(self.id, ())[: self.most_values(self.id)]
        return [text for value in values if value not in known and (text := clean(value))]

    def answer(self, chosen: Sequence[Option], unknown: list[str], typed: Typed) -> Reading:
        if not (chosen or unknown):
            return Reading()
        texts = {option.id: self.text(option, typed) for option in chosen}
        lines = [
            f"{option.label}: {texts[option.id]}" if texts[option.id] else option.label
            for option in chosen
        ]
        said = [word for value in unknown for word in value.split("\n")]
        remarks = (Remark(self.kind, NOT_READ),) if unknown else ()
        return Reading(Answer((*lines, *said), texts or None, frozenset(texts), remarks))

    def too_long(self, chosen: Sequence[Option], typed: Typed) -> tuple[Problem, ...]:
        """Return what is wrong with the lines that were written on."""
        problems = []
        for option in chosen:
            name, text = self.text_name(option), self.text(option, typed)
            if option.text and text and (many := over(typed, name, text, most := option.text.max)):
                numbers = {"max": most, "count": most + many, "over": many}
                problems.append(Problem(name, "text_too_long", numbers))
        return tuple(problems)

    @property
    def prose(self) -> bool:
        return True

    def retold(self, lines: Sequence[str], data: object, put: Self | None) -> Retold:
        if not isinstance(data, Mapping) or not data.keys() <= self.possible():
            return super().retold(lines, data, put)
        chosen = [option for option in self.options if option.id in data]
        typed = tuple(text for text in data.values() if text)
        # What was posted and is no option stands after the others.
        return Retold(tuple(option.label for option in chosen), (*typed, *lines[len(chosen) :]))

    def data_schema(self) -> dict[str, Any]:
        most = len(self.options) if self.most_values(self.id) > 1 else 1
        return {
            "description": "Option by option, what was written at it; empty where nothing was.",
            "type": "object",
            "properties": {option.id: chosen_schema(option) for option in self.options},
            "additionalProperties": {"const": ""} if self.options_from else False,
            "minProperties": 1,
            **({"maxProperties": most} if most == 1 or not self.options_from else {}),
        }


def chosen_schema(option: Option) -> dict[str, Any]:
    return {"title": str(option.label), **({"type": "string"} if option.text else {"const": ""})}


def text_faults(text: OptionText | None, *, needed: bool) -> list[tuple[str, str]]:
    """Return what is wrong with the line that an option opens: (key, reason)."""
    if text is None:
        return []
    known = text.ERRORS if needed else text.ERRORS[1:]
    wrong = [
        (f"errors.{key}", f"okänt fel; en sådan text har {', '.join(known)}")
        for key in text.errors
        if key not in known
    ]
    if needed and "missing" not in text.errors:
        wrong.append(("errors.missing", "en text som krävs säger själv vad man ska göra"))
    return wrong


@kind("radios")
class RadiosField(OptionsField):
    """One of several options; none is chosen beforehand."""

    # The last two of who is chosen among the people in a case.
    ERRORS: ClassVar[tuple[str, ...]] = (*OptionsField.ERRORS, "not_theirs", "same")

    kind: Literal["radios"]


@kind("checkboxes")
class CheckboxesField(OptionsField):
    """Any number of options."""

    kind: Literal["checkboxes"]

    def most_values(self, name: str) -> int:
        return len(self.options) if name == self.id else 1


class OneOfPeople(RadiosField):
    """One of the people in a case: who they are stands in the case."""

    options: Annotated[tuple[Option, ...], Listed] = ()
    """Filled in with them before it is shown or read."""


class SomeOfPeople(CheckboxesField):
    """Any number of them."""

    options: Annotated[tuple[Option, ...], Listed] = ()
    """As for one of them."""

    def most_values(self, name: str) -> int:
        return max(super().most_values(name), 1)


PEOPLE: Mapping[type[OptionsField], type[OptionsField]] = {
    RadiosField: OneOfPeople,
    CheckboxesField: SomeOfPeople,
}
