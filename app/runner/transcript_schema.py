"""What a form's transcript looks like to a machine: a JSON Schema (2020-12) out of the definition.

The schema says what can come in `data`, kind by kind, and is as strict as the form: every page and
every question is named. It does not say in what words a question was put, since that differs with
language and municipality, nor how old somebody may be, since that is the municipality's to decide.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.runner.definition import Form, Page
from app.runner.field import Field
from app.runner.fields.date import LONGEST_ABOUT, DateField
from app.runner.fields.group import GroupField
from app.runner.fields.long_text import LongTextField
from app.runner.fields.options import CheckboxesField, Option, OptionsField
from app.runner.fields.person_number import LONGEST_OTHER
from app.runner.fields.text import TextField

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STRING: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date"}


def thing(properties: Mapping[str, Schema | bool]) -> Schema:
    """Return the schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


QUESTION: Schema = thing(
    {
        "field": STRING,
        "kind": STRING,
        "question": STRING,
        "hint": STRING,
        "lines": {
            "description": "The answer as people read it.",
            "type": "array",
            "items": STRING,
        },
        "data": True,
    }
)
"""What all questions have in common."""


def schema(form: Form) -> Schema:
    """Return the schema of every transcript of this version of a form."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:skyddsnat:transcript:{form.id}:{form.version}",
        "title": str(form.title),
        "description": "The questions of one report, as they were put, and what was answered. "
        "A question that nobody answered has no lines, and null for data.",
        **thing(
            {
                "schema": {"const": "skyddsnat/transcript/1"},
                "form": {"const": form.id},
                "version": {"const": form.version},
                "content_hash": {
                    "description": "SHA-256 of the definition, whatever the language.",
                    "type": "string",
                    "pattern": "^[0-9a-f]{64}$",
                },
                "title": STRING,
                "language": {"type": "string", "pattern": "^[a-z][a-zA-Z0-9-]*$"},
                "pages": {"type": "array", "items": one_of(map(page, asking(form)))},
            }
        ),
        "$defs": {"question": QUESTION},
    }


def asking(form: Form) -> list[Page]:
    return [page for page in form.pages if page.fields]


def page(asked: Page) -> Schema:
    """Return the schema of one page of the transcript."""
    return {
        "title": str(asked.heading),
        **thing(
            {
                "page": {"const": asked.id},
                "title": STRING,
                "questions": {
                    "type": "array",
                    "items": one_of(map(question, asked.fields)),
                    "minItems": 1,
                    "maxItems": len(asked.fields),
                },
            }
        ),
    }


def question(field: Field) -> Schema:
    """Return what sets one question apart from others."""
    return {
        "title": str(field.label),
        "$ref": "#/$defs/question",
        "properties": {
            "field": {"const": field.id},
            "kind": {"const": field.kind},
            "data": {"anyOf": [{"type": "null"}, data(field)]},
        },
    }


def data(field: Field) -> Schema:
    """Return the schema of what a machine reads. A kind that is not known here is a KeyError."""
    return DATA[field.kind](field)


def text(field: Field) -> Schema:
    assert isinstance(field, TextField | LongTextField)  # noqa: S101 - DATA pairs kind and function
    return {"type": "string", "minLength": 1, "maxLength": field.max}


def choices(field: Field) -> Schema:
    assert isinstance(field, OptionsField)  # noqa: S101 - as above
    many = isinstance(field, CheckboxesField)
    return {
        "description": "Option by option, what was written at it: empty where nothing can be.",
        "type": "object",
        "properties": {option.id: chosen(option) for option in field.options},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": len(field.options) if many else 1,
    }


def chosen(option: Option) -> Schema:
    written = (
        {"type": "string", "minLength": 1, "maxLength": option.text.max}
        if option.text
        else {"const": ""}
    )
    return {"title": str(option.label), **written}


def day(field: Field) -> Schema:
    assert isinstance(field, DateField)  # noqa: S101 - as above
    about = {"type": "string", "minLength": 1, "maxLength": LONGEST_ABOUT}
    exact = thing({"date": DAY})
    return {"oneOf": [exact, thing({"about": about})]} if field.approximate else exact


def person_number(_: Field) -> Schema:
    """Return the three forms: a number (personnummer or samordningsnummer), a day, as written."""
    number = {"type": "string", "pattern": "^[0-9]{12}$"}
    other = {"type": "string", "minLength": 1, "maxLength": LONGEST_OTHER}
    return {
        "oneOf": [
            thing({"number": number, "born": DAY}),
            thing({"born": DAY}),
            thing({"other": other}),
        ]
    }


def people(field: Field) -> Schema:
    """Return the schema of a list of people; of each, what was answered and nothing else."""
    assert isinstance(field, GroupField)  # noqa: S101 - as above
    answered = {
        "type": "object",
        "properties": {
            each.id: {"title": str(each.label), "anyOf": [{"type": "null"}, data(each)]}
            for each in field.fields
        },
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"type": "array", "items": answered, "minItems": 1, "maxItems": field.most}


def one_of(schemas: "map[Schema]") -> Schema:
    found: Sequence[Schema] = list(schemas)
    return found[0] if len(found) == 1 else {"oneOf": found}


DATA: Mapping[str, Callable[[Field], Schema]] = {
    "checkboxes": choices,
    "confirmation": lambda _: {"const": True},
    "date": day,
    "email": lambda _: {"type": "string", "format": "email", "minLength": 3},
    "group": people,
    "long_text": text,
    "number": lambda _: {"type": "integer", "minimum": 0},
    "person_number": person_number,
    "phone": lambda _: {"type": "string", "pattern": r"^\+[0-9]{4,20}$"},
    "radios": choices,
    "text": text,
}
