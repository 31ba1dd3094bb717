"""Ties an address of the citizen site to what answers it.

Plain tables: what FastAPI does to find a handler's arguments, and Starlette to find the handler,
costs more than many answers do. A path is names between slashes; `{name}` stands for any one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.web.citizen.parts import Visit, visit

Handler = Callable[[Request], Awaitable[Response]]
FormHandler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Place:
    """An address, and what answers there by method."""

    names: tuple[str, ...]
    answers: dict[str, Handler] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address as the code has it."""
        return f"/{'/'.join(self.names)}"

    def params(self, parts: list[str]) -> dict[str, str] | None:
        """Return what stands for each `{name}` in a path; None when it is not this address."""
        found = {}
        for name, part in zip(self.names, parts, strict=True):
            if name.startswith("{") and part:
                found[name[1:-1]] = part
            elif name != part:
                return None
        return found


class Routes(BaseRoute):
    """Addresses. One whose last name is spelt out comes before one where that may be any."""

    def __init__(self) -> None:
        self.places: dict[tuple[int, str], list[Place]] = {}

    def add(self, path: str, method: str, handler: Handler) -> None:
        names = tuple(path[1:].split("/"))
        last = "" if names[-1].startswith("{") else names[-1]
        places = self.places.setdefault((len(names), last), [])
        place = next((known for known in places if known.names == names), None)
        if place is None:
            place = Place(names)
            places.append(place)
        place.answers[method] = handler

    def add_all(self, others: "Routes") -> None:
        """Add every address of another module."""
        for places in others.places.values():
            for place in places:
                for method, handler in place.answers.items():
                    self.add(place.path, method, handler)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the address. Another method than it has is a part of a match (RFC 9110 15.5.6)."""
        if scope["type"] != "http":
            return Match.NONE, {}
        parts = scope["path"][1:].split("/")
        for last in (parts[-1], ""):
            for place in self.places.get((len(parts), last), ()):
                params = place.params(parts)
                if params is not None:
                    fits = Match.FULL if scope["method"] in place.answers else Match.PARTIAL
                    return fits, {"endpoint": place, "path_params": params}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        place: Place = scope["endpoint"]
        handler = place.answers.get(scope["method"])
        if handler is None:
            raise HTTPException(405, headers={"allow": ", ".join(sorted(place.answers))})
        response = await handler(Request(scope, receive, send))
        await response(scope, receive, send)


def page(routes: Routes, path: str) -> Callable[[Handler], Handler]:
    """Let a handler answer GET at an address outside the forms."""

    def register(handler: Handler) -> Handler:
        routes.add(path, "GET", handler)
        return handler

    return register


def of_form(
    routes: Routes, path: str, *, method: str = "GET"
) -> Callable[[FormHandler], FormHandler]:
    """Let a handler answer at an address of a form: `path` begins with `/{form_id}`."""

    def register(handler: FormHandler) -> FormHandler:
        async def answer(request: Request) -> Response:
            return await handler(visit(request))

        routes.add(path, method, answer)
        return handler

    return register
