"""What the pages of the log's review receive, and how it is said: nothing of what any case says."""

from dataclasses import dataclass

from app.casework import rights
from app.casework.access import Staff
from app.casework.marks import Chosen, Mark, Verdict
from app.casework.months import Month
from app.casework.reviewing import Decided
from app.casework.rights import Act
from app.web.shown import words
from app.web.shown.views import ErrorLink, FieldView, LinkView
from app.web.staff.desk import Desk
from app.web.staff.views import ActionView, TabView

AT = "/inkorg/granskning"
MOST = 50
LEFT, FOLLOWED, ALL = "kvar", "foljs-upp", "alla"


@dataclass(frozen=True, slots=True)
class MonthRowView:
    """A month that is over; `readings` and `chosen` are "" until it is drawn."""

    href: str
    name: str
    readings: str
    chosen: str
    state: str
    late: bool


@dataclass(frozen=True, slots=True)
class MonthsView:
    """The months that are over, the last first."""

    months: tuple[MonthRowView, ...]
    next: str
    log: str
    """Where the log is asked, for who may."""
    kept: LinkView | None
    """The way back to what was written when the session ran out."""


@dataclass(frozen=True, slots=True)
class ChosenView:
    """A reading to review. `said` is what stands of it, "" when nothing does."""

    number: str
    href: str
    at: str
    who: str
    reference: str
    times: str
    why: tuple[str, ...]
    said: str
    own: bool


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month's review. `draw` is there until it is drawn, `sign` when all has been reviewed.

    `fine` is None when there is none in view of which it can be said.
    """

    title: str
    state: str
    drawn: bool
    lead: str
    draw: ActionView | None
    sign: ActionView | None
    fine: ActionView | None
    only_own: bool
    """What is left is what the reader has read themselves: somebody else is needed."""
    tabs: tuple[TabView, ...]
    readings: tuple[ChosenView, ...]
    next: str
    back: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """What a reviewer said, and the lines that they wrote, if any."""

    said: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingPageView:
    """One reading, and room to say something of it."""

    reading: ChosenView
    marks: tuple[MarkView, ...]
    say: ActionView
    sentence: FieldView
    errors: tuple[ErrorLink, ...]
    kept: str
    back: str
    month: str


def month_row(desk: Desk, month: Month) -> MonthRowView:
    t = desk.t
    state = "signed" if month.signed_at else "left" if month.drawn_at else "not_drawn"
    by = at(desk, month)
    left = month.chosen - month.marked
    return MonthRowView(
        href=f"{AT}/{month.name}",
        name=name_in_words(desk, month.name),
        readings=str(month.readings) if month.drawn_at else "",
        chosen=str(month.chosen) if month.drawn_at else "",
        state=t(f"staff.review.{state}", name=month.signed_by, time=by, count=left),
        late=not month.signed_at,
    )


def at(desk: Desk, month: Month) -> str:
    zone = desk.municipality.zone
    return words.moment(month.signed_at.astimezone(zone), desk.t) if month.signed_at else ""


def name_in_words(desk: Desk, month: str) -> str:
    year, number = month.split("-")
    return f"{desk.t(f'dates.months.{int(number)}')} {year}"


def month_view(
    desk: Desk, staff: Staff, month: Month, found: list[Chosen], *, tab: str, after: str
) -> MonthView:
    t, review = desk.t, decided(desk)
    here, last = f"{AT}/{month.name}", id_of(after)
    tab = tab if tab in {LEFT, FOLLOWED, ALL} else LEFT
    shown = [each for each in found if belongs(each, tab)]
    later = [each for each in shown if each.event_id > last]
    more = f"{here}?visa={tab}&efter={later[MOST - 1].event_id}" if len(later) > MOST else ""
    row = month_row(desk, month)
    left = [each for each in found if not each.marks]
    second = not rights.may(staff, Act.REVIEW_LOG)
    can_say = any(not each.marks and each.actor != staff.name for each in later[:MOST])
    can_sign = bool(month.drawn_at) and not month.signed_at and month.marked >= month.chosen
    return MonthView(
        title=t("staff.review.month", month=row.name),
        state=row.state,
        drawn=bool(month.drawn_at),
        lead=t(
            "staff.review.lead_second" if second else "staff.review.lead",
            number=review.share,
            least=review.least,
            total=month.readings,
            count=month.chosen,
        ),
        draw=None if month.drawn_at or second else ActionView(f"{here}/dra", desk.token(staff)),
        sign=ActionView(f"{here}/klar", desk.token(staff)) if can_sign else None,
        fine=ActionView(here, desk.token(staff)) if can_say else None,
        only_own=bool(left) and all(each.actor == staff.name for each in left),
        tabs=tuple(
            TabView(f"{here}?visa={each}", t(f"staff.review.tab_{name}"), current=each == tab)
            for each, name in ((LEFT, "left"), (FOLLOWED, "followed"), (ALL, "all"))
        ),
        readings=tuple(chosen_view(desk, staff, here, each) for each in later[:MOST]),
        next=more,
        back=AT,
    )


def belongs(each: Chosen, tab: str) -> bool:
    if tab == ALL:
        return True
    return each.verdict is (None if tab == LEFT else Verdict.FOLLOW_UP)


def chosen_view(desk: Desk, staff: Staff, here: str, each: Chosen) -> ChosenView:
    t = desk.t
    last = each.marks[-1] if each.marks else None
    none = t("staff.review.searches") if each.searches else t("staff.review.no_case")
    return ChosenView(
        number=str(each.event_id),
        href=f"{here}/{each.event_id}",
        at=words.stamp(each.at.astimezone(desk.municipality.zone), t),
        who=each.actor,
        reference=each.reference or none,
        times=str(each.times),
        why=tuple(t(f"staff.review.why.{why}") for why in each.why),
        said=mark_in_words(desk, last) if last else "",
        own=each.actor == staff.name,
    )


def mark_in_words(desk: Desk, mark: Mark) -> str:
    time = words.stamp(mark.at.astimezone(desk.municipality.zone), desk.t)
    return desk.t(f"staff.review.said_{mark.verdict}", name=mark.author, time=time)


def id_of(text: str) -> int:
    """Return an event's id as it is posted; one that no event has for none."""
    known = text.isascii() and text.isdecimal() and len(text) <= len(str(2**62))
    return int(text) if known else -1


def decided(desk: Desk) -> Decided:
    """Return what the municipality has decided of the review."""
    chosen = desk.municipality.casework.review
    return Decided(chosen.share, chosen.least, chosen.hours or desk.municipality.inbox.open)
