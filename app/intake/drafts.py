"""What somebody has typed so far, kept so that nobody but their own browser can read it.

A draft is one row, found and opened by a key out of the browser's cookie. It is gone when it is
handed in, when it is ended, and when its time runs out; once it is handed in the row holds the
receipt and nothing else. A cookie that was forged or has grown old finds nothing, and is told so.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json
from sqlalchemy import (
    Connection,
    LargeBinary,
    Row,
    bindparam,
    delete,
    func,
    select,
    update,
)

from app.crypto import draft_box
from app.crypto.draft_box import DraftKey
from app.errors import AlreadySubmitted, DraftEnded, DraftFull, DraftMissing, SealBroken
from app.receipt import Receipt
from app.storage.changes import Change, Changes
from app.storage.conflict import insert_or_replace
from app.storage.finder import Lookup
from app.storage.tables import drafts

# Made once: to put a statement together costs several times what it costs to run it.
UNDER_KEY = drafts.c.id == bindparam("key")
COLUMNS = (drafts.c.form_id, drafts.c.handed_in, drafts.c.box, drafts.c.expires_at)
BY_KEY = Lookup(drafts.c.id, *COLUMNS)
FIND = select(*COLUMNS).where(UNDER_KEY)
HOLD = FIND.with_for_update()
# The head of a box is new each time that it is closed.
AS_IT_WAS = func.substr(drafts.c.box, 1, draft_box.HEAD) == bindparam("was", type_=LargeBinary)
KEEP = (
    update(drafts)
    .where(UNDER_KEY, AS_IT_WAS)
    .values(box=bindparam("box"), expires_at=bindparam("until"))
)
HAND_IN = KEEP.values(handed_in=True)
ENDED = b""
END = (
    update(drafts)
    .where(UNDER_KEY)
    .values(box=ENDED, handed_in=False, expires_at=bindparam("until"))
)
REMOVE = delete(drafts).where(UNDER_KEY)
SWEEP = delete(drafts).where(drafts.c.expires_at <= bindparam("now"))

ENDED_KEPT = timedelta(minutes=5)
"""How long it is remembered that a draft was left: longer than any request is on its way."""
LARGEST = 2_000_000
"""Octets of a draft: several times what all questions of a form take."""

ENCODER = json.JSONEncoder(separators=(",", ":"))

Typed = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Page id, to input name, to what was typed there, exactly as it was typed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's unfinished form."""

    form_id: str
    form_version: int
    language: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class Found:
    """A draft, and what tells whether it is still as it was found."""

    draft: Draft
    was: bytes


@dataclass(frozen=True, slots=True)
class Changed:
    """What changes a draft, and the head of its row when it has been changed."""

    changes: Changes
    head: bytes


def key(cookie_secret: bytes, form_id: str) -> DraftKey:
    """Return the key of one form's draft. DraftMissing when it can not be a secret of ours."""
    try:
        return draft_box.key(cookie_secret, form_id)
    except SealBroken as forged:
        raise DraftMissing("not a secret of ours") from forged


def start(
    connection: Connection, key: DraftKey, draft: Draft, *, now: datetime, idle: timedelta
) -> None:
    """Keep a new draft, in place of whatever lay under this key. Raises DraftFull."""
    place = place_of(draft.form_id, handed_in=False)
    values = {
        "id": key.id,
        "form_id": draft.form_id,
        "handed_in": False,
        "box": draft_box.close(key, write(draft), place=place),
        "expires_at": now + idle,
    }
    insert_or_replace(connection, drafts, values)


def load(connection: Connection, key: DraftKey, *, now: datetime) -> Draft:
    """Return the draft. DraftMissing when there is none, AlreadySubmitted when it was handed in."""
    return opened(key, connection.execute(FIND, {"key": key.id}).one_or_none(), now=now).draft


def take(connection: Connection, key: DraftKey, *, now: datetime) -> Found:
    """As `load`, and hold the row: nobody else can change the draft in this transaction."""
    return opened(key, connection.execute(HOLD, {"key": key.id}).one_or_none(), now=now)


def change(
    connection: Connection,
    key: DraftKey,
    edit: Callable[[Draft], Draft],
    *,
    now: datetime,
    idle: timedelta,
) -> Draft:
    """Read, edit and keep again in one go, and give the draft its whole time anew.

    Nobody else can change the draft in between, so two tabs never undo each other's pages.
    """
    found = take(connection, key, now=now)
    draft = edit(found.draft)
    changed(key, found, draft, now=now, idle=idle).changes(connection)
    return draft


