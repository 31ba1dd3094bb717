"""Who of the municipality's own systems is let in to the API: bearer tokens (RFC 6750).

A token is 256 random bits and is stored only as its hash, so that the database lets nobody in. It
is good for one destination and one unit until it is revoked. Its label is who it is in the audit
trail; so a label is used once, and never again.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from app.errors import LabelTaken, TokenRefused
from app.records import audit
from app.storage.tables import api_tokens

PREFIX = "skyddsnat_"
"""So that those who search for secrets gone astray know one of ours."""
WRITTEN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)

Randomness = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is good for. `mark` sets it apart from all others, and opens nothing."""

    label: str
    destination: str
    unit: str
    mark: str
    made_at: datetime
    revoked_at: datetime | None = None


def new(
    connection: Connection,
    *,
    destination: str,
    unit: str,
    label: str,
    now: datetime,
    randomness: Randomness = secrets.token_urlsafe,
) -> str:
    """Return a new token, in clear this once. LabelTaken when the label is another token's."""
    if connection.execute(select(api_tokens.c.label).where(api_tokens.c.label == label)).first():
        raise LabelTaken("the label is another token's")
    secret = PREFIX + randomness(32)
    connection.execute(
        insert(api_tokens).values(
            hash=hashed(secret), destination=destination, unit=unit, label=label, made_at=now
        )
    )
    audit.record(connection, audit.Event(audit.Kind.TOKEN_MADE, unit=unit, actor=label), at=now)
    return secret


def require(connection: Connection, secret: str) -> Token:
    """Return what a token is good for; TokenRefused when it never was or has been revoked.

    It is found by its hash: how long that takes says nothing of how near a guess is. What does not
    have the looks of a token is refused before anything is asked of the database.
    """
    row = None
    if WRITTEN.fullmatch(secret):
        row = connection.execute(MINE, {"digest": hashed(secret)}).one_or_none()
    if row is None or row.revoked_at is not None:
        raise TokenRefused("no token that is good")
    return token_of(row.hash, row.label, row.destination, row.unit, row.made_at, None)


def listed(connection: Connection) -> tuple[Token, ...]:
    """Return every token there has been, oldest first."""
    rows = connection.execute(select(api_tokens).order_by(api_tokens.c.made_at, api_tokens.c.label))
    return tuple(
        token_of(row.hash, row.label, row.destination, row.unit, row.made_at, row.revoked_at)
        for row in rows
    )


def revoke(connection: Connection, label: str, *, now: datetime) -> bool:
    """Let a token be good for nothing from now on; tell whether there was one that was."""
    living = (api_tokens.c.label == label, api_tokens.c.revoked_at.is_(None))
    unit = connection.execute(select(api_tokens.c.unit).where(*living)).scalar_one_or_none()
    if unit is None:
        return False
    connection.execute(update(api_tokens).where(*living).values(revoked_at=now))
    audit.record(connection, audit.Event(audit.Kind.TOKEN_REVOKED, unit=unit, actor=label), at=now)
    return True


def token_of(
    digest: bytes,
    label: str,
    destination: str,
    unit: str,
    made_at: datetime,
    revoked_at: datetime | None,
) -> Token:
    return Token(label, destination, unit, digest.hex()[:32], made_at, revoked_at)


def hashed(secret: str) -> bytes:
    # Plain SHA-256 is enough: nobody can try their way through 256 random bits.
    return hashlib.sha256(secret.encode("ascii", "replace")).digest()


MINE = select(api_tokens).where(api_tokens.c.hash == bindparam("digest"))
