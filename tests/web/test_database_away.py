"""When the database is locked, full or gone: no word is lost, whom to call is said, it heals."""

import sqlite3
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

from app import main
from app.storage import tables
from tests.web import journeys
from tests.web.reporters import ANONYMOUS

WRITTEN = "Det här skrev jag medan databasen var borta, och det ska finnas kvar."


@contextmanager
def locked(database):
    """Somebody else holds the database."""
    holder = sqlite3.connect(path_of(database), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@contextmanager
def full(database):
    """The disk has no room for another page."""
    engine = database._engines.writing

    def no_room(connection, _, statement, *__):
        if statement.split()[0] in {"INSERT", "UPDATE"}:
            connection.connection.execute("PRAGMA max_page_count = 1")

    event.listen(engine, "before_cursor_execute", no_room)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", no_room)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


@contextmanager
def gone(database):
    """The file is not where it was, and nothing can be opened in its place."""
    path = Path(path_of(database))
    away = path.with_name("away.sqlite")
    path.rename(away)
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        away.rename(path)


def path_of(database):
    return database._engines.writing.url.database


TROUBLES = pytest.mark.parametrize("trouble", [locked, full, gone], ids=lambda one: one.__name__)


def says_what_to_do(screen):
    links = {link.attributes["href"] for link in screen.page.all("a")}
    assert (screen.status, screen.lang) == (503, "sv")
    assert "tel:112" in links
    assert any("tel:" in link and "112" not in link for link in links)
    return links


@TROUBLES
def test_what_is_written_while_it_is_away_is_kept_on_the_page_and_saved_by_one_press(
    visitor, town, trouble
):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    with trouble(town.database):
        screen = visitor.press({"beskriv": WRITTEN + "x" * 20_000})
        says_what_to_do(screen)
        assert "finns kvar här" in screen.text
        assert screen.value("beskriv").startswith(WRITTEN)
    screen = visitor.press({"beskriv": WRITTEN})
    assert (screen.status, screen.here) == (200, "racker")


@TROUBLES
def test_what_is_sent_while_it_is_away_is_not_said_to_be_sent_and_can_be_sent_again(
    visitor, town, trouble
):
    journeys.at_review(visitor, ANONYMOUS)
    with trouble(town.database):
        screen = visitor.press()
        links = says_what_to_do(screen)
        assert "inget är skickat" in screen.text
        assert "/orosanmalan/granska" in links
    assert visitor.press().here == "kvitto"
    asked = select(func.count()).select_from(tables.submissions)
    assert town.database.read_now(lambda c: c.execute(asked).scalar_one()) == 1


def test_the_receipt_is_never_said_to_be_unsent_while_it_can_not_be_shown(visitor, town):
    journeys.report_at_once(visitor, ANONYMOUS)
    with gone(town.database):
        screen = visitor.go("/orosanmalan/kvitto")
        says_what_to_do(screen)
        assert "skicka" not in screen.text.lower()
    assert visitor.go("/orosanmalan/kvitto").status == 200


@TROUBLES
def test_leaving_at_once_waits_for_no_database(visitor, town, trouble):
    journeys.at_review(visitor, ANONYMOUS)
    with trouble(town.database):
        answer = visitor.client.get("/lamna")
    assert (answer.status_code, answer.headers["location"][:8]) == (303, "https://")
    assert not visitor.cookies


@pytest.mark.parametrize("path", ["/", "/orosanmalan", "/en/stoppmote", "/tillganglighet"])
def test_the_pages_that_need_no_database_are_there_without_it(visitor, town, path):
    with gone(town.database):
        assert visitor.go(path).status == 200


def test_a_form_can_not_be_begun_without_it_and_says_so(visitor, town):
    visitor.go("/orosanmalan")
    with gone(town.database):
        says_what_to_do(visitor.press())
    visitor.go("/orosanmalan")
    assert visitor.press().here == "fara"


def test_the_staff_are_told_too(town, clerk_of):
    clerk = clerk_of("sspf")
    with gone(town.database):
        assert clerk.go("/inkorg").status == 503
    assert clerk.go("/inkorg").heading == "Kö"


@pytest.mark.parametrize("trouble", [locked, gone], ids=lambda one: one.__name__)
def test_what_staff_write_down_while_it_is_away_is_handed_in_when_it_is_back(
    town, clerk_of, trouble
):
    clerk = clerk_of("barn-och-unga")
    clerk.go("/inkorg/ny")
    clerk.send("/inkorg/ny/orosanmalan/borja", {"_token": clerk.screen.value("_token")})
    with trouble(town.database):
        screen = clerk.press({"_kanal": "telefon", "beskriv": WRITTEN})
        assert screen.status == 503
        assert WRITTEN in screen.html
        assert "står kvar här" in screen.text or "finns kvar här" in screen.text
    assert clerk.press().heading == "Anmälan har kommit in"
    asked = select(func.count()).select_from(tables.submissions)
    assert town.database.read_now(lambda c: c.execute(asked).scalar_one()) == 1


def test_while_nothing_can_be_stored_health_says_that_nothing_is_taken_in(visitor, town):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    site = main.citizen(town.settings, clock=town.clock, database=town.database)
    client = TestClient(site)
    assert client.get("/halsa/redo").status_code == 200
    with full(town.database):
        visitor.press({"beskriv": WRITTEN + "x" * 20_000})
        town.clock.move(seconds=1)
        said = client.get("/halsa/redo")
    assert (said.status_code, said.json()["databas"]) == (503, "tar inte emot")
