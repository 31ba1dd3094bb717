"""A Swedish personal number, a coordination number or a birth date.

Checked is only what can be: the date, the century, the check digit (Luhn) and
the age. A number of another sort (an interim number with a letter, a number
from another country) is taken as it is written: a report must never stop at a
number.
"""

import re
from datetime import date
from typing import ClassVar, Literal

from personnummer import personnummer

from app.runner.field import DASHES, Answer, Bound, Field, Problem, Reading, Typed, kind, line

BIRTH_DATE = re.compile(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})", re.ASCII)
NUMBER = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})", re.ASCII)
ELEVEN_DIGITS = re.compile(r"\d{6}-?\d{5}", re.ASCII)
"""Norway, Poland and the Baltic countries."""
COORDINATION = 60
"""A coordination number has this much added to the day (lag 2022:1697 om samordningsnummer)."""
LONGEST_OTHER = 30


@kind("person_number")
class PersonNumberField(Field):
    """A number or a birth date of someone between `least_age` and `most_age` years old."""

    ERRORS: ClassVar = (
        "missing",
        "checksum",
        "not_a_date",
        "future",
        "too_old",
        "too_young",
        "not_understood",
    )

    kind: Literal["person_number"]
    least_age: Bound = 0
    most_age: Bound = 130

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        text = line(typed, self.id).translate(DASHES)
        number = text.replace(" ", "")
        if not number:
            return self.missing() if required else Reading()
        if any(sign.isalpha() for sign in number) or ELEVEN_DIGITS.fullmatch(number):
            return self.read_other(text)
        if found := BIRTH_DATE.fullmatch(number):
            return self.read_date(text, found, today)
        if found := NUMBER.fullmatch(number):
            return self.read_number(text, found, today)
        return self.problem("not_understood")

    def read_other(self, text: str) -> Reading:
        if len(text) > LONGEST_OTHER or not any(sign.isdigit() for sign in text):
            return self.problem("not_understood")
        return Reading(Answer((text,), {"other": text}))

    def read_date(self, text: str, found: re.Match[str], today: date) -> Reading:
        born = day_or_none(*(int(part) for part in found.groups()))
        if born is None:
            return self.problem("not_a_date")
        return self.wrong_age(born, today) or Reading(Answer((text,), {"born": born.isoformat()}))

    def read_number(self, text: str, found: re.Match[str], today: date) -> Reading:
        born = birth_date(found, today)
        if born is None:
            return self.read_other(text) if day_comes_first(found) else self.problem("not_a_date")
        if wrong := self.wrong_age(born, today):
            return wrong
        full = f"{born.year:04}{found[3]}{found[4]}{found[6]}"
        if not personnummer.valid(full):
            return self.problem("checksum")
        written = f"{full[:8]}-{full[8:]}"
        return Reading(Answer((written,), {"number": full, "born": born.isoformat()}))

    def wrong_age(self, born: date, today: date) -> Reading | None:
        if born > today:
            return self.problem("future")
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if age > int(self.most_age):
            return self.problem("too_old")
        return self.problem("too_young") if age < int(self.least_age) else None

    def problem(self, key: str) -> Reading:
        limits = {"least": int(self.least_age), "most": int(self.most_age)}
        return Reading(problems=(Problem(self.id, key, limits),))

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        least, most = self.least_age, self.most_age
        if isinstance(least, int) and isinstance(most, int) and least > most:
            wrong.append(("least_age", "är större än most_age"))
        return wrong


def birth_date(number: re.Match[str], today: date) -> date | None:
    """Return the birth date in a personal or coordination number; None when there is no such day.

    Without a century, the latest that has been is meant; the sign becomes a plus in the year when
    somebody turns a hundred (folkbokföringslagen 1991:481, 18 §).
    """
    century, sign = number[1], number[5]
    year, month, day = (int(number[part]) for part in (2, 3, 4))
    if day > COORDINATION:
        day -= COORDINATION
    if century:
        return day_or_none(int(century) * 100 + year, month, day)
    latest = today.replace(year=today.year - 100, month=12, day=31) if sign == "+" else today
    this_century = latest.year // 100 * 100
    days = (day_or_none(start + year, month, day) for start in (this_century, this_century - 100))
    return next((born for born in days if born and born <= latest), None)


def day_comes_first(number: re.Match[str]) -> bool:
    """Tell whether ten digits begin with a day, as in Denmark and Finland."""
    day, month, year = (int(number[part]) for part in (2, 3, 4))
    # Which century does not matter, but that 2000 had a leap day.
    return number[1] is None and day_or_none(2000 + year, month, day) is not None


def day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
