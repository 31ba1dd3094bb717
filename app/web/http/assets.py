"""The style sheet and the script: one file of each, put together at start, named by its content.

No build step and no third party. A visitor's browser fetches each of them once,
and keeps it until its content, and so its name, is another.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request, Response

from app.runner.content import Content
from app.settings import CHECKOUT
from app.web.http.packed import Packed, Piece

STATIC = CHECKOUT / "static"
A_YEAR = 31_536_000
CSS_ORDER = ("tokens.css", "base.css", "layout.css")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s+")
LOOSE = re.compile(r"\s*([{};,>])\s*")
AFTER_COLON = re.compile(r"(?<=[\w)]:) ")
JS_COMMENT = re.compile(r"/\*[\s\S]*?\*/|^[ \t]*//[^\n]*$", re.MULTILINE)
JS_INDENT = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
JS_AROUND = re.compile(r" (=>|===|!==|\+=|\|\||&&|[=<>*/?:]) ")
JS_AFTER = re.compile(r"(?<=[,{};)])[ \n]| (?=[{}])")
BLANK_LINES = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it goes over the wire. `path` is its address, with its hash in the name."""

    path: str
    media_type: str
    content: Piece


def style_sheet(content: Content, *, staff: bool) -> Asset:
    """Return every style sheet as one; the municipality's colours follow the tokens.

    Its logo, a `data:` address, is put where our own mark stands otherwise.
    """
    folder, municipality, logo = STATIC / "css", content.municipality, content.logo
    last = ("staff.css",) if staff else ()
    files = [folder / name for name in CSS_ORDER]
    files += sorted((folder / "components").glob("*.css"))
    files += [folder / name for name in (*last, "print.css") if (folder / name).exists()]
    dark = f"@media (prefers-color-scheme:dark){{:root{{--accent:{municipality.accent_dark}}}}}"
    colours = f":root{{--accent:{municipality.accent}}}{dark}"
    whole = [squeeze_css(path.read_text("utf-8")) for path in files if path.exists()]
    mark = (
        ".brand::before{inline-size:2.2rem;block-size:2.2rem;border:0;"
        f'background:url("{logo}") center/contain no-repeat}}'
        if logo
        else ""
    )
    return asset("css", "text/css", "".join((*whole[:1], colours, *whole[1:], mark)))


def script(folder: Path = STATIC / "js", *, staff: bool = False) -> Asset:
    """Return every script as one, in the order of their names; each keeps to itself.

    Those in the folder `staff` are the staff's alone.
    """
    files = sorted(folder.glob("*.js"))
    files += sorted((folder / "staff").glob("*.js")) if staff else []
    return asset(
        "js",
        "text/javascript",
        "".join(squeeze_js(path.read_text("utf-8")) for path in files),
    )


def squeeze_css(text: str) -> str:
    """Return a style sheet without comments and needless space; quoted text must hold neither."""
    tight = LOOSE.sub(r"\1", SPACE.sub(" ", COMMENT.sub("", text)))
    return AFTER_COLON.sub("", tight).replace(";}", "}").strip()


def squeeze_js(text: str) -> str:
    """Return a script without comments on lines of their own, and with little needless space.

    Statements must end in a semicolon, and quoted text hold no space beside what is an operator.
    """
    lines = BLANK_LINES.sub("\n", JS_INDENT.sub("", JS_COMMENT.sub("", text))).strip() + "\n"
    return JS_AFTER.sub("", JS_AROUND.sub(r"\1", lines))


def asset(suffix: str, media_type: str, text: str) -> Asset:
    content = Piece.of(text, last=True)
    name = hashlib.sha256(content.plain).hexdigest()[:12]
    return Asset(f"/static/{name}.{suffix}", f"{media_type}; charset=utf-8", content)


def serve(file: Asset) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a file, for good: another content has another address."""
    headers = {"cache-control": f"public, max-age={A_YEAR}, immutable"}

    async def answer(_: Request) -> Response:
        return Packed(file.content, media_type=file.media_type, headers=headers)

    return answer
