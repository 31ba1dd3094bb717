"""A remembered date in three parts, or about when."""

from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from app.runner.days import WRITTEN, Day, read_day
from app.runner.field import (
    LINE_MOST,
    NOT_READ,
    Answer,
    Field,
    Problem,
    Reading,
    Remark,
    Words,
    kind,
)
from app.runner.typed import Typed, line, over

PARTS = ("day", "month", "year")
OLDEST = 130
"""Years ago: what a person living now can remember."""
TO_COME = timedelta(days=50 * 365)
"""How far ahead a year in two digits may lie, where the day may come."""


@kind("date")
class DateField(Field):
    """Day, month (a number or a name) and year in boxes of their own.

    `approximate` labels a box for "i våras"; with `past`, the day cannot be after today. A whole
    date in one of the boxes is as good, and so is a part of one.
    """

    ERRORS: ClassVar = ("missing", "too_long", "not_whole")
    REMARKS: ClassVar = (NOT_READ, "future", "day", "month", "year", "yearless")

    kind: Literal["date"]
    approximate: Words = ""
    """The label of a line for a time in other words; none when empty."""
    past: bool = False
    """Whether a day to come is asked about."""

    @property
    def first(self) -> str:
        return f"{self.id}-day"

    @property
    def about(self) -> str:
        """The name of the input for about when."""
        return f"{self.id}-approx"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs."""
        parts = tuple(f"{self.id}-{part}" for part in PARTS)
        return (*parts, self.about) if self.approximate else parts

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        lines = {name: text for name in self.names if (text := line(typed, name))}
        if not lines:
            return self.missing() if required else Reading()
        for name, text in lines.items():
            if many := over(typed, name, text, LINE_MOST):
                numbers = {"max": LINE_MOST, "count": LINE_MOST + many, "over": many}
                return Reading(problems=(Problem(name, "too_long", numbers),))
        about = lines.pop(self.about, "")
        day = " ".join(lines.values())
        # In boxes of their own even a year in two digits is the year.
        boxes = "{}/{}-{}".format(*lines.values()) if len(lines) == len(PARTS) else day
        said = tuple(part for part in (day, about) if part)
        if not day:
            return Reading(Answer(said, {"about": about}))
        found, key, values = self.understand((day, boxes), today)
        data = {"date": found.written} if found else {"about": about} if about else None
        return Reading(Answer(said, data, remarks=(Remark(self.kind, key, values),)))

    def understand(
        self, texts: tuple[str, ...], today: date
    ) -> tuple[Day | None, str, dict[str, int | str]]:
        """Return the day, if there is one that can be meant, and what to say of it."""
        latest = today if self.past else today + TO_COME
        days = (read_day(text, latest=latest) for text in texts)
        day = next((found for found in days if found), None)
        if day is None or (day.year and day.year < today.year - OLDEST):
            return None, NOT_READ, {}
        if self.past and day.within and day.within[0] > today:
            return None, "future", {}
        return day, *day.remark

    def data_schema(self) -> dict[str, Any]:
        """Return the schema of a day, as exactly as it was written, or of about when."""
        texts = {
            "date": {"type": "string", "pattern": WRITTEN.replace(r"\d", "[0-9]")},
            "about": {"type": "string", "minLength": 1},
        }
        kinds = [
            {
                "type": "object",
                "properties": {name: text},
                "required": [name],
                "additionalProperties": False,
            }
            for name, text in texts.items()
        ]
        return {"oneOf": kinds} if self.approximate else kinds[0]

    def owns(self, name: str) -> bool:
        return name in self.names
