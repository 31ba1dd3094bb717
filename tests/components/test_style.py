"""The style sheet keeps its word: contrast in light and dark, nothing undefined, and small."""

import gzip
import re
from itertools import product

import pytest

from app.runner.field import KINDS
from app.runner.line import LineField
from app.web.http.assets import squeeze_css
from tests.components.examples import STATIC, TEMPLATES

CSS = STATIC / "css"
SHEETS = {
    str(path.relative_to(CSS)): path.read_text("utf-8") for path in sorted(CSS.rglob("*.css"))
}
BARE = {name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in SHEETS.items()}
WHOLE = "".join(BARE.values())
TEXT, LARGE_OR_EDGE, COMFORTABLE = 4.5, 3.0, 7.0

GROUNDS = ("page", "surface", "tint", "warm")
PAIRS = [
    *(
        (ink, ground, COMFORTABLE)
        for ink, ground in product(("text", "quiet"), ("page", "surface", "tint"))
    ),
    ("text", "warm", COMFORTABLE),
    *(("accent", ground, TEXT) for ground in GROUNDS),
    ("accent-text", "accent", COMFORTABLE),
    ("page", "text", COMFORTABLE),
    *(("error", ground, TEXT) for ground in ("page", "surface", "tint")),
    *(("edge", ground, LARGE_OR_EDGE) for ground in ("page", "surface")),
    ("warning", "page", LARGE_OR_EDGE),
    *(("text", ground, LARGE_OR_EDGE) for ground in GROUNDS),
]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of one scheme, by name."""
    light, dark = BARE["tokens.css"].split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", dark.split("@media")[0]))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_does():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_every_pair_of_colours_can_be_told_apart(scheme, ink, ground, least):
    colours = tokens(scheme)
    found = contrast(colours[ink], colours[ground])
    assert found >= least, f"{ink} on {ground} in {scheme}: {found:.2f}:1, needs {least}:1"


def test_both_schemes_name_every_colour():
    light, dark = BARE["tokens.css"].split("@media (prefers-color-scheme: dark)")
    own = re.compile(r"--([\w-]+):\s*#")
    assert set(own.findall(light)) == set(own.findall(dark.split("@media")[0]))


def test_every_token_used_is_defined_and_every_defined_one_is_used():
    defined = set(re.findall(r"(--[\w-]+)\s*:", BARE["tokens.css"]))
    used = set(re.findall(r"var\((--[\w-]+)\)", WHOLE))
    assert used == defined


def test_colours_stand_among_the_tokens_and_on_paper_only():
    for name, text in BARE.items():
        if name not in {"tokens.css", "print.css"}:
            assert not re.findall(r"#[0-9a-f]{3,8}\b", text), name


def test_every_class_in_a_template_has_a_rule_and_every_rule_a_template():
    written = " ".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    widths = " ".join(kind.WIDTH for kind in KINDS.values() if issubclass(kind, LineField))
    scripts = " ".join(path.read_text("utf-8") for path in (STATIC / "js").glob("*.js"))
    ruled = set(re.findall(r"\.([a-z][\w-]*)(?=[\s:.,>+\[{)])", WHOLE))
    parts = {"day", "month", "year", "info", "important", "wrong"}
    for name in ruled - parts:
        assert re.search(rf"\b{name}\b", f"{written} {scripts} {widths}"), (
            f".{name} is styled and never used"
        )
    used = {name for value in re.findall(r'class="([^"{]+)', written) for name in value.split()}
    assert used - ruled <= {"info"}, "a class without a rule"


def test_nothing_comes_from_elsewhere():
    assert "url(" not in WHOLE
    assert "@import" not in WHOLE
    assert "@font-face" not in WHOLE


def test_focus_is_an_outline_that_is_never_taken_away():
    assert re.search(r":focus-visible\s*{[^}]*outline:\s*3px solid", BARE["base.css"])
    taken = re.findall(r"([^{}]*){[^}]*outline:\s*(?:0|none)", WHOLE)
    assert [rule.strip() for rule in taken] == ["main:focus"], "only what the skip link leads to"


@pytest.mark.parametrize(
    "media",
    ["prefers-color-scheme: dark", "prefers-contrast: more", "forced-colors: active", "print"],
)
def test_every_way_of_looking_has_its_rules(media):
    assert re.search(rf"@media \(?{media}\)?", WHOLE)


def test_motion_is_only_for_those_who_want_it():
    for text in BARE.values():
        for found in re.finditer(r"\b(?:transition|animation)\s*:", text):
            assert "prefers-reduced-motion: no-preference" in text[: found.start()]


def test_paper_shows_nothing_to_press():
    hidden = re.search(
        r"([^{}]+){ display: none }", BARE["print.css"].split("html {")[1].split("}", 1)[1]
    )
    assert hidden
    assert {".exit", ".skip", "button", ".button", ".languages", "form"} <= {
        name.strip() for name in hidden[1].split(",")
    }


def test_the_citizens_style_sheet_is_small():
    citizen = "".join(squeeze_css(text) for name, text in SHEETS.items() if name != "staff.css")
    staff = citizen + squeeze_css(SHEETS["staff.css"])
    assert len(gzip.compress(citizen.encode(), 9)) <= 3_400
    # Fetched once by a browser at work, and beside no page of a citizen's.
    assert len(gzip.compress(staff.encode(), 9)) <= 5_000
