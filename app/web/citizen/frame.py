"""What surrounds every page: its title, the languages, the numbers to call, the way out."""

from collections.abc import Callable

from app.runner.texts import Text
from app.web.citizen.parts import Guest, Visit
from app.web.http.addresses import Addresses, addresses
from app.web.shown.views import LinkView, SiteView, SwitchView

TEXT_PAGES = {
    "privacy": "sa-behandlar-vi-dina-uppgifter",
    "accessibility": "tillganglighet",
    "about": "om-tjansten",
}
"""Path of the texts to address."""


def frame(
    guest: Guest,
    *,
    title: str,
    address: Callable[[Addresses], str] = Addresses.start,
    wrong: bool = False,
    draft: bool = False,
) -> SiteView:
    """Return the frame of a page.

    `title` is the whole of the tab's title; `address` gives this page's in any language. To a visit
    the page belongs to a form; with `draft` it also holds one, and says when it ends.
    """
    parts, content, t, at = guest.parts, guest.parts.content, guest.t, guest.at
    municipality, visit = guest.municipality, guest if isinstance(guest, Visit) else None
    return SiteView(
        municipality=municipality,
        language=guest.language,
        dir=content.languages[guest.language].dir,
        title=str(t("site.title_error", title=title) if wrong else title),
        css=parts.css.path,
        js=parts.js.path,
        languages=tuple(
            SwitchView(other.code, other.switch, address(addresses(other.code, content.default)))
            for other in content.languages.values()
        ),
        home=at.start(),
        footer=tuple(
            LinkView(at.text(address), t(f"site.footer.{path}"))
            for path, address in TEXT_PAGES.items()
        ),
        duty=guest.answering.duty,
        exit_href=at.leave(),
        exit_target=municipality.quick_exit,
        expires_in=municipality.draft_minutes * 60 if draft else None,
        extend_href=at.page(visit.form.id, "forlang") if visit and draft else "",
        token=visit.token() if visit and draft else "",
    )


def public_title(guest: Guest, page: str) -> Text:
    """Return the tab's title of a page outside the forms."""
    return guest.t("site.title", page=page)
