"""A report that is made out of a case, about one of the people in it, and how the two are linked.

It is handed in as what comes in at the door is. That, the step that says that it is done, and the
link by the ids of both are one transaction, or nothing of it. The link opens nothing: who reads the
one has no more of the other than its reference.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select

from app.casework import steps
from app.casework.access import Staff
from app.casework.case import Case
from app.casework.group import acting
from app.casework.group.people import Group, Person
from app.casework.refusals import StepImpossible
from app.casework.running import Rules
from app.errors import SkyddsnatError
from app.runner.process import Step
from app.runner.reports import Report
from app.runner.typed import Typed
from app.storage.asked import Asked
from app.storage.changes import Changes
from app.storage.tables import report_links, submissions


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made out of a case: by which report of its process, about whom."""

    reference: str
    unit: str
    report: str
    whom: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The case that a report was made out of, and by which report of its process."""

    reference: str
    form_id: str
    report: str


@dataclass(frozen=True, slots=True)
class About:
    """What is reported: about whom in which case, and the step that is taken by it."""

    case_id: UUID
    report: Report
    step: Step
    group: Group
    whom: Person


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that is handed in: what stores it, its id, and what the case says of it.

    What becomes of what was written stands in the changes too.
    """

    changes: Changes
    submission_id: UUID
    said: str


class AlreadyMade(SkyddsnatError):
    """Somebody has handed it in already; nothing was written, and nothing is sent twice."""

    status = 409

    def __init__(self, made: Made) -> None:
        super().__init__(made.reference)
        self.made = made


MADE = Asked(
    select(
        submissions.c.reference,
        submissions.c.unit,
        report_links.c.report,
        report_links.c.whom,
        report_links.c.made_by,
        report_links.c.made_at,
    )
    .join(report_links, report_links.c.report_id == submissions.c.id)
    .where(report_links.c.case_id == bindparam("case_id"))
    .order_by(report_links.c.made_at, submissions.c.reference),
    Made,
)
SOURCE = Asked(
    select(submissions.c.reference, submissions.c.form_id, report_links.c.report)
    .join(report_links, report_links.c.case_id == submissions.c.id)
    .where(report_links.c.report_id == bindparam("report_id")),
    Source,
)


def made_of(connection: Connection, case_id: UUID) -> tuple[Made, ...]:
    """Return the reports that were made out of a case and are still there, the first first."""
    return tuple(MADE.all(connection, case_id=case_id))


def source_of(connection: Connection, report_id: UUID) -> Source | None:
    """Return what a report was made out of; None when it was not, or that has been removed."""
    return SOURCE.one(connection, report_id=report_id)


def already(made: tuple[Made, ...], report: Report, whom: Person) -> Made | None:
    """Return the report of this kind about somebody, or whoever is the same; None when none is."""
    theirs = {whom.id, *whom.also}
    return next((each for each in made if each.report == report.id and each.whom in theirs), None)


def hand_in(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    about: About,
    sent: Sent,
    now: datetime,
) -> Case | None:
    """Hand a report in, and say in the case that it is done; None when the unit has no such case.

    AlreadyMade when there is one about the same person. Else errors as for `steps.run_step`, and of
    what is `sent`; StepImpossible for who is too old for it.
    """
    made = already(made_of(connection, about.case_id), about.report, about.whom)
    if made:
        raise AlreadyMade(made)
    if not acting.may_be_owed(about.step, about.whom, rules.calendar.day(now)):
        raise StepImpossible("they are of age")
    case = steps.run_step(
        connection,
        rules=rules,
        staff=staff,
        reference=reference,
        version=version,
        step_id=about.step.id,
        typed=answered(about, sent.said),
        now=now,
        group=about.group,
    )
    if case is None:
        return None
    sent.changes(connection)
    values = {
        "case_id": about.case_id,
        "report": about.report.id,
        "whom": about.whom.id,
        "report_id": sent.submission_id,
        "made_by": staff.name,
        "made_at": now,
    }
    connection.execute(insert(report_links).values(**values))
    return case


def answered(about: About, said: str) -> Typed:
    """Return how the step is answered: about whom, that it is done, and what is said of it."""
    step, report = about.step, about.report
    typed: dict[str, tuple[str, ...]] = {
        step.about: (about.whom.id,),
        report.answer: (report.option,),
    }
    asked = next(field for field in step.fields if field.id == report.answer)
    chosen = next((one for one in getattr(asked, "options", ()) if one.id == report.option), None)
    if chosen and chosen.text:
        typed[f"{report.answer}-{report.option}-text"] = (said,)
    return typed
