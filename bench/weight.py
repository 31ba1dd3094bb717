"""What a first visit weighs, page by page: `python -m bench.weight`.

A visit is the page, the style sheet and the script, compressed, each with its headers as they go
over the wire. The limit is 8 192 octets: what arrives in the first round trips of a slow telephone.
Every public page is weighed, and every page of questions, in every language.
"""

import re
import sys
import tempfile
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import main
from app.commands.prepare import prepare
from app.intake import drafts
from app.runner.definition import ENOUGH, Form
from app.runner.field import Condition
from app.runner.typed import Typed
from app.settings import Settings
from app.web.citizen.parts import COOKIE, Parts
from app.web.http.addresses import Addresses, addresses
from app.web.shown.frame import TEXT_PAGES

LIMIT = 8_192
REQUESTS_MOST = 3
FILES = re.compile(r'"(/static/[^"]+)"')


@dataclass(frozen=True, slots=True)
class Visit:
    """A first visit to a page: how many requests, and how many octets come back."""

    path: str
    requests: int
    octets: int

    @property
    def ratio(self) -> float:
        return self.octets / LIMIT


def measure(site: Starlette) -> list[Visit]:
    """Weigh every public page and every page of questions, heaviest first."""
    parts: Parts = site.state.parts
    visits = []
    for language in parts.content.languages:
        at = addresses(language, parts.content.default)
        client = browser(site)
        public = [at.start(), *(at.text(name) for name in TEXT_PAGES.values())]
        visits += [weigh(client, path) for path in public]
        for form in parts.content.forms[language].values():
            visits += [weigh(client, at.about(form.id))] if form.about else []
            visits += weigh_form(site, form, at)
    return sorted(visits, key=lambda visit: -visit.octets)


def browser(site: Starlette) -> TestClient:
    headers = {"accept-encoding": "gzip", "sec-fetch-site": "same-origin"}
    return TestClient(
        site, base_url="http://127.0.0.1:8000", headers=headers, follow_redirects=False
    )


def weigh_form(site: Starlette, form: Form, at: Addresses) -> Iterator[Visit]:
    client = browser(site)
    yield weigh(client, at.form(form.id))
    client.post(at.page(form.id, "borja"))
    for page in form.pages:
        plant(client, form, way_to(form, page.ask_if))
        yield weigh(client, at.page(form.id, page.id))
    yield weigh(client, at.page(form.id, ENOUGH))


def weigh(client: TestClient, path: str) -> Visit:
    """Weigh one page with what it fetches. A redirect is no page: ValueError."""
    page = client.get(path)
    if page.status_code != 200:  # noqa: PLR2004 - OK
        raise ValueError(f"{path}: {page.status_code}")
    answers = [page, *(client.get(file) for file in sorted(set(FILES.findall(page.text))))]
    octets = sum(
        int(answer.headers["content-length"])
        + len(b"HTTP/1.1 200 OK\r\n\r\n")
        + sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        for answer in answers
    )
    return Visit(path, len(answers), octets)


def way_to(form: Form, conditions: tuple[Condition, ...]) -> dict[str, str]:
    """Return what must be chosen for these conditions to hold, and for those behind them."""
    pages = {field.id: (page, field) for page, field in form.fields()}
    chosen: dict[str, str] = {}
    for rule in conditions:
        page, field = pages[rule.field]
        options = [option.id for option in getattr(field, "options", ())] or list(rule.any_of)
        chosen |= way_to(form, (*page.ask_if, *field.ask_if))
        chosen[field.id] = next(
            (name for name in options if rule.holds({field.id: frozenset({name})})), ""
        )
    return chosen


def plant(client: TestClient, form: Form, chosen: dict[str, str]) -> None:
    """Answer every page, with these choices, straight into the database."""
    parts: Parts = client.app.state.parts  # type: ignore[attr-defined]
    answers = {**ORDINARY, **chosen}
    typed: dict[str, Typed] = {
        page.id: {name: (value,) for name, value in answers.items() if page.owns(name)}
        for page in form.pages
    }
    key = drafts.key(urlsafe_b64decode(client.cookies[COOKIE] + "="), form.id)
    draft = drafts.Draft(form.id, form.version, "sv", typed)
    now, idle = parts.clock.now(), parts.idle
    parts.database.write_now(lambda c: drafts.start(c, key, draft, now=now, idle=idle))


LONG = "Barnet gick ensamt vid hållplatsen, sent på kvällen i tisdags, utan jacka."
ORDINARY = {
    "fara": "nej",
    "roll": "privat",
    "anonym": "nej",
    "namn": "Exempel",
    "alder": "13",
    "plats": "Skolan",
    "slag": "vald",
    "beskriv": LONG,
    "ditt_namn": "Exempel Exempelsson",
    "telefon": "070-174 06 05",
    "yrkesroll": "lärare",
    "arbetsplats": "Exempelskolan",
    "besked": "ja",
    "vem": "skola",
    "verksamhet": "Exempelskolan",
    "antal": "6",
    "gor": "klotter",
    "handelse": LONG,
    "sedan": "manad",
    "hur_ofta": "flera",
    "orosanmalan": "nej",
}


def run() -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({"SKYDDSNAT_DATA": str(Path(folder) / "data")})
        prepare(settings)
        visits = measure(main.citizen(settings))
    print(f"{'sida':44} {'anrop':>6} {'oktetter':>9} {'av 8 192':>9}")
    for visit in visits:
        print(f"{visit.path:44} {visit.requests:>6} {visit.octets:>9} {visit.ratio:>9.2f}")
    return int(visits[0].octets > LIMIT)


if __name__ == "__main__":
    sys.exit(run())
