"""A case is searched for by keyboard alone, and in a browser without scripts."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.states import NAMED, file
from tests.service import wait_until

UNIT = "barn-och-unga"


@pytest.fixture
def desk(staff, open_browser, service, kept_sessions):
    """Somebody at the queue, with scripts or without."""

    def at(*, scripts):
        staff(UNIT)
        context = open_browser(
            base_url=service.staff,
            storage_state=kept_sessions[UNIT],
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.goto("/inkorg")
        return page

    return at


def tab_to(page, target):
    """Press Tab until something has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_child_is_searched_for_by_keyboard_alone(desk, service, scripts):
    reference = file(service, pages=NAMED)
    page = desk(scripts=scripts)

    def there():
        time.sleep(1)  # it is read every other second, and who searches too much is slowed
        page.goto("/inkorg")
        tab_to(page, page.get_by_role("link", name="Sök ärende"))
        page.keyboard.press("Enter")
        tab_to(page, page.get_by_label("Referens, personnummer eller namn"))
        page.keyboard.type("tuva ceder")
        tab_to(page, page.get_by_label("Födelseår"))
        page.keyboard.type("2018")
        tab_to(page, page.get_by_role("radio").first)
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/inkorg/sok/[\w-]{16}$"))
        return page.get_by_role("link", name=reference).count() == 1

    wait_until(there)
    assert "Ceder" not in page.content() + page.title() + page.url
    tab_to(page, page.get_by_role("link", name=reference))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"Ärende {reference}")
