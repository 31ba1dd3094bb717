"""The municipality's own options, put into questions of a process that ask for them.

What it can do for the young, what they may say yes to and what may suit one of them differ from
place to place; the process is the same. What is chosen is kept as every other answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from app.runner.definition import Form
from app.runner.field import Definition, Field, Id, Listed, Words, twice
from app.runner.fields.group import GroupField
from app.runner.fields.options import Option, OptionsField
from app.runner.process import Process, Step

PURPOSES = "purposes"
LISTS = ("measures", PURPOSES, "outcomes_for_one")
"""What they are for, as `options_from` names them."""


class Own(Definition):
    """An option of the municipality's own."""

    id: Id
    """What it is kept as; a purpose is named by it in `needs`."""
    label: Words
    """What staff read."""


class Named(Option):
    """One of them as an option. Its name is a text of the municipality's, none of the process's."""

    label: str


Owns = Annotated[tuple[Own, ...], Listed]
Lists = Mapping[str, Sequence[Own]]
"""By what they are for."""


def faults(lists: Lists) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the lists by themselves: (key, reason)."""
    for name, those in lists.items():
        yield from twice(name, (each.id for each in those))
        for each in those:
            if not each.label.strip():
                yield f"{name}.{each.id}.label", "texten är tom"


def misplaced(form: Form) -> Iterator[tuple[str, str]]:
    """Yield questions of a form that ask for what only a step of a process has: (key, reason)."""
    for _, field in form.fields():
        inner = field.fields if isinstance(field, GroupField) else ()
        for one in (field, *inner):
            if asks_for(one):
                yield f"fields.{one.id}.options_from", "kommunens val står bara i steg i en process"


def clashes(process: Process, lists: Lists) -> Iterator[tuple[str, str]]:
    """Yield which of them cannot stand in a process, for the name of another: (key, reason)."""
    for step in put(process, lists).steps:
        for field in step.fields:
            name = asks_for(field)
            own = {f"options.{each.id}": f"{name}.{each.id}" for each in lists.get(name, ())}
            yield from ((own[key], why) for key, why in field.faults() if key in own)


def put(process: Process, lists: Lists) -> Process:
    """Return a process with the municipality's own options where it asks for them.

    They come last, but before what opens a line to write in. A letter that asks what somebody says
    yes to asks of their purposes too, where the process does. The hash is still the file's.
    """
    steps = tuple(step_with(step, lists) for step in process.steps)
    asked = any(asks_for(field) == PURPOSES for step in process.steps for field in step.fields)
    purposes = tuple(each.id for each in lists.get(PURPOSES, ()) if asked)
    letters = tuple(
        each.model_copy(update={"asks": (*each.asks, *purposes)}) if each.asks else each
        for each in process.letters
    )
    return process.model_copy(update={"steps": steps, "letters": letters})


def step_with(step: Step, lists: Lists) -> Step:
    if not any(map(asks_for, step.fields)):
        return step
    fields = tuple(field_with(field, lists.get(asks_for(field), ())) for field in step.fields)
    return step.model_copy(update={"fields": fields})


def field_with(field: Field, those: Sequence[Own]) -> Field:
    if not those or not isinstance(field, OptionsField):
        return field
    own = [Named.model_construct(id=each.id, label=each.label) for each in those]
    at = next((n for n, each in enumerate(field.options) if each.text), len(field.options))
    options = (*field.options[:at], *own, *field.options[at:])
    return field.model_copy(update={"options": options})


def asks_for(field: Field) -> str:
    """Return which list a question asks for; "" when it asks for none of these."""
    asked = field.options_from if isinstance(field, OptionsField) else None
    return asked if asked in LISTS else ""
