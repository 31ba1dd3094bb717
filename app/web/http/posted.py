"""Reads what a browser posted, within limits, and refuses politely what is beyond them."""

import asyncio
import re
from binascii import a2b_qp
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from fastapi import Request

from app.errors import CrossSite, TooLarge, UnsupportedMedia

Inputs = Mapping[str, tuple[str, ...]]

LARGEST_BODY = 1_500_000
"""Octets. Fifty thousand characters are at most 600 000 octets when a browser has encoded them."""
MOST_HEARD_OUT = 32_000_000
"""Octets. A browser shows our answer only when it has been heard out; the rest is thrown away."""
MOST_INPUTS = 1_000
SMALL_BODY = 32_768
"""Octets that are parsed at once; more than that would hold up everybody else on the event loop."""

NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


async def inputs(request: Request) -> Inputs:
    """Return what was posted: input name to values, in order.

    Raises UnsupportedMedia for anything but a form, TooLarge over the limits.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise UnsupportedMedia
    body = await read(request)
    found = parse(body) if len(body) <= SMALL_BODY else await asyncio.to_thread(parse, body)
    # An error page offers to send the same again: nobody writes it twice.
    request.state.inputs = found
    return found


def first(inputs: Inputs, name: str) -> str:
    """Return the first value of an input; "" when there is none."""
    return next(iter(inputs.get(name, ())), "")


async def read(request: Request) -> bytes:
    body, heard = bytearray(), 0
    async for part in request.stream():
        heard += len(part)
        if heard > MOST_HEARD_OUT:
            break
        if heard <= LARGEST_BODY:
            body += part
    if heard > LARGEST_BODY:
        raise TooLarge
    return bytes(body)


def parse(body: bytes) -> Inputs:
    """Return the inputs in a body. What is not UTF-8 becomes U+FFFD: seen, and never an error."""
    if body.count(b"&") >= MOST_INPUTS:
        raise TooLarge
    found: dict[str, list[str]] = {}
    for pair in body.replace(b"+", b" ").split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            found.setdefault(unescaped(name), []).append(unescaped(value))
    return {name: tuple(values) for name, values in found.items()}


def unescaped(part: bytes) -> str:
    """Return a name or a value as it was before it was escaped (URL standard, percent-decode)."""
    if b"%" in part:
        if NO_ESCAPE.search(part):
            part = unquote_to_bytes(part)
        else:
            # Quoted-printable but for the sign. It is read in C, a quarter of the time.
            part = a2b_qp(part.replace(b"=", b"=3D").replace(b"%", b"="))
    return part.decode("utf-8", "replace")


def is_led_by_another_site(request: Request) -> bool:
    """Tell whether a browser says that another site led it here (Fetch Metadata)."""
    return request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}


def require_own_site(request: Request, origin: str) -> None:
    """Raise CrossSite when a browser says that another site sent this.

    Our pages send no referrer, and then browsers call the origin "null": that is no sign of
    anything, and the token decides (Fetch standard, "append a request `Origin` header").
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSite
        return
    sent = request.headers.get("origin", "null")
    if sent not in {"null", origin}:
        raise CrossSite
