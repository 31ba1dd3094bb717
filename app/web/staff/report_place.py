"""Where a report about one of the people of a case is written, and what it begins with."""

from dataclasses import dataclass, field
from datetime import date

from fastapi import Request

from app.casework import admissions, reporting, rights, steps
from app.casework.access import Staff
from app.casework.group import acting, people
from app.casework.group.people import Group, Person
from app.casework.group.prefilled import (
    Case,
    Maker,
    Prefilled,
    Sources,
    others_named,
    prefilled,
)
from app.casework.opening import ReadItem
from app.casework.reporting import About, Made
from app.casework.rights import Act
from app.errors import NotAllowed, PageMissing
from app.runner import reading
from app.runner.definition import Page
from app.runner.field import Field
from app.runner.process import Process, Step
from app.runner.reports import Report
from app.runner.typed import Typed
from app.web.http import session
from app.web.shown.views import LinkView
from app.web.staff import case, grouped, linked
from app.web.staff.desk import Desk
from app.web.staff.entry import COOKIE, Place, Written, day_of, now_of
from app.web.staff.long_page import LongPage

READ = "_last"
"""The box to tick: that it has been read."""


@dataclass(frozen=True, slots=True)
class ReportPlace(Place):
    """Where somebody writes a report about one of the people of a case, in one browser."""

    read: ReadItem = field(repr=False)
    process: Process
    about: About
    whom_id: str
    """Whom the address says that it is about: who is another's since was so when it was begun."""

    @property
    def of_case(self) -> str:
        return f"{case.AT}/{self.read.item.reference}"

    @property
    def back(self) -> LinkView:
        """The way back to the people of the case."""
        return LinkView(f"{self.of_case}/{grouped.NAME}", self.desk.t("staff.group.title"))

    @property
    def at(self) -> str:
        return linked.address(self.of_case, self.about.report, self.whom_id)

    @property
    def what(self) -> str:
        return f"{self.form.id} {self.read.item.reference} {self.whom_id}"

    @property
    def own(self) -> Page:
        return read_step(self).page

    @property
    def today(self) -> date:
        return day_of(self, now_of(self))

    @property
    def name(self) -> str:
        """What whom it is about is called in the case."""
        return people.named(self.about.group, self.process)[self.about.whom.id]

    @property
    def answered(self) -> tuple[str, ...]:
        """What the case says already of whether there is such a report about them."""
        about = self.about
        last = about.group.last(about.step.id, about.whom.id)
        said = last.told.get(about.report.answer) if last else None
        return tuple(said["lines"]) if said else ()

    async def made(self) -> Made | None:
        """Return the report that has been made about them already."""
        about = self.about
        found = await self.desk.database.read(lambda c: reporting.made_of(c, about.case_id))
        return reporting.already(found, about.report, about.whom)

    def already(self, made: Made) -> str:
        """Return that somebody else has made the report, and what this one is worth now."""
        t, when = self.desk.t, case.at(self.desk, made.at)
        return t("staff.report.already", reference=made.reference, name=made.by, time=when)

    def hindered(self) -> str:
        """Return why it can not be made now, in words; "" when it can.

        NotAllowed for who may not take the step that says that it is done.
        """
        about, t = self.about, self.desk.t
        by = steps.takers(self.read.entries)
        wrong = steps.hinder(self.process, about.step, self.staff, by)
        if isinstance(wrong, NotAllowed):
            raise wrong
        if about.group.unread:
            return t("staff.report.unread")
        if about.whom.left:
            return t("staff.report.gone")
        if not acting.may_be_owed(about.step, about.whom, self.today):
            return t("staff.report.of_age")
        if wrong or self.read.item.state not in about.step.from_:
            return t("staff.changed.somehow")
        return ""

    def begins(self) -> Prefilled:
        """Return what the report begins with."""
        return prefilled(
            self.about.report, self.form, self.known(), self.about.whom, self.maker(), self.says()
        )

    def known(self) -> Case:
        desk, transcript = self.desk, self.read.transcript
        first = people.begun(self.process, transcript, self.today)
        return Case(
            request=reading.answered(transcript, desk.content.forms, desk.site.language),
            group=self.about.group,
            first={each.id: each.told for each in first},
            labels=labels(desk, self.process, self.about.report),
            today=self.today,
        )

    def says(self) -> Sources:
        """Return where things are from, in words."""
        t, reference = self.desk.t, self.read.item.reference

        def quoted(source: str, question: str, text: str) -> str:
            return str(t("staff.report.quoted", label=source, question=question, text=text))

        return Sources(
            t("staff.report.of_request", reference=reference),
            t("staff.report.of_case", reference=reference),
            quoted,
        )

    def maker(self) -> Maker:
        """Return what the report says of who makes it: at their own unit, wherever they are."""
        desk, home = self.desk, admissions.at_home(self.staff)
        by = home.roles.intersection(self.about.step.roles)
        roles = sorted(desk.t(f"staff.roles.{role}") for role in by)
        known = {
            "name": home.name,
            "unit": f"{desk.municipality.units[home.unit].name}, {desk.municipality.name}",
            "roles": ", ".join(roles),
        }
        return Maker(known, lambda name: phone(desk, name))


