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
    if b"\n " in begun or b"\n\t" in begun:
        raise NotLetIn(400, "folded")


def framing(head: bytes) -> int | None:
    """Return how long the body is that follows a whole head, in octets; None if it is in chunks.

    Raises NotLetIn when that, or whom the request is for, can be read in two ways (RFC 9112, 3.2,
    6.1 and 6.3).
    """
    lowered = head.lower()
    hosts = lowered.count(b"\r\nhost:")
    old = head[head.find(b"\r\n") - 1] == ord("0")
    if hosts > 1 or not (hosts or old):
        raise NotLetIn(400, "host")
    lengths = lowered.count(b"\r\ncontent-length:")
    codings = lowered.count(b"\r\ntransfer-encoding:")
    if lengths + codings == 0:
        return 0
    if lengths + codings > 1:
        raise NotLetIn(400, "framing")
    if codings:
        if old or _value(lowered, b"transfer-encoding") != b"chunked":
            raise NotLetIn(400, "framing")
        return None
    length = _value(lowered, b"content-length")
    if not length.isdigit() or len(length) > MOST_DIGITS:
        raise NotLetIn(400, "framing")
    return int(length)


def without_upgrade(head: bytes) -> bytes:
    """Return the head without an offer to go over to another protocol.

    It may be ignored (RFC 9110, 7.8). The parser would leave the body unread, and take it for the
    next request.
    """
    return UPGRADE.sub(b"", head) if b"pgrade:" in head.lower() else head


def _value(lowered: bytes, name: bytes) -> bytes:
    start = lowered.index(b"\r\n" + name + b":") + len(name) + 3
    return lowered[start : lowered.index(b"\r\n", start)].strip(b" \t")
