"""A first visit costs little, tells nobody else, and leaves nothing in the browser."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.content import FORM_IDS

MOST_BYTES, MOST_REQUESTS = 8_192, 3
MOST_OF = {"citizen": MOST_BYTES, "staff": 14_600}
"""Octets of a first visit, by site. Nobody reads a case on a bus: it may be what is sent before
anything is heard back (RFC 6928: ten segments)."""
MOST_OF_A_LONG_PAGE = 16_384
"""Of the pages where staff write a report down: all that its form asks stands there, and the form
is the municipality's. Nobody meets them first: style sheet and script came with the page that one
signed in on."""
TEXTS = ("/", "/sa-behandlar-vi-dina-uppgifter", "/tillganglighet", "/om-tjansten")
FORMS = (*(f"/{form_id}" for form_id in FORM_IDS), "/om-stoppmote")
OWN_WORDS = ("/granska", "/skicka", "/kopia")
PUBLIC = [f"{prefix}{path}" for prefix in ("", "/en") for path in (*TEXTS, *FORMS)]


@pytest.mark.parametrize("path", [*PUBLIC, "/finns/inte"])
def test_a_first_visit_is_small_and_asks_nobody_else(path, open_browser, service, watch):
    context = open_browser()
    page = context.new_page()
    network = context.new_cdp_session(page)
    received = []
    network.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(f"{service.citizen}{path}", wait_until="networkidle")
    asked = [url for url in watch.asked if not url.startswith("data:")]
    assert len(asked) <= MOST_REQUESTS, asked
    assert sum(received) <= MOST_BYTES
    assert len(received) >= len(asked), "everything was counted"
    assert context.cookies() == []


def test_no_page_would_be_too_much_for_a_first_visit(every_state, page, service):
    """Every page, error and language, with style sheet and script, as they are sent.

    Only where people's own words are shown again, nobody can say how much it will be.
    """
    files = {site: files_of(page, getattr(service, site)) for site in MOST_OF}
    heavy = {
        f"{state.path} ({state.name})": state.weight + files[state.site]
        for state in every_state
        if state.weight + files[state.site] > most_of(state)
        and not state.path.endswith(OWN_WORDS)
        and not state.name.endswith("wrong")
    }
    assert heavy == {}


def most_of(state):
    long = state.path.startswith("/inkorg/ny/") or "/anmalan/" in state.path
    return MOST_OF_A_LONG_PAGE if long else MOST_OF[state.site]


def files_of(page, site):
    """Return how many octets the style sheet and the script of a site are, as they are sent."""
    page.goto(f"{site}/")
    weights = {}
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content()):
        answer = page.request.get(f"{site}{asset}")
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
        weights[asset] = headers + len(gzip.compress(answer.body(), 9))
    assert len(weights) == 2
    return sum(weights.values())


def test_no_page_names_a_file_of_anybody_elses(every_state):
    for state in every_state:
        for tag in re.findall(r"<(?:link|script|img|iframe|source|object)\b[^>]*>", state.html):
            assert not re.search(r'(?:href|src)="(?!/static/|data:)', tag), f"{state.path}: {tag}"


def test_the_cookie_comes_when_the_form_is_begun_and_no_script_can_read_it(page):
    page.goto("/orosanmalan")
    assert page.context.cookies() == []
    page.get_by_role("button", name="Starta").click()
    expect(page.get_by_role("radio").first).to_be_visible()
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
    assert page.evaluate("document.cookie") == ""


def test_nothing_of_a_form_is_left_in_a_cache(every_state):
    outside = {"/", "/sa-behandlar-vi-dina-uppgifter", "/tillganglighet", "/om-tjansten"}
    for state in every_state:
        if state.path.removeprefix("/en") not in outside:
            assert state.headers.get("cache-control") == "no-store", state.path


def test_a_second_page_fetches_neither_style_sheet_nor_script_again(page):
    page.goto("/", wait_until="networkidle")
    page.goto("/om-tjansten", wait_until="networkidle")
    files = page.evaluate(
        """performance.getEntriesByType("resource").filter(file => file.name.includes("/static/"))
        .map(file => [file.name, file.transferSize])"""
    )
    assert len(files) == 2
    assert [name for name, octets in files if octets] == []
