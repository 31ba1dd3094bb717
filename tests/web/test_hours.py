"""Every page says first which number answers at this moment, and when the other opens."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.content import FORM_IDS
from tests.web import journeys
from tests.web.reporters import ANONYMOUS
from tests.web.visitor import Visitor

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY, NIGHT = "08-465 004 10", "08-465 004 11"
EVERYWHERE = ["/", *(f"/{form_id}" for form_id in FORM_IDS), "/tillganglighet", "/finns-inte"]


def wind(clock, wall: str) -> None:
    """Set the clock by the wall in the municipality."""
    clock.time = datetime.fromisoformat(wall).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def help_of(screen) -> str:
    return " ".join(screen.page.all("footer")[0].words.split())


def answers_first(screen) -> bool:
    """Whether the day's number comes before the night's, in the middle and in the help below."""
    firsts = []
    for place in (screen.page.all("main")[0], screen.page.all("footer")[0]):
        links = [link for link in screen.page.all("a") if place in link.within]
        numbers = [link.words for link in links if link.words in {DAY, NIGHT}]
        firsts += numbers[:1]
    assert firsts
    assert len(set(firsts)) == 1, "the same first everywhere"
    return firsts[0] == DAY


@pytest.mark.parametrize(
    ("wall", "day_first", "says"),
    [
        ("2026-11-23T07:59", False, "Öppnar i dag 8.00"),
        ("2026-11-23T08:00", True, "Öppnar i dag 16.00"),
        ("2026-11-23T16:00", False, "Öppnar i morgon 8.00"),
        ("2026-11-24T00:00", False, "Öppnar i dag 8.00"),
        ("2026-11-27T16:00", False, "Öppnar på måndag 8.00"),
        ("2026-12-23T16:00", False, "Öppnar på måndag 8.00"),
        ("2026-06-19T09:00", False, "Öppnar på måndag 8.00"),
        ("2026-03-28T23:30", False, "Öppnar på måndag 8.00"),
        ("2026-10-25T23:30", False, "Öppnar i morgon 8.00"),
    ],
)
def test_the_number_that_answers_now_stands_first_on_every_page(
    visitor, clock, wall, day_first, says
):
    wind(clock, wall)
    for path in EVERYWHERE:
        screen = visitor.go(path)
        assert answers_first(screen) is day_first, path
        assert says in help_of(screen), path
        assert "Svarar nu" in help_of(screen), path


def test_a_page_that_is_kept_changes_on_the_minute(site, clock):
    wind(clock, "2026-11-23T15:59:58")
    visitor = Visitor(site)
    journeys.reach(visitor, ANONYMOUS, "roll")
    for _ in range(3):
        assert "Öppnar i dag 16.00" in help_of(visitor.go("/orosanmalan/roll"))
    clock.time += timedelta(seconds=1, milliseconds=999)
    assert answers_first(visitor.go("/orosanmalan/roll"))
    clock.time += timedelta(milliseconds=1)
    for _ in range(3):
        screen = visitor.go("/orosanmalan/roll")
        assert not answers_first(screen)
        assert "Öppnar i morgon 8.00" in help_of(screen)


def test_what_is_looked_ahead_at_is_not_shown_after_closing_time(site, clock):
    wind(clock, "2026-11-23T15:59:58")
    visitor = Visitor(site)
    journeys.reach(visitor, ANONYMOUS, "anonym")
    visitor.client.post("/orosanmalan/anonym", data=visitor.filled({"anonym": "ja"}))
    clock.time += timedelta(seconds=3)
    assert not answers_first(visitor.go("/orosanmalan/skyddad"))


def test_in_english_too(visitor, clock):
    wind(clock, "2026-11-23T16:00")
    screen = visitor.go("/en/")
    assert not answers_first(screen)
    assert "Opens tomorrow 8:00" in help_of(screen)


def test_the_help_page_names_112_first_and_then_who_answers(site, clock):
    wind(clock, "2026-11-28T02:00")
    visitor = Visitor(site)
    screen = journeys.reach(visitor, ANONYMOUS.but(fara="ja"), "ring")
    calls = [link for link in screen.page.all("a") if link.attributes.get("class") == "call"]
    numbers = [link.words for link in calls]
    assert numbers == ["112", NIGHT, DAY]
    assert "Öppnar på måndag 8.00" in screen.text
