"""What a form does in a browser: errors are found, time can be had, one press sends one report."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import HEADMASTER, NEIGHBOUR_ANONYMOUS
from tests.browser.states import database
from tests.browser.visitor import Visitor


@pytest.fixture
def arrive(page, service, content):
    """Go through a form as a person until a page."""

    def arrive(person, at):
        form = content.forms["sv"][person.form_id]
        visitor = Visitor(page, form, content.interfaces["sv"])
        visitor.begin(f"{service.citizen}/")
        while visitor.at != at:
            visitor.answer_page(person.answers)
            visitor.go_on()
        return visitor

    return arrive


def test_an_error_is_said_first_and_leads_to_its_field(page, arrive):
    visitor = arrive(NEIGHBOUR_ANONYMOUS, "barnet")
    title = page.title()
    page.locator("#plats").fill("Vid bron")
    visitor.go_on()
    assert page.title() == f"Fel: {title}"
    expect(page.locator(".summary")).to_be_focused()
    assert page.locator("main > :first-child").evaluate("e => e.matches('.summary')")
    links = page.locator(".summary a")
    assert links.count() == 2
    for number in range(links.count()):
        words = links.nth(number).inner_text()
        page.keyboard.press("Tab")
        expect(links.nth(number)).to_be_focused()
        with page.expect_event("framenavigated"):
            page.keyboard.press("Enter")
        field = page.locator(":focus")
        assert field.get_attribute("aria-invalid") == "true"
        described = field.evaluate(
            "e => [e, e.closest('fieldset')]"
            ".flatMap(x => (x?.getAttribute('aria-describedby') ?? '')"
            ".split(' ').map(id => document.getElementById(id)?.textContent ?? '')).join(' ')"
        )
        assert words in described, "the words at the field are those of the summary"
        links.nth(number).focus()
    assert page.locator("#plats").input_value() == "Vid bron"


def test_every_error_leads_to_a_field_that_takes_focus(every_state, stage):
    shown = stage()
    wrong = [state for state in every_state if state.wrong and not state.path.startswith("/en")]
    assert len(wrong) > 40
    for state in wrong:
        page = shown.show(state)
        assert page.title().startswith("Fel: "), state.path
        expect(page.locator(".summary")).to_be_focused()
        for link in page.locator(".summary a").all():
            goal = page.locator(link.get_attribute("href"))
            assert goal.count() == 1, f"{state.path}: {link.inner_text()}"
            goal.focus()
            expect(goal).to_be_focused()
            words = link.inner_text()
            assert page.locator(".error").filter(has_text=words).count(), f"{state.path}: {words}"


@pytest.mark.long(35)
def test_nothing_is_judged_before_the_button_is_pressed(every_state):
    for state in every_state:
        assert " required" not in state.html, state.path
        assert "maxlength" not in state.html, state.path
        assert "placeholder" not in state.html, state.path
        assert "autofocus" not in state.html, state.path


def test_the_counter_speaks_when_the_typing_has_stopped(page, arrive):
    arrive(NEIGHBOUR_ANONYMOUS, "barnet")
    page.locator("#plats").press_sequentially("Vid bron 🌉")
    counter = page.locator("#plats-count")
    assert counter.inner_text() == ""
    expect(counter).to_have_text("Du har 290 tecken kvar.")
    page.locator("#plats").fill("x" * 303)
    expect(counter).to_have_text("Du har skrivit 3 tecken för mycket.")


def test_a_warning_comes_before_the_time_is_out_and_one_press_gives_it_all_again(
    page, arrive, service
):
    page.clock.install()
    arrive(NEIGHBOUR_ANONYMOUS, "roll")
    box = page.get_by_role("dialog", name="Är du kvar?")
    page.clock.fast_forward("50:00")
    page.clock.run_for(2_000)
    expect(box).not_to_be_visible()
    page.clock.fast_forward("05:30")
    page.clock.run_for(2_000)
    expect(box).to_be_visible()
    before = ends(service)
    with page.expect_response("**/forlang") as answered:
        box.get_by_role("button", name="Jag är kvar").click()
    assert answered.value.status == 204
    expect(box).not_to_be_visible()
    assert ends(service) > before
    page.clock.fast_forward("50:00")
    page.clock.run_for(2_000)
    expect(box).not_to_be_visible()


def test_when_the_time_is_out_the_page_does_not_stay_on_the_screen(page, arrive, service):
    page.clock.install()
    visitor = arrive(NEIGHBOUR_ANONYMOUS, "barnet")
    page.locator("#plats").fill("Märke-plats")
    connection = database(service)
    connection.execute("UPDATE drafts SET expires_at = 0")
    connection.close()
    page.clock.fast_forward("01:01:00")
    page.clock.run_for(2_000)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("")
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert "Märke-plats" not in page.content()
    assert visitor.at == "barnet"


def ends(service):
    connection = database(service)
    latest = connection.execute(
        "SELECT max(expires_at) FROM drafts WHERE NOT handed_in"
    ).fetchone()[0]
    connection.close()
    return latest


def submissions(service):
    connection = database(service)
    count = connection.execute("SELECT count(*) FROM submissions").fetchone()[0]
    connection.close()
    return count


def test_a_double_click_sends_once_and_back_and_reload_give_the_same_receipt(page, arrive, service):
    arrive(HEADMASTER, "granska")
    before = submissions(service)
    page.get_by_role("button", name="Skicka begäran").dblclick()
    page.wait_for_url("**/kvitto")
    reference = page.locator(".reference").inner_text()
    page.reload()
    assert page.locator(".reference").inner_text() == reference
    page.go_back()
    expect(page.locator(".reference")).to_have_text(reference)
    assert submissions(service) == before + 1


def test_the_browsers_own_back_loses_nothing_and_sends_nothing_again(page, arrive):
    arrive(NEIGHBOUR_ANONYMOUS, "vuxna")
    while "/barnet" not in page.url:
        page.go_back()
    assert page.locator("#plats").input_value() == NEIGHBOUR_ANONYMOUS.answers["plats"]


def test_the_receipt_can_be_printed_and_a_press_does_so(page, arrive):
    page.add_init_script("print = () => document.documentElement.dataset.printed = 'yes'")
    visitor = arrive(HEADMASTER, "granska")
    visitor.send()
    page.get_by_role("button", name="Skriv ut kvittot").click()
    assert page.locator("html").get_attribute("data-printed") == "yes"
    page.emulate_media(media="print")
    for name in (".exit", "footer .links", ".languages", "button"):
        assert not [each for each in page.locator(name).all() if each.is_visible()], name
    assert page.locator(".reference").is_visible()


def test_a_line_that_an_option_opens_is_there_without_style_sheets_and_scripts(every_state):
    state = next(state for state in every_state if state.path == "/orosanmalan/du_och_barnet")
    assert 'name="tidigare-ja-text"' in state.html
