"""A letter as it stands on paper, by the same lines on a page and in a PDF.

Its case's reference stands nowhere on it: whoever asked for the meeting has that, and so would
every other family.
"""

from datetime import date
from functools import partial

from app.casework.group.composed import Composed, Source
from app.casework.group.people import Group
from app.casework.group.wording import Tongue
from app.runner.process import Process
from app.typesetting.document import Block, Document, Style
from app.web.shown import words
from app.web.staff.desk import Desk

STYLES: dict[str, Style] = {
    "to": "to",
    "section": "section",
    "text": "answer",
    "item": "item",
    "choice": "choice",
    "tick": "tick",
    "sign": "sign",
}


def source(desk: Desk, process: Process, group: Group, *, on: date, sender: str) -> Source:
    """Return what letters of a case are made of, in every language that there is."""
    content = desk.content
    tongues = {
        code: Tongue(
            code,
            content.processes[code][process.id],
            content.municipalities[code],
            content.interfaces[code],
            partial(words.day, t=content.interfaces[code]),
        )
        for code in content.languages
    }
    return Source(process, group, on, sender, tongues)


def document(desk: Desk, made: Composed, *, on: date) -> Document:
    """Return a letter as a document in its own language."""
    language, t = desk.content.languages[made.code], desk.content.interfaces[made.code]
    blocks = [Block(STYLES[line.style], line.text, line.language) for line in made.lines]
    addressed = sum(line.style == "to" for line in made.lines)
    blocks.insert(addressed, Block("answer", words.day(on, t)))
    return Document(
        title=made.title,
        language=made.code,
        author=desk.content.municipalities[made.code].name,
        foot=t("letter.foot", page="{page}", pages="{pages}"),
        coded_says=t("staff.out.document.coded"),
        blocks=tuple(blocks),
        direction=language.dir,
        choice=choice(desk, made),
    )


def choice(desk: Desk, made: Composed) -> tuple[str, str]:
    """Return what is ticked of each thing that is asked."""
    t = desk.content.interfaces[made.code]
    return t("letter.yes"), t("letter.no")
