"""Cases are found by reference, number and name: the unit's own, and that it is done is known."""

import json
import unicodedata
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select, update

from app.casework import bars, searching
from app.casework.searching import MOST, Found, Hit, Reason, Sought, Way, Why, understood
from app.errors import NotAllowed
from app.runner.casework import Match
from app.storage import tables
from app.storage.database import Database
from tests.integration.casework import INDEX, LEADER, REGISTRAR, STRANGER, WORKER
from tests.integration.plans import explained
from tests.integration.reports import RECEIVER
from tests.integration.test_same_child import kinds

TODAY = date(2026, 11, 27)
PNR = "20180327-2382"
SOUND = replace(INDEX, match=Match(on=True, basis="beslut 4 §", sound=True))


@pytest.fixture
def find(database, clock):
    """Search as somebody of the staff; return the references found, and by what."""

    def go(words, year="", *, staff=LEADER, index=INDEX, reason=Reason.CASE):
        sought = understood(words, year, today=TODAY, on=index.match.on)
        assert isinstance(sought, Sought), sought
        found = database.write_now(
            lambda c: searching.search(
                c, index, staff=staff, sought=sought, reason=reason, now=clock.now()
            )
        )
        return {(hit.reference, hit.way.value) for hit in found.hits}

    return go


def counts(database):
    """What the trail says of the last search."""
    asked = select(tables.audit_events).where(tables.audit_events.c.kind == "searched")
    rows = database.read_now(
        lambda c: c.execute(asked.order_by(tables.audit_events.c.id)).mappings().all()
    )
    return dict(rows[-1]) | {"counts": json.loads(rows[-1]["counts"])}


def test_a_child_is_found_by_number_and_by_name_with_the_year(report, read, find):
    one, other = report("Elsa Ek", "8", PNR), report("Ek, ELSA", "9")
    report("Erik Ek", "8")
    read()
    assert find("180327-2382") == {(one, "number")}
    assert find("elsa ek", "2018") == {(one, "name"), (other, "name")}
    assert find("ek elsa", "2017") == {(one, "name"), (other, "name")}
    assert find("Elsa Ek", "2009") == set()


def test_by_reference_a_case_of_the_unit_is_found_and_no_other(report, read, find, unit):
    one, theirs = report("Elsa Ek", "8"), report("Elsa Ek", "8", unit="sspf")
    assert find(one.lower().replace("-", " ")) == {(one, "reference")}
    assert find(theirs) == set()
    assert kinds(unit)[-2:] == ["read_refused", "searched"]
    assert find(theirs, staff=STRANGER) == {(theirs, "reference")}
    assert find(one, index=replace(INDEX, match=Match())) == {(one, "reference")}


def test_another_units_child_is_not_there(report, read, find):
    both = replace(INDEX, own={RECEIVER.unit: RECEIVER.key_id, "sspf": RECEIVER.key_id})
    one, theirs = report("Elsa Ek", "8", PNR), report("Elsa Ek", "8", PNR, unit="sspf")
    read(both)
    assert find(PNR, index=both) == {(one, "number")}
    assert find(PNR, index=both, staff=STRANGER) == {(theirs, "number")}


def test_what_sounds_alike_is_found_only_where_that_is_on_and_is_marked(report, read, find):
    one = report("Christopher Carlsson", "8")
    read()
    assert find("Kristoffer Karlsson", "2018") == set()
    read(SOUND)
    assert find("Kristoffer Karlsson", "2018", index=SOUND) == {(one, "sound")}
    assert find("Christopher Carlsson", "2018", index=SOUND) == {(one, "name")}


@pytest.mark.parametrize(
    "words", ["مريم الخطيب", "Åsa Öst", unicodedata.normalize("NFD", "Åsa Öst")]
)
def test_a_name_is_found_in_any_alphabet_and_however_its_marks_are_stored(
    words,
    report,
    read,
    find,
):
    one = report(unicodedata.normalize("NFC", words), "8")
    read()
    assert find(words, "2018") == {(one, "name")}


def test_the_trail_says_who_why_by_what_and_how_many_and_no_word(report, read, find, database):
    report("Elsa Ek", "8", PNR)
    read()
    find("Elsa Ek", "2018", reason=Reason.DISCLOSURE)
    said = counts(database)
    assert said["counts"] == {"hits": 1, "name": 1, "for_disclosure": 1}
    assert (said["actor"], said["unit"], said["submission_id"]) == (LEADER.name, LEADER.unit, None)
    find("Ella Namnsson", "2018")
    assert counts(database)["counts"] == {"hits": 0, "name": 1, "for_case": 1}


