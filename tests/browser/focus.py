"""Whether one can see where the focus is: pictures of each stop with and without it, compared."""

import base64
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page

PIXELS = (Path(__file__).parent / "pixels.js").read_text("utf-8")
MARGIN = 8
# Everything that changes by itself when focus comes stands still: no caret, no motion.
WHERE = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return null;
  const around = focused.getBoundingClientRect();
  focused.style.caretColor = "transparent";
  return {x: around.x, y: around.y, width: around.width, height: around.height,
    edge: 2 * (around.width + around.height),
    kind: `${focused.localName} ${focused.className} ${focused.parentElement.className}`,
    name: `${focused.localName} “${(focused.textContent.trim() || focused.id).slice(0, 40)}”`};
}"""
MOST_STOPS = 90
MOST_OF_A_KIND = 2


def unseen(page: Page, judge: Page) -> list[str]:
    """Tab through a page; name every stop whose focus changes too little to be seen.

    What changes must be as much as a line around the thing, two pixels thick, would be (WCAG 2.2
    2.4.13), in colours that differ by 3:1. `judge` is a window without a policy, to count in.
    """
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": 1280, "height": height + 20})
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    found = []
    kinds: Counter[str] = Counter()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        place = page.evaluate(WHERE)
        if place is None:
            break
        kinds[place["kind"]] += 1
        if kinds[place["kind"]] > MOST_OF_A_KIND:
            continue
        left, top = max(place["x"] - MARGIN, 0), max(place["y"] - MARGIN, 0)
        clip = {
            "x": left,
            "y": top,
            "width": min(place["width"] + 2 * MARGIN, 1280 - left),
            "height": place["height"] + 2 * MARGIN,
        }
        focused = page.screenshot(clip=clip)
        page.evaluate("window.stop_ = document.activeElement; window.stop_.blur()")
        bare = page.screenshot(clip=clip)
        page.evaluate("window.stop_.focus({preventScroll: true})")
        pictures = [base64.b64encode(picture).decode() for picture in (bare, focused)]
        changed = judge.evaluate(PIXELS, pictures)
        if changed < 2 * place["edge"] * 0.9:
            found.append(f"{place['name']}: {changed} pixels, {2 * place['edge']:.0f} wanted")
    assert kinds, "nothing takes focus"
    return found
