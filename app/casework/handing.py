"""A whole case handed over to another system: what is sent, and that it is.

It is sealed to that system's own key, as every report that leaves us is, and carried by the relay.
The destination has had nothing of it before: a receiver knows what it has by the report's id.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from app.casework import rights, whole
from app.casework.access import Staff
from app.casework.case import Case
from app.casework.opening import ReadItem
from app.casework.refusals import StepImpossible
from app.casework.rights import Act
from app.errors import NotARecipient
from app.records import audit, outbox
from app.runner.hand_over import filled
from app.storage.tables import submissions

Sealer = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Handing:
    """A case sealed to a destination, as it was in a version."""

    destination: str
    version: int
    content: bytes = field(repr=False)


def sealed(read: ReadItem, destination: str, seal: Sealer) -> Handing:
    """Return a case sealed to a destination. NotARecipient when some of it can not be read."""
    if any(entry.fault for entry in read.entries):
        raise NotARecipient("an entry can not be unsealed")
    return Handing(destination, read.item.version, seal(filled(whole.document(read))))


def send(
    connection: Connection, case: Case, handing: Handing | None, *, staff: Staff, now: datetime
) -> None:
    """Queue a case for where it is handed over, in the caller's transaction.

    NotAllowed for who may not take anything out of the house. StepImpossible when there is nothing
    to send, when it is not the case as it is now, or when the receiver has had it before.
    """
    rights.require(staff, Act.EXPORT)
    if handing is None or handing.version != case.version:
        raise StepImpossible("it is not what was sealed")
    mine = submissions.c.id == case.submission_id
    names = connection.execute(select(submissions.c.destinations).where(mine)).scalar() or "inbox"
    if handing.destination in names.split():
        raise StepImpossible("the receiver has had it")
    outbox.put(connection, case.submission_id, {handing.destination: handing.content}, now=now)
    now_named = f"{names} {handing.destination}"
    connection.execute(update(submissions).where(mine).values(destinations=now_named))
    kind = audit.Kind.CASE_HANDED_OVER
    event = audit.Event(kind, case.submission_id, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
