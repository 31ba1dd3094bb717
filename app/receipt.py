"""What the citizen keeps: that we received the report, and nothing of what it said."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A reference that can be read aloud, when we received it (aware UTC), and in which form."""

    reference: str
    received_at: datetime
    form_id: str
    language: str
