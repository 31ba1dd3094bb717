"""Leaves out what is wrong in a definition, so that what else is wrong can be found the same time.

What comes of it is looked at and never served. What was left out by its name is remembered: that
something which hangs on it is missing is no fault of its own.
"""

import copy
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from app.runner.faults import OF_THE_KEY, Fault, name_of
from app.runner.field import KINDS, Definition, Field

D = TypeVar("D", bound=Definition)
Location = tuple[int | str, ...]

NO_NAME = "string_pattern_mismatch"
ROUNDS = 20
"""What is left out may make something else wrong: its list too short, its table without a key."""


def repaired(model: type[D], data: object, wrong: ValidationError) -> tuple[D | None, set[str]]:
    """Return what is left without what is wrong, None if nothing is, and the names left out."""
    data, out = copy.deepcopy(data), set[str]()
    for _ in range(ROUNDS):
        kinds = {error["loc"]: error["type"] for error in wrong.errors()}
        for location in sorted(kinds, key=str, reverse=True):
            if kinds[location] == NO_NAME and spelt_right(data, location):
                continue
            if not leave_out(data, location, out):
                return None, out
        data = without_gaps(data)
        try:
            return model.model_validate(data), out
        except ValidationError as still:
            wrong = still
    return None, out


def spelt_right(data: object, location: Location) -> bool:
    """Spell a name as names are, where it stands; False when that is not what is wrong with it."""
    of_the_key = location[-1] == OF_THE_KEY
    *way, last = location[:-1] if of_the_key else location
    holder: Any = data
    for part in way:
        holder = holder[part] if type(holder) in {dict, list} else None
    if type(holder) not in {dict, list}:
        return False
    name = last if of_the_key else holder[last]
    plain = re.sub(r"[^a-z0-9_-]", "-", str(name).lower())
    if plain == name or (of_the_key and plain in holder):
        return False
    if of_the_key:
        holder[plain] = holder.pop(last)
    else:
        holder[last] = plain
    return True


class Gap:
    """Stands where a part of a list was, until all that is wrong has been left out."""


def leave_out(data: object, location: Location, out: set[str]) -> bool:
    """Leave out the innermost thing that stands at a location; False when that is everything."""
    holder: Any = None
    at: Any = None
    for part in location:
        inside = isinstance(data, dict) and part in data
        inside = inside or (isinstance(data, list) and isinstance(part, int) and part < len(data))
        if not inside:
            break
        holder, at = data, part
        data = data[part]  # type: ignore[index] # one of the two, as we have just seen
    if holder is None:
        return False
    if isinstance(data, dict):
        out.add(name_of(data) or str(at))
    if isinstance(holder, list):
        holder[at] = Gap
    else:
        del holder[at]
    return True


def without_gaps(data: object) -> object:
    """Return data without the parts of lists that have been left out."""
    if isinstance(data, dict):
        return {key: without_gaps(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_gaps(part) for part in data if part is not Gap]
    return data


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that was left out of a file; `root` is where the file's texts are found."""

    file: str
    root: str
    name: str

    def bears(self, fault: Fault) -> bool:
        """Tell whether a fault hangs on what was left out."""
        if repr(self.name) in fault.reason:
            return True
        first, *rest = parts = fault.key.split(".")
        if self.name not in parts:
            return False
        here = fault.file == self.file and first != "texts"
        return here or self.root in parts or (first == "hand_over" and self.name in rest)


def own(found: Iterable[Fault], out: Collection[LeftOut]) -> Iterator[Fault]:
    """Yield the faults that do not hang on anything that was left out."""
    return (fault for fault in found if not any(each.bears(fault) for each in out))


def nearest(model: type[BaseModel], data: object, location: Location) -> str:
    """Return the known key that is most like an unknown one; "" when none is."""
    kind: Any = model
    for part in location[:-1]:
        kind = within(kind, part)
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        if kind is Field and isinstance(data, Mapping):
            kind = KINDS.get(str(data.get("kind")), Field)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return ""
    names = (info.alias or name for name, info in kind.model_fields.items())
    return close(str(location[-1]), names)


def close(name: str, known: Iterable[str]) -> str:
    """Return which of the known names is most like a name; "" when none is."""
    return next(iter(get_close_matches(name, list(known), 1, 0.7)), "")


def within(kind: Any, part: int | str) -> Any:  # noqa: ANN401 - an annotation is anything at all
    """Return what may stand at a part of what an annotation describes; None if that is unknown."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        info = kind.model_fields.get(str(part))
        return bare(info.annotation) if info else None
    inner = get_args(kind)
    if not inner:
        return None
    return bare(inner[-1] if get_origin(kind) is not tuple else inner[0])


def bare(kind: Any) -> Any:  # noqa: ANN401 - as above
    """Return an annotation without what is said about it, and a union's first that is a table."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in {Union, UnionType}:
        return next((bare(one) for one in get_args(kind) if one is not type(None)), None)
    return kind
