"""The checks catch what they are for: a fault is planted in a page, and the check must find it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser import engines
from tests.browser.focus import unseen
from tests.browser.test_layout import GEOMETRY, TARGETS


@pytest.fixture
def good(every_state):
    """A page without faults, with a line to write on and a box to tick."""
    return next(state for state in every_state if state.name == "barnet" and state.status == 200)


@pytest.fixture
def planted(good, stage):
    """Show the page with something in its HTML exchanged, or with a style sheet of the fault's."""

    def plant(old="", new="", css=""):
        assert old in good.html, "the page has changed: plant the fault anew"
        faulty = replace(good, html=good.html.replace(old, new, 1)) if old else good
        page = stage().show(faulty)
        page.evaluate(
            """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet] }""",
            css,
        )
        return page

    return plant


def test_the_page_without_a_planted_fault_is_without_fault(planted, open_browser):
    page = planted()
    assert engines.axe(page) + engines.ibm(page) + engines.sniffer(page) == []
    assert page.evaluate(GEOMETRY) + page.evaluate(TARGETS) == []
    assert unseen(page, open_browser().new_page()) == []


@pytest.mark.parametrize("engine", [engines.axe, engines.ibm, engines.sniffer])
def test_a_field_without_a_label_is_found(engine, planted):
    assert engine(planted('for="namn"', 'for="nobody"'))


def test_text_too_pale_to_read_is_found(planted):
    page = planted(css=".hint { color: #b0b0b0 !important }")
    assert [fault for fault in engines.axe(page) if fault.startswith("color-contrast")]
    assert engines.sniffer(page)


def test_text_too_dark_to_read_in_the_dark_is_found(planted):
    page = planted(css="@media (prefers-color-scheme: dark) { .hint { color: #444 !important } }")
    assert engines.axe(page, engines.COLOURS) == []
    page.emulate_media(color_scheme="dark")
    assert engines.axe(page, engines.COLOURS)


@pytest.mark.parametrize(
    "css",
    [
        ":focus-visible { outline: 0 !important }",
        ":focus-visible { outline-color: #e8e8e8 !important }",
    ],
    ids=["none", "pale"],
)
def test_focus_that_cannot_be_seen_is_found(css, planted, open_browser):
    assert unseen(planted(css=css), open_browser().new_page())


def test_focus_that_is_only_a_shadow_is_found_in_forced_colours(planted, open_browser):
    css = ":focus-visible { outline: 0 !important; box-shadow: 0 0 0 4px #000 !important }"
    page = planted(css=css)
    page.emulate_media(forced_colors="active")
    assert unseen(page, open_browser().new_page())


@pytest.mark.parametrize(
    ("css", "words"),
    [
        ("h1 { inline-size: 1400px }", "scrolls sideways"),
        (".option { block-size: 20px; min-block-size: 0; overflow: hidden }", "cut below"),
        (".exit { inline-size: 40px; white-space: nowrap }", "runs out of its box"),
    ],
    ids=["sideways", "cut", "out of the box"],
)
def test_what_is_cut_or_too_wide_is_found(css, words, planted):
    assert words in "\n".join(planted(css=css).evaluate(GEOMETRY))


def test_a_button_too_small_for_a_thumb_is_found(planted):
    css = ".exit { min-block-size: 30px !important; padding: 0 !important }"
    assert "Lämna" in "\n".join(planted(css=css).evaluate(TARGETS))


def test_a_summary_that_does_not_take_focus_is_noticed(every_state, stage):
    wrong = next(state for state in every_state if state.wrong)
    faulty = replace(wrong, html=wrong.html.replace('class="summary"', 'class="summar"'))
    page = stage().show(faulty)
    assert page.evaluate("document.activeElement === document.body")


def test_a_request_to_somebody_else_is_noticed(good, stage, watch):
    tag = '<img src="https://tracker.example/pixel.gif" alt="">'
    policy = {name: value for name, value in good.headers.items() if "policy" not in name}
    faulty = replace(good, html=good.html.replace("</main>", tag + "</main>"), headers=policy)
    stage().show(faulty)
    found = "\n".join(watch.wrongs)
    watch.wrongs.clear()
    assert "tracker.example" in found


def test_html_that_is_not_valid_is_found(good, tmp_path):
    faulty = replace(good, html=good.html.replace("</h1>", "<div></div></h1>"))
    assert engines.nu([faulty], tmp_path)
    (other := Path(tmp_path) / "other").mkdir()
    twice = replace(good, html=good.html.replace("<button", '<button id="namn"', 1))
    assert engines.html_validate([twice], other)
