"""Bar somebody from a case, oneself or another, and lift it, which takes two persons.

As in `cases`, each is one transaction, and None when the unit has no such case.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.casework import admissions, entries, rights
from app.casework.access import Staff
from app.casework.admission import Kind, Whom
from app.casework.bars import Bar
from app.casework.case import Case, found, require_unchanged, written
from app.casework.cases import LONGEST_NAME, written_words
from app.casework.entries import Said
from app.casework.refusals import StepImpossible
from app.casework.rights import Act
from app.casework.running import Rules
from app.records import audit
from app.runner.process import NEW, TAKEN
from app.storage.columns import NEVER


def recuse(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    reason: str,
    now: datetime,
) -> Case | None:
    """Say that oneself has jäv (18 § förvaltningslagen). Errors as for `cases.note`.

    From then on the case does not exist to them; if they had it, it is for anybody to take.
    """
    rights.require(staff, Act.WORK)
    words = written_words(reason)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    after = without(case, Bar(staff.name, staff.name, staff.subject))
    said = Said(entries.Kind.BAR, staff.name, now, words={"name": staff.name, **words})
    return written(connection, rules, case, after, said, audit.Kind.CASE_BARRED)


def bar(  # noqa: PLR0913 - who, and whether there are exceptions
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    name: str,
    reason: str,
    never: bool = False,
    now: datetime,
) -> Case | None:
    """Say that somebody else has jäv. Errors as for `cases.assign` and `cases.note`.

    `never`: they can not let themselves in to it in an emergency either (`emergencies`).
    """
    rights.require(staff, Act.ASSIGN)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError("a name is needed, and a short one")
    words = {**written_words(reason), **({"never": True} if never else {})}
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    after = without(case, Bar(name, staff.name))
    if never:
        admissions.make(
            connection,
            case.submission_id,
            Kind.NEVER,
            Whom(case.unit, name),
            by=staff.name,
            now=now,
            until=NEVER,
        )
    said = Said(entries.Kind.BAR, staff.name, now, words={"name": name, **words})
    return written(connection, rules, case, after, said, audit.Kind.CASE_BARRED)


def lift(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    name: str,
    now: datetime,
) -> Case | None:
    """Ask that somebody be let in again; it is done when another who may assign asks it too.

    Changed as for `cases.give_back`; StepImpossible when nobody of that name is barred, or it is
    asked twice by one person.
    """
    rights.require(staff, Act.ASSIGN)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    mine = next((each for each in case.barred if each.name == name), None)
    if mine is None:
        raise StepImpossible("nobody of that name is barred")
    if mine.lift_by == staff.name:
        raise StepImpossible("it takes somebody else")
    others = tuple(each for each in case.barred if each is not mine)
    first = not mine.lift_by
    if not first:
        made = admissions.of_case(connection, reference, now=now)
        theirs = [each.id for each in made if each.name == name and each.unit == case.unit]
        admissions.end(connection, theirs, by=staff.name, now=now)
    left = (*others, replace(mine, lift_by=staff.name)) if first else others
    kind = entries.Kind.LIFT_ASKED if first else entries.Kind.LIFT
    event = audit.Kind.CASE_LIFT_ASKED if first else audit.Kind.CASE_LIFTED
    said = Said(kind, staff.name, now, words={"name": name})
    return written(connection, rules, case, replace(case, barred=left), said, event)


def without(case: Case, who: Bar) -> Case:
    """Return a case as it is when somebody may have nothing to do with it."""
    others = tuple(each for each in case.barred if each.name != who.name)
    barred = replace(case, barred=(*others, who))
    if case.owner != who.name:
        return barred
    state = NEW if case.state == TAKEN else case.state
    return replace(barred, owner=None, taken_at=None, state=state)
