"""Who the municipality's own sign-in vouches for: what its groups give, and the sessions it opens.

Pure but for the sessions: what the provider says has been verified before it comes here.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select

from app.casework.access import (
    IDLE,
    WHOLE,
    Grants,
    LetIn,
    Randomness,
    SignedIn,
    Staff,
    as_staff,
    grants_of,
    hashed,
    open_session,
    store,
    subject_of,
)
from app.errors import SignInRefused
from app.records import audit
from app.runner.role import Role
from app.runner.sign_in import SignIn
from app.runner.typed import clean
from app.storage.tables import staff_sessions

ROLES_GOOD_FOR = timedelta(minutes=15)
"""After so long the provider is asked anew, at the next page that is looked at."""
ROLES_AT_MOST = timedelta(minutes=60)
"""So old they may be while somebody writes, or while the provider does not answer."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Place:
    """One browser where somebody is signed in: since when, when it was last used, and by which way.

    No address and no name of a browser is known. `used_at` is right by the minute.
    """

    id: str
    since: datetime
    used_at: datetime
    way: str
    here: bool


def let_in(sign_in: SignIn, claims: Mapping[str, Any], *, now: datetime) -> LetIn:
    """Return who this is and what they may. SignInRefused without proof, name or group."""
    if sign_in.acr and claims.get("acr") not in sign_in.acr:
        raise SignInRefused("weak")
    if sign_in.amr and not set(sign_in.amr) & set(listed(claims.get("amr"))):
        raise SignInRefused("weak")
    name = " ".join(clean(str(claims.get(sign_in.name_claim) or "")).split())[:LONGEST_NAME]
    if not name:
        raise SignInRefused("nameless")
    theirs = set(listed(claims.get(sign_in.groups_claim)))
    here = [group for group in sign_in.groups if group.group in theirs]
    grants: dict[str, frozenset[Role]] = {}
    for group in here:
        for unit in group.units:
            grants[unit] = grants.get(unit, frozenset()) | set(map(Role, group.roles))
    if not grants:
        raise SignInRefused("no_group")
    return LetIn(
        name,
        subject_of(sign_in.issuer, str(claims["sub"])),
        grants,
        any(group.qualified for group in here),
        read_at=now,
        provider_session=session_of(sign_in.issuer, claims.get("sid")),
        second_reader=any(group.second_reader for group in here),
    )


def listed(said: object) -> list[str]:
    """Return what is said as a list of texts: providers say one thing as itself."""
    many = said if isinstance(said, list) else [said]
    return [one for one in many if isinstance(one, str)]


def session_of(issuer: str, sid: object) -> str:
    """Return what a session at the provider is known by here; "" when it says none."""
    return subject_of(issuer, f"sid {sid}") if isinstance(sid, str) and sid else ""


def session_in(connection: Connection, cookie: str, *, now: datetime) -> str:
    """Return the id of a browser's session, if only it has lain idle; "" when it has ended."""
    session = staff_sessions.c
    mine = select(session.id).where(session.hash == hashed(cookie), session.ends_at > now)
    return connection.execute(mine).scalar_one_or_none() or ""


def go_on(
    connection: Connection,
    who: LetIn,
    *,
    replacing: str,
    silent: bool,
    now: datetime,
    randomness: Randomness = secrets.token_urlsafe,
) -> SignedIn:
    """Open a session for somebody, in place of the browser's session of this id, if there is one.

    The same person's forms go on working. What is asked in silence makes no session longer than it
    was to be. That their roles are others than they were is written down.
    """
    mine = staff_sessions.c.id == replacing
    row = connection.execute(select(staff_sessions).where(mine)).one_or_none()
    if row is None or row.ends_at <= now or row.subject != who.subject:
        if row is not None:
            end(connection, staff_sessions.c.id == replacing, now=now)
        return open_session(connection, who, now=now, randomness=randomness)
    connection.execute(delete(staff_sessions).where(mine))
    before = as_staff(row)
    opened = store(
        connection,
        who,
        now=now,
        ends_at=row.ends_at if silent else now + WHOLE,
        kept=before,
        random=randomness,
    )
    after = opened.staff
    if not (silent and what_they_may(before) == what_they_may(after)):
        kind = audit.Kind.ROLES_CHANGED if silent else audit.Kind.SIGNED_IN
        audit.record(connection, audit.Event(kind, unit=after.unit, actor=after.name), at=now)
    return opened


def what_they_may(staff: Staff) -> tuple[object, ...]:
    return staff.roles, staff.units, staff.qualified, staff.second_reader


def refuse(connection: Connection, *, replacing: str, now: datetime) -> None:
    """Write down that somebody was not let in, and end the session that they had until now."""
    end(connection, staff_sessions.c.id == replacing, now=now)
    audit.record(connection, audit.Event(audit.Kind.SIGN_IN_REFUSED), at=now)


def sign_out_everywhere(
    connection: Connection, *, subject: str, provider_session: str, now: datetime
) -> int:
    """End every session of a person, or of one of their sessions at the provider; return how many.

    That is what the provider asks for when it signs somebody out (back-channel logout).
    """
    # A session without one of them has no empty text there, and so it is never meant by one.
    session = staff_sessions.c
    theirs = or_(session.subject == subject, session.provider_session == provider_session)
    return end(connection, theirs, now=now)


def standing(connection: Connection, staff: Staff, *, now: datetime) -> tuple[Grants, list[Place]]:
    """Return the roles that somebody has, by unit, and where they are signed in, the last first."""
    session = staff_sessions.c
    living = (session.idle_until > now, session.ends_at > now)
    mine = select(staff_sessions).where(session.subject == staff.subject, *living)
    rows = connection.execute(mine.order_by(session.ends_at.desc(), session.id)).all()
    own = next((grants_of(row) for row in rows if row.id == staff.session_id), {})
    places = [
        Place(
            id=row.id,
            since=row.ends_at - WHOLE,
            used_at=row.idle_until - IDLE,
            way="emergency" if row.emergency else "provider" if row.read_at else "link",
            here=row.id == staff.session_id,
        )
        for row in rows
    ]
    return own, places


def sign_out_of(connection: Connection, staff: Staff, session_id: str, *, now: datetime) -> int:
    """End one of one's own sessions, in another browser; return how many that was."""
    session = staff_sessions.c
    theirs = (session.subject == staff.subject) & (session.id == session_id)
    return end(connection, theirs, now=now)


def end(connection: Connection, which: ColumnElement[bool], *, now: datetime) -> int:
    rows = connection.execute(select(staff_sessions).where(which)).all()
    for row in rows:
        connection.execute(delete(staff_sessions).where(staff_sessions.c.hash == row.hash))
        event = audit.Event(audit.Kind.SIGNED_OUT, unit=row.unit, actor=row.name)
        audit.record(connection, event, at=now)
    return len(rows)
