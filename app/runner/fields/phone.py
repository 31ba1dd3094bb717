"""A telephone number, Swedish or foreign."""

from datetime import date
from typing import ClassVar, Literal

import phonenumbers

from app.runner.field import DASHES, Answer, Field, Problem, Reading, Typed, kind, line

SIGNS = frozenset("+0123456789 -()/.")


@kind("phone")
class PhoneField(Field):
    """A number that could be dialled from Sweden. Kept as it was written; the data is E.164."""

    ERRORS: ClassVar = ("missing", "not_a_number")

    kind: Literal["phone"]

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        text = line(typed, self.id).translate(DASHES)
        if not text:
            return self.missing() if required else Reading()
        try:
            # The library would also take letters, and a number with words after it.
            number = phonenumbers.parse(text, "SE") if SIGNS.issuperset(text) else None
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            return Reading(problems=(Problem(self.id, "not_a_number"),))
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return Reading(Answer((text,), e164))
