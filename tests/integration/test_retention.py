"""What has had its time is erased, and a report that is not safely delivered never is."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.casework import access, cases
from app.casework.access import LEADING, Staff
from app.casework.running import NO_RULES
from app.delivery import relay
from app.delivery.connector import build
from app.records import erasing, retention
from app.records.retention import Erased
from app.runner.routing import INBOX
from app.storage import tables
from tests.integration.casework import ASSESSED, Unit
from tests.integration.reports import IDLE

STAFF = Staff("5e55", "Ida Ek", "barn-och-unga", "csrf", LEADING)


@pytest.fixture
def retain(database, clock):
    def run(days=None, **rest):
        return database.write_now(
            lambda c: retention.retain(
                c,
                now=clock.now(),
                municipality_code="exempelkommun",
                submission_days={"prov": 30} if days is None else days,
                **rest,
            )
        )

    return run


@pytest.fixture
def carry(database, clock):
    connectors = build(INBOX, database=database, clock=clock)
    return lambda: relay.deliver_once(database, connectors, clock)


@pytest.fixture
def take(database, clock):
    return lambda receipt: database.write_now(
        lambda c: cases.take(
            c, rules=NO_RULES, staff=STAFF, reference=receipt.reference, now=clock.now()
        )
    )


def left(database):
    counts = [
        select(func.count()).select_from(table)
        for table in (tables.submissions, tables.deliveries, tables.inbox_items)
    ]
    return tuple(database.read_now(lambda c, q=each: c.execute(q).scalar()) for each in counts)


def kinds(database):
    found = select(tables.audit_events.c.kind).order_by(tables.audit_events.c.id)
    return database.read_now(lambda c: c.execute(found).scalars().all())


def test_drafts_and_receipts_go_when_their_time_is_out(
    database, start, hand_in, retain, key, clock
):
    start(key)
    hand_in()
    assert (retain().drafts, retain().receipts) == (0, 0)
    clock.move(minutes=15)
    erased = retain()
    assert (erased.drafts, erased.receipts) == (0, 1)
    clock.move(minutes=45)
    assert retain().drafts == 1
    assert IDLE.total_seconds() == 3600


def test_links_and_sessions_go_when_used_or_run_out(database, retain, clock):
    def make(connection):
        now = clock.now()
        for _ in range(2):
            link = access.new_link(connection, unit="sspf", now=now)
        access.sign_in(connection, link, name="Ida Ek", now=now)

    database.write_now(make)
    assert (retain().links, retain().sessions) == (1, 0)
    clock.move(minutes=30)
    erased = retain()
    assert (erased.links, erased.sessions) == (1, 1)


def test_why_somebody_was_let_in_past_the_sign_in_is_never_removed(database, retain, clock):
    why = {"reason": "Inloggningen är nere.", "made_by": "root"}
    database.write_now(lambda c: access.new_link(c, unit="sspf", now=clock.now(), why=why))
    clock.move(days=9000)
    assert retain().links == 0


def test_a_report_that_is_in_hand_goes_when_its_days_have_passed(
    database, hand_in, carry, take, retain, clock
):
    receipt = hand_in()
    carry()
    take(receipt)
    clock.move(days=29, hours=23)
    assert retain().submissions == 0
    clock.move(hours=1)
    assert retain().submissions == 1
    assert left(database) == (0, 0, 0)


def test_a_report_that_is_not_delivered_never_goes(database, hand_in, retain, clock):
    hand_in()
    clock.move(days=9000)
    assert retain().submissions == 0
    assert left(database) == (1, 1, 0)


def test_a_report_that_nobody_has_taken_in_hand_never_goes(database, hand_in, carry, retain, clock):
    hand_in()
    carry()
    clock.move(days=9000)
    assert retain().submissions == 0
    assert left(database) == (1, 1, 1)


def test_the_days_are_counted_from_when_it_was_taken_in_hand(hand_in, carry, take, retain, clock):
    receipt = hand_in()
    carry()
    clock.move(days=29)
    take(receipt)
    clock.move(days=29)
    assert retain().submissions == 0
    clock.move(days=1)
    assert retain().submissions == 1


def test_one_destination_of_two_is_not_enough(receiver, hand_in, carry, take, retain, clock):
    receipt = hand_in(to=replace(receiver, destinations={"inbox": None, "elsewhere": None}))
    carry()
    take(receipt)
    clock.move(days=9000)
    assert retain().submissions == 0


@pytest.mark.parametrize("days", [{}, {"annat": 1}])
def test_where_no_days_are_decided_nothing_goes(hand_in, carry, take, retain, clock, days):
    receipt = hand_in()
    carry()
    take(receipt)
    clock.move(days=9000)
    assert retain(days).submissions == 0


def test_another_municipalitys_reports_are_left_alone(
    database, hand_in, receiver, carry, take, retain, clock
):
    receipt = hand_in(to=replace(receiver, municipality_code="grannkommun"))
    carry()
    take(receipt)
    clock.move(days=9000)
    assert retain().submissions == 0


def test_many_go_a_few_at_a_time(hand_in, carry, take, retain, clock):
    for receipt in [hand_in() for _ in range(5)]:
        carry()
        take(receipt)
    clock.move(days=31)
    assert [retain(most=2).submissions for _ in range(4)] == [2, 2, 1, 0]


def test_that_it_was_done_is_remembered_after_the_report_is_gone(
    database, hand_in, carry, take, retain, clock
):
    receipt = hand_in()
    carry()
    take(receipt)
    clock.move(days=31)
    assert retain() == Erased(
        drafts=0, receipts=1, links=0, sessions=0, unsaved=0, submissions=1, cases=0
    )
    assert kinds(database) == [
        "submission_received",
        "case_taken",
        "submission_erased",
        "retention_run",
    ]
    last = database.read_now(
        lambda c: c.execute(
            select(tables.audit_events).where(tables.audit_events.c.kind == "retention_run")
        ).one()
    )
    others = '"links":0,"sessions":0,"unsaved":0'
    assert last.counts == f'{{"drafts":0,"receipts":1,{others},"submissions":1,"cases":0}}'


def test_what_would_go_is_told_and_stays(database, hand_in, carry, take, retain, clock):
    def due():
        return database.read_now(
            lambda c: retention.due(
                c, now=clock.now(), municipality_code="exempelkommun", submission_days={"prov": 30}
            )
        )

    first = clock.now()
    for receipt in [hand_in(), hand_in()]:
        carry()
        take(receipt)
    hand_in()
    clock.move(days=30)
    told, reports = due()
    assert reports == {"prov": retention.Due(2, first)}
    assert left(database) == (3, 3, 2)
    assert retain() == told
    assert due()[1] == {"prov": retention.Due(0, None)}


def test_a_case_is_never_erased_by_the_days_alone(database, hand_in, retain, clock):
    unit, reference = Unit(database, clock), hand_in().reference
    unit.arrive()
    unit.read(reference)
    unit.step(reference, "bedom", ASSESSED)
    unit.step(reference, "besluta", {"beslut": ("inleds_inte",)})
    clock.move(days=9000)
    assert retain().submissions == 0
    unit.step(reference, "avsluta")
    clock.move(days=9000)
    erased = retain()
    assert (erased.submissions, erased.cases) == (0, 0)
    assert left(database) == (1, 1, 1)


def test_whatever_refers_to_a_report_goes_with_it_and_its_item_goes_first():
    found = list(erasing.hanging())
    named = [f"{column.table.name}.{column.name}" for column in found]
    assert named[0] == "inbox_items.submission_id"
    others = {"case_clocks", "case_entries", "person_tokens", "deliveries", "removals"}
    assert {f"{table}.submission_id" for table in others} < set(named)
    assert {"case_links.first", "case_links.second"} < set(named)
