"""Whoever works at a unit, or administers, sees its numbers of what is over, and no small one."""

import csv
import io
import re
from functools import partial

import pytest
from sqlalchemy import insert

from app.casework import indexing, tallies
from app.casework.kept import Kept
from app.runner.role import Role
from app.storage import tables
from app.web.staff import spreadsheet
from tests.web import journeys
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"
AT = "/inkorg/statistik"
MONTHS = [f"2026-{month:02}" for month in range(1, 11)]
ROLES = {"privat": 9, "arbete": 30}
CONCERNS = {"vald": 12, "omsorg": 25, "heder": 3}


@pytest.fixture
def count(town):
    """Put away numbers as they are when they have been counted."""

    def put(month, form_id, dimension, value, number, unit=UNIT):
        row = {
            "month": month,
            "unit": unit,
            "form_id": form_id,
            "dimension": dimension,
            "value": value,
            "count": number,
        }
        town.database.write_now(lambda c: c.execute(insert(tables.tallies), row))

    return put


@pytest.fixture
def counted(count):
    """Ten months of a unit where 39 reports come each month, three of them of honour."""
    for month in MONTHS:
        count(month, tallies.ENDED, tallies.ENDED, "", 1)
        count(month, "orosanmalan", "reports", "", 39)
        count(month, "orosanmalan", "channel", "web", 39)
        for value, number in ROLES.items():
            count(month, "orosanmalan", "fields.roll", value, number)
        for value, number in CONCERNS.items():
            count(month, "orosanmalan", "fields.slag", value, number)
        count(month, "orosanmalan", "fields.alder", "7", 39)
        count(month, "orosanmalan", "outcome", "inleds", 20)
        count(month, "orosanmalan", "clocks.skydd", Kept.IN_TIME, 37)
        count(month, "orosanmalan", "clocks.skydd", Kept.LATE, 2)


def line(screen, label):
    """What stands after a label in the text of a page."""
    found = re.search(rf"{label} (färre än 5|döljs|\d+)", screen.text)
    assert found, (label, screen.text)
    return found[1]


def test_the_last_month_that_is_over_is_shown_with_its_numbers_and_no_small_one(clerk_of, counted):
    clerk = clerk_of(UNIT)
    assert f'href="{AT}"' in clerk.go("/inkorg").html
    screen = clerk.go(AT)
    assert (screen.status, screen.heading) == (200, "Statistik")
    assert "Anmäl oro för ett barn, oktober 2026" in screen.text
    assert [line(screen, name) for name in ("januari 2026", "Webben", "Som privatperson")] == [
        *("39", "39", "9"),
    ]
    assert line(screen, "Våld eller hot hemma") == "12"
    assert line(screen, "Heder eller tvång") == "färre än 5"
    assert line(screen, "Utredning inleds") == "20"
    assert line(screen, "7–12") == "39"
    assert "Jag är barn eller ung" not in screen.text, "nobody can send that"


def test_a_quarter_and_a_year_are_chosen_once_they_are_over(clerk_of, counted):
    clerk = clerk_of(UNIT)
    screen = clerk.go(f"{AT}?period=2026-Q3")
    assert "kvartal 3 2026" in screen.text
    assert line(screen, "Heder eller tvång") == "9", "three months of three each"
    assert line(screen, "Webben") == "117"
    assert 'value="2026-Q4"' not in screen.html
    assert 'value="2026"' not in screen.html
    for unknown in ("2026-Q4", "2026", "2026-11", "i går", "2026-13"):
        assert "oktober 2026" in clerk.go(f"{AT}?period={unknown}").text


def test_the_bars_are_drawn_of_the_same_numbers(clerk_of, counted):
    screen = clerk_of(UNIT).go(AT)
    assert re.search(r'>9<svg [^>]*aria-hidden="true"[^>]*><rect width="30"', screen.html)
    assert re.search(r'>30<svg [^>]*><rect width="100"', screen.html)
    assert "färre än 5<svg" not in screen.html
    assert 'style="' not in screen.html


def test_a_form_that_is_taken_in_elsewhere_is_not_there(clerk_of, counted):
    assert "Be om ett stoppmöte" not in clerk_of(UNIT).go(AT).text
    assert "Ingen månad är räknad än" in clerk_of("sspf").go(AT).text


