"""The pages of signing in: a form, a way on, or why nobody is let in."""

from urllib.parse import quote

from fastapi import Response

from app.runner.fields.text import TextField
from app.web.shown.views import FieldView, LinkView
from app.web.staff import attempt
from app.web.staff.desk import Desk
from app.web.staff.views import SignInView

TO_PROVIDER = "/logga-in/kommunen"


def form(desk: Desk, code: str, *, wrong: bool = False) -> Response:
    t = desk.t
    errors = {"namn": t("staff.sign_in.name_missing")} if wrong else {}
    name = TextField(
        kind="text",
        id="namn",
        label=t("staff.sign_in.name"),
        hint=t("staff.sign_in.name_hint"),
        autocomplete="name",
        spellcheck=False,
    )
    view = SignInView(
        title=t("staff.sign_in.title"),
        text=t("staff.sign_in.text"),
        action="/logga-in",
        code=code,
        name=FieldView(
            name, required=True, heading=False, values={}, errors=errors, optional_text=""
        ),
        link=None,
        errors=tuple((f"#{place}", text) for place, text in errors.items()),
    )
    title = t("site.title_error", title=view.title) if wrong else view.title
    return desk.page(
        "staff/sign_in.html", title=title, staff=None, status=422 if wrong else 200, sign_in=view
    )


def closed(desk: Desk, why: str, *, status: int, kept: bool = False) -> Response:
    """Return the page that says why nobody is let in; with words `kept`, that they are there."""
    return shown(desk, why, status=status, kept=kept)


def by_provider(desk: Desk, *, to: str, kept: bool = False) -> Response:
    """Return the page that leads to the municipality's sign-in, and back to where one was."""
    return shown(desk, "by_provider", link=there(desk, to, "button"), kept=kept)


def refused(desk: Desk, why: str, *, status: int, to: str) -> Response:
    """Return the page that says why the municipality's sign-in lets nobody in, and what to do."""
    return shown(desk, why, status=status, link=there(desk, to, "again_button"))


def going_on(desk: Desk, to: str) -> Response:
    """Return a page that goes on by itself: then it is ours that leads, and our cookie follows."""
    return led(shown(desk, "in", link=LinkView(to, desk.t("staff.sign_in.go_on"))), to)


def going_out(desk: Desk, to: str) -> Response:
    """Return the page after signing out, that goes on by itself to the sign-out of the provider.

    A form of ours leads to no other site (form-action of the content security policy).
    """
    return led(shown(desk, "out", link=LinkView(to, desk.t("staff.sign_in.go_on"))), to)


def there(desk: Desk, to: str, words: str) -> LinkView:
    own = attempt.own(to)
    till = "" if own == attempt.HOME else f"?till={quote(own)}"
    return LinkView(TO_PROVIDER + till, desk.t(f"staff.sign_in.{words}"))


def led(response: Response, to: str) -> Response:
    response.headers["refresh"] = f"0; url={to}"
    return response


def shown(
    desk: Desk, what: str, *, status: int = 200, link: LinkView | None = None, kept: bool = False
) -> Response:
    t = desk.t
    still = t("staff.kept.signed_out") if kept else ""
    title, text = t(f"staff.sign_in.{what}_title"), t(f"staff.sign_in.{what}")
    view = SignInView(title, text, action="", code="", name=None, link=link, errors=(), kept=still)
    return desk.page("staff/sign_in.html", title=title, staff=None, status=status, sign_in=view)
