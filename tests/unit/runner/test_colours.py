"""A colour that people cannot read is refused, with the ratio."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.colours import DARK, LIGHT, contrast, faults, luminance
from tests.unit.runner.made import ROOT

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#008000", "#ffffff", 5.14),
        ("#ffff00", "#000000", 19.56),
    ],
)
def test_the_ratio_is_the_one_wcag_gives(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


def test_luminance_runs_from_black_to_white_and_is_linear_when_dark():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#0a0a0a") == pytest.approx(10 / 255 / 12.92)
    assert luminance("#0b0b0b") == pytest.approx(((11 / 255 + 0.055) / 1.055) ** 2.4)
    assert luminance("#00ff00") == pytest.approx(0.7152)


@given(COLOURS, COLOURS)
def test_the_ratio_does_not_care_which_is_the_background(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.01
    assert contrast(one.upper(), other) == contrast(one, other)


def test_colours_that_can_be_read_are_taken():
    assert faults("#1d5b79", "#8fc7e4") == []


def test_a_colour_that_is_too_pale_is_refused_with_the_ratio():
    ((key, reason),) = faults("#767676", "#8fc7e4")
    assert key == "accent"
    assert "3.97:1" in reason, "it can be read on white, but links stand on warmer paper too"
    assert "#eaf1f4 i ljust läge" in reason
    ((key, reason),) = faults("#1d5b79", "#777777")
    assert key == "accent_dark"
    assert "3.16:1" in reason
    assert "mörkt läge" in reason


def test_a_ratio_that_is_almost_enough_is_not_said_to_be_enough():
    pale = next(
        colour
        for colour in (f"#{n:02x}5b79" for n in range(256))
        if 4.495 < min(contrast(colour, ground) for ground in LIGHT) < 4.5
    )
    ((_, reason),) = faults(pale, "#8fc7e4")
    assert "4.49:1" in reason


@pytest.mark.parametrize("colour", ["", "blue", "#fff", "1d5b79", "#1d5b7g", "red;}", "#1d5b79\n"])
def test_what_is_no_colour_is_refused(colour):
    assert [key for key, _ in faults(colour, colour)] == ["accent", "accent_dark"]


def test_the_backgrounds_are_those_of_the_style_sheet():
    css = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
    light, dark = css.partition("prefers-color-scheme: dark")[::2]
    dark = dark.partition("prefers-contrast")[0]
    for part, ours in ((light, LIGHT), (dark, DARK)):
        found = re.findall(r"--(?:page|surface|tint|warm): (#\w+);", part)
        assert tuple(full(colour) for colour in found) == ours


def full(colour):
    return colour if len(colour) == 7 else "#" + "".join(sign * 2 for sign in colour[1:])
