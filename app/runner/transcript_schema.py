"""What a form's transcript looks like to a machine: a JSON Schema (2020-12) out of the definition.

The schema says what can come in `data`, as each kind of field tells it, and is as strict as the
form: every page and every question is named. It does not say in what words a question was put,
since that differs with language and municipality, nor how old somebody may be, since that is the
municipality's to decide.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.runner.definition import Form, Page
from app.runner.field import Field
from app.runner.taken_in import Channel

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STRING: Schema = {"type": "string"}


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
            "description": "The answer as it was written, or the options as they were put.",
            "type": "array",
            "items": STRING,
        },
        "remarks": {
            "description": "How the answer was read, or that it was not.",
            "type": "array",
            "items": thing(
                {
                    "kind": STRING,
                    "key": STRING,
                    "values": {"type": "object"},
                    "at": {"description": "Whose, where several are listed.", **STRING},
                }
            ),
        },
        "data": True,
    }
)
"""What all questions have in common."""

TAKEN_IN: Schema = {
    "description": "Only of a report that staff wrote down: how it came, who took it in, when they "
    "wrote it down, and why later than it came.",
    **thing(
        {
            "channel": {"enum": [channel.value for channel in Channel]},
            "by": STRING,
            "at": {"type": "string", "format": "date-time"},
            "reason": STRING,
        }
    ),
}


def schema(form: Form) -> Schema:
    """Return the schema of every transcript of this version of a form."""
    whole = thing(
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
            "passed_by": passed_by(form),
        }
    )
    whole["properties"]["taken_in"] = TAKEN_IN
    return {
        "$schema": DIALECT,
        "$id": f"urn:skyddsnat:transcript:{form.id}:{form.version}",
        "title": str(form.title),
        "description": "The questions of one report, as they were put, and what was answered. "
        "A question that nobody answered has no lines, and null for data.",
        **whole,
        "$defs": {"question": QUESTION},
    }


def passed_by(form: Form) -> Schema:
    """Return the schema of the list of pages that were offered and that nobody looked at."""
    ids = [page.id for page in asking(form) if page.more]
    named = thing({"page": {"enum": ids} if ids else STRING, "title": STRING})
    return {"type": "array", "items": named, "maxItems": len(ids)}


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
            "data": {"anyOf": [{"type": "null"}, field.data_schema()]},
        },
    }


def one_of(schemas: "map[Schema]") -> Schema:
    found: Sequence[Schema] = list(schemas)
    return found[0] if len(found) == 1 else {"oneOf": found}
