"""The bench of `inbox`: our own database, which the reports must really be in."""

import sqlite3
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import insert, select

from app.storage import tables
from tests.connectors import Held, Place

LACKS = {
    "silence": "a database that says nothing is a lock, which `leave` is, or a network that is cut",
    "content": "what was sealed stays where it is",
}


def bench(place: Place) -> "Inbox":
    return Inbox(place)


class Inbox:
    needs = ()

    def __init__(self, place: Place) -> None:
        self.options: dict = {}
        self._database = place.database
        self._lock: sqlite3.Connection | None = None

    def expect(self, envelope) -> None:
        row = {
            "id": envelope.submission_id,
            "reference": envelope.reference,
            "municipality_code": envelope.municipality_code,
            "unit": envelope.unit,
            "form_id": envelope.form_id,
            "form_version": 1,
            "content_hash": "0" * 64,
            "language": "sv",
            "received_at": envelope.received_at,
            "urgent": envelope.urgent,
            "protected": False,
            "key_id": "0" * 32,
            "sealed": b"sealed",
        }
        self._database.write_now(lambda c: c.execute(insert(tables.submissions), row))

    def held(self):
        items = select(tables.inbox_items.c.submission_id)
        found = self._database.read_now(lambda c: c.execute(items).scalars().all())
        return [Held(submission_id, None) for submission_id in found]

    def shown(self):
        items = select(tables.inbox_items)
        return repr(self._database.read_now(lambda c: c.execute(items).all()))

    def leave(self) -> None:
        """Hold the lock on the database, as a backup that has run amok."""
        file = self._database._engines.writing.url.database
        self._lock = sqlite3.connect(file, isolation_level=None)
        self._lock.execute("BEGIN IMMEDIATE")

    def come_back(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def silence(self) -> None:
        raise NotImplementedError(LACKS["silence"])

    def spoil(self, envelope):
        """It is not in the database, which the tests see to: `expect` was not asked."""
        return replace(envelope, submission_id=uuid4())

    def close(self) -> None:
        self.come_back()
