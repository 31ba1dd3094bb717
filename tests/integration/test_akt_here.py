"""Where the akt is here two remove it when 16 kap. SoL lets it go, and what stays says why."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from app.casework import barring, cases, removable, removal
from app.casework.plan import Plan
from app.casework.removable import MOST, Stand
from app.errors import NoSuchItem, NotAllowed
from app.records import akt, retention
from app.records.akt import Akt, Facts, Kept, Rule, Told
from app.storage import tables
from app.web.staff import akt_page
from tests.integration.casework import LEADER, REGISTRAR, STRANGER, WORKER, Unit
from tests.integration.reports import RECEIVER
from tests.integration.test_removal import ADMINISTRATOR, OTHER, finish

AKTS = {"prov": frozenset({"inleds_inte"})}
PLAN = Plan(RECEIVER.municipality_code, {}, {}, AKTS)
KNOWN = Facts(date(2010, 3, 4), placed=False, others=False)
WORDS = "4 mars 2010"
TYPED = {"fodd-day": (WORDS,), "placerad": ("nej",), "annat": ("nej",)}
ASKED = akt_page.step(lambda text: text).read(TYPED, today=date(2026, 11, 24))


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def closed(unit, hand_in):
    """Close a case that has come in, without an utredning; return its reference."""
    reference = hand_in().reference
    unit.arrive()
    finish(unit, reference)
    return reference


@pytest.fixture
def tell(unit):
    def tell(reference, facts=KNOWN, staff=WORKER):
        version = unit.row(reference).version
        say = partial(removal.say_facts, facts=facts, asked=ASKED)
        return unit.do(say, reference, staff, version=version)

    return tell


@pytest.fixture
def stands(database, clock):
    """Which references are where, and why those stay that do."""

    def found(staff=LEADER, plan=PLAN):
        def read(connection):
            look = partial(removable.listed, connection, plan, staff=staff, now=clock.now())
            by = {s.name: [each.reference for each in look(stand=s).rows] for s in Stand}
            stays = removable.staying(connection, plan, staff=staff, now=clock.now()).rows
            why = {each.reference: each.why for each in stays}
            return {name: those for name, those in by.items() if those} | why

        return database.read_now(read)

    return found


@pytest.fixture
def say(database, unit, clock):
    def said(act, reference, staff=LEADER):
        chosen = [(reference, unit.row(reference).version)]
        work = partial(act, plan=PLAN, staff=staff, chosen=chosen, now=clock.now())
        return database.write_now(work)

    return said


@pytest.fixture
def night(database, clock):
    def run(akts=AKTS):
        work = partial(
            retention.retain,
            now=clock.now(),
            municipality_code=PLAN.municipality_code,
            submission_days={},
            akts=akts,
        )
        return database.write_now(work).cases

    return run


def test_two_remove_it_after_five_years_and_the_rule_is_on_the_stone(
    database, closed, tell, stands, say, night, clock
):
    assert stands() == {}
    clock.time = clock.time.replace(year=2031, day=24)
    tell(closed)
    assert stands() == {}, "five years, and not a day more"
    clock.move(days=1)
    assert stands() == {"FREE": [closed]}
    assert night() == 0
    assert say(removal.propose, closed) == 1
    assert night() == 0
    assert say(removal.approve, closed) == 0
    assert say(removal.approve, closed, OTHER) == 1
    assert night(akts={}) == 0, "the municipality has changed its mind"
    assert night() == 1
    stone = database.read_now(lambda c: c.execute(select(tables.tombstones)).one())
    assert (stone.reference, stone.rule) == (closed, "16 kap. 1 § SoL")
    assert database.read_now(lambda c: c.execute(select(tables.akt_facts)).all()) == []


def test_until_somebody_has_said_what_the_law_asks_it_stays_and_that_is_said(
    closed, tell, stands, say, night, clock
):
    clock.time = clock.time.replace(year=2032)
    assert stands() == {closed: Kept.UNKNOWN}
    assert say(removal.propose, closed) == 0
    for facts, why in (
        (replace(KNOWN, born=None), Kept.UNKNOWN),
        (replace(KNOWN, others=True), Kept.OTHER),
        (replace(KNOWN, placed=True), Kept.NEVER),
        (replace(KNOWN, born=date(2010, 3, 25)), Kept.RESEARCH),
    ):
        tell(closed, facts)
        assert stands() == {closed: why}
        assert say(removal.propose, closed) == 0
    tell(closed)
    assert stands() == {"FREE": [closed]}


def test_what_is_noted_begins_the_five_years_anew_and_a_hold_is_no_note(
    unit, closed, tell, stands, say, clock
):
    clock.time = clock.time.replace(year=2031)
    version = unit.row(closed).version
    unit.do(cases.note, closed, version=version, text="Begäran om registerutdrag.")
    clock.move(days=30)
    tell(closed)
    assert stands() == {}
    clock.time = clock.time.replace(year=2037)
    assert stands() == {"FREE": [closed]}
    hold = partial(removal.hold, until=None, reason="Utlämnande begärt.")
    unit.do(hold, closed, version=unit.row(closed).version)
    assert stands() == {"HELD": [closed]}
    chosen = [(closed, unit.row(closed).version)]
    lift = partial(removal.lift_holds, plan=PLAN, rules=unit.rules, staff=LEADER, chosen=chosen)
    assert unit.database.write_now(lambda c: lift(c, now=clock.now())) == 1
    assert stands() == {"FREE": [closed]}


def test_what_is_said_again_makes_what_two_had_agreed_on_void(
    closed, tell, stands, say, night, clock
):
    clock.time = clock.time.replace(year=2032)
    tell(closed)
    say(removal.propose, closed, WORKER)
    say(removal.approve, closed)
    assert stands() == {"AGREED": [closed]}
    tell(closed, replace(KNOWN, others=True))
    assert stands() == {closed: Kept.OTHER}
    assert night() == 0


def test_what_is_said_is_sealed_but_for_the_year_and_in_the_case_and_the_trail(
    database, unit, closed, tell
):
    tell(closed)
    entry = unit.read(closed).entries[-1]
    assert entry.kind == "akt_facts"
    assert entry.words["questions"][0]["lines"] == [WORDS]
    rows = database.read_now(lambda c: c.execute(select(tables.akt_facts)).all())
    assert [(row.thirty_in, row.kept) for row in rows] == [(2040, None)]
    sealed = database.read_now(lambda c: c.execute(select(tables.case_entries.c.sealed)).all())
    assert WORDS.encode() not in b"".join(row.sealed or b"" for row in sealed)
    assert unit.events()[-2:] == [("akt_facts_said", WORKER.name), ("item_opened", LEADER.name)]


@pytest.mark.parametrize(
    ("staff", "error"),
    [(REGISTRAR, NotAllowed), (ADMINISTRATOR, NotAllowed), (STRANGER, NoSuchItem)],
)
def test_nobody_says_it_but_who_may_propose(closed, tell, staff, error):
    with pytest.raises(error):
        tell(closed, staff=staff)


def test_who_is_barred_sees_neither_it_nor_why_it_stays(unit, closed, stands, clock):
    version = unit.row(closed).version
    unit.do(barring.bar, closed, version=version, name=WORKER.name, reason="Granne.")
    clock.time = clock.time.replace(year=2032)
    assert stands(WORKER) == {}
    assert stands() == {closed: Kept.UNKNOWN}


def test_the_database_and_the_law_say_the_same_of_every_akt(database, unit, closed, clock):
    """Every mixture of facts, at the edges of every day that decides."""
    clock.time = datetime(2041, 1, 1, 3, tzinfo=UTC)
    today = clock.time.date()
    before = akt.five_years_before(today)
    notes = [before.replace(year=before.year - 1), date(2035, 12, 31), before, today]
    told = [None, *(Told(year) for year in (2030, 2040, 2041)), *(Told(None, why) for why in Kept)]
    submission_id = unit.row(closed).submission_id
    database.write_now(
        lambda c: c.execute(
            insert(tables.akt_facts), {"submission_id": submission_id, "thirty_in": 2030}
        )
    )
    item, facts = tables.inbox_items, tables.akt_facts

    def set_to(opened, note, fact):
        def change(connection):
            moment = datetime.combine(note, datetime.min.time(), UTC)
            outcome = "inleds" if opened else "inleds_inte"
            connection.execute(update(item).values(closed_at=moment, outcome=outcome))
            connection.execute(facts.delete())
            if fact:
                values = {"submission_id": submission_id, "thirty_in": fact.thirty_in}
                connection.execute(insert(facts), {**values, "kept": fact.kept})

        database.write_now(change)

    def found(connection):
        look = partial(removable.listed, connection, PLAN, staff=LEADER, now=clock.now())
        free = [each.rule for each in look(stand=Stand.FREE).rows]
        stays = removable.staying(connection, PLAN, staff=LEADER, now=clock.now()).rows
        return [*free, *(each.why for each in stays)]

    for opened, note, fact in product((True, False), notes, told):
        set_to(opened, note, fact)
        law = akt.judged(Akt(opened, note, fact), today)
        expected = [] if law is Kept.LATELY and note >= before else [law]
        assert database.read_now(found) == expected, (opened, note, fact)


def test_every_list_goes_on_where_its_page_ends(database, unit, closed, tell, clock):
    clock.time = clock.time.replace(year=2032)
    many = MOST + 7
    copy_of(database, unit.row(closed).submission_id, many - 1)

    def pages(read):
        seen, after = [], ""
        while True:
            page = database.read_now(partial(read, after=after))
            seen.append([each.reference for each in page.rows])
            after = page.after
            if not after:
                return seen

    now, copies = clock.now(), replace(PLAN, days={"prov": 1}, akts={})
    for read in (
        partial(removable.staying, plan=PLAN, staff=LEADER, now=now),
        partial(removable.listed, plan=copies, staff=LEADER, stand=Stand.FREE, now=now),
    ):
        seen = pages(read)
        assert [len(page) for page in seen] == [MOST, 7]
        assert len({each for page in seen for each in page}) == many
    stones = [
        {
            "reference": f"ST{number:02}-AAAA",
            "unit": RECEIVER.unit,
            "form_id": "prov",
            "received_in": "2020-01",
            "removed_in": f"2026-{number % 3 + 1:02}",
            **dict.fromkeys(("proposed_by", "approved_by", "rule"), "x"),
        }
        for number in range(many)
    ]
    database.write_now(lambda c: c.execute(insert(tables.tombstones), stones))
    seen = pages(partial(removable.gone, unit=RECEIVER.unit))
    assert [len(page) for page in seen] == [MOST, 7]
    assert len({each for page in seen for each in page}) == many


def copy_of(database, submission_id, many):
    """Let a report, its delivery and its closed item be there so many times more."""

    def copy(connection):
        for number in range(many):
            mine = uuid4()
            for table in (tables.submissions, tables.deliveries, tables.inbox_items):
                key = table.c.id if "id" in table.c else table.c.submission_id
                row = dict(
                    connection.execute(select(table).where(key == submission_id)).mappings().one()
                )
                row[key.name] = mine
                if "reference" in row:
                    row["reference"] = f"COPY-{number:04}"
                connection.execute(insert(table), row)

    database.write_now(copy)


def test_rules_are_named_as_the_law_is():
    assert [rule.value for rule in Rule] == ["16 kap. 1 § SoL", "16 kap. 2 a § SoL"]
