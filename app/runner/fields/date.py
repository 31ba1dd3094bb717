"""A remembered date in three parts, or about when."""

from datetime import date
from typing import ClassVar, Literal

from app.runner.field import Answer, Field, Problem, Reading, Typed, Words, kind, one

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january"),
            ("februari", "february"),
            ("mars", "march"),
            ("april",),
            ("maj", "may"),
            ("juni", "june"),
            ("juli", "july"),
            ("augusti", "august"),
            ("september",),
            ("oktober", "october"),
            ("november",),
            ("december",),
        ),
        start=1,
    )
    for full in names
    for name in (full, full[:3])
}
LONGEST_ABOUT = 100


@kind("date")
class DateField(Field):
    """Day, month and year in boxes of their own (the month also by name); `approximate` labels a box for "i våras"."""

    ERRORS: ClassVar = ("missing", "incomplete", "not_a_date", "future", "too_long", "both")

    kind: Literal["date"]
    approximate: Words = ""
    past: bool = False

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        parts = [one(typed, f"{self.id}-{part}") for part in ("day", "month", "year")]
        about = " ".join(one(typed, f"{self.id}-approx").split()) if self.approximate else ""
        if about and any(parts):
            return self.problem("both")
        if len(about) > LONGEST_ABOUT:
            return self.problem("too_long", f"{self.id}-approx")
        if about:
            return Reading(Answer((about,), {"about": about}))
        if not any(parts):
            return self.missing_day() if required else Reading()
        for part, value in zip(("day", "month", "year"), parts, strict=True):
            if not value:
                return self.problem("incomplete", f"{self.id}-{part}")
        return self.read_date(*parts, today=today)

    def read_date(self, day: str, month: str, year: str, *, today: date) -> Reading:
        try:
            found = date(
                int(year), MONTHS.get(month.lower().rstrip("."), 0) or int(month), int(day)
            )
        except ValueError:
            return self.problem("not_a_date")
        if self.past and found > today:
            return self.problem("future")
        if found.year < today.year - 130:
            return self.problem("not_a_date", f"{self.id}-year")
        return Reading(Answer((found.isoformat(),), {"date": found.isoformat()}))

    def problem(self, key: str, at: str = "") -> Reading:
        return Reading(problems=(Problem(at or f"{self.id}-day", key),))

    def missing_day(self) -> Reading:
        return self.problem("missing")

    def owns(self, name: str) -> bool:
        names = {f"{self.id}-{part}" for part in ("day", "month", "year")}
        return name in names or bool(self.approximate and name == f"{self.id}-approx")
