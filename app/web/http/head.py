"""Looks at the head of a request before anything of it is believed, whatever parser comes after.

Two who read one head differently can be played against each other: what one takes for a body, the
other answers as somebody else's request. So a head that can be read in two ways is refused.
"""

import re
from dataclasses import dataclass

LONGEST_LINE = 8 * 1024
LONGEST_HEADERS = 16 * 1024
"""Octets: of the request line, and of all that follows it in the head."""
MOST_DIGITS = 15
END = b"\r\n\r\n"
REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\.([01])")
TELLING = re.compile(rb"\r\n([ \t]|host:|content-length:|transfer-encoding:|upgrade:)")
UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request goes no further. `code` is for the log: never a word of what was sent."""

    status: int
    code: str


class NotLetIn(Exception):
    """A request that is refused; `why` says with what status."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.why = Refused(status, code)


def look_at(begun: bytes) -> None:
    """Raise NotLetIn if what has come of a head is too long or not a head of HTTP/1.0 or 1.1."""
    line = begun.find(b"\r\n")
    if (line if line >= 0 else len(begun)) > LONGEST_LINE:
        raise NotLetIn(414, "line_too_long")
    if line < 0:
        if begun[0] < ord("!") or b"\n" in begun:
            raise NotLetIn(400, "malformed")
        return
    if len(begun) - line > LONGEST_HEADERS:
        raise NotLetIn(431, "headers_too_long")
    if REQUEST_LINE.fullmatch(begun, 0, line) is None:
        raise NotLetIn(400, "malformed")
    if begun.startswith(b"CONNECT "):
        raise NotLetIn(501, "method")
    ends = begun.count(b"\r\n")
    if not ends == begun.count(b"\n") == begun.count(b"\r", 0, -1):
        raise NotLetIn(400, "line_ending")


def understand(whole: bytes) -> tuple[bytes, int | None]:
    """Return a whole head as the parser may read it, and the length of the body that follows.

    In octets, and None if it is in chunks. Raises NotLetIn when that, or whom the request is for,
    can be read in two ways (RFC 9112, 3.2, 5.2, 6.1 and 6.3).
    """
    lowered = whole.lower()
    told = TELLING.findall(lowered)
    old = whole[whole.find(b"\r\n") - 1] == ord("0")
    if b" " in told or b"\t" in told:
        raise NotLetIn(400, "folded")
    hosts = told.count(b"host:")
    if hosts > 1 or not (hosts or old):
        raise NotLetIn(400, "host")
    if b"upgrade:" in told:
        # An offer to go over to another protocol may be ignored (RFC 9110, 7.8). The parser would
        # leave the body unread, and take it for the next request.
        whole = UPGRADE.sub(b"", whole)
    lengths, codings = told.count(b"content-length:"), told.count(b"transfer-encoding:")
    if lengths + codings == 0:
        return whole, 0
    if lengths + codings > 1:
        raise NotLetIn(400, "framing")
    if codings:
        if old or _value(lowered, b"transfer-encoding:") != b"chunked":
            raise NotLetIn(400, "framing")
        return whole, None
    length = _value(lowered, b"content-length:")
    if not length.isdigit() or len(length) > MOST_DIGITS:
        raise NotLetIn(400, "framing")
    return whole, int(length)


def _value(lowered: bytes, name: bytes) -> bytes:
    start = lowered.index(b"\r\n" + name) + 2 + len(name)
    return lowered[start : lowered.index(b"\r\n", start)].strip(b" \t")
