"""What somebody had written when their session ran out, kept until they are back.

A box is found and opened by a key out of their browser's cookie, as a draft is: the database gives
it to nobody. It is no part of a case, and is forgotten by itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from app.casework.access import hashed
from app.crypto import draft_box
from app.crypto.draft_box import DraftKey
from app.errors import SealBroken
from app.storage.tables import staff_sessions, unsaved

KEPT = timedelta(hours=8)
PLACE = "unsaved"
LARGEST = 500_000
"""Octets: several times what all fields of a step take."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Who wrote it, in which unit; on which page, and what, by input."""

    subject: str
    unit: str
    path: str
    typed: Mapping[str, tuple[str, ...]]


def key_of(cookie_secret: bytes) -> DraftKey:
    """Return the key that a cookie's secret, of at least 32 octets, gives."""
    return draft_box.key(cookie_secret, PLACE)


def whose(connection: Connection, cookie: str) -> tuple[str, str] | None:
    """Return the subject and the unit of a session, also of one that has run out; None if unknown.

    It lets nobody in: it tells whom something belongs to.
    """
    asked = select(staff_sessions.c.subject, staff_sessions.c.unit)
    row = connection.execute(asked.where(staff_sessions.c.hash == hashed(cookie))).one_or_none()
    return (row.subject, row.unit) if row and row.subject else None


def keep(connection: Connection, key: DraftKey, words: Unsaved, *, now: datetime) -> bool:
    """Keep what was written; false when it is more than `LARGEST`."""
    content = json.dumps(
        {
            "subject": words.subject,
            "unit": words.unit,
            "path": words.path,
            "typed": {name: list(values) for name, values in words.typed.items()},
        }
    ).encode()
    if len(content) > LARGEST:
        return False
    box = draft_box.close(key, content, place=PLACE)
    connection.execute(insert(unsaved).values(id=key.id, box=box, expires_at=now + KEPT))
    return True


def load(connection: Connection, key: DraftKey, *, now: datetime) -> Unsaved | None:
    """Return what is kept under a key; None when there is nothing, or its time is out."""
    mine = select(unsaved).where(unsaved.c.id == key.id, unsaved.c.expires_at > now)
    row = connection.execute(mine).one_or_none()
    if row is None:
        return None
    try:
        content = json.loads(draft_box.open_box(key, row.box, place=PLACE))
    except SealBroken:
        return None
    typed = {name: tuple(values) for name, values in content["typed"].items()}
    return Unsaved(content["subject"], content["unit"], content["path"], typed)


def forget(connection: Connection, key: DraftKey) -> None:
    """Take it away: it has been saved. It is no error when there is nothing."""
    connection.execute(delete(unsaved).where(unsaved.c.id == key.id))
