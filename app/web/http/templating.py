"""Templates and their texts: escaping always on, a misspelt name an error, never an empty place."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from app.runner.content import Content
from app.runner.texts import Interface, Text
from app.settings import CHECKOUT

TEMPLATES = CHECKOUT / "templates"
LINK = re.compile(r"\[([^\]]+)\]\(((?:/|https://|tel:|mailto:)[^)\s]*)\)")


class Compiled(BytecodeCache):
    """Keeps what templates were compiled to: the next language, or site, need not do it again."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


def environments(content: Content) -> Mapping[str, Environment]:
    """Return the templates, once for each language."""
    return {
        code: environment(TEMPLATES, code, interface)
        for code, interface in content.interfaces.items()
    }


def environment(folder: Path, language: str, interface: Interface) -> Environment:
    """Return the templates in one language."""

    def in_its_language(value: object) -> object:
        if isinstance(value, Text) and value.lang != language:
            return Markup('<span lang="{}">{}</span>').format(value.lang, str(value))
        return value

    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=in_its_language,
        auto_reload=False,
        bytecode_cache=COMPILED,
    )
    made.globals["t"] = interface
    made.filters["prose"] = lambda text: in_block(text, language)
    return made


def in_block(text: str, language: str) -> Markup:
    """Return prose as HTML, marked with its language when that is another (WCAG 2.2 3.1.2)."""
    if isinstance(text, Text) and text.lang != language:
        return Markup('<div lang="{}">{}</div>').format(text.lang, prose(text))
    return prose(text)


def prose(text: str) -> Markup:
    """Return paragraphs, lists ("- ") and headings ("## ") as HTML; everything else is escaped."""
    blocks = re.split(r"\n\s*\n", text.strip()) if text.strip() else []
    return Markup("\n").join(block(lines) for part in blocks if (lines := part.strip().split("\n")))


def block(lines: list[str]) -> Markup:
    if lines[0].startswith("## "):
        head = Markup("<h2>{}</h2>").format(inline(lines[0][3:]))
        return head + (Markup("\n") + block(lines[1:]) if lines[1:] else Markup(""))
    first_item = next((at for at, line in enumerate(lines) if line.startswith("- ")), len(lines))
    before = (
        Markup("<p>{}</p>").format(inline(" ".join(lines[:first_item])))
        if first_item
        else Markup("")
    )
    items = Markup("").join(
        Markup("<li>{}</li>").format(inline(line.removeprefix("- "))) for line in lines[first_item:]
    )
    return before + (Markup("<ul>{}</ul>").format(items) if items else Markup(""))


def inline(text: str) -> Markup:
    """Return one line, with `[words](target)` as links, if the target is of a known kind."""
    parts: list[Markup] = []
    at = 0
    for found in LINK.finditer(text):
        parts += [
            escape(text[at : found.start()]),
            Markup('<a href="{}">{}</a>').format(found[2], found[1]),
        ]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])
