"""What is to stand on paper: a title, what stands below it in order, and what is at the foot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Style = Literal[
    "section", "entry", "question", "answer", "hint", "item", "to", "choice", "tick", "sign"
]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading. `language` is "" when it is the document's.

    `item` is one of a list, `to` whom a letter is sent to, `choice` something to tick yes or no to,
    `tick` something to tick, `sign` a line to write on.
    """

    style: Style
    text: str = field(repr=False)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be read from beginning to end. `language`: such as `sv`; `direction` its own.

    `foot` stands on every page and has `{page}` and `{pages}` in it; `coded_says` stands first,
    where a character had to be shown by its code.
    """

    title: str
    language: str
    author: str
    foot: str
    coded_says: str
    blocks: tuple[Block, ...] = field(repr=False)
    direction: Literal["ltr", "rtl"] = "ltr"
    choice: tuple[str, ...] = ()
    """What may be ticked of each choice."""

    def around(self) -> dict[str, object]:
        """Return what stands around the blocks, as JSON can say it."""
        return {
            "title": self.title,
            "language": primary(self.language),
            "author": self.author,
            "foot": self.foot,
            "coded_says": self.coded_says,
            "direction": self.direction,
            "choice": self.choice,
        }

    def lines(self) -> Iterator[dict[str, str]]:
        """Yield the blocks, each line of a text as one of its own."""
        for block in self.blocks:
            for line in block.text.splitlines() or [""]:
                language = primary(block.language or self.language)
                yield {"style": block.style, "text": line, "language": language}


def primary(language: str) -> str:
    """Return the first part of a language's code, which is all that is understood here."""
    return language.partition("-")[0]
