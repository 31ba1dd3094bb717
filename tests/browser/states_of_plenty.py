"""The states of a house where much has happened: late, long, hidden, broken, and more than a page.

And of a municipality that is no exercise, compares and counts nothing, and has one unit for all.
Pages are made short, so that there are several of each.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app import main
from app.casework import queue, removable, searching, stuck
from app.records import destinations
from app.runner.role import Role
from app.settings import CHECKOUT
from tests.browser import states
from tests.browser.states import LONGER_THAN_ANY, NAMED, State, token_in
from tests.browser.states_of_office import TO, Desk, decided, said, settings_of, with_system
from tests.service import Service, wait_until

EXAMPLE = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
EVER = "fran=2001-01-01&till=2099-12-31"
LATE = "due_on = '2026-01-02', extended_to = NULL, stopped_at = due_at, late_days = 3"
LONG = {**NAMED, "beskriv": {"beskriv": LONGER_THAN_ANY[:5_000]}}


def in_plenty(service: Service, folder: Path) -> Iterator[State]:
    """Every state that takes much, or a municipality that has chosen otherwise."""
    one, other, _ = (states.file(service, pages=pages) for pages in (LONG, NAMED, NAMED))
    wait_until(lambda: states.all_delivered(service) and states.all_compared(service))
    app = main.staff(with_system(service, folder / "plenty", usual(service)))
    kim = Desk(app, service.staff, "Kim Sandell")
    ida = Desk(app, service.staff, "Ida Ek", Role.HANDLAGGARE)
    yield from written_and_decided(service, kim, one)
    yield from one_child(service, kim, ida, one, other)
    yield from broken(service, kim, one)
    yield from too_many(service, kim)
    yield from not_there(service, kim)
    app.state.parts.database.close()
    app = main.staff(settings_of(service, folder / "plain.toml", plain()))
    yield from chosen_otherwise(Desk(app, service.staff, "Kim Sandell"))
    yield from others(Desk(app, service.staff, "Rut Lind", Role.REGISTRATOR))
    app.state.parts.database.close()


def usual(service: Service) -> str:
    """Return the service's own municipality, where one form goes to a system of its own as well."""
    text = Path(service.settings["SKYDDSNAT_MUNICIPALITY"]).read_text("utf-8")
    form = "[forms.stoppmote]\n"
    assert form in text
    return text.replace(form, f'{form}destinations = ["inbox", "{TO}"]\n')


