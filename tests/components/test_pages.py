"""What surrounds every page: the way to the content, the way out, help in its place, and Enter."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.runner import content
from app.runner.field import build
from app.runner.texts import Interface
from app.web.http.templating import environment as make_environment
from app.web.shown.answering import looked_up
from app.web.shown.views import (
    FieldView,
    LinkView,
    PageView,
    SiteView,
    StepView,
    SwitchView,
    TextView,
)
from tests.components.examples import ROOT, TEMPLATES
from tests.components.reader import Element, Page

TABBED = {"a", "button", "input", "textarea", "select"}


@pytest.fixture(scope="module")
def said():
    return content.load(ROOT / "forms")


@pytest.fixture(scope="module", params=["sv", "en"])
def templates(said, request):
    interface: Interface = said.interfaces[request.param]
    return make_environment(TEMPLATES, request.param, interface)


@pytest.fixture
def site(said):
    """The frame of a form's page, in the middle of a draft."""
    municipality = said.municipality
    return SiteView(
        municipality=municipality,
        language="sv",
        dir="ltr",
        title="Steg 2 av 7 – Exempelkommun",
        css="/static/0.css",
        js="/static/0.js",
        languages=(SwitchView("sv", "Svenska", "/"), SwitchView("en", "English", "/en/")),
        home="/",
        footer=(LinkView("/tillganglighet", "Tillgänglighet"),),
        duty=looked_up(said, "sv", datetime(2026, 11, 28, 2, tzinfo=UTC)).duty,
        exit_href="/lamna",
        exit_target="https://www.example.se/",
        expires_in=3600,
        extend_href="/orosanmalan/forlang",
        token="made-up",
    )


@pytest.fixture
def question():
    group = build(
        {
            "kind": "group",
            "id": "unga",
            "label": "Vilka är de?",
            "item": "Ungdom {number}",
            "add": "Lägg till en ungdom",
            "remove": "Ta bort {item}",
            "fields": [{"kind": "text", "id": "namn", "label": "Namn"}],
        }
    )
    return PageView(
        title="",
        intro="",
        notes=(),
        contacts=(),
        ends=False,
        step=StepView(2, 7),
        back="/orosanmalan/fara",
        action="/orosanmalan/unga",
        token="made-up",
        to_review=True,
        errors=(("#unga", "Lägg till minst en ungdom"),),
        fields=(
            FieldView(
                group,
                required=True,
                heading=True,
                values={},
                errors={"unga": "Lägg till minst en ungdom"},
                optional_text="",
            ),
        ),
    )


@pytest.fixture
def asked(templates, site, question):
    """A question page, with something wrong on it."""
    return Page(templates.get_template("pages/question.html").render(site=site, page=question))


def stops(page: Page) -> list[Element]:
    """Return what the tab key stops at, in order."""
    return [
        element
        for element in page.elements
        if element.tag in TABBED
        and element.attributes.get("tabindex") != "-1"
        and element.attributes.get("type") != "hidden"
        and not any("hidden" in outer.attributes for outer in [*element.within, element])
        and "dialog" not in element.inside
    ]


def test_the_first_stop_leads_past_the_header(asked):
    first = stops(asked)[0]
    assert first.attributes["href"] == "#main"
    assert asked.by_id("main").tag == "main"


def test_the_way_out_is_a_real_link_among_the_first_five_stops(asked):
    (out,) = [stop for stop in stops(asked)[:5] if stop.attributes.get("class") == "exit"]
    assert out.tag == "a"
    assert out.attributes["href"] == "/lamna"
    assert out.attributes["rel"] == "nofollow noreferrer"
    assert out.attributes["data-exit"] == "https://www.example.se/"


def test_enter_goes_on_and_neither_changes_language_nor_removes_a_person(asked):
    """Enter in an input presses the first submit button of its form, in the order of the page."""
    submits = [
        button
        for button in asked.all("button")
        if button.attributes.get("form") == "svar"
        or any(outer.attributes.get("id") == "svar" for outer in button.within)
    ]
    assert {button.attributes.get("name") for button in submits} == {None, "_language", "_add"}
    assert "name" not in submits[0].attributes
    assert submits[0].words.strip() == submits[-1].words.strip()


def test_what_is_wrong_comes_first_in_main_and_then_the_way_back(asked):
    inside = [element for element in asked.elements if "main" in element.inside]
    assert inside[0].attributes["class"] == "summary"
    assert inside[0].attributes["tabindex"] == "-1"
    after = [element for element in inside if "section" not in element.inside]
    assert [element.tag for element in after[1:3]] == ["p", "a"]
    assert after[2].attributes["class"] == "back"


def test_there_is_one_heading_and_no_level_is_skipped(asked):
    levels = [int(heading.tag[1]) for heading in asked.all("h1", "h2", "h3")]
    assert levels.count(1) == 1
    in_main = [
        int(heading.tag[1])
        for heading in asked.all("h1", "h2", "h3")
        if not {"section", "footer", "dialog"} & set(heading.inside)
    ]
    assert in_main[0] == 1


def test_the_numbers_to_call_stand_in_the_footer_in_the_same_order(asked, templates, site):
    text = TextView("Om tjänsten", "Text.")
    other = Page(
        templates.get_template("pages/text.html").render(
            site=replace(site, expires_in=None), text=text
        )
    )
    numbers = [
        [link.attributes["href"] for link in page.all("a") if "footer" in link.inside]
        for page in (asked, other)
    ]
    assert numbers[0] == numbers[1]
    assert numbers[0][0] == "tel:112"
    assert numbers[0][-1] == "/tillganglighet"


def test_a_page_outside_the_forms_has_the_way_out_and_links_for_languages(templates, site):
    page = Page(
        templates.get_template("pages/text.html").render(
            site=replace(site, expires_in=None), text=TextView("Om", "Text.")
        )
    )
    assert [link for link in page.all("a") if link.attributes.get("class") == "exit"]
    assert not page.all("dialog", "button")
    switches = [link for link in page.all("a") if "hreflang" in link.attributes]
    assert [switch.attributes["href"] for switch in switches] == ["/en/"]


def test_everything_stands_in_a_landmark(asked):
    for element in asked.all("p", "h1", "h2", "ul", "form"):
        assert {"header", "main", "footer", "dialog"} & set(element.inside), element.words


def test_a_change_from_the_check_page_leads_back_there(asked):
    hidden = {
        field.attributes["name"]: field.attributes["value"]
        for field in asked.all("input")
        if field.attributes.get("type") == "hidden"
    }
    assert hidden == {"_token": "made-up", "_to": "granska"}
