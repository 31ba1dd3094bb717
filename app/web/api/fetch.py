"""The API that a municipality's own system fetches and confirms through: /api/v1.

For machines inside: bearer tokens (RFC 6750), no cookies, no CORS. Errors are RFC 9457 and repeat
nothing of what was sent. What belongs to another destination or unit does not exist here. The
process that serves this has no private key: what it hands out it cannot read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from app.clock import Clock
from app.delivery import leases
from app.delivery.leases import Refusal
from app.records import tokens
from app.records.tokens import Token
from app.storage.database import Database
from app.web.api.document import documented
from app.web.api.errors import Refused, Word
from app.web.api.messages import (
    JOSE,
    MOST_LISTED,
    Deliveries,
    Delivery,
    Lease,
    LeaseAsked,
    ReleaseAsked,
)

T = TypeVar("T")
BASE = "/api/v1"
LARGEST_BODY = 4_096
"""Octets. What is asked for in an API request is two numbers or a word."""
WORDS: dict[Refusal, Word] = {
    Refusal.UNKNOWN: "not-found",
    Refusal.NOT_LEASED: "not-leased",
    Refusal.NOT_FETCHED: "not-fetched",
}


@dataclass(frozen=True, slots=True)
class Hatch:
    """What the API is put together from."""

    database: Database
    clock: Clock


bearer = HTTPBearer(auto_error=False, description="A token from `skyddsnat tokens new`.")


def secret_of(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    return credentials.credentials if credentials else ""


Secret = Annotated[str, Depends(secret_of)]


router = APIRouter(prefix=BASE, generate_unique_id_function=lambda route: route.name)


@router.get("/deliveries", responses=documented(401, 422), summary="List what has not ended")
async def show_deliveries(
    request: Request,
    secret: Secret,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> Deliveries:
    """Everything of yours that is neither confirmed nor released by a person, oldest first."""
    hatch = hatch_of(request)

    def read(connection: Connection) -> leases.Stretch:
        token, now = tokens.require(connection, secret), hatch.clock.now()
        return leases.waiting(connection, token, now=now, most=limit, after=after)

    return Deliveries.of(await hatch.database.read(read))


@router.put(
    "/leases/{lease_id}",
    responses=documented(401, 404, 413, 422),
    summary="Lease the oldest",
)
async def put_lease(request: Request, secret: Secret, lease_id: UUID, asked: LeaseAsked) -> Lease:
    """Take what has waited longest; nobody else gets it before the lease has run out.

    You choose the lease's id, a new UUID each time. The same id again, because an answer was lost,
    gives what is left of that lease and takes nothing new.
    """

    def take(connection: Connection, token: Token) -> tuple[leases.Waiting, ...]:
        now = hatch_of(request).clock.now()
        until = now + timedelta(seconds=asked.seconds)
        return leases.lease(connection, token, lease_id, now=now, until=until, most=asked.most)

    leased = await write(request, secret, take)
    return Lease(id=lease_id, items=tuple(Delivery.of(each) for each in leased))


@router.get(
    "/deliveries/{delivery_id}/content",
    responses={
        200: {
            "description": "A compact JWE (RFC 7516) to your public key.",
            "content": {JOSE: {"schema": {"type": "string"}}},
        },
        **documented(401, 404, 409),
    },
    response_class=Response,
    summary="Fetch the sealed report",
)
async def fetch_content(request: Request, secret: Secret, delivery_id: UUID) -> Response:
    """The report, sealed to you. Only while you hold a lease; each time is written down."""
    found = await about(request, secret, delivery_id, leases.content)
    return Response(found, media_type=JOSE)


@router.post(
    "/deliveries/{delivery_id}/confirm",
    status_code=204,
    responses=documented(401, 404, 409),
    summary="Say that you have it and keep it",
)
async def confirm(request: Request, secret: Secret, delivery_id: UUID) -> None:
    """When it is on disk with you, and not before: then we need not keep it for you any more.

    Also for what was sent to you with a web hook or a queue and is confirmed by a call back. Said
    twice, it is no error.
    """
    await about(request, secret, delivery_id, leases.confirm)


@router.post(
    "/deliveries/{delivery_id}/release",
    status_code=204,
    responses=documented(401, 404, 409, 413, 422),
    summary="Let go of it",
)
async def release(request: Request, secret: Secret, delivery_id: UUID, asked: ReleaseAsked) -> None:
    """Give it back before the lease has run out, and say why if you can not take it."""
    await about(request, secret, delivery_id, partial(leases.give_back, why=asked.why))


async def about(
    request: Request, secret: str, delivery_id: UUID, work: Callable[..., T | Refusal]
) -> T:
    """Do something with one delivery; raise Refused when it can not be done."""
    now = hatch_of(request).clock.now()
    done = await write(
        request, secret, lambda connection, token: work(connection, token, delivery_id, now=now)
    )
    if isinstance(done, Refusal):
        raise Refused(WORDS[done])
    return done


async def write(request: Request, secret: str, work: Callable[[Connection, Token], T]) -> T:
    """Do something as the token's holder, in one transaction with seeing that it still is good."""
    return await hatch_of(request).database.write(
        lambda connection: work(connection, tokens.require(connection, secret))
    )


def hatch_of(request: Request) -> Hatch:
    hatch: Hatch = request.app.state.hatch
    return hatch
