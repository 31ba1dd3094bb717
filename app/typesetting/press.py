"""Makes a PDF that everybody can read (PDF/UA-1), as a program of its own.

It is started for some documents and ends with them: what is to be set comes on stdin, a line of
JSON for what stands around each document and for each paragraph of it, and the PDFs go out on
stdout, so that nothing of it stands in a command line, an environment, a file or a log. It imports
nothing of the service's, has no key and no database, asks nothing of any network, and limits
itself.

What somebody wrote is data to Typst and never a part of its program. A character that no font has,
or that may not stand in such a file, is shown by its code, and the document says so.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 1 << 30
"""Octets that it may use."""
SECONDS = 20
"""Of processor."""
ROUNDS = 6
"""How often it is tried again, with what could not be shown by its code."""
UNBROKEN = 40
"""Characters of a word; a longer one may be broken anywhere, so that it stays on the paper."""
LAID_BARE = frozenset("\ufeff\ufffe\uffff\u202d\u202e\u2028\u2029")
"""What may not stand in such a file, or would show what is written as something else."""
NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Categories of Unicode that have nothing to show."""
REFUSED = re.compile(r'(?:the text|codepoint) `"((?:[^"\\]|\\.)*)"`')
ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
PLAIN = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}

Compile = Callable[[Mapping[str, Any]], bytes]


def main() -> int:
    """Set what stands on stdin; 1 when no PDF could be made of it, without a word of why.

    Each PDF has its length in octets, on a line, before it.
    """
    limit()
    asked, *said = map(json.loads, sys.stdin)
    compiled = typst(asked["template"].encode(), asked["at"])
    try:
        made = [pressed(each, compiled) for each in documents(said)]
    except (MemoryError, RuntimeError, ValueError):  # what Typst says has words of the text in it
        return 1
    for each in made:
        sys.stdout.buffer.write(b"%d\n" % len(each) + each)
    return 0


def documents(said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the documents that are asked for: `around` begins one, the blocks after it are its."""
    found: list[dict[str, Any]] = []
    for each in said:
        if "around" in each:
            found.append({**each["around"], "blocks": []})
        else:
            found[-1]["blocks"].append(each)
    return found


def limit() -> None:
    """Let the process use so much and no more, where the system can hold it to that.

    When the machine has no memory left it is this one that goes, and not who started it.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def typst(source: bytes, at: int) -> Compile:
    """Return what sets a document by a template, at a moment (seconds, UTC). RuntimeError.

    With the fonts that were installed with the service and no others: alike on every machine.
    """
    import manimgx_fonts  # noqa: PLC0415 - only here
    import typst as engine  # noqa: PLC0415 - it is large

    fonts = str(Path(manimgx_fonts.__file__).parent)

    def compiled(document: Mapping[str, Any]) -> bytes:
        # Nothing can be read but the fonts, where no package is either.
        made: bytes = engine.compile(
            source,
            root=fonts,  # type: ignore[call-overload] # it is said to be of the source's type
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            font_paths=[fonts],
            package_path=fonts,
            package_cache_path=fonts,
            timestamp=at,
            sys_inputs={"document": json.dumps(document)},
        )
        return made

    return compiled


def pressed(document: Mapping[str, Any], compiled: Compile) -> bytes:
    """Return the PDF of a document: `blocks` with a `text` each, and what stands around them.

    What Typst says that it can not show is shown by its code, until nothing is left. Its error
    (RuntimeError) when it is refused for anything else.
    """
    blocks = [{**block, "text": bare(block["text"])} for block in document["blocks"]]
    for again in range(ROUNDS + 1):
        coded = [block["text"] for block in blocks] != [b["text"] for b in document["blocks"]]
        ready = [{**block, "text": broken(block["text"])} for block in blocks]
        try:
            return compiled({**document, "blocks": ready, "coded": coded})
        except RuntimeError as refused:
            unknown = set(refusals(refused))
            if not unknown or again == ROUNDS:
                raise
            last = again == ROUNDS - 1
            show = latin if last else replaced(unknown)
            blocks = [{**block, "text": show(block["text"])} for block in blocks]
    raise AssertionError("the last round returns or raises")


def refusals(refused: RuntimeError) -> Iterator[str]:
    """Yield what Typst could not show, each piece of text that it names."""
    for found in REFUSED.findall(str(getattr(refused, "diagnostic", refused))):
        yield ESCAPED.sub(
            lambda m: chr(int(m[1], 16)) if m[1] else PLAIN.get(m[2], m[2]), str(found)
        )


def replaced(unknown: set[str]) -> Callable[[str], str]:
    """Return what shows these pieces of a text by their codes."""
    longest_first = sorted(unknown, key=len, reverse=True)
    pieces = re.compile("|".join(map(re.escape, longest_first)))
    return lambda text: pieces.sub(lambda m: "".join(map(coded_unless_ascii, m[0])), text)


def bare(text: str) -> str:
    """Return a text with all that has nothing to show, or would deceive, shown by its code."""
    text = text.replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        code(c) if c in LAID_BARE or unicodedata.category(c) in NO_TEXT else c for c in text
    )


def latin(text: str) -> str:
    """Return a text where only what every font has stands as it is."""
    return "".join(c if c < "\u0180" else code(c) for c in text)


def coded_unless_ascii(c: str) -> str:
    return c if " " <= c <= "~" else code(c)


def code(c: str) -> str:
    return f"[U+{ord(c):04X}]"


def broken(text: str) -> str:
    """Return a text where every word can be broken sooner or later, but not before a mark."""
    return re.sub(rf"\S{{{UNBROKEN},}}", lambda m: "".join(opened(m[0])), text)


def opened(word: str) -> Iterator[str]:
    since = 0
    for before, c in zip(" " + word, word, strict=False):
        joins = unicodedata.category(c)[0] == "M" or "\u200d" in {before, c}
        if since >= UNBROKEN and not joins and c not in "🏻🏼🏽🏾🏿":
            yield "\u200b"
            since = 0
        yield c
        since += 1


if __name__ == "__main__":
    sys.exit(main())
