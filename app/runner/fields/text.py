"""One line of text, if need be with a box for "Jag vet inte"."""

from datetime import date
from typing import ClassVar, Literal

from app.runner.field import Answer, Field, Length, Problem, Reading, Typed, Words, kind, line
from app.runner.unknown import UNKNOWN, box_name, read_box


@kind("text")
class TextField(Field):
    """One line. `max` is in characters; `unknown` is the label of a box that answers for it."""

    ERRORS: ClassVar = ("missing", "too_long", "both")

    kind: Literal["text"]
    max: Length = 100
    unknown: Words = ""
    spellcheck: bool = True

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = line(typed, self.id)
        if reading := read_box(self, self.unknown, typed, filled=bool(text)):
            return reading
        if not text:
            return self.missing() if required else Reading()
        if len(text) > self.max:
            over = {"max": self.max, "count": len(text), "over": len(text) - self.max}
            return Reading(problems=(Problem(self.id, "too_long", over),))
        return Reading(Answer((text,), text))

    def owns(self, name: str) -> bool:
        return name == self.id or bool(self.unknown and name == box_name(self))

    def possible(self) -> frozenset[str]:
        return frozenset({UNKNOWN}) if self.unknown else frozenset()
