"""What was answered of somebody in a case, by question, and how it is read again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.runner.days import whole_day

Told = Mapping[str, Mapping[str, Any]]
"""What was answered, by field: the `lines` that people read, and the `data` for machines."""


def told_in(words: Mapping[str, Any]) -> Told:
    return {each["field"]: each for each in words["questions"] if each["lines"]}


def data_of(told: Told, name: str) -> Any:  # noqa: ANN401 - whatever a kind of field makes of it
    return told.get(name, {}).get("data")


def choices(told: Told) -> Mapping[str, frozenset[str]]:
    """Return what was chosen, by question; nothing for a question without options."""
    return {
        name: frozenset(each for each in said["data"] if isinstance(each, str))
        for name, said in told.items()
        if isinstance(said["data"], list | tuple | Mapping)
    }


def chosen(told: Told, name: str) -> str:
    """Return the option that was chosen; "" when none was."""
    return next(iter(data_of(told, name) or ()), "")


def day_in(told: Told, name: str) -> date | None:
    """Return a whole day that was answered; None when it is none."""
    return whole_day(data_of(told, name))
