"""The states that take a municipality, colleagues or trouble of their own.

A case is handed over to another system, in every way that can go; a colleague is assigned one, or
barred from it; two agree to remove one, and where the akt is kept here the law is asked first; a
session runs out in the middle of a sentence; no PDF can be made. The staff site is another one
beside the service's, on the same database.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from app import main
from app.casework import access, searching
from app.casework.access import LEADING, LetIn
from app.casework.seeing_to import BY_ANOTHER_WAY
from app.runner.process import Process, Step
from app.runner.role import Role
from app.settings import Settings
from app.typesetting import press
from tests import akt_here
from tests.browser import states
from tests.browser.states import State, filled_in, state, token_in
from tests.service import Service, wait_until

FORM, TO = "orosanmalan", "verksamhet"
SYSTEM = """
[destinations.verksamhet]
connector = "folder"
name = "Verksamhetssystemet"
[destinations.verksamhet.options]
folder = "{folder}"
"""
READERS = """
[sign_in]
issuer = "https://login.kommunen.example"
client = "skyddsnat"
amr = ["mfa"]

[[sign_in.groups]]
group = "nya"
second_reader = true
"""
WAYS = {
    "stuck": "state = 'failed', reason = 'delivery.reasons.refused', attention_at = queued_at",
    "received": "confirmed_at = queued_at, attention_at = NULL, released_at = NULL",
    "rerouted": f"released_at = queued_at, reason = '{BY_ANOTHER_WAY}', confirmed_at = NULL",
}


class Desk:
    """Somebody at the other site, who writes as a browser without a screen does."""

    def __init__(self, app: Any, origin: str, name: str, *roles: Role, alone: bool = True) -> None:
        self.parts, self.name = app.state.parts, name
        grants = dict.fromkeys(self.parts.municipality.units, frozenset(roles) or LEADING)
        subject = access.subject_of("", name)
        read_at = self.parts.clock.now() if self.parts.provider else None
        self.who = LetIn(name, subject, grants, True, read_at, second_reader=not alone)
        self.http = TestClient(app, base_url=origin)
        self.sign_in()

    def sign_in(self) -> None:
        now = self.parts.clock.now()
        opened = self.parts.database.write_now(
            lambda connection: access.open_session(connection, self.who, now=now)
        )
        self.http.cookies.set("inkorg", opened.cookie)

    def get(self, address: str) -> Any:
        return self.http.get(address)

    def post(self, address: str, inputs: Mapping[str, Any]) -> Any:
        return self.http.post(address, data=dict(inputs))

    def write(self, page: str, inputs: Mapping[str, Any]) -> Any:
        """Write on a page of a case as it is now."""
        shown = self.get(page)
        hidden = {"_token": token_in(shown), "_version": states.VERSION.search(shown.text)[1]}
        return self.post(page, {**hidden, **inputs})

    def press(self, page: str, act: str, **inputs: Any) -> Any:
        """Press what stands on a page, for the page as it is now."""
        shown = self.get(page)
        version = states.VERSION.search(shown.text)
        hidden = {"_token": token_in(shown), "_version": version[1] if version else "0"}
        return self.post(act, hidden | inputs)


def in_the_office(service: Service, folder: Path) -> Iterator[State]:
    """Every state that takes an office of its own."""
    app = main.staff(settings_in(service, folder))
    desk = partial(Desk, app, service.staff)
    kim, bo = desk("Kim Sandell"), desk("Bo Al")
    process = app.state.parts.rules.processes[FORM]
    for work in (handing, with_colleagues, in_trouble, by_two):
        reference = states.file(service)
        wait_until(lambda: states.all_delivered(service))
        yield from work(service, kim, bo, f"/inkorg/arenden/{reference}", process)
    (folder / "readers").mkdir()
    case = f"/inkorg/arenden/{states.file(service)}"
    yield from with_a_reader(service, folder / "readers", case)
    barred = desk("Adam Ek", Role.ADMINISTRATOR).get(f"/inkorg/arenden/{reference}")
    yield said("not allowed", barred, 403)
    app.state.parts.database.close()
    yield from keeping_akts(service, folder)


def settings_in(service: Service, folder: Path) -> Settings:
    """The settings of a municipality that hands cases over to a system of its own."""
    usual = Path(service.settings["SKYDDSNAT_MUNICIPALITY"]).read_text("utf-8")
    form = f"[forms.{FORM}]\n"
    assert form in usual
    return with_system(service, folder, usual.replace(form, f'{form}hand_over = "{TO}"\n'))


def with_system(service: Service, folder: Path, text: str) -> Settings:
    """The settings of a municipality, of its file's text, that has a system of its own too."""
    (folder / "system").mkdir(parents=True)
    (folder / "kommunen.toml").write_text(text + SYSTEM.format(folder=folder / "system"), "utf-8")
    known = Settings.read(service.environment())
    shutil.copytree(known.public_keys, folder / "public")
    key = ECKey.generate_key("P-256", {"kid": TO}, private=True).as_dict(private=False)
    (folder / "public" / f"{TO}.jwk").write_text(json.dumps(key), "utf-8")
    return replace(
        known,
        municipality=folder / "kommunen.toml",
        public_keys=folder / "public",
        private_keys=service.data / "keys" / "private",
    )


