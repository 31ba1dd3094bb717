"""Each part of the service can do its work in PostgreSQL, and the database refuses all else."""

import asyncio
import os
import re
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url, select, text

from app.casework import (
    access,
    beginning,
    cases,
    indexing,
    links,
    opening,
    queue,
    readers,
    removable,
    removal,
    searching,
    seeing_to,
    stuck,
    tallies,
    tidying,
)
from app.casework.plan import Plan
from app.casework.removable import Stand
from app.casework.searching import Reason, Sought, Way
from app.crypto import witness
from app.delivery import connector, escalation, leases, relay
from app.delivery.ledger import Ledger
from app.errors import AlreadySubmitted, DraftMissing, TokenRefused
from app.intake import drafts
from app.intake.submit import Reception, submit
from app.records import (
    audit,
    audit_retention,
    destinations,
    outbox,
    pulse,
    reconcile,
    retention,
    sealed_to,
    standing,
    tokens,
    trail,
    unsigned,
)
from app.records import removal as carried
from app.records.akt import Facts
from app.records.verifying import verify
from app.runner.role import Role
from app.runner.routing import INBOX
from app.storage import copies, roles, schema, tables
from app.storage.database import Database
from app.storage.engines import engines
from app.storage.migrations import migrate
from app.web.http import metrics
from app.web.http.health import Health
from tests.integration.casework import ASSESSED, DECIDED, INDEX, RULES, Unit
from tests.integration.reports import IDLE, RECEIVER, TYPED
from tests.integration.test_akt_here import ASKED

pytestmark = pytest.mark.postgres

PARTS = list(roles.PRIVILEGES)
COUNTING = replace(INDEX, counted=INDEX.forms)
PASSWORD = "prov"


@contextmanager
def owner(url):
    parts = engines(url)
    with parts.writing.begin() as connection:
        yield connection
    parts.dispose()


@pytest.fixture
def url(postgres_url):
    """A database whose roles have been made, as its owner sees it."""
    with owner(postgres_url) as connection:
        roles.apply(connection)
        for part in PARTS:
            connection.exec_driver_sql(f"ALTER ROLE {roles.name(part)} PASSWORD '{PASSWORD}'")
    return postgres_url


def as_role(url, part):
    address = make_url(url).set(username=roles.name(part), password=PASSWORD)
    return address.render_as_string(hide_password=False)


@pytest.fixture
def part(url):
    """The database as one part of the service is let in to it."""
    opened = {}

    def open_as(name):
        if name not in opened:
            opened[name] = Database.open(as_role(url, name), patience=2)
        return opened[name]

    yield open_as
    for each in opened.values():
        each.close()


@pytest.fixture
def send(part, form, clock):
    """Fill in and hand in a report as the citizen site does."""

    def send(receiver=RECEIVER):
        citizen, key = part("citizen"), drafts.key(os.urandom(32), "prov")
        draft = drafts.Draft("prov", 3, "sv", {"fara": {"fara": ("ja",)}})
        citizen.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
        whole = drafts.Draft("prov", 3, "sv", TYPED)
        citizen.write_now(
            lambda c: drafts.change(c, key, lambda _: whole, now=clock.now(), idle=IDLE)
        )
        citizen.write_now(
            lambda c: drafts.change(c, key, lambda same: same, now=clock.now(), idle=IDLE)
        )
        receipt = citizen.write_now(
            lambda c: submit(c, key, form=form, reception=Reception(receiver), clock=clock)
        )
        with pytest.raises(AlreadySubmitted):
            citizen.read_now(lambda c: drafts.load(c, key, now=clock.now()))
        return receipt

    return send


def carry(database, clock):
    made = connector.build(INBOX, database=database, clock=clock, rules=RULES)
    return relay.deliver_once(database, made, clock)


