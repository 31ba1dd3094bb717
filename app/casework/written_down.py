"""A report that staff are writing down: kept while they write, and where it came to when it is in.

A box in the table of what is not saved yet, found and opened by a key out of their browser's cookie
and of who they are: nobody else at the same browser finds it, and the database gives it to nobody.
Once it is handed in the same box holds its reference and nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, LargeBinary, bindparam, func, select, update

from app.casework.access import Staff
from app.crypto import draft_box
from app.crypto.draft_box import DraftKey
from app.errors import SealBroken
from app.storage.changes import Change, Changes
from app.storage.conflict import insert_or_replace
from app.storage.tables import inbox_items, submissions, unsaved

KEPT = timedelta(hours=8)
PLACE = "written down"
AS_IT_WAS = func.substr(unsaved.c.box, 1, draft_box.HEAD) == bindparam("was", type_=LargeBinary)
REPLACE = (
    update(unsaved)
    .where(unsaved.c.id == bindparam("key"), AS_IT_WAS)
    .values(box=bindparam("closed"), expires_at=bindparam("until"))
)

Inputs = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Begun:
    """What is written so far: `typed` by page, and by input what is said of how it came.

    With a `reference` it is handed in, and nothing of it is left here.
    """

    began_at: datetime
    typed: Mapping[str, Inputs] = field(default_factory=dict, repr=False)
    came: Inputs = field(default_factory=dict, repr=False)
    reference: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What is written, and what tells whether it is still as it was found."""

    begun: Begun
    was: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """Where a report that was written down has come: its unit, and whether it is in the queue."""

    unit: str
    received_at: datetime
    arrived: bool


def key_of(cookie_secret: bytes, staff: Staff, form_id: str) -> DraftKey:
    """Return the key of what one person writes down on one form, at the unit in view."""
    return draft_box.key(cookie_secret, f"{PLACE} {staff.unit} {staff.subject} {form_id}")


def load(connection: Connection, key: DraftKey, *, now: datetime) -> Found | None:
    """Return what is kept under a key; None when there is nothing, or its time is out."""
    mine = select(unsaved.c.box).where(unsaved.c.id == key.id, unsaved.c.expires_at > now)
    box = connection.execute(mine).scalar_one_or_none()
    if box is None:
        return None
    try:
        content = json.loads(draft_box.open_box(key, box, place=PLACE))
    except SealBroken:
        return None
    typed = {page: inputs_of(inputs) for page, inputs in content["typed"].items()}
    began_at = datetime.fromisoformat(content["began_at"])
    saved_at = datetime.fromisoformat(content["saved_at"]) if content["saved_at"] else None
    begun = Begun(began_at, typed, inputs_of(content["came"]), content["reference"], saved_at)
    return Found(begun, head_of(box))


def start(connection: Connection, key: DraftKey, begun: Begun, *, now: datetime) -> bytes:
    """Keep it in place of whatever lay under this key; return what tells that it is unchanged."""
    box = closed(key, begun)
    insert_or_replace(connection, unsaved, {"id": key.id, "box": box, "expires_at": now + KEPT})
    return head_of(box)


def changed(key: DraftKey, was: bytes, begun: Begun, *, now: datetime) -> tuple[Changes, bytes]:
    """Return what keeps it in place of what was found, if that is still there; and its new head."""
    box = closed(key, begun)
    values = {"key": key.id, "was": was, "closed": box, "until": now + KEPT}
    return Changes(Change(REPLACE, (values,), certain=True)), head_of(box)


def handed(connection: Connection, staff: Staff, reference: str) -> Handed | None:
    """Return where a report that this person has written down is; None when they have none such."""
    found = (
        select(submissions.c.unit, submissions.c.received_at, inbox_items.c.submission_id)
        .outerjoin(inbox_items, inbox_items.c.submission_id == submissions.c.id)
        .where(submissions.c.reference == reference, submissions.c.entered_by == staff.name)
    )
    row = connection.execute(found).one_or_none()
    return Handed(row.unit, row.received_at, row.submission_id is not None) if row else None


def closed(key: DraftKey, begun: Begun) -> bytes:
    content = {
        "began_at": begun.began_at.isoformat(),
        "typed": {page: as_lists(inputs) for page, inputs in begun.typed.items()},
        "came": as_lists(begun.came),
        "reference": begun.reference,
        "saved_at": begun.saved_at.isoformat() if begun.saved_at else "",
    }
    return draft_box.close(key, json.dumps(content).encode(), place=PLACE)


def head_of(box: bytes) -> bytes:
    """Return what is new in a box each time that it is closed."""
    return bytes(box[: draft_box.HEAD])


def as_lists(inputs: Inputs) -> dict[str, list[str]]:
    return {name: list(values) for name, values in inputs.items()}


def inputs_of(content: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in content.items()}
