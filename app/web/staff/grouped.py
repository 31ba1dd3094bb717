"""The people that a case is about, on one page: who they are, and what they have said yes to.

That it is opened is written down before anything of it is shown, as for the case itself.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Response

from app import references
from app.casework import opening, reporting, rights
from app.casework.access import Staff
from app.casework.group import acting, invited, people
from app.casework.group.born import ADULT
from app.casework.group.consent import Missing, Why
from app.casework.group.people import Group, Person
from app.casework.opening import ReadItem
from app.casework.reporting import Made
from app.casework.rights import Act
from app.errors import PageMissing
from app.runner import people_faults
from app.runner.amounts import span
from app.runner.fields.options import Option, OptionsField
from app.runner.people import People
from app.runner.process import Process, Step
from app.web.shown.views import LinkView, RowView
from app.web.staff import case, linked, old_purposes, onward, tabs
from app.web.staff.desk import AtDesk, Desk, SignedInTo
from app.web.staff.views import TabView

router = APIRouter()
NAME = "gruppen"


@dataclass(frozen=True, slots=True)
class PersonView:
    """One of the people: what is known, what is allowed today or missing, what can be done."""

    name: str
    rows: tuple[RowView, ...]
    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class SortView:
    """All of one sort of people; `add` leads to where one more is told of."""

    title: str
    people: tuple[PersonView, ...]
    add: LinkView | None


@dataclass(frozen=True, slots=True)
class GroupPageView:
    """The people of a case. `unread` is whether something of them cannot be opened."""

    reference: str
    tabs: tuple[TabView, ...]
    sorts: tuple[SortView, ...]
    unread: bool
    back: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A group, and by what it is shown: `possible` are the steps that may be taken now."""

    desk: Desk
    process: Process
    group: Group
    possible: tuple[Step, ...]
    at: str
    today: date
    made: tuple[Made, ...] = ()
    """What has been reported about them from the case."""


@router.get(f"/inkorg/arenden/{{reference}}/{NAME}")
async def show_group(desk: AtDesk, staff: SignedInTo, reference: str) -> Response:
    """Who the case is about, what they have said yes to and what is missing.

    PageMissing where the process of its form has no people.
    """
    rights.require(staff, Act.WORK)
    read = await opened(desk, staff, reference)
    process = desk.rules.processes.get(read.item.form_id)
    if process is None or not process.people:
        raise PageMissing
    made = await desk.database.read(lambda c: reporting.made_of(c, read.row["id"]))
    seen = replace(looked(desk, staff, process, read), made=made)
    view = GroupPageView(
        reference=read.item.reference,
        tabs=tabs.bar(process, staff, read.item.reference, "people"),
        sorts=tuple(sort_view(seen, sort) for sort in process.people),
        unread=seen.group.unread,
        back=seen.at,
    )
    title = f"{desk.t('staff.group.title')} {view.reference}"
    return desk.page("staff/group.html", title=title, staff=staff, group=view)


def looked(desk: Desk, staff: Staff, process: Process, read: ReadItem) -> Looked:
    """Return the group of a case that has been opened, and what may be done with it now."""
    return Looked(
        desk,
        process,
        group_of(desk, process, read),
        tuple(onward.possible(desk, process, read, staff)),
        f"{case.AT}/{read.item.reference}",
        desk.rules.calendar.day(desk.clock.now()),
    )


async def of_case(desk: Desk, staff: Staff, reference: str) -> Group:
    """Return who a case is about. That it is read is written down first; NoSuchItem."""
    read = await opened(desk, staff, reference)
    process = desk.rules.processes[read.item.form_id]
    return group_of(desk, process, read)


async def opened(desk: Desk, staff: Staff, reference: str) -> ReadItem:
    return await opening.read_item(
        desk.database,
        rules=desk.rules,
        staff=staff,
        reference=references.parse(reference) or "",
        keys=desk.keys,
        clock=desk.clock,
    )


def group_of(desk: Desk, process: Process, read: ReadItem) -> Group:
    calendar = desk.rules.calendar
    on = calendar.day(read.item.received_at)
    return people.gathered(
        process, read.transcript, read.entries, received_on=on, calendar=calendar
    )


def sort_view(looked: Looked, sort: People) -> SortView:
    adds = next((step for step in looked.possible if step.adds == sort.id), None)
    elsewhere = {name for tab in looked.process.tabs for name in tab.steps}
    here = {step.id for step in looked.possible} - elsewhere
    named = people.named(looked.group, looked.process)
    return SortView(
        title=sort.many,
        people=tuple(
            PersonView(
                named[one.id],
                (
                    *rows(looked, sort, one, named),
                    *owed(looked, one),
                    *linked.of_person(looked.desk, looked.process, looked.made, one),
                    *consents(looked, sort, one, named),
                ),
                (*reports(looked, one), *links(looked, one, here)),
            )
            for one in looked.group.of(sort.id)
        ),
        add=LinkView(f"{looked.at}/steg/{adds.id}", adds.title) if adds else None,
    )


def rows(looked: Looked, sort: People, one: Person, named: dict[str, str]) -> Iterator[RowView]:
    """Yield what is known of somebody: how old they may be today, and what was answered."""
    t = looked.desk.t
    if sort.born:
        yield RowView(t("staff.group.age"), (age(looked, one),))
    asked = next((step for step in looked.process.steps if step.adds == sort.id), None)
    for field in asked.fields if asked else ():
        if field.id == sort.guardians:
            yield RowView(field.label, tuple(named[who] for who in one.guardians if who in named))
        elif field.kind == "age" and one.born:
            continue  # It is how old they were when it was said.
        elif field.id in one.told and field.id != sort.name:
            yield RowView(field.label, tuple(one.told[field.id]["lines"]))


