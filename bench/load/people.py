"""Those who report under load: what they write, and the scripts that a connection follows.

A teacher's orosanmälan is written page by page, with about 4 kB of text. Drafts that are as good as
finished can also be planted straight into the database, so that handing in is measured alone.
"""

import re
import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from starlette.applications import Starlette

from app.intake import drafts
from app.intake.drafts import Draft
from app.runner.definition import ENOUGH, Form
from app.web.citizen import review
from app.web.citizen.parts import COOKIE, Parts
from app.web.http import session
from bench.load.client import Answer, Script, get, post, sent_back

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
    "last": "yes",
}
NEIGHBOUR = {
    **{name: ANSWERS[name] for name in ("fara", "skyddad", "namn", "alder", "plats", "syskon")},
    **{name: ANSWERS[name] for name in ("tolk", "slag", "beskriv", "barnet_vet", "last")},
    "roll": "privat",
    "anonym": "ja",
    "relation": "granne",
    "kalla": "Jag har hört det genom väggen och sett barnet i trapphuset.",
    "vardnadshavarna_vet": "nej",
    "bra": "Barnet är glatt när mormor är där.",
    "tidigare": "nej",
}
"""An anonymous neighbour, who goes the long way: everything that may be told is asked."""
INPUT = re.compile(r' name="([^"_][^"]*)"')
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
ACTION = re.compile(r'<form[^>]* method="post" action="([^"]*)"')
MORE = re.compile(r'<a class="button second" href="([^"]*)"')
MORE = re.compile(r'class="button second" href="([^"]*)"')
"""Where it leads to want to tell more, on the page that asks whether it is enough."""
REFERENCE = re.compile(r'class="reference">([^<]+)<')
BEGIN = f"/{FORM}/borja"
MOST_PAGES = 60
OK, SEE = 200, 303


@dataclass(frozen=True, slots=True)
class Planted:
    """A draft that is ready to be handed in, and what its browser would send."""

    cookie: str
    token: str
    seen: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has come to a page: the browser's cookies, the address, and what is shown."""

    cookie: str
    address: str
    page: str

    @property
    def action(self) -> str:
        """Where the page's form is sent."""
        found = ACTION.search(self.page)
        assert found, f"{self.address}: no form to send"
        return found[1]

    def filled_in(self, answers: Mapping[str, str | tuple[str, ...]]) -> dict[str, Any]:
        """Return what is sent when the page's own inputs are answered."""
        asked = set(INPUT.findall(self.page))
        hidden = dict(HIDDEN.findall(self.page))
        return {**hidden, **{name: said for name, said in answers.items() if name in asked}}


def typed(form: Form, *, until: str = "") -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the answers as a draft keeps them; a page with nothing to answer is gone past.

    With `until`, somebody has come as far as that page and has typed nothing there yet.
    """
    ids = [page.id for page in form.in_order]
    pages = form.in_order[: ids.index(until)] if until else form.in_order
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


def over_and_over(requests: Sequence[bytes], status: int, most: int | None = None) -> list[Script]:
    """Give each request a connection of its own, and send it over and over, at most so often."""
    return [_again(request, status, most) for request in requests]


def in_turn(shares: Sequence[Sequence[bytes]], status: int) -> list[Script]:
    """Give each share of requests a connection of its own, and send them in turn, for ever."""
    return [_one_after_another(cycle(share), status) for share in shares]


def _one_after_another(requests: Iterator[bytes], status: int) -> Script:
    for request in requests:
        answer = yield request
        assert answer.status == status, f"{answer.status} was answered"


def _again(request: bytes, status: int, most: int | None) -> Script:
    for _ in count() if most is None else range(most):
        answer = yield request
        assert answer.status == status, f"{answer.status} was answered"


def journeys(
    host: str,
    at_once: int,
    most: int | None = None,
    begin: str = BEGIN,
    answers: Mapping[str, str | tuple[str, ...]] = ANSWERS,
) -> list[Script]:
    """Whole reports, one after another on each connection; `most` ends each after so many."""
    return [reporter(host, most, begin, answers) for _ in range(at_once)]


def reporter(
    host: str, most: int | None, begin: str, answers: Mapping[str, str | tuple[str, ...]]
) -> Script:
    """Write report after report as a person would: every page is looked at, filled in and sent.

    Return the references of the receipts that were shown.
    """
    shown: list[str] = []
    while most is None or len(shown) < most:
        there = yield from walk(host, begin, answers, until="kvitto")
        found = REFERENCE.search(there.page)
        assert found, "a receipt without a reference"
        shown.append("".join(filter(str.isalnum, found[1])))
    return shown


def arriving(
    host: str, at_once: int, begin: str, answers: Mapping[str, str | tuple[str, ...]], until: str
) -> list[Script]:
    """As many people who each come as far as to one page; each script returns the Arrival."""
    return [walk(host, begin, answers, until=until) for _ in range(at_once)]


def walk(
    host: str, begin: str, answers: Mapping[str, str | tuple[str, ...]], *, until: str
) -> Generator[bytes, Answer, Arrival]:
    """Go from "Starta" to the page whose address ends like `until`, and return it as it is met."""
    begun = yield post(host, begin, {})
    assert begun.status == SEE, f"{begin}: {begun.status}"
    cookies, address = begun.cookies, begun.location
    for _ in range(MOST_PAGES):
        shown = yield get(host, address, sent_back(cookies))
        assert shown.status == OK, f"{address}: {shown.status}"
        cookies |= shown.cookies
        there = Arrival(sent_back(cookies), address, shown.page)
        if address.endswith(until):
            return there
        if not ACTION.search(shown.page):
            further = MORE.search(shown.page)
            assert further, f"{address}: nothing to go on with"
            address = further[1]
            continue
        if address.endswith(f"/{ENOUGH}"):
            # Nothing to send: they want to tell more.
            address = MORE.findall(there.page)[-1]
            continue
        sent = yield post(host, there.action, there.filled_in(answers), there.cookie)
        assert sent.status == SEE, f"{there.action}: {sent.status}"
        cookies |= sent.cookies
        address = sent.location
    raise ValueError(f"{until} was never reached")
