"""The queue that somebody has before them all day: keys that none needs, and what it says."""

import re
from contextlib import closing

import pytest

from tests.browser.hands import FOCUSED
from tests.browser.states import database
from tests.browser.test_case_page import file
from tests.service import wait_until

UNIT = "barn-och-unga"


@pytest.fixture
def queue(staff, service):
    """The queue with two reports in it."""
    references = [file(service), file(service)]
    page = staff(UNIT)

    def there():
        page.goto("/inkorg")
        shown = page.locator(".cases").inner_text() if page.locator(".cases").count() else ""
        return all(each in shown for each in references)

    wait_until(there)
    return page


def row(page, number):
    return page.locator(".cases tbody a").nth(number)


def test_one_goes_through_the_rows_opens_and_takes_without_a_pointer(queue):
    queue.keyboard.press("j")
    assert row(queue, 0).evaluate(FOCUSED), "it is the focus that moves, as Tab moves it"
    queue.keyboard.press("j")
    assert row(queue, 1).evaluate(FOCUSED)
    queue.keyboard.press("k")
    assert row(queue, 0).evaluate(FOCUSED)
    address = row(queue, 0).get_attribute("href")
    queue.keyboard.press("o")
    queue.wait_for_url(f"**{address}")
    queue.goto("/inkorg")
    queue.keyboard.press("j")
    with queue.expect_navigation():
        queue.keyboard.press("t")
    assert queue.url.endswith(address)
    assert "Du har ärendet sedan" in queue.locator(".aside").inner_text()
    queue.get_by_text("Lämna över, eller jäv").click()
    queue.get_by_role("button", name="Lämna tillbaka").click()
    queue.goto("/inkorg")
    queue.keyboard.press("?")
    assert queue.locator("[data-keys]").get_attribute("open") is not None
    queue.keyboard.press("/")
    queue.wait_for_url("**/inkorg/sok")


def test_a_case_that_is_nobodys_is_taken_by_the_same_key_where_it_is_read(queue):
    row(queue, 0).click()
    queue.wait_for_url("**/inkorg/arenden/*")
    queue.keyboard.press("?")
    told = queue.locator("[data-keys]")
    assert told.get_attribute("open") is not None
    assert "Ta ärendet" in told.inner_text()
    with queue.expect_navigation():
        queue.keyboard.press("t")
    assert "Du har ärendet sedan" in queue.locator(".aside").inner_text()
    assert told.count() == 0, "there is nothing more to take"
    queue.keyboard.press("t")
    queue.get_by_text("Lämna över, eller jäv").click()
    queue.get_by_role("button", name="Lämna tillbaka").click()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_narrow_screen_each_row_is_whole_and_what_matters_comes_first(queue, width):
    queue.set_viewport_size({"width": width, "height": 844})
    queue.evaluate("""() => document.querySelectorAll(".cases tbody tr").forEach((row) => {
        row.className = "urgent";
        const tag = (words) => `<span class="tag">${words}</span> `;
        row.cells[1].innerHTML = tag("Ny sedan sist") + tag("Akut");
        row.cells[4].textContent = "Anna-Karin Fältskog Wennerström";
    })""")
    wide = queue.locator(".wide", has=queue.locator(".cases"))
    assert wide.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert queue.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = queue.locator(".cases tbody tr").first
    boxes = [cell.bounding_box() for cell in first.locator("th, td").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes if box)
    reference, flags, what, due, owner = boxes[:5]
    assert reference["y"] == flags["y"] < what["y"] == due["y"] < owner["y"]
    assert all(owner["y"] < box["y"] + 1 for box in boxes[5:] if box)
    assert first.bounding_box()["height"] < 844 / 3, "three are seen at once, at the worst"
    assert queue.get_by_role("row").count() >= 3, "it is a table to who listens"


def test_keys_can_be_turned_off_and_stay_off_until_turned_on(queue):
    queue.locator("summary", has_text="Tangenter").click()
    queue.get_by_role("button", name="Stäng av tangenterna").click()
    queue.wait_for_url("**/inkorg")
    queue.keyboard.press("j")
    assert not row(queue, 0).evaluate(FOCUSED)
    queue.locator("summary", has_text="Tangenter").click()
    queue.get_by_role("button", name="Slå på tangenterna").click()
    queue.wait_for_url("**/inkorg")
    queue.keyboard.press("j")
    assert row(queue, 0).evaluate(FOCUSED)


def test_what_has_come_is_said_where_one_refreshes_and_nothing_moves(queue, service):
    # The page asks once a minute; here ten times a second.
    def often(route):
        answer = route.fetch()
        body = re.sub(r'data-every="\d+"', 'data-every="100"', answer.text())
        route.fulfill(response=answer, body=body)

    queue.route("**/inkorg", often)
    queue.goto("/inkorg")
    before = queue.locator(".cases").bounding_box()
    reference = file(service)
    said = queue.locator("[data-watch]")
    wait_until(lambda: said.inner_text() == "1 nya: visa")
    assert queue.title().startswith("(1) Kö")
    assert queue.locator(".cases").bounding_box() == before
    assert reference not in queue.locator(".cases").inner_text()
    said.click()
    queue.wait_for_load_state()
    assert reference in queue.locator(".cases").inner_text()
    queue.locator("summary", has_text="Tangenter").click()
    queue.get_by_role("button", name="Sluta säga till").click()
    queue.wait_for_url("**/inkorg")
    assert queue.locator("[data-watch]").count() == 0
    queue.locator("summary", has_text="Tangenter").click()
    queue.get_by_role("button", name="Säg till när något kommer").click()
    queue.wait_for_url("**/inkorg")


STUCK = """
INSERT INTO deliveries (submission_id, destination, state, attempts, unanswered, queued_at,
    attention_at, reason)
SELECT id, ?, 'failed', 3, 0, received_at, received_at, 'delivery.reasons.never_answered'
FROM submissions WHERE unit = ? LIMIT 1
"""


@pytest.fixture
def stuck(service):
    """Let so many deliveries need a person; none does afterwards."""
    with closing(database(service)) as changing:

        def let(number):
            changing.execute("DELETE FROM deliveries WHERE destination LIKE 'ett-system-%'")
            for each in range(number):
                name = f"ett-system-med-ett-langt-namn-{each}"
                changing.execute(STUCK, (name, UNIT))

        yield let
        let(0)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("number", [1, 5, 6, 51])
def test_what_is_stuck_is_stacked_on_a_narrow_screen_and_nothing_scrolls_sideways(
    queue, stuck, number, width
):
    stuck(number)
    queue.set_viewport_size({"width": width, "height": 844})
    for address, most in (("/inkorg", 5), ("/inkorg/leveranser", 50)):
        queue.goto(address)
        table = queue.locator("table", has=queue.locator("#stuck"))
        assert queue.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert queue.locator(".wide", has=table).evaluate("e => e.scrollWidth <= e.clientWidth")
        rows = table.locator("tbody tr")
        assert rows.count() == min(number, most)
        for one in (rows.first, rows.last):
            boxes = [cell.bounding_box() for cell in one.locator("th, td").all()]
            assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
            reference, where, why, since, owner = boxes
            assert reference["y"] == where["y"] < why["y"] == since["y"] < owner["y"]
        assert table.get_by_role("row").count() > rows.count(), "it is a table to who listens"
        link = queue.locator('main a[href^="/inkorg/leveranser?"], a[href="/inkorg/leveranser"]')
        assert link.count() == (number > most)
        if link.count():
            assert link.bounding_box()["height"] >= 24  # WCAG 2.2, 2.5.8
