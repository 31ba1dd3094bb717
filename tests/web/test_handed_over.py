"""A whole case is handed over to another system, that alone can read it, and ends once there."""

import json
import shutil
from dataclasses import replace

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select

from app.casework import whole
from app.crypto.jwe import ALGORITHMS
from app.delivery import connector, relay
from app.errors import PermanentFailure
from app.records import outbox
from app.runner import content
from app.runner.transcript_schema import schema
from app.storage import tables
from tests.integration.receivers import Receiver, failing
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS
from tests.web.visitor import Visitor

UNIT = "barn-och-unga"
NOTE = "Ringde skolan. Mentorn ringer tillbaka."
ASSESSED = {
    "grund": "anmalan",
    "uppgifter": "Grannen har hört slag genom väggen.",
    "bedomning": "Barnet är tryggt i skolan i dag.",
    "skydd": "nej",
    "vardnadshavare": "nej",
}
DECIDED = {
    "beslut": "ej_barn_eller_ung",
    "uppgifter": "Personen är 45 år.",
    "skal": "Lagen gäller inte.",
    "barnet": "ja",
    "besked": "omfattas_inte",
    "delegation": "yes",
}
BY_HAND = {"mottagare": "Eva Ek på mottagningen", "finns": "yes"}
ON = {"nar-day": "24", "nar-month": "11", "nar-year": "2026"}


@pytest.fixture
def key():
    return ECKey.generate_key("P-256", {"kid": "verksamhet-2026"}, private=True)


@pytest.fixture
def connected(either, tmp_path, key):
    """The town, on both engines, with a system that cases are handed over to: a folder."""
    known = either.settings
    text = (known.forms / "municipalities" / "exempelkommun.toml").read_text("utf-8")
    form = '[forms.orosanmalan]\nunit = "barn-och-unga"\n'
    assert form in text
    folder = tmp_path / "verksamhet"
    folder.mkdir()
    text = text.replace(form, f'{form}hand_over = "verksamhet"\n') + (
        '\n[destinations.verksamhet]\nconnector = "folder"\nname = "Systemet"\n'
        f'[destinations.verksamhet.options]\nfolder = "{folder}"\n'
        '\n[destinations.annat]\nconnector = "pull"\nname = "Det andra"\n'
        '\n[destinations.jour]\nconnector = "mail"\nname = "Jouren"\n'
        '[destinations.jour.options]\nto = ["jour@exempelkommun.example"]\n'
    )
    routed = 'board = "Socialnämnden"\n\n[[forms.stoppmote.routes]]\n'
    routed += 'when = [{ field = "skyddad", any_of = ["ja"] }]\n'
    routed += 'destinations = ["inbox", "annat", "jour"]\n'
    head, found, tail = text.rpartition('board = "Socialnämnden"\n')
    assert found
    file = tmp_path / "kommunen.toml"
    file.write_text(head + routed + tail, "utf-8")
    public = tmp_path / "public"
    shutil.copytree(known.public_keys, public)
    for name in ("verksamhet", "annat"):
        (public / f"{name}.jwk").write_text(json.dumps(key.as_dict(private=False)), "utf-8")
    return replace(either, settings=replace(known, municipality=file, public_keys=public))


@pytest.fixture
def carry(connected):
    """Let the relay carry a case to the folder, as it is built from the municipality's file."""
    known = content.load(connected.settings.forms, connected.settings.municipality)
    place = known.municipality.destinations["verksamhet"]

    def once(receiver=None):
        to = connector.build(
            {"verksamhet": place}, database=connected.database, clock=connected.clock
        )
        if receiver:
            to["verksamhet"] = receiver
        return relay.deliver_once(connected.database, to, connected.clock)

    return once


@pytest.fixture
def case(connected):
    reference = journeys.report_at_once(Visitor(connected.citizen()), ANONYMOUS)
    connected.carry()
    return f"/inkorg/arenden/{reference}"


@pytest.fixture
def clerk(connected, case):
    """Somebody who has assessed and decided."""
    clerk = Clerk(connected.staff(), UNIT)
    step(clerk, case, "skyddsbedomning", **ASSESSED)
    write(clerk, f"{case}/anteckning", text=NOTE)
    assert step(clerk, case, "beslut", **DECIDED).status == 200
    return clerk


def write(clerk, page, **inputs):
    clerk.go(page)
    return clerk.press(inputs)


def step(clerk, case, name, **inputs):
    return write(clerk, f"{case}/steg/{name}", **inputs)


def steps(screen):
    links = (link.attributes.get("href", "") for link in screen.page.all("a"))
    return [href.rpartition("/")[2] for href in links if "/steg/" in href]