def changed(
    key: DraftKey, found: Found, draft: Draft, *, now: datetime, idle: timedelta
) -> Changed:
    """Return what keeps a draft in place of the one that was found, if that is still there.

    The draft is given its whole time anew.
    """
    box = draft_box.close(key, write(draft), place=place_of(draft.form_id, handed_in=False))
    values = {"key": key.id, "was": found.was, "box": box, "until": now + idle}
    changes = Changes(Change(KEEP, (values,), certain=True))
    return Changed(changes, box[: draft_box.HEAD])


def replaced_by_receipt(
    key: DraftKey, found: Found, receipt: Receipt, *, until: datetime
) -> Changes:
    """Return what puts the receipt where the draft was, if that is still as it was found.

    Of what was typed nothing is left.
    """
    content = {
        "reference": receipt.reference,
        "received_at": receipt.received_at.isoformat(),
        "form_id": receipt.form_id,
        "language": receipt.language,
    }
    box = draft_box.close(key, dump(content), place=place_of(receipt.form_id, handed_in=True))
    values = {"key": key.id, "was": found.was, "box": box, "until": until}
    return Changes(Change(HAND_IN, (values,), certain=True))


def end(connection: Connection, key: DraftKey, *, now: datetime) -> None:
    """Erase the draft, or the receipt. It is no error when nothing is there.

    For a few minutes a row is left that holds nothing but that it was ended, so that what was on
    its way when the visitor left does not bring the draft back.
    """
    connection.execute(END, {"key": key.id, "until": now + ENDED_KEPT})


def remove(connection: Connection, key: DraftKey) -> None:
    """Take away whatever lies under this key, and leave no sign that it was there."""
    connection.execute(REMOVE, {"key": key.id})


def rekey(connection: Connection, old: DraftKey, new: DraftKey, *, now: datetime) -> None:
    """Move a draft to another key, with the time it has left. A receipt is removed."""
    row = connection.execute(HOLD, {"key": old.id}).one_or_none()
    with suppress(DraftMissing, AlreadySubmitted):
        found = opened(old, row, now=now)
        assert row is not None  # noqa: S101 - then there was no draft to open
        start(connection, new, found.draft, now=now, idle=row.expires_at - now)
    remove(connection, old)


def sweep(connection: Connection, *, now: datetime) -> int:
    """Remove every draft and receipt whose time is out; return how many."""
    return connection.execute(SWEEP, {"now": now}).rowcount


def opened(key: DraftKey, row: Row[*tuple[Any, ...]] | None, *, now: datetime) -> Found:
    """Return the draft in the row that is under its key. Errors as for `load`."""
    if row is None or row.expires_at <= now:
        raise DraftMissing("no draft under this key")
    if row.box == ENDED:
        raise DraftEnded("the draft was left")
    try:
        place = place_of(row.form_id, handed_in=row.handed_in)
        content = undump(draft_box.open_box(key, row.box, place=place))
    except SealBroken as broken:
        raise DraftMissing("the draft does not open") from broken
    if row.handed_in:
        raise AlreadySubmitted(
            Receipt(
                reference=content["reference"],
                received_at=datetime.fromisoformat(content["received_at"]),
                form_id=content["form_id"],
                language=content["language"],
            )
        )
    return Found(read(content), head_of(row))


def head_of(row: Row[*tuple[Any, ...]]) -> bytes:
    """Return what is new in a row each time that its draft is changed."""
    return bytes(row.box[: draft_box.HEAD])


def place_of(form_id: str, *, handed_in: bool) -> str:
    """Return what a box is bound to, so that a receipt is never taken for a draft."""
    return f"{'receipt' if handed_in else 'draft'} {form_id}"


def write(draft: Draft) -> bytes:
    """Return the draft as compact JSON: even a lone surrogate is kept as it was.

    Raises DraftFull when that is more than LARGEST.
    """
    typed = {page: dict(inputs) for page, inputs in draft.typed.items()}
    written = dump({"f": draft.form_id, "v": draft.form_version, "l": draft.language, "t": typed})
    if len(written) > LARGEST:
        raise DraftFull
    return written


def read(content: Mapping[str, Any]) -> Draft:
    """Return the draft that `write` wrote."""
    typed = {
        page: {name: tuple(values) for name, values in inputs.items()}
        for page, inputs in content["t"].items()
    }
    return Draft(content["f"], content["v"], content["l"], typed)


def dump(content: Mapping[str, Any]) -> bytes:
    try:
        return to_json(content)
    except PydanticSerializationError:
        # There is a lone surrogate in it, which has no place in UTF-8.
        return ENCODER.encode(content).encode()


def undump(written: bytes) -> Any:  # noqa: ANN401 - what JSON says
    """Return what `dump` was given."""
    try:
        return from_json(written, cache_strings="keys")
    except ValueError:
        return json.loads(written)
