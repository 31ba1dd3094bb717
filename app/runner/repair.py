"""Puts stand-ins where a definition lacks something or is wrong, so that the rest can be judged.

The model itself is asked what it wants in a place, until it is content. What comes of it is looked
at and never served.
"""

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.runner.definition import Whole
from app.runner.faults import OF_THE_KEY, Fault, of_model, own_errors, where
from app.runner.field import KINDS, Definition
from app.runner.nearest import Location, close, holds_tables, nearest
from app.runner.stand_ins import UNKNOWN, StandIns

D = TypeVar("D", bound=Definition)
NO_NAME = "string_pattern_mismatch"
Holder = Any
"""A table or a list: what can hold something in TOML."""
ROUNDS = 60
"""One stand-in may ask for others: a table for its keys, a list for its parts."""
TRIES = 6
"""So many stand-ins are tried in one place before what it stands in is left out."""
TEXTS = ("0000", "16", "")
"""Tried in turn where a name will not do: a code, a time of day, nothing at all."""


def repaired(
    model: type[D], data: object, wrong: ValidationError, file: str, stand_ins: StandIns
) -> tuple[D | None, list[Fault]]:
    """Return what the data comes to with stand-ins for what is wrong; None when nothing helps.

    And what is wrong that the first faults hid: of a field of an unknown kind nothing is known.
    """
    data, tried = copy.deepcopy(data), Counter[Location]()
    stand_ins.used = True
    if issubclass(model, Whole) and any(lists(model, error["loc"]) for error in wrong.errors()):
        return None, []  # Of a form without its pages nothing can be known.
    hidden: list[Fault] = []
    for _ in range(ROUNDS):
        mending = Mending(model, data, file, stand_ins, tried)
        for error in sorted(own_errors(wrong), key=lambda error: error["type"] != UNKNOWN):
            mending.mend(error["type"], error["loc"], error.get("ctx", {}))
        data = without_gaps(data)
        try:
            return model.model_validate(data), hidden
        except ValidationError as still:
            wrong = still
            found = of_model(file, wrong, data, nearest=partial(nearest, model, data))
            hidden += stand_ins.own(fault for fault in found if not stand_ins.follows(fault))
    return None, hidden


class Gap:
    """Stands where a part of a list was, until all that is wrong has been seen to."""