def compare(staff, one, other, me, clock):
    """Read both reports for likeness, look, and say that they are about the same child."""
    now = clock.now()
    rows = staff.write_now(lambda c: indexing.claim(c, COUNTING, now=now))
    assert len(rows) == 2
    found = indexing.read(COUNTING, rows)
    staff.write_now(lambda c: indexing.store(c, COUNTING, found, now=now))
    counting = partial(tallies.count_out, unit=me.unit, calendar=INDEX.calendar)
    assert staff.write_now(partial(counting, now=now + timedelta(days=40)))
    assert staff.read_now(lambda c: c.execute(select(tables.tallies)).all())
    staff.write_now(lambda c: tidying.tidy(c, INDEX, now=now))
    for same in (False, True):
        say = partial(links.say, reference=one, other=other, same=same, staff=me)
        staff.write_now(lambda c, say=say: say(c, INDEX, now=now))
    found = staff.read_now(lambda c: links.alike(c, INDEX, staff=me, reference=one, now=now))
    assert [each.same for each in found] == [True]
    sought = Sought(Way.REFERENCE, reference=one)
    asked = partial(searching.search, index=INDEX, staff=me, sought=sought, reason=Reason.CASE)
    assert staff.write_now(lambda c: asked(c, now=now)).hits


def by_law(part, unit, reference, me, clock):
    """Say what the law asks of an akt that is here, and let each part look whether it may go."""
    say = partial(removal.say_facts, facts=Facts(None, placed=None, others=None), asked=ASKED)
    unit.do(say, reference, me, version=unit.row(reference).version)
    plan = Plan(RECEIVER.municipality_code, {}, {}, {"prov": frozenset({"inleds_inte"})})
    part("staff").read_now(partial(removable.staying, plan=plan, staff=me, now=clock.now()))
    town, rest = RECEIVER.municipality_code, {"now": clock.now(), "akts": plan.akts}
    part("retain").write_now(lambda c: carried.carry_out(c, town, {}, most=1, **rest))
    assert part("retain").read_now(lambda c: carried.due(c, town, {}, **rest)) == 0


def test_every_part_can_do_what_it_does_every_day(part, send, clock):
    receipt, other = send(), send()
    assert carry(part("relay"), clock) == 2
    part("relay").write_now(lambda c: pulse.beat(c, pulse.RELAY, now=clock.now()))
    assert Ledger(part("relay"), clock, witness.new_private()).turn() == 2

    staff = part("staff")
    link = staff.write_now(lambda c: access.new_link(c, unit=RECEIVER.unit, now=clock.now()))
    signed = staff.write_now(
        lambda c: access.sign_in(c, link, name="Ina Handläggare", now=clock.now())
    )
    clock.move(minutes=5)
    me, _ = staff.read_now(lambda c: access.look(c, signed.cookie, now=clock.now()))
    staff.write_now(lambda c: access.renew(c, signed.cookie, now=clock.now()))
    page = staff.read_now(lambda c: queue.list_items(c, unit=me.unit))
    assert {item.reference for item in page.items} == {receipt.reference, other.reference}
    unit = Unit(staff, clock)
    for one in (receipt, other):
        assert "inte ätit" in str(unit.read(one.reference, me).transcript)
        work_with(unit, one.reference, me)
    compare(staff, receipt.reference, other.reference, me, clock)
    staff.write_now(lambda c: opening.refuse(c, staff=me, reference="K7QF-2M9X", now=clock.now()))
    staff.write_now(lambda c: access.sign_out(c, signed.cookie, now=clock.now()))
    assert who_has_read(staff, receipt.reference, clock) >= {"Ina Handläggare"}

    clock.move(days=40)
    by_law(part, unit, receipt.reference, me, clock)
    chosen = [(one.reference, unit.row(one.reference).version) for one in (receipt, other)]
    plan = Plan(RECEIVER.municipality_code, {"prov": 30}, {"prov": ("avsluta",)})
    seen = partial(removable.listed, plan=plan, staff=me, stand=Stand.FREE, now=clock.now())
    assert len(staff.read_now(seen).rows) == 2
    for act, by in ((removal.propose, me), (removal.approve, replace(me, name="Bo", subject="b"))):
        said = partial(act, plan=plan, staff=by, chosen=chosen, now=clock.now())
        assert staff.write_now(said) == 2
    erased = part("retain").write_now(
        lambda c: retention.retain(
            c,
            now=clock.now(),
            municipality_code=RECEIVER.municipality_code,
            submission_days={"prov": 30},
        )
    )
    assert (erased.cases, erased.receipts, erased.links) == (2, 2, 1)
    assert len(staff.read_now(partial(removable.gone, unit=me.unit)).rows) == 2


