"""What is said of an answer: what must be put right, and how it was read."""

from collections.abc import Mapping
from typing import Any

from app.runner.texts import Interface, Text

ANY, OTHER = "any", "other"
"""Where words for every kind of field stand, and the words when nobody has any."""


def wrong(t: Interface, kind: str, key: str, numbers: Mapping[str, int]) -> Text:
    """Return what is wrong with an answer: in the words of its kind, else in those for any."""
    path = place(t, "errors", kind, key) or f"errors.{ANY}.{OTHER}"
    return t(path, **numbers)


def read(t: Interface, remark: Mapping[str, Any]) -> Text | None:
    """Return how an answer was read; None when nobody has words for it.

    `remark` is as a transcript has it. A month is said by its name.
    """
    path = place(t, "read", remark["kind"], remark["key"])
    if path is None:
        return None
    values = dict(remark["values"])
    if "month" in values:
        values["month"] = t(f"dates.months.{values['month']}")
    said = t(path, **values)
    return Text(f"{remark['at']}: {said}", said.lang) if remark["at"] else said


def place(t: Interface, root: str, kind: str, key: str) -> str | None:
    """Return the path of the words of a kind, else of any kind; None when there are none."""
    paths = (f"{root}.{name}.{key}" for name in (kind, ANY))
    return next((path for path in paths if path in t), None)
