"""One line of text."""

from datetime import date
from typing import Any, ClassVar, Literal

from app.runner.field import LINE_MOST, Most, kind
from app.runner.line import LineField, Understood


@kind("text")
class TextField(LineField):
    """One line, of at most `max` characters."""

    REMARKS: ClassVar = ()

    kind: Literal["text"]
    max: Most = LINE_MOST
    """Characters."""
    spellcheck: bool = True
    """Whether a browser may look at the spelling."""

    @property
    def longest(self) -> int:
        return self.max

    @property
    def checked(self) -> bool:
        return self.spellcheck

    @property
    def prose(self) -> bool:
        return self.spellcheck

    def understand(self, text: str, today: date) -> Understood:  # noqa: ARG002 - the contract
        return Understood(text)

    def data_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}
