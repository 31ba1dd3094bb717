"""A posted page becomes typed answers, or problems in the order of the page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.runner.checks import CHECKS
from app.runner.definition import Page
from app.runner.field import Answer, Field, Problem, all_hold
from app.runner.typed import Typed


class PageReading(NamedTuple):
    """What a page answered, and what must be put right on it, by field id."""

    answers: Mapping[str, Answer]
    problems: Mapping[str, tuple[Problem, ...]]


def asked_fields(page: Page, chosen: Mapping[str, frozenset[str]]) -> tuple[Field, ...]:
    """Return the fields that this page asks, given what was chosen on earlier pages."""
    if not page.has_conditions:
        return page.fields
    return tuple(field for field in page.fields if all_hold(field.ask_if, chosen))


def is_required(field: Field, chosen: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a field must be answered, given what was chosen on earlier pages."""
    return field.required or bool(field.required_if and all_hold(field.required_if, chosen))


def required_of(
    page: Page, fields: Iterable[Field], chosen: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Return the ids of those of a page's asked fields that must be answered."""
    if not page.has_conditions:
        return page.always_required
    return frozenset(field.id for field in fields if is_required(field, chosen))


def kept(fields: Iterable[Field], typed: Typed) -> dict[str, tuple[str, ...]]:
    """Return what was typed in the fields' own inputs: one value where an input takes one."""
    found: dict[str, tuple[str, ...]] = {}
    for name, values in typed.items():
        owner = next((field for field in fields if field.owns(name)), None)
        if owner:
            found[name] = tuple(dict.fromkeys(values))[: owner.most_values(name)]
    return found


def read(
    page: Page,
    fields: Sequence[Field],
    typed: Typed,
    *,
    earlier: Mapping[str, Answer],
    required: Collection[str],
    today: date,
) -> PageReading:
    """Read what was typed on a page; the rules across fields also see the `earlier` answers."""
    answers: dict[str, Answer] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    for field in fields:
        reading = field.read(typed, today=today, required=field.id in required)
        if reading.answer:
            answers[field.id] = reading.answer
        if reading.problems:
            problems[field.id] = reading.problems
    for check in page.checks:
        here = [field for field in fields if field.id in check.fields]
        # One message at a time: a field that is wrong in itself is put right first.
        if not here or any(field.id in problems for field in here):
            continue
        if not CHECKS[check.check]({**earlier, **answers}, check.fields):
            problems[here[0].id] = (Problem(here[0].first, f"check.{check.check}"),)
    if len(problems) > 1:
        problems = {field.id: problems[field.id] for field in fields if field.id in problems}
    return PageReading(answers, problems)
