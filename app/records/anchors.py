"""Anchors: what the audit trail's chain was at a moment, signed, so that its end is held too.

A chain alone can be cut short, or be made anew from some place on by whoever may change the
database. An anchor says how many links there were and what the last of them was; it is signed with
a key that the database does not have, and can be kept where the database's owner does not reach.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from app.crypto import witness
from app.records import chain
from app.storage.tables import audit_anchors

SCHEMA = "skyddsnat/audit-anchor/1"
EVERY = timedelta(hours=1)
LINKS = 10_000
"""After so many links it is due sooner: what is removed one day goes from anchor to anchor."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """How many links there were, what the last was, when, and who signed it."""

    position: int
    hash: bytes
    at: datetime
    key_id: str
    signature: bytes

    def is_genuine(self, keys: Mapping[str, bytes]) -> bool:
        """Tell whether it was signed with one of these public keys, by their ids."""
        public = keys.get(self.key_id)
        said = message(self.position, self.hash, self.at)
        return public is not None and witness.is_signed(public, said, self.signature)

    def line(self) -> str:
        """Return it as one line of JSON, for who keeps it outside."""
        said = facts(self.position, self.hash, self.at)
        signature = base64.b64encode(self.signature).decode("ascii")
        return json.dumps({**said, "key": self.key_id, "signature": signature}, sort_keys=True)


def drop(connection: Connection, *, private: bytes, now: datetime) -> Anchor | None:
    """Sign and store what the chain is now; None when the last anchor says the same already.

    IntegrityError when somebody else does so in the same moment.
    """
    end, last = chain.tail(connection), latest(connection)
    if end.position == (last.position if last else 0):
        return None
    signature = witness.sign(private, message(end.position, end.hash, now))
    key_id = witness.key_id(witness.public_of(private))
    anchor = Anchor(end.position, end.hash, now, key_id, signature)
    connection.execute(
        insert(audit_anchors).inline(),
        {
            "position": anchor.position,
            "hash": anchor.hash,
            "at": anchor.at,
            "key_id": anchor.key_id,
            "signature": anchor.signature,
        },
    )
    return anchor


def latest(connection: Connection) -> Anchor | None:
    """Return the last anchor."""
    asked = select(audit_anchors).order_by(audit_anchors.c.position.desc()).limit(1)
    row = connection.execute(asked).one_or_none()
    return of(row) if row else None


def everyone(connection: Connection) -> list[Anchor]:
    """Return every anchor, in the order of the chain."""
    rows = connection.execute(select(audit_anchors).order_by(audit_anchors.c.position))
    return [of(row) for row in rows]


def read(line: str) -> Anchor:
    """Return the anchor that a line holds. ValueError when it holds none."""
    try:
        said = json.loads(line)
        if said["schema"] != SCHEMA:
            raise ValueError(said["schema"])
        return Anchor(
            position=int(said["count"]),
            hash=bytes.fromhex(said["link"]),
            at=datetime.fromisoformat(said["at"]),
            key_id=str(said["key"]),
            signature=base64.b64decode(said["signature"], validate=True),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError("no anchor") from wrong


def message(position: int, link: bytes, at: datetime) -> bytes:
    """Return what is signed."""
    said = facts(position, link, at)
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def facts(position: int, link: bytes, at: datetime) -> dict[str, str | int]:
    return {"schema": SCHEMA, "count": position, "link": link.hex(), "at": at.isoformat()}


def of(row: Row[Any]) -> Anchor:
    return Anchor(row.position, row.hash, row.at, row.key_id, row.signature)
