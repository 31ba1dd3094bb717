"""Contrast between two colours, so that a municipality cannot choose one that people cannot read."""

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
TEXT = 4.5
"""Least contrast of text against its background (WCAG 2.2 1.4.3)."""
LIGHT = "#ffffff"
DARK = "#14181d"
"""The page backgrounds in light and dark, as `static/css/tokens.css` has them."""


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 for black and 1 for white (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def faults(accent: str, accent_dark: str) -> list[tuple[str, str]]:
    """Return why these accent colours cannot be used: (key, reason with the ratio)."""
    wrong = []
    for key, colour, background, place in (
        ("accent", accent, LIGHT, "ljus"),
        ("accent_dark", accent_dark, DARK, "mörk"),
    ):
        if not HEX.fullmatch(colour):
            wrong.append((key, f"{colour!r} är ingen färg av formen #1d5b79"))
        elif (ratio := contrast(colour, background)) < TEXT:
            reason = (
                f"kontrasten mot {place} bakgrund är {ratio:.2f}:1; den måste vara minst {TEXT}:1"
            )
            wrong.append((key, reason))
    return wrong
