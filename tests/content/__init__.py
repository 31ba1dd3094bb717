"""Tests that need only the files in `forms/`: what is said, to whom, and that it can be read."""

import tomllib
from functools import cache
from pathlib import Path

from app.runner import content, texts

FORMS = Path(__file__).parents[2] / "forms"


@cache
def loaded() -> content.Content:
    """Return everything in `forms/`, read once."""
    return content.load(FORMS)


@cache
def language_file(code: str) -> dict[str, str]:
    """Return every text of a language file, by path."""
    path = FORMS / "languages" / f"{code}.toml"
    return dict(texts.flat(tomllib.loads(path.read_text("utf-8"))))


def interface_paths(code: str) -> list[str]:
    """Return the paths of the interface's texts in a language file, without the forms' and the language's own."""
    apart = {"language", *loaded().forms["sv"]}
    return [path for path in language_file(code) if path.split(".")[0] not in apart]
