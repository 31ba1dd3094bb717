"""How a report is announced to another system: as a CloudEvent (CloudEvents 1.0, structured JSON).

Its attributes say that something has come, when and to whom, and nothing of what it says. The
report itself is `data`: a compact JWE that only the receiver can open.
"""

from typing import Any

from app.delivery.connector import Envelope

TYPE = "se.skyddsnat.submission.received.v1"
JOSE = "application/jose"
"""What a compact JWE is (RFC 7515, section 9.2.1)."""


def event(envelope: Envelope) -> dict[str, Any]:
    """Return the whole event. `id` is the same however often it is sent: know a repetition by it.

    ValueError when there is nothing sealed to the receiver, since then there is nothing to send.
    """
    if envelope.content is None:
        raise ValueError("nothing is sealed to this receiver")
    return {**announcement(envelope), "data": envelope.content.decode("ascii")}


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
