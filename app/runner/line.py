"""What the kinds of field that are one line have in common.

A kind says what it understands of a line, in `understand`, and how the input looks. The line itself
is always the answer.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple, Self

from app.runner.field import (
    LINE_MOST,
    NOT_READ,
    Answer,
    Field,
    Problem,
    Reading,
    Remark,
    Words,
)
from app.runner.typed import Retold, Typed, line, one, over

UNKNOWN = "unknown"
"""The option id that the box "Jag vet inte" answers with: a condition can ask for it."""


class Understood(NamedTuple):
    """What a kind understands of a line; nothing is None. `remarks`: key to what its text needs."""

    data: Any = None
    choices: frozenset[str] = frozenset()
    remarks: Mapping[str, Mapping[str, int | str]] = {}


class LineField(Field):
    """One line; `unknown` is the label of a box that answers for it."""

    ERRORS: ClassVar[tuple[str, ...]] = ("missing", "too_long")
    REMARKS: ClassVar[tuple[str, ...]] = (NOT_READ,)
    COMPONENT: ClassVar = "line"
    REFUSED: ClassVar[str] = ""
    """The problem with a required line in which nothing is understood; "" when there is none."""
    TYPE: ClassVar[Literal["text", "tel", "email"]] = "text"
    WIDTH: ClassVar[Literal["", "short", "medium"]] = ""

    unknown: Words = ""
    """The label of a box that answers "I do not know"."""

    def understand(self, text: str, today: date) -> Understood:
        """Return what a machine is to know of a line that is not empty."""
        raise NotImplementedError

    @property
    def longest(self) -> int:
        """How many characters are taken."""
        return LINE_MOST

    @property
    def checked(self) -> bool:
        """Whether a browser may look at the spelling."""
        return False

    @property
    def keyboard(self) -> str:
        """The keyboard a telephone shows (`inputmode`); "" for the usual one."""
        return ""

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        text = line(typed, self.id)
        box = (self.unknown,) if self.unknown and one(typed, self.box) else ()
        if not text:
            if box:
                return Reading(Answer(box, None, frozenset({UNKNOWN})))
            return self.missing() if required else Reading()
        if many := over(typed, self.id, text, self.longest):
            numbers = {"max": self.longest, "count": self.longest + many, "over": many}
            return Reading(problems=(Problem(self.id, "too_long", numbers),))
        data, choices, remarks = self.understand(text, today)
        if data is None and required and self.REFUSED:
            return Reading(problems=(Problem(self.id, self.REFUSED),))
        if data is None and not remarks:
            remarks = {NOT_READ: {}}
        said = tuple(Remark(self.kind, key, values) for key, values in remarks.items())
        return Reading(Answer((text, *box), data, choices, said))

    @property
    def box(self) -> str:
        """The name of the box "Jag vet inte"."""
        return f"{self.id}-{UNKNOWN}"

    def retold(self, lines: Sequence[str], data: object, put: Self | None) -> Retold:  # noqa: ARG002 - the contract
        box = put.unknown if put and put.unknown in lines else None
        typed = tuple(line for line in lines if line != box)
        return Retold((self.unknown,) if box else (), typed)

    def owns(self, name: str) -> bool:
        return name == self.id or bool(self.unknown and name == self.box)

    def possible(self) -> frozenset[str]:
        return frozenset({UNKNOWN}) if self.unknown else frozenset()
