"""A fresh exercise can be filled with made-up reports, that go the way real ones go."""

import shutil
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import select

from app import reception, references
from app.casework import figures, opening
from app.casework.group import acting, consent
from app.casework.running import rules_of
from app.commands import example, keys, made_up
from app.commands.operate import Refused
from app.records import audit, verifying
from app.runner import content
from app.runner.taken_in import Channel
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import (
    UNCOUNTED,
    audit_events,
    case_clocks,
    case_entries,
    inbox_items,
    submissions,
    tallies,
)
from app.web.staff.desk import private_keys
from tests import service
from tests.content import FORMS

MONTH = timedelta(days=30)
NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
EVERY = tomllib.loads((FORMS / example.FILE).read_text("utf-8"))


@pytest.fixture
def settings(tmp_path, database_url):
    """A machine where nothing has happened, once on each engine."""
    forms = shutil.copytree(FORMS, tmp_path / "forms")
    given = {
        "SKYDDSNAT_FORMS": str(forms),
        "SKYDDSNAT_DATA": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
    }
    made = Settings.read(given)
    town = content.load(forms).municipality
    keys.make_missing(town.units, private=made.private_keys_directory, public=made.public_keys)
    return made


@pytest.fixture
def office(settings):
    found = content.load(settings.forms)
    publics = reception.recipients(found.municipality.units, settings.public_keys)
    with Database.open(settings.database_url) as database:
        private = private_keys(settings.private_keys_directory, found.municipality.units)
        rules = rules_of(found, publics)
        yield made_up.Office(settings, found, database, rules, EVERY, private)


def test_forty_reports_are_handed_in_and_worked_with_as_far_as_time_allows(office):
    told = example.played(office, NOW, until=NOW)
    assert len(told) == len(EVERY["reports"]) == 40
    assert all(one.reference for one in told)
    rows = office.database.read_now(lambda c: c.execute(select(inbox_items)).all())
    assert len(rows) == 40
    states = Counter(row.state for row in rows)
    assert states.keys() == {
        *("ny", "tagen", "skyddsbedomd", "beslutad", "overlamnad", "avslutad", "bedomd"),
        *("inbjuden", "hallet"),
    }
    outcomes = {row.outcome for row in rows} - {None}
    assert outcomes >= {"inleds", "inleds_inte", "ingar_i_pagaende", "overlamnad_kommun"}
    assert "dubblett_av" in outcomes
    unopened = [row for row in rows if row.opened_at is None]
    assert unopened


def test_every_flag_language_and_colour_of_clock_can_be_seen_of_both_forms(office):
    example.played(office, NOW, until=NOW)
    asked = select(submissions, inbox_items.c.next_due).join(inbox_items)
    rows = office.database.read_now(lambda c: c.execute(asked).all())
    for form_id in ("orosanmalan", "stoppmote"):
        mine = [row for row in rows if row.form_id == form_id]
        assert {row.urgent for row in mine} == {row.protected for row in mine} == {True, False}
        assert {row.language for row in mine} == {"sv", "en"}
    clocks = office.database.read_now(lambda c: c.execute(select(case_clocks)).all())
    assert any(each.late_days for each in clocks), "something was done too late"
    assert any(each.late_days == 0 for each in clocks), "and something in time"
    assert any(each.extended_to for each in clocks)
    assert any(each.round > 1 for each in clocks), "a case was opened again"
    waiting = {each.clock for each in clocks if each.stopped_at is None and each.due_at < NOW}
    assert waiting >= {"skydd", "forhand"}, "and some are late and not done"


def test_every_way_that_staff_take_a_report_in_by_can_be_seen_in_the_queue(office):
    example.played(office, NOW, until=NOW)
    asked = select(submissions.c.channel, submissions.c.entered_by).join(inbox_items)
    rows = office.database.read_now(lambda c: c.execute(asked).all())
    out_of_a_case = {Channel.CASE}  # made on the case's own page, with its own questions
    assert {row.channel for row in rows} == {None, *Channel} - out_of_a_case
    assert all((row.channel is None) is (row.entered_by is None) for row in rows)


