"""What the staff site is put together from, and who is asking."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import access, admissions, rights, vouched
from app.casework.access import Staff
from app.casework.indexing import Index
from app.casework.plan import Plan
from app.casework.rights import Act
from app.casework.running import Rules
from app.clock import Clock
from app.crypto import seal, unseal
from app.errors import RolesDue, SignedOut, StaleToken
from app.intake.submit import Reception
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.municipality import Municipality
from app.runner.texts import Interface
from app.storage.database import Database
from app.web.http import packed, posted, session
from app.web.http.posted import Inputs
from app.web.shown.site import Site
from app.web.shown.views import LinkView, SiteView
from app.web.staff.views import StaffView

if TYPE_CHECKING:  # it is heavy, and most municipalities that try the service have none
    from app.web.staff.provider import Provider

COOKIE = "inkorg"
PLACES = {
    Act.SEE_QUEUE: ("/inkorg", "staff.queue.home"),
    Act.SIGN_REVIEW: ("/inkorg/granskning", "staff.review.title"),
    Act.SEE_SETTINGS: ("/inkorg/installningar", "staff.settings.title"),
    Act.SEE_STATISTICS: ("/inkorg/statistik", "staff.statistics.title"),
}
"""Where one may begin, by what it takes."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ToEnter:
    """A form as staff fill it in for somebody, and where its reports go."""

    form: Form
    reception: Reception


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a staff handler needs, made once. `keys` are private: seeds by key id.

    `sealers` seal a report to another destination's own public key, by its name. `rules` are what
    every act of `app.casework.cases` and `steps` is done by; `index` is what likeness is read by,
    and `plan` what is decided of removal.
    """

    site: Site
    database: Database
    clock: Clock
    keys: Mapping[str, bytes]
    sealers: Mapping[str, Callable[[bytes], bytes]]
    rules: Rules
    index: Index
    plan: Plan
    origin: str
    secure: bool
    random: Callable[[int], bytes]
    accessibility: Mapping[str, Any]
    """What the accessibility tests last wrote down."""
    to_enter: Mapping[str, ToEnter] = field(default_factory=dict)
    """What can be written down for somebody else, by form."""
    provider: "Provider | None" = None
    """The municipality's own sign-in, where one is set."""

    @property
    def content(self) -> Content:
        return self.site.content

    @property
    def t(self) -> Interface:
        return self.site.t

    @property
    def municipality(self) -> Municipality:
        return self.site.municipality

    def page(
        self,
        template: str,
        *,
        title: str,
        staff: Staff | None,
        status: int = 200,
        **context: object,
    ) -> Response:
        """Return a page made from a template, in the frame of the staff site."""
        staff = admissions.at_home(staff) if staff else None
        around = SiteView(
            municipality=self.municipality,
            language=self.site.language,
            dir="ltr",
            title=self.t("staff.page_title", title=title),
            css=self.site.css.path,
            js=self.site.js.path,
            languages=(),
            home=home_of(staff),
            footer=(
                *(LinkView(where, self.t(name)) for where, name in places(staff)),
                LinkView("/tillganglighet", self.t("site.footer.accessibility")),
                *([LinkView("/din-inloggning", self.t("staff.account.title"))] if staff else []),
            ),
            duty=(),
        )
        view = self.staff_view(staff) if staff else None
        html = self.site.html(template, site=around, staff=view, **context)
        return packed.page(html, status=status)

    def staff_view(self, staff: Staff) -> StaffView:
        units = self.municipality.units
        others = tuple(
            (unit, units[unit].name) for unit in staff.units if unit != staff.unit and unit in units
        )
        return StaffView(
            staff.name,
            units[staff.unit].name,
            "/logga-ut",
            self.token(staff),
            "/byt-enhet",
            others,
            staff.emergency,
        )

    def token(self, staff: Staff) -> str:
        """Return a new token for a form of this session's."""
        return session.token(staff.csrf.encode(), self.random)


def places(staff: Staff | None) -> list[tuple[str, str]]:
    """Return the pages where somebody's roles let them begin, the first first: address and text."""
    mine = [place for act, place in PLACES.items() if staff and rights.may(staff, act)]
    return mine or [PLACES[Act.SEE_QUEUE]]


def home_of(staff: Staff | None) -> str:
    """Return where somebody begins."""
    return places(staff)[0][0]


def private_keys(folder: Path | None, units: Iterable[str]) -> dict[str, bytes]:
    """Return each unit's private key by its id. OSError or NotAKey when one cannot be read."""
    if folder is None:
        raise FileNotFoundError("SKYDDSNAT_PRIVATE_KEYS")
    seeds = [unseal.parse_private((folder / f"{unit}.key").read_text("ascii")) for unit in units]
    return {seal.key_id(unseal.public_of(seed)): seed for seed in seeds}


