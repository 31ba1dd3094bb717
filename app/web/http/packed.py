"""Answers that are sent compressed to whoever can read that, put together from pieces.

A piece is compressed apart from everything else: what is the same for everybody once and for all,
what is somebody's own each time anew, and then it is kept nowhere. So the size of what is own says
nothing of what surrounds it, and the other way round. Each piece ends where an octet does, and
looks back at nothing before it (RFC 1951, RFC 1952).
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
END = b"\x03\x00"
STORED_MOST = 120
"""Octets. What is shorter than this gains nothing by being compressed alone."""
ONCE, EACH_TIME = 9, 6
"""How hard to try, for what is kept and for what is not."""
HTML = "text/html; charset=utf-8"
VARY, GZIP = (b"vary", b"accept-encoding"), (b"content-encoding", b"gzip")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer, as it is and compressed."""

    plain: bytes
    packed: bytes = field(repr=False)
    is_last: bool = False
    """Nothing can follow; it is a few octets less."""

    @classmethod
    def of(cls, text: str, *, level: int = ONCE, last: bool = False) -> "Piece":
        plain = text.encode()
        made = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        end = zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH
        return cls(plain, made.compress(plain) + made.flush(end), last)


def own(text: str) -> Piece:
    """Return what is somebody's own. It must not be kept."""
    plain = text.encode()
    if len(plain) > STORED_MOST:
        return Piece.of(text, level=EACH_TIME)
    size = len(plain).to_bytes(2, "little")
    return Piece(plain, b"\x00" + size + bytes(octet ^ 0xFF for octet in size) + plain)


class Packed(Response):
    """An answer made of pieces. Whether it is sent compressed is seen when it is sent."""

    def __init__(
        self,
        *pieces: Piece,
        status: int = 200,
        media_type: str = HTML,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        # All that `Response` does, without looking at every header again for each answer.
        self.status_code, self.background, self.pieces = status, None, pieces
        self.raw_headers = [(b"content-type", media_type.encode()), VARY]
        if headers:
            self.headers.update(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if takes_gzip(scope):
            self.body = zipped(self.pieces)
            self.raw_headers.append(GZIP)
        else:
            self.body = b"".join([piece.plain for piece in self.pieces])
        self.raw_headers.append((b"content-length", str(len(self.body)).encode()))
        await super().__call__(scope, receive, send)


def page(html: str, *, status: int = 200) -> Packed:
    """Return a page that was made in one go, for one visitor."""
    return Packed(Piece.of(html, level=EACH_TIME, last=True), status=status)


def takes_gzip(scope: Scope) -> bool:
    """Tell whether a browser says that it can read what is compressed (RFC 9110 12.5.3)."""
    said = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")
    if b";" not in said:
        return b"gzip" in said
    weighed = (each.partition(b";q=") for each in said.lower().replace(b" ", b"").split(b","))
    return any(name == b"gzip" and (not q or weight.strip(b"0.")) for name, q, weight in weighed)


def zipped(pieces: Sequence[Piece]) -> bytes:
    """Return the pieces as one gzip file."""
    plain = b"".join([piece.plain for piece in pieces])
    tail = zlib.crc32(plain).to_bytes(4, "little") + (len(plain) % 2**32).to_bytes(4, "little")
    end = b"" if pieces[-1].is_last else END
    return b"".join([HEAD, *[piece.packed for piece in pieces], end, tail])


@dataclass(frozen=True, slots=True)
class Cut:
    """HTML that is cut where something of somebody's own stands: pieces, and names of holes."""

    parts: tuple[Piece | str, ...]

    @classmethod
    def of(cls, html: str, holes: Mapping[str, str], *, whole: bool = False) -> "Cut":
        """Cut where marks stand; `holes` is name to mark, which may stand often.

        It is a `whole` page when nothing follows after it.
        """
        names = {mark: name for name, mark in holes.items()}
        cut = re.split("(" + "|".join(map(re.escape, names)) + ")", html) if names else [html]
        *before, last = [part for part in cut if part]
        parts = [names[part] if part in names else Piece.of(part) for part in before]
        return cls((*parts, names[last] if last in names else Piece.of(last, last=whole)))

    def filled(self, holes: Mapping[str, Sequence[Piece]]) -> list[Piece]:
        """Return the pieces, with each hole filled."""
        made: list[Piece] = []
        for part in self.parts:
            if isinstance(part, str):
                made += holes[part]
            else:
                made.append(part)
        return made
