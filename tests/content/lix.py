"""How hard the Swedish texts are to read: LIX, and the ten worst sentences.

`python -m tests.content.lix` prints it for each form and for the interface. LIX (Björnsson 1968)
is words per sentence plus the share of words longer than six letters, in per cent. Under 30 reads
like a story for children, over 40 like a public report.

Only running text is counted. Option labels, headings and other fragments would each make a very
short sentence and flatter the figure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.content import FORM_IDS, said

LONG_WORD = 7
"""Letters in the shortest word that counts as long."""
ABBREVIATIONS = re.compile(r"\b(kap|t\.ex|bl\.a)\.")
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
SENTENCE = re.compile(r".+?[.!?]+[”)]*(?=\s|$)")
WORD = re.compile(r"[\w§]+(?:[-–.,:@][\w§]+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the path of the text it stands in."""

    path: str
    text: str

    @property
    def words(self) -> list[str]:
        return WORD.findall(self.text)

    @property
    def lix(self) -> float:
        return lix([self])


def sentences(path: str, text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text. What does not end in a full stop, "?" or "!" is none."""
    for line in LINK.sub(r"\1", text).splitlines():
        plain = ABBREVIATIONS.sub(r"\1", line.removeprefix("- ").removeprefix("## "))
        yield from (Sentence(path, found.strip()) for found in SENTENCE.findall(plain))


def lix(text: Iterable[Sentence]) -> float:
    """Return the LIX of some sentences. Raises ZeroDivisionError when there are none."""
    words = [sentence.words for sentence in text]
    every = [word for sentence in words for word in sentence]
    long = [word for word in every if sum(letter.isalpha() for letter in word) >= LONG_WORD]
    return len(every) / len(words) + 100 * len(long) / len(every)


def worst(text: Iterable[Sentence], *, count: int = 10) -> list[Sentence]:
    """Return the sentences hardest to read, hardest first. Those of a few words say nothing."""
    return sorted((one for one in text if len(one.words) > 4), key=lambda one: -one.lix)[:count]


def swedish(name: str) -> list[Sentence]:
    """Return every Swedish sentence of a form, or of the interface when the name is no form's."""
    return [one for path, text in said(name).items() for one in sentences(path, text)]


def main() -> None:
    """Print the figures."""
    for name in (*FORM_IDS, "gränssnittet"):
        text = swedish(name)
        print(f"\n{name}: LIX {lix(text):.1f} ({len(text)} meningar)")  # noqa: T201
        for one in worst(text):
            print(f"  {one.lix:5.1f}  {len(one.words):2} ord  {one.path}: {one.text}")  # noqa: T201


if __name__ == "__main__":
    main()
