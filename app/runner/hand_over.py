"""What another system finds when it has opened a report that was sealed to it."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from pydantic_core import to_json

SCHEMA = "skyddsnat/hand-over/1"
STEP = 4096
"""Octets. What is handed over is filled up to a whole number of these."""


def hand_over(facts: Mapping[str, Any], transcript: Mapping[str, Any]) -> bytes:
    """Return the facts about a report together with its transcript, as JSON.

    `facts` are those of the row it is stored in. They are sealed together with what the report
    says, so that one report is never taken for another. Blanks follow it (RFC 8259 2): what is
    sealed is no longer than what it was made from, and a length would tell short answers from long.
    """
    return filled(
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


def filled(content: Mapping[str, Any]) -> bytes:
    """Return JSON followed by blanks up to a whole number of STEP octets."""
    written = compact(content)
    return written.ljust(-(-len(written) // STEP) * STEP)


def bound(facts: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what the header of a sealed report states of its row, so that none of it can be moved.

    `facts` are those of the row. Flags are 0 or 1.
    """
    return {
        "submission": str(facts["id"]),
        "reference": facts["reference"],
        "form": facts["form_id"],
        "form_version": facts["form_version"],
        "municipality": facts["municipality_code"],
        "unit": facts["unit"],
        "received_at": facts["received_at"].astimezone(UTC).isoformat(timespec="seconds"),
        "urgent": int(facts["urgent"]),
        "protected": int(facts["protected"]),
    }


def compact(content: Mapping[str, Any]) -> bytes:
    """Return JSON without blanks, in UTF-8."""
    return to_json(content)
