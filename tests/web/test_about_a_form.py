"""Whoever is invited to a stoppmöte finds plain answers, and only where there are such meetings."""

import re
from dataclasses import replace

import pytest

from app.settings import CHECKOUT
from tests.web import journeys
from tests.web.reporters import ANONYMOUS, REKTOR_GROUP
from tests.web.visitor import CITIZEN, Visitor

FILE = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
PAGES = {"": "/om-stoppmote", "/en": "/en/om-stoppmote"}
SSPF = "08-465 004 20"
EACH_LANGUAGE = pytest.mark.parametrize("prefix", PAGES)


def links(screen):
    return re.findall(r'href="([^"]+)"', screen.html)


@pytest.fixture
def put(town, tmp_path):
    """Visit a municipality whose file has this changed; each change is (pattern, instead)."""

    def start(*changes):
        text = FILE.read_text("utf-8")
        for old, new in changes:
            text, count = re.subn(old, new, text)
            assert count, old
        (tmp_path / "kommun.toml").write_text(text, "utf-8")
        settings = replace(town.settings, municipality=tmp_path / "kommun.toml")
        return Visitor(replace(town, settings=settings).citizen(origin=CITIZEN))

    return start


WITHOUT = (
    (r"\[forms\.stoppmote\]\nunit = .*\nboard = .*\n", ""),
    (r"(?m)^stoppmote = 90\n", ""),
    (r"(?m)^forms\.stoppmote\.board = .*\n", ""),
)


@EACH_LANGUAGE
def test_it_says_danger_first_and_whom_to_call_last(visitor, clock, prefix):
    screen = visitor.go(PAGES[prefix])
    assert screen.status == 200
    marks = ("<h1", 'href="tel:112"', "<h2>", 'class="contacts"', SSPF, "<footer")
    places = [screen.html.index(mark) for mark in marks]
    assert places == sorted(places)
    assert visitor.cookies == {}


@EACH_LANGUAGE
def test_the_start_page_leads_there_after_both_doors(visitor, prefix):
    found = links(visitor.go(f"{prefix}/"))
    doors = [found.index(f"{prefix}/{form_id}") for form_id in ("orosanmalan", "stoppmote")]
    assert found.index(PAGES[prefix]) > max(doors)


@EACH_LANGUAGE
def test_the_first_page_of_the_form_leads_there_and_that_of_another_form_does_not(visitor, prefix):
    assert PAGES[prefix] in links(visitor.go(f"{prefix}/stoppmote"))
    assert PAGES[prefix] not in links(visitor.go(f"{prefix}/orosanmalan"))


@pytest.mark.parametrize("reporter", [REKTOR_GROUP, ANONYMOUS], ids=lambda who: who.form_id)
def test_the_receipt_leads_there_after_what_happens_now(visitor, reporter):
    journeys.report_at_once(visitor, reporter)
    assert (PAGES[""] in links(visitor.screen)) == (reporter.form_id == "stoppmote")


@EACH_LANGUAGE
def test_it_can_be_read_in_the_other_language_and_left_at_once(visitor, prefix):
    found = links(visitor.go(PAGES[prefix]))
    assert next(path for other, path in PAGES.items() if other != prefix) in found
    assert f"{prefix}/lamna" in found


@EACH_LANGUAGE
def test_where_no_such_form_is_taken_in_there_is_neither_page_nor_link(put, prefix):
    visitor = put(*WITHOUT, (r"exercise = true", "exercise = false"))
    assert visitor.go(f"{prefix}/orosanmalan").status == 200
    assert visitor.go(PAGES[prefix]).status == 404
    assert PAGES[prefix] not in visitor.go(f"{prefix}/").html
    assert PAGES[prefix] not in visitor.client.get("/robots.txt").text


@pytest.mark.parametrize("path", ["/om-orosanmalan", "/om-finns-inte", "/en/om-orosanmalan"])
def test_a_form_without_one_has_no_such_page(visitor, path):
    assert visitor.go(path).status == 404


def test_a_municipality_says_it_in_words_of_its_own(put):
    own = '\n[texts.sv.stoppmote]\nabout.text = "Ring oss på {duty_day_phone}."\n'
    screen = put((r"\Z", own)).go("/om-stoppmote")
    assert "Ring oss på 08-465 004 10." in screen.text
    assert "Måste vi komma?" not in screen.text
