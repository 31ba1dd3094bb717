"""Several lines of text, with a counter."""

from datetime import date
from typing import ClassVar, Literal

from app.runner.field import Answer, Field, Problem, Reading, Typed, kind, one


@kind("long_text")
class LongTextField(Field):
    """Several lines. `min` and `max` are in characters, as the person counts them (a line break is one)."""

    ERRORS: ClassVar = ("missing", "too_short", "too_long")

    kind: Literal["long_text"]
    min: int = 0
    max: int = 2000
    rows: int = 6

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = one(typed, self.id)
        if not text:
            return self.missing() if required else Reading()
        numbers = {
            "min": self.min,
            "max": self.max,
            "count": len(text),
            "over": len(text) - self.max,
        }
        if len(text) < self.min:
            return Reading(problems=(Problem(self.id, "too_short", numbers),))
        if len(text) > self.max:
            return Reading(problems=(Problem(self.id, "too_long", numbers),))
        return Reading(Answer(tuple(text.split("\n")), text))
