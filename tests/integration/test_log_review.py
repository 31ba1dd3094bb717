"""A month of the log is drawn once, in one way only, reviewed by others than those it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.casework import barring, marks, months, reviewing, searching
from app.casework.access import LetIn, open_session, subject_of
from app.casework.marks import Verdict
from app.casework.refusals import MonthNotOver, NotAllMarked, OwnReading
from app.casework.reviewing import Decided
from app.casework.sampling import Why
from app.casework.searching import Reason, Sought, Way
from app.delivery.ledger import Ledger
from app.errors import NoSuchItem, NotAllowed
from app.runner.hours import Hours
from app.runner.role import Role
from app.storage import tables
from tests.integration.casework import CALENDAR, INDEX, LEADER, RULES, STRANGER, WORKER, Unit
from tests.integration.reports import KEYS, RECEIVER

REVIEWER = replace(LEADER, session_id="l", name="Lo Gran", roles=frozenset({Role.LOGGRANSKARE}))
DECIDED = Decided(share=5, least=1, hours=Hours.model_validate({"weekdays": "8–17"}))
MONTH = "2026-11"
AFTER = datetime(2026, 12, 1, 9, tzinfo=UTC)
WORDS = "Ida Ek läste sin systers ärende."


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    reference = hand_in().reference
    unit.arrive()
    return reference


@pytest.fixture
def over(database, clock):
    """Let the month be over, and all that was done in it linked."""

    def over(at=AFTER):
        clock.time = at
        Ledger(database, clock).turn()

    return over


@pytest.fixture
def draw(database, clock):
    def draw(month=MONTH, staff=REVIEWER, decided=DECIDED):
        work = partial(reviewing.draw, month=month, staff=staff, decided=decided, rules=RULES)
        database.write_now(lambda c: work(c, now=clock.now()))

    return draw


@pytest.fixture
def readings(database, clock):
    def readings(month=MONTH, staff=REVIEWER, keys=KEYS):
        look = partial(marks.of_month, staff=staff, month=month, keys=keys, now=clock.now())
        return database.write_now(look)

    return readings


@pytest.fixture
def mark(database, clock):
    def mark(reading, verdict=Verdict.FINE, sentence="", staff=REVIEWER):
        work = partial(
            marks.mark,
            staff=staff,
            event_id=reading.event_id,
            verdict=verdict,
            sentence=sentence,
            recipients=RULES.recipients[RECEIVER.unit],
            now=clock.now(),
        )
        database.write_now(work)

    return mark


@pytest.fixture
def month(database, clock):
    def month(staff=REVIEWER):
        look = partial(months.months, staff=staff, calendar=CALENDAR, now=clock.now())
        return next((each for each in database.read_now(look) if each.name == MONTH), None)

    return month


def why(found):
    return {(each.actor, each.why) for each in found}


def test_what_somebody_read_and_did_nothing_with_is_drawn_with_its_reason(
    unit, case, over, draw, readings
):
    unit.read(case)
    unit.read(case, WORKER)
    unit.take(case, WORKER)
    over()
    draw(decided=replace(DECIDED, share=1))
    found = readings()
    assert (LEADER.name, (Why.NO_STEP,)) in why(found) or (
        LEADER.name,
        (Why.NO_STEP, Why.DRAWN),
    ) in why(found)
    assert all(each.reference == case for each in found)
    assert all(Why.NO_STEP not in each.why for each in found if each.actor == WORKER.name)


def test_everything_that_is_always_reviewed_is_known_from_what_is_stored(
    database, unit, case, over, draw, readings, clock
):
    emergency = LetIn(
        WORKER.name, subject_of("", "x"), {RECEIVER.unit: WORKER.roles}, True, emergency=True
    )
    database.write_now(lambda c: open_session(c, emergency, now=clock.now()))
    unit.read(case, WORKER)
    unit.do(barring.bar, case, LEADER, version=0, name=WORKER.name, reason="Syster till mamman.")
    with pytest.raises(NoSuchItem):
        unit.read(case, WORKER)
    clock.move(hours=12)
    unit.read(case)
    over()
    draw()
    found = {each.actor: set(each.why) - {Why.DRAWN} for each in readings()}
    assert found[WORKER.name] == {Why.EMERGENCY, Why.REFUSED, Why.BARRED, Why.NO_STEP}
    assert found[LEADER.name] == {Why.OFF_HOURS}


def test_what_is_drawn_is_the_same_whoever_draws_it_and_when(
    database, unit, hand_in, over, draw, clock
):
    for _ in range(30):
        reference = hand_in().reference
        unit.arrive()
        unit.take(reference)
        unit.read(reference)
    over()
    asked = {"unit": RECEIVER.unit, "month": MONTH, "share": 5, "least": 5, "calendar": CALENDAR}
    first = database.read_now(partial(reviewing.sample_of, **asked))
    assert (len(first.read), len(first.drawn)) == (30, 5)
    draw()
    over(AFTER.replace(month=12, day=20))
    assert database.read_now(partial(reviewing.sample_of, **asked)) == first
    rows = database.read_now(lambda c: c.execute(select(tables.review_months)).all())
    assert [row.position for row in rows] == [first.position]


def test_nothing_is_drawn_before_the_month_is_over_and_all_of_it_is_linked(
    unit, case, draw, clock, month, database
):
    unit.read(case)
    with pytest.raises(MonthNotOver):
        draw()
    assert month() is None, "it is not even told of"
    clock.time = AFTER
    with pytest.raises(MonthNotOver):
        draw()
    Ledger(database, clock).turn()
    clock.time = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    with pytest.raises(MonthNotOver):
        draw()
    clock.time = AFTER
    draw()
    assert month().drawn_at == AFTER


def test_a_month_is_drawn_once(unit, case, over, draw, readings, month, database):
    unit.read(case)
    over()
    draw()
    before = readings()
    draw(decided=replace(DECIDED, share=100))
    assert readings() == before
    kinds = [kind for kind, _ in unit.events()]
    assert kinds.count("log_drawn") == 1
    assert (month().readings, month().chosen, month().marked) == (1, 1, 0)


def test_what_a_reviewer_says_is_sealed_and_in_the_chain_and_the_last_stands(
    unit, case, over, draw, readings, mark, database
):
    unit.read(case)
    over()
    draw()
    [reading] = readings()
    mark(reading, Verdict.FOLLOW_UP, WORDS)
    mark(reading, Verdict.FINE)
    [after] = readings()
    assert [(each.verdict, each.sentence) for each in after.marks] == [
        (Verdict.FOLLOW_UP, WORDS),
        (Verdict.FINE, ""),
    ]
    assert after.verdict is Verdict.FINE
    [closed, _] = readings(keys={})[0].marks
    assert closed.sentence is None
    rows = database.read_now(lambda c: c.execute(select(tables.review_marks)).all())
    assert WORDS.encode() not in b"".join(row.sealed for row in rows if row.sealed)
    kinds = [event for event in unit.events() if event[0].startswith("reading_")]
    assert kinds == [("reading_followed_up", "Lo Gran"), ("reading_fine", "Lo Gran")]


def test_nobody_reviews_their_own_nor_another_unit_s_nor_without_the_role(
    unit, case, over, draw, readings, mark
):
    unit.read(case)
    over()
    draw()
    [reading] = readings()
    himself = replace(REVIEWER, name=LEADER.name)
    for staff, error in (
        (himself, OwnReading),
        (replace(REVIEWER, unit=STRANGER.unit), NoSuchItem),
        (LEADER, NotAllowed),
    ):
        with pytest.raises(error):
            mark(reading, staff=staff)
    with pytest.raises(ValueError, match="said"):
        mark(reading, Verdict.FOLLOW_UP)
    assert readings() == [reading]
    assert readings(staff=replace(REVIEWER, unit=STRANGER.unit)) == []


@pytest.fixture
def sign(database, clock):
    def sign(staff=REVIEWER):
        work = partial(months.sign, staff=staff, month=MONTH, now=clock.now())
        database.write_now(work)

    return sign


def test_a_month_is_signed_when_all_of_it_is_reviewed_and_once(
    unit, case, over, draw, readings, mark, month, sign
):
    unit.read(case)
    over()
    with pytest.raises(NoSuchItem):
        sign()
    draw()
    with pytest.raises(NotAllMarked):
        sign()
    mark(readings()[0])
    sign()
    sign(replace(REVIEWER, name="En Annan"))
    assert (month().signed_by, month().signed_at) == ("Lo Gran", AFTER)
    assert [kind for kind, _ in unit.events()].count("log_signed") == 1


def search(database, clock, staff=LEADER):
    sought = Sought(Way.REFERENCE, reference="ZZZZ-ZZZZ")
    work = partial(searching.search, staff=staff, sought=sought, reason=Reason.NEW)
    database.write_now(lambda c: work(c, INDEX, now=clock.now()))


def test_a_search_is_drawn_as_a_reading_of_no_case(
    database, unit, case, over, draw, readings, month, clock
):
    unit.take(case)
    search(database, clock)
    search(database, clock)
    clock.move(hours=30)
    search(database, clock)
    over()
    draw(decided=replace(DECIDED, share=100))
    found = [each for each in readings() if each.searches]
    assert [(each.actor, each.reference, each.times) for each in found] == [
        (LEADER.name, "", 2),
        (LEADER.name, "", 1),
    ]
    assert [Why.OFF_HOURS in each.why for each in found] == [False, False]
    refused = [each for each in readings() if Why.REFUSED in each.why]
    assert len(refused) == 2, "what was not there is beside, as what was tried"
    assert month().readings == 4


def test_a_month_is_drawn_anew_by_the_method_that_it_was_drawn_by(
    database, unit, case, over, draw, clock
):
    unit.take(case)
    unit.read(case)
    search(database, clock)
    over()
    asked = {"unit": RECEIVER.unit, "month": MONTH, "calendar": CALENDAR}
    draw(decided=replace(DECIDED, share=100))
    before, stored = database.read_now(partial(reviewing.anew, **asked))
    assert (len(before.read), before.drawn) == (3, stored)
    older = update(tables.review_months).values(method=1)
    database.write_now(lambda c: c.execute(older))
    again, _ = database.read_now(partial(reviewing.anew, **asked))
    assert len(again.read) == 2, "the case, and what was not there, as before"


def test_the_database_itself_keeps_what_was_drawn_and_said(
    database, unit, case, over, draw, readings, mark
):
    unit.read(case)
    over()
    draw()
    mark(readings()[0])
    for change in (
        update(tables.review_readings).values(unit="x"),
        delete(tables.review_readings),
        update(tables.review_marks).values(verdict="fine"),
        delete(tables.review_marks),
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write_now(lambda c, change=change: c.execute(change))
