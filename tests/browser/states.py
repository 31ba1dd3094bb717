"""Every page and every error of the service, in every language, as the real service answers.

Both forms are walked by plain HTTP, along the few ways that together meet every page, note and
field. At every page what is asked for is kept: the page itself, the page when nothing was
answered, and the page when everything was answered wrongly. The states are then shown in a real
browser (show.py), with the real style sheet and script.
"""

import html
import re
import sqlite3
import tomllib
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from app import main
from app.casework import access
from app.casework import readers as readings
from app.casework.access import LEADING, LetIn
from app.clock import SystemClock
from app.commands import example_figures
from app.records import chain
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.field import Field
from app.runner.journey import Journey
from app.runner.process import Step
from app.runner.role import Role
from app.settings import CHECKOUT, Settings
from app.storage.database import Database
from tests.content.paths import Way, ways
from tests.oidc.provider import CLIENT, SECRET
from tests.service import PATIENCE, Service, wait_until
from tests.web.test_sign_in import SETTINGS

FORGED = "A" * 43
LONGER_THAN_ANY = "Oron är stor. " * 1_000
LONG = "lång " * 200
WRONG = {
    "age": LONG,
    "number": LONG,
    "person_number": LONG,
    "phone": "ingen",
    "email": LONG,
    "text": LONG,
    "long_text": LONGER_THAN_ANY,
}
SHORT = {
    "fara": {"fara": "nej"},
    "roll": {"roll": "privat"},
    "anonym": {"anonym": "ja"},
    "skyddad": {},
    "barnet": {"namn": "Kim", "alder": "8", "plats": "Storgatan 1"},
    "slag": {"slag": "vald"},
    "beskriv": {"beskriv": "Jag hör skrik och slag genom väggen, nästan varje kväll."},
}
"""The least that an anonymous neighbour can say, page by page."""
NAMED = {**SHORT, "barnet": {**SHORT["barnet"], "namn": "Tuva Ceder"}}
CASE = re.compile(r'href="(/inkorg/arenden/[^"]+)"')
TOKEN = re.compile(r'name="_token" value="([^"]*)"')
VERSION = re.compile(r'name="_version" value="([^"]*)"')
WAS = re.compile(r'name="_var" value="([^"]*)"')
CAME = re.compile(r'name="(_dag-[a-z]+|_tid)"[^>]*? value="([^"]*)"')
SEEN = re.compile(r'name="_seen" value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class State:
    """A page as it was answered: where, how, and what it weighs on the wire, compressed."""

    name: str
    site: str
    """"citizen" or "staff"."""
    path: str
    status: int
    html: str
    headers: Mapping[str, str]
    weight: int

    @property
    def wrong(self) -> bool:
        return self.status == 422


class Client:
    """A browser without a screen: keeps its cookie, follows where it is led, posts forms."""

    def __init__(self, origin: str, **more: Any) -> None:
        self.http = httpx2.Client(
            base_url=origin,
            timeout=PATIENCE,
            follow_redirects=True,
            headers={"accept-encoding": "gzip"},
            limits=httpx2.Limits(max_keepalive_connections=0),  # nothing is left open
            **more,
        )

    def get(self, address: str) -> httpx2.Response:
        return self.http.get(address)

    def post(self, address: str, inputs: Mapping[str, Any]) -> httpx2.Response:
        return self.http.post(
            address,
            content=urlencode(dict(inputs), doseq=True),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )


def database(service: Service) -> sqlite3.Connection:
    """The database itself, for tests that ask what is true, or hold it locked."""
    return sqlite3.connect(service.data / "skyddsnat.sqlite", isolation_level=None, timeout=10)


def state(name: str, answer: httpx2.Response, site: str = "citizen") -> State:
    kept = {
        key: value
        for key, value in answer.headers.items()
        if key in {"content-type", "content-security-policy", "cache-control", "referrer-policy"}
    }
    size = sum(len(key) + len(value) + 4 for key, value in answer.headers.items())
    body = int(answer.headers.get("content-length") or answer.num_bytes_downloaded)
    path = urlsplit(str(answer.url)).path
    return State(name, site, path, answer.status_code, answer.text, kept, size + body)


def token_in(page: httpx2.Response) -> str:
    found = TOKEN.search(page.text)
    return html.unescape(found[1]) if found else ""


def file(service: Service, prefix: str = "", pages: Mapping[str, Mapping[str, str]] = SHORT) -> str:
    """Hand in a report, the short one if no other; return its reference."""
    client = Client(service.citizen)
    base = f"{prefix}/orosanmalan"
    token = token_in(client.post(f"{base}/borja", {}))
    for page, inputs in pages.items():
        answer = client.post(f"{base}/{page}", {**inputs, "_token": token})
        assert answer.status_code == 200, page
    review = client.get(f"{base}/granska").text
    seen = re.search(r'name="_seen" value="([^"]*)"', review)[1]
    receipt = client.post(f"{base}/skicka", {"_token": token, "_seen": seen})
    return re.search(r'class="reference">([^<]+)<', receipt.text)[1].replace(" ", "")


class Walk:
    """A walk through one form in one language; yields every state that was not met before."""

    def __init__(self, service: Service, content: Content, form_id: str, language: str) -> None:
        self.form = content.forms[language][form_id]
        self.language = language
        prefix = "" if language == content.default else f"/{language}"
        self.base = f"{prefix}/{form_id}"
        self.service = service
        self.met: set[str] = set()

    def states(self) -> Iterator[State]:
        client = Client(self.service.citizen)
        yield state("before", client.get(self.base))
        for number, way in enumerate(shortest(self.form)):
            client = Client(self.service.citizen)
            begun = client.post(f"{self.base}/borja", {})
            if number == 0:
                yield state("begun before", client.get(self.base))
            yield from self.pages(client, way, token_in(begun))

    def pages(self, client: Client, way: Way, token: str) -> Iterator[State]:
        for asked in way.journey.asked.values():
            page = asked.page
            address = f"{self.base}/{page.id}"
            shown = client.get(address)
            assert urlsplit(str(shown.url)).path == address, f"led elsewhere: {shown.url}"
            if page.more and "racker" not in self.met:
                self.met.add("racker")
                yield state("racker", client.get(f"{self.base}/racker"))
                yield state("granska, passed by", client.get(f"{self.base}/granska"))
            marks = {page.id, *(f"{page.id} {field.id}" for field in asked.fields)}
            marks |= {
                f"{page.id} note {note.id}" for note in page.notes if way.journey.holds(note.ask_if)
            }
            if marks - self.met:
                yield state(page.id, shown)
                yield from self.errors(client, asked, address, token)
            if page.ends:
                self.met |= marks
                return
            inputs = {
                name: values
                for name, values in way.typed[page.id].items()
                if any(field.owns(name) for field in asked.fields)
            }
            answer = client.post(address, {**inputs, "_token": token})
            assert answer.status_code == 200, f"{address}: {answer.text}"
            if marks - self.met:
                yield from self.filled(client, asked, inputs, address, token)
            self.met |= marks
        if "granska" not in self.met:
            yield from self.ending(client, way)

    def filled(
        self, client: Client, asked: Any, inputs: Mapping[str, Any], address: str, token: str
    ) -> Iterator[State]:
        """What an answer adds to a page: a line that an option opens, a second person in a list."""
        for field in asked.fields:
            if field.kind == "group":
                answer = client.post(address, {**inputs, "_add": field.id, "_token": token})
                yield state(f"{asked.page.id}, two", answer)
                client.post(address, {**inputs, "_token": token})
            elif any(option.text for option in getattr(field, "options", ())):
                opened = [option for option in field.options if option.text]
                texts = {field.text_name(option): "Något annat" for option in opened}
                every = [option.id for option in opened]
                answer = client.post(
                    address,
                    {
                        **inputs,
                        field.id: every,
                        **texts,
                        "_language": self.language,
                        "_token": token,
                    },
                )
                yield state(f"{asked.page.id}, opened", answer)
                client.post(address, {**inputs, "_token": token})

    def errors(self, client: Client, asked: Any, address: str, token: str) -> Iterator[State]:
        for name, inputs in (("empty", {}), ("wrong", wrong_inputs(asked.fields))):
            answer = client.post(address, {**inputs, "_token": token})
            if answer.status_code == 422:
                yield state(f"{asked.page.id}, {name}", answer)
        for note in asked.page.notes:
            if note.offer and f"vidare {note.offer}" not in self.met:
                self.met.add(f"vidare {note.offer}")
                yield state(f"move to {note.offer}", client.get(f"{self.base}/vidare/{note.offer}"))

    def ending(self, client: Client, way: Way) -> Iterator[State]:
        self.met.add("granska")
        review = client.get(f"{self.base}/granska")
        yield state("granska", review)
        sent = {"_token": token_in(review), "_seen": SEEN.search(review.text)[1]}
        yield state("granska, changed", client.post(f"{self.base}/skicka", {**sent, "_seen": ""}))
        copy = client.get(f"{self.base}/kopia")
        if str(copy.url).endswith("/kopia"):
            yield state("kopia", copy)
        receipt = client.post(f"{self.base}/skicka", sent)
        assert str(receipt.url).endswith("/kvitto"), receipt.text
        yield state("kvitto", receipt)


def shortest(form: Form) -> list[Way]:
    """A few ways that together meet every page, field and note; the first goes on to the end."""
    found, met = [], set()
    every = sorted(ways(form), key=lambda way: (not way.finished, -len(way.journey.asked)))
    while True:
        best = max(every, key=lambda way: len(marks_of(way.journey) - met))
        if not marks_of(best.journey) - met:
            return found
        found.append(best)
        met |= marks_of(best.journey)


def marks_of(journey: Journey) -> set[str]:
    marks = set()
    for asked in journey.asked.values():
        marks |= {asked.page.id, *(f"{asked.page.id} {field.id}" for field in asked.fields)}
        marks |= {
            f"{asked.page.id} note {note.id}"
            for note in asked.page.notes
            if journey.holds(note.ask_if)
        }
    return marks


def wrong_inputs(fields: Any) -> dict[str, Any]:
    """What is wrong in as many ways as the fields have."""
    inputs: dict[str, Any] = {}
    for field in fields:
        if field.kind == "group":
            inputs |= wrong_inputs([*field.item_fields(0), *field.item_fields(1)])
        elif field.kind == "date":
            inputs |= {f"{field.id}-day": "31", f"{field.id}-month": LONG}
        elif field.kind in {"radios", "checkboxes"}:
            inputs[field.id] = [
                option.id for option in field.options if option.text or option.alone
            ] or [field.options[-1].id]
        elif field.kind in WRONG:
            inputs[field.id] = WRONG[field.kind]
    return inputs


def outside(service: Service, content: Content, language: str) -> Iterator[State]:
    """The pages outside the forms, and what goes wrong on the way to one."""
    prefix = "" if language == content.default else f"/{language}"
    client = Client(service.citizen)
    for address in ("/", "/sa-behandlar-vi-dina-uppgifter", "/tillganglighet", "/om-tjansten"):
        yield state(address, client.get(f"{prefix}{address}"))
    for form in content.forms[language].values():
        if form.about:
            yield state(f"om {form.id}", client.get(f"{prefix}/om-{form.id}"))
    yield state("404", client.get(f"{prefix}/finns/inte"))
    form_id = next(iter(content.forms[language]))
    base = f"{prefix}/{form_id}"
    yield state("404 in a form", client.get(f"{base}/finns-inte"))
    first = content.forms[language][form_id].pages[0].id
    expired = Client(service.citizen, cookies={"utkast": FORGED})
    yield state("410", expired.get(f"{base}/{first}"))
    client.post(f"{base}/borja", {})
    yield state("403", client.post(f"{base}/{first}", {"_token": "forged", "fara": "nej"}))
    yield state("405", client.http.request("PUT", f"{base}/{first}"))
    yield state("413", client.post(f"{base}/{first}", {"fara": "x" * 2_000_000}))
    yield state("415", client.http.post(f"{base}/{first}", json={}))


def locked_out(service: Service, content: Content) -> list[State]:
    """What is answered while the database is locked: 503, in every language."""
    form_id, form = next(iter(content.forms[content.default].items()))
    first = form.pages[0]
    begun = []
    for language in content.languages:
        prefix = "" if language == content.default else f"/{language}"
        client = Client(service.citizen)
        token = token_in(client.post(f"{prefix}/{form_id}/borja", {}))
        begun.append((client, f"{prefix}/{form_id}/{first.id}", token))

    def post(visit: tuple[Client, str, str]) -> State:
        client, address, token = visit
        return state("503", client.post(address, {"_token": token, "fara": "nej"}))

    with closing(database(service)) as lock, ThreadPoolExecutor() as threads:
        lock.execute("BEGIN EXCLUSIVE")
        found = list(threads.map(post, begun))
        lock.execute("ROLLBACK")
    assert {each.status for each in found} == {503}
    return found


def unforeseen(service: Service, content: Content) -> Iterator[State]:
    """The page that says that the fault is ours: the same application, with one that breaks."""
    app = main.citizen(Settings.read(service.environment()))

    async def breaks(_request: object) -> None:
        raise RuntimeError

    app.add_route("/a/b/c/d", breaks)
    with TestClient(app, raise_server_exceptions=False) as client:
        for language in content.languages:
            prefix = "" if language == content.default else f"/{language}"
            answer = client.get(f"{prefix}/a/b/c/d")
            assert answer.status_code == 500
            yield state("500", answer)
    app.state.parts.database.close()


def inbox(service: Service, content: Content) -> Iterator[State]:
    """The pages of staff when reports have come: signing in, the queue, reports, errors."""
    client = Client(service.staff)
    yield state("needed", client.get("/"), "staff")
    yield state("accessibility", client.get("/tillganglighet"), "staff")
    unit = content.municipality.forms["orosanmalan"].unit
    link = service.new_link(unit)
    code = link.rsplit("/", 1)[1]
    yield state("sign in", client.get(f"/logga-in/{code}"), "staff")
    yield state("sign in, empty", client.post("/logga-in", {"code": code, "namn": ""}), "staff")
    one, other = (file(service, pages=NAMED) for _ in range(2))
    client.post("/logga-in", {"code": code, "namn": "Kim Sandell"})
    wait_until(lambda: all_delivered(service) and all_compared(service))
    queue = client.get("/inkorg")
    yield state("queue, filled", queue, "staff")
    yield state("times", client.get("/inkorg/tider?fran=2001-01-01&till=2099-12-31"), "staff")
    yield state("decisions, none", client.get("/inkorg/beslut?till=2001-01-01"), "staff")
    yield state("times, none", client.get("/inkorg/tider?till=2001-01-01"), "staff")
    yield from statistics(service, client, content)
    yield state("link used", client.post("/logga-in", {"code": code, "namn": "Kim"}), "staff")
    yield from searching(client)
    same = {"_token": token_in(queue), "annan": other}
    yield state("item, same", client.post(f"/inkorg/arenden/{one}/samma-barn", same), "staff")
    together = client.get(f"/inkorg/arenden/{one}/barnet")
    assert other in together.text
    yield state("timeline", together, "staff")
    references = CASE.findall(queue.text)
    assert len(references) >= len(content.languages)
    for address in references:
        yield state("item", client.get(address), "staff")
        yield state("403", client.post(f"{address}/ta", {"_token": "x"}), "staff")
    yield state("ways out", client.get(f"{references[0]}/ta-ut"), "staff")
    yield state("copy", client.get(f"{references[0]}/kopia"), "staff")
    yield state("to print", client.get(f"{references[0]}/utskrift"), "staff")
    yield state("404", client.get("/inkorg/arenden/finns-inte"), "staff")
    yield state("queue, nobody's", client.get("/inkorg?flik=mina"), "staff")
    for address in references:
        token = token_in(client.get(address))
        yield state("item, taken", client.post(f"{address}/ta", {"_token": token}), "staff")
    yield from work(client, content, references[0])
    yield from emergency(service, client)
    for form_id in content.municipality.forms:
        yield from written_down(service, client, f"/inkorg/ny/{form_id}")
    for tab in ("mina", "alla", "avslutade"):
        yield state(f"queue, {tab}", client.get(f"/inkorg?flik={tab}"), "staff")
    yield from of_several(service, content)
    yield from stuck(service, client)
    with closing(database(service)) as changing:
        changing.execute("UPDATE submissions SET sealed = substr(sealed, 1, length(sealed) - 1)")
    yield state("unreadable", client.get(references[0]), "staff")
    yield from removing(service, client)


def statistics(service: Service, client: Client, content: Content) -> Iterator[State]:
    """What has been counted: nothing yet, and then a year of it, with small numbers in it."""
    page = "/inkorg/statistik"
    yield state("statistics, none", client.get(page), "staff")
    told = tomllib.loads((CHECKOUT / "forms" / example_figures.FILE).read_text("utf-8"))
    now = datetime(2026, 11, 5, 12, tzinfo=UTC)
    fill = partial(example_figures.fill, content=content, told=told, chance=Random(0), now=now)
    with Database.open(f"sqlite:///{service.data / 'skyddsnat.sqlite'}") as opened:
        opened.write_now(fill)
    yield state("statistics", client.get(f"{page}?period=2026-10"), "staff")
    yield state("statistics, year", client.get(f"{page}?period=2025"), "staff")
    siv = Client(service.staff)
    code = service.new_link(content.municipality.forms["stoppmote"].unit).rsplit("/", 1)[1]
    siv.get(f"/logga-in/{code}")
    siv.post("/logga-in", {"code": code, "namn": "Siv Ask"})
    yield state("picture", siv.get(f"{page}?period=2026-10"), "staff")
    yield state("picture, year", siv.get(f"{page}?period=2025"), "staff")


def removing(service: Service, client: Client) -> Iterator[State]:
    """The list of what may be removed: when it is empty, and with cases that stand in every way."""
    yield state("removal, none", client.get("/inkorg/gallring"), "staff")
    with closing(database(service)) as changing:
        let_be_removed(changing)
        changing.execute(
            "INSERT INTO tombstones VALUES ('K7QF-93MX', 'barn-och-unga', 'orosanmalan', '2026-01',"
            " '2026-06', 'inleds_inte', 'Bo Al', 'Ida Ek', 'retention_days = 90')"
        )
    page = client.get("/inkorg/gallring")
    yield state("removal", page, "staff")
    chosen = re.findall(r'name="arende-free" value="([^"]+)"', page.text)
    inputs = {"_token": token_in(page), "arende-free": chosen[:1]}
    proposed = client.post("/inkorg/gallring/foresla", inputs)
    yield state("removal, proposed", proposed, "staff")
    held = f"/inkorg/arenden/{chosen[-1].split()[0]}/bevara"
    yield state("hold", client.get(held), "staff")


def let_be_removed(changing: sqlite3.Connection) -> None:
    """Let every case have been handed over and closed long ago."""
    close_long_ago(changing)
    changing.execute(
        "INSERT INTO case_entries (id, submission_id, number, kind, step, author, at) SELECT"
        " submission_id, submission_id, 99, 'step', 'lamna_verksamhetssystem', 'Bo Al', 0"
        " FROM inbox_items WHERE submission_id NOT IN"
        " (SELECT submission_id FROM case_entries WHERE number = 99)"
    )


def close_long_ago(changing: sqlite3.Connection) -> None:
    """Let every case have come in, and been closed, long ago."""
    changing.execute("UPDATE submissions SET received_at = 0")
    changing.execute("UPDATE deliveries SET confirmed_at = 0")
    changing.execute("UPDATE inbox_items SET closed_at = 0, next_clock = NULL")


def searching(client: Client) -> Iterator[State]:
    """The page for searching: before, when nothing was typed, when nothing was found, too late."""
    page = client.get("/inkorg/sok")
    yield state("search", page, "staff")
    hidden = {"_token": token_in(page)}
    yield state("search, empty", client.post("/inkorg/sok", hidden), "staff")
    asked = {**hidden, "skal": "case"}
    nothing = client.post("/inkorg/sok", {**asked, "sok": "K7QF-93MX"})
    yield state("search, none", nothing, "staff")
    named = {**asked, "sok": "Tuva Ceder", "ar": "2018"}
    found = client.post("/inkorg/sok", named)
    assert CASE.search(found.text)
    yield state("search, found", found, "staff")
    yield state("search, gone", client.get("/inkorg/sok/AAAAAAAAAAAAAAAA"), "staff")


def work(client: Client, content: Content, case: str) -> Iterator[State]:
    """A case worked with to its end: every step that is offered on the way, and notes."""
    for page in ("jav", "sparra", "tilldela", "lana-ut"):
        yield state(page, client.get(f"{case}/{page}"), "staff")
    nobody = {"_token": token_in(client.get(case)), "_version": "0"}
    yield state("lend, nobody", client.post(f"{case}/lana-ut", nobody), "staff")
    yield state("assign, nobody", client.post(f"{case}/tilldela", nobody), "staff")
    lent = {"vilka": "read_sspf", "dagar": "d7", "text": "Syskonet är hos dem."}
    yield from written(client, f"{case}/lana-ut", lent)
    yield from written(client, f"{case}/anteckning", {"text": "Ringde skolan.\nIngen svarade."})
    changed = {"_token": token_in(client.get(case)), "_version": "0", "text": "Ringde igen."}
    yield state("note, changed", client.post(f"{case}/anteckning", changed), "staff")
    steps = content.processes[content.default]["orosanmalan"].steps
    met: set[str] = set()
    for step in (step for step in steps if step.to):
        offered = re.findall(rf'href="{case}/steg/([a-z_]+)"', client.get(case).text)
        for name in offered:
            if name not in met:
                met.add(name)
                yield state(f"step {name}", client.get(f"{case}/steg/{name}"), "staff")
        if step.agreed_by and step.id in offered:
            yield state("step, not agreed", alone(client, f"{case}/steg/{step.id}", step), "staff")
        if step.id in offered and not step.confirms:
            yield from written(client, f"{case}/steg/{step.id}", filled_in(step))
    yield state("step, impossible", client.get(f"{case}/steg/{steps[0].id}"), "staff")
    yield from written(client, f"{case}/oppna-igen", {"text": "Ny uppgift."})


def emergency(service: Service, client: Client) -> Iterator[State]:
    """A case that somebody has jäv in, and must open all the same."""
    reference = file(service)
    wait_until(lambda: all_delivered(service))
    case = f"/inkorg/arenden/{reference}"
    page = client.get(f"{case}/jav")
    [version] = VERSION.findall(page.text)
    said = {"_token": token_in(page), "_version": version, "text": "Hon är min syster."}
    yield state("emergency, alone", client.post(f"{case}/jav", said), "staff")
    here = "/inkorg/nodlage"
    page = client.get(here)
    yield state("emergency", page, "staff")
    asked = {"_token": token_in(page), "arende": "", "text": ""}
    yield state("emergency, empty", client.post(here, asked), "staff")
    asked |= {"arende": "XXXX-XXXX", "text": "Barnet ska hämtas i natt."}
    yield state("emergency, none", client.post(here, asked), "staff")
    opened = client.post(here, asked | {"arende": reference})
    assert "Nödläge: du är jävig" in opened.text
    yield state("item, emergency", opened, "staff")
    yield state("queue, emergency", client.get("/inkorg"), "staff")
    yield state("emergency, mine", client.get(here), "staff")
    [which] = re.findall(r'name="vilken" value="([^"]+)"', opened.text)
    ended = {"_token": token_in(opened), "vilken": which}
    assert client.post(f"{case}/stang", ended).url.path == "/inkorg"


def of_several(service: Service, content: Content) -> Iterator[State]:
    """The people of a case about several: as they begin, and with a yes and what is missing."""
    client = Client(service.staff)
    code = service.new_link(content.municipality.forms["stoppmote"].unit).rsplit("/", 1)[1]
    client.get(f"/logga-in/{code}")
    queue = client.post("/logga-in", {"code": code, "namn": "Siv Ask"})
    for case in dict.fromkeys(CASE.findall(queue.text)):
        client.post(f"{case}/ta", {"_token": token_in(client.get(case))})
        if "vem=b0" in client.get(f"{case}/gruppen").text:
            break  # Of the others nobody said who they are about.
    yield state("group", client.get(f"{case}/gruppen"), "staff")
    steps = content.processes[content.default]["stoppmote"].steps
    for step in (step for step in steps if step.about and "tagen" in step.from_):
        yield from of_somebody(client, f"{case}/steg/{step.id}")
    yield state("group, written in", client.get(f"{case}/gruppen"), "staff")
    yield state("consents", client.get(f"{case}/samtycken"), "staff")
    yield from of_report(client, f"{case}/anmalan/orosanmalan/b0")
    wait_until(lambda: all_delivered(service))
    yield from in_parts(client, content, case)


PAST = {"day": "1", "month": "1", "year": "2026"}
BEFORE_MEETING = ("vuxen", "ung", "bedomning", "planera", "inbjudan")
AFTER_MEETING = (
    "mote",
    "familj",
    "insats",
    "insats_slut",
    "orossamtal",
    "uppfoljning",
    "uppfoljning_2",
    "uppfoljning_en",
)


def in_parts(client: Client, content: Content, case: str) -> Iterator[State]:
    """Every part of a case: with the meeting planned, and with everything that comes after it."""
    process = content.processes[content.default]["stoppmote"]
    tabs = [tab.id for tab in process.tabs if tab.shows in {"steps", "history"}]
    for when, steps in (("before the meeting", BEFORE_MEETING), ("after it", AFTER_MEETING)):
        for name in steps:
            step = process.step(name)
            assert step, name
            taken(client, f"{case}/steg/{name}", step)
        for name in tabs:
            page = client.get(f"{case}/flik/{name}")
            assert page.status_code == 200, name
            yield state(f"part {name}, {when}", page, "staff")
        yield state(f"item of several, {when}", client.get(case), "staff")
        yield from of_letters(client, f"{case}/brev", when)
    page = client.get(f"{case}/flik/historik?sida=2")
    yield state("part historik, next page", page, "staff")


def of_letters(client: Client, address: str, when: str) -> Iterator[State]:
    """The letters of a case, one of each kind as it is printed, and one that cannot be made."""
    page = client.get(address)
    assert page.status_code == 200, address
    yield state(f"letters, {when}", page, "staff")
    every = re.findall(r'name="brev" value="(([a-z_]+):[^"]+)"', page.text)
    assert every, page.text
    first = {kind: chosen for chosen, kind in reversed(every)}
    for kind, chosen in first.items():
        made = client.post(address, {"_token": token_in(page), "brev": chosen})
        assert made.status_code == 200, chosen
        yield state(f"letter {kind}, {when}", made, "staff")
    hidden = {"_token": token_in(page), "brev": "inget:b0"}
    assert client.post(address, hidden).status_code == 404


def taken(client: Client, address: str, step: Step) -> None:
    """Take a step, about the last that can be chosen, with something long wherever it can be."""
    page = client.get(address)
    there = dict(re.findall(r'name="([^"]+)" id="[^"]+" value="([^"]+)"', page.text))
    asked = (field.id for field in step.fields if getattr(field, "of", ()))
    chosen = {name: there[name] for name in asked if not (step.adds and name == step.about)}
    for field in step.fields:
        if field.kind == "long_text" and not field.ask_if:
            chosen[field.id] = LONG
    version = VERSION.search(page.text)
    assert version, f"{address}: {page.status_code} {page.text}"
    hidden = {"_token": token_in(page), "_version": version[1]}
    dates = [field.id for field in step.fields if field.kind == "date" and field.required]
    past = {f"{name}-{part}": said for name in dates for part, said in PAST.items()}
    after = client.post(address, {**hidden, **filled_in(step, chosen), **past})
    errors = re.findall(r"#[a-z_-]+\">[^<]+", after.text)
    assert after.status_code == 200, f"{address}: {errors}"


def of_report(client: Client, address: str) -> Iterator[State]:
    """A report about one of them: filled in, not said to be read, and sent."""
    page = client.get(address)
    assert page.status_code == 200, f"{address}: {page.text}"
    yield state("report of a case", page, "staff")
    hidden = {"_token": token_in(page), "_var": WAS.search(page.text)[1]}
    unread = client.post(address, {**hidden, "beskriv": LONG})
    yield state("report of a case, not read", unread, "staff")
    hidden = {"_token": token_in(unread), "_var": WAS.search(unread.text)[1]}
    yield state("report of a case, sent", client.post(address, {**hidden, "_last": "yes"}), "staff")


def of_somebody(client: Client, address: str) -> Iterator[State]:
    """A step about somebody: as it begins, and not answered; then taken where a name is enough."""
    page = client.get(address)
    yield state(f"step {address.rsplit('/', 1)[1]}", page, "staff")
    hidden = {"_token": token_in(page), "_version": VERSION.search(page.text)[1]}
    yield state("step, nobody", client.post(address, hidden), "staff")
    named = {"namn": LONG[:150], "skyddad": "nej", "alder": "16", "nar-day": "1 1 2026"}
    offered = {name: value for name, value in named.items() if f'name="{name}"' in page.text}
    client.post(address, {**hidden, **offered})


def written_down(service: Service, client: Client, address: str) -> Iterator[State]:
    """A report that staff write down: chosen, begun, wrong, saved, overtaken, and in."""
    choice = client.get("/inkorg/ny")
    yield state("enter", choice, "staff")
    page = client.post(f"{address}/borja", {"_token": token_in(choice)})
    yield state("entering", page, "staff")
    now = dict(CAME.findall(page.text))

    def press(page: httpx2.Response, **inputs: str) -> httpx2.Response:
        hidden = {"_token": token_in(page), "_var": WAS.search(page.text)[1]}
        return client.post(address, hidden | inputs)

    known = {"ditt_namn": LONG, "telefon": LONG, "sprak": "Somaliska"}
    asked = {name: text for name, text in known.items() if f'name="{name}"' in page.text}
    wrong = press(page, _tid="25.61", **asked)
    assert wrong.status_code == 422
    yield state("entering, wrong", wrong, "staff")
    changed = press(page, _kanal="telefon")
    assert changed.status_code == 409
    yield state("entering, changed", changed, "staff")
    saved = press(wrong, _kanal="telefon", _spara="1", **now)
    yield state("entering, saved", saved, "staff")
    entered = press(saved, _kanal="telefon", **now)
    yield state("entered", entered, "staff")
    wait_until(lambda: all_delivered(service))
    yield state("entered, there", client.get(f"{address}/kvitto"), "staff")
    assert entered.status_code == 200
    assert "har kommit in" in entered.text


def written(client: Client, address: str, inputs: Mapping[str, Any]) -> Iterator[State]:
    """A page where staff write: before, when nothing was written, and what comes after."""
    page = client.get(address)
    name = address.rpartition("/")[2]
    yield state(name, page, "staff")
    hidden = {"_token": token_in(page), "_version": VERSION.search(page.text)[1]}
    if inputs:
        yield state(f"{name}, empty", client.post(address, hidden), "staff")
    after = client.post(address, {**hidden, **inputs})
    assert after.status_code == 200, f"{address}: {after.text}"
    yield state(f"item, {name}", after, "staff")


def alone(client: Client, address: str, step: Step) -> httpx2.Response:
    """A decision that takes a colleague too, by one who has none."""
    page = client.get(address)
    hidden = {"_token": token_in(page), "_version": VERSION.search(page.text)[1]}
    chosen = {"beslut": ("inleds_inte",), "vald": ("ja",)}
    after = client.post(address, {**hidden, **filled_in(step, chosen)})
    assert after.status_code == 409, f"{address}: {after.text}"
    return after


def filled_in(step: Step, chosen: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is typed in a step: of options the last, and something wherever it must be said."""
    typed: dict[str, Any] = dict(chosen or {})
    for field in step.fields:
        read = step.read(typed, today=datetime.now(UTC).date())
        if field in read.fields and field.id in read.required and field.id not in typed:
            typed |= something(field)
    return typed


def something(field: Field) -> dict[str, Any]:
    if field.kind in {"radios", "checkboxes"}:
        last = field.options[-1]
        text = {field.text_name(last): ("Något",)} if last.text else {}
        return {field.id: (last.id,), **text}
    if field.kind == "date":
        parts = {"day": "1", "month": "december", "year": "2026"}
        return {f"{field.id}-{part}": (value,) for part, value in parts.items()}
    return {field.id: ("yes" if field.kind == "confirmation" else "Något som har hänt.",)}


def stuck(service: Service, client: Client) -> Iterator[State]:
    """The pages of staff when a report has not arrived everywhere, and when the count is wrong."""
    with closing(database(service)) as changing:
        changing.execute(
            "UPDATE deliveries SET state = 'failed', reason = 'delivery.reasons.refused',"
            " confirmed_at = NULL, next_try_at = NULL, attention_at = queued_at"
        )
        yield state("stuck, none", client.get("/inkorg/leveranser"), "staff")
        changing.execute("INSERT OR REPLACE INTO pulses (name, at, ok) VALUES ('reconcile', 1, 0)")
    queue = client.get("/inkorg")
    yield state("queue, stuck", queue, "staff")
    yield state("stuck, all", client.get("/inkorg/leveranser"), "staff")
    address = re.search(r'href="(/inkorg/leveranser/[^"]+)"', queue.text)[1]
    page = client.get(address)
    yield state("stuck", page, "staff")
    without_reason = client.post(f"{address}/for-hand", {"_token": token_in(page)})
    yield state("stuck, without a reason", without_reason, "staff")
    assert without_reason.status_code == 422


def everything(service: Service, content: Content) -> list[State]:
    """Every state of a service that nobody else uses; it is worn when this is done."""
    found = []
    for language in content.languages:
        for form_id in content.forms[language]:
            found += Walk(service, content, form_id, language).states()
        found += outside(service, content, language)
    found += locked_out(service, content)
    found += unforeseen(service, content)
    wait_until(lambda: all_delivered(service))
    found += inbox(service, content)
    with TemporaryDirectory() as folder:
        found += signing_in(service, Path(folder))
    return found


def signing_in(service: Service, folder: Path) -> Iterator[State]:
    """The pages of a municipality with a sign-in of its own, that is away; and of an emergency."""
    usual = Path(service.settings["SKYDDSNAT_MUNICIPALITY"]).read_text("utf-8")
    own = SETTINGS.format(issuer="http://127.0.0.2:9", client=CLIENT)
    (folder / "kommunen.toml").write_text(usual + own, "utf-8")
    (folder / "sign_in.secret").write_text(SECRET)
    settings = Settings.read(
        service.environment()
        | {
            "SKYDDSNAT_MUNICIPALITY": str(folder / "kommunen.toml"),
            "SKYDDSNAT_SECRETS": str(folder),
            "SKYDDSNAT_PRIVATE_KEYS": str(service.data / "keys" / "private"),
        }
    )
    app = main.staff(settings)
    parts = app.state.parts
    grants = dict.fromkeys(parts.municipality.units, LEADING)
    who = LetIn("Kim Sandell", "kim", grants, qualified=True, emergency=True)
    now = parts.clock.now()
    opened = parts.database.write_now(lambda c: access.open_session(c, who, now=now))
    with TestClient(app, base_url=service.staff) as client:
        yield state("by provider", client.get("/logga-in"), "staff")
        yield state("provider away", client.get("/logga-in/kommunen"), "staff")
        yield state("refused", client.get("/logga-in/svar?state=x"), "staff")
        client.cookies.set("inkorg", opened.cookie)
        yield state("emergency, two units", client.get("/inkorg"), "staff")
        yield state("account", client.get("/din-inloggning"), "staff")
        administrator = dict.fromkeys(grants, frozenset({Role.ADMINISTRATOR}))
        who = replace(who, name="Adam Ek", subject="adam", grants=administrator)
        opened = parts.database.write_now(lambda c: access.open_session(c, who, now=now))
        client.cookies.set("inkorg", opened.cookie)
        yield state("settings", client.get("/inkorg/installningar"), "staff")
    parts.database.close()
    yield from reviewing(settings)


class Later(SystemClock):
    """A clock that is two months ahead: whole months are over."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=62)


def reviewing(settings: Settings) -> Iterator[State]:
    """The pages of whoever reviews the log, when all of it is linked."""
    clock = Later()
    app = main.staff(replace(settings, municipality="exempelkommun"), clock=clock)
    parts, now = app.state.parts, clock.now()
    wait_until(lambda: not parts.database.read_now(partial(chain.next_links, most=1)))

    def signed_in(client: TestClient, name: str, role: Role) -> None:
        roles = dict.fromkeys(parts.municipality.units, frozenset({role}))
        who = LetIn(name, access.subject_of("", name), roles, qualified=False)
        opened = parts.database.write_now(lambda c: access.open_session(c, who, now=now))
        client.cookies.set("inkorg", opened.cookie)

    with TestClient(app, base_url=settings.staff.origin) as client:
        signed_in(client, "Lo Gran", Role.LOGGRANSKARE)
        yield from readers(client)
        reading = yield from months(client)
        month = reading.rpartition("/")[0]
        signed_in(client, "Kim Sandell", Role.LOGGRANSKARE)
        yield state("month, own", client.get(month), "staff")
        yield state("reading, own", client.get(reading), "staff")
        signed_in(client, "Ida Ek", Role.ANDRA_GRANSKARE)
        yield state("months, second", client.get("/inkorg/granskning"), "staff")
        yield state("month, second", client.get(month), "staff")
        signed_in(client, "Lo Gran", Role.LOGGRANSKARE)
        yield from signing(client, month)
    parts.database.close()


def signing(client: TestClient, month: str) -> Iterator[State]:
    """A month of which all has been looked at."""
    page = client.get(month)
    token = {"_token": token_in(page)}
    for number in re.findall(rf'href="{month}/(\d+)"', page.text):
        page = client.post(month, data=token | {"lasning": number})
    yield state("month, all", client.get(f"{month}?visa=alla"), "staff")
    yield state("month, signed", client.post(f"{month}/klar", data=token), "staff")
    yield state("months, signed", client.get("/inkorg/granskning"), "staff")


def months(client: TestClient) -> Generator[State, None, str]:
    """A month's review, from when it is not drawn; return where a reading is that is left."""
    page = client.get("/inkorg/granskning")
    yield state("months", page, "staff")
    month = re.findall(r'href="(/inkorg/granskning/[0-9-]+)"', page.text)[-1]
    page = client.get(month)
    yield state("month, not drawn", page, "staff")
    token = {"_token": token_in(page)}
    page = client.post(f"{month}/dra", data=token)
    yield state("month", page, "staff")
    yield state("month, not all", client.post(f"{month}/klar", data=token), "staff")
    readings = re.findall(rf'href="{month}/(\d+)"', page.text)
    assert readings
    reading = f"{month}/{readings[0]}"
    yield state("reading", client.get(reading), "staff")
    empty = client.post(reading, data=token | {"omdome": "follow_up"})
    yield state("reading, nothing said", empty, "staff")
    said = {"omdome": "follow_up", "mening": "Frågar chefen."}
    yield state("month, followed up", client.post(reading, data=token | said), "staff")
    yield state("reading, followed up", client.get(reading), "staff")
    return f"{month}/{readings[-1]}"


def readers(client: TestClient) -> Iterator[State]:
    """Who has read: before anything is asked, and what comes of it."""
    page = client.get("/inkorg/logg")
    yield state("readers", page, "staff")
    asked = {"_token": token_in(page), "namn": "Kim Sandell"}
    found = client.post("/inkorg/logg", data=asked)
    assert "Öppnade ärendet" in found.text
    yield state("readers, found", found, "staff")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(readings, "MOST", 1)
        yield state("readers, more", client.post("/inkorg/logg", data=asked), "staff")
    nobody = client.post("/inkorg/logg", data=asked | {"namn": "Ingen"})
    yield state("readers, none", nobody, "staff")
    wrong = client.post("/inkorg/logg", data=asked | {"namn": "", "till": "i går"})
    yield state("readers, wrong", wrong, "staff")


def all_compared(service: Service) -> bool:
    with closing(database(service)) as asking:
        left = asking.execute("SELECT count(*) FROM inbox_items WHERE indexed_as IS NULL")
        return not left.fetchone()[0]


def all_delivered(service: Service) -> bool:
    with closing(database(service)) as asking:
        sent, come = (
            asking.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names of ours
            for table in ("submissions", "inbox_items")
        )
    return bool(sent) and sent == come
