"""The lines of a letter: a text of the process, in a language, with answers in its places."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.casework.group.told import Told, data_of, day_in
from app.runner.field import Field
from app.runner.fields.date import DateField
from app.runner.fields.options import OptionsField
from app.runner.municipality import Municipality
from app.runner.process import Process
from app.runner.texts import PLACEHOLDER, SWEDISH, Interface, Text, fill

Style = Literal["to", "section", "text", "item", "choice", "tick", "sign"]
MARKS: Mapping[str, Style] = {"## ": "section", "- ": "item"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that letters are written in, with everything that is said in it.

    `day` says a day in words. What is not translated is Swedish, and knows it.
    """

    code: str
    process: Process
    municipality: Municipality
    t: Interface
    day: Callable[[date], str]

    def joined(self, words: tuple[str, ...]) -> str:
        """Return several as one says them: "Bo, Liv och Kim"."""
        *before, last = words or ("",)
        return str(self.t("hours.list", first=", ".join(before), last=last)) if before else last


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a letter, in a language; `free` when it is not the municipality's own text.

    `to` is whom it is sent to, `section` a heading, `choice` something to say yes or no to, `tick`
    something that a yes may be to, `sign`
    a line to sign on.
    """

    style: Style
    text: str = field(repr=False)
    language: str
    free: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in a place of a text. `free` when staff have written it in words of their own."""

    lines: tuple[str, ...] = field(repr=False)
    free: bool = False


def said(asked: Field, told: Told, tongue: Tongue) -> Said:
    """Return an answer as it stands in a letter: a day and an option in the letter's language."""
    if isinstance(asked, DateField) and (day := day_in(told, asked.id)):
        return Said((tongue.day(day),))
    chosen = data_of(told, asked.id)
    if isinstance(asked, OptionsField) and isinstance(chosen, Mapping):
        labels = {option.id: option.label for option in asked.options}
        words = tuple(str(labels.get(each, each)) for each in chosen)
        texts = tuple(text for text in chosen.values() if text)
        return Said((tongue.joined(words), *texts), free=bool(texts))
    return Said(tuple(told[asked.id]["lines"]), free=True)


def lines(text: str, values: Mapping[str, Said], language: str) -> Iterator[Line]:
    """Yield the lines of a text with what stands in its places.

    A line that is one place and no more is as many as were answered, in staff's own words.
    """
    lang = text.lang if isinstance(text, Text) else language
    for raw in filter(None, map(str.strip, text.splitlines())):
        mark = next((each for each in MARKS if raw.startswith(each)), "")
        style, words = MARKS.get(mark, "text"), raw.removeprefix(mark)
        place = PLACEHOLDER.fullmatch(words)
        if place and values[place[1]].free:
            written = filter(None, map(str.strip, values[place[1]].lines))
            yield from (Line(style, each, SWEDISH, free=True) for each in written)
        else:
            yield Line(style, filled(words, values), lang)


def filled(text: str, values: Mapping[str, Said]) -> str:
    return fill(text, {name: " ".join(each.lines) for name, each in values.items()})
