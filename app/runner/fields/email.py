"""An e-mail address. Nothing is looked up: a name server would learn who writes to us."""

import re
from datetime import date
from typing import Any, ClassVar, Literal

from email_validator import EmailNotValidError, validate_email

from app.runner.field import NOT_READ, kind
from app.runner.line import LineField, Understood
from app.runner.typed import plain

AROUND = "<>()[]{},;:\"'|"
"""What mail programs, and people, write around an address."""
CANDIDATE = re.compile(rf"[^\s{re.escape(AROUND)}]*@[^\s{re.escape(AROUND)}]*")
AFTER = re.compile(r"(\?.*|[.!?]+)$")
"""What follows an address: the rest of a `mailto:` (RFC 6068), or the end of a sentence."""


@kind("email")
class EmailField(LineField):
    """The addresses that stand in a line, letters such as å included (RFC 6531)."""

    ERRORS: ClassVar = ("missing", "too_long", "not_an_address")
    REMARKS: ClassVar = (NOT_READ, "read")
    REFUSED: ClassVar = "not_an_address"
    TYPE: ClassVar = "email"

    kind: Literal["email"]

    def understand(self, text: str, today: date) -> Understood:  # noqa: ARG002 - the contract
        found = addresses(plain(text))
        if not found:
            return Understood()
        read = ", ".join(found)
        return Understood(found, remarks={} if read == text else {"read": {"text": read}})

    def data_schema(self) -> dict[str, Any]:
        address = {"type": "string", "format": "email", "minLength": 3}
        return {"type": "array", "items": address, "minItems": 1}


def addresses(text: str) -> list[str]:
    """Return the addresses in a text that could receive mail, each once, in order."""
    found: list[str] = []
    for candidate in CANDIDATE.findall(text):
        try:
            right = validate_email(AFTER.sub("", candidate), check_deliverability=False)
        except EmailNotValidError:
            continue
        found.append(right.normalized)
    return list(dict.fromkeys(found))
