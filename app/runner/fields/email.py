"""An e-mail address. Nothing is looked up: a name server would learn who writes to us."""

from datetime import date
from typing import ClassVar, Literal

from email_validator import EmailNotValidError, validate_email

from app.runner.field import Answer, Field, Problem, Reading, Typed, kind, line


@kind("email")
class EmailField(Field):
    """An address that could receive mail, letters such as å included (RFC 6531)."""

    ERRORS: ClassVar = ("missing", "not_an_address")

    kind: Literal["email"]

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = line(typed, self.id)
        if not text:
            return self.missing() if required else Reading()
        try:
            address = validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            return Reading(problems=(Problem(self.id, "not_an_address"),))
        return Reading(Answer((address,), address))
