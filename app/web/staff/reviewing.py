"""The review of the log, month by month: what to look at, why, and what reviewers say of each.

It tells who, when, how often and which case; nothing of what any of it says (SoPuL 10 §).
"""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import IntegrityError

from app.casework import marks, months, reviewing, rights
from app.casework.access import Staff
from app.casework.cases import LONGEST_NOTE
from app.casework.marks import Chosen, Verdict
from app.casework.months import Month
from app.casework.refusals import MonthNotOver, NotAllMarked, OwnReading
from app.casework.rights import Act
from app.errors import NoSuchItem, PageMissing
from app.runner.fields.long_text import LongTextField
from app.runner.typed import clean
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.shown.views import FieldView, LinkView
from app.web.staff import kept
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.errors import error_view
from app.web.staff.review_views import (
    AT,
    LEFT,
    MarkView,
    MonthsView,
    ReadingPageView,
    chosen_view,
    decided,
    id_of,
    mark_in_words,
    month_row,
    month_view,
    name_in_words,
)
from app.web.staff.views import ActionView

router = APIRouter()
SENTENCE, VERDICT, READING = "mening", "omdome", "lasning"


@router.get(AT)
async def show_months(request: Request, desk: AtDesk, staff: SignedIn, fore: str = "") -> Response:
    """The months that are over, and how far the review of each has come; those before one."""
    look = partial(months.months, staff=staff, calendar=desk.rules.calendar, now=desk.clock.now())
    found = [each for each in await desk.database.read(look) if not fore or each.name < fore]
    shown = found[: months.MOST]
    written = await kept.words(request, desk, staff)
    view = MonthsView(
        tuple(month_row(desk, each) for each in shown),
        f"{AT}?fore={shown[-1].name}" if len(found) > len(shown) else "",
        "/inkorg/logg" if rights.may(staff, Act.REVIEW_LOG) else "",
        LinkView(written.path, desk.t("staff.kept.go_on")) if written else None,
    )
    title = desk.t("staff.review.title")
    return desk.page("staff/months.html", title=title, staff=staff, months=view)


@router.get(AT + "/{month}")
async def show_month(
    desk: AtDesk, staff: SignedIn, month: str, visa: str = LEFT, efter: str = ""
) -> Response:
    """What is to be reviewed of a month; that it is looked at is in the log."""
    here = await month_of(desk, staff, month)
    look = partial(marks.of_month, staff=staff, month=month, keys={}, now=desk.clock.now())
    found = await desk.database.write(look) if here.drawn_at else []
    view = month_view(desk, staff, here, found, tab=visa, after=efter)
    return desk.page("staff/month.html", title=view.title, staff=staff, month=view)


@router.post(AT + "/{month}")
async def say_fine(desk: AtDesk, posted: Posting, month: str) -> Response:
    """Say of one reading that there is nothing to remark on."""
    here = await month_of(desk, posted.staff, month)
    return await said(desk, posted.staff, here, first(posted.inputs, READING), Verdict.FINE)


@router.post(AT + "/{month}/dra")
async def draw(desk: AtDesk, posted: Posting, month: str) -> Response:
    """Draw what is to be reviewed of a month."""
    rights.require(posted.staff, Act.REVIEW_LOG)
    here = await month_of(desk, posted.staff, month)
    work = partial(
        reviewing.draw,
        month=here.name,
        staff=posted.staff,
        decided=decided(desk),
        rules=desk.rules,
        now=desk.clock.now(),
    )
    try:
        await desk.database.write(work)
    except MonthNotOver:
        return refused(desk, posted.staff, "not_over", here)
    except IntegrityError:
        pass  # somebody else drew it in the same moment, and it is the same
    return see(f"{AT}/{here.name}")


@router.post(AT + "/{month}/klar")
async def sign(desk: AtDesk, posted: Posting, month: str) -> Response:
    """Sign a month of which everything has been reviewed."""
    here, now = await month_of(desk, posted.staff, month), desk.clock.now()
    work = partial(months.sign, staff=posted.staff, month=here.name, now=now)
    try:
        await desk.database.write(work)
    except NotAllMarked:
        return refused(desk, posted.staff, "not_all", here)
    return see(AT)


@router.get(AT + "/{month}/{reading}")
async def show_reading(
    request: Request, desk: AtDesk, staff: SignedIn, month: str, reading: str
) -> Response:
    """One reading, what has been said of it, and room to say what is followed up."""
    here, written = await month_of(desk, staff, month), await kept.words(request, desk, staff)
    typed = first(written.typed, SENTENCE) if written and written.path == request.url.path else ""
    chosen = await reading_of(desk, staff, reading)
    return reading_page(desk, staff, here, chosen, typed=typed, kept_here=bool(typed))