def said(name: str, answer: Any, status: int = 200) -> State:
    assert answer.status_code == status, f"{name}: {answer.status_code} {answer.text[:2000]}"
    return state(name, answer, "staff")


def decided(desk: Desk, case: str, process: Process) -> None:
    """Assess a case and decide, so that it can be handed over."""
    for name, chosen in (
        ("skyddsbedomning", {}),
        ("beslut", {"beslut": ("ej_barn_eller_ung",), "besked": ("omfattas_inte",)}),
    ):
        answer = desk.write(f"{case}/steg/{name}", filled_in(step_of(process, name), chosen))
        assert "/steg/" not in str(answer.url), answer.text


def step_of(process: Process, name: str) -> Step:
    step = process.step(name)
    assert step is not None
    return step


def handing(service: Service, kim: Desk, _: Desk, case: str, process: Process) -> Iterator[State]:
    """A case on its way to another system, stuck, handed over by hand, sent another way, there."""
    decided(kim, case, process)
    at = f"{case}/steg/skicka_verksamhetssystem"
    yield said("hand over", kim.get(at))
    yield said("hand over, on its way", kim.write(at, {}))
    early = kim.write(f"{case}/steg/avsluta", filled_in(step_of(process, "avsluta")))
    yield said("hand over, not there", early, 409)
    where = f"destination = '{TO}'"

    def comes(how: str) -> None:
        with closing(states.database(service)) as changing:
            changing.execute(f"UPDATE deliveries SET {WAYS[how]} WHERE {where}")  # noqa: S608 - ours

    comes("stuck")
    yield said("hand over, stuck", kim.get(case))
    there = f"/inkorg/leveranser/{case.rpartition('/')[2]}/{TO}"
    yield said("stuck, a case", kim.get(there))
    yield said("stuck, mine", kim.press(there, f"{there}/ta-hand-om"))
    kim.press(there, f"{there}/for-hand", anledning="Eva Ek på mottagningen, på papper")
    yield said("hand over, by hand", kim.get(case))
    comes("rerouted")
    yield said("hand over, another way", kim.get(case))
    comes("received")
    yield said("hand over, received", kim.get(case))


def with_colleagues(
    _: Service, kim: Desk, bo: Desk, case: str, process: Process
) -> Iterator[State]:
    """A list of colleagues, what is wrong with whom one names, and one who is barred."""
    assert step_of(process, "beslut")
    yield said("assign, colleagues", kim.get(f"{case}/tilldela"))
    nobody = kim.write(f"{case}/tilldela", {})
    yield said("assign, none of them", nobody, 422)
    for page in ("jav", "sparra"):
        yield said(f"{page}, empty", kim.write(f"{case}/{page}", {}), 422)
    barred = kim.write(f"{case}/sparra", {"namn": "Bo Al", "text": "Granne till familjen."})
    yield said("item, barred", barred)
    lifted = kim.press(case, f"{case}/hav-jav", namn="Bo Al")
    yield said("item, lift asked", lifted)
    yield said("item, not theirs", bo.get(case), 404)


