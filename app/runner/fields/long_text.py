"""Several lines of text, with a counter."""

from datetime import date
from typing import Any, ClassVar, Literal

from app.runner.field import Answer, Field, Length, Most, Problem, Reading, Remark, kind
from app.runner.typed import Typed, one, over


@kind("long_text")
class LongTextField(Field):
    """Several lines. `min` and `max` are in characters as people count: a line break is one.

    Who writes less than `min` is told so before handing in, and may hand in all the same.
    """

    ERRORS: ClassVar = ("missing", "too_long")
    REMARKS: ClassVar = ("short",)

    kind: Literal["long_text"]
    min: Length = 0
    """Fewer characters than this are taken, with a word that more would help."""
    max: Most = 2000
    """Characters."""
    rows: Length = 6
    """How high it is, in lines."""

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = one(typed, self.id)
        if not text:
            return self.missing() if required else Reading()
        if many := over(typed, self.id, text, self.max):
            numbers = {"max": self.max, "count": self.max + many, "over": many}
            return Reading(problems=(Problem(self.id, "too_long", numbers),))
        short = (Remark(self.kind, "short"),) if len(text) < self.min else ()
        return Reading(Answer(tuple(text.split("\n")), text, remarks=short))

    @property
    def prose(self) -> bool:
        return True

    def data_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        if self.min > self.max:
            wrong.append(("min", "är större än max"))
        return wrong
