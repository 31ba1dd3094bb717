"""How far each language has come: which Swedish texts it has no words for."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.runner import texts
from app.runner.definition import Form
from app.runner.municipality import Municipality
from app.runner.texts import SWEDISH


@dataclass(frozen=True, slots=True)
class Coverage:
    """A language's file. What is `missing` is in Swedish; when `served`, visitors can choose it."""

    code: str
    served: bool
    texts: int
    missing: tuple[str, ...]


def coverage(
    folder: Path, municipality: Municipality, forms: Mapping[str, Form]
) -> tuple[Coverage, ...]:
    """Return how far every language but Swedish has come, by path, in the order of the Swedish.

    `municipality` and `forms` are as their files have them; the files have been found right.
    """
    tables = {
        file.stem: tomllib.loads(file.read_text("utf-8"))
        for file in sorted((folder / "languages").glob("*.toml"))
    }
    swedish = texts.all_texts(tables[SWEDISH], {"municipality": municipality, **forms})
    wanted = [key for key, text in swedish.items() if text and not key.startswith("language.")]
    found = []
    for code in (code for code in tables if code != SWEDISH):
        said = dict(texts.flat(tables[code])) | dict(texts.flat(municipality.texts.get(code, {})))
        missing = tuple(key for key in wanted if key not in said)
        found.append(Coverage(code, code in municipality.languages, len(wanted), missing))
    return tuple(found)
