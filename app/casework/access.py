"""Who of the staff is let in: one-time links, and the sessions they open. One unit each.

Links and session secrets are 256 random bits and are stored only as hashes, so that the database
lets nobody in. A link opens one session, once. For trial: the municipality's own sign-in comes
later.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.errors import LinkUsed, SignedOut
from app.records import audit
from app.storage.tables import sign_in_links, staff_sessions

LINK_GOOD_FOR = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=8)
RENEW_AFTER = timedelta(minutes=1)

LIVING = select(staff_sessions).where(
    staff_sessions.c.hash == bindparam("hash"),
    staff_sessions.c.idle_until > bindparam("now"),
    staff_sessions.c.ends_at > bindparam("now"),
)

Randomness = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody signed in to one unit. `name` is who they say they are, in the audit trail too."""

    session_id: str
    name: str
    unit: str
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, and the secret that goes into the browser's cookie and nowhere else."""

    staff: Staff
    cookie: str = field(repr=False)
    ends_at: datetime


def new_link(
    connection: Connection,
    *,
    unit: str,
    now: datetime,
    good_for: timedelta = LINK_GOOD_FOR,
    randomness: Randomness = secrets.token_urlsafe,
) -> str:
    """Return the secret of a link that signs one browser in to a unit, once."""
    secret = randomness(32)
    connection.execute(
        insert(sign_in_links).values(hash=hashed(secret), unit=unit, expires_at=now + good_for)
    )
    audit.record(connection, audit.Event(audit.Kind.LINK_MADE, unit=unit), at=now)
    return secret


def sign_in(
    connection: Connection,
    link: str,
    *,
    name: str,
    now: datetime,
    before: str = "",
    idle: timedelta = IDLE,
    whole: timedelta = WHOLE,
    randomness: Randomness = secrets.token_urlsafe,
) -> SignedIn:
    """Use a link up and open its session. LinkUsed when it was used, has run out or never was.

    `before` is the cookie of the session that the browser had; it ends, so that one browser never
    leaves two behind.
    """
    mine = sign_in_links.c.hash == hashed(link)
    # One statement decides, so that of two at the same moment one is let in.
    used = connection.execute(
        update(sign_in_links)
        .where(mine, sign_in_links.c.used_at.is_(None), sign_in_links.c.expires_at > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise LinkUsed("not a link that can be used")
    if before:
        sign_out(connection, before, now=now)
    unit = connection.execute(select(sign_in_links.c.unit).where(mine)).scalar_one()
    staff, cookie = Staff(str(uuid4()), name, unit, randomness(32)), randomness(32)
    connection.execute(
        insert(staff_sessions).values(
            hash=hashed(cookie),
            id=staff.session_id,
            name=name,
            unit=unit,
            csrf=staff.csrf,
            idle_until=now + idle,
            ends_at=now + whole,
        )
    )
    event = audit.Event(audit.Kind.SIGNED_IN, unit=unit, actor=staff.name)
    audit.record(connection, event, at=now)
    return SignedIn(staff, cookie, now + whole)


def refuse(connection: Connection, link: str, *, now: datetime) -> None:
    """Write down that somebody tried a link that lets nobody in, under its unit if it ever had one.

    What name they gave is not kept: nobody has vouched for it.
    """
    asked = select(sign_in_links.c.unit).where(sign_in_links.c.hash == hashed(link))
    unit = connection.execute(asked).scalar_one_or_none()
    audit.record(connection, audit.Event(audit.Kind.SIGN_IN_REFUSED, unit=unit), at=now)


def look(
    connection: Connection, cookie: str, *, now: datetime, idle: timedelta = IDLE
) -> tuple[Staff, bool]:
    """Return who this is, and whether `renew` is due; SignedOut if run out or never was."""
    given = {"hash": hashed(cookie), "now": now}
    row = connection.execute(LIVING, given).one_or_none()
    if row is None:
        raise SignedOut("no living session")
    staff = Staff(row.id, row.name, row.unit, row.csrf)
    return staff, row.idle_until < now + idle - RENEW_AFTER


def renew(connection: Connection, cookie: str, *, now: datetime, idle: timedelta = IDLE) -> None:
    """Let a session live on, if it still lives."""
    mine = staff_sessions.c.hash == hashed(cookie)
    living = (staff_sessions.c.idle_until > now, staff_sessions.c.ends_at > now)
    connection.execute(update(staff_sessions).where(mine, *living).values(idle_until=now + idle))


def sign_out(connection: Connection, cookie: str, *, now: datetime) -> None:
    """End the session. It is no error when there is none."""
    mine = staff_sessions.c.hash == hashed(cookie)
    row = connection.execute(select(staff_sessions).where(mine)).one_or_none()
    if row is not None:
        connection.execute(delete(staff_sessions).where(mine))
        event = audit.Event(audit.Kind.SIGNED_OUT, unit=row.unit, actor=row.name)
        audit.record(connection, event, at=now)


def hashed(secret: str) -> bytes:
    # Plain SHA-256 is enough: nobody can try their way through 256 random bits.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
