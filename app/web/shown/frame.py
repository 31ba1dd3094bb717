"""What surrounds every page: its title, the languages, the numbers to call, the way out."""

from collections.abc import Callable

from app.runner.texts import Text
from app.web.http.addresses import Addresses, addresses
from app.web.shown.site import Site
from app.web.shown.views import LinkView, SiteView, SwitchView

TEXT_PAGES = {
    "privacy": "sa-behandlar-vi-dina-uppgifter",
    "accessibility": "tillganglighet",
    "about": "om-tjansten",
}
"""Path of the texts to address."""


def frame(
    site: Site,
    *,
    title: str,
    address: Callable[[Addresses], str] = Addresses.start,
    form_id: str = "",
    token: str = "",
) -> SiteView:
    """Return the frame of a page.

    `title` is the whole of the tab's title; `address` gives this page's in any language. With a
    `token` the page holds a draft of the form `form_id`, and says when it ends.
    """
    content, t, at, municipality = site.content, site.t, site.at, site.municipality
    return SiteView(
        municipality=municipality,
        language=site.language,
        dir=content.languages[site.language].dir,
        title=str(title),
        css=site.css.path,
        js=site.js.path,
        languages=tuple(
            SwitchView(other.code, other.switch, address(addresses(other.code, content.default)))
            for other in content.languages.values()
        ),
        home=at.start(),
        footer=tuple(
            LinkView(at.text(address), t(f"site.footer.{path}"))
            for path, address in TEXT_PAGES.items()
        ),
        duty=site.answering.duty,
        exit_href=at.leave(),
        exit_target=municipality.quick_exit,
        expires_in=municipality.draft_minutes * 60 if token else None,
        extend_href=at.page(form_id, "forlang") if token else "",
        token=token,
    )


def public_title(site: Site, page: str) -> Text:
    """Return the tab's title of a page outside the forms."""
    return site.t("site.title", page=page)
