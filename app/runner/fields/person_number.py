"""A Swedish personal number, a coordination number or a birth date.

Checked is only what can be: the date, the century, the check digit (Luhn) and
the age. A number of another sort (an interim number with a letter, a number
from another country) is taken as it is written: a report must never stop at a
number.
"""

import re
from datetime import date, timedelta
from typing import ClassVar, Literal

from personnummer import personnummer

from app.runner.field import Answer, Bound, Field, Problem, Reading, Typed, kind, one

BIRTH_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
NUMBER = re.compile(r"(?:\d{2})?\d{6}[-+]?\d{4}", re.ASCII)
COORDINATION = 60
"""A coordination number has this much added to the day (folkbokföringslagen, lag 2022:1697)."""
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
        text = one(typed, self.id).replace("–", "-").replace("−", "-")  # noqa: RUF001 - dashes that phones write
        number = re.sub(r"\s", "", text)
        if not number:
            return self.missing() if required else Reading()
        if any(sign.isalpha() for sign in number):
            return self.read_other(text)
        if found := BIRTH_DATE.fullmatch(number):
            return self.read_date(text, found, today)
        if NUMBER.fullmatch(number):
            return self.read_number(number, today)
        return self.problem("not_understood")

    def read_other(self, text: str) -> Reading:
        if len(text) > LONGEST_OTHER or not any(sign.isdigit() for sign in text):
            return self.problem("not_understood")
        return Reading(Answer((text,), {"other": text}))

    def read_date(self, text: str, found: re.Match[str], today: date) -> Reading:
        try:
            born = date(*(int(part) for part in found.groups()))
        except ValueError:
            return self.problem("not_a_date")
        return self.wrong_age(born, today) or Reading(Answer((text,), {"born": born.isoformat()}))

    def read_number(self, number: str, today: date) -> Reading:
        born = birth_date(number, today)
        if born is None:
            return self.problem("not_a_date")
        if wrong := self.wrong_age(born, today):
            return wrong
        full = f"{born:%Y}{number.replace('-', '').replace('+', '')[-10:][2:]}"
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


def birth_date(number: str, today: date) -> date | None:
    """Return the birth date in a personal or coordination number; None when there is no such day.

    Without a century, the latest past one is meant; a plus sign means a hundred years or more
    (folkbokföringslagen 1991:481, 18 §).
    """
    digits = number.replace("-", "").replace("+", "")
    century = int(digits[:2]) if len(digits) == len("YYYYMMDDNNNN") else None
    year, month, day = (int(digits[-10 + at : (-10 + at + 2)]) for at in (0, 2, 4))
    if day > COORDINATION:
        day -= COORDINATION
    try:
        if century is not None:
            return date(century * 100 + year, month, day)
        latest = today if "+" not in number else today - timedelta(days=36_524)
        for candidate in (latest.year // 100, latest.year // 100 - 1):
            born = date(candidate * 100 + year, month, day)
            if born <= latest:
                return born
    except ValueError:
        return None
    return None
