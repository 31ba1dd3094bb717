"""The headers that every answer carries, and the language that every address names.

Strict: nothing from another site, nothing inline, nothing in a frame, no
referrer, and nothing from inside a form left in a cache.
"""

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
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
        self.everything = dict(EVERYTHING)
        if secure:
            self.everything["strict-transport-security"] = f"max-age={A_YEAR}; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "text/html").startswith("text/html")
                for name, value in (self.everything | (PAGES if is_page else FILES)).items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


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
