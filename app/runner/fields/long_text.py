"""Several lines of text, with a counter."""

from datetime import date
from typing import ClassVar, Literal

from app.runner.field import Answer, Field, Length, Problem, Reading, Typed, kind, one


@kind("long_text")
class LongTextField(Field):
    """Several lines. `min` and `max` are in characters as people count: a line break is one."""

    ERRORS: ClassVar = ("missing", "too_short", "too_long")

    kind: Literal["long_text"]
    min: Length = 0
    max: Length = 2000
    rows: Length = 6

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = one(typed, self.id)
        if not text:
            return self.missing() if required else Reading()
        over = len(text) - self.max
        numbers = {"min": self.min, "max": self.max, "count": len(text), "over": over}
        if len(text) < self.min:
            return Reading(problems=(Problem(self.id, "too_short", numbers),))
        if over > 0:
            return Reading(problems=(Problem(self.id, "too_long", numbers),))
        return Reading(Answer(tuple(text.split("\n")), text))

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        if self.min > self.max:
            wrong.append(("min", "är större än max"))
        return wrong