def test_to_who_is_barred_the_case_is_not_there_nor_counted(report, read, find, database, clock):
    one, other = report("Elsa Ek", "8", PNR), report("Elsa Ek", "8", PNR)
    read()
    mine = select(tables.submissions.c.id).where(tables.submissions.c.reference == other)
    barred = bars.written([bars.Bar(name=LEADER.name, by="Bo Al")])
    database.write_now(
        lambda c: c.execute(
            update(tables.inbox_items)
            .where(tables.inbox_items.c.submission_id == mine.scalar_subquery())
            .values(barred=barred)
        )
    )
    assert find(PNR) == {(one, "number")}
    assert counts(database)["counts"]["hits"] == 1
    assert find(other) == set()
    assert find(PNR, staff=WORKER) == {(one, "number"), (other, "number")}

    def seen(staff):
        shown = database.read_now(
            lambda c: searching.shown(c, staff=staff, references=[one, other])
        )
        return {item.reference for item in shown}

    assert (seen(LEADER), seen(WORKER), seen(STRANGER)) == ({one}, {one, other}, set())


def test_who_may_not_open_may_not_search(report, find):
    one = report("Elsa Ek", "8")
    with pytest.raises(NotAllowed):
        find(one, staff=REGISTRAR)


def test_the_same_number_on_forty_reports_is_forty_cases(report, read, find):
    sent = {report("Elsa Ek", "8", PNR) for _ in range(40)}
    read()
    assert find(PNR) == {(reference, "number") for reference in sent}


def test_of_more_than_can_be_looked_through_the_newest_are_shown_and_it_is_said(
    report,
    read,
    database,
    clock,
):
    for _ in range(MOST + 2):
        clock.move(minutes=1)
        last = report("Elsa Ek", "8", PNR)
    read(most=200)
    sought = understood(PNR, "", today=TODAY, on=True)

    def look(connection):
        return searching.search(
            connection, INDEX, staff=LEADER, sought=sought, reason=Reason.NEW, now=clock.now()
        )

    found = database.write_now(look)
    assert (len(found.hits), found.more, found.hits[0]) == (MOST, True, Hit(last, Way.NUMBER))


WRONG = {
    ("E", ""): Why.NO_NAME,
    ("Elsa", "2018"): Why.NO_NAME,
    ("E Ek", "2018"): Why.NO_NAME,
    ("Okänd", "2018"): Why.NO_NAME,
    ("okänt barn", "2018"): Why.NO_NAME,
    ("Elsa Ek", ""): Why.NO_YEAR,
    ("Elsa Ek", "18"): Why.NO_YEAR,
    ("Elsa Ek", "2027"): Why.NO_YEAR,
    ("Elsa Ek", "١٩٩٩"): Why.NO_YEAR,
    ("20180327-2383", ""): Why.NO_NUMBER,
    ("2018-03-27", ""): Why.NO_NUMBER,
    ("12", ""): Why.NO_NUMBER,
    ("Elsa 8 år", ""): Why.NO_NUMBER,
}


@pytest.mark.parametrize(("words", "year"), WRONG)
def test_what_can_not_be_searched_by_is_said(words, year):
    assert understood(words, year, today=TODAY, on=True) is WRONG[words, year]
    assert understood(words, year, today=TODAY, on=False) is Why.OFF


def test_where_it_is_off_no_name_is_found(report, read, database, clock):
    report("Elsa Ek", "8", PNR)
    read()
    off = replace(INDEX, match=Match())
    sought = understood(PNR, "", today=TODAY, on=True)
    found = database.write_now(
        lambda c: searching.search(
            c, off, staff=LEADER, sought=sought, reason=Reason.NEW, now=clock.now()
        )
    )
    assert found.hits == ()


def test_how_much_somebody_searches_is_counted_whichever_process_they_ask(
    database, database_url, find, clock
):
    namesake = replace(LEADER, unit="sspf", session_id="9")

    def search(to, staff=LEADER):
        sought = Sought(Way.REFERENCE, reference="K7QF-93MX")
        asked = partial(searching.search, index=INDEX, staff=staff, sought=sought)
        return to.write_now(lambda c: asked(c, reason=Reason.CASE, now=clock.now()))

    with Database.open(database_url) as beside:
        for number in range(searching.MOST_SEARCHES):
            assert search(beside if number % 2 else database) == Found(())
        clock.move(minutes=9)
        assert [search(database), search(beside)] == [None, None]
        assert search(beside, WORKER) == Found(()), "somebody else searches as before"
        assert search(database, namesake) is None, "in another of their units as well"
        clock.move(minutes=1)
        assert [search(database), search(beside)] == [Found(()), Found(())]


def test_how_much_somebody_has_searched_is_found_in_an_index(database, clock):
    values = {"actor": LEADER.name, "since": clock.now()}
    plan = database.read_now(lambda c: explained(c, searching.LATELY, values))
    assert "ix_audit_events_actor" in plan, plan