def who_has_read(staff, reference, clock):
    reviewer = access.Staff("l", "Lo Gran", RECEIVER.unit, "x", frozenset({Role.LOGGRANSKARE}))
    asked = readers.Asked(reference, None, trail.Within())
    found = staff.write_now(
        lambda c: readers.who_has_read(c, asked, staff=reviewer, now=clock.now())
    )
    return {line.actor for line in found.lines}


def work_with(unit, reference, me):
    """Do all that is done with a case, and close it twice."""
    unit.take(reference, me)
    unit.do(cases.give_back, reference, me, version=1)
    unit.do(cases.assign, reference, me, version=2, to="Bo Al")
    unit.do(cases.note, reference, me, version=3, text="Mormor ringde.")
    for last in (4, 10):
        unit.step(reference, "bedom", ASSESSED, staff=me)
        longer = {"till-day": ("20",), "till-month": ("12",), "till-year": ("2026",)}
        unit.step(reference, "forlang", longer, staff=me)
        unit.step(reference, "besluta", DECIDED, staff=me)
        unit.step(reference, "besked", staff=me)
        unit.read(reference, me)
        unit.step(reference, "avsluta", staff=me)
        if last == 4:
            unit.do(cases.reopen, reference, me, version=9, reason="Ny uppgift.")
    assert len(unit.read(reference, me).entries) == 15


def test_the_relay_can_begin_what_came_in_before_there_were_cases(url, part, send, clock):
    send()
    carry(part("relay"), clock)
    with owner(url) as connection:
        connection.execute(text("DELETE FROM case_clocks"))
        connection.execute(text("UPDATE inbox_items SET process_version = NULL"))
    assert part("relay").write_now(lambda c: beginning.begin_all(c, RULES)) == 1
    assert part("staff").read_now(lambda c: len(c.execute(select(tables.case_clocks)).all())) == 3


def test_the_relay_can_put_in_its_place_what_an_older_program_let_lie(url, part, send, clock):
    send()
    carry(part("relay"), clock)
    with owner(url) as connection:
        connection.execute(text("DELETE FROM case_clocks"))
        connection.execute(text("UPDATE inbox_items SET next_clock = NULL, next_due = DEFAULT"))
    assert part("relay").write_now(lambda c: beginning.place_all(c, RULES)) == 1
    assert part("relay").write_now(lambda c: beginning.place_all(c, RULES)) == 0


def test_the_relay_can_remember_that_it_has_told_of_a_clock(part, send, clock):
    send()
    carry(part("relay"), clock)
    clock.move(days=2)
    look = partial(escalation.due, rules=RULES, number=1, limit=clock.now())
    rows = part("relay").read_now(look)
    assert {row.clock for row in rows} == {"last", "skydd"}
    tell = partial(escalation.remember, rows=rows, number=1, now=clock.now())
    part("relay").write_now(tell)
    assert part("relay").read_now(look) == []


def test_staff_can_see_to_what_is_stuck(part, send, clock):
    receipts = [send() for _ in range(4)]
    now, lease = clock.now(), timedelta(minutes=3)
    relay_side, staff = part("relay"), part("staff")
    claimed = relay_side.write_now(lambda c: outbox.claim(c, "inbox", now=now, lease=lease, most=9))
    failed = [outbox.Result(each, outbox.State.FAILED, None, "refused") for each in claimed]
    relay_side.write_now(lambda c: outbox.note(c, failed, now=now))
    relay_side.write_now(lambda c: destinations.close(c, "inbox", now=now))
    me = access.Staff("s", "Ina Handläggare", RECEIVER.unit, "x", access.LEADING)
    assert staff.read_now(lambda c: stuck.waiting(c, staff=me)).total == 4
    ways = [
        (seeing_to.take_over, {}),
        (seeing_to.release, {"reason": "Lämnad för hand till jouren."}),
        (seeing_to.reroute, {"to": "verksamhet", "content": b"jwe"}),
        (seeing_to.try_again, {}),
    ]
    for receipt, (way, more) in zip(receipts, ways, strict=True):
        at = {"staff": me, "reference": receipt.reference, "destination": "inbox", "now": now}
        done = staff.write_now(lambda c, way=way, at=at, more=more: way(c, **at, **more))
        assert done, way
    assert staff.read_now(
        lambda c: stuck.report(c, staff=me, reference=receipts[0].reference, destination="inbox")
    )