@dataclass(slots=True)
class Mending:
    """One round: something is put in each place where something is wrong."""

    model: type[BaseModel]
    data: Any
    file: str
    stand_ins: StandIns
    tried: Counter[Location]
    done: set[Location] = field(default_factory=set)

    def mend(self, error: str, location: Location, context: Mapping[str, Any]) -> None:
        """Mend what is wrong at a place that Pydantic names: perhaps by what it tried there."""
        at, value = self.innermost(location, missing=error == "missing")
        if at in self.done:
            return
        self.done.add(at)
        self.tried[at] += 1
        holder: Holder = self.at(at[:-1]) if at else None
        if type(holder) not in {dict, list}:
            return
        of_the_key = location[-1] == OF_THE_KEY
        if error == NO_NAME and spelt_right(holder, at[-1], of_the_key=of_the_key):
            return
        if error == "kind" and isinstance(value, dict):
            self.note((*at, "kind"))
            value["kind"] = self.likely_kind(value, at)
        elif error == "condition" and isinstance(value, dict):
            self.one_way(value, at)
        elif error == UNKNOWN:
            self.read_as_meant(holder, at)
        elif of_the_key:
            holder[self.stand_ins.name()] = holder.pop(at[-1])
        else:
            self.stand_in(error, at, holder, value, context)

    def stand_in(
        self, error: str, at: Location, holder: Holder, value: object, context: Mapping[str, Any]
    ) -> None:
        if self.tried[at] > TRIES and at[:-1]:
            self.note(at[:-1])
            put(self.at(at[:-2]), at[-2], Gap)
            return
        self.note(at)
        if error == "missing":
            put(holder, at[-1], None)  # It will say what it wants there.
        elif (
            self.tried[at] == 1
            and not self.stand_ins.ample
            and error != "too_short"
            and at[-1] != "id"
        ):
            put(holder, at[-1], Gap)
        else:
            put(holder, at[-1], self.wanted(error, at, value, context))

    def wanted(self, error: str, at: Location, value: object, context: Mapping[str, Any]) -> object:
        """Return what a place wants, by what is wrong with what stands there."""
        ample = self.stand_ins.ample
        limits = {"greater_than_equal": "ge", "less_than_equal": "le"}
        if error in limits:
            return context[limits[error]]
        if error in {"literal_error", "enum"}:
            return re.findall(r"'([^']*)'", context["expected"])[-1 if ample else 0]
        if error == "too_short" and isinstance(value, list):
            return [*value, None]
        plain: Mapping[str, Callable[[], object]] = {
            "int_type": lambda: 9999 if ample else 1,
            "float_type": lambda: 0.5,
            "greater_than": lambda: 0.5,
            "less_than": lambda: 0.5,
            "bool_type": lambda: ample,
            "model_type": dict,
            "model_attributes_type": dict,
            "is_instance_of": dict,
            "mapping_type": lambda: dict.fromkeys(self.stand_ins.named),
            "dict_type": lambda: dict.fromkeys(self.stand_ins.named),
            "tuple_type": lambda: self.names(at),
            "list_type": lambda: self.names(at),
            "frozen_set_type": lambda: self.names(at),
        }
        if error.startswith("string_") and self.tried[at] <= TRIES // 2:
            return self.named(at)
        return plain.get(error, lambda: TEXTS[self.tried[at] % len(TEXTS)])()

    def named(self, at: Location) -> str:
        """Return a name for a place; its own, where it says what something is called."""
        number = at[-2] if len(at) > 1 else None
        if at[-1] != "id" or not isinstance(number, int):
            return self.stand_ins.name()
        others = [part for part in self.at(at[:-2]) if isinstance(part, dict)]
        return self.stand_ins.name_of_its_own(self.file, number, {str(x.get("id")) for x in others})

    def names(self, at: Location) -> list[str | None]:
        """Return what a list may hold: all there are names for, or tables that have them."""
        ample, named = self.stand_ins.ample, self.stand_ins.named
        if not ample or holds_tables(self.model, self.data, at):
            return [None for _ in named]
        return [*dict.fromkeys([*named, *ids(self.data)])]

    def read_as_meant(self, holder: Holder, at: Location) -> None:
        """Take away an unknown key; at the second look, read it as the known one it is like."""
        value = holder.pop(at[-1], None)
        meant = nearest(self.model, self.data, at) if self.stand_ins.ample else ""
        if meant and meant not in holder:
            holder[meant] = value

    def one_way(self, condition: dict[str, Any], at: Location) -> None:
        """Give a condition the one way of holding that it must have."""
        self.note(at)
        if condition.get("any_of"):
            condition.pop("none_of", None)
        else:
            condition["any_of"] = [self.stand_ins.name()]

    def likely_kind(self, described: Mapping[str, Any], at: Location) -> str:
        """Return the kind of field that a table without a known one is most likely to describe."""
        near = close(str(described.get("kind")), KINDS)
        if not near:
            self.stand_ins.guessed.add((self.file, where(at, self.data)))
        return near or ("radios" if "options" in described else "text")

    def innermost(self, location: Location, *, missing: bool) -> tuple[Location, Any]:
        """Return the place that a location names in the data, and what stands there."""
        data = self.data
        for depth, part in enumerate(location):
            inside = isinstance(data, dict) and part in data
            inside = inside or (
                isinstance(data, list) and isinstance(part, int) and part < len(data)
            )
            if not inside:
                last = depth == len(location) - 1
                return (location if missing and last else location[:depth]), data
            data = data[part]
        return location, data

    def at(self, location: Location) -> Holder:
        data = self.data
        for part in location:
            data = data[part]
        return data

    def note(self, at: Location) -> None:
        self.stand_ins.holes.add((self.file, where(at, self.data)))


def put(holder: Holder, at: int | str, value: object) -> None:
    """Put something in a table or a list; Gap takes away what stands there."""
    if value is Gap and isinstance(holder, dict):
        del holder[at]
    else:
        holder[at] = value


def spelt_right(holder: Holder, at: int | str, *, of_the_key: bool) -> bool:
    """Spell a name as names are, where it stands; False when that is not what is wrong with it."""
    name = at if of_the_key else holder[at]
    plain = re.sub(r"[^a-z0-9_-]", "-", str(name).lower()).lstrip("-_")
    if plain in {name, ""} or (of_the_key and plain in holder):
        return False
    if of_the_key:
        holder[plain] = holder.pop(at)
    else:
        holder[at] = plain
    return True


def without_gaps(data: object) -> object:
    """Return data without the parts of lists that have been taken away."""
    if isinstance(data, dict):
        return {key: without_gaps(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_gaps(part) for part in data if part is not Gap]
    return data


def lists(model: type[BaseModel], location: Location) -> bool:
    """Tell whether a location is that of a list that a whole file must have."""
    info = model.model_fields.get(str(location[0])) if len(location) == 1 else None
    return info is not None and info.is_required() and holds_tables(model, {}, location)


def ids(data: object) -> Iterator[str]:
    """Yield the names that parts of the data give themselves."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if isinstance(data, dict):
        yield from (data[key] for key in ("id", "check") if isinstance(data.get(key), str))
    for part in parts:
        yield from ids(part)
