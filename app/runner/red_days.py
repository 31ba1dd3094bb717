"""The days of a year in Sweden that are as Sundays: red days, and the eves before them.

Red days are those of lag (1989:253) om allmänna helgdagar, as it reads since 2005. The law is so
short that it stands here; Easter, which it does not say, is `dateutil`'s. Tests hold every year to
2100 against the `holidays` package, which cannot be had without the calendars of fifteen other
faiths: 4 MB of every part.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
USUAL_EVES = ("midsommarafton", "julafton", "nyårsafton")
EVES = (
    *USUAL_EVES,
    *("trettondagsafton", "skärtorsdagen", "påskafton"),
    *("valborgsmässoafton", "pingstafton", "allahelgonsafton"),
)
"""The days before red days that a municipality may count as such."""


@lru_cache(maxsize=16)
def red_days(year: int) -> frozenset[date]:
    """Return the public holidays of a year from 2005 on, Sundays apart."""
    return frozenset(
        (
            date(year, 1, 1),
            date(year, 1, 6),
            from_easter(year, -2),  # långfredagen
            from_easter(year, 0),
            from_easter(year, 1),
            from_easter(year, 39),  # Kristi himmelsfärdsdag
            from_easter(year, 49),  # pingstdagen
            date(year, 5, 1),
            date(year, 6, 6),
            first(SATURDAY, date(year, 6, 20)),  # midsommardagen
            first(SATURDAY, date(year, 10, 31)),  # alla helgons dag
            date(year, 12, 25),
            date(year, 12, 26),
        )
    )


@lru_cache(maxsize=16)
def eves(year: int) -> Mapping[str, date]:
    """Return the eves of a year by their names in EVES."""
    return {
        "trettondagsafton": date(year, 1, 5),
        "skärtorsdagen": from_easter(year, -3),
        "påskafton": from_easter(year, -1),
        "valborgsmässoafton": date(year, 4, 30),
        "pingstafton": from_easter(year, 48),
        "midsommarafton": first(FRIDAY, date(year, 6, 19)),
        "allahelgonsafton": first(FRIDAY, date(year, 10, 30)),
        "julafton": date(year, 12, 24),
        "nyårsafton": date(year, 12, 31),
    }


def from_easter(year: int, days: int) -> date:
    sunday: date = easter(year)
    return sunday + timedelta(days)


def first(weekday: int, day: date) -> date:
    """Return the first such weekday, 0 a Monday, from a day on."""
    return day + timedelta((weekday - day.weekday()) % 7)
