"""The box "Jag vet inte" that may stand beside a field: an answer that a condition can ask for."""

from app.runner.field import Answer, Field, Problem, Reading, Typed, one

UNKNOWN = "unknown"
"""The option id that the box answers with."""


def box_name(field: Field) -> str:
    return f"{field.id}-{UNKNOWN}"


def read_box(field: Field, label: str, typed: Typed, *, filled: bool) -> Reading | None:
    """Read the box beside a field; None when there is none, or it is not ticked."""
    if not label or not one(typed, box_name(field)):
        return None
    if filled:
        return Reading(problems=(Problem(field.first, "both"),))
    return Reading(Answer((label,), None, frozenset({UNKNOWN})))