@dataclass(frozen=True, slots=True)
class Posted:
    """What somebody who is signed in has posted."""

    staff: Staff
    inputs: Inputs


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.parts
    return desk


async def desk(request: Request) -> Desk:
    return desk_of(request)


def cookie_of(request: Request, desk: Desk) -> str:
    return request.cookies.get(session.cookie_name(COOKIE, secure=desk.secure), "")


async def signed_in(request: Request) -> Staff:
    """Return who is asking, and let the session live on. Raises SignedOut."""
    staff, _ = await read_for(request, lambda _connection, _staff: None)
    return staff


async def read_for(request: Request, work: Callable[[Connection, Staff], T]) -> tuple[Staff, T]:
    """Return who is asking, and what is read for them at the same moment. As `signed_in`."""
    desk, cookie = desk_of(request), cookie_of(request, desk_of(request))
    if not cookie:
        raise SignedOut
    now = desk.clock.now()

    def look(connection: Connection) -> tuple[Staff, bool, T]:
        staff, due = access.look(connection, cookie, now=now)
        return staff, due, work(connection, staff)

    staff, due, found = await desk.database.read(look)
    if staff.unit not in desk.municipality.units:
        raise SignedOut("their unit is no more")
    await require_roles(request, staff)
    if due:
        await desk.database.write(lambda connection: access.renew(connection, cookie, now=now))
    return staff, found


async def require_roles(request: Request, staff: Staff) -> None:
    """Raise RolesDue when it is time to ask the provider anew, SignedOut when it is too late.

    Only who looks at a page is led away, for a moment; never who sends something.
    """
    desk = desk_of(request)
    if desk.provider is None or staff.emergency:
        return
    if staff.read_at is None:
        raise SignedOut("a session from before there was a provider")
    age = desk.clock.now() - staff.read_at
    if age < vouched.ROLES_GOOD_FOR:
        return
    if looks_at_a_page(request) and await desk.provider.answers():
        raise RolesDue
    if age >= vouched.ROLES_AT_MOST:
        raise SignedOut("nobody has vouched for them for too long")


def looks_at_a_page(request: Request) -> bool:
    """Tell whether a person goes to a page, and not a script or a form (Fetch Metadata)."""
    mode = request.headers.get("sec-fetch-mode", "navigate")
    return request.method == "GET" and mode == "navigate"


async def staff_of(request: Request) -> Staff | None:
    """Return who has the session in this browser, if anybody has, however old their roles are."""
    desk, cookie = desk_of(request), cookie_of(request, desk_of(request))
    now = desk.clock.now()
    try:
        found = await desk.database.read(lambda c: access.look(c, cookie, now=now))
    except SignedOut:
        return None
    return found[0]


async def signed_in_to(request: Request) -> Staff:
    """Return who is asking for a case, as they are at it (`admissions.let_in`). As `signed_in`."""
    reference = references.parse(request.path_params["reference"]) or ""
    now = desk_of(request).clock.now()

    def look(connection: Connection, staff: Staff) -> Staff:
        return admissions.let_in(connection, staff, reference, now=now)

    _, staff = await read_for(request, look)
    return staff


async def posting(request: Request) -> Posted:
    """Return who is posting, and what.

    CrossSite when another site sent it, StaleToken when the form was made for another session: who
    signed in anew in another tab shall not have written in vain.
    """
    return await posting_as(request, signed_in)


async def posting_to(request: Request) -> Posted:
    """Return who is posting to a case, as they are at it, and what. As `posting`."""
    return await posting_as(request, signed_in_to)


async def posting_as(request: Request, who: Callable[[Request], Awaitable[Staff]]) -> Posted:
    posted.require_own_site(request, desk_of(request).origin)
    # Read first: who is signed out meanwhile shall not have written in vain.
    inputs = await posted.inputs(request)
    staff = await who(request)
    if not session.is_token(staff.csrf.encode(), next(iter(inputs.get("_token", ())), "")):
        raise StaleToken(inputs)
    return Posted(staff, inputs)


AtDesk = Annotated[Desk, Depends(desk)]
SignedIn = Annotated[Staff, Depends(signed_in)]
Posting = Annotated[Posted, Depends(posting)]
SignedInTo = Annotated[Staff, Depends(signed_in_to)]
PostingTo = Annotated[Posted, Depends(posting_to)]
"""On the pages of a case that may be let in to; every other page knows of no such case."""
