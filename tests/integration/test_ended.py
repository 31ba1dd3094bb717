"""What cases came to is counted when they end: once, with all that ends them, or not at all."""

import tomllib
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.casework import cases, steps, tallies
from app.casework.refusals import Changed
from app.runner.process import Process
from app.storage import tables
from tests.integration.casework import ASSESSED, DECIDED, LEADER, PROCESS, RULES, Unit

WHO = {"id": "vem", "kind": "radios", "label": "Vem?", "of": ["ung"], "errors": {}}
NEEDED = {"required": True, "errors": {"missing": "Välj."}}
YES = [{"id": "ja", "label": "Ja"}, {"id": "nej", "label": "Nej"}]
OPEN = {"button": "Spara", "roles": ["gruppledare"], "from": ["beslutad"], "about": "vem"}
PEOPLE = [
    {
        **OPEN,
        "id": "ung",
        "title": "Ung",
        "adds": "ung",
        "fields": [WHO, {"id": "namn", "kind": "text", "label": "Namn"}],
    },
    {**OPEN, "id": "bort", "title": "Bort", "leaves": True, "fields": [{**WHO, **NEEDED}]},
    {
        **OPEN,
        "id": "familj",
        "title": "Familj",
        "fields": [
            {**WHO, **NEEDED},
            {"id": "kom", "kind": "radios", "label": "Kom de?", "options": YES, **NEEDED},
            {"id": "ord", "kind": "text", "label": "Vad sades?"},
        ],
    },
]
COUNTED = [
    {"id": "vag", "title": "Väg", "step": "besluta", "field": "beslut"},
    {
        "id": "vantan",
        "title": "Dagar",
        "step": "boka",
        "field": "motesdag",
        "bands": [0, 15],
        "counts": "first",
    },
    {"id": "kom", "title": "Kom", "step": "familj", "field": "kom"},
]
FILE = tomllib.loads((Path(__file__).parent / "prov_process.toml").read_text("utf-8"))
COUNTS = Process.model_validate(
    {
        **FILE,
        "people": [{"id": "ung", "label": "Ung", "many": "Unga", "name": "namn"}],
        "clocks": [one for one in FILE["clocks"] if one.get("starts") != "boka"],
        "steps": [*FILE["steps"], *PEOPLE],
        "statistics": COUNTED,
    }
)
ON = replace(RULES, processes={"prov": COUNTS}, counts=True)
TWO = {
    ("steps.vag", "inleds"): 1,
    ("taken.besluta", ""): 1,
    ("steps.vantan", "0"): 1,
    ("taken.boka", ""): 1,
    ("steps.kom", "ja"): 2,
    ("taken.familj", ""): 2,
    ("cases.familj", ""): 1,
}


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock, ON)


@pytest.fixture
def take(unit):
    """Take a step as the page does: with who the case is about, and what was said."""

    def go(reference, step_id, typed=None, on=unit):
        return on.step(reference, step_id, typed, group=on.group(reference, COUNTS))

    return go


@pytest.fixture
def case(report, unit, clock, take):
    """A case in which a meeting is booked in ten days, and two families have come to it."""

    def make():
        reference = report("Elsa Ek", "6")
        unit.read(reference)
        unit.take(reference)
        take(reference, "bedom", ASSESSED)
        take(reference, "besluta", DECIDED)
        day = clock.now().date().toordinal() + 10
        take(reference, "boka", {"motesdag-day": (str(type(clock.now().date()).fromordinal(day)),)})
        for name in ("Bo", "Liv"):
            take(reference, "ung", {"namn": (name,)})
            number = unit.row(reference).version
            family = {"vem": (f"p{number}",), "kom": ("nej",), "ord": ("Mamman grät.",)}
            take(reference, "familj", family)
            take(reference, "familj", {**family, "kom": ("ja",)})
        take(reference, "besked", {})
        return reference

    return make


@pytest.fixture
def counts(database):
    """What has been counted of ended cases: by dimension and value."""

    def look():
        sums = Counter()
        for row in database.read_now(lambda c: c.execute(select(tables.tallies)).all()):
            sums[row.dimension, row.value] += row.count
        return dict(sums)

    return look


