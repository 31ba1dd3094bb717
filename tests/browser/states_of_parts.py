"""The parts of a case about several, where much has been done: before the meeting, and after it."""

import re
from collections.abc import Iterator

from app.runner.content import Content
from app.runner.process import Step
from tests.browser import states
from tests.browser.states import LONG, VERSION, Client, State, state, token_in
from tests.service import Service

PAST = {"day": "1", "month": "1", "year": "2026"}
BEFORE = ("vuxen", "ung", "bedomning", "planera", "inbjudan")
AFTER = ("mote", "familj", "insats", "insats_slut", "orossamtal", "uppfoljning", "uppfoljning_2")


def in_parts(service: Service, content: Content) -> Iterator[State]:
    """Every part of a case: with the meeting planned, and with everything that comes after it."""
    client = Client(service.staff)
    code = service.new_link(content.municipality.forms["stoppmote"].unit).rsplit("/", 1)[1]
    client.get(f"/logga-in/{code}")
    client.post("/logga-in", {"code": code, "namn": "Siv Ask"})
    case = states.CASE.findall(client.get("/inkorg?flik=mina").text)[-1]
    process = content.processes[content.default]["stoppmote"]
    tabs = [tab.id for tab in process.tabs if tab.shows in {"steps", "history"}]
    for when, steps in (("before the meeting", BEFORE), ("after it", (*AFTER, "uppfoljning_en"))):
        for name in steps:
            step = process.step(name)
            assert step, name
            taken(client, f"{case}/steg/{name}", step)
        for name in tabs:
            page = client.get(f"{case}/flik/{name}")
            assert page.status_code == 200, name
            yield state(f"part {name}, {when}", page, "staff")
        yield state(f"item of several, {when}", client.get(case), "staff")
    page = client.get(f"{case}/flik/historik?sida=2")
    yield state("part historik, next page", page, "staff")


def taken(client: Client, address: str, step: Step) -> None:
    """Take a step, about the last that can be chosen, with something long wherever it can be."""
    page = client.get(address)
    there = dict(re.findall(r'name="([^"]+)" id="[^"]+" value="([^"]+)"', page.text))
    asked = (field.id for field in step.fields if getattr(field, "of", ()))
    chosen = {name: there[name] for name in asked if not (step.adds and name == step.about)}
    for field in step.fields:
        if field.kind == "long_text" and not field.ask_if:
            chosen[field.id] = LONG
    hidden = {"_token": token_in(page), "_version": VERSION.search(page.text)[1]}
    dates = [field.id for field in step.fields if field.kind == "date" and field.required]
    past = {f"{name}-{part}": said for name in dates for part, said in PAST.items()}
    after = client.post(address, {**hidden, **states.filled_in(step, chosen), **past})
    errors = re.findall(r"#[a-z_-]+\">[^<]+", after.text)
    assert after.status_code == 200, f"{address}: {errors}"