def test_every_number_of_the_year_is_a_file_that_a_spreadsheet_reads(clerk_of, counted):
    clerk = clerk_of(UNIT)
    answer = clerk.client.get(f"{AT}/2026/orosanmalan")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (
        'filename="statistik-barn-och-unga-orosanmalan-2026.csv"'
        in (answer.headers["content-disposition"])
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Enhet", "Formulär", "Period", "Tabell", "Svar", "Antal"]
    seen = {(row[2], row[3], row[4]): row[5] for row in rows[1:]}
    assert seen["2026-10", "Vad handlar oron om?", "Heder eller tvång"] == "färre än 5"
    assert seen["2026-Q3", "Vad handlar oron om?", "Heder eller tvång"] == "9"
    assert seen["2026-Q3", "Så många kom in", "Alla"] == "117"
    assert {row[5] for row in rows[1:]} & {"1", "2", "3", "4"} == set()
    assert clerk.go(f"{AT}/2026/stoppmote").status == 404
    assert clerk.go(f"{AT}/1999/orosanmalan").status == 404


@pytest.mark.parametrize("cell", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_the_file_is_taken_for_a_formula(cell):
    assert spreadsheet.harmless(cell) == f"'{cell}"


def test_a_question_that_is_counted_since_lately_hides_nothing_wrongly(clerk_of, count):
    for month in MONTHS[:2]:
        count(month, tallies.ENDED, tallies.ENDED, "", 1)
        count(month, "orosanmalan", "reports", "", 20)
    count(MONTHS[1], "orosanmalan", "fields.roll", "privat", 12)
    count(MONTHS[1], "orosanmalan", "fields.roll", "borta", 8)
    screen = clerk_of(UNIT).go(f"{AT}?period={MONTHS[1]}")
    assert line(screen, "Som privatperson") == "12"
    assert re.search(r"Som privatperson 12 .*?Framgår inte 8", screen.text)
    screen = clerk_of(UNIT).go(f"{AT}?period={MONTHS[0]}")
    assert re.search(r"Som privatperson färre än 5 .*?Framgår inte 20", screen.text)


@pytest.mark.parametrize("role", [Role.HANDLAGGARE, Role.GRUPPLEDARE, Role.SSPF])
def test_whoever_works_there_and_whoever_administers_may_see(role, somebody, counted):
    assert somebody(barn_och_unga={role}).go(AT).status == 200
    assert somebody(barn_och_unga={Role.ADMINISTRATOR}).go(AT).status == 200


@pytest.mark.parametrize("role", [Role.REGISTRATOR, Role.LOGGRANSKARE])
def test_others_are_kindly_refused_and_are_not_led_there(role, somebody, counted):
    clerk = somebody(barn_och_unga={role})
    assert [clerk.go(AT).status, clerk.go(f"{AT}/2026/orosanmalan").status] == [403, 403]
    assert f'href="{AT}"' not in clerk.screen.html


def test_what_is_handed_in_is_counted_and_shown_when_its_month_is_over(
    visitor, town, clerk_of, clock
):
    for _ in range(2):
        journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    index = clerk_of(UNIT).desk.index
    rows = town.database.write_now(partial(indexing.claim, index=index, now=clock.now()))
    found = indexing.read(index, rows)
    town.database.write_now(partial(indexing.store, index=index, found=found, now=clock.now()))
    clock.move(days=14)
    counting = partial(tallies.count_out, unit=UNIT, calendar=index.calendar, now=clock.now())
    assert town.database.write_now(counting)
    screen = clerk_of(UNIT).go(AT)
    assert "november 2026" in screen.text
    assert line(screen, "Webben") == "färre än 5"
    assert not re.search(r">\s*[1-4]\s*<", screen.html)
    written = [text for text in ANONYMOUS.answers.values() if isinstance(text, str) and " " in text]
    assert [words for words in written if words in screen.html] == []


def test_the_page_is_light(clerk_of, counted):
    answer = clerk_of(UNIT).client.get(AT, headers={"accept-encoding": "gzip"})
    assert int(answer.headers["content-length"]) < 14_600 - 6_000, "style and script take the rest"


@pytest.fixture
def ended(count):
    """A year of the SSPF unit: what came in, and what the cases came to that ended in it."""

    def put(month, **counts):
        count(month, tallies.ENDED, tallies.ENDED, "", 1, unit="sspf")
        count(month, "stoppmote", "reports", "", 12, unit="sspf")
        for dimension, values in counts.items():
            for value, number in values.items():
                name = dimension.replace("__", ".")
                count(month, "stoppmote", name, value, number, unit="sspf")

    for number in range(1, 13):
        few = number == 3
        people = 14 if few else 40
        put(
            f"2025-{number:02}",
            taken__bedomning={"": 10},
            steps__vag={"mote": 6, "*": 4} if number == 2 else {"mote": 5, "*": 5},
            taken__familj={"": people},
            cases__familj={"": 1 if few else 6},
            steps__kom={"alla": people - 8, "nagon": 8},
            steps__stod={"ja": people - 6, "nej": 6},
            taken__insats={"": 20},
            cases__insats={"": 6},
            steps__insats={"fritid": 12, "praktik": 3, "stodsamtal": 20},
            taken__uppfoljning_en__forsta={"": 25},
            cases__uppfoljning_en__forsta={"": 5},
            steps__uppfoljning__forsta={"lugnare": 25},
        )


def table(screen, title):
    """The lines of a table in a page's text, from its title to the next table's head."""
    found = re.search(rf"{title} Svar Antal (.*?)(?= Svar Antal |$)", screen.text)
    assert found, (title, screen.text)
    return found[1]


def test_the_whole_of_what_stoppmoten_came_to_is_laid_on_one_table(clerk_of, ended):
    screen = clerk_of("sspf").go(f"{AT}?period=2025")
    assert "Lägesbild: Be om ett stoppmöte, 2025" in screen.text
    assert "Ärenden som har avslutats" in screen.text
    ways = table(screen, "Vad SSPF valde")
    assert re.match(r"Alla 120 Stoppmöte 61 \(51 %\) En annan väg än stoppmöte 59 \(49 %\)", ways)
    assert re.match(r"Alla 454 \S", table(screen, "De ungas familjer på mötet"))
    assert "Ja, alla som var inbjudna 358 (79 %)" in screen.text
    gone = table(screen, "Unga som fick en insats")
    assert "En fritidsaktivitet 144" in gone
    assert "%" not in gone, "they sum to no whole"
    assert "Alla" not in gone
    assert "Framgår inte" not in gone
    first = table(screen, "De unga vid uppföljningen: Den första")
    assert "Alla 300 Lugnare 300 (100 %)" in first
    assert table(screen, "De unga vid uppföljningen: Den andra").startswith("Alla färre än 5")


def test_of_one_group_in_a_month_nothing_is_told_and_no_quarter_tells_it(clerk_of, ended):
    clerk = clerk_of("sspf")
    march = table(clerk.go(f"{AT}?period=2025-03"), "De ungas familjer på mötet")
    assert re.findall(r"\d+", march.replace("färre än 5", "")) == []
    shown = [
        table(clerk.go(f"{AT}?period=2025-{part}"), "De ungas familjer på mötet").split()[1]
        for part in ("Q1", "01", "02")
    ]
    assert "döljs" in shown, "or March would be what is left"


def test_a_small_way_hides_the_other_of_the_same_month(clerk_of, ended):
    ways = table(clerk_of("sspf").go(f"{AT}?period=2025-02"), "Vad SSPF valde")
    assert "Stoppmöte döljs En annan väg än stoppmöte färre än 5" in ways


def test_the_file_has_what_cases_came_to_just_as_it_is_shown(clerk_of, ended):
    clerk = clerk_of("sspf")
    answer = clerk.client.get(f"{AT}/2025/stoppmote")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    seen = {(row[2], row[3], row[4]): row[5] for row in rows[1:]}
    assert seen["2025", "Vad SSPF valde", "Alla"] == "120"
    assert seen["2025", "Vad SSPF valde", "En annan väg än stoppmöte"] == "59"
    assert seen["2025-02", "Vad SSPF valde", "En annan väg än stoppmöte"] == "färre än 5"
    assert seen["2025-03", "De ungas familjer på mötet", "Alla"] == "döljs"
    assert seen["2025-01", "De unga vid uppföljningen: Den första", "Lugnare"] == "25"
    assert {row[5] for row in rows[1:]} & {"1", "2", "3", "4"} == set()
    assert not [row for row in rows if "cases." in str(row) or "taken." in str(row)]


def test_what_is_counted_of_the_cases_themselves_is_no_table(clerk_of, ended):
    """In how many cases people are is asked before anything is told of them, and not shown."""
    screen = clerk_of("sspf").go(f"{AT}?period=2025")
    titles = re.findall(r"<caption>([^<]+)", screen.html)
    assert len(titles) == len(set(titles))
    assert "cases" not in screen.html
