"""How many: "6", "ungefär 6", "6-8", "sex eller sju"."""

import re
from datetime import date
from math import ceil, floor
from typing import Any, ClassVar, Literal

from app.runner.amounts import POSSIBLE, read_amount, span
from app.runner.field import NOT_READ, Bound, kind
from app.runner.line import LineField, Understood

NOUNS = "st stycken personer person barn unga ungdomar people persons children kids"
COUNTED = frozenset(NOUNS.split())
DIGITS = re.compile("[0-9]+")


@kind("number")
class NumberField(LineField):
    """A whole number; outside `least` to `most` it is asked, once, whether it is right.

    With `approximate` letters are expected, too: a telephone shows its usual keyboard.
    """

    REMARKS: ClassVar = (NOT_READ, "read", "too_small", "too_large")
    WIDTH: ClassVar = "short"

    kind: Literal["number"]
    least: Bound = 0
    """Below this it is asked whether it is right."""
    most: Bound = 1_000_000
    """Above this too."""
    approximate: bool = False
    """Whether letters are expected: a telephone shows its usual keyboard."""

    @property
    def keyboard(self) -> str:
        return "" if self.approximate else "numeric"

    def understand(self, text: str, today: date) -> Understood:  # noqa: ARG002 - the contract
        amount = read_amount(text, filling=COUNTED)
        if amount is None or amount.unit:
            return Understood()
        least, most = floor(amount.least), ceil(amount.most)
        remarks: dict[str, dict[str, int | str]] = {}
        if not DIGITS.fullmatch(text):
            remarks["read"] = {"text": span(least, most)}
        if most > int(self.most):
            remarks["too_large"] = {"most": int(self.most)}
        elif least < int(self.least):
            remarks["too_small"] = {"least": int(self.least)}
        exact = frozenset({str(least)} if least == most else ())
        return Understood({"least": least, "most": most}, exact, remarks)

    def possible(self) -> frozenset[str]:
        return POSSIBLE | super().possible()

    def data_schema(self) -> dict[str, Any]:
        number = {"type": "integer", "minimum": 0}
        return {
            "description": "From the least to the most that it may be: alike when it is exact.",
            "type": "object",
            "properties": {"least": number, "most": number},
            "required": ["least", "most"],
            "additionalProperties": False,
        }

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        if isinstance(self.least, int) and isinstance(self.most, int) and self.least > self.most:
            wrong.append(("least", "är större än most"))
        return wrong
