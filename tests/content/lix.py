"""How hard the Swedish texts are to read: LIX, and the ten worst sentences.

`python -m tests.content.lix` prints it for each form and for the interface. LIX (Björnsson 1968) is words per
sentence plus the share of words longer than six letters, in per cent. Under 30 reads like a story for children,
over 40 like a public report.

Only running text is counted. Option labels, headings and other fragments would make each a very short sentence and
flatter the figure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.runner.content import Content
from app.runner.texts import texts_of
from tests.content import interface_paths, loaded

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
    """Yield the sentences of a text. A line without a full stop, question mark or exclamation mark yields none."""
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
    """Return the sentences that are hardest to read, hardest first. Those of a few words say nothing and are left out."""
    return sorted((one for one in text if len(one.words) > 4), key=lambda one: -one.lix)[:count]  # noqa: PLR2004


def swedish(content: Content) -> dict[str, list[Sentence]]:
    """Return every Swedish sentence: by form id, and the interface as "gränssnittet"."""
    found = {
        form.id: [one for path, text in texts_of(form).items() for one in sentences(path, text)]
        for form in content.forms["sv"].values()
    }
    interface = content.interfaces["sv"]
    found["gränssnittet"] = [
        one for path in interface_paths("sv") for one in sentences(path, interface(path))
    ]
    return found


def main() -> None:
    """Print the figures."""
    for name, text in swedish(loaded()).items():
        print(f"\n{name}: LIX {lix(text):.1f} ({len(text)} meningar)")  # noqa: T201
        for one in worst(text):
            print(f"  {one.lix:5.1f}  {len(one.words):2} ord  {one.path}: {one.text}")  # noqa: T201


if __name__ == "__main__":
    main()
