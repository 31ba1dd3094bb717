"""Whoever asks for a stoppmöte can say in which of the municipality's own parts it happens."""

import re
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from app.casework import indexing
from app.storage import tables
from bench import weight
from tests.web import journeys
from tests.web.reporters import REKTOR_GROUP
from tests.web.visitor import Visitor

PAGE = "kommundel"
QUESTION = "I vilken del av kommunen händer det?"
LIST = re.compile(r'\[\[districts\]\]\nid = "\w+"\nlabel = "[^"]+"\n')
NAMES = re.compile(r"^districts\..*\n", re.MULTILINE)


@pytest.fixture
def with_districts(town, tmp_path):
    """The same town, with other parts."""

    def made(*names):
        usual = town.settings.forms / "municipalities" / "exempelkommun.toml"
        text = NAMES.sub("", LIST.sub("", usual.read_text("utf-8")))
        parts = [f'\n[[districts]]\nid = "d{n}"\nlabel = "{name}"' for n, name in enumerate(names)]
        (tmp_path / "kommun.toml").write_text("\n".join([text, *parts]), "utf-8")
        return replace(town, settings=replace(town.settings, municipality=tmp_path / "kommun.toml"))

    return made


def test_it_is_asked_among_the_rest_in_the_municipality_s_own_words(visitor):
    screen = journeys.reach(visitor, REKTOR_GROUP, PAGE)
    assert screen.heading == f"{QUESTION} (frivilligt)"
    assert [label for label in ("Norra Exempel", "Någon annanstans") if label in screen.text] == [
        "Norra Exempel",
        "Någon annanstans",
    ]
    english = visitor.go(f"/en/stoppmote/{PAGE}")
    assert "The north (Norra Exempel)" in english.text
    assert "Somewhere else" in english.text


def test_nobody_has_to_answer(visitor):
    journeys.reach(visitor, REKTOR_GROUP, PAGE)
    screen = visitor.press()
    assert (screen.status, screen.here) == (200, "var")


def test_staff_read_it_by_name_and_it_is_counted(visitor, town, clerk_of, clock):
    reference = journeys.report_at_once(visitor, REKTOR_GROUP)
    town.carry()
    clerk = clerk_of("sspf")
    assert dict(clerk.open(reference).pairs())[QUESTION] == ("Norra Exempel", "Hamnen och Ön")
    index = clerk.desk.index
    rows = town.database.write_now(partial(indexing.claim, index=index, now=clock.now()))
    found = indexing.read(index, rows)
    town.database.write_now(partial(indexing.store, index=index, found=found, now=clock.now()))
    of_it = tables.tallies.c.dimension == f"fields.{PAGE}"
    asked = select(tables.tallies.c.value, tables.tallies.c.count).where(of_it)
    counted = town.database.read_now(lambda c: {row.value: row.count for row in c.execute(asked)})
    assert counted == {"norra": 1, "hamnen": 1}


def test_a_municipality_without_parts_does_not_ask(with_districts):
    visitor = Visitor(with_districts().citizen())
    form = visitor.parts.content.forms["sv"]["stoppmote"]
    assert form.page(PAGE) is None
    assert PAGE not in {each.field for each in form.statistics}
    journeys.begin(visitor, "stoppmote")
    assert visitor.go(f"/stoppmote/{PAGE}").status == 404
    answers = {name: said for name, said in REKTOR_GROUP.answers.items() if name != PAGE}
    without = replace(REKTOR_GROUP, answers=answers)
    assert journeys.reach(visitor, without, "var").status == 200
    assert journeys.report_at_once(visitor, without)


@pytest.mark.untraced
def test_the_page_is_light_with_as_many_parts_as_there_may_be(with_districts):
    names = [f"{chr(97 + n) * 3} och en {n * 7919 % 997} lång stadsdel" for n in range(20)]
    visits = weight.measure(with_districts(*names).citizen())
    page = [visit.octets for visit in visits if visit.path.endswith(f"/stoppmote/{PAGE}")]
    assert len(page) == 2, "in both languages"
    assert max(page) <= weight.LIMIT
