"""One box that a person ticks to say: I have read this."""

from datetime import date
from typing import Any, ClassVar, Literal

from app.runner.field import Answer, Field, Reading, kind
from app.runner.typed import Typed, one

YES = "yes"


@kind("confirmation")
class ConfirmationField(Field):
    """A box to tick."""

    ERRORS: ClassVar = ("missing",)

    kind: Literal["confirmation"] = "confirmation"

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:  # noqa: ARG002 - the contract
        if not one(typed, self.id):
            return self.missing() if required else Reading()
        return Reading(Answer((self.label,), data=True, choices=frozenset({YES})))

    def data_schema(self) -> dict[str, Any]:
        return {"const": True}

    def possible(self) -> frozenset[str]:
        return frozenset({YES})
