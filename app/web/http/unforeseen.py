"""What nobody foresaw: the log learns the kind of error and where, the visitor that it is ours."""

from collections.abc import Callable

from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import logs
from app.web.http.posted import Inputs

FAULT = 500


class Unforeseen:
    """Turns an error that nobody foresaw into a page. The log never learns what it said.

    `page` makes it, of a request and of what was posted.
    """

    def __init__(self, app: ASGIApp, page: Callable[[Request, Inputs], Response]) -> None:
        self.app = app
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - this is the one place that catches what nobody foresaw
            logs.failure("web.unforeseen", error)
            if not begun and scope["type"] == "http":
                request = Request(scope, receive)
                response = self.page(request, getattr(request.state, "inputs", {}))
                await response(scope, receive, send)


def note(error: Exception) -> None:
    """Log an error of ours that ends as a fault: who meets it is only told that something is wrong.

    Those with another status are what somebody did, or say themselves when they begin and end.
    """
    if getattr(error, "status", FAULT) == FAULT:
        logs.failure("web.fault", error)
