"""What staff look at for eight hours: a report is read in a hurry, and a queue at one glance."""

import re
from dataclasses import replace

import pytest

from tests.browser.states import file
from tests.service import wait_until

DESK = {"width": 1280, "height": 900}
HIGHEST = 1_800
ROWS = 12


@pytest.fixture
def opened(staff, service):
    """Open a report in the inbox of who it is for."""

    def open_it(reference, unit="barn-och-unga"):
        page = staff(unit)
        page.set_viewport_size(DESK)
        address = f"{service.staff}/inkorg/arenden/{reference}"
        wait_until(lambda: page.goto(address).status == 200)
        return page

    return open_it


def test_a_short_report_is_read_without_turning_pages_on_screen_or_paper(opened, service):
    page = opened(file(service))
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    child, kind, seen = (
        page.locator("dt", has_text=words).bounding_box()["y"]
        for words in ("Barnets namn", "Vad handlar oron om", "Vad har du sett")
    )
    assert child < kind < seen < DESK["height"]
    assert page.get_by_role("button", name="Ta ärendet").bounding_box()["y"] < DESK["height"]
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


def test_what_was_written_in_english_is_no_longer_to_turn(opened, service):
    page = opened(file(service, "/en"))
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    assert page.locator("[lang=en]", has_text="What is the concern about?").count() == 1
    assert page.get_by_text("English: behöver översättas").count() == 2


def test_on_paper_nothing_of_the_page_around_is_in_the_way(opened, service):
    page = opened(file(service))
    page.emulate_media(media="print")
    for hidden in ("header", "footer", "form.screen"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.get_by_text("Utskriven av Kim Sandell").is_visible()


def test_twelve_rows_of_the_queue_are_seen_at_once(every_state, stage):
    state = next(each for each in every_state if each.name == "queue, filled")
    row = re.search(
        r"<tr(?: class=\"urgent\")?>\s*<th scope=\"row\">.*?</tr>", state.html, re.DOTALL
    )[0]
    many = state.html.replace("</tbody>", row * ROWS + "</tbody>", 1)
    page = stage(viewport=DESK).show(replace(state, html=many))
    rows = page.locator("tbody tr")
    assert rows.count() > ROWS
    box = rows.nth(ROWS - 1).bounding_box()
    assert box["y"] + box["height"] <= DESK["height"]


def test_what_is_folded_on_the_screen_is_whole_on_paper(opened, service):
    page = opened(file(service))
    seen = page.get_by_text("Jag hör skrik")
    page.locator("summary", has_text="Det viktigaste").click()
    assert not seen.is_visible()
    page.emulate_media(media="print")
    assert seen.is_visible()


def test_what_must_be_done_is_beside_what_is_read_on_a_desk_and_below_it_on_a_telephone(
    opened, service
):
    page = opened(file(service))
    button = page.get_by_role("button", name="Ta ärendet")
    lead = page.locator("summary", has_text="Det viktigaste")
    assert button.bounding_box()["x"] > lead.bounding_box()["x"] + 500
    page.evaluate("scrollTo(0, 400)")
    assert 0 < button.bounding_box()["y"] < DESK["height"], "it stays in view"
    page.set_viewport_size({"width": 390, "height": 844})
    assert button.bounding_box()["x"] < 60
    assert button.bounding_box()["y"] > lead.bounding_box()["y"]