def test_every_night_it_is_counted_that_nothing_is_lost(part, send, clock):
    send()
    carry(part("relay"), clock)
    sums = part("retain").read_now(reconcile.reconcile)
    assert sums.adds_up
    part("retain").write_now(lambda c: reconcile.remember(c, sums, now=clock.now()))


def test_what_is_old_in_the_trail_goes_and_who_makes_backups_can_verify_the_rest(part, clock):
    now, key = clock.now(), witness.new_private()
    clock.move(days=-3000)
    for _ in range(2):
        event = audit.Event(audit.Kind.ITEM_OPENED, actor="Ina Handläggare")
        part("staff").write_now(lambda c, event=event: audit.record(c, event, at=clock.now()))
        Ledger(part("relay"), clock, key).turn()
    part("staff").write_now(lambda c: reviewed(c, at=clock.now()))
    clock.time = now
    part("staff").write_now(lambda c: reviewed(c, at=now, event_id=2))
    limit = audit_retention.before(now, 5)
    retain = part("retain")
    assert retain.read_now(lambda c: audit_retention.due(c, before=limit)) == 2
    assert retain.write_now(lambda c: audit_retention.erase(c, before=limit, now=now)) == 2
    assert retain.read_now(reconcile.forgotten) == 0
    for table in (tables.review_readings, tables.review_marks):
        left = part("staff").read_now(lambda c, table=table: c.execute(select(table)).all())
        assert [row.event_id for row in left] == [2], "what the review came to goes with it"
    Ledger(part("relay"), clock, key).turn()
    public = witness.public_of(key)
    known = {witness.key_id(public): public}
    verdict = part("backup").read_now(lambda c: verify(c, keys=known, now=now))
    assert (verdict.first, verdict.last, verdict.faults) == (3, 3, ())
    assert len(part("backup").read_now(lambda c: trail.events(c, person="Ina Handläggare"))) == 0


def reviewed(connection, *, at, event_id=1):
    """Store that a reading was chosen for review, and what a reviewer said of it."""
    where = {"event_id": event_id, "unit": RECEIVER.unit, "at": at}
    chosen = {"month": "2018-09", "actor": "Ina Handläggare", "times": 1, "why": "drawn"}
    said = {"number": 1, "verdict": "fine", "author": "Lo Gran"}
    connection.execute(tables.review_readings.insert().inline(), where | chosen)
    connection.execute(tables.review_marks.insert().inline(), where | said)


@pytest.mark.parametrize("name", ["citizen", "staff", "api"])
def test_every_site_can_say_whether_it_is_well(part, clock, name):
    part("relay").write_now(lambda c: pulse.beat(c, pulse.RELAY, now=clock.now()))
    well = Health(part(name), clock, figures=name != "citizen")
    said = asyncio.run(well.ready())
    assert (said["status"], said["utskick"]) == ("redo", "igång")
    if name == "staff":
        assert part(name).read_now(standing.by_destination) == {}
        assert part(name).read_now(metrics.beats_of)
        cases_of = partial(metrics.cases_of, now=clock.now())
        assert part(name).read_now(cases_of) == metrics.Cases((), 0)
        overdue = partial(unsigned.overdue, units=("sspf",), now=clock.now())
        assert part(name).read_now(overdue) == ()
        long_after = partial(
            unsigned.overdue, units=("sspf",), now=clock.now() + timedelta(days=90)
        )
        part("relay").write_now(
            lambda c: audit.record(c, audit.Event(audit.Kind.LINK_MADE), at=clock.now())
        )
        assert part(name).read_now(long_after) == ("sspf",)


def test_the_citizen_site_can_end_a_draft(part, clock):
    citizen, key = part("citizen"), drafts.key(os.urandom(32), "prov")
    draft = drafts.Draft("prov", 3, "sv", TYPED)
    citizen.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
    citizen.write_now(lambda c: drafts.end(c, key, now=clock.now()))
    with pytest.raises(DraftMissing):
        citizen.read_now(lambda c: drafts.load(c, key, now=clock.now()))


