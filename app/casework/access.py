"""Who of the staff is let in: one-time links, and the sessions they open.

Links and session secrets are 256 random bits and are stored only as hashes, so that the database
lets nobody in. A link opens one session of one unit, once. A session may be of several units: one
is in view at a time, and what is another's does not exist.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, true, update

from app.casework.admission import Admission
from app.errors import LinkUsed, NoSuchItem, SignedOut
from app.records import audit
from app.runner.role import Role
from app.storage.asked import Asked, row_of
from app.storage.tables import sign_in_links, staff_sessions

LINK_GOOD_FOR = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=8)
RENEW_AFTER = timedelta(minutes=1)
LEADING = frozenset({Role.HANDLAGGARE, Role.GRUPPLEDARE})
"""What a link gives when nothing else is said: whoever tries the service can try all of a case."""
NOT_IN_AN_EMERGENCY: Mapping[str, str] = {}
LONGEST_REASON = 200

LIVING = select(staff_sessions).where(
    staff_sessions.c.hash == bindparam("hash"),
    staff_sessions.c.idle_until > bindparam("now"),
    staff_sessions.c.ends_at > bindparam("now"),
)
LOOK = Asked(LIVING, row_of(LIVING))

Randomness = Callable[[int], str]
Grants = Mapping[str, frozenset[Role]]
"""The roles that somebody has, by unit."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody signed in, with one unit in view. `name` is what the audit trail knows them by.

    `roles` are those at the unit in view, `qualified` is whether SoL (2025:400) 25 kap. 1 § lets
    them judge a child's need, `second_reader` that they do not decide it alone, `units` is every
    unit that they can have in view, and `subject` tells one person from another of the same name.
    `read_at` is when the municipality's sign-in last said so; None for who came by a link, in an
    `emergency` past that sign-in. By an `admission` one case is all there is of the unit in view
    (`app.casework.admissions`).
    """

    session_id: str
    name: str
    unit: str
    csrf: str = field(repr=False)
    roles: frozenset[Role] = frozenset()
    qualified: bool = False
    second_reader: bool = False
    units: tuple[str, ...] = ()
    subject: str = ""
    read_at: datetime | None = None
    emergency: bool = False
    admission: Admission | None = None


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody who shall be let in; `grants` has at least one unit.

    `provider_session` tells their session at the municipality's sign-in from others.
    """

    name: str
    subject: str
    grants: Grants
    qualified: bool
    read_at: datetime | None = None
    provider_session: str = ""
    emergency: bool = False
    second_reader: bool = False


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
    roles: Collection[Role] = LEADING,
    qualified: bool = True,
    why: Mapping[str, str] = NOT_IN_AN_EMERGENCY,
    good_for: timedelta = LINK_GOOD_FOR,
    randomness: Randomness = secrets.token_urlsafe,
) -> str:
    """Return the secret of a link that signs one browser in to a unit, once, with these roles.

    `why` is the `reason` for one that is made in an emergency, and by whom (`made_by`). Only who
    owns the tables can make such a one: no part of the service may write why.
    """
    secret = randomness(32)
    connection.execute(
        insert(sign_in_links).values(
            hash=hashed(secret),
            unit=unit,
            expires_at=now + good_for,
            roles=" ".join(sorted(roles)),
            qualified=qualified,
            **why,
        )
    )
    kind = audit.Kind.EMERGENCY_LINK_MADE if why else audit.Kind.LINK_MADE
    audit.record(connection, audit.Event(kind, unit=unit), at=now)
    return secret


