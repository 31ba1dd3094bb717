"""What another system finds when it has opened a report that was sealed to it."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

SCHEMA = "skyddsnat/hand-over/1"


def hand_over(facts: Mapping[str, Any], transcript: Mapping[str, Any]) -> bytes:
    """Return the facts about a report together with its transcript, as JSON.

    `facts` are those of the row it is stored in. They are sealed together with what the report
    says, so that one report is never taken for another.
    """
    return compact(
        {
            "schema": SCHEMA,
            "submission": str(facts["id"]),
            "municipality": facts["municipality_code"],
            "unit": facts["unit"],
            "form": facts["form_id"],
            "received_at": facts["received_at"].isoformat(timespec="seconds"),
            "transcript": transcript,
        }
    )


def compact(content: Mapping[str, Any]) -> bytes:
    """Return JSON without blanks, in UTF-8."""
    return to_json(content)