def plain() -> str:
    """Return the example as no exercise, with one unit for both forms, that counts nothing."""
    text = EXAMPLE.read_text("utf-8")
    for old, new in (
        ("exercise = true", "exercise = false"),
        ('unit = "sspf"', 'unit = "barn-och-unga"'),
        ("[statistics]\non = true", "[statistics]\non = false"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def written_and_decided(service: Service, kim: Desk, reference: str) -> Iterator[State]:
    """A long report, what is written of it and decided, and that it was late."""
    case = f"/inkorg/arenden/{reference}"
    yield said("queue, new", kim.get("/inkorg"))
    yield said("item, long", kim.get(case))
    kim.write(f"{case}/anteckning", {"text": "Ringde skolan."})
    decided(kim, case, kim.parts.rules.processes["orosanmalan"])
    yield said("copy, choices", kim.get(f"{case}/kopia"))
    with closing(states.database(service)) as changing:
        changing.execute(
            f"UPDATE case_clocks SET {LATE} WHERE submission_id ="  # noqa: S608 - our own
            " (SELECT id FROM submissions WHERE reference = ?)",
            (reference,),
        )
    yield said("item, late", kim.get(case))
    yield said("times, late", kim.get(f"/inkorg/tider?{EVER}"))
    yield said("decisions", kim.get(f"/inkorg/beslut?{EVER}"))


def one_child(service: Service, kim: Desk, ida: Desk, one: str, other: str) -> Iterator[State]:
    """Reports of one child, one of which somebody may not be told of; and of another child."""
    case = f"/inkorg/arenden/{one}"
    kim.press(case, f"{case}/annat-barn", annan=other)
    yield said("item, another child", kim.get(case))
    kim.press(case, f"{case}/samma-barn", annan=other)
    with closing(states.database(service)) as changing:
        changing.execute("UPDATE submissions SET protected = 1 WHERE reference = ?", (other,))
    yield said("item, hidden child", ida.get(case))
    yield said("timeline, hidden", ida.get(f"{case}/barnet"))
    asked = {"_token": token_in(ida.get("/inkorg/sok")), "sok": "Tuva Ceder", "skal": "case"}
    yield said("search, hidden", ida.post("/inkorg/sok", asked | {"ar": "2018"}))


def too_many(service: Service, kim: Desk) -> Iterator[State]:
    """More than a page of everything."""
    with closing(states.database(service)) as changing, pytest.MonkeyPatch.context() as patched:
        for listed in (queue, removable, searching, stuck):
            patched.setattr(listed, "MOST", 1)
        for asked in (queue.list_items, stuck.waiting):
            patched.setitem(asked.__kwdefaults__ or {}, "most", 1)
        yield said("queue, more", kim.get("/inkorg"))
        asked = {"_token": token_in(kim.get("/inkorg/sok")), "sok": "Tuva Ceder", "skal": "case"}
        yield said("search, more", kim.post("/inkorg/sok", asked | {"ar": "2018"}))
        changing.execute(
            "UPDATE deliveries SET state = 'failed', reason = 'delivery.reasons.refused',"
            " confirmed_at = NULL, next_try_at = NULL, attention_at = queued_at"
        )
        yield said("queue, more stuck", kim.get("/inkorg"))
        yield said("stuck, first page", kim.get("/inkorg/leveranser"))
        yield said("stuck, second page", kim.get("/inkorg/leveranser?sida=2"))
        changing.execute("UPDATE deliveries SET confirmed_at = queued_at, attention_at = NULL")
        states.let_be_removed(changing)
        yield said("removal, more", kim.get("/inkorg/gallring"))


def not_there(service: Service, kim: Desk) -> Iterator[State]:
    """A receiver that takes nothing, and another that it can be sent to."""
    now = kim.parts.clock.now()
    with closing(states.database(service)) as changing:
        changing.execute("UPDATE deliveries SET attention_at = queued_at, confirmed_at = NULL")
        [name] = changing.execute("SELECT destination FROM deliveries LIMIT 1").fetchone()
    assert name != TO
    kim.parts.database.write_now(lambda connection: destinations.close(connection, name, now=now))
    page = kim.get("/inkorg/leveranser")
    address = re.search(r'href="(/inkorg/leveranser/[^"]+)"', page.text)[1]
    yield said("stuck, closed", kim.get(address))
    kim.parts.database.write_now(lambda connection: destinations.reopen(connection, name, now=now))


def broken(service: Service, kim: Desk, reference: str) -> Iterator[State]:
    """What no key opens: what was written, and the other report, that is not as it was sealed."""
    case = f"/inkorg/arenden/{reference}"
    with closing(states.database(service)) as changing:
        changing.execute("DROP TRIGGER case_entries_no_update")
        changing.execute(
            "UPDATE case_entries SET sealed = substr(sealed, 1, length(sealed) - 1)"
            " WHERE sealed IS NOT NULL"
        )
    yield said("item, broken entry", kim.get(case))
    yield said("timeline, broken", kim.get(f"{case}/barnet"))


def chosen_otherwise(kim: Desk) -> Iterator[State]:
    """The pages of a municipality where names are not searched for, and nothing is counted."""
    yield said("queue, two forms", kim.get("/inkorg?flik=avslutade"))
    yield said("search, off", kim.get("/inkorg/sok"))
    yield said("statistics, off", kim.get("/inkorg/statistik"))


def others(registrar: Desk) -> Iterator[State]:
    """The queue of somebody who may do little there, without keys and watching."""
    yield said("queue, registrar", registrar.get("/inkorg?flik=alla"))
    switch = re.search(r'action="([^"]+)" aria-label="Tangenter', registrar.get("/inkorg").text)[1]
    registrar.press("/inkorg", switch, tangenter="av")
    registrar.press("/inkorg", switch, bevaka="av")
    yield said("queue, quiet", registrar.get("/inkorg"))
