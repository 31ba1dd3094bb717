"""The service that a browser meets is the one that anybody starts."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_start_page_is_there(open_browser, service, scripts, scheme):
    context = open_browser(java_script_enabled=scripts, color_scheme=scheme)
    page = context.new_page()
    answer = page.goto(service.citizen)
    assert answer.status == 200
    expect(page.locator("h1")).to_have_count(1)
    assert context.cookies() == [], "no cookie before a form has been begun"


def test_the_staff_inbox_opens_with_a_printed_link(staff):
    page = staff("sspf")
    expect(page.locator("h1")).to_be_visible()


def test_what_a_page_may_not_do_is_noticed(open_browser, watch, elsewhere):
    page = open_browser().new_page()
    page.goto(elsewhere.broken)
    page.wait_for_load_state()
    found = " ".join(watch.wrongs)
    watch.wrongs.clear()
    assert f"request to {elsewhere.broken}" in found
    assert found.count("script: ") == 2