def test_the_same_is_drawn_each_time(office):
    example.played(office, NOW, until=NOW)
    asked = select(submissions.c.reference).order_by(submissions.c.received_at)
    first = office.database.read_now(lambda c: c.execute(asked).scalars().first())
    assert first == references.new(Random(made_up.SEED).randbytes)


def test_all_that_is_said_to_be_done_can_be_done(office):
    told = example.played(office, NOW, until=NOW.replace(year=2027))
    assert all(not one.work for one in told)
    used = {name for one in told for name in one.done}
    assert used == EVERY["work"].keys(), "no example of work is left unused"


def test_what_was_written_is_sealed(office):
    example.played(office, NOW, until=NOW)
    rows = office.database.read_now(lambda c: c.execute(select(submissions)).mappings().all())
    stored = b"".join(row["sealed"] for row in rows)
    entries = office.database.read_now(lambda c: c.execute(select(case_entries.c.sealed)).all())
    stored += b"".join(row.sealed or b"" for row in entries)
    assert b"Tuva" not in stored
    assert b"mormor" not in stored


def test_an_example_is_never_laid_among_real_reports(settings, office):
    assert example.fill(settings, now=NOW) == 40
    with pytest.raises(Refused, match="inget har hänt"):
        example.fill(settings, now=NOW)


def test_nor_where_anything_has_ever_happened(settings, office):
    event = audit.Event(audit.Kind.LINK_MADE)
    office.database.write_now(lambda c: audit.record(c, event, at=NOW))
    with pytest.raises(Refused, match="inget har hänt"):
        example.fill(settings, now=NOW)
    rows = office.database.read_now(lambda c: c.execute(select(submissions.c.id)).all())
    assert not rows


def test_the_trail_says_first_that_it_is_made_up_and_its_chain_is_whole(settings, office):
    example.fill(settings, now=NOW)
    asked = select(audit_events.c.kind).order_by(audit_events.c.id)
    kinds = office.database.read_now(lambda c: c.execute(asked).scalars().all())
    assert kinds[0] == audit.Kind.EXAMPLES_BEGUN
    acts = {"give_back": "given_back", "assign": "assigned", "note": "noted", "reopen": "reopened"}
    assert {f"case_{done}" for done in acts.values()} <= set(kinds)
    assert acts.keys() == example.ACTS.keys()
    verdict = office.database.read_now(lambda c: verifying.verify(c, keys={}, now=NOW))
    assert (verdict.faults, verdict.last, verdict.waiting) == ((), len(kinds), 0)


def test_months_that_are_over_have_statistics_that_the_examples_are_among(settings, office):
    example.fill(settings, now=NOW)
    forms, least = office.content.forms["sv"], office.content.municipality.statistics.least
    for form_id, form in forms.items():
        staff = example.clerk(office, form_id, example.NAMES[0])
        months = office.database.read_now(partial(figures.months, staff=staff))
        assert (months[0], months[-1], len(months)) == ("2025-01", "2026-10", 22)
        found = office.database.read_now(partial(figures.stored, staff=staff, year="2026"))
        made = figures.tables(found, form, office.rules.processes[form_id], least=least)
        counted = {table.dimension for table in made}
        wholes = {
            name for table in made if table.part for name in (table.part.whole, table.part.cases)
        }
        assert {dimension for _, dimension in found.counts} - wholes == counted
        for table in made:
            assert found.counts[form_id, table.dimension].keys() <= {*table.values, ""}
            assert any(isinstance(seen, int) for seen in table.told.values()), table.dimension
    first = office.content.municipality.calendar.at(NOW.date().replace(day=1), 0)
    waits = select(inbox_items).where(UNCOUNTED, inbox_items.c.arrived_at < first)
    assert office.database.read_now(lambda c: c.execute(waits).all()) == []


