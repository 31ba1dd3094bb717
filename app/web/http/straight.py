"""A route that finds its handler's arguments with as little as can be, for what is asked for most.

FastAPI looks anew, each time, for whatever a handler could want: query, headers, cookies, a body,
and what each dependency could want in turn. That costs 45 µs, as much as to show a page on which
nothing is typed yet (docs/decisions/0025-fastapi-again.md). The handlers are written as any other;
with `APIRoute` in place of this they do the same, and a test sees that they do.
"""

from collections.abc import Awaitable, Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

ELSEWHERE = ("query_params", "header_params", "cookie_params", "body_params")
OTHERS = ("response", "background_tasks", "http_connection", "websocket", "security_scopes")


class Straight(APIRoute):
    """Gives a handler names out of its path, as they stand, and what is made of the request alone.

    A handler that asks for anything else is served as FastAPI does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever FastAPI takes
        super().__init__(*args, **kwargs)
        if self.is_straight:
            # Nothing that is made for such a handler is to be closed after it, and what it raises
            # is told where every application tells it.
            self.app = answered_by(self.get_route_handler())

    @property
    def is_straight(self) -> bool:
        """Whether it is enough to know the path and to hand the request on."""
        return self.response_model is None and is_simple(self.dependant)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        if not self.is_straight:
            return super().get_route_handler()
        handler, wanted = self.endpoint, self.dependant
        made: list[tuple[str, str, Callable[..., Awaitable[Any]]]] = [
            (each.name, each.request_param_name, each.call)  # type: ignore[misc] # is_simple
            for each in wanted.dependencies
        ]
        names = [field.name for field in wanted.path_params]
        itself = wanted.request_param_name

        async def answer(request: Request) -> Response:
            found = {name: request.path_params[name] for name in names}
            for name, of, make in made:
                found[name] = await make(**{of: request})
            if itself:
                found[itself] = request
            response: Response = await handler(**found)
            return response

        return answer


def answered_by(handler: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handler(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


def is_simple(wanted: Dependant) -> bool:
    """Tell whether it is enough to know the path and to hand the request on."""
    return (
        not asks_elsewhere(wanted)
        and all(field.field_info.annotation is str for field in wanted.path_params)
        and all(is_of_request(each) for each in wanted.dependencies)
    )


def is_of_request(wanted: Dependant) -> bool:
    """Tell whether a dependency is an `async def` of the request and of nothing else."""
    return bool(
        wanted.name
        and wanted.request_param_name
        and iscoroutinefunction(wanted.call)
        and not (asks_elsewhere(wanted) or wanted.path_params or wanted.dependencies)
    )


def asks_elsewhere(wanted: Dependant) -> bool:
    return any(getattr(wanted, kind) for kind in ELSEWHERE) or any(
        getattr(wanted, f"{kind}_param_name") for kind in OTHERS
    )
