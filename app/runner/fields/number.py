"""A whole number, exact or about, or "vet inte"."""

import re
from datetime import date
from typing import ClassVar, Literal

from app.runner.field import Answer, Bound, Field, Problem, Reading, Typed, Words, kind, line
from app.runner.unknown import UNKNOWN, box_name, read_box

NUMBER = re.compile(r"\d{1,9}", re.ASCII)
ABOUT = re.compile(
    r"(?:(?:ca|cirka|ungefär|runt|kanske|omkring|nästan|about|around|approximately|maybe)\.?\s*)?"
    r"(\d{1,9})\s*(?:år|years?(?: old)?|st|personer)?\.?",
    re.ASCII | re.IGNORECASE,
)
POSSIBLE = frozenset(str(number) for number in range(1000))
"""The numbers that a condition may name."""


@kind("number")
class NumberField(Field):
    """A whole number between `least` and `most`.

    With `approximate`, "ungefär 8 år" is as good as "8".
    """

    ERRORS: ClassVar = ("missing", "not_a_number", "too_small", "too_large", "both")

    kind: Literal["number"]
    least: Bound = 0
    most: Bound = 1_000_000
    unknown: Words = ""
    approximate: bool = False

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = line(typed, self.id)
        if reading := read_box(self, self.unknown, typed, filled=bool(text)):
            return reading
        if not text:
            return self.missing() if required else Reading()
        found = ABOUT.fullmatch(text) if self.approximate else NUMBER.fullmatch(text)
        limits = {"least": int(self.least), "most": int(self.most)}
        if not found:
            return Reading(problems=(Problem(self.id, "not_a_number", limits),))
        number = int(found[1] if self.approximate else found[0])
        if number < limits["least"]:
            return Reading(problems=(Problem(self.id, "too_small", limits),))
        if number > limits["most"]:
            return Reading(problems=(Problem(self.id, "too_large", limits),))
        return Reading(Answer((text,), number, frozenset({str(number)})))

    def owns(self, name: str) -> bool:
        return name == self.id or bool(self.unknown and name == box_name(self))

    def possible(self) -> frozenset[str]:
        return POSSIBLE | {UNKNOWN} if self.unknown else POSSIBLE

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        if isinstance(self.least, int) and isinstance(self.most, int) and self.least > self.most:
            wrong.append(("least", "är större än most"))
        return wrong