def opened(folder, key):
    """What the system finds when it has opened what lies in its folder."""
    [file] = folder.glob("*.jwe")
    found = jwe.decrypt_compact(file.read_bytes(), key, algorithms=ALGORITHMS)
    assert len(found.plaintext) % 4096 == 0
    return json.loads(found.plaintext)


def test_the_whole_case_comes_to_the_system_and_only_it_can_read_it(
    connected, clerk, case, carry, key, tmp_path
):
    screen = step(clerk, case, "skicka_verksamhetssystem")
    assert screen.status == 200
    assert "Systemet På väg sedan tisdag 24 november" in screen.text
    stored = connected.database.read_now(
        lambda c: c.execute(
            select(tables.deliveries.c.content).where(
                tables.deliveries.c.destination == "verksamhet"
            )
        ).scalar_one()
    )
    assert NOTE.encode() not in stored
    assert carry() == 1
    told = opened(tmp_path / "verksamhet", key)
    Draft202012Validator(whole.schema(), format_checker=FormatChecker()).validate(told)
    form = clerk.desk.content.forms["sv"]["orosanmalan"]
    Draft202012Validator(schema(form)).validate(told["transcript"])
    assert told["reference"] == case.rpartition("/")[2]
    assert told["outcome"] == "ej_barn_eller_ung"
    assert [each["step"] or each["kind"] for each in told["entries"]] == [
        "skyddsbedomning",
        "note",
        "beslut",
    ]
    assert told["entries"][1]["words"]["text"] == NOTE
    assert "Systemet Mottagen tisdag 24 november" in clerk.go(case).text


def test_it_is_written_down_that_it_was_handed_over_and_by_whom(connected, clerk, case):
    step(clerk, case, "skicka_verksamhetssystem")
    events = tables.audit_events
    asked = select(events.c.kind, events.c.actor).order_by(events.c.id.desc()).limit(3)
    rows = connected.database.read_now(lambda c: c.execute(asked).all())
    assert ("case_handed_over", clerk.name) in [tuple(row) for row in rows]


def test_a_case_ends_only_when_the_system_has_it(connected, clerk, case, carry):
    step(clerk, case, "skicka_verksamhetssystem")
    early = step(clerk, case, "avsluta")
    assert early.status == 409
    assert "Ärendet är inte framme än" in early.text
    assert "Avslutad" not in clerk.go(case).text
    carry()
    assert step(clerk, case, "avsluta").status == 200
    assert "Läge Avslutad" in clerk.go(case).text


def test_what_does_not_arrive_is_said_and_ends_when_somebody_hands_it_over(clerk, case, carry):
    step(clerk, case, "skicka_verksamhetssystem")
    carry(Receiver(failing(PermanentFailure("delivery.reasons.refused"))))
    screen = clerk.go(case)
    assert "Systemet Har inte kommit fram." in screen.text
    there = f"/inkorg/leveranser/{case.rpartition('/')[2]}/verksamhet"
    assert f'href="{there}"' in screen.html
    assert step(clerk, case, "avsluta").status == 409
    clerk.go(there)
    clerk.press({"anledning": "Eva Ek på mottagningen, på papper"})
    said = clerk.go(case).text
    assert f"Systemet Lämnad för hand av {clerk.name} tisdag 24 november" in said
    assert "Eva Ek på mottagningen, på papper" in said
    assert step(clerk, case, "avsluta").status == 200


def test_sent_another_way_it_is_still_the_whole_case_and_goes_where_it_can_be_read(
    connected, clerk, case, carry, key
):
    step(clerk, case, "skicka_verksamhetssystem")
    carry(Receiver(failing(PermanentFailure("delivery.reasons.refused"))))
    screen = clerk.go(f"/inkorg/leveranser/{case.rpartition('/')[2]}/verksamhet")
    assert "Skicka till Det andra" in screen.text
    assert "Jouren" not in screen.text, "a mail says nothing of what it says"
    form = next(f for f in screen.page.all("form") if "annan-vag" in f.attributes["action"])
    clerk.send(form.attributes["action"], {**screen.sent(form), "till": ("annat",)})
    deliveries = tables.deliveries
    asked = select(deliveries.c.content).where(deliveries.c.destination == "annat")
    sealed = connected.database.read_now(lambda c: c.execute(asked).scalar_one())
    told = json.loads(jwe.decrypt_compact(sealed, key, algorithms=ALGORITHMS).plaintext)
    assert told["schema"] == "skyddsnat/case/1"
    assert len(told["entries"]) == 4, "the step that sent it the first time is there too"
    assert "Systemet Skickad till en annan mottagare" in clerk.go(case).text
    assert step(clerk, case, "avsluta").status == 409, "the other has not confirmed it either"


