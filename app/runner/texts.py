"""Finds a text: the municipality's own wording, else the language, else Swedish.

A text is known by its path of ids, never by its Swedish sentence, so that a
comma can be put right without orphaning a translation. A text that is missing in
a language is given in Swedish and knows it, so that a page can say `lang="sv"`
where it stands.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Self, TypeVar, get_args

from app import logs
from app.runner.definition import Page
from app.runner.field import SETTING, WORDS, Definition, Marker

SWEDISH = "sv"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
STRAY = re.compile(r"[{}]")
RUNTIME_NAMES = """
    actor answer basis clocks count date day days findings first form hour hours item label language
    last least link max method min minute minutes month most name number other over page pages
    phone question questions received reference responsible seconds spans status text time title
    today tool total unit version weekday what when year
"""
RUNTIME = frozenset(RUNTIME_NAMES.split())
"""What the interface's placeholders may be filled with when a page is made.

The others are filled once, at start-up.
"""
NUMBERS = frozenset({"max", "min", "count", "over", "least", "most"})
"""The same, in a message about a field."""
OF_A_GROUP = {"item": frozenset({"number"}), "remove": frozenset({"item"})}
"""The same, in the names of a group's items and of its buttons."""

D = TypeVar("D", bound=Definition)
V = TypeVar("V")
ERRORS, PARTS = Marker(), Marker()
"""What a key of a definition holds, besides WORDS and SETTING: messages, and other definitions."""


class Text(str):
    """A text that knows its language (an ISO 639 code)."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, value: str, lang: str) -> Self:
        text = super().__new__(cls, value)
        text.lang = lang
        return text


class Wording:
    """All texts in one language, ready to be found.

    `own` is the municipality's wording, by language.
    """

    def __init__(
        self,
        language: str,
        *,
        translated: Mapping[str, str],
        swedish: Mapping[str, str],
        own: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._rungs = (
            (language, own.get(language, {})),
            (language, translated),
            (SWEDISH, own.get(SWEDISH, {})),
            (SWEDISH, swedish),
        )

    def find(self, path: str, words: Mapping[str, str]) -> Text:
        """Return the text at a path, with the municipality's words in it.

        Raises KeyError when no language has it.
        """
        for language, texts in self._rungs:
            if path in texts:
                return Text(fill(texts[path], words), language)
        raise KeyError(path)

    def say(self, path: str, **values: object) -> str:
        """Return the text at a path, with these values in it. Raises KeyError as `find` does."""
        return self.find(path, {name: str(value) for name, value in values.items()})


class Interface:
    """The interface in one language. Call it with a path, and what its placeholders stand for."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts
        self._told: set[str] = set()

    def __call__(self, path: str, **values: object) -> Text:
        text = self._texts.get(path)
        if text is None:
            return self.absent(path)
        return (
            Text(fill(text, {name: str(value) for name, value in values.items()}), text.lang)
            if values
            else text
        )

    def absent(self, path: str) -> Text:
        """Return what stands in for a text that nobody has written: its name.

        A page with one odd word on it has its telephone numbers; an error page has nothing else.
        """
        if path not in self._told:
            self._told.add(path)
            logs.event("text.absent", level=logging.ERROR, where=path)
        return Text(path, SWEDISH)

    def __contains__(self, path: str) -> bool:
        return path in self._texts

    def paths(self) -> Collection[str]:
        """Return the path of every text there is."""
        return self._texts.keys()

    def under(self, path: str) -> Iterator[str]:
        """Yield the paths that begin with `path` and a dot."""
        return (name for name in self._texts if name.startswith(path + "."))


def fill(text: str, words: Mapping[str, str]) -> str:
    """Put words in the place of `{name}`; a name that is not among them is left as it stands."""
    parts = list(cut(text))
    for place in range(1, len(parts), 2):
        parts[place] = words.get(parts[place], f"{{{parts[place]}}}")
    return "".join(parts)


@lru_cache(maxsize=4096)
def cut(text: str) -> tuple[str, ...]:
    """Return a text cut at its placeholders: every second part is the name of one.

    Kept, since a page says some texts forty times; what is put in their places is not.
    """
    return tuple(PLACEHOLDER.split(text))


def runtime_words(path: str) -> frozenset[str]:
    """Return the placeholders that a form's text at this path may leave for the page to fill."""
    *before, last = path.split(".")
    if before and before[-1] == "errors":
        return NUMBERS
    return OF_A_GROUP.get(last, frozenset())