@router.post(AT + "/{month}/{reading}")
async def say(
    request: Request, desk: AtDesk, posted: Posting, month: str, reading: str
) -> Response:
    """Keep what a reviewer says of a reading."""
    staff = posted.staff
    here = await month_of(desk, staff, month)
    fine = first(posted.inputs, VERDICT) == Verdict.FINE
    sentence = clean(first(posted.inputs, SENTENCE)).strip()
    if not (sentence or fine) or len(sentence) > LONGEST_NOTE:
        chosen = await reading_of(desk, staff, reading)
        return reading_page(desk, staff, here, chosen, typed=sentence, wrong=True)
    verdict = Verdict.FINE if fine else Verdict.FOLLOW_UP
    response = await said(desk, staff, here, reading, verdict, sentence)
    await kept.forget(request, desk, response)
    return response


async def said(
    desk: Desk, staff: Staff, here: Month, reading: str, verdict: Verdict, sentence: str = ""
) -> Response:
    work = partial(
        marks.mark,
        staff=staff,
        event_id=id_of(reading),
        verdict=verdict,
        sentence=sentence,
        recipients=desk.rules.recipients.get(staff.unit, {}),
        now=desk.clock.now(),
    )
    try:
        try:
            await desk.database.write(work)
        except IntegrityError:  # two at once: what this one said comes after the other's
            await desk.database.write(work)
    except OwnReading:
        return refused(desk, staff, "own", here)
    return see(f"{AT}/{here.name}")


async def month_of(desk: Desk, staff: Staff, name: str) -> Month:
    """Return a month that is over. PageMissing when it is none; NotAllowed."""
    rights.require(staff, Act.SIGN_REVIEW)
    look = partial(months.months, staff=staff, calendar=desk.rules.calendar, now=desk.clock.now())
    for each in await desk.database.read(look):
        if each.name == name:
            return each
    raise PageMissing


async def reading_of(desk: Desk, staff: Staff, reading: str) -> Chosen:
    """Return a reading to review. NoSuchItem when the unit has none by that id."""
    look = partial(
        marks.one, staff=staff, event_id=id_of(reading), keys=desk.keys, now=desk.clock.now()
    )
    found = await desk.database.write(look)
    if found is None:
        raise NoSuchItem("not a reading to review")
    return found


def refused(desk: Desk, staff: Staff, why: str, here: Month) -> Response:
    title, text = desk.t(f"staff.review.{why}_title"), desk.t(f"staff.review.{why}")
    month = desk.t("staff.review.back_to", month=name_in_words(desk, here.name))
    return error_view(desk, 409, title, text, staff, back=LinkView(f"{AT}/{here.name}", month))


def reading_page(
    desk: Desk,
    staff: Staff,
    month: Month,
    each: Chosen,
    *,
    typed: str = "",
    wrong: bool = False,
    kept_here: bool = False,
) -> Response:
    t, here = desk.t, f"{AT}/{month.name}"
    errors = {SENTENCE: t("staff.review.sentence_missing", most=LONGEST_NOTE)} if wrong else {}
    field = LongTextField(
        kind="long_text",
        id=SENTENCE,
        label=t("staff.review.sentence"),
        hint=t("staff.review.sentence_hint"),
        max=LONGEST_NOTE,
        rows=4,
    )
    unreadable = t("staff.entries.key_missing")
    view = ReadingPageView(
        reading=chosen_view(desk, staff, here, each),
        marks=tuple(
            MarkView(
                mark_in_words(desk, mark),
                (unreadable,) if mark.sentence is None else tuple(mark.sentence.splitlines()),
            )
            for mark in each.marks
        ),
        say=ActionView(f"{here}/{each.event_id}", desk.token(staff)),
        sentence=FieldView(
            field,
            required=False,
            heading=False,
            values={SENTENCE: (typed,)},
            errors=errors,
            optional_text="",
        ),
        errors=tuple((f"#{name}", why) for name, why in errors.items()),
        kept=t("staff.kept.here") if kept_here else "",
        back=here,
        month=name_in_words(desk, month.name),
    )
    title = t("staff.review.reading")
    title = t("site.title_error", title=title) if wrong else title
    status = 422 if wrong else 200
    return desk.page("staff/reading.html", title=title, staff=staff, status=status, reading=view)
