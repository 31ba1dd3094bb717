"""Finds a text: the municipality's own wording, else the language, else Swedish.

A text is known by its path of ids, never by its Swedish sentence, so that a
comma can be put right without orphaning a translation. A text that is missing in
a language is given in Swedish and knows it, so that a page can say `lang="sv"`
where it stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from app.runner.definition import Page
from app.runner.field import SETTING, WORDS, Definition

SWEDISH = "sv"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
RUNTIME = frozenset(
    "number total page day month year weekday hour minute responsible tool max min count over least most item label language minutes seconds date time form title status "
    "reference received unit name pages findings method version questions link phone actor days text".split()
)
"""Placeholders that are filled when a page is made; the others are filled once, at start-up."""

D = TypeVar("D", bound=Definition)


class Text(str):
    """A text that knows its language (an ISO 639 code)."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, value: str, lang: str) -> "Text":
        text = super().__new__(cls, value)
        text.lang = lang
        return text


class Wording:
    """All texts in one language, ready to be found. `own` is the municipality's wording by language."""

    def __init__(
        self,
        language: str,
        *,
        translated: Mapping[str, str],
        swedish: Mapping[str, str],
        own: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.language = language
        self._rungs = (
            (language, own.get(language, {})),
            (language, translated),
            (SWEDISH, own.get(SWEDISH, {})),
            (SWEDISH, swedish),
        )

    def find(self, path: str, words: Mapping[str, str]) -> Text:
        """Return the text at a path with the municipality's words in it. Raises KeyError when no language has it."""
        for language, texts in self._rungs:
            if path in texts:
                return Text(fill(texts[path], words), language)
        raise KeyError(path)


class Interface:
    """The interface in one language. Call it with a path, and what its placeholders stand for."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts

    def __call__(self, path: str, **values: object) -> Text:
        text = self._texts[path]
        return (
            Text(fill(text, {name: str(value) for name, value in values.items()}), text.lang)
            if values
            else text
        )

    def __contains__(self, path: str) -> bool:
        return path in self._texts

    def under(self, path: str) -> Iterator[str]:
        """Yield the paths that begin with `path` and a dot."""
        return (name for name in self._texts if name.startswith(path + "."))


def fill(text: str, words: Mapping[str, str]) -> str:
    """Put words in the place of `{name}`; a name that is not among them is left as it stands."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def unknown_words(text: str, words: Mapping[str, str]) -> list[str]:
    """Return the placeholders in a text that nothing will ever fill."""
    return [name for name in PLACEHOLDER.findall(text) if name not in words and name not in RUNTIME]


def flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a table of tables with its path. Raises TypeError where there is something else than text."""
    for name, value in table.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from flat(value, here)
        elif isinstance(value, str):
            yield here, value
        else:
            raise TypeError(here)


def reword(part: D, find: Callable[[str, str], str], path: str = "") -> D:
    """Return a part of a definition with every text replaced by `find(path, text)`."""
    changes: dict[str, object] = {}
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        # A field is named under the form and not under its page, so that it can move without losing its texts.
        here = (
            "fields"
            if isinstance(part, Page) and name == "fields"
            else f"{path}.{name}".lstrip(".")
        )
        if WORDS in info.metadata:
            changes[name] = find(here, value) if value else value
        elif name == "errors":
            changes[name] = {key: find(f"{here}.{key}", text) for key, text in value.items()}
        elif isinstance(value, Definition):
            changes[name] = reword(value, find, here)
        elif isinstance(value, Mapping) and any(
            isinstance(item, Definition) for item in value.values()
        ):
            changes[name] = {
                key: reword(item, find, f"{here}.{key}") for key, item in value.items()
            }
        elif isinstance(value, tuple) and value and isinstance(value[0], Definition):
            changes[name] = tuple(
                reword(item, find, f"{here}.{getattr(item, item.NAMED, '')}") for item in value
            )
    return part.model_copy(update=changes)


def texts_of(part: Definition) -> dict[str, str]:
    """Return every text in a part of a definition, by path."""
    found: dict[str, str] = {}
    reword(part, lambda path, text: found.setdefault(path, text))
    return found


def settle(part: D, settings: Mapping[str, int]) -> D:
    """Return a part of a definition where named settings are numbers. Raises KeyError(name) on an unknown one."""
    changes: dict[str, object] = {}
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        if SETTING in info.metadata and isinstance(value, str):
            changes[name] = settings[value]
        elif isinstance(value, Definition):
            changes[name] = settle(value, settings)
        elif isinstance(value, tuple) and value and isinstance(value[0], Definition):
            changes[name] = tuple(settle(item, settings) for item in value)
    return part.model_copy(update=changes)