def test_the_relay_can_note_whatever_becomes_of_a_delivery(part, send, clock):
    outcomes = [
        (outbox.State.RETRY, "unavailable"),
        (outbox.State.SENT, None),
        (outbox.State.FAILED, "refused"),
        (outbox.State.PARKED, "fault"),
        (outbox.State.CONFIRMED, None),
    ]
    for _ in outcomes:
        send()
    now, lease = clock.now(), timedelta(minutes=3)
    claimed = part("relay").write_now(
        lambda c: outbox.claim(c, "inbox", now=now, lease=lease, most=9)
    )
    notes = [
        outbox.Result(delivery, state, now + lease, reason)
        for delivery, (state, reason) in zip(claimed, outcomes, strict=True)
    ]
    part("relay").write_now(lambda c: outbox.note(c, notes, now=now))
    found = part("staff").read_now(lambda c: c.execute(select(tables.deliveries.c.state)).scalars())
    assert sorted(found) == sorted(state for state, _ in outcomes)


def test_the_api_can_hand_over_what_a_token_is_good_for(url, part, send, clock):
    send()
    now = clock.now()
    with owner(url) as connection:
        secret = tokens.new(
            connection, destination="inbox", unit=RECEIVER.unit, label="Integration", now=now
        )
    api = part("api")
    token = api.read_now(lambda c: tokens.require(c, secret))
    assert len(api.read_now(lambda c: leases.waiting(c, token, now=now, most=5)).items) == 1
    until = now + timedelta(minutes=5)
    (held,) = api.write_now(lambda c: leases.lease(c, token, uuid4(), now=now, until=until, most=5))
    back = api.write_now(
        lambda c: leases.give_back(
            c, token, held.submission_id, why=leases.GivenBack.REFUSED, now=now
        )
    )
    assert back is None
    for ask in (leases.content, leases.confirm):
        refused = api.write_now(lambda c, ask=ask: ask(c, token, held.submission_id, now=now))
        assert isinstance(refused, leases.Refusal)
    with pytest.raises(TokenRefused):
        api.read_now(lambda c: tokens.require(c, "skyddsnat_" + "x" * 43))


@pytest.mark.parametrize("name", PARTS)
def test_every_part_can_see_whether_the_tables_are_the_right_ones(part, name):
    part(name).read_now(schema.check)


@pytest.mark.usefixtures("postgres_programs")
def test_who_makes_backups_can_copy_everything(url, send, tmp_path):
    send()
    copy, sealed = copies.take(as_role(url, "backup"), tmp_path, sealed_to.stored)
    assert [each.count for each in sealed] == [1]
    assert copy.counts["submissions"] == 1
    assert copy.file.stat().st_size > 1000