def owed(looked: Looked, one: Person) -> Iterator[RowView]:
    """Yield what must have been said of somebody before the case can end: that it is, or not."""
    t = looked.desk.t
    left = acting.unanswered(looked.process, looked.group, looked.today)
    for step in looked.process.owed:
        if (step.id, one.id) in looked.group.taken:
            yield RowView(step.title, (t("staff.group.answered"),))
        elif (step, one) in left:
            yield RowView(step.title, (t("staff.group.unanswered"),))


def age(looked: Looked, one: Person) -> str:
    """Return how old somebody may be today, and whether they are or may be of age."""
    t, ages = looked.desk.t, one.born.ages(looked.today) if one.born else range(0)
    if not ages:
        return str(t("staff.group.age_unknown"))
    least, most = ages[0], ages[-1]
    number = span(least, most)
    if least >= ADULT:
        return str(t("staff.group.adult", number=number))
    perhaps = most >= ADULT
    return str(t("staff.group.perhaps_adult" if perhaps else "staff.group.years", number=number))


def consents(looked: Looked, sort: People, one: Person, named: dict[str, str]) -> Iterator[RowView]:
    """Yield every purpose that may be allowed for somebody: that it is, or what is missing.

    Only how many are, where a tab of their own tells which.
    """
    t = looked.desk.t
    said = {each.label: stand(looked, each.id, one, named) for each in purposes(looked, sort, one)}
    if said and any(tab.shows == "consents" for tab in looked.process.tabs):
        yes = [*said.values()].count((t("staff.group.allowed"),))
        many = t("staff.group.yes", count=yes, number=len(said))
        yield RowView(t("staff.group.consents"), (many,))
    else:
        yield from (RowView(label, lines) for label, lines in said.items())
    asks = looked.process.consents and not looked.group.unread
    if asks and looked.process.invitations and not sort.guardians:
        missing = invited.hinders(looked.process, looked.group, one, on=looked.today)
        may = lacks(looked.desk, missing, named) or (t("staff.group.allowed"),)
        yield RowView(t("staff.group.invited"), may)
    yield from old_purposes.rows(t, looked.process, looked.group, one)


def purposes(looked: Looked, sort: People, one: Person) -> Iterator[Option]:
    """Yield the purposes that may be allowed for somebody, as they are now; none while unread.

    What is everybody's own is the guardians': nobody is told of a young person by it.
    """
    says, asked = looked.process.consents, people_faults.consent_question(looked.process)
    if says is None or not isinstance(asked, OptionsField) or looked.group.unread:
        return
    days = invited.days(looked.process, looked.group, looked.today)
    of_age = any(invited.may_be_of_age(one, day) for day in days)
    for option in asked.options:
        own = option.id in says.own
        if own != bool(sort.guardians) and (of_age or option.id not in says.adults):
            yield option


def stand(looked: Looked, purpose: str, one: Person, named: Mapping[str, str]) -> tuple[str, ...]:
    """Return that a purpose is allowed for somebody, or what is missing, in words.

    Today, and on the day of the meeting: they may have come of an age when they are asked too.
    """
    t = looked.desk.t
    for day in invited.days(looked.process, looked.group, looked.today):
        missing = acting.lacking(looked.process, looked.group, purpose, one, on=day)
        if missing and day >= looked.today:
            later = () if day == looked.today else (t("staff.group.not_on_the_day"),)
            return (*later, *lacks(looked.desk, missing, named))
    return (t("staff.group.allowed"),)


def lacks(desk: Desk, missing: Iterable[Missing], named: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is missing, in words: a line for each reason, with everybody whom it is about."""
    by_reason: dict[Why, list[str]] = {}
    for each in missing:
        by_reason.setdefault(each.why, []).append(named.get(each.who, ""))
    t = desk.t
    return tuple(t(f"staff.group.{why}", name=", ".join(who)) for why, who in by_reason.items())


def reports(looked: Looked, one: Person) -> Iterator[LinkView]:
    """Yield what may be reported about somebody now, and has not been."""
    steps = {step.id: step for step in looked.possible}
    for report in looked.process.reports:
        step = steps.get(report.step)
        if step is None or one.sort != report.of or report.form not in looked.desk.to_enter:
            continue
        made = reporting.already(looked.made, report, one)
        if not made and acting.may_be_owed(step, one, looked.today):
            yield LinkView(linked.address(looked.at, report, one.id), report.title)


def links(looked: Looked, one: Person, those: Container[str]) -> Iterator[LinkView]:
    """Yield which of some steps, by their ids, may be taken now about somebody."""
    for step in looked.possible:
        if step.id not in those:
            continue
        asked = next((field for field in step.fields if field.id == step.about), None)
        if asked is None or one.sort not in getattr(asked, "of", ()):
            continue
        if step.needs and any(
            acting.lacking(looked.process, looked.group, purpose, one, on=looked.today)
            for purpose in step.needs
        ):
            continue
        if step.invites and invited.hinders(looked.process, looked.group, one, on=looked.today):
            continue
        title = looked.desk.t("staff.group.put_right") if step.adds else step.title
        yield LinkView(f"{looked.at}/steg/{step.id}?vem={one.id}", title)