def with_a_reader(service: Service, folder: Path, case: str) -> Iterator[State]:
    """A case of somebody who does not decide alone: before and after a colleague has read it."""
    wait_until(lambda: states.all_delivered(service))
    settings = settings_in(service, folder)
    (folder / "sign_in.secret").write_text("hemligt", "utf-8")
    with (folder / "kommunen.toml").open("a", encoding="utf-8") as file:
        file.write(READERS)
    app = main.staff(replace(settings, secrets=folder))
    newcomer = Desk(app, service.staff, "My Ny", alone=False)
    leader = Desk(app, service.staff, "Ida Ek")
    process = app.state.parts.rules.processes[FORM]
    newcomer.write(f"{case}/steg/skyddsbedomning", filled_in(step_of(process, "skyddsbedomning")))
    yield said("item, needs a reader", newcomer.get(case))
    chosen = {"beslut": ("inleds",), "besked": ("omfattas_inte",)}
    decision = filled_in(step_of(process, "beslut"), chosen)
    yield said("step, not read", newcomer.write(f"{case}/steg/beslut", decision), 409)
    yield said("item, to be read", leader.get(case))
    yield said("item, read", leader.press(case, f"{case}/medlast"))
    yield said("item, has a reader", newcomer.get(case))
    yield said("account, needs a reader", newcomer.get("/din-inloggning"))
    app.state.parts.database.close()


