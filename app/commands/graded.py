"""How something was when it was looked at, and what there is to say of it."""

from collections.abc import Iterator
from enum import Enum


class Grade(Enum):
    """How it is."""

    FINE = "ok"
    DOUBTFUL = "varning"
    FAULT = "FEL"


Said = Iterator[tuple[Grade, str]]
