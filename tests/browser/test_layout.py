"""Every page holds for those who need it large, narrow or loose, and can be hit with a thumb."""

from pathlib import Path

import pytest

GEOMETRY, TARGETS = (
    (Path(__file__).parent / name).read_text("utf-8") for name in ("geometry.js", "targets.js")
)
# WCAG 2.2, 1.4.12. A sheet that is adopted is not stopped by the content security policy.
LOOSE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
PHONE, ZOOMED = {"width": 320, "height": 640}, {"width": 320, "height": 256}


def wrong_on(states, shown, script, prepare=lambda _page: None):
    """Show every state and return what the script says of any, a line for each."""
    found = []
    for state in states:
        page = shown.show(state)
        prepare(page)
        found += [f"{state.path} ({state.name}): {wrong}" for wrong in page.evaluate(script)]
    return "\n".join(found)


def in_swedish(states):
    """The longer words: what holds for them holds for the English ones, which are tested once."""
    return [state for state in states if not state.path.startswith("/en")]


def test_nothing_scrolls_sideways_or_is_cut_on_the_smallest_screen(every_state, stage):
    shown = stage(viewport=PHONE, has_touch=True, is_mobile=True)
    assert wrong_on(every_state, shown, GEOMETRY) == ""


def test_nothing_is_cut_when_lines_words_and_letters_are_spaced(every_state, stage):
    shown = stage(viewport=PHONE)
    assert (
        wrong_on(in_swedish(every_state), shown, GEOMETRY, lambda page: page.evaluate(LOOSE)) == ""
    )


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_cut_when_text_is_twice_as_large(width, every_state, stage):
    """A browser's own setting for text: 32 px where 16 is usual."""
    shown = stage(viewport={"width": width, "height": 800})
    large = shown.page.context.new_cdp_session(shown.page)
    large.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    states = in_swedish(every_state)[::4]
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    shown.show(states[0])
    assert shown.page.evaluate(size) >= 32, "the text follows the reader's setting"
    assert wrong_on(states, shown, GEOMETRY) == ""


def test_at_four_hundred_per_cent_what_has_focus_is_never_hidden(every_state, stage):
    """1 280 pixels magnified four times leave 320; the header must not cover a field in focus."""
    shown = stage(viewport=ZOOMED)
    hidden = """() => {
      const focused = document.activeElement;
      const box = (focused.closest(".option") ?? focused).getBoundingClientRect();
      const bar = document.querySelector(".bar").getBoundingClientRect();
      return focused !== document.body && !focused.closest("header") && !focused.matches(".skip")
        && (box.bottom <= bar.bottom + 2 || box.top >= innerHeight - 2);
    }"""
    found = []
    for state in in_swedish(every_state)[::9]:
        page = shown.show(state)
        for _ in range(page.locator("a, button, input, textarea").count()):
            page.keyboard.press("Tab")
            if page.evaluate(hidden):
                found.append((state.path, page.evaluate("document.activeElement.outerHTML")[:90]))
    assert found == []


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_what_can_be_pressed_is_large_enough_for_a_thumb(viewport, every_state, stage):
    shown = stage(viewport=viewport)
    states = in_swedish(every_state)
    assert wrong_on(states if viewport == PHONE else states[::3], shown, TARGETS) == ""
