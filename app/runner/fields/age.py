"""How old somebody is: years, months or weeks, about, between, or not born yet."""

import re
from datetime import date
from math import ceil, floor
from typing import Any, ClassVar, Literal

from app.runner.amounts import MONTHS_A_YEAR, POSSIBLE, Amount, read_amount, span
from app.runner.field import NOT_READ, Bound, kind
from app.runner.line import LineField, Understood
from app.runner.typed import plain

UNBORN_WORDS = (
    "ofödd", "ofött", "ofödda", "inte född", "inte född än", "inte född ännu", "inte fött än",
    "ej född", "ännu inte född", "i magen", "foster", "unborn", "not born", "not born yet",
    "not yet born",
)  # fmt: skip
SPOKEN = {
    **dict.fromkeys(("tonåring", "tonåringar", "i tonåren", "teenager", "teen"), (13, 19, "years")),
    **dict.fromkeys(("nyfödd", "nyfött", "newborn"), (0, 4, "weeks")),
    **dict.fromkeys(("bebis", "spädbarn", "baby", "infant"), (0, 0, "years")),
}
"""Ages that have a name of their own."""
UNITS = ("years", "months", "weeks", "days")
YEARS = re.compile(r"[0-9]{1,3}( år)?")
"""What is read as it stands."""
ABOUT = re.compile(r"^(ca|cirka|ungefär|kanske|typ|en|ett|a|an)\s+|[?!.~]+")


@kind("age")
class AgeField(LineField):
    """The age of somebody between `least` and `most` years old."""

    REMARKS: ClassVar = (
        NOT_READ, "unborn", "too_young", "too_old",
        "year", "years", "month", "months", "week", "weeks", "day", "days",
    )  # fmt: skip
    WIDTH: ClassVar = "short"

    kind: Literal["age"]
    least: Bound = 0
    """Below this it is asked whether it is right."""
    most: Bound = 130
    """Above this too."""

    def understand(self, text: str, today: date) -> Understood:  # noqa: ARG002 - the contract
        said = ABOUT.sub("", plain(text).lower()).strip()
        if said in UNBORN_WORDS:
            return Understood({"unborn": True}, remarks={"unborn": {}})
        amount = Amount(*SPOKEN[said]) if said in SPOKEN else read_amount(text)
        if amount is None:
            return Understood()
        least, most, unit = whole(amount)
        remarks: dict[str, dict[str, int | str]] = {}
        if not YEARS.fullmatch(plain(text)):
            one = least == most == 1
            remarks[unit.removesuffix("s") if one else unit] = {"number": span(least, most)}
        if unit == "years" and least > int(self.most):
            remarks["too_old"] = {"most": int(self.most)}
        if unit == "years" and most < int(self.least):
            remarks["too_young"] = {"least": int(self.least)}
        exact = frozenset({str(least)} if unit == "years" and least == most else ())
        return Understood({"unit": unit, "least": least, "most": most}, exact, remarks)

    def possible(self) -> frozenset[str]:
        return POSSIBLE | super().possible()

    def data_schema(self) -> dict[str, Any]:
        number = {"type": "integer", "minimum": 0}
        age = {
            "description": "From the least to the most that it may be: alike when it is exact.",
            "type": "object",
            "properties": {"unit": {"enum": list(UNITS)}, "least": number, "most": number},
            "required": ["unit", "least", "most"],
            "additionalProperties": False,
        }
        unborn = {
            "type": "object",
            "properties": {"unborn": {"const": True}},
            "required": ["unborn"],
            "additionalProperties": False,
        }
        return {"oneOf": [age, unborn]}

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        if isinstance(self.least, int) and isinstance(self.most, int) and self.least > self.most:
            wrong.append(("least", "är större än most"))
        return wrong


def whole(amount: Amount) -> tuple[int, int, str]:
    """Return an age in whole numbers: half a year is six months, other halves are rounded out."""
    least, most, unit = amount.least, amount.most, amount.unit or "years"
    if unit == "years" and (least % 1 or most % 1):
        least, most, unit = least * MONTHS_A_YEAR, most * MONTHS_A_YEAR, "months"
    return floor(least), ceil(most), unit