@dataclass(frozen=True, slots=True)
class WrittenReport(Written):
    """What is written of somebody in a case: it comes in as it is handed in."""

    here: ReportPlace

    @property
    def day(self) -> date:
        return self.here.today

    @property
    def is_read(self) -> bool:
        """Whether the box is ticked: that it has been read."""
        return not read_step(self.here).read(self.begun.came, today=self.day).problems

    @property
    def wrong(self) -> bool:
        return not self.is_read or bool(self.long_page(judged=True).problems)

    def long_page(self, *, judged: bool) -> LongPage:
        begins, typed = self.here.begins(), self.begun.typed
        same = {
            one.id: begins.sources[one.id]
            for page, one in self.here.form.fields()
            if one.id in begins.sources
            and is_as_it_was(one, typed.get(page.id, {}), begins.typed.get(page.id, {}))
        }
        form, t = self.here.form, self.here.desk.t
        return LongPage(form, typed, self.way(), t, judged, same, whole=True)

    @property
    def named(self) -> tuple[str, ...]:
        """Who of the others in the case it seems to name."""
        said = (" ".join(texts) for page in self.begun.typed.values() for texts in page.values())
        return others_named(self.here.about.group, self.here.about.whom, "\n".join(said))


def is_as_it_was(one: Field, typed: Typed, begun: Typed) -> bool:
    """Tell whether what stands in a field is what it began with."""
    return all(
        typed.get(name, ("",)) == begun.get(name, ("",))
        for name in typed.keys() | begun.keys()
        if one.owns(name)
    )


def read_step(here: ReportPlace) -> Step:
    """Return the box to tick, as a step of the machine's own."""
    box = {
        "kind": "confirmation",
        "id": READ.removeprefix("_"),
        "label": here.about.report.read,
        "required": True,
        "errors": {"missing": here.desk.t("staff.report.read_missing")},
    }
    unused = {"title": "", "button": "", "roles": ["handlaggare"], "from": ["ny"]}
    step = Step.model_validate({"id": "last", **unused, "fields": [box]})
    named = tuple(each.model_copy(update={"id": f"_{each.id}"}) for each in step.fields)
    return step.model_copy(update={"fields": named})


def labels(desk: Desk, process: Process, report: Report) -> dict[str, str]:
    """Return what is asked about somebody: in the list of the request, or in the step that adds."""
    people_of = next(each for each in process.people if each.id == report.of)
    listed = desk.site.forms[process.id].by_field.get(people_of.begins)
    adds = next((step for step in process.steps if step.adds == people_of.id), None)
    asked = (*(adds.fields if adds else ()), *getattr(listed, "fields", ()))
    return {each.id: each.label for each in reversed(asked)}


def phone(desk: Desk, contact_id: str) -> str:
    found = (each.phone for each in desk.municipality.contacts if each.id == contact_id)
    return next(found, "")


async def place(
    request: Request, desk: Desk, staff: Staff, *, reference: str, report_id: str, whom_id: str
) -> ReportPlace:
    """Return where a report about somebody is written. That the case is read is written down first.

    NotAllowed for who may not work with it, NoSuchItem, and PageMissing where there is no such
    report, or nobody was ever there by that id.
    """
    rights.require(staff, Act.WORK)
    read = await grouped.opened(desk, staff, reference)
    process = desk.rules.processes.get(read.item.form_id)
    found = [each for each in process.reports if each.id == report_id] if process else []
    if process is None or not found or found[0].form not in desk.to_enter:
        raise PageMissing
    [report] = found
    group = grouped.group_of(desk, process, read)
    step, whom = process.step(report.step), who(group, report, whom_id)
    if step is None or whom is None:
        raise PageMissing
    return ReportPlace(
        desk,
        staff,
        desk.to_enter[report.form].form,
        session.secret_of(request, COOKIE, secure=desk.secure),
        read,
        process,
        About(read.row["id"], report, step, group, whom),
        whom_id,
    )


def who(group: Group, report: Report, whom_id: str) -> Person | None:
    """Return whom an address means: also one who is the same as another now, or has left."""
    those = [each for each in group.people if each.sort == report.of]
    same = (each for each in those if whom_id in each.also and not each.left)
    there = (each for each in those if each.id == whom_id)
    return next(iter((*same, *there)), None)