def test_where_nothing_is_counted_there_are_no_made_up_numbers(settings, office):
    file = settings.forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[statistics]\non = true", "[statistics]\non = false"), "utf-8")
    example.fill(settings, now=NOW)
    assert office.database.read_now(lambda c: c.execute(select(tallies)).all()) == []


def test_whoever_gets_an_answer_is_told_what_was_decided():
    asked = {"inleds": "inleds", "inleds_inte": "inleds_inte", "ingar_i_pagaende": "pagar"}
    for report in EVERY["reports"]:
        answers = [EVERY["work"][name].get("answers", {}) for name in report["work"]]
        decided = [asked[each["beslut"]] for each in answers if "beslut" in each]
        told = [each["svar"] for each in answers if each.get("lamnas") == "ja"]
        assert told in ([], decided)


def test_one_request_is_in_the_middle_of_a_stoppmote_about_seven(office):
    told = example.played(office, NOW, until=NOW)
    one = next(each for each in told if len(each.answers.get("unga", ())) > 7)
    staff = example.clerk(office, one.form_id, one.by)
    item = office.database.write_now(
        partial(
            opening.open_item, rules=office.rules, staff=staff, reference=one.reference, now=NOW
        )
    )
    process = office.rules.processes[one.form_id]
    group = example.group_of(office, process, item)
    young, day = {each.name: each for each in group.of("ung")}, NOW.date()
    assert len(young) == 7, "who was written twice is one"
    assert young["Zäta"].born is None, "little more is known than what they are called"
    theo = young["Theo Påhittad"].born
    assert (theo.ages(day), theo.ages(day + MONTH)) == (range(17, 18), range(18, 19))
    assert young["Loke Påhittad"].guardians == young["Nova Påhittad"].guardians != ()
    why = {
        each.why
        for one in young.values()
        for each in acting.lacking(process, group, "dela_pa_motet", one, on=day)
    }
    lacks = {"AGE_UNKNOWN", "GUARDIAN_UNKNOWN", "NOT_ASKED", "WITHDRAWN"}
    assert why == {consent.Why[each] for each in lacks}
    says = {each.say for each in group.consents}
    assert says == {*consent.Say}


def test_several_of_the_staff_have_cases(office):
    example.played(office, NOW, until=NOW)
    asked = select(inbox_items.c.owner).where(inbox_items.c.owner.is_not(None))
    owners = set(office.database.read_now(lambda c: c.execute(asked).scalars().all()))
    assert owners == set(made_up.NAMES)


def test_every_step_is_one_of_a_process(office):
    known = {step.id for process in office.rules.processes.values() for step in process.steps}
    assert {what["step"] for what in EVERY["work"].values() if "step" in what} <= known


def test_the_command_line_says_how_many_and_then_refuses_in_a_sentence(tmp_path):
    one, other = service.free_ports(2)
    machine = service.environment(
        data=tmp_path / "data", citizen=f"127.0.0.1:{one}", staff=f"127.0.0.1:{other}"
    )
    assert service.command("prepare", environment=machine).returncode == 0
    done = service.command("exempel", environment=machine)
    assert (done.returncode, done.stdout) == (0, "40 påhittade anmälningar är inlagda.\n")
    again = service.command("serve", "--exempel", environment=machine)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("Exempel läggs bara in där inget har hänt")


def test_outside_an_exercise_there_are_no_examples(settings):
    file = settings.forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("exercise = true ", "exercise = false "), "utf-8")
    with pytest.raises(Refused, match="övning"):
        example.fill(settings, now=NOW)


def test_no_example_leaves_the_house(settings):
    file = settings.forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    text = text.replace("[forms.orosanmalan]", '[forms.orosanmalan]\ndestinations = ["inbox", "x"]')
    text += '[destinations.x]\nconnector = "mail"\nname = "Någon"\n'
    file.write_text(text, "utf-8")
    with pytest.raises(Refused, match="lämnar inte"):
        example.fill(settings, now=NOW)