def unknown_words(text: str, known: Collection[str]) -> list[str]:
    """Return the placeholders in a text that nothing will ever fill, and braces that are none."""
    unknown = [f"{{{name}}}" for name in PLACEHOLDER.findall(text) if name not in known]
    return unknown + STRAY.findall(PLACEHOLDER.sub("", text))


def flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a table of tables with its path.

    Raises TypeError where there is something else than a text.
    """
    for here, value in leaves(table, path):
        if not isinstance(value, str):
            raise TypeError(here)
        yield here, value


def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, object]]:
    """Yield everything in a table of tables that is not a table, with its path."""
    waiting: list[tuple[str, object]] = [(path, table)]
    while waiting:
        here, value = waiting.pop()
        if isinstance(value, dict):
            inner = [(f"{here}.{name}" if here else name, part) for name, part in value.items()]
            waiting += reversed(inner)
        else:
            yield here, value


def all_texts(interface: Mapping[str, Any], parts: Mapping[str, Definition]) -> dict[str, str]:
    """Return every Swedish text by its path: the interface's, and each part's under its name."""
    found = dict(flat(interface))
    for name, part in parts.items():
        found |= {f"{name}.{path}": text for path, text in texts_of(part).items()}
    return found


def reword(part: D, find: Callable[[str, str], str], path: str = "") -> D:
    """Return a part of a definition with every text replaced by `find(path, text)`.

    What holds no text is given as it is: it is frozen, and can be shared between languages.
    """
    changes: dict[str, object] = {}
    for name, what in holding(type(part)):
        value = getattr(part, name)
        if value and what is not SETTING:
            here = place(part, name, path)
            if what is WORDS:
                changes[name] = find(here, value)
            elif what is ERRORS:
                changes[name] = {key: find(f"{here}.{key}", text) for key, text in value.items()}
            else:
                changes[name] = changed(value, lambda item, at: reword(item, find, at), here)
    return part.model_copy(update=changes) if changes else part


def settle(part: D, find: Callable[[str, str], int], path: str = "") -> D:
    """Return a part of a definition where a setting's name is replaced by `find(path, name)`."""
    changes: dict[str, object] = {}
    for name, what in holding(type(part)):
        value = getattr(part, name)
        if what is SETTING and isinstance(value, str):
            changes[name] = find(place(part, name, path), value)
        elif what is PARTS and value:
            here = place(part, name, path)
            changes[name] = changed(value, lambda item, at: settle(item, find, at), here)
    return part.model_copy(update=changes) if changes else part


def texts_of(part: Definition, path: str = "") -> dict[str, str]:
    """Return every text in a part of a definition, by path."""
    found: dict[str, str] = {}
    for name, what in holding(type(part)):
        value = getattr(part, name)
        if value and what is not SETTING:
            here = place(part, name, path)
            if what is WORDS:
                found[here] = value
            elif what is ERRORS:
                found.update({f"{here}.{key}": text for key, text in value.items()})
            else:
                changed(value, lambda item, at: found.update(texts_of(item, at)), here)
    return found


@cache
def holding(model: type[Definition]) -> tuple[tuple[str, Marker], ...]:
    """Return which keys of a kind of definition hold texts, settings or other definitions.

    Most hold none of them. To look once, and not in each part of each form in each language, takes
    a third off reading all of the content.
    """
    found: list[tuple[str, Marker]] = []
    for name, info in model.model_fields.items():
        if name == "errors":
            found.append((name, ERRORS))
        elif holds_definitions(info.annotation):
            found.append((name, PARTS))
        else:
            found += [(name, each) for each in (WORDS, SETTING) if each in info.metadata]
    return tuple(found)


def holds_definitions(annotation: object) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, Definition)
    return any(map(holds_definitions, get_args(annotation)))


def place(part: Definition, name: str, path: str) -> str:
    """Return the path of what a part holds under a name.

    A field is named under the form and not under its page, so that it can move to another page
    without losing its texts.
    """
    if name == "fields" and isinstance(part, Page):
        return "fields"
    return f"{path}.{name}" if path else name


def changed(value: Any, change: Callable[[Any, str], V], path: str) -> object:  # noqa: ANN401 - one, or many
    """Return a definition, or a tuple or table of them, with each changed, told its path."""
    if isinstance(value, Definition):
        return change(value, path)
    if isinstance(value, tuple):
        return tuple([change(item, f"{path}.{getattr(item, item.NAMED, '')}") for item in value])
    return {key: change(item, f"{path}.{key}") for key, item in value.items()}
