"""What the citizen site is put together from, and one visitor's request to a form."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from app.clock import Clock
from app.crypto.draft_box import DraftKey
from app.errors import AlreadySubmitted, DraftMissing, PageMissing
from app.intake import drafts
from app.intake.submit import Reception
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.texts import Interface
from app.storage.changes import Overtaken
from app.storage.database import Database
from app.web.citizen.brake import Brake
from app.web.form.blanks import Blanks
from app.web.form.filling import Filling
from app.web.http import packed, session
from app.web.http.addresses import Addresses, FormAddresses
from app.web.shown.frame import frame
from app.web.shown.site import Site
from app.web.shown.views import LinkView, SiteView

COOKIE = "utkast"
TRIES = 3
"""How often a draft is changed as it was found, before it is held."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a handler needs; made once at start-up."""

    content: Content
    database: Database
    clock: Clock
    sites: Mapping[str, Site]
    """The site in each language."""
    receptions: Mapping[str, Reception]
    origin: str
    secure: bool
    random: Callable[[int], bytes]
    accessibility: Mapping[str, Any]
    """What the accessibility tests last wrote down."""
    brake: Brake
    blanks: Blanks = field(default_factory=Blanks)

    @property
    def idle(self) -> timedelta:
        """How long a draft lives after it was last saved."""
        return timedelta(minutes=self.content.municipality.draft_minutes)

    @property
    def receipt_kept(self) -> timedelta:
        """How long a receipt can be shown."""
        return timedelta(minutes=self.content.municipality.receipt_minutes)

    def today(self) -> date:
        """The date in the municipality."""
        return self.clock.now().astimezone(self.content.municipality.zone).date()


@dataclass(frozen=True, slots=True)
class Guest:
    """One request, in one language, with whatever cookie the browser sent."""

    parts: Parts
    site: Site
    secret: bytes | None
    request: Request = field(repr=False)

    @property
    def language(self) -> str:
        return self.site.language

    @property
    def t(self) -> Interface:
        return self.site.t

    @property
    def at(self) -> Addresses:
        return self.site.at

    def token(self) -> str:
        return session.token(self.secret, self.parts.random) if self.secret else ""

    def page(self, template: str, *, status: int = 200, **context: object) -> Response:
        """Return a page made from a template."""
        return packed.page(self.site.html(template, **context), status=status)