def sign_in(
    connection: Connection,
    link: str,
    *,
    name: str,
    now: datetime,
    before: str = "",
    only_emergency: bool = False,
    randomness: Randomness = secrets.token_urlsafe,
) -> SignedIn:
    """Use a link up and open its session. LinkUsed when it was used, has run out or never was.

    Where the municipality's own sign-in lets people in, `only_emergency` links do so too.

    `before` is the cookie of the session that the browser had; it ends, so that one browser never
    leaves two behind.
    """
    mine = sign_in_links.c.hash == hashed(link)
    # One statement decides, so that of two at the same moment one is let in.
    used = connection.execute(
        update(sign_in_links)
        .where(mine, sign_in_links.c.used_at.is_(None), sign_in_links.c.expires_at > now)
        .where(sign_in_links.c.reason.is_not(None) if only_emergency else true())
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise LinkUsed("not a link that can be used")
    row = connection.execute(select(sign_in_links).where(mine)).one()
    # A link that an older version of this program made does not say.
    roles = frozenset(map(Role, row.roles.split())) if row.roles else LEADING
    qualified, emergency = row.qualified or not row.roles, row.reason is not None
    who = LetIn(name, subject_of("", name), {row.unit: roles}, qualified, emergency=emergency)
    return open_session(connection, who, now=now, before=before, randomness=randomness)


def open_session(
    connection: Connection,
    who: LetIn,
    *,
    now: datetime,
    before: str = "",
    randomness: Randomness = secrets.token_urlsafe,
) -> SignedIn:
    """Open a session, with the first of somebody's units in view; `before` as in `sign_in`."""
    if before:
        sign_out(connection, before, now=now)
    opened = store(connection, who, now=now, ends_at=now + WHOLE, random=randomness)
    kind = audit.Kind.EMERGENCY_SIGNED_IN if who.emergency else audit.Kind.SIGNED_IN
    event = audit.Event(kind, unit=opened.staff.unit, actor=who.name)
    audit.record(connection, event, at=now)
    return opened


def store(
    connection: Connection,
    who: LetIn,
    *,
    now: datetime,
    ends_at: datetime,
    kept: Staff | None = None,
    random: Randomness,
) -> SignedIn:
    """Store a session; one that goes on as another of the same person's keeps what forms have."""
    unit = kept.unit if kept and kept.unit in who.grants else next(iter(who.grants))
    cookie, row_id = random(32), kept.session_id if kept else str(uuid4())
    connection.execute(
        insert(staff_sessions).values(
            hash=hashed(cookie),
            id=row_id,
            name=who.name,
            unit=unit,
            csrf=kept.csrf if kept else random(32),
            idle_until=now + IDLE,
            ends_at=ends_at,
            grants=json.dumps({unit: sorted(roles) for unit, roles in who.grants.items()}),
            qualified=who.qualified,
            second_reader=who.second_reader,
            subject=who.subject,
            read_at=who.read_at,
            provider_session=who.provider_session or None,
            emergency=who.emergency,
        )
    )
    row = connection.execute(select(staff_sessions).where(staff_sessions.c.id == row_id)).one()
    return SignedIn(as_staff(row), cookie, ends_at)


def grants_of(row: Row[Any]) -> Grants:
    return {unit: frozenset(map(Role, roles)) for unit, roles in json.loads(row.grants).items()}


def as_staff(row: Row[Any]) -> Staff:
    """Return who a session's row is of. SignedOut when it was opened before there were roles."""
    if row.grants is None:
        raise SignedOut("a session from before there were roles")
    grants = grants_of(row)
    return Staff(
        *(row.id, row.name, row.unit, row.csrf),
        roles=grants.get(row.unit, frozenset()),
        qualified=row.qualified,
        second_reader=row.second_reader,
        units=tuple(grants),
        subject=row.subject,
        read_at=row.read_at,
        emergency=row.emergency,
    )


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
    row = LOOK.one(connection, hash=hashed(cookie), now=now)
    if row is None:
        raise SignedOut("no living session")
    return as_staff(row), row.idle_until < now + idle - RENEW_AFTER


def renew(connection: Connection, cookie: str, *, now: datetime, idle: timedelta = IDLE) -> None:
    """Let a session live on, if it still lives."""
    session = staff_sessions.c
    living = (session.hash == hashed(cookie), session.idle_until > now, session.ends_at > now)
    connection.execute(update(staff_sessions).where(*living).values(idle_until=now + idle))


def enter(connection: Connection, staff: Staff, unit: str, *, now: datetime) -> Staff:
    """Have another of one's units in view. NoSuchItem when it is none of them."""
    if unit not in staff.units:
        raise NoSuchItem("not a unit of theirs")
    mine = staff_sessions.c.id == staff.session_id
    connection.execute(update(staff_sessions).where(mine).values(unit=unit))
    event = audit.Event(audit.Kind.UNIT_ENTERED, unit=unit, actor=staff.name)
    audit.record(connection, event, at=now)
    return as_staff(connection.execute(select(staff_sessions).where(mine)).one())


def sign_out(connection: Connection, cookie: str, *, now: datetime) -> None:
    """End the session. It is no error when there is none."""
    mine = staff_sessions.c.hash == hashed(cookie)
    row = connection.execute(select(staff_sessions).where(mine)).one_or_none()
    if row is not None:
        connection.execute(delete(staff_sessions).where(mine))
        event = audit.Event(audit.Kind.SIGNED_OUT, unit=row.unit, actor=row.name)
        audit.record(connection, event, at=now)


def subject_of(issuer: str, name: str) -> str:
    """Return what tells one person from another: 64 hexadecimal digits, and no name.

    `issuer` is who vouches for the name; "" for a one-time link, where nobody does.
    """
    return hashlib.sha256(f"{issuer}\n{name}".encode()).hexdigest()


def hashed(secret: str) -> bytes:
    # Plain SHA-256 is enough: nobody can try their way through 256 random bits.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
