"""Who has read: for whoever reviews the log, by case or by person (SoPuL 10 §).

Who is asked about is posted, never a part of an address. Nothing that anybody wrote is shown.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from fastapi import APIRouter, Response

from app import references
from app.casework import readers, rights
from app.casework.access import Staff
from app.casework.cases import LONGEST_NAME
from app.casework.readers import Asked, Found
from app.casework.rights import Act
from app.records.trail import Line, Within
from app.runner.fields.text import TextField
from app.runner.typed import clean
from app.web.http.posted import Inputs, first
from app.web.shown import words
from app.web.shown.views import ErrorLink, FieldView
from app.web.staff.days import begins, day
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.views import ActionView

router = APIRouter()
AT = "/inkorg/logg"
USUAL = timedelta(days=90)
LONGEST_NUMBER = 18
"""Digits."""
CASE, PERSON, FROM, TO = "referens", "namn", "fran", "till"
BEFORE = "fore"


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One event of the log. `reference` is "" where it is about no case of the unit's."""

    at: str
    who: str
    what: str
    reference: str


@dataclass(frozen=True, slots=True)
class ReadersView:
    """What was asked, and what the log has; `said` is "" before anything is asked."""

    ask: ActionView
    fields: tuple[FieldView, ...]
    said: str
    readings: tuple[ReadingView, ...]
    older: tuple[tuple[str, str], ...]
    """What is posted to see what is before it, by name; none when there is nothing."""
    errors: tuple[ErrorLink, ...]


@router.get(AT)
async def show(desk: AtDesk, staff: SignedIn) -> Response:
    """What can be asked of the log."""
    rights.require(staff, Act.REVIEW_LOG)
    today = desk.rules.calendar.day(desk.clock.now())
    typed = {FROM: (today - USUAL).isoformat(), TO: today.isoformat()}
    return page(desk, staff, typed)


@router.post(AT)
async def ask(desk: AtDesk, posted: Posting) -> Response:
    """What the log has of a case, or of somebody; that it was asked is in the log."""
    staff = posted.staff
    rights.require(staff, Act.REVIEW_LOG)
    typed = {name: said(posted.inputs, name) for name in (CASE, PERSON, FROM, TO)}
    errors = dict(wrong(desk, typed))
    if errors:
        return page(desk, staff, typed, errors=errors)
    asked = Asked(
        references.parse(typed[CASE]),
        typed[PERSON] or None,
        Within(moment(desk, typed[FROM]), moment(desk, typed[TO], days=1)),
        number(first(posted.inputs, BEFORE)),
    )
    now = desk.clock.now()
    found = await desk.database.write(
        partial(readers.who_has_read, asked=asked, staff=staff, now=now)
    )
    return page(desk, staff, typed, found=found)


def said(inputs: Inputs, name: str) -> str:
    return " ".join(clean(first(inputs, name)).split())[:LONGEST_NAME]


def number(text: str) -> int | None:
    """Return an event's number as it is posted; None where it is none."""
    known = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if known else None


def wrong(desk: Desk, typed: dict[str, str]) -> list[tuple[str, str]]:
    """Return what must be put right, by the input's name."""
    found: list[tuple[str, str]] = []
    if not (typed[CASE] or typed[PERSON]):
        found.append((CASE, desk.t("staff.readers.missing")))
    elif typed[CASE] and references.parse(typed[CASE]) is None:
        found.append((CASE, desk.t("staff.readers.no_reference")))
    found += [
        (name, desk.t("staff.readers.no_day"))
        for name in (FROM, TO)
        if typed[name] and day(typed[name]) is None
    ]
    return found


def moment(desk: Desk, text: str, *, days: int = 0) -> datetime | None:
    """Return when a day begins, or one so many days after it; None where none is said."""
    known = day(text)
    # The last day there is has none after it.
    if known is None or known == date.max:
        return None
    return begins(known, desk.municipality.zone, days=days)


def page(
    desk: Desk,
    staff: Staff,
    typed: dict[str, str],
    *,
    found: Found | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    t, faults = desk.t, errors or {}
    view = ReadersView(
        ask=ActionView(AT, desk.token(staff)),
        fields=tuple(
            field(desk, name, typed.get(name, ""), faults.get(name, ""))
            for name in (CASE, PERSON, FROM, TO)
        ),
        said="" if found is None else summary(desk, found),
        readings=tuple(reading(desk, each) for each in found.lines) if found else (),
        older=before(typed, found) if found and found.more else (),
        errors=tuple((f"#{name}", why) for name, why in faults.items()),
    )
    title = t("staff.readers.title")
    title = t("site.title_error", title=title) if faults else title
    status = 422 if faults else 200
    return desk.page("staff/readers.html", title=title, staff=staff, status=status, readers=view)


def field(desk: Desk, name: str, typed: str, error: str) -> FieldView:
    words_of = {CASE: "case", PERSON: "person", FROM: "from", TO: "to"}[name]
    definition = TextField(
        kind="text",
        id=name,
        label=desk.t(f"staff.readers.{words_of}"),
        hint=desk.t("staff.readers.person_hint") if name == PERSON else "",
        spellcheck=False,
    )
    errors = {name: error} if error else {}
    return FieldView(
        definition,
        required=True,
        heading=False,
        values={name: (typed,)},
        errors=errors,
        optional_text="",
    )


def before(typed: dict[str, str], found: Found) -> tuple[tuple[str, str], ...]:
    """Return what is posted to see what is before all that was found."""
    return (*typed.items(), (BEFORE, str(found.lines[-1].number)))


def summary(desk: Desk, found: Found) -> str:
    if not found.lines:
        return desk.t("staff.readers.none")
    said = "last" if found.more else "all"
    return desk.t(f"staff.readers.{said}", count=len(found.lines))


def reading(desk: Desk, line: Line) -> ReadingView:
    return ReadingView(
        at=words.stamp(line.at.astimezone(desk.municipality.zone), desk.t),
        who=line.actor or desk.t("staff.readers.service"),
        what=desk.t(f"staff.audit.{line.kind}"),
        reference=line.reference,
    )
