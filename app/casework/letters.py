"""That a letter or a list was made, for whom and with whom named in it: written before it is shown.

Which letters there are stands in `forms/processes`, and what each says is made of the case as it is
then (`group.letters`); neither is stored. As in `cases`, it is one transaction, and None when the
unit has no such case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from app.casework import entries, rights
from app.casework.access import Staff
from app.casework.case import Case, found, require_unchanged, written
from app.casework.entries import Said
from app.casework.rights import Act
from app.casework.running import Rules
from app.records import audit


@dataclass(frozen=True, slots=True)
class Made:
    """One that was made: `letter` is its id, and `to` who gets it, by id or role, called `name`.

    `about` are those that it names, `purposes` the consents without which it would not be.
    """

    letter: str
    to: str
    name: str = field(repr=False)
    about: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


def make(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    made: Iterable[Made],
    now: datetime,
) -> Case | None:
    """Write down that letters are made of a case as it was when it was read.

    Changed when more has been done with it since than to make letters: somebody may have taken back
    their yes. The version of the case is then another, but nothing that is written elsewhere waits
    for that.
    """
    rights.require(staff, Act.WORK)
    rights.require(staff, Act.EXPORT)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    for one in made:
        words = {
            "letter": one.letter,
            "to": one.to,
            "name": one.name,
            "about": [*one.about],
            "purposes": [*one.purposes],
        }
        said = Said(entries.Kind.LETTER, staff.name, now, one.letter, words)
        case = written(connection, rules, case, case, said, audit.Kind.CASE_LETTER)
    return case