def in_trouble(
    service: Service, kim: Desk, bo: Desk, case: str, process: Process
) -> Iterator[State]:
    """What is wrong, too late or away, and what was written there still."""
    assert step_of(process, "beslut")
    yield said("times, wrong", kim.get("/inkorg/tider?fran=x&till=y"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(press, "__file__", "/nowhere")
        out = kim.press(f"{case}/ta-ut", f"{case}/pdf", vad="arende")
    yield said("no PDF", out, 503)
    page = kim.get("/inkorg/sok")
    asked = {"_token": token_in(page), "sok": "K7QF-93MX", "skal": "case"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(searching, "MOST_SEARCHES", 0)
        yield said("search, slowed", kim.post("/inkorg/sok", asked), 429)
    yield said("account, several", replaced(kim).get("/din-inloggning"))
    kim.get(f"{case}/anteckning")
    shown = bo.get(f"{case}/anteckning")
    with closing(states.database(service)) as changing:
        changing.execute("UPDATE staff_sessions SET idle_until = 1 WHERE name = 'Bo Al'")
    hidden = {"_token": token_in(shown), "_version": states.VERSION.search(shown.text)[1]}
    late = bo.post(f"{case}/anteckning", hidden | {"text": "Ringde skolan."})
    yield said("note, too late", late)
    bo.sign_in()
    yield said("queue, kept", bo.get("/inkorg"))
    yield said("note, kept", bo.get(f"{case}/anteckning"))


def replaced(desk: Desk) -> Desk:
    """The same person, in one more browser."""
    desk.sign_in()
    return desk


def by_two(service: Service, kim: Desk, bo: Desk, case: str, process: Process) -> Iterator[State]:
    """One has proposed, another agrees; and one is kept."""
    assert step_of(process, "avsluta")
    yield said("hold, empty", kim.write(f"{case}/bevara", {}), 422)
    held = kim.write(f"{case}/bevara", {"text": "Någon har begärt ut handlingarna."})
    yield said("item, held", held)
    with closing(states.database(service)) as changing:
        states.let_be_removed(changing)
    at = "/inkorg/gallring"
    page = kim.get(at)
    yield said("removal, held", page)
    free = states.re.findall(r'name="arende-free" value="([^"]+)"', page.text)
    kim.press(at, f"{at}/foresla", **{"arende-free": free[:1]})
    page = bo.get(at)
    yield said("removal, another's", page)
    theirs = states.re.findall(r'name="arende-proposed" value="([^"]+)"', page.text)
    yield said("removal, agreed", bo.press(at, f"{at}/godkann", **{"arende-proposed": theirs}))


BORN = {"fodd-day": "4", "fodd-month": "3", "fodd-year": "2014"}
LAWFUL = {**BORN, "placerad": "nej", "annat": "nej"}
FACTS = (
    ("young", "inleds", LAWFUL),
    ("research", "inleds", {**LAWFUL, "fodd-day": "15"}),
    ("never", "inleds", {**LAWFUL, "placerad": "ja"}),
    ("other", "inleds", {**LAWFUL, "annat": "ja"}),
    ("unknown", "inleds", {**LAWFUL, "annat": "vet_inte"}),
    ("free", "inleds_inte", LAWFUL),
    ("free", "inleds_inte", LAWFUL),
)
"""What is said of akts in which nothing has been noted for long, each by its outcome."""


def keeping_akts(service: Service, folder: Path) -> Iterator[State]:
    """What the law asks where the akt is kept here, and what may be removed by it."""
    at = "/inkorg/gallring"
    references = [states.file(service) for _ in FACTS]
    wait_until(lambda: states.all_delivered(service))
    app = main.staff(akts_here(service, folder, "0000"))
    kim = Desk(app, service.staff, "Kim Sandell")
    with closing(states.database(service)) as changing:
        states.close_long_ago(changing)
        changing.execute("UPDATE inbox_items SET closed_at = strftime('%s') * 1000000")
        yield said("removal here, none", kim.get(at))
        changing.execute("UPDATE inbox_items SET closed_at = 0")
        for reference, (_, outcome, _) in zip(references, FACTS, strict=True):
            changing.execute(
                "UPDATE inbox_items SET outcome = ? WHERE submission_id ="
                " (SELECT id FROM submissions WHERE reference = ?)",
                (outcome, reference),
            )
    yield said("removal here, not known", kim.get(at))
    page = f"/inkorg/arenden/{references[0]}/gallringsuppgifter"
    yield said("removal facts", kim.get(page))
    yield said("removal facts, empty", kim.write(page, {}), 422)
    wrong = {**LAWFUL, "fodd-day": "31", "fodd-month": states.LONG}
    yield said("removal facts, wrong", kim.write(page, wrong), 422)
    older = {"_token": token_in(kim.get(page)), "_version": "9"}
    yield said("removal facts, filled", kim.post(page, older | LAWFUL), 409)
    for reference, (_, _, facts) in zip(references, FACTS, strict=True):
        answer = kim.write(f"/inkorg/arenden/{reference}/gallringsuppgifter", facts)
    yield said("removal here, reasons", answer)
    free = states.re.findall(r'name="arende-free" value="([^"]+)"', answer.text)
    yield said("removal here, proposed", kim.press(at, f"{at}/foresla", **{"arende-free": free[0]}))
    app.state.parts.database.close()
    whole = main.staff(akts_here(service, folder, "0580"))
    yield said("removal here, whole", Desk(whole, service.staff, "Bo Al").get(at))
    whole.state.parts.database.close()


def akts_here(service: Service, folder: Path, code: str) -> Settings:
    """The settings of a municipality that keeps the akt itself."""
    usual = Path(service.settings["SKYDDSNAT_MUNICIPALITY"]).read_text("utf-8")
    return settings_of(service, folder / f"{code}.toml", akt_here.municipality(usual, code))


def settings_of(service: Service, file: Path, text: str) -> Settings:
    """The service's settings, with a municipality's file of such text in the place of its own."""
    file.write_text(text, "utf-8")
    known = Settings.read(service.environment())
    return replace(known, municipality=file, private_keys=service.data / "keys" / "private")
