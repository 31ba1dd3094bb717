"""All of a case for a machine: the report, its times, and everything that staff have written.

What it looks like is described by `schema`, kept as docs/schemas/case.json. It is what is taken
out as JSON, and what is sealed to the receiver when a case is handed over.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from app.casework.entries import Entry, Fault, Kind
from app.casework.opening import ReadItem
from app.casework.running import CaseClock
from app.runner.hand_over import compact
from app.runner.transcript_schema import DIALECT, QUESTION, STRING, Schema, thing

SCHEMA = "skyddsnat/case/1"
OF_A_CLOCK = (
    "clock",
    "round",
    "started_at",
    "due_on",
    "lawful_latest",
    "extended_to",
    "stopped_at",
    "late_days",
)


def written(read: ReadItem) -> bytes:
    """Return a case as JSON, in UTF-8."""
    return compact(document(read))


def document(read: ReadItem) -> dict[str, Any]:
    """Return a case as JSON can say it. Moments are UTC, to the second."""
    item, row = read.item, read.row
    return {
        "schema": SCHEMA,
        "submission": str(row["id"]),
        "reference": item.reference,
        "municipality": row["municipality_code"],
        "unit": row["unit"],
        "form": item.form_id,
        "received_at": said(item.received_at),
        "urgent": item.urgent,
        "protected": item.protected,
        "state": item.state,
        "owner": item.owner,
        "decided_at": said(item.decided_at),
        "outcome": item.outcome,
        "closed_at": said(item.closed_at),
        "clocks": [clock(each) for each in read.clocks],
        "transcript": read.transcript,
        "entries": [entry(each) for each in read.entries],
    }


def clock(known: CaseClock) -> dict[str, Any]:
    facts = asdict(known)
    return {name: said(facts[name]) for name in OF_A_CLOCK}


def entry(done: Entry) -> dict[str, Any]:
    return {
        "number": done.number,
        "kind": str(done.kind),
        "step": done.step or None,
        "author": done.author,
        "at": said(done.at),
        "state": done.state or None,
        "owner": done.owner,
        "words": done.words,
        "fault": str(done.fault) if done.fault else None,
    }


def said(value: object) -> object:
    """Return a moment or a day as it is written (RFC 3339); all else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
STRINGS: Schema = {"type": "array", "items": STRING}


def or_none(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, schema]}


def schema() -> Schema:
    """Return the JSON Schema (2020-12) of every case, whatever its form."""
    return {
        "$schema": DIALECT,
        "$id": "urn:skyddsnat:case:1",
        "title": "Ärende",
        "description": "A report with all that staff have done with it. What the transcript may "
        "hold is told by the schema of its form.",
        **thing(
            {
                "schema": {"const": SCHEMA},
                "submission": {"type": "string", "format": "uuid"},
                "reference": STRING,
                "municipality": STRING,
                "unit": STRING,
                "form": STRING,
                "received_at": MOMENT,
                "urgent": FLAG,
                "protected": FLAG,
                "state": {"description": "An id of the form's process.", **STRING},
                "owner": or_none(STRING),
                "decided_at": or_none(MOMENT),
                "outcome": or_none({"description": "An id of the form's process.", **STRING}),
                "closed_at": or_none(MOMENT),
                "clocks": {"type": "array", "items": CLOCK},
                "transcript": {
                    "type": "object",
                    "properties": {"schema": {"const": "skyddsnat/transcript/1"}},
                    "required": ["schema", "form", "version", "language", "pages"],
                },
                "entries": {"type": "array", "items": ENTRY},
            }
        ),
        "$defs": {"question": QUESTION, "words": {"anyOf": list(words())}},
    }


CLOCK: Schema = thing(
    {
        "clock": {"description": "An id of the form's process.", **STRING},
        "round": {"description": "How many times it has been started.", **NUMBER},
        "started_at": MOMENT,
        "due_on": {"description": "The last day.", **DAY},
        "lawful_latest": {"description": "The last day by lag (1930:173).", **DAY},
        "extended_to": or_none(DAY),
        "stopped_at": or_none(MOMENT),
        "late_days": or_none(NUMBER),
    }
)
ENTRY: Schema = thing(
    {
        "number": {"description": "The version of the case after it, from 1.", **NUMBER},
        "kind": {"enum": [str(kind) for kind in Kind]},
        "step": or_none({"description": "An id of the form's process.", **STRING}),
        "author": STRING,
        "at": MOMENT,
        "state": or_none(STRING),
        "owner": or_none(STRING),
        "words": {
            "description": "What was written; null when nothing was, or `fault` says why not.",
            **or_none({"$ref": "#/$defs/words"}),
        },
        "fault": or_none({"enum": [str(fault) for fault in Fault]}),
    }
)


def words() -> Iterator[Schema]:
    """Yield what may have been written: a text, or the questions of a step with their answers."""
    known = {"const": "skyddsnat/entry/1"}
    yield {
        "type": "object",
        "properties": {
            "schema": known,
            "text": STRING,
            "name": STRING,
            "letter": {"description": "An id of the form's process.", **STRING},
            "to": {"description": "Who got it: one of the case's people, or a role.", **STRING},
            "about": {"description": "Whom it names, of the case's people.", **STRINGS},
            "purposes": {"description": "The consents that it was made by.", **STRINGS},
            "until": {"description": "The last day that it is kept to, or empty.", **STRING},
            "never": {"description": "Barred in an emergency too.", "const": True},
            "unit": {"description": "The unit that it is lent to.", **STRING},
            "may": {"enum": ["read", "work"]},
            "last_day": {"description": "The last day that it is lent.", **DAY},
            "open_until": {"description": "When it is open no more to who was let in.", **MOMENT},
        },
        "required": ["schema"],
        "additionalProperties": False,
    }
    yield thing(
        {
            "schema": known,
            "process": STRING,
            "version": NUMBER,
            "content_hash": STRING,
            "page": STRING,
            "title": STRING,
            "questions": {"type": "array", "items": {"$ref": "#/$defs/question"}},
        }
    )
