"""Staff see their own unit's queue, open what is theirs, and every opening is remembered first."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.casework import beginning, cases, counting, opening, queue
from app.casework.access import LEADING, Staff
from app.casework.queue import Status, Tab
from app.casework.running import NO_RULES
from app.crypto import seal, unseal
from app.delivery import relay
from app.delivery.connector import build
from app.errors import DatabaseUnavailable, NoSuchItem, NotARecipient, SealBroken
from app.runner.hand_over import bound
from app.runner.routing import INBOX
from app.storage import tables
from app.storage.columns import NEVER
from tests.integration.reports import KEYS, SEED, TYPED

MINE = Staff("5e55", "Ida Ek", "barn-och-unga", "csrf", LEADING)
THEIRS = Staff("0dd5", "Ola Ask", "sspf", "csrf", LEADING)


@pytest.fixture
def arrive(database, hand_in, receiver, clock):
    """Hand in a report to a unit, let the relay carry it, and return its reference."""
    connectors = build(INBOX, database=database, clock=clock)

    def send(unit="barn-och-unga", typed=TYPED):
        receipt = hand_in(typed, replace(receiver, unit=unit))
        relay.deliver_once(database, connectors, clock)
        return receipt.reference

    return send


@pytest.fixture
def show(database):
    return lambda unit="barn-och-unga", **rest: database.read_now(
        lambda c: queue.list_items(c, unit=unit, **rest)
    )


@pytest.fixture
def read(database, clock):
    """Read an item as staff do."""
    return lambda reference, staff=MINE, keys=KEYS: asyncio.run(
        opening.read_item(
            database, rules=NO_RULES, staff=staff, reference=reference, keys=keys, clock=clock
        )
    )


@pytest.fixture
def take(database, clock):
    def take(reference, staff=MINE):
        act = partial(cases.take, rules=NO_RULES, staff=staff, reference=reference, now=clock.now())
        return asyncio.run(cases.carry_out(database, act))

    return take


def events(database, *kinds):
    found = database.read_now(lambda c: c.execute(select(tables.audit_events)).all())
    return [(e.kind, e.submission_id, e.unit, e.actor) for e in found if e.kind in kinds]


def submission_id(database, reference):
    found = select(tables.submissions.c.id).where(tables.submissions.c.reference == reference)
    return database.read_now(lambda c: c.execute(found).scalar_one())


def test_the_queue_is_oldest_first_and_says_how_old(arrive, show, clock):
    references = []
    for _ in range(4):
        references.append(arrive())
        clock.move(hours=1)
    items = show().items
    assert [item.reference for item in items] == references
    assert items[0].age(clock.now()) == timedelta(hours=4)
    assert {item.status for item in items} == {Status.NEW}


def test_the_queue_shows_urgency_and_nothing_of_what_is_written(arrive, show):
    arrive(typed={**TYPED, "fara": {"fara": ("ja",)}})
    [item] = show().items
    assert item.urgent
    assert not item.protected
    assert item.form_id == "prov"
    assert not hasattr(item, "sealed")
    assert "Åsa" not in repr(item)


def test_a_unit_sees_only_its_own(arrive, show):
    mine, theirs = arrive(), arrive("sspf")
    assert [item.reference for item in show().items] == [mine]
    assert [item.reference for item in show("sspf").items] == [theirs]
    assert show("ingen").items == ()


def test_a_tab_of_the_queue_has_what_it_says(database, arrive, show, take, clock):
    first, second = arrive(), arrive()
    take(first)
    mine = show(tab=Tab.MINE, owner=MINE.name)
    assert [item.reference for item in mine.items] == [first]
    assert {item.reference for item in show(tab=Tab.ALL).items} == {first, second}
    assert [item.reference for item in show(tab=Tab.TO_DO).items] == [second], "nobody has it"
    assert show(tab=Tab.CLOSED).items == ()
    assert database.read_now(lambda c: counting.count(c, unit="barn-och-unga")) == 1


def test_what_nobody_has_and_no_clock_stands_for_is_to_be_done_the_day_that_it_came(
    database, arrive, show, clock
):
    unit = "barn-och-unga"

    def numbers():
        now = clock.now()
        return database.read_now(
            lambda c: (
                counting.count(c, unit=unit),
                counting.count_today(c, NO_RULES, unit=unit, now=now),
            )
        )

    first, urgent = arrive(), arrive(typed={**TYPED, "fara": {"fara": ("ja",)}})
    assert numbers() == (2, 2)
    clock.move(days=1)
    later = arrive()
    items = show(tab=Tab.TO_DO).items
    assert [item.reference for item in items] == [urgent, first, later]
    assert {(item.next_clock, item.next_due) for item in items} == {(None, None)}
    assert numbers() == (3, 3)


def test_what_somebody_has_is_theirs_without_a_clock_and_after_what_has_one(
    database, arrive, show, take, clock
):
    without, with_one = arrive(), arrive()
    take(without)
    take(with_one)
    mine = tables.inbox_items.c.submission_id == submission_id(database, with_one)
    due = {"next_clock": "svar", "next_due": clock.now() + timedelta(days=400)}
    database.write_now(lambda c: c.execute(update(tables.inbox_items).where(mine).values(**due)))
    assert [item.reference for item in show(tab=Tab.TO_DO).items] == [with_one]
    for tab, owner in ((Tab.MINE, MINE.name), (Tab.ALL, None)):
        seen = [item.reference for item in show(tab=tab, owner=owner).items]
        assert seen == [with_one, without]
    give = partial(
        cases.give_back,
        rules=NO_RULES,
        staff=MINE,
        reference=without,
        version=1,
        now=clock.now(),
    )
    asyncio.run(cases.carry_out(database, give))
    seen = [item.reference for item in show(tab=Tab.TO_DO).items]
    assert seen == [without, with_one], "it is nobody's again"


def test_what_an_older_program_let_lie_unseen_is_put_in_its_place(
    database, arrive, show, take, clock
):
    old = []
    for _ in range(3):
        old.append(arrive())
        clock.move(minutes=1)
    taken = arrive()
    take(taken)
    items = tables.inbox_items
    database.write_now(lambda c: c.execute(update(items).values(next_due=NEVER)))
    assert show(tab=Tab.TO_DO).items == ()

    def place(most):
        return database.write_now(lambda c: beginning.place_all(c, NO_RULES, most=most))

    assert [place(2), place(2), place(2)] == [2, 1, 0]
    assert [item.reference for item in show(tab=Tab.TO_DO).items] == old
    assert [item.reference for item in show(tab=Tab.ALL).items] == [*old, taken]


def test_what_is_due_first_stands_first_and_what_is_closed_last_first(
    database, arrive, show, clock
):
    references = [arrive() for _ in range(5)]
    now = clock.now()
    items, reports = tables.inbox_items, tables.submissions

    def put(connection):
        for number, reference in enumerate(references):
            mine = items.c.submission_id == (
                select(reports.c.id).where(reports.c.reference == reference).scalar_subquery()
            )
            closed = {"closed_at": now + timedelta(hours=number)} if number > 2 else {}
            due = {"next_due": now + timedelta(days=3 - number)}
            connection.execute(update(items).where(mine).values(**due, **closed))

    database.write_now(put)
    seen = {tab: [item.reference for item in show(tab=tab).items] for tab in Tab}
    assert seen[Tab.TO_DO] == seen[Tab.ALL] == references[2::-1]
    assert seen[Tab.CLOSED] == [references[4], references[3]]
    page = show(tab=Tab.CLOSED, most=1)
    rest = show(tab=Tab.CLOSED, after=page.after)
    assert [item.reference for item in rest.items] == [references[3]]
    assert database.read_now(lambda c: counting.count(c, unit="barn-och-unga")) == 3

    def today(at):
        unit = "barn-och-unga"
        return database.read_now(lambda c: counting.count_today(c, NO_RULES, unit=unit, now=at))

    days = [today(now + timedelta(days=number)) for number in range(4)]
    assert days == [0, 1, 2, 3], "what is over that day, or before it"


def test_turning_pages_shows_everything_once_though_all_came_at_the_same_moment(
    arrive, show, clock
):
    references = {arrive() for _ in range(7)}
    seen, after = [], None
    while True:
        page = show(after=after, most=3)
        seen += [item.reference for item in page.items]
        if page.after is None:
            break
        after = page.after
        clock.move(seconds=1)
        references.add(arrive())
    assert len(seen) == len(set(seen))
    assert references == set(seen)


def test_a_place_in_the_queue_that_is_not_the_units_begins_from_the_beginning(arrive, show):
    mine, theirs = arrive(), arrive("sspf")
    for after in (theirs, "K7QF-93MX", "' OR 1=1 --", ""):
        assert [item.reference for item in show(after=after).items] == [mine]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_no_reference_somebody_makes_up_finds_anything(show, after):
    assert show(after=after).items == ()


def test_an_item_is_read_with_the_questions_as_they_were_put(arrive, read):
    opened = read(arrive())
    questions = [q for page in opened.transcript["pages"] for q in page["questions"]]
    assert [q["question"] for q in questions] == ["Är barnet i fara?", "Vad har du sett?"]
    assert questions[1]["lines"] == ["Åsa har inte ätit på hela dagen."]
    assert "Åsa" not in repr(opened), "nor in a log line by mistake"


def test_who_opened_what_is_remembered(database, arrive, read):
    reference = arrive()
    read(reference)
    read(reference)
    opened = ("item_opened", submission_id(database, reference), MINE.unit, MINE.name)
    assert events(database, "item_opened") == [opened, opened]


def test_that_it_is_opened_is_stored_before_it_is_unsealed(database, arrive, read, monkeypatch):
    reference, stored = arrive(), []

    def look(envelope, seed, *, expected):
        stored.extend(events(database, "item_opened"))
        raise SealBroken

    monkeypatch.setattr(unseal, "unseal", look)
    with pytest.raises(SealBroken):
        read(reference)
    assert len(stored) == 1


def test_nothing_is_unsealed_when_the_opening_can_not_be_written_down(
    database, arrive, read, monkeypatch
):
    reference, looked = arrive(), []
    monkeypatch.setattr(unseal, "unseal", lambda *args, **rest: looked.append(args))
    database._writers.close()
    with pytest.raises(DatabaseUnavailable):
        read(reference)
    assert looked == []


@pytest.mark.parametrize("way", ["read", "take"])
def test_another_units_item_does_not_exist_and_the_attempt_is_remembered(
    database, arrive, request, way
):
    reference = arrive()
    do = request.getfixturevalue(way)
    with pytest.raises(NoSuchItem):
        do(reference, staff=THEIRS)
    refused = ("read_refused", submission_id(database, reference), THEIRS.unit, THEIRS.name)
    assert events(database, "read_refused", "item_opened") == [refused]


@pytest.mark.parametrize("way", ["read", "take"])
def test_a_reference_that_nobody_has_is_answered_and_remembered_the_same(database, request, way):
    with pytest.raises(NoSuchItem):
        request.getfixturevalue(way)("K7QF-93MX")
    assert events(database, "read_refused") == [("read_refused", None, MINE.unit, MINE.name)]


def test_a_report_that_has_not_come_into_the_inbox_can_not_be_opened_yet(hand_in, read):
    with pytest.raises(NoSuchItem):
        read(hand_in().reference)


def test_without_the_units_key_nothing_is_read(arrive, read):
    reference = arrive()
    for keys in ({}, {next(iter(KEYS)): bytes(32)}):
        with pytest.raises(NotARecipient):
            read(reference, keys=keys)


def test_an_envelope_moved_to_another_reports_place_is_not_read(database, arrive, read):
    first, second = arrive(), arrive()
    of = tables.submissions.c
    sealed = database.read_now(
        lambda c: c.execute(select(of.sealed).where(of.reference == first)).scalar_one()
    )
    database.write_now(
        lambda c: c.execute(
            update(tables.submissions).where(of.reference == second).values(sealed=sealed)
        )
    )
    with pytest.raises(SealBroken):
        read(second)


@pytest.mark.parametrize(
    "moved",
    [{"urgent": True}, {"protected": True}, {"reference": "AAAA-AAAA"}, {"form_id": "provtva"}],
    ids=lambda moved: next(iter(moved)),
)
def test_a_row_that_says_another_thing_than_what_was_sealed_is_not_read(
    database, arrive, read, moved
):
    reference = arrive()
    mine = tables.submissions.c.reference == reference
    database.write_now(lambda c: c.execute(update(tables.submissions).where(mine).values(**moved)))
    with pytest.raises(SealBroken):
        read(moved.get("reference", reference))


def test_what_was_sealed_when_less_stood_in_the_header_is_still_read(database, arrive, read):
    reference = arrive()
    of = tables.submissions.c
    row = database.read_now(lambda c: c.execute(select(tables.submissions)).mappings().one())
    content = unseal.unseal(row["sealed"], SEED).content
    less = {name: bound(row)[name] for name in ("submission", "municipality", "unit")}
    recipients = {row["key_id"]: unseal.public_of(SEED)}
    sealed = seal.seal(content, facts=less, recipients=recipients)
    before = update(tables.submissions).where(of.reference == reference).values(sealed=sealed)
    database.write_now(lambda c: c.execute(before))
    assert read(reference).transcript == json.loads(content)


def test_an_item_that_is_taken_says_so_when_it_is_read(arrive, take, read, clock):
    reference = arrive()
    assert read(reference).item.owner is None
    take(reference)
    item = read(reference).item
    assert (item.owner, item.status, item.taken_at) == (
        MINE.name,
        Status.ACKNOWLEDGED,
        clock.now(),
    )


def test_each_unit_has_its_own_key(database, hand_in, receiver, clock, read):
    seed = unseal.new_private()
    public = unseal.public_of(seed)
    theirs = replace(receiver, unit="sspf", key_id=seal.key_id(public), public_key=public)
    receipt = hand_in(to=theirs)
    relay.deliver_once(database, build(INBOX, database=database, clock=clock), clock)
    with pytest.raises(NotARecipient):
        read(receipt.reference, staff=THEIRS)
    assert read(receipt.reference, staff=THEIRS, keys={theirs.key_id: seed}).item.reference
