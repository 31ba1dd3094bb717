"""How a report is announced to another system: as a CloudEvent (CloudEvents 1.0, structured JSON).

Its attributes say that something has come, when and to whom, and nothing of what it says. The
report itself is `data`: a compact JWE that only the receiver can open.
"""

import json
import string
from typing import Any

from app.delivery.connector import Envelope

TYPE = "se.skyddsnat.submission.received.v1"
JOSE = "application/jose"
"""What a compact JWE is (RFC 7515, section 9.2.1)."""

COMPACT = f"{string.ascii_letters}{string.digits}-_.".encode("ascii")
"""What a compact JWE is made of (RFC 7516, section 3.1)."""


def event(envelope: Envelope) -> bytes:
    """Return the whole event as it is sent: JSON, in ASCII, without a space.

    `id` is the same however often it is sent: know a repetition by it. ValueError when there is
    nothing sealed to the receiver, since then there is nothing to send.
    """
    facts = json.dumps(announcement(envelope), separators=(",", ":")).encode("ascii")
    # What is sealed is long, and needs no escaping: it is not looked through once more.
    return b'%b,"data":"%b"}' % (facts[:-1], _sealed(envelope))


def announcement(envelope: Envelope) -> dict[str, Any]:
    """Return the event without the report."""
    return {
        "specversion": "1.0",
        "id": str(envelope.submission_id),
        "source": f"/skyddsnat/{envelope.municipality_code}",
        "type": TYPE,
        "time": envelope.received_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "subject": envelope.reference,
        "unit": envelope.unit,
        "form": envelope.form_id,
        "urgent": envelope.urgent,
        "datacontenttype": JOSE,
    }


def _sealed(envelope: Envelope) -> bytes:
    if not envelope.content or envelope.content.translate(None, COMPACT):
        raise ValueError("nothing is sealed to this receiver")
    return envelope.content