FORBIDDEN = {
    "citizen": [
        "SELECT sealed FROM submissions",
        "SELECT reference FROM submissions",
        "SELECT count(*) FROM deliveries",
        "SELECT content FROM deliveries",
        "UPDATE submissions SET sealed = ''",
        "DELETE FROM submissions",
        "UPDATE deliveries SET state = 'confirmed'",
        "DELETE FROM deliveries",
        "SELECT kind FROM audit_events",
        "UPDATE audit_events SET unit = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "INSERT INTO audit_links VALUES (1, 1, '')",
        "SELECT hash FROM audit_links",
        "SELECT hash FROM audit_anchors",
        "SELECT status FROM inbox_items",
        "INSERT INTO inbox_items SELECT",
        "SELECT clock FROM case_clocks",
        "SELECT sealed FROM case_entries",
        "INSERT INTO case_entries SELECT",
        "SELECT unit FROM case_admissions",
        "INSERT INTO case_admissions SELECT",
        "SELECT hash FROM sign_in_links",
        "INSERT INTO sign_in_links VALUES ('x', 'sspf', 1, NULL)",
        "SELECT name FROM staff_sessions",
        "SELECT hash FROM api_tokens",
        "UPDATE pulses SET ok = true",
    ],
    "relay": [
        "SELECT sealed FROM submissions",
        "SELECT key_id FROM submissions",
        "UPDATE submissions SET unit = 'x'",
        "DELETE FROM submissions",
        "DELETE FROM deliveries",
        "INSERT INTO deliveries SELECT",
        "UPDATE deliveries SET released_by = 'Ina', released_at = 1",
        "SELECT box FROM drafts",
        "SELECT status FROM inbox_items",
        "SELECT acknowledged_by FROM inbox_items",
        "UPDATE inbox_items SET version = 1",
        "DELETE FROM inbox_items",
        "SELECT late_days FROM case_clocks",
        "UPDATE case_clocks SET stopped_at = 0",
        "SELECT sealed FROM case_entries",
        "INSERT INTO case_entries SELECT",
        "UPDATE audit_events SET actor = 'x'",
        "DELETE FROM audit_events",
        "UPDATE audit_links SET hash = ''",
        "DELETE FROM audit_links",
        "UPDATE audit_anchors SET at = 0",
        "DELETE FROM audit_anchors",
        "SELECT hash FROM staff_sessions",
        "SELECT hash FROM api_tokens",
    ],
    "staff": [
        "UPDATE submissions SET sealed = ''",
        "UPDATE submissions SET unit = 'x'",
        "UPDATE submissions SET channel = NULL, entered_by = NULL",
        "DELETE FROM submissions",
        "DELETE FROM deliveries",
        "DELETE FROM inbox_items",
        "UPDATE inbox_items SET unit = 'x'",
        "UPDATE inbox_items SET received_at = 0",
        "UPDATE case_clocks SET due_at = 0",
        "UPDATE case_clocks SET started_at = 0",
        "DELETE FROM case_clocks",
        "UPDATE case_entries SET author = 'x'",
        "DELETE FROM akt_facts",
        "DELETE FROM case_admissions",
        "UPDATE case_admissions SET until = 0",
        "UPDATE case_admissions SET name = 'x'",
        "DELETE FROM case_entries",
        "TRUNCATE case_entries",
        "SELECT counts FROM audit_events",
        "UPDATE audit_events SET actor = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "INSERT INTO audit_links VALUES (1, 1, '')",
        "DELETE FROM audit_links",
        "UPDATE review_months SET position = 0",
        "DELETE FROM review_months",
        "INSERT INTO audit_anchors SELECT",
        "SELECT box FROM drafts",
        "INSERT INTO drafts SELECT",
        "DELETE FROM drafts",
        "SELECT hash FROM api_tokens",
        "UPDATE staff_sessions SET grants = '{}'",
        "UPDATE staff_sessions SET second_reader = false",
        "INSERT INTO sign_in_links (hash, unit, expires_at, reason) VALUES ('x', 'y', 1, 'z')",
        "UPDATE sign_in_links SET reason = 'x'",
    ],
    "retain": [
        "SELECT sealed FROM submissions",
        "SELECT content FROM deliveries",
        "SELECT sealed FROM case_entries",
        "SELECT name FROM case_admissions",
        "UPDATE case_admissions SET ended_at = 1",
        "SELECT author FROM case_entries",
        "SELECT owner FROM case_entries",
        "UPDATE akt_facts SET kept = NULL",
        "INSERT INTO akt_facts SELECT",
        "UPDATE case_clocks SET late_days = 0",
        "SELECT box FROM drafts",
        "UPDATE submissions SET received_at = 0",
        "UPDATE deliveries SET confirmed_at = 0",
        "SELECT actor FROM audit_events",
        "UPDATE audit_events SET at = 0",
        "SELECT hash FROM audit_links",
        "INSERT INTO audit_links VALUES (1, 1, '')",
        "DELETE FROM audit_anchors",
        "SELECT drawn_by FROM review_months",
        "UPDATE review_months SET position = 0",
        "SELECT hash FROM staff_sessions",
    ],
    "api": [
        "SELECT sealed FROM submissions",
        "DELETE FROM deliveries",
        "UPDATE deliveries SET released_by = 'Ina', released_at = 1",
        "INSERT INTO api_tokens SELECT",
        "UPDATE api_tokens SET unit = 'x'",
        "SELECT box FROM drafts",
        "SELECT hash FROM staff_sessions",
        "SELECT kind FROM audit_events",
    ],
    "backup": [
        "DELETE FROM submissions",
        "UPDATE deliveries SET state = 'x'",
        "INSERT INTO audit_events SELECT",
        "DELETE FROM drafts",
    ],
}
ANYBODY = [
    "CREATE TABLE mine (x int)",
    "CREATE TEMP TABLE mine (x int)",
    "DROP TABLE submissions",
    "ALTER TABLE audit_events DISABLE TRIGGER ALL",
    "ALTER TABLE submissions DROP COLUMN sealed",
    "TRUNCATE submissions",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE ROLE mine",
    "GRANT ALL ON submissions TO PUBLIC",
    "SELECT pg_read_file('PG_VERSION')",
    "COPY submissions TO PROGRAM 'cat'",
]


