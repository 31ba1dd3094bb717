"""Somebody rings: what they say is written down in a real browser, and is in the queue."""

import re
from contextlib import closing

import pytest

from tests.browser.hands import Keyboard, Pointer
from tests.browser.states import database
from tests.service import wait_until

UNIT = "barn-och-unga"
WORDS = "Grannen hör slag och skrik genom väggen i natt."
NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_call_by_keyboard_from_the_queue_to_the_case(staff, open_browser, service, script):
    signed_in = staff(UNIT)
    page = open_browser(
        base_url=service.staff,
        storage_state=signed_in.context.storage_state(),
        java_script_enabled=script,
        viewport=NARROW,
    ).new_page()
    hands = Keyboard(page)
    page.goto("/inkorg")
    hands.press(page.get_by_role("link", name="Ny anmälan"))
    hands.press(page.get_by_role("button", name="Anmäl oro för ett barn"))
    page.wait_for_url("**/inkorg/ny/orosanmalan")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    hands.choose(page.locator('input[name="_kanal"][value="telefon"]'))
    hands.choose(page.locator('input[name="fara"][value="nej"]'))
    hands.choose(page.locator('input[name="roll"][value="privat"]'))
    hands.choose(page.locator('input[name="anonym"][value="ja"]'))
    hands.write(page.locator("#namn"), "Love")
    page.keyboard.press("Enter")
    page.get_by_text("Det finns kvar för dig i den här webbläsaren").wait_for()
    assert page.locator("#namn").input_value() == "Love", "Enter saves, and sends nothing"
    hands.write(page.locator("#beskriv"), WORDS)
    if script:
        page.wait_for_timeout(4_100)  # a second press within four seconds is the same press
    hands.press(page.get_by_role("button", name="Lämna in anmälan"))
    page.get_by_role("heading", name="Anmälan har kommit in").wait_for()
    reference = page.locator(".reference").inner_text()
    assert "Love" not in page.content()

    def there():
        page.reload()
        return page.get_by_role("link", name="Öppna ärendet").count() == 1

    wait_until(there)
    hands.press(page.get_by_role("link", name="Öppna ärendet"))
    page.get_by_role("heading", name=f"Ärende {reference}").wait_for()
    assert page.get_by_text(WORDS).is_visible()
    assert page.get_by_text(re.compile("Nedskriven av Kim Sandell")).count() == 1
    page.goto("/inkorg?flik=alla")
    row = page.locator("tr", has_text=reference)
    assert "Telefon" in row.inner_text()


def test_the_whole_form_is_on_one_page_with_what_is_asked_only_after_some_answers(staff):
    page = staff(UNIT)
    Pointer(page).press(page.get_by_role("link", name="Ny anmälan"))
    page.get_by_role("button", name="Anmäl oro för ett barn").click()
    page.wait_for_url("**/inkorg/ny/orosanmalan")
    assert page.get_by_text("Om svaret på ”Anmäler du privat eller i ditt arbete?”").count() > 1
    page.get_by_role("button", name="Lägg till en vuxen").click()
    assert page.locator('[name="vuxna-1-namn"]').is_visible(), "there is room for one more"
    page.locator("summary", has_text="Kasta det som är skrivet").click()
    page.get_by_role("button", name="Kasta", exact=True).click()
    page.wait_for_url("**/inkorg/ny")


def begun(page):
    page.goto("/inkorg/ny")
    page.get_by_role("button", name="Anmäl oro för ett barn").click()
    page.wait_for_url("**/inkorg/ny/orosanmalan")


def test_what_is_written_is_saved_when_the_typing_has_stopped_and_can_then_be_handed_in(staff):
    page = staff(UNIT)
    begun(page)
    page.get_by_text("Besök", exact=True).click()
    page.locator("#beskriv").fill(WORDS)
    page.locator("#sparat", has_text="Sparat").wait_for()
    other = page.context.new_page()
    other.goto("/inkorg/ny/orosanmalan")
    assert other.locator("#beskriv").input_value() == WORDS
    page.locator("#namn").fill("Love")
    page.get_by_role("button", name="Lämna in anmälan").click()
    page.get_by_role("heading", name="Anmälan har kommit in").wait_for()


def test_when_the_session_runs_out_it_is_said_and_nothing_is_lost(staff, service, open_browser):
    page = open_browser(base_url=service.staff).new_page()
    page.goto(service.new_link(UNIT))
    page.get_by_role("textbox").fill("Bo Al")
    page.locator("main").get_by_role("button").click()
    page.wait_for_url("**/inkorg")
    begun(page)
    with closing(database(service)) as changing:
        changing.execute("UPDATE staff_sessions SET idle_until = 1 WHERE name = 'Bo Al'")
    page.locator("#beskriv").fill(WORDS)
    page.locator("#sparat", has_text="Det gick inte att spara nu").wait_for()
    assert page.locator("#beskriv").input_value() == WORDS
    page.goto(service.new_link(UNIT))
    page.get_by_role("textbox").fill("Bo Al")
    page.locator("main").get_by_role("button").click()
    page.goto("/inkorg/ny/orosanmalan")
    assert page.locator("#beskriv").input_value() == WORDS
