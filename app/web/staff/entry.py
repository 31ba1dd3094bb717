"""What somebody writes down for another: where it is kept, how it is read and handed in."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from fastapi import Request, Response
from sqlalchemy.exc import IntegrityError

from app.casework import rights, written_down
from app.casework.access import Staff
from app.casework.rights import Act
from app.casework.written_down import Begun, Found
from app.crypto.draft_box import DraftKey
from app.errors import DatabaseUnavailable, PageMissing, UnknownInput
from app.intake import submit
from app.runner import at_desk
from app.runner.definition import Form, Page
from app.runner.fields.group import GroupField
from app.runner.journey import Journey, without_unasked_identity
from app.runner.taken_in import TakenIn
from app.storage.changes import Overtaken
from app.web.form import taking
from app.web.http import session
from app.web.http.posted import Inputs, first
from app.web.staff import how_it_came
from app.web.staff.desk import Desk
from app.web.staff.long_page import LongPage
from app.web.staff.queue import NEW

COOKIE = "nedskrivet"
SAVE, WAS = "_spara", "_var"
OWN = taking.OWN | {SAVE, WAS}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one person writes down one form's report, in one browser."""

    desk: Desk
    staff: Staff
    form: Form
    secret: bytes | None = field(repr=False)

    @property
    def at(self) -> str:
        return f"{NEW}/{self.form.id}"

    @property
    def receipt(self) -> str:
        return f"{self.at}/kvitto"

    @property
    def what(self) -> str:
        """What is written here, as its key has it: one of each is begun at a time."""
        return self.form.id

    @property
    def own(self) -> Page:
        """What is asked beside the form."""
        return how_it_came.step(self.desk.t).page

    @property
    def key(self) -> DraftKey | None:
        """The key of what is written; None in a browser that holds no secret."""
        if self.secret is None:
            return None
        return written_down.key_of(self.secret, self.staff, self.what)

    async def found(self) -> Found | None:
        """Return what is written so far."""
        key, now = self.key, self.desk.clock.now()
        if key is None:
            return None
        return await self.desk.database.read(lambda c: written_down.load(c, key, now=now))

    async def begin(self) -> tuple[Self, Found]:
        """Return the place with a secret, and what is written there: nothing, if nothing was."""
        secret = self.secret or self.desk.random(session.SECRET_BYTES)
        place, now = replace(self, secret=secret), self.desk.clock.now()
        key, empty = written_down.key_of(secret, self.staff, self.what), Begun(now)
        was = await self.desk.database.write(
            lambda connection: written_down.start(connection, key, empty, now=now)
        )
        return place, Found(empty, was)

    def give_secret(self, response: Response) -> None:
        """Put the secret in the browser, for as long as anything is kept under it."""
        if self.secret is not None:
            text, secure = session.written(self.secret), self.desk.secure
            session.give(response, COOKIE, text, secure=secure, good_for=written_down.KEPT)


def place(request: Request, desk: Desk, staff: Staff, form_id: str) -> Place:
    """Return where a form is written down. NotAllowed for who may not, PageMissing without one."""
    rights.require(staff, Act.ENTER)
    if form_id not in desk.to_enter:
        raise PageMissing
    secret = session.secret_of(request, COOKIE, secure=desk.secure)
    return Place(desk, staff, desk.to_enter[form_id].form, secret)


@dataclass(frozen=True, slots=True)
class Written:
    """What is written, as it is kept, and as it is read."""

    here: Place
    begun: Begun

    @classmethod
    def of(cls, here: Place, inputs: Inputs, before: Begun) -> Self:
        """Return what is posted, by page. UnknownInput when there is any other input than ours.

        Who chose to be anonymous has no name in it, whatever was posted.
        """
        own = here.own
        typed = {name: values for name, values in inputs.items() if name not in OWN}
        if not all(own.owns(name) or any(p.owns(name) for p in here.form.pages) for name in typed):
            raise UnknownInput
        by_page = at_desk.by_page(here.form, typed)
        if taking.goes_aside(inputs):
            by_page |= {
                page.id: taking.arranged(page, by_page[page.id], inputs)
                for page in here.form.pages
                if any(isinstance(each, GroupField) for each in page.fields)
            }
        way = without_unasked_identity(Journey(here.form, by_page, day_of(here, now_of(here))))
        came = {name: values for name, values in typed.items() if own.owns(name)}
        return cls(here, replace(before, typed=way.typed, came=came, saved_at=now_of(here)))

    @property
    def came(self) -> how_it_came.Came:
        return how_it_came.read(self.here.desk, self.begun.came, self.begun.began_at)

    @property
    def day(self) -> date:
        """The day that it came in."""
        return day_of(self.here, self.came.at or now_of(self.here))

    def way(self) -> Journey:
        """Return the way through the form as it stands."""
        return at_desk.journey(self.here.form, self.begun.typed, self.day)

    def long_page(self, *, judged: bool) -> LongPage:
        return LongPage(self.here.form, self.begun.typed, self.way(), self.here.desk.t, judged)

    @property
    def wrong(self) -> bool:
        return bool(self.came.problems or self.long_page(judged=True).problems)

    async def save(self, found: Found) -> bytes | None:
        """Keep it, durably, and return what tells that it is unchanged; None if another was."""
        key = self.here.key
        if key is None:
            return None
        changes, head = written_down.changed(key, found.was, self.begun, now=now_of(self.here))
        try:
            await self.here.desk.database.write(changes)
        except Overtaken:
            return None
        return head

    def place_of(self, inputs: Inputs) -> str:
        """Return where on the page somebody goes on who was added, or taken away."""
        for page in self.here.form.pages:
            for each in page.fields:
                if isinstance(each, GroupField) and first(inputs, "_add") == each.id:
                    last = max(each.count(self.begun.typed[page.id]), 1) - 1
                    return f"#{each.item_fields(last)[0].id}"
                if isinstance(each, GroupField) and first(inputs, "_remove").startswith(each.id):
                    return f"#{each.id}"
        return ""


async def hand_in(written: Written, found: Found) -> str | None:
    """Hand it in, durably, and return where that is said; None when it was changed meanwhile."""
    here, came, now = written.here, written.came, now_of(written.here)
    key, desk = here.key, here.desk
    if key is None or came.at is None or came.channel is None:
        return None
    entry = TakenIn(came.channel, here.staff.name, came.at, came.reason)
    for _ in range(submit.DRAWS_MOST):
        ready = submit.stored(
            here.form,
            written.way().typed,
            language=desk.site.language,
            reception=desk.to_enter[here.form.id].reception,
            now=now,
            taken_in=entry,
        )
        done = Begun(found.begun.began_at, reference=ready.receipt.reference)
        changes, _ = written_down.changed(key, found.was, done, now=now)
        try:
            await desk.database.write(ready.changes + changes)
        except IntegrityError:  # the reference is taken
            continue
        except Overtaken:
            return None
        return here.receipt
    raise DatabaseUnavailable("no reference is free")


def was_of(found: Found | None) -> str:
    return found.was.hex() if found else ""


def now_of(here: Place) -> datetime:
    return here.desk.clock.now()


def day_of(here: Place, moment: datetime) -> date:
    return here.desk.rules.calendar.day(moment)
