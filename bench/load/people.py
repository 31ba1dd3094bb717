"""Those who report under load: what they write, and the scripts that a connection follows.

A teacher's orosanmälan is written page by page, with about 4 kB of text. Drafts that are as good as
finished can also be planted straight into the database, so that handing in is measured alone.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette

from app.intake import drafts
from app.intake.drafts import Draft
from app.runner.definition import Form
from app.web.citizen import review
from app.web.citizen.parts import COOKIE, Parts
from app.web.http import session
from bench.load.client import Script, get, post

FORM = "orosanmalan"
QUESTION = "beskriv"
LONG = "Barnet kommer utan jacka och är ofta hungrigt. Det har pågått sedan i våras. " * 40
ANSWERS = {
    "fara": "nej",
    "roll": "arbete",
    "skyldig": "ja",
    "skyddad": "nej",
    "namn": "Exempel",
    "alder": "8",
    "plats": "Exempelskolan, klass 2",
    "syskon": "nej",
    "tolk": "nej",
    "slag": ("omsorg", "franvaro"),
    "beskriv": LONG,
    "kalla": "Jag har sett det själv. Klassläraren har berättat om frånvaron.",
    "barnet_vet": "nej",
    "vardnadshavarna_vet": "nej",
    "yrkesroll": "lärare",
    "arbetsplats": "Exempelskolan",
    "ditt_namn": "Exempel Exempelsson",
    "telefon": "070-174 06 05",
    "besked": "nej",
    "mote": "ja",
}
INPUT = re.compile(r' name="([^"_][^"]*)"')
HIDDEN = re.compile(r'name="(_token|_seen)" value="([^"]+)"')
MOST_PAGES = 60
OK, SEE = 200, 303


@dataclass(frozen=True, slots=True)
class Planted:
    """A draft that is ready to be handed in, and what its browser would send."""

    cookie: str
    token: str
    seen: str


def typed(form: Form, *, until: str = "") -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the answers as a draft keeps them; a page with nothing to answer is gone past.

    With `until`, somebody has come as far as that page and has typed nothing there yet.
    """
    ids = [page.id for page in form.pages]
    pages = form.pages[: ids.index(until)] if until else form.pages
    return {
        page.id: {
            name: (value,) if isinstance(value, str) else tuple(value)
            for name, value in ANSWERS.items()
            if page.owns(name)
        }
        for page in pages
    }


def plant(site: Starlette, count: int, *, until: str = "") -> list[Planted]:
    """Put drafts into the site's database, each under a secret of its own: finished, or as far."""
    parts: Parts = site.state.parts
    language = parts.content.default
    form = parts.content.forms[language][FORM]
    draft = Draft(form.id, form.version, language, typed(form, until=until))
    made = [secrets.token_bytes(session.SECRET_BYTES) for _ in range(count)]
    now, idle = parts.clock.now(), parts.idle

    def start(connection: object) -> None:
        for secret in made:
            key = drafts.key(secret, form.id)
            drafts.start(connection, key, draft, now=now, idle=idle)  # type: ignore[arg-type]

    parts.database.write_now(start)
    name = session.cookie_name(COOKIE, secure=parts.secure)
    return [
        Planted(
            cookie=f"{name}={session.written(secret)}",
            token=session.token(secret, parts.random),
            seen=review.seen(secret, draft),
        )
        for secret in made
    ]


def handing_in(host: str, planted: Iterable[Planted]) -> list[bytes]:
    """Return the request by which each draft is handed in."""
    return [
        post(
            host,
            f"/{FORM}/skicka",
            {"_token": one.token, "_seen": one.seen, "last": "yes"},
            one.cookie,
        )
        for one in planted
    ]


def looking(host: str, planted: Iterable[Planted]) -> list[bytes]:
    """Return the request by which each looks at the question."""
    return [get(host, f"/{FORM}/{QUESTION}", one.cookie) for one in planted]


def answering(host: str, planted: Iterable[Planted]) -> list[bytes]:
    """Return the request by which each answers the question."""
    return [
        post(
            host,
            f"/{FORM}/{QUESTION}",
            {"_token": one.token, QUESTION: ANSWERS[QUESTION]},
            one.cookie,
        )
        for one in planted
    ]


def once_each(requests: Sequence[bytes], at_once: int, status: int) -> list[Script]:
    """Send every request once, shared out over the connections."""
    waiting = iter(requests)
    return [_one_after_another(waiting, status) for _ in range(at_once)]


def over_and_over(requests: Sequence[bytes], status: int) -> list[Script]:
    """Give each request a connection of its own, and send it over and over."""
    return [_again(request, status) for request in requests]


def _one_after_another(requests: Iterator[bytes], status: int) -> Script:
    for request in requests:
        answer = yield request
        assert answer.status == status, f"{answer.status} was answered"


def _again(request: bytes, status: int) -> Script:
    while True:
        answer = yield request
        assert answer.status == status, f"{answer.status} was answered"


def journeys(host: str, at_once: int, most: int | None = None) -> list[Script]:
    """Whole reports, one after another on each connection; `most` ends each after so many."""
    return [reporter(host, most) for _ in range(at_once)]


def reporter(host: str, most: int | None) -> Script:
    """Write report after report as a person would: every page is looked at, filled in and sent."""
    done = 0
    while most is None or done < most:
        yield from journey(host)
        done += 1


def journey(host: str) -> Script:
    """One report, from "Starta" to the receipt."""
    begun = yield post(host, f"/{FORM}/borja", {})
    assert begun.status == SEE, f"borja: {begun.status}"
    cookie, address = begun.cookie, begun.location
    for _ in range(MOST_PAGES):
        shown = yield get(host, address, cookie)
        assert shown.status == OK, f"{address}: {shown.status}"
        if address.endswith("kvitto"):
            return
        page = shown.page
        asked, hidden = set(INPUT.findall(page)), dict(HIDDEN.findall(page))
        last = "_seen" in hidden
        data = {"last": "yes"} if last else {n: v for n, v in ANSWERS.items() if n in asked}
        target = f"/{FORM}/skicka" if last else address
        sent = yield post(host, target, {**hidden, **data}, cookie)
        assert sent.status == SEE, f"{target}: {sent.status}"
        address = sent.location
    raise ValueError("the receipt was never reached")