@pytest.mark.parametrize("name", PARTS)
def test_what_a_part_shall_not_do_is_refused_by_the_database(url, send, name):
    send()
    refusals = {}
    with closing(psycopg.connect(as_role(url, name), autocommit=True)) as connection:
        for statement in [*FORBIDDEN[name], *ANYBODY]:
            try:
                connection.execute(statement)
                refusals[statement] = None
            except psycopg.Error as refused:
                refusals[statement] = refused.sqlstate
    allowed = {each: state for each, state in refusals.items() if state != "42501"}
    # A GRANT by somebody who has nothing to grant is a warning, and changes nothing.
    allowed.pop("GRANT ALL ON submissions TO PUBLIC", None)
    assert allowed == {}


HELD = text(
    "SELECT a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
    "WHERE c.oid = to_regclass(:table) AND a.grantee = to_regrole(:role)"
)
HELD_BY_COLUMN = text(
    "SELECT a.privilege_type, t.attname FROM pg_attribute t, aclexplode(t.attacl) a "
    "WHERE t.attrelid = to_regclass(:table) AND a.grantee = to_regrole(:role)"
)


def held(connection, part):
    """What a role may do, as the database itself says it."""
    found = set()
    for table in [*tables.metadata.tables, "alembic_version"]:
        about = {"table": table, "role": roles.name(part)}
        found |= {(table, row[0], None) for row in connection.execute(HELD, about)}
        found |= {(table, *row) for row in connection.execute(HELD_BY_COLUMN, about)}
    return found


def said(part):
    """What a role may do, as the table in the code says it."""
    found = set()
    for table, privileges in {**roles.PRIVILEGES[part], **roles.FOR_EVERYBODY}.items():
        for privilege in privileges:
            verb, _, columns = privilege.partition(" ")
            names = re.findall(r"\w+", columns) or [None]
            found |= {(table, verb, name) for name in names}
    return found


@pytest.mark.parametrize("name", PARTS)
def test_the_database_holds_exactly_what_the_table_in_the_code_says(url, name):
    with owner(url) as connection:
        assert held(connection, name) == said(name)


def test_what_was_given_by_hand_is_taken_back_and_what_was_taken_is_given_at_every_upgrade(url):
    with owner(url) as connection:
        connection.execute(text("GRANT DELETE ON submissions TO skyddsnat_citizen"))
        connection.execute(text("GRANT SELECT (sealed) ON submissions TO skyddsnat_citizen"))
        connection.execute(text("REVOKE ALL ON deliveries FROM skyddsnat_relay"))
        assert held(connection, "citizen") != said("citizen")
    migrate(url)
    with owner(url) as connection:
        for part in PARTS:
            assert held(connection, part) == said(part)


def test_roles_can_be_made_again_and_nobody_else_can_make_them(url):
    with owner(url) as connection:
        roles.apply(connection)
    migrate(as_role(url, "citizen"))  # finds nothing to do, and owns nothing to give away
    with owner(url) as connection:
        assert held(connection, "citizen") == said("citizen")


def test_a_stranger_is_not_let_in_at_all(url):
    with owner(url) as connection:
        connection.execute(text("CREATE ROLE skyddsnat_stranger LOGIN PASSWORD 'prov'"))
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(as_role(url, "stranger"))
    finally:
        with owner(url) as connection:
            connection.execute(text("DROP ROLE skyddsnat_stranger"))
