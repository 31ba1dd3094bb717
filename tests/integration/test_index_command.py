"""`skyddsnat index` reads what waits, says how far it has come, and can be stopped and begun."""

import pytest
from sqlalchemy import func, select

from app.commands import index
from app.settings import CHECKOUT
from app.storage import tables
from app.storage.database import Database
from tests import service
from tests.integration.casework import INDEX, Unit


@pytest.fixture
def database(sqlite_url):
    with Database.open(sqlite_url) as opened:
        yield opened


def environment(sqlite_url, folder, **more):
    return service.environment(
        data=folder / "data",
        citizen="http://127.0.0.1:1",
        staff="http://127.0.0.1:2",
        DATABASE_URL=sqlite_url,
        **more,
    )


def test_it_reads_a_little_at_a_time_and_says_how_far_it_has_come(database, clock, hand_in):
    for _ in range(3):
        hand_in()
    Unit(database, clock).arrive()
    told = []

    def stopped(done, of):
        told.append((done, of))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.read_all(database, INDEX, clock, stopped)
    assert index.read_all(database, INDEX, clock, lambda *far: told.append(far)) == (3, 0)
    assert told == [(0, 3), (0, 3), (3, 3)]
    assert index.read_all(database, INDEX, clock, lambda *far: told.append(far)) == (0, 0)
    marked = select(func.count(tables.inbox_items.c.indexed_as))
    assert database.read_now(lambda c: c.execute(marked).scalar()) == 3


def test_off_it_says_that_the_municipality_has_it_off(sqlite_url, tmp_path):
    said = service.command("index", "--again", environment=environment(sqlite_url, tmp_path))
    assert "[match] on = false" in said.stderr


def test_on_it_reads_all_again_when_told_to(sqlite_url, tmp_path):
    ours = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
    text = ours.read_text("utf-8").replace(
        '[match]\non = false\nbasis = ""', '[match]\non = true\nbasis = "beslut"'
    )
    (tmp_path / "kommun.toml").write_text(text, "utf-8")
    there = environment(sqlite_url, tmp_path, SKYDDSNAT_MUNICIPALITY=str(tmp_path / "kommun.toml"))
    service.command("prepare", environment=there)
    assert (
        "0 anmälningar är lästa." in service.command("index", "--again", environment=there).stdout
    )
