"""Who may not have to do with a case: jäv (16–17 §§ förvaltningslagen), as it is stored with it.

To whoever is barred the case does not exist, as another unit's does not.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from app.casework.access import Staff
from app.casework.admission import Kind


@dataclass(frozen=True, slots=True)
class Bar:
    """One person who is barred, and who said so; `lift_by` is who has asked that they no longer be.

    `subject` tells people of one name apart, where the person said it themselves.
    """

    name: str
    by: str
    subject: str = ""
    lift_by: str = ""

    def is_of(self, staff: Staff) -> bool:
        same = bool(self.subject) and self.subject == staff.subject
        return same or self.name == staff.name


def read(stored: str | None) -> tuple[Bar, ...]:
    """Return the bars of a case, out of its column."""
    return tuple(Bar(**each) for each in json.loads(stored)) if stored else ()


def written(bars: Iterable[Bar]) -> str | None:
    """Return bars as they are stored; None for none."""
    kept = [asdict(each) for each in bars]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else None


def exists_for(staff: Staff, reference: str, bars: Iterable[Bar]) -> bool:
    """Tell whether a case of the unit in view, that has these bars, exists to somebody.

    Whoever has been let in to one case has that one and no other.
    """
    let_in = staff.admission
    if let_in and let_in.reference != reference:
        return False
    in_emergency = let_in is not None and let_in.kind is Kind.EMERGENCY
    return in_emergency or not is_barred(bars, staff)


def is_barred(bars: Iterable[Bar], staff: Staff) -> bool:
    return any(bar.is_of(staff) for bar in bars)
