"""`skyddsnat clocks` tells how times were kept, in words that an inspector reads."""

from datetime import UTC, date, datetime

import pytest

from app.casework.kept import Kept, Sum, Time
from app.commands import times
from app.storage.database import Database
from tests import service
from tests.content import loaded
from tests.integration.casework import ASSESSED, Unit

LATE = Time(
    reference="K7QF-93MX",
    started_on=date(2026, 3, 3),
    due_on=date(2026, 3, 4),
    extended_to=None,
    done_on=date(2026, 3, 6),
    kept=Kept.LATE,
    days=2,
    holiday=False,
)


@pytest.fixture
def database(sqlite_url):
    with Database.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def say(sqlite_url, tmp_path):
    """Say something on the command line; tests that ask for it use SQLite."""
    environment = service.environment(
        data=tmp_path / "data",
        citizen="http://127.0.0.1:1",
        staff="http://127.0.0.1:2",
        DATABASE_URL=sqlite_url,
    )
    return lambda *words: service.command("clocks", *words, environment=environment)


def test_it_tells_what_was_late_and_what_the_trail_s_last_link_was(say, database, clock, hand_in):
    unit, reference = Unit(database, clock), hand_in().reference
    unit.arrive()
    clock.move(days=3)
    unit.step(reference, "bedom", ASSESSED)
    told = say("--from", "2026-11-25", "--to", "2026-11-25").stdout
    assert "Exempelkommun, alla enheter: tider vars sista dag var 2026-11-25" in told
    assert "prov: skydd" in told
    assert (
        f"{reference}  började 2026-11-24, sista dag 2026-11-25, gjort 2026-11-27: 2 dagar sent"
        in told
    )
    assert "Granskningsloggen hade då 0 länkar" in told
    assert "tryggt hos mormor" not in told, "nothing of what anybody wrote"


def test_a_period_without_clocks_says_so(say, database):
    told = say("--from", "2026-01-01", "--to", "2026-01-31", "--unit", "sspf").stdout
    assert "Samordning SSPF" in told
    assert "Ingen klocka hade sin sista dag då." in told


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "2026-02-30", "--to", "2026-03-01"), "2026-02-30 är ingen dag"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "före den första"),
        (("--from", "2026-03-01", "--to", "2026-03-01", "--unit", "x"), "Enheten x finns inte"),
    ],
)
def test_what_can_not_be_answered_is_said(say, database, words, why):
    refused = say(*words)
    assert refused.returncode == 1
    assert why in refused.stderr


def test_each_clock_is_told_by_its_name_and_its_section():
    counts = {Kept.IN_TIME: 41, Kept.EXTENDED: 0, Kept.LATE: 1, Kept.WAITING: 3}
    told = "\n".join(times.told(Sum("orosanmalan", "skydd", counts, (LATE,)), loaded()))
    assert told.startswith("orosanmalan: Skyddsbedömning (20 kap. 1 § socialtjänstlagen (2025:400")
    assert "i tid 41" in told
    assert "för sent 1\n" in told
    assert "K7QF-93MX  började 2026-03-03, sista dag 2026-03-04, gjort 2026-03-06" in told


def test_the_moment_it_was_made_and_what_is_not_in_it_stand_first():
    asked = times.Asked(date(2026, 1, 1), date(2026, 3, 31))
    first, second = times.heading(asked, loaded(), datetime(2026, 4, 1, 8, tzinfo=UTC))
    assert "2026-01-01 till 2026-03-31" in first
    assert "2026-04-01 08:00" in second
    assert "gallrade" in second
