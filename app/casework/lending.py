"""One case lent to another unit until a day: for siblings at two units, the duty line, or SSPF.

What belongs to another unit does not exist, but for what is lent (SoPuL 10 §: access only for what
the task needs). As in `cases`, each is one transaction, and None when the unit has no such case.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.casework import admissions, entries, rights
from app.casework.access import Staff
from app.casework.admission import LENT, Kind, Whom
from app.casework.case import Case, found, require_unchanged, written
from app.casework.cases import LONGEST_NAME, written_words
from app.casework.entries import Said
from app.casework.refusals import StepImpossible
from app.casework.rights import Act
from app.casework.running import Rules
from app.records import audit

Boards = Mapping[str, tuple[str, ...]]
"""The units of the board of each unit, itself among them."""


def lend(  # noqa: PLR0913 - to whom, for what, and how long
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    reason: str,
    whom: Whom,
    kind: Kind,
    days: int,
    boards: Boards,
    now: datetime,
) -> Case | None:
    """Let another unit of the same board, or one person there, have to do with a case.

    It ends by itself when so many days are over, today not counted. Errors as for `cases.note`;
    StepImpossible to the case's own unit, to one of another board (8 kap. 1 § OSL), and to who is
    barred.
    """
    rights.require(staff, Act.ASSIGN)
    words = written_words(reason)
    if kind not in LENT or days < 1 or len(whom.name or "") > LONGEST_NAME:
        raise ValueError("not a way to lend it")
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    if whom.unit == case.unit or whom.unit not in boards.get(case.unit, ()):
        raise StepImpossible("not another unit of this board")
    if any(bar.name == whom.name for bar in case.barred):
        raise StepImpossible("barred from it")
    last = rules.calendar.day(now) + timedelta(days=days)
    until = rules.calendar.at(last + timedelta(days=1), 0)
    admissions.make(connection, case.submission_id, kind, whom, by=staff.name, now=now, until=until)
    about = {"unit": whom.unit, "may": str(kind), "last_day": last.isoformat()}
    named = {"name": whom.name} if whom.name else {}
    said = Said(entries.Kind.LEND, staff.name, now, words={**words, **named, **about})
    return written(connection, rules, case, case, said, audit.Kind.CASE_LENT)


def end(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    which: UUID,
    now: datetime,
) -> Case | None:
    """Take back what is lent: by who leads, or by the one person it is lent to.

    None also where it has ended. NotAllowed for anybody else.
    """
    lent = staff.admission
    if not (lent and lent.id == which and lent.name):
        rights.require(staff, Act.ASSIGN)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    known = {each.id: each for each in admissions.of_case(connection, reference, now=now)}
    one = known.get(which)
    if case is None or one is None or one.kind not in LENT:
        return None
    admissions.end(connection, [which], by=staff.name, now=now)
    words = {"unit": one.unit, **({"name": one.name} if one.name else {})}
    said = Said(entries.Kind.LEND_ENDED, staff.name, now, words=words)
    return written(connection, rules, case, case, said, audit.Kind.CASE_LENT_ENDED)
