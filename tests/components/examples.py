"""Every example of every component, and the fields in them as their components receive them.

An example is written once, beside its component, and is documentation, fixture
and test in one: `[example.field]` is a field as in a form definition, shown with
what was `typed` and the `errors` it got; `[example.arguments]` is for components
that show something else than a field.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import app.runner.definition  # noqa: F401 - loads the kinds of fields
from app.runner.field import Field
from app.runner.fields.group import GroupField
from app.runner.texts import Interface, Text, fill, flat
from app.web.shown.views import FieldView, ItemView

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@dataclass(frozen=True)
class Example:
    """One way to use a component."""

    component: str
    name: str
    field: Mapping[str, Any] | None
    arguments: Mapping[str, Any]
    heading: bool
    typed: Mapping[str, tuple[str, ...]]
    errors: Mapping[str, str]


def examples() -> list[Example]:
    return [
        Example(
            component=path.stem,
            name=table["name"],
            field=table.get("field"),
            arguments=table.get("arguments", {}),
            heading=table.get("heading", False),
            typed={name: tuple(values) for name, values in table.get("typed", {}).items()},
            errors=table.get("errors", {}),
        )
        for path in sorted(TEMPLATES.glob("components/*.toml"))
        for table in tomllib.loads(path.read_text("utf-8"))["example"]
    ]


def texts(language: str) -> Interface:
    """Return the interface of one language, without a municipality's words in it."""
    path = ROOT / "forms" / "languages" / f"{language}.toml"
    table = tomllib.loads(path.read_text("utf-8"))
    return Interface({name: Text(words, language) for name, words in flat(table)})


def view(definition: Field, example: Example) -> FieldView:
    """Return a field as its component receives it."""
    items = ()
    if isinstance(definition, GroupField):
        items = tuple(
            item(definition, number, example)
            for number in range(max(definition.count(example.typed), 1))
        )
    inner = {error for one in items for field in one.fields for error in field.errors}
    return FieldView(
        definition=definition,
        required=definition.required,
        heading=example.heading and definition.id == (example.field or {}).get("id"),
        values=example.typed,
        errors={
            at: words
            for at, words in example.errors.items()
            if at not in inner and belongs(at, definition)
        },
        optional_text="" if definition.required else "(frivilligt)",
        items=items,
    )


def item(group: GroupField, number: int, example: Example) -> ItemView:
    return ItemView(
        number=number + 1,
        title=fill(group.item, {"number": str(number + 1)}),
        remove_value=f"{group.id}-{number}" if number else "",
        fields=tuple(view(field, example) for field in group.item_fields(number)),
    )


def belongs(at: str, definition: Field) -> bool:
    return at == definition.id or at.startswith(f"{definition.id}-")
