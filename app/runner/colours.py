"""Contrast between two colours, so that a municipality cannot choose one nobody can read."""

import math
import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
TEXT = 4.5
"""Least contrast of text against its background (WCAG 2.2 1.4.3)."""
LINEAR = 0.04045
"""Up to here sRGB is linear."""
LIGHT = ("#fbfaf7", "#ffffff", "#eaf1f4", "#fdf0d5")
DARK = ("#12181d", "#1b2329", "#1d2d37", "#36290f")
"""What links stand on: page, surface, tint and warm, as `static/css/tokens.css` has them."""


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1 (WCAG 2.2, definitions)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, definitions)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def faults(accent: str, accent_dark: str) -> list[tuple[str, str]]:
    """Return why these accent colours cannot be used: (key, reason with the ratio)."""
    wrong = []
    for key, colour, backgrounds, mode in (
        ("accent", accent, LIGHT, "ljust"),
        ("accent_dark", accent_dark, DARK, "mörkt"),
    ):
        if not HEX.fullmatch(colour):
            wrong.append((key, f"{colour!r} är ingen färg av formen #1d5b79"))
            continue
        ratio, hardest = min((contrast(colour, ground), ground) for ground in backgrounds)
        if ratio < TEXT:
            # Rounded down: 4.498 must not be refused as "4.50".
            found = math.floor(ratio * 100) / 100
            reason = (
                f"kontrasten mot {hardest} i {mode} läge är {found:.2f}:1; minst {TEXT}:1 krävs"
            )
            wrong.append((key, reason))
    return wrong
