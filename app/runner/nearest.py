"""Finds what was meant by a name that there is not: the known one that is most like it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from app.runner.field import KINDS, Field

Location = tuple[int | str, ...]
"""Where something stands, as Pydantic says it."""


def keys_of(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def nearest(model: type[BaseModel], data: object, location: Location) -> str:
    """Return the known key that is most like an unknown one; "" when none is."""
    kind = kind_at(model, data, location[:-1])
    return close(str(location[-1]), keys_of(kind)) if is_model(kind) else ""


def holds_tables(model: type[BaseModel], data: object, location: Location) -> bool:
    """Tell whether the list that should stand at a location holds tables."""
    return is_model(kind_at(model, data, (*location, 0)))


def is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def kind_at(model: type[BaseModel], data: object, location: Location) -> Any:  # noqa: ANN401 - an annotation is anything at all
    """Return what should stand at a location, without what is said about it; None if unknown."""
    kind: Any = model
    for part in location:
        kind = inside(kind, part)
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        if kind is Field and isinstance(data, Mapping):
            kind = KINDS.get(str(data.get("kind")), Field)
    return kind


def close(name: str, known: Iterable[str]) -> str:
    """Return which of the known names is most like a name; "" when none is."""
    return next(iter(get_close_matches(name, list(known), 1, 0.7)), "")


def inside(kind: Any, part: int | str) -> Any:  # noqa: ANN401 - an annotation is anything at all
    """Return what may stand at a part of what an annotation describes; None if that is unknown."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        named = {info.alias or name: info for name, info in kind.model_fields.items()}
        info = named.get(str(part))
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