def test_nothing_is_counted_until_a_case_ends_and_then_all_of_it(case, take, counts, database):
    reference = case()
    assert counts() == {}
    take(reference, "avsluta")
    assert counts() == TWO
    rows = database.read_now(lambda c: c.execute(select(tables.tallies)).all())
    assert {(row.month, row.unit, row.form_id) for row in rows} == {
        ("2026-11", LEADER.unit, "prov"),
    }
    assert not [word for word in ("Elsa", "Bo", "Liv", "Mamman", reference) if word in str(rows)]


def test_who_is_not_in_the_case_any_more_does_not_count(case, unit, take, counts):
    reference = case()
    gone = next(one.id for one in unit.group(reference, COUNTS).people if one.name == "Bo")
    take(reference, "bort", {"vem": (gone,)})
    take(reference, "avsluta")
    assert counts()["steps.kom", "ja"] == 1


def test_a_case_that_is_opened_again_and_ends_anew_is_not_counted_twice(case, unit, take, counts):
    reference = case()
    take(reference, "avsluta")
    for _ in range(2):
        unit.do(cases.reopen, reference, version=unit.row(reference).version, reason="Nytt.")
        take(reference, "bedom", ASSESSED)
        take(reference, "besluta", DECIDED)
        take(reference, "besked", {})
        take(reference, "avsluta")
    assert counts() == TWO


def test_killed_before_it_is_written_nothing_has_ended_and_nothing_is_counted(
    case, unit, take, counts, database, clock
):
    reference = case()
    act = partial(
        steps.run_step,
        rules=ON,
        staff=LEADER,
        reference=reference,
        version=unit.row(reference).version,
        step_id="avsluta",
        typed={},
        now=clock.now(),
        group=unit.group(reference, COUNTS),
    )

    def killed(connection):
        act(connection)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write_now(killed)
    assert counts() == {}
    assert unit.row(reference).closed_at is None
    take(reference, "avsluta")
    assert counts() == TWO


def test_two_that_end_a_case_at_once_count_it_once(case, unit, counts):
    reference = case()
    group, version = unit.group(reference, COUNTS), unit.row(reference).version
    together, refused = Barrier(2), []

    def end():
        together.wait(10)
        try:
            unit.step(reference, "avsluta", version=version, group=group)
        except Changed as error:
            refused.append(error)

    threads = [Thread(target=end) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert counts() == TWO


def test_several_cases_sum_and_two_that_end_at_once_lose_nothing(case, unit, counts):
    references = [case() for _ in range(2)]
    groups = {one: unit.group(one, COUNTS) for one in references}
    threads = [
        Thread(target=unit.step, args=(one, "avsluta"), kwargs={"group": groups[one]})
        for one in references
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts() == {key: 2 * number for key, number in TWO.items()}


def test_where_nothing_is_counted_nothing_is(case, unit, take, counts, database, clock):
    reference = case()
    take(reference, "avsluta", on=Unit(database, clock, replace(ON, counts=False)))
    assert counts() == {}


def test_a_process_that_counts_nothing_ends_without_anything_being_read_for_it(
    report, database, clock, counts
):
    plain = Unit(database, clock, replace(RULES, counts=True))
    reference = report("Elsa Ek", "6")
    plain.read(reference)
    plain.take(reference)
    plain.step(reference, "bedom", ASSESSED)
    plain.step(reference, "besluta", DECIDED)
    plain.step(reference, "besked", {})
    plain.step(reference, "avsluta", {})
    assert PROCESS.statistics == ()
    assert counts() == {}


def test_what_ended_in_a_month_that_is_counted_out_stands(
    case, take, counts, database, clock, unit
):
    """The month is over for a day before it is shown, and what ends later is in another."""
    first, second = case(), case()
    take(first, "avsluta")
    clock.move(days=31)
    take(second, "avsluta")
    asked = select(tables.tallies.c.month, tables.tallies.c.count).where(
        tables.tallies.c.dimension == "taken.familj"
    )
    rows = database.read_now(lambda c: c.execute(asked).all())
    assert sorted(map(tuple, rows)) == [("2026-11", 2), ("2026-12", 2)]
    assert tallies.month_of(clock.now().date()) == "2026-12"
