"""The service reads what reports say of children when it is let, and staff say what is the same."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select, update

from app.casework import bars, indexing, likeness, removal, tidying, timeline
from app.casework.likeness import Strength
from app.casework.plan import Plan
from app.crypto import unseal
from app.errors import NotAllowed
from app.records import retention
from app.runner.casework import Match
from app.storage import tables
from tests.integration.casework import INDEX, LEADER, REGISTRAR, STRANGER, WORKER
from tests.integration.reports import KEYS, RECEIVER


def count(database, table):
    return database.read_now(lambda c: c.execute(select(func.count()).select_from(table)).scalar())


def kinds(unit):
    return [kind for kind, _ in unit.events()]


def test_reports_of_one_child_are_found_the_strongest_first(report, read, alike):
    one = report("Elsa Ek", "8", "20180327-2382")
    name = report("Ek, ELSA", "8")
    number = report("okänd", "", "201803272382")
    report("Erik Ek", "8", "2018-03-27")
    assert read() == 4
    assert alike(one) == [(number, Strength.CERTAIN, None), (name, Strength.LIKELY, None)]
    assert alike(name) == [(one, Strength.LIKELY, None)]


def test_that_the_service_reads_is_written_down_before_it_does(unit, report, database, clock):
    report("Elsa Ek", "8")
    rows = database.write_now(lambda c: indexing.claim(c, INDEX, now=clock.now()))
    assert kinds(unit)[-1] == "read_by_service"
    assert unit.events()[-1][1] is None, "nobody did"
    assert [row["sealed"][:3] for row in rows] == [b"SKN"]
    assert count(database, tables.person_tokens) == 0


def test_killed_in_the_midst_it_takes_up_what_is_left(report, read, database, clock, alike):
    one, other = report("Elsa Ek", "8"), report("Elsa Ek", "9")
    database.write_now(lambda c: indexing.claim(c, INDEX, now=clock.now()))
    assert database.read_now(lambda c: indexing.left(c, INDEX)) == 2
    assert [read(most=1), read(most=1), read()] == [1, 1, 0]
    assert database.read_now(lambda c: indexing.left(c, INDEX)) == 0
    assert alike(one) == [(other, Strength.LIKELY, None)]


def test_read_twice_it_is_as_read_once(report, read, database):
    report("Elsa Ek", "8", "20180327-2382")
    read()
    before = count(database, tables.person_tokens)
    database.write_now(tidying.again)
    assert read() == 1
    assert count(database, tables.person_tokens) == before > 0


def test_what_makes_other_tokens_makes_everything_read_again(report, read):
    report("Elsa Ek", "8")
    assert read() == 1
    seed = bytes(range(1, 33))
    renewed = {**KEYS, "ny": seed}
    sound = Match(on=True, basis="x", sound=True)
    for index in (
        replace(INDEX, match=sound),
        replace(INDEX, match=sound, own={RECEIVER.unit: "ny"}, seeds=renewed),
    ):
        assert [read(index), read(index)] == [1, 0]


def test_off_nothing_is_read_or_shown_and_what_was_kept_goes(report, read, alike, database, clock):
    off = replace(INDEX, match=Match())
    one = report("Elsa Ek", "8")
    report("Elsa Ek", "8")
    read()
    assert alike(one)
    assert database.read_now(lambda c: indexing.left(c, off)) == 0
    assert read(off) == 0
    assert alike(one, index=off) == []
    assert database.write_now(lambda c: tidying.tidy(c, off, now=clock.now())) > 0
    assert count(database, tables.person_tokens) == 0
    assert read() == 2, "on again, everything is read"


def test_after_its_months_a_report_is_no_longer_compared(report, read, alike, database, clock):
    report("Elsa Ek", "8")
    read()
    clock.move(days=31 * 61)
    late = report("Elsa Ek", "13")
    read()
    assert alike(late) == []
    before = count(database, tables.person_tokens)
    database.write_now(lambda c: tidying.tidy(c, INDEX, now=clock.now()))
    assert 0 < count(database, tables.person_tokens) < before


def test_another_units_report_is_not_there(unit, report, read, alike, say):
    one = report("Elsa Ek", "8")
    theirs = report("Elsa Ek", "8", unit="sspf")
    read(replace(INDEX, own={RECEIVER.unit: RECEIVER.key_id, "sspf": RECEIVER.key_id}))
    assert alike(one) == []
    assert alike(one, staff=STRANGER) == []
    assert say(one, theirs, same=True) is None
    assert kinds(unit)[-1] == "read_refused"


def test_what_staff_say_stands_until_they_say_another_thing(unit, report, read, alike, say):
    one, other = report("Elsa Ek", "8"), report("Elsa Ek", "8")
    read()
    assert say(one, other, same=False) is False
    assert kinds(unit)[-2:] == ["other_child_said"] * 2
    assert alike(one) == [(other, Strength.LIKELY, False)]
    assert say(other, one, same=True) is True
    assert kinds(unit)[-2:] == ["same_child_said"] * 2
    assert alike(other) == [(one, Strength.LIKELY, True)]


def test_what_staff_have_said_is_shown_when_nothing_else_is(report, read, alike, say):
    one, other = report("Elsa Ek", "8"), report()
    read()
    assert say(one, other, same=True)
    assert alike(one) == [(other, None, True)]
    assert say(one, one, same=True) is None


def test_only_those_who_may_see_and_say(report, alike, say):
    one, other = report("Elsa Ek", "8"), report("Elsa Ek", "8")
    with pytest.raises(NotAllowed):
        alike(one, staff=REGISTRAR)
    with pytest.raises(NotAllowed):
        say(one, other, same=True, staff=REGISTRAR)


def test_one_that_cannot_be_opened_hides_no_other(report, read, alike, database, clock):
    one = report("Elsa Ek", "8")
    broken = report("Elsa Ek", "8")
    other = report("Elsa Ek", "8")
    database.write_now(
        lambda c: c.execute(
            tables.submissions.update()
            .where(tables.submissions.c.reference == broken)
            .values(sealed=b"SKN\x01broken")
        )
    )
    rows = database.write_now(lambda c: indexing.claim(c, INDEX, now=clock.now()))
    found = indexing.read(INDEX, rows)
    database.write_now(lambda c: indexing.store(c, INDEX, found, now=clock.now()))
    assert sorted(each.unread for each in found) == [False, False, True]
    assert read() == 0
    assert alike(one) == [(other, Strength.LIKELY, None)]


def test_nothing_that_is_kept_says_anything_without_the_key(report, read, database):
    report("Elsa Ek", "8", "20180327-2382")
    read()
    rows = database.read_now(lambda c: c.execute(select(tables.person_tokens)).all())
    keys = likeness.Keys(unseal.new_private(), RECEIVER.unit)
    guess = keys.token(likeness.Kind.NUMBER, "201803272382").value
    right = likeness.Keys(KEYS[RECEIVER.key_id], RECEIVER.unit)
    assert guess not in {row.token for row in rows}
    assert right.token(likeness.Kind.NUMBER, "201803272382").value in {row.token for row in rows}


def test_it_goes_with_the_report(report, read, say, database, clock):
    one, other = report("Elsa Ek", "8"), report("Elsa Ek", "8")
    read()
    say(one, other, same=True)
    clock.move(days=400)
    database.write_now(
        lambda c: c.execute(
            tables.inbox_items.update().values(closed_at=clock.now(), process_version=1)
        )
    )
    chosen, two = [(name, 0) for name in (one, other)], (WORKER, LEADER)
    plan = Plan(RECEIVER.municipality_code, {"prov": 30}, {})
    clock.move(days=40)
    for act, staff in zip((removal.propose, removal.approve), two, strict=True):
        said = partial(act, plan=plan, staff=staff, chosen=chosen, now=clock.now())
        assert database.write_now(said) == 2
    erased = database.write_now(
        lambda c: retention.retain(
            c,
            now=clock.now(),
            municipality_code=RECEIVER.municipality_code,
            submission_days={"prov": 30},
        )
    )
    assert erased.cases == 2
    assert count(database, tables.person_tokens) == count(database, tables.case_links) == 0


def test_to_who_is_barred_neither_report_exists(report, read, alike, say, database):
    one, other = report("Elsa Ek", "8"), report("Elsa Ek", "8")
    read()
    found = select(tables.submissions.c.id).where(tables.submissions.c.reference == other)
    mine = tables.inbox_items.c.submission_id == found.scalar_subquery()
    barred = bars.written([bars.Bar(name=LEADER.name, subject="", by="Bo Al")])
    database.write_now(
        lambda c: c.execute(update(tables.inbox_items).where(mine).values(barred=barred))
    )
    assert alike(one) == alike(other) == []
    assert say(one, other, same=True) is None
    assert alike(one, staff=WORKER) == [(other, Strength.LIKELY, None)]


@pytest.fixture
def gathered(database, clock):
    """What is read together with a report: references, and of which nothing more is told."""

    def look(reference, staff=LEADER):
        found = database.write_now(
            lambda c: timeline.gathered(c, staff=staff, reference=reference, now=clock.now())
        )
        return found and [(each.item.reference, each.row is not None) for each in found]

    return look


def test_reports_said_to_be_of_one_child_are_read_together_also_by_way_of_others(
    unit, report, read, say, gathered, clock
):
    sent = []
    for _ in range(4):
        clock.move(minutes=1)
        sent.append(report("Elsa Ek", "8"))
    one, two, three, four = sent
    read()
    say(three, one, same=True)
    say(two, three, same=True)
    before = len(unit.events())
    assert gathered(one) == [(one, True), (two, True), (three, True)]
    assert unit.events()[before:] == [("timeline_read", LEADER.name)] * 3
    say(one, two, same=False)
    assert gathered(one) == [(one, True), (three, True)]
    assert gathered(four) == [(four, True)]


def test_what_is_read_together_has_not_been_opened(unit, report, read, say, gathered):
    one, other = report("Elsa Ek", "8"), report("Elsa Ek", "8")
    read()
    say(one, other, same=True)
    gathered(one)
    assert unit.row(one).opened_at is unit.row(other).opened_at is None


def test_nothing_of_another_units_report_or_to_who_is_barred_is_read_together(
    unit, report, read, say, gathered, database, clock
):
    one = report("Elsa Ek", "8")
    clock.move(minutes=1)
    other = report("Elsa Ek", "8")
    read()
    say(one, other, same=True)
    assert gathered(one, staff=STRANGER) is None
    assert kinds(unit)[-1] == "read_refused"
    with pytest.raises(NotAllowed):
        gathered(one, staff=REGISTRAR)
    found = select(tables.submissions.c.id).where(tables.submissions.c.reference == other)
    mine = tables.inbox_items.c.submission_id == found.scalar_subquery()
    barred = bars.written([bars.Bar(name=LEADER.name, subject="", by="Bo Al")])
    database.write_now(
        lambda c: c.execute(update(tables.inbox_items).where(mine).values(barred=barred))
    )
    assert gathered(one) == [(one, True)]
    assert gathered(other) is None
    assert gathered(one, staff=WORKER) == [(one, True), (other, True)]


def test_of_protected_data_a_leader_alone_reads_and_it_is_not_said_that_others_have(
    unit, report, read, say, gathered, database, clock
):
    one = report("Elsa Ek", "8")
    clock.move(minutes=1)
    other = report("Elsa Ek", "8")
    read()
    say(one, other, same=True)
    theirs = tables.submissions.c.reference == other
    database.write_now(
        lambda c: c.execute(update(tables.submissions).where(theirs).values(protected=True))
    )
    before = len(unit.events())
    assert gathered(one, staff=WORKER) == [(one, True), (other, False)]
    assert len(unit.events()) == before + 1
    assert gathered(one) == [(one, True), (other, True)]
