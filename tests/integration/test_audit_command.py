"""An operator, and whoever reviews the log, can ask of the audit trail on the command line."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.casework import opening, reviewing
from app.casework.access import Staff
from app.casework.rights import Role
from app.casework.running import NO_RULES
from app.commands import anchor_key, keys
from app.crypto import witness
from app.delivery import connector, relay
from app.delivery.ledger import Ledger, to_folder
from app.records import audit, trail
from app.runner.hours import Hours
from app.runner.routing import INBOX
from app.settings import CHECKOUT
from app.storage import tables
from app.storage.database import Database
from tests import service
from tests.integration.reports import RECEIVER


@pytest.fixture
def database(sqlite_url):
    with Database.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def say(sqlite_url, tmp_path):
    """Say something on the command line; tests that ask for it use SQLite."""
    environment = service.environment(
        data=tmp_path / "data",
        citizen="http://127.0.0.1:1",
        staff="http://127.0.0.1:2",
        DATABASE_URL=sqlite_url,
    )
    return lambda *words: service.command("audit", *words, environment=environment)


@pytest.fixture
def ledger(database, clock, tmp_path):
    """Who links and signs with the key that `prepare` makes, and keeps anchors outside."""
    folder, public = tmp_path / "data" / "keys" / "audit", tmp_path / "data" / "keys" / "public"
    keys.make_witness(folder, public=public)
    return Ledger(database, clock, anchor_key.read(folder), to_folder(tmp_path))


@pytest.mark.parametrize(
    "kept",
    [('"keep"', "tills vidare", None), ("5", "3 händelser som är äldre än 5 år", 3)],
)
def test_how_long_it_is_kept_is_the_municipalitys(
    say, ledger, database, clock, tmp_path, sqlite_url, kept
):
    years, would, goes = kept
    clock.time -= timedelta(days=6 * 365)
    event = audit.Event(audit.Kind.ITEM_OPENED, actor="Ida Ek")
    for _ in range(3):
        database.write_now(lambda c: audit.record(c, event, at=clock.now()))
    ledger.turn()
    ours = (CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml").read_text("utf-8")
    town = tmp_path / "town.toml"
    town.write_text(ours.replace('audit_years = "keep"', f"audit_years = {years}"), "utf-8")
    environment = service.environment(
        data=tmp_path / "data",
        citizen="http://127.0.0.1:1",
        staff="http://127.0.0.1:2",
        DATABASE_URL=sqlite_url,
        SKYDDSNAT_MUNICIPALITY=str(town),
    )
    done = service.command("retain", "--dry-run", environment=environment)
    assert would in done.stdout, done.stderr
    done = service.command("retain", environment=environment)
    assert done.returncode == 0
    assert (f'"audit.erased", "count": {goes}' in done.stderr) == (goes is not None)
    if goes:
        assert "länk 4 till 3, 1 ankare" in say("verify").stdout


@pytest.fixture
def read_by(database, clock, hand_in):
    """A report that somebody has opened."""
    receipt = hand_in()
    relay.deliver_once(database, connector.build(INBOX, database=database, clock=clock), clock)

    def open_as(name):
        staff = Staff("s", name, RECEIVER.unit, "csrf", roles=frozenset({Role.HANDLAGGARE}))
        database.write_now(
            lambda c: opening.open_item(
                c, rules=NO_RULES, staff=staff, reference=receipt.reference, now=clock.now()
            )
        )
        clock.move(days=1)
        return receipt.reference

    return open_as


def test_a_whole_trail_is_said_to_be_whole(say, ledger, read_by):
    read_by("Ida Ek")
    ledger.turn()
    done = say("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Kedjan är hel: länk 1 till 2, 1 ankare." in done.stdout


def test_that_nothing_is_signed_is_said(say, database, clock, read_by):
    read_by("Ida Ek")
    Ledger(database, clock).turn()
    assert "Utan ankare märks det inte" in say("verify").stdout


def test_what_is_wrong_is_said_with_its_place_and_ends_with_one(say, ledger, read_by, database):
    read_by("Ida Ek")
    ledger.turn()
    database.write_now(lambda c: c.execute(text("DROP TRIGGER audit_events_no_update")))
    database.write_now(lambda c: c.execute(text("UPDATE audit_events SET actor = 'x' WHERE id=2")))
    done = say("verify")
    assert done.returncode == 1
    assert done.stdout.startswith("länk 2, händelse 2, 2026-11-24 08:30:00 UTC: stämmer inte")
    assert "Granskningsloggen stämmer inte: 1 fel." in done.stderr


def test_anchors_that_were_kept_outside_are_tried_too(say, ledger, read_by, tmp_path):
    read_by("Ida Ek")
    ledger.turn()
    kept = tmp_path / "anchors.jsonl"
    assert say("verify", "--anchors", kept).returncode == 0
    later = json.loads(kept.read_text())
    later["count"] += 1
    kept.write_text(f"{json.dumps(later)}\n")
    done = say("verify", "--anchors", kept)
    assert done.returncode == 1
    assert "ankarets signatur" in done.stdout
    kept.write_text("x\n")
    assert "rad 1: det är inget ankare" in say("verify", "--anchors", kept).stderr
    kept.unlink()
    assert "finns inte" in say("verify", "--anchors", kept).stderr


def test_who_has_read_is_told_by_case_and_by_person(say, read_by):
    reference = read_by("Ida Ek")
    read_by("Bo Ask")
    by_case = say("read", "--case", reference.lower()).stdout.splitlines()
    for line, said in zip(by_case, ("submission_received", "Ida Ek", "Bo Ask"), strict=True):
        assert said in line
    assert all(reference in line for line in by_case)
    (by_person,) = say("read", "--person", "Bo Ask").stdout.splitlines()
    assert by_person.startswith("2026-11-25 09:30:00  Bo Ask ")
    assert "item_opened" in by_person


def test_it_is_told_for_certain_days(say, read_by):
    for _ in range(3):
        read_by("Ida Ek")
    said = say("read", "--person", "Ida Ek", "--from", "2026-11-25", "--to", "2026-11-25").stdout
    assert [line[:10] for line in said.splitlines()] == ["2026-11-25"]
    assert len(say("read", "--person", "Ida Ek", "--from", "2026-11-25").stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "Säg antingen"),
        (("--case", "K7QF-93MX", "--person", "Ida"), "Säg antingen"),
        (("--case", "K7QF"), "är ingen referens"),
        (("--person", "Ida", "--from", "i går"), "är ingen dag"),
        (("--person", "Ida"), "inga sådana händelser"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(say, words, why):
    done = say("read", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


def test_of_a_report_that_is_erased_the_events_are_left(database, clock):
    event = audit.Event(audit.Kind.ITEM_OPENED, actor="Ida Ek", unit="sspf")
    database.write_now(lambda c: audit.record(c, event, at=clock.now()))
    (line,) = database.read_now(lambda c: trail.events(c, person="Ida Ek"))
    assert (line.reference, line.kind) == ("", "item_opened")


def test_the_key_is_made_once_and_may_be_exchanged(tmp_path, database, clock, say, ledger, read_by):
    folder, public = tmp_path / "data" / "keys" / "audit", tmp_path / "data" / "keys" / "public"
    read_by("Ida Ek")
    ledger.turn()
    before = anchor_key.read(folder)
    keys.make_witness(folder, public=public)
    assert anchor_key.read(folder) == before
    assert anchor_key.file_in(folder).stat().st_mode & 0o777 == 0o600
    anchor_key.file_in(folder).rename(folder / "old")
    keys.make_witness(folder, public=public)
    assert set(anchor_key.publics(public)) == {
        witness.key_id(witness.public_of(each)) for each in (before, anchor_key.read(folder))
    }
    read_by("Bo Ask")
    Ledger(database, clock, anchor_key.read(folder)).turn()
    assert "2 ankare" in say("verify").stdout
    for file in Path(public).glob("*.ed25519"):
        file.write_text("trasig")
    assert "är skadad" in say("verify").stderr


def test_a_month_s_review_can_be_drawn_again_and_one_that_was_chosen_is_seen(
    say, ledger, database, clock
):
    for name in ("Ida Ek", "Bo Al", "Ea Ax"):
        event = audit.Event(audit.Kind.ITEM_OPENED, unit=RECEIVER.unit, actor=name)
        database.write_now(lambda c, event=event: audit.record(c, event, at=clock.now()))
    clock.move(days=10)
    ledger.turn()
    asked = ("sample", "--unit", RECEIVER.unit, "--month", "2026-11")
    assert "inte framtagen" in say(*asked).stderr
    hours = Hours.model_validate({"weekdays": "0–24", "weekends": "0–24"})
    decided = reviewing.Decided(share=5, least=1, hours=hours)
    reviewer = Staff("l", "Lo Gran", RECEIVER.unit, "c", frozenset({Role.LOGGRANSKARE}))
    draw = partial(reviewing.draw, month="2026-11", staff=reviewer, decided=decided, rules=NO_RULES)
    database.write_now(lambda c: draw(c, now=clock.now()))
    told = say(*asked)
    assert (told.returncode, "Urvalet stämmer: 1 dragna" in told.stdout) == (0, True)
    assert "Ida Ek" not in told.stdout
    other = {**dict(drawn(database)), "event_id": 99}
    database.write_now(lambda c: c.execute(tables.review_readings.insert(), other))
    told = say(*asked)
    assert (told.returncode, "stämmer inte" in told.stderr) == (1, True)
    assert "ingen månad" in say(*asked[:-1], "november").stderr


def drawn(database):
    asked = select(tables.review_readings)
    return database.read_now(lambda c: c.execute(asked).mappings().one())
