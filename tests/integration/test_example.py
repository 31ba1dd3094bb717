"""A fresh exercise can be filled with made-up reports, that go the way real ones go."""

import shutil
import tomllib
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app import reception
from app.casework.running import rules_of
from app.commands import example, keys
from app.commands.operate import Refused
from app.runner import content
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import case_entries, inbox_items, submissions
from tests.content import FORMS

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
EVERY = tomllib.loads((FORMS / example.FILE).read_text("utf-8"))


@pytest.fixture
def settings(tmp_path, sqlite_url):
    forms = shutil.copytree(FORMS, tmp_path / "forms")
    given = {
        "SKYDDSNAT_FORMS": str(forms),
        "SKYDDSNAT_DATA": str(tmp_path / "data"),
        "DATABASE_URL": sqlite_url,
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
        yield example.Office(settings, found, database, rules_of(found, publics), EVERY)


def test_forty_reports_are_handed_in_and_worked_with_as_far_as_time_allows(office):
    told = example.played(office, NOW, until=NOW)
    assert len(told) == len(EVERY["reports"]) == 40
    assert all(one.reference for one in told)
    rows = office.database.read_now(lambda c: c.execute(select(inbox_items)).all())
    assert len(rows) == 40
    states = Counter(row.state for row in rows)
    assert states.keys() == {
        *("ny", "tagen", "skyddsbedomd", "beslutad", "overlamnad", "avslutad", "bedomd")
    }
    outcomes = {row.outcome for row in rows} - {None}
    assert outcomes >= {"inleds", "inleds_inte", "ingar_i_pagaende", "overlamnad_kommun"}
    assert "dubblett_av" in outcomes
    unopened = [row for row in rows if row.opened_at is None]
    assert unopened


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
    assert example.fill(settings) == 40
    assert example.fill(settings) == 0


def test_outside_an_exercise_there_are_no_examples(settings):
    file = settings.forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("exercise = true ", "exercise = false "), "utf-8")
    with pytest.raises(Refused, match="övning"):
        example.fill(settings)


def test_no_example_leaves_the_house(settings):
    file = settings.forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    text = text.replace("[forms.orosanmalan]", '[forms.orosanmalan]\ndestinations = ["inbox", "x"]')
    text += '[destinations.x]\nconnector = "mail"\nname = "Någon"\n'
    file.write_text(text, "utf-8")
    with pytest.raises(Refused, match="lämnar inte"):
        example.fill(settings)