def test_a_report_that_is_stuck_is_not_sent_where_cases_are_handed_over(connected):
    reference = journeys.report_at_once(Visitor(connected.citizen()), ANONYMOUS)
    no = Receiver(failing(PermanentFailure("delivery.reasons.refused")))
    relay.deliver_once(connected.database, {"inbox": no}, connected.clock)
    screen = Clerk(connected.staff(), UNIT).go(f"/inkorg/leveranser/{reference}/inbox")
    assert "Skicka till Det andra" in screen.text
    assert "Systemet" not in screen.text


def test_what_is_next_leads_onward_and_never_out_before_the_receiver_has_confirmed(
    clerk, case, carry
):
    def pressed_next(screen):
        links = (link.attributes for link in screen.page.all("a"))
        found = [link["href"] for link in links if link.get("class") == "button"]
        return [href.rpartition("/")[2] for href in found if "/steg/" in href]

    assert pressed_next(clerk.go(case)) == ["skicka_verksamhetssystem", "lamna_verksamhetssystem"]
    assert "avsluta" not in pressed_next(step(clerk, case, "skicka_verksamhetssystem"))
    assert "avsluta" in steps(clerk.screen), "it can still be tried"
    carry()
    assert pressed_next(clerk.go(case)) == ["avsluta"]


def test_by_hand_it_is_said_to_whom_and_when(clerk, case):
    assert {"skicka_verksamhetssystem", "lamna_verksamhetssystem"} <= {*steps(clerk.go(case))}
    wrong = step(clerk, case, "lamna_verksamhetssystem", finns="yes")
    assert wrong.status == 422
    assert wrong.errors() == [
        "Fel: Skriv vem som tog emot.",
        "Fel: Skriv vilken dag det lämnades över.",
    ]
    screen = step(clerk, case, "lamna_verksamhetssystem", **BY_HAND, **ON)
    assert screen.status == 200
    assert "Eva Ek på mottagningen" in screen.text
    assert "24 november 2026" in screen.text
    seen = "Jag har sett att allt finns i barnets personakt."
    assert dict(screen.pairs())[seen] == ("Ja",), "what is ticked is not said twice"
    assert step(clerk, case, "avsluta").status == 200


def test_without_a_system_it_is_handed_over_by_hand_alone(either, connected, clerk, case):
    plain = Clerk(either.staff(), UNIT)
    found = steps(plain.go(case))
    assert "lamna_verksamhetssystem" in found
    assert "skicka_verksamhetssystem" not in found
    assert plain.go(f"{case}/steg/skicka_verksamhetssystem").status == 404


def test_opened_again_it_can_not_be_sent_to_the_same_system_once_more(
    connected, clerk, case, carry
):
    step(clerk, case, "skicka_verksamhetssystem")
    carry()
    step(clerk, case, "avsluta")
    write(clerk, f"{case}/oppna-igen", text="Mer har kommit fram.")
    step(clerk, case, "skyddsbedomning", **ASSESSED)
    step(clerk, case, "beslut", **DECIDED)
    assert "skicka_verksamhetssystem" not in steps(clerk.go(case))
    assert step(clerk, case, "skicka_verksamhetssystem").status == 409
    assert step(clerk, case, "lamna_verksamhetssystem", **BY_HAND, **ON).status == 200


def test_whoever_was_quicker_has_handed_over_a_case_as_they_saw_it(connected, clerk, case):
    clerk.go(f"{case}/steg/skicka_verksamhetssystem")
    other = Clerk(connected.staff(), UNIT, name="Bo Al")
    write(other, f"{case}/anteckning", text="Mer.")
    assert clerk.press().status == 409
    counts = connected.database.read_now(outbox.counts)
    assert not [place for place, _ in counts if place == "verksamhet"]


def test_what_can_not_be_read_is_not_handed_over_without_it(connected, clerk, case):
    clerk.go(f"{case}/steg/skicka_verksamhetssystem")
    desk = clerk.desk

    class Half(dict):
        """The key opens the report, and then it is gone."""

        asked = 0

        def get(self, name, default=None):
            self.asked += 1
            return super().get(name, default) if self.asked == 1 else default

    clerk.client.app.state.parts = replace(desk, keys=Half(desk.keys))
    screen = clerk.press()
    assert screen.status == 500 or "kan inte läsas" in screen.heading
    counts = connected.database.read_now(outbox.counts)
    assert not [place for place, _ in counts if place == "verksamhet"]
