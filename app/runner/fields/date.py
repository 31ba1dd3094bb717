"""A remembered date in three parts, or about when."""

import re
from datetime import date
from typing import ClassVar, Literal

from app.runner.field import Answer, Field, Problem, Reading, Typed, Words, kind, line

MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}
"""The months as a language writes them. Whatever the page's language is, all of them are read."""
NUMBERS = {
    name: number
    for names in MONTHS.values()
    for number, month in enumerate(names.lower().split(), start=1)
    for name in (month, month[:3])
}
PARTS = ("day", "month", "year")
DIGITS = re.compile(r"\d{1,4}", re.ASCII)
LONGEST_ABOUT = 100
OLDEST = 130
"""Years ago: what a person living now can remember."""


@kind("date")
class DateField(Field):
    """Day, month (a number or a name) and year in boxes of their own.

    `approximate` labels a box for "i våras"; with `past`, the day cannot be after today.
    """

    ERRORS: ClassVar = ("missing", "incomplete", "not_a_date", "future", "too_long", "both")

    kind: Literal["date"]
    approximate: Words = ""
    past: bool = False

    @property
    def first(self) -> str:
        return f"{self.id}-day"

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        parts = [line(typed, f"{self.id}-{part}") for part in PARTS]
        about = line(typed, f"{self.id}-approx") if self.approximate else ""
        if about and any(parts):
            return self.problem("both")
        if len(about) > LONGEST_ABOUT:
            return self.problem("too_long", f"{self.id}-approx")
        if about:
            return Reading(Answer((about,), {"about": about}))
        if not any(parts):
            return self.missing() if required else Reading()
        for part, value in zip(PARTS, parts, strict=True):
            if not value:
                return self.problem("incomplete", f"{self.id}-{part}")
        return self.read_date(*parts, today=today)

    def read_date(self, day: str, month: str, year: str, *, today: date) -> Reading:
        number = NUMBERS.get(month.lower().rstrip("."), month)
        if not all(DIGITS.fullmatch(str(part)) for part in (day, number, year)):
            return self.problem("not_a_date")
        try:
            found = date(int(year), int(number), int(day))
        except ValueError:
            return self.problem("not_a_date")
        if self.past and found > today:
            return self.problem("future")
        if found.year < today.year - OLDEST:
            return self.problem("not_a_date", f"{self.id}-year")
        return Reading(Answer((self.written(found),), {"date": found.isoformat()}))

    def written(self, day: date) -> str:
        """Return the day as the question's language writes it; ISO 8601 where we do not know."""
        names = MONTHS.get(getattr(self.label, "lang", "sv"))
        return f"{day.day} {names.split()[day.month - 1]} {day.year}" if names else day.isoformat()

    def problem(self, key: str, at: str = "") -> Reading:
        return Reading(problems=(Problem(at or self.first, key),))

    def owns(self, name: str) -> bool:
        names = {f"{self.id}-{part}" for part in PARTS}
        return name in names or bool(self.approximate and name == f"{self.id}-approx")
