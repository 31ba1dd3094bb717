"""Who must leave leaves at once: there is nothing to go back to, and what was written is gone."""

import pytest
from playwright.sync_api import expect

from app.intake.drafts import ENDED
from tests.browser.states import database
from tests.browser.visitor import Visitor
from tests.service import wait_until

WRITTEN = {"fara": "nej", "roll": "privat", "anonym": "ja", "skyddad": "nej"}
SECRET = "Märkesnamn Hemligsson"


@pytest.fixture
def writing(page, service, content):
    """A page in the middle of a form, with words in it and words before it."""
    return write_in(page, service, content)


def write_in(page, service, content):
    visitor = Visitor(page, content.forms["sv"]["orosanmalan"], content.interfaces["sv"])
    visitor.begin(f"{service.citizen}/")
    while visitor.at != "barnet":
        visitor.answer_page(WRITTEN)
        visitor.go_on()
    page.get_by_label("Barnets namn").fill(SECRET)
    page.get_by_text("Vet inte åldern").click()
    visitor.go_on()
    return page


def gone(page, service):
    """Nothing that was written can be seen again: not by going back, and not by address."""
    assert page.context.cookies(service.citizen) == []
    for _ in range(3):
        page.go_back(wait_until="load")
        assert SECRET not in page.content()
        assert page.evaluate("[...document.querySelectorAll('input')].every(box => !box.checked)")
    page.goto(f"{service.citizen}/orosanmalan/barnet")
    assert SECRET not in page.content()
    assert page.url == f"{service.citizen}/orosanmalan", "one begins from the beginning"


def drafts(service):
    """How many drafts with words in them lie there: of one that ended a mark is left a while."""
    connection = database(service)
    asked = "SELECT count(*) FROM drafts WHERE box <> ?"
    count = connection.execute(asked, (ENDED,)).fetchone()[0]
    connection.close()
    return count


def left(page, elsewhere):
    page.wait_for_url(elsewhere.neutral)
    expect(page.get_by_role("heading")).to_have_text("Väder")


def test_a_press_on_the_button_leaves_and_erases(writing, service, elsewhere):
    before = drafts(service)
    writing.get_by_role("link", name="Lämna sidan snabbt").click()
    left(writing, elsewhere)
    wait_until(lambda: drafts(service) == before - 1)
    gone(writing, service)


def test_three_presses_on_shift_leave_and_the_address_is_replaced(writing, service, elsewhere):
    length = writing.evaluate("history.length")
    for _ in range(3):
        writing.keyboard.press("Shift")
    left(writing, elsewhere)
    assert writing.evaluate("history.length") == length
    writing.wait_for_timeout(300)
    gone(writing, service)


def test_capital_letters_and_selections_do_not_leave(writing):
    address = writing.url
    for key in ("Shift+A", "Shift+Tab", "Shift+B", "Shift+ArrowLeft"):
        writing.keyboard.press(key)
    writing.keyboard.press("Shift")
    writing.keyboard.press("Shift")
    writing.wait_for_timeout(200)
    assert writing.url == address


def test_the_page_is_covered_at_once_whatever_the_network_does(writing, elsewhere):
    """The cover is there in the same breath: what the observer sees comes before any answer."""
    seen = []

    def see(words):
        seen.append(words)

    writing.expose_function("seen", see)
    writing.evaluate(
        """() => new MutationObserver(() => seen(document.title + document.body.textContent))
        .observe(document.body, {childList: true})"""
    )
    writing.get_by_role("link", name="Lämna sidan snabbt").click()
    left(writing, elsewhere)
    assert seen[0].strip() == ""


def test_without_javascript_the_link_leaves_and_erases(open_browser, service, content, elsewhere):
    page = open_browser(java_script_enabled=False).new_page()
    write_in(page, service, content)
    before = drafts(service)
    page.get_by_role("link", name="Lämna sidan snabbt").click()
    left(page, elsewhere)
    wait_until(lambda: drafts(service) == before - 1)
    assert page.context.cookies(service.citizen) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_page_one_comes_to_is_not_told_where_one_was(
    open_browser, service, content, elsewhere, scripts
):
    page = open_browser(java_script_enabled=scripts).new_page()
    write_in(page, service, content)
    elsewhere.told.clear()
    page.get_by_role("link", name="Lämna sidan snabbt").click()
    left(page, elsewhere)
    told = [name.lower() for headers in elsewhere.told for name in headers]
    assert "host" in told
    assert not {"referer", "cookie", "origin"} & set(told)


def test_the_way_out_is_among_the_first_five_stops_on_every_page_of_a_form(every_state, stage):
    shown = stage(java_script_enabled=False)  # with it, focus begins at the summary of errors
    pages = [state for state in every_state if 'class="exit"' in state.html]
    assert len(pages) > 100
    for state in pages[::6]:
        page = shown.show(state)
        stops = []
        for _ in range(5):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.className"))
        assert stops[0] == "skip", f"the way to the content comes first: {state.path}"
        assert "exit" in stops, state.path


def test_the_way_out_stands_on_every_page_of_the_forms(every_state, content):
    inside = [
        state
        for state in every_state
        if state.site == "citizen"
        and state.status in {200, 422, 409}
        and any(f"/{name}/" in state.path for name in content.forms["sv"])
    ]
    assert inside
    assert [state.path for state in inside if 'class="exit"' not in state.html] == []
