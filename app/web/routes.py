"""Ties an address of the citizen site to what answers it.

Plain routes: what FastAPI does to find a handler's arguments costs more than most answers do.
"""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from app.web.parts import Visit, visit

Handler = Callable[[Request], Awaitable[Response]]
FormHandler = Callable[[Visit], Awaitable[Response]]


def page(router: APIRouter, path: str) -> Callable[[Handler], Handler]:
    """Let a handler answer GET at an address outside the forms."""

    def register(handler: Handler) -> Handler:
        router.add_route(path, handler, methods=["GET"])
        return handler

    return register


def of_form(
    router: APIRouter, path: str, *, method: str = "GET"
) -> Callable[[FormHandler], FormHandler]:
    """Let a handler answer at an address of a form: `path` begins with `/{form_id}`."""

    def register(handler: FormHandler) -> FormHandler:
        async def answer(request: Request) -> Response:
            return await handler(visit(request))

        router.add_route(path, answer, methods=[method])
        return handler

    return register
