"""The headers that every answer carries, and the language that every address names.

Strict: nothing from another site, nothing inline, nothing in a frame, no
referrer, and nothing from inside a form left in a cache.
"""

from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVERYTHING = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}
PAGES = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
FILES = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
"""Browsers heed the rest on pages only. With a style sheet it would be weight and nothing else."""
A_YEAR = 31_536_000


class Headers:
    """Adds the headers. `secure` is whether the site is served over https (then HSTS, RFC 6797)."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        everything = dict(EVERYTHING)
        if secure:
            everything["strict-transport-security"] = f"max-age={A_YEAR}; includeSubDomains"
        uncached = {"cache-control": "no-store"}
        self.of_pages = octets(everything | PAGES | uncached)
        self.of_files = octets(everything | FILES | uncached)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                kind = given.get(b"content-type", b"text/html")
                ours = self.of_pages if kind.startswith(b"text/html") else self.of_files
                more = [header for header in ours if header[0] not in given]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def octets(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


class Heads:
    """Answers HEAD as GET, without the content (RFC 9110 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_content(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, send_without_content)
        else:
            await self.app(scope, receive, send)


class Language:
    """Takes the language off the front of an address, and leaves it in the scope."""

    def __init__(self, app: ASGIApp, *, languages: Iterable[str]) -> None:
        self.app = app
        self.default, *others = languages
        self.others = frozenset(others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            first, slash, rest = scope["path"][1:].partition("/")
            if first in self.others:
                scope = {**scope, "path": f"/{rest}" if slash else "/", "language": first}
            else:
                scope = {**scope, "language": self.default}
        await self.app(scope, receive, send)
