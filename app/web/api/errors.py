"""What can go wrong with a request to the API, each with a name, told as RFC 9457 says.

Nothing of what was sent is repeated: not a value, not a key, not a part of the address.
"""

from typing import Annotated, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatabaseUnavailable, SkyddsnatError, TokenRefused
from app.web.api.messages import Model
from app.web.http.application import NOT_ALLOWED, allowed
from app.web.http.unforeseen import note

PROBLEM = "application/problem+json"
ASK_AGAIN = "5"
"""Seconds, while the database is away."""

Word = Literal[
    "bad-request",
    "token-refused",
    "not-found",
    "not-allowed",
    "not-leased",
    "not-fetched",
    "too-large",
    "unavailable",
    "fault",
]
TITLES: dict[Word, tuple[int, str]] = {
    "bad-request": (422, "The request cannot be understood"),
    "token-refused": (401, "The token is missing, unknown or revoked"),
    "not-found": (404, "There is no such thing for this token"),
    "not-allowed": (405, "This cannot be done with that"),
    "not-leased": (409, "You do not hold a lease on this delivery"),
    "not-fetched": (409, "It cannot be confirmed before it has been fetched or sent"),
    "too-large": (413, "The request is larger than any that is needed"),
    "unavailable": (503, "The database cannot be reached; nothing was changed"),
    "fault": (500, "The fault is ours; nothing was changed"),
}
BY_STATUS: dict[int, Word] = {
    400: "bad-request",
    401: "token-refused",
    404: "not-found",
    405: "not-allowed",
    413: "too-large",
    503: "unavailable",
}
OURS = frozenset({"seconds", "most", "reason", "limit", "after"})
"""What a fault in a request may be said to be at."""


class WrongAt(Model):
    """One thing that is wrong with a request: where, and what was wanted."""

    at: str
    why: str


class Problem(Model):
    """What went wrong (RFC 9457). Nothing of what was sent is repeated."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:problem-type:skyddsnat:not-leased",
                    "title": "You do not hold a lease on this delivery",
                    "status": 409,
                }
            ]
        }
    )

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    errors: tuple[WrongAt, ...] = ()


class Refused(Exception):
    """It can not be done, for a reason that has a name."""

    def __init__(self, word: Word) -> None:
        super().__init__(word)
        self.word: Word = word


class Small:
    """Reads no more of a request than any of ours needs."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard = 0

        async def receive_little() -> Message:
            nonlocal heard
            message = await receive()
            heard += len(message.get("body", b""))
            if heard > self.most:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_little, send)


def problem(word: Word, *, errors: tuple[WrongAt, ...] = ()) -> Problem:
    """Return the problem of this name."""
    status, title = TITLES[word]
    return Problem(
        type=f"urn:problem-type:skyddsnat:{word}", title=title, status=status, errors=errors
    )


def answer(word: Word, *, errors: tuple[WrongAt, ...] = ()) -> Response:
    """Return a problem as a response."""
    said = problem(word, errors=errors)
    headers = {"www-authenticate": 'Bearer realm="skyddsnat"'} if word == "token-refused" else {}
    if word == "unavailable":
        headers["retry-after"] = ASK_AGAIN
    body = said.model_dump_json(exclude_defaults=True)
    return Response(body, said.status, headers, media_type=PROBLEM)


def install_errors(app: FastAPI) -> None:
    """Let every error of the API end as a problem."""
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(SkyddsnatError, named)
    app.add_exception_handler(HTTPException, by_status)
    app.add_exception_handler(RequestValidationError, invalid)


async def refused(_: Request, error: Exception) -> Response:
    return answer(error.word if isinstance(error, Refused) else "fault")


async def named(_: Request, error: Exception) -> Response:
    note(error)
    if isinstance(error, TokenRefused):
        return answer("token-refused")
    return answer("unavailable" if isinstance(error, DatabaseUnavailable) else "fault")


async def by_status(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    response = answer(BY_STATUS.get(status, "fault"))
    if status == NOT_ALLOWED:
        response.headers["allow"] = allowed(request)
    return response


async def invalid(_: Request, error: Exception) -> Response:
    """Say what was wrong and where, in our own words: a key or a value is never repeated."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    if any(each["loc"][:1] == ("path",) for each in found):
        return answer("not-found")
    errors = [
        WrongAt(at=next((part for part in each["loc"] if part in OURS), "body"), why=each["type"])
        for each in found
    ]
    return answer("bad-request", errors=tuple(errors))


def fault(_: Request, __: object) -> Response:
    return answer("fault")