@dataclass(frozen=True, slots=True)
class Visit(Guest):
    """One request to one form."""

    form: Form
    keys: dict[str, DraftKey] = field(default_factory=dict, repr=False)
    """Those that have been asked for: each is derived once in a request."""

    @property
    def places(self) -> FormAddresses:
        """Where the pages of this form are."""
        return self.at.of(self.form.id)

    def about(self) -> LinkView | None:
        """Return the way to the page about this form, if it has one."""
        about = self.form.about
        return LinkView(self.at.about(self.form.id), about.title) if about else None

    def frame(self, title: str, page_id: str = "", *, token: str = "") -> SiteView:
        """Return what surrounds a page of this form, or that before the first.

        With a `token` it says when the draft ends.
        """
        form_id = self.form.id

        def address(to: Addresses) -> str:
            return to.page(form_id, page_id) if page_id else to.form(form_id)

        return frame(self.site, title=title, address=address, form_id=form_id, token=token)

    def filling(self) -> Filling:
        """Return what the pages of this form need to know."""
        token = self.token()
        around = partial(self.frame, token=token)
        return Filling(self.site, self.form, self.places, token, around, self.parts.blanks)

    @property
    def key(self) -> DraftKey:
        """The key of this form's draft. Raises DraftMissing when the browser holds no secret."""
        return self.key_of(self.form.id)

    def key_of(self, form_id: str) -> DraftKey:
        if self.secret is None:
            raise DraftMissing
        if form_id not in self.keys:
            self.keys[form_id] = drafts.key(self.secret, form_id)
        return self.keys[form_id]

    async def found(self) -> drafts.Found:
        """Return the draft as it is now. Raises DraftMissing or AlreadySubmitted."""
        return self.opened(await self.row())

    async def row(self) -> Any:  # noqa: ANN401 - a row, as SQLAlchemy has it
        """Return the row under this draft's key; None when there is none."""
        return await self.parts.database.find(drafts.BY_KEY, self.key.id)

    def opened(self, row: Any) -> drafts.Found:  # noqa: ANN401 - the same
        """Return the draft in a row. Raises DraftMissing or AlreadySubmitted."""
        return drafts.opened(self.key, row, now=self.parts.clock.now())

    async def draft(self) -> drafts.Draft:
        """Return the draft. Raises DraftMissing or AlreadySubmitted."""
        return (await self.found()).draft

    async def change(self, edit: Callable[[drafts.Draft], drafts.Draft]) -> bytes | None:
        """Change the draft, durably, and give it its whole time again. Raises as `draft` does.

        `edit` is done anew when another tab has changed the draft meanwhile. Return the head of the
        row as it then is, where that is known.
        """
        key, database, idle = self.key, self.parts.database, self.parts.idle
        for _ in range(TRIES):
            found, now = await self.found(), self.parts.clock.now()
            changed = drafts.changed(key, found, edit(found.draft), now=now, idle=idle)
            with suppress(Overtaken):
                await database.write(changed.changes)
                return changed.head
        # Somebody is always quicker: hold the draft while it is edited.
        now = self.parts.clock.now()
        await database.write(
            lambda connection: drafts.change(connection, key, edit, now=now, idle=idle)
        )
        return None

    async def begin(self, secret: bytes) -> None:
        """Keep an empty draft of this form under a new secret, and the other forms' drafts too."""
        old, now, idle = self.secret, self.parts.clock.now(), self.parts.idle
        draft = drafts.Draft(self.form.id, self.form.version, self.language, {})

        def put(connection: Connection) -> None:
            if old is not None:
                drafts.remove(connection, drafts.key(old, self.form.id))
                for form_id in self.parts.content.municipality.forms:
                    before, after = drafts.key(old, form_id), drafts.key(secret, form_id)
                    drafts.rekey(connection, before, after, now=now)
            key = drafts.key(secret, self.form.id)
            drafts.start(connection, key, draft, now=now, idle=idle)

        await self.parts.database.write(put)

    async def has_other_drafts(self) -> bool:
        """Tell whether this browser has a draft of another form."""
        for form_id in self.parts.content.municipality.forms:
            if form_id != self.form.id:
                key = self.key_of(form_id)
                row = await self.parts.database.find(drafts.BY_KEY, key.id)
                with suppress(DraftMissing, AlreadySubmitted):
                    drafts.opened(key, row, now=self.parts.clock.now())
                    return True
        return False

    async def start(self, typed: drafts.Typed, secret: bytes, form: Form | None = None) -> None:
        """Keep a new draft under this browser's secret."""
        goal = form or self.form
        draft = drafts.Draft(goal.id, goal.version, self.language, typed)
        key, now, idle = drafts.key(secret, goal.id), self.parts.clock.now(), self.parts.idle
        await self.parts.database.write(
            lambda connection: drafts.start(connection, key, draft, now=now, idle=idle)
        )

    def give_secret(
        self, response: Response, secret: bytes, *, good_for: timedelta | None = None
    ) -> None:
        """Put the secret in the browser, until it is closed or for so long."""
        written, secure = session.written(secret), self.parts.secure
        session.give(response, COOKIE, written, secure=secure, good_for=good_for)


def guest_of(request: Request) -> Guest:
    """Return who asks; in the first language when nobody has looked at the address."""
    parts: Parts = request.app.state.parts
    site = parts.sites[request.scope.get("language", parts.content.default)]
    secret = session.secret_of(request, COOKIE, secure=parts.secure)
    return Guest(parts, site, secret, request)


async def guest(request: Request) -> Guest:
    """Return who asks for a page outside the forms."""
    return guest_of(request)


async def visit(request: Request) -> Visit:
    """Return this request's visit to a form. Raises PageMissing when there is no such form."""
    asking = guest_of(request)
    form = asking.site.forms.get(request.path_params["form_id"])
    if form is None:
        raise PageMissing
    return Visit(asking.parts, asking.site, asking.secret, request, form)


Asking = Annotated[Guest, Depends(guest)]
Here = Annotated[Visit, Depends(visit)]
