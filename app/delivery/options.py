"""Reads what a municipality has set for a destination into what its connector can be set to.

A setting that can not be right is told by its name and never by its value: somebody may have put a
secret where it does not belong. It is looked for before anything starts, and stops the relay too.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from app.errors import BadOptions


class Options(BaseModel):
    """What a connector's settings are made from: unknown names and wrong kinds are refused.

    A validator's ValueError is shown, a field's after the field's name: in Swedish, and without
    what was written.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


O = TypeVar("O", bound=Options)  # noqa: E741 - an O, of Options

UNKNOWN = "extra_forbidden"
WHY = {
    "missing": "saknas",
    UNKNOWN: "går inte att ställa in",
    "string_type": "ska vara en text",
    "bool_type": "ska vara true eller false",
    "int_type": "ska vara ett heltal",
    "float_type": "ska vara ett tal",
    "literal_error": "har ett värde som inte finns",
}


def read(model: type[O], destination: str, given: Mapping[str, Any]) -> O:
    """Return what is set for a destination; BadOptions when it can not be right."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as wrong:
        # `from None`: pydantic's own message repeats what was written.
        why = "; ".join(_told(fault, model) for fault in wrong.errors())
        raise BadOptions(destination, why) from None


def read_faults(model: type[Options], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in what is set: (key, reason), the key empty where it is all of it."""
    try:
        model.model_validate(dict(given))
    except ValidationError as wrong:
        faults = wrong.errors()
        for fault in faults:
            yield ".".join(str(part) for part in fault["loc"]), _why(fault, model)
        # What goes for all of them together is judged only when none of them is unknown.
        known = {
            name: value
            for name, value in given.items()
            if not any(fault["loc"] == (name,) and fault["type"] == UNKNOWN for fault in faults)
        }
        if len(known) < len(given):
            told = {(fault["loc"], fault["type"]) for fault in faults}
            yield from _together(model, known, told)


def _together(
    model: type[Options], given: Mapping[str, Any], told: Collection[tuple[object, str]]
) -> Iterator[tuple[str, str]]:
    try:
        model.model_validate(dict(given))
    except ValidationError as wrong:
        for fault in wrong.errors():
            if (fault["loc"], fault["type"]) not in told:
                yield ".".join(str(part) for part in fault["loc"]), _why(fault, model)


def _told(fault: ErrorDetails, model: type[Options]) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    return f"{name} {_why(fault, model)}".strip()


def _why(fault: ErrorDetails, model: type[Options]) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    why = WHY.get(fault["type"], "kan inte ha det värdet")
    if fault["type"] == UNKNOWN:
        names = [info.alias or name for name, info in model.model_fields.items()]
        near = get_close_matches(str(fault["loc"][-1]), names, 1)
        return f"{why}; menade du {near[0]}?" if near else why
    return why
