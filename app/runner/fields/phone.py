"""A telephone number, Swedish or foreign."""

import re
from datetime import date
from typing import Any, ClassVar, Literal

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

from app.runner.field import NOT_READ, kind
from app.runner.line import LineField, Understood
from app.runner.typed import plain

HOME = "SE"
EXTENSION = re.compile(r"\b(?:anknytning|anknytn|anknyt|ankn?|ext)\b[\s.:]*(?=\d)", re.IGNORECASE)
"""What Swedes write for what the library knows as `ext`."""
ALONE = re.compile(r"0[1-9](?:[ -]?[0-9])+")
"""A number at home and nothing else, as most write it."""
LENGTHS = (6, 7, 8, 9, 10, 12)
"""How many digits a number at home can have after its first zero, as the library knows it."""
COUNTRY_CODE = re.compile(r"\+\d{0,4}\W*$")
"""Before a number: the library has taken away a country code that does not exist."""


@kind("phone")
class PhoneField(LineField):
    """The numbers in a line that could be dialled from Sweden, each with its extension."""

    ERRORS: ClassVar = ("missing", "too_long", "not_a_number")
    REMARKS: ClassVar = (NOT_READ, "read")
    REFUSED: ClassVar = "not_a_number"
    TYPE: ClassVar = "tel"
    WIDTH: ClassVar = "medium"

    kind: Literal["phone"]

    def understand(self, text: str, today: date) -> Understood:  # noqa: ARG002 - the contract
        if number := alone(text):
            return Understood([{"number": number}])
        found = numbers(plain(text))
        if not found:
            return Understood()
        read = ", ".join(map(written, found))
        same = digits(read) == digits(text) and len(found) == 1
        return Understood(list(map(data, found)), remarks={} if same else {"read": {"text": read}})

    def data_schema(self) -> dict[str, Any]:
        number = {"type": "string", "pattern": r"^\+[0-9]{4,20}$"}
        extension = {"type": "string", "pattern": "^[0-9]{1,20}$"}
        one = {
            "type": "object",
            "properties": {"number": number, "extension": extension},
            "required": ["number"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": one, "minItems": 1}


def alone(text: str) -> str | None:
    """Return a number at home that stands alone, in E.164: the library says the same in 45 µs."""
    if not ALONE.fullmatch(text):
        return None
    after_zero = text[1:].replace(" ", "").replace("-", "")
    return f"+46{after_zero}" if len(after_zero) in LENGTHS else None


def numbers(text: str) -> list[PhoneNumber]:
    """Return the numbers in a text that could be dialled."""
    said = EXTENSION.sub("ext ", text)
    return [
        match.number
        for match in PhoneNumberMatcher(said, HOME, leniency=Leniency.POSSIBLE)
        if not COUNTRY_CODE.search(said[: match.start])
    ]


def written(number: PhoneNumber) -> str:
    """Return a number as it is dialled from Sweden."""
    home = number.country_code == phonenumbers.country_code_for_region(HOME)
    way = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, way)


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def data(number: PhoneNumber) -> dict[str, str]:
    """Return a number in E.164, and its extension, if it has one."""
    found = {"number": phonenumbers.format_number(number, PhoneNumberFormat.E164)}
    return {**found, "extension": number.extension} if number.extension else found
