"""A Swedish personal number, a coordination number or a birth date.

Checked is only what can be: the date, the century, the check digit (Luhn) and the age. A number of
another sort (an interim number with a letter, a number from another country) is kept as it is
written: a report must never stop at a number.
"""

import re
from datetime import date
from typing import Any, ClassVar, Literal

from personnummer import personnummer

from app.runner.days import WRITTEN, Day, last_before, read_day
from app.runner.field import NOT_READ, Bound, kind
from app.runner.line import LineField, Understood
from app.runner.typed import plain

NUMBER = re.compile(
    r"(?<![\d+-])(\d{2})?(\d{2})(\d{2})(\d{2})\s*([-+]?)\s*(\d{4})(?![\d-])", re.ASCII
)
BETWEEN = re.compile(r"(?<=\d) +(?=\d)", re.ASCII)
ELEVEN_DIGITS = re.compile(r"\d{6}[\s-]*\d{5}", re.ASCII)
"""Norway, Poland and the Baltic countries."""
COORDINATION = 60
"""A coordination number has this much added to the day (lag 2022:1697 om samordningsnummer).

Where the month or the day of birth is not known they are noughts: 00, and 60 for the day.
"""


@kind("person_number")
class PersonNumberField(LineField):
    """A number or a birth date of someone between `least_age` and `most_age` years old."""

    REMARKS: ClassVar = (
        NOT_READ, "day", "month", "year", "yearless", "checksum", "future", "too_old", "too_young",
    )  # fmt: skip
    WIDTH: ClassVar = "medium"

    kind: Literal["person_number"]
    least_age: Bound = 0
    """In years: below this it is asked whether it is right."""
    most_age: Bound = 130
    """Above this too."""

    def understand(self, text: str, today: date) -> Understood:
        found = [*NUMBER.finditer(BETWEEN.sub("", plain(text)))]
        born = born_by(found[0], today) if len(found) == 1 else None
        if born:
            number = twelve_digits(found[0], born)
            if not is_right(number, born):
                return Understood(remarks={"checksum": {}})
            return self.with_age({"number": number}, born, today)
        day = None if ELEVEN_DIGITS.fullmatch(text) else read_day(text, latest=today)
        return self.with_age({}, day, today) if day else Understood()

    def with_age(self, data: dict[str, str], born: Day, today: date) -> Understood:
        """Return who was born then, with what there is to ask about the age."""
        key, values = born.remark
        remarks: dict[str, dict[str, int | str]] = {key: values}
        within = born.within
        if within and within[0] > today:
            # It may be when a child is expected, or a slip: a machine is told neither.
            return Understood(remarks={"future": {}})
        if within and years(within[1], today) > int(self.most_age):
            remarks["too_old"] = {"most": int(self.most_age)}
        if within and years(within[0], today) < int(self.least_age):
            remarks["too_young"] = {"least": int(self.least_age)}
        return Understood({**data, "born": born.written}, remarks=remarks)

    def data_schema(self) -> dict[str, Any]:
        return {
            "description": "Born as exactly as it was written: 2018-01-31, 2018-01, 2018, or "
            "--01-31 without a year (XML Schema). A number is ten digits after the century.",
            "type": "object",
            "properties": {
                "number": {"type": "string", "pattern": "^[0-9]{12}$"},
                "born": {"type": "string", "pattern": WRITTEN.replace(r"\d", "[0-9]")},
            },
            "required": ["born"],
            "additionalProperties": False,
        }

    def faults(self) -> list[tuple[str, str]]:
        wrong = super().faults()
        least, most = self.least_age, self.most_age
        if isinstance(least, int) and isinstance(most, int) and least > most:
            wrong.append(("least_age", "är större än most_age"))
        return wrong


def born_by(number: re.Match[str], today: date) -> Day | None:
    """Return the birth date in a personal or coordination number; None when there is no such day.

    Without a century, the latest that has been is meant; the sign becomes a plus in the year when
    somebody turns a hundred (folkbokföringslagen 1991:481, 18 §).
    """
    century, sign = number[1], number[5]
    short, month, day = (int(number[part]) for part in (2, 3, 4))
    if coordination := day >= COORDINATION:
        day -= COORDINATION
    if not coordination and not (month and day):
        return None
    latest = today.replace(year=today.year - 100, month=12, day=31) if sign == "+" else today
    year = (
        int(century) * 100 + short if century else last_before(latest, short, month or 1, day or 1)
    )
    # A day without its month says nothing.
    born = Day(year, month or None, (day or None) if month else None)
    return born if born.exists else None


def twelve_digits(number: re.Match[str], born: Day) -> str:
    return f"{born.year:04}{number[3]}{number[4]}{number[6]}"


def is_right(number: str, born: Day) -> bool:
    """Tell whether the check digit (Luhn) of a number in twelve digits is right (SKV 704)."""
    if born.exact:
        return bool(personnummer.valid(number))
    # The library takes no number of somebody whose month or day of birth is not known.
    doubled = "".join(str(int(sign) * (2 - at % 2)) for at, sign in enumerate(number[2:]))
    return sum(map(int, doubled)) % 10 == 0 and number[8:11] != "000"


def years(born: date, today: date) -> int:
    """Return how many whole years old somebody is."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
