"""What can be wrong in `forms/`, said so that the author of the file can put it right."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

REASONS = {
    "missing": "saknas",
    "extra_forbidden": "okänd nyckel",
    "string_type": "ska vara en text",
    "int_type": "ska vara ett heltal",
    "float_type": "ska vara ett tal",
    "bool_type": "ska vara true eller false",
    "string_pattern_mismatch": "får bara ha små bokstäver a–z, siffror, _ och -",
    "string_too_long": "är för lång",
    "string_too_short": "är för kort",
    "tuple_type": "ska vara en lista",
    "frozen_set_type": "ska vara en lista",
    "model_type": "ska vara en tabell",
    "mapping_type": "ska vara en tabell",
    "too_short": "är för kort",
    "literal_error": "är inget av det som går att välja",
    "greater_than": "är för litet",
    "greater_than_equal": "är för litet",
    "less_than": "är för stort",
    "less_than_equal": "är för stort",
}
NAMES = ("id", "check", "form", "field")
"""The keys that a part of a list may be known by."""


ENUM_MEMBER = re.compile(r"<[\w.]+: ('[^']*')>")
OF_THE_KEY = "[key]"
"""How Pydantic says that it is the name of something that is wrong, and not what it holds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in `forms/`."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class ContentFaults(Exception):
    """Something in `forms/` is wrong; `faults` says what, where and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        # The same thing may be found on two ways; it is said once.
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def of_keys(file: str, found: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Yield faults in one file from pairs of key and reason."""
    return (Fault(file, key, reason) for key, reason in found)


def of_model(
    file: str,
    wrong: ValidationError,
    data: object,
    *,
    under: str = "",
    nearest: Callable[[tuple[int | str, ...]], str] = lambda _: "",
) -> Iterator[Fault]:
    """Yield what a model says of the data that it was made from, which stands `under` a key.

    `nearest` tells which known key an unknown one is most like.
    """
    for error in own_errors(wrong):
        reason = REASONS.get(error["type"], error["msg"])
        if error["type"] == "extra_forbidden" and (near := nearest(error["loc"])):
            reason = f"{reason}; menade du {near}?"
        if error["type"] == "literal_error":
            expected = ENUM_MEMBER.sub(r"\1", error["ctx"]["expected"])
            reason = f"{reason}: {expected.replace(' or ', ' eller ')}"
        key = ".".join(part for part in (under, where(error["loc"], data)) if part)
        yield Fault(file, key, reason)


def own_errors(wrong: ValidationError) -> list[ErrorDetails]:
    """Return what a model finds wrong, without what only follows from something else of it."""
    errors = wrong.errors(include_input=False, include_url=False)
    places = {error["loc"] for error in errors}

    def follows(error: ErrorDetails) -> bool:
        at = error["loc"]
        if error["type"] == "too_short":  # A part of a list that is wrong is not counted.
            return any(place[: len(at)] == at and place != at for place in places)
        # A number, or the name of one: it is enough to ask for the number.
        return at[-1:] == ("str",) and (*at[:-1], "int") in places

    return [error for error in errors if not follows(error)]


def where(location: tuple[int | str, ...], data: object) -> str:
    """Return the place of a fault by ids and not by numbers: `pages.barnet.fields.namn.labell`."""
    names: list[str] = []
    for part in location:
        if part == OF_THE_KEY:
            continue
        if isinstance(data, list) and isinstance(part, int):
            data = data[part]
            names.append(name_of(data) or str(part))
        elif isinstance(data, dict):
            names.append(str(part))
            data = data.get(str(part))
        # Where the data has ended, Pydantic goes on with the types it tried.
    return ".".join(names)


def name_of(part: object) -> str:
    """Return what a part of a list calls itself; empty when it does not."""
    if not isinstance(part, dict):
        return ""
    found = (part.get(key) for key in NAMES)
    return next((name for name in found if name and isinstance(name, str)), "")
