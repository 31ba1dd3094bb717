"""Carries what is written in one form over to another."""

from collections.abc import Mapping
from datetime import date

from app.runner.definition import Form
from app.runner.journey import UNFINISHED, Journey
from app.runner.typed import Typed


def carried(
    source: Form, target: Form, typed: Mapping[str, Typed], today: date
) -> dict[str, Typed]:
    """Return what the source's `hand_over` lets along to the target.

    It is as if typed there, but not yet gone on from. Only what is part of the source's answers
    comes along: nothing from a page that no longer applies.
    """
    answered = Journey(source, typed, today).answers
    hand_over = next((offer for offer in source.hand_over if offer.form == target.id), None)
    places = {field.id: (page, field) for page, field in target.fields()}
    origin = {field.id: page.id for page, field in source.fields()}
    result: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, goal in (hand_over.answers if hand_over else {}).items():
        if name not in answered or goal not in places:
            continue
        page, field = places[goal]
        inputs = typed[origin[name]]
        found = {
            goal + key[len(name) :]: values
            for key, values in inputs.items()
            if key == name or key.startswith(f"{name}-")
        }
        kept = {key: values for key, values in found.items() if field.owns(key)}
        if kept:
            result.setdefault(page.id, {UNFINISHED: ("carried",)}).update(kept)
    return dict(result)
