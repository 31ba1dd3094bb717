"""Pages put together from pieces that were made, and compressed, beforehand.

Most of a page is the same for everybody who meets it. A piece is kept with its compressed form;
what is somebody's own stands between pieces, is made anew each time and is kept nowhere. So it
also is compressed apart from everything else, and its size says nothing of what surrounds it.

Each piece ends where an octet does, and looks back at nothing before it (RFC 1951, RFC 1952).
"""

import gzip
import re
import zlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
END = b"\x03\x00"
STORED_MOST = 120
"""Octets. What is shorter than this gains nothing by being compressed alone."""
LEVEL = 6
VARIANTS_MOST, MET_MOST = 256, 4096
T = TypeVar("T")
UNPACKED = {"content-type": "text/html; charset=utf-8", "vary": "Accept-Encoding"}
PACKED = {**UNPACKED, "content-encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page that is the same for everybody, as it is and compressed."""

    plain: bytes
    packed: bytes = field(repr=False)

    @classmethod
    def of(cls, html: str) -> "Piece":
        plain = html.encode()
        return cls(plain, pack(plain, level=9))


def own(text: str) -> Piece:
    """Return what is somebody's own. It must not be kept."""
    plain = text.encode()
    if len(plain) > STORED_MOST:
        return Piece(plain, pack(plain, level=LEVEL))
    size = len(plain).to_bytes(2, "little")
    return Piece(plain, b"\x00" + size + bytes(octet ^ 0xFF for octet in size) + plain)


def pack(plain: bytes, *, level: int) -> bytes:
    made = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return made.compress(plain) + made.flush(zlib.Z_FULL_FLUSH)


def whole(request: Request, html: str, *, status: int = 200) -> Response:
    """Return a page that was made in one go, compressed when the browser can read that."""
    plain = html.encode()
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plain, status, UNPACKED)
    return Response(gzip.compress(plain, LEVEL, mtime=0), status, PACKED)


def answer(request: Request, pieces: Sequence[Piece], *, status: int = 200) -> Response:
    """Return the page, compressed when the browser can read that."""
    plain = b"".join([piece.plain for piece in pieces])
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plain, status, UNPACKED)
    tail = zlib.crc32(plain).to_bytes(4, "little") + (len(plain) % 2**32).to_bytes(4, "little")
    packed = b"".join([HEAD, *[piece.packed for piece in pieces], END, tail])
    return Response(packed, status, PACKED)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A page with holes. `parts` are pieces, and the names of what is put into the holes."""

    parts: tuple[Piece | str, ...]

    @classmethod
    def of(cls, html: str, holes: Mapping[str, str]) -> "Skeleton":
        """Cut a page where marks stand; `holes` is name to mark, which may stand often."""
        names = {mark: name for name, mark in holes.items()}
        cut = re.split("(" + "|".join(map(re.escape, names)) + ")", html)
        return cls(tuple(names[part] if part in names else Piece.of(part) for part in cut if part))

    def filled(self, holes: Mapping[str, Sequence[Piece]]) -> list[Piece]:
        """Return the pieces, with each hole filled."""
        made: list[Piece] = []
        for part in self.parts:
            if isinstance(part, str):
                made += holes[part]
            else:
                made.append(part)
        return made


@dataclass(frozen=True, slots=True)
class Kept:
    """A page on which nothing is typed: whole, and with holes for its fields as they then are."""

    blank: Skeleton
    open: Skeleton
    fields: Mapping[str, Sequence[Piece]]
    lines: Mapping[str, Skeleton]
    """Those fields that are one line, or one text, with a hole for what is typed."""


@dataclass(slots=True)
class Shelf:
    """Pages that are kept, by what decides how they look; and who has met which of them.

    Of a draft nothing is kept but the head of its box, new each time that anything is typed: while
    that lies where it lay, the same page looks the same.
    """

    kept: dict[Hashable, Kept] = field(default_factory=dict)
    met: dict[Hashable, Skeleton] = field(default_factory=dict)

    def put(self, variant: Hashable, made: Kept) -> None:
        keep(self.kept, variant, made, most=VARIANTS_MOST)

    def meet(self, glimpse: Hashable, page: Skeleton) -> None:
        keep(self.met, glimpse, page, most=MET_MOST)


def keep(kept: dict[Hashable, T], name: Hashable, value: T, *, most: int) -> None:
    """Keep a value, in place of the oldest when there are so many."""
    if len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[name] = value
