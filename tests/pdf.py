"""Reads a PDF as a machine does that follows its structure: words in order, and whether all can."""

import io
import re
import unicodedata

import page as validator
import pypdf
from pypdf.generic import ContentStream

SPACE = re.compile(r"[\s\u200b]+")
PAIR = re.compile(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def faults(content: bytes) -> list[str]:
    """What keeps a PDF from being one that everybody can read (PDF/UA-1)."""
    told = validator.validate_pdf_bytes(content, profile=validator.ValidationProfile.PDF_UA_1)
    assert told.rules.total > 90
    found = [f"{failure.rule_id}: {failure.message}" for failure in told.failures]
    assert told.is_compliant is (found == [])
    return found


def opened(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def tags(content: bytes) -> list[str]:
    """The kinds of everything that the structure tree names, in order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node["/S"][1:])
            if "/K" in node:
                walk(node["/K"])

    walk(opened(content).trailer["/Root"]["/StructTreeRoot"])
    return found


def words(content: bytes) -> str:
    """All that is to be read, without blanks, as letters rather than as glyphs (ActualText).

    What stands on every page is no part of it (Artifact).
    """
    return squeezed("".join(text for leaf in opened(content).pages for text in pieces(leaf)))


def squeezed(text: str) -> str:
    return SPACE.sub("", unicodedata.normalize("NFC", text))


def pieces(leaf):
    fonts = {
        name: to_unicode(font.get_object())
        for name, font in leaf["/Resources"].get("/Font", {}).items()
    }
    font, marked = {}, []
    for operands, operator in ContentStream(leaf.get_contents(), leaf.pdf).operations:
        if operator == b"Tf":
            font = fonts[operands[0]]
        elif operator in {b"BDC", b"BMC"}:
            facts = operands[1] if len(operands) > 1 else {}
            actual = facts.get("/ActualText") if isinstance(facts, dict) else None
            if actual is not None and not any(marked):
                yield str(actual)
            marked.append(actual is not None or operands[0] == "/Artifact")
        elif operator == b"EMC":
            marked.pop()
        elif operator in {b"Tj", b"TJ"} and not any(marked):
            shown = operands[0] if operator == b"TJ" else [operands[0]]
            for each in shown:
                if not isinstance(each, int | float):
                    yield from letters(font, each)


def letters(font, shown):
    octets = shown.original_bytes
    for at in range(0, len(octets), 2):
        yield font.get(int.from_bytes(octets[at : at + 2]), "")


def to_unicode(font) -> dict[int, str]:
    told = font["/ToUnicode"].get_object().get_data().decode("ascii")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for glyph, letters_of in PAIR.findall(block):
            found[int(glyph, 16)] = bytes.fromhex(letters_of).decode("utf-16-be")
    assert "beginbfrange" not in told, "read them too"
    return found
