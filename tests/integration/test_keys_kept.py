"""A key that is gone is missed before a new one is made, and wherever the old one is needed."""

import shutil
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary, insert, select, text
from starlette.testclient import TestClient

from app import main
from app.commands import keys as key_files
from app.commands import prepare
from app.commands.backup import BackupRefused, backup, restore
from app.commands.prepare import NotReady
from app.errors import SchemaNewer
from app.records import sealed_to
from app.settings import Settings
from app.storage import copies, tables
from app.storage.database import Database
from tests import postgres, service

UNIT = "sspf"


def machine(data, url):
    return Settings.read(
        {
            "SKYDDSNAT_DATA": str(data),
            "SKYDDSNAT_PRIVATE_KEYS": str(data / "keys" / "private"),
            "DATABASE_URL": url,
        }
    )


@pytest.fixture
def settings(tmp_path, database_url):
    return machine(tmp_path / "data", database_url)


@pytest.fixture
def empty_database(request, tmp_path, database_url):
    """The address of a database of the same kind with nothing in it."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/ny/skyddsnat.sqlite"
        return
    with postgres.new_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def report(settings, database, clock):
    """A report that is stored for a unit; return the id of the key that it is sealed to."""

    def come_in(unit=UNIT):
        have = key_files.ids([unit], private=settings.private_keys_directory)
        row = {
            "id": uuid4(),
            "reference": uuid4().hex[:8],
            "municipality_code": "0000",
            "unit": unit,
            "form_id": "stoppmote",
            "form_version": 1,
            "content_hash": "0" * 64,
            "language": "sv",
            "received_at": clock.now(),
            "urgent": False,
            "protected": False,
            "key_id": have[unit],
            "sealed": b"x",
        }
        database.write_now(lambda c: c.execute(insert(tables.submissions), row))
        return have[unit]

    return come_in


def lose(settings, *, unit=UNIT):
    key_files.private_file(settings.private_keys_directory, unit).unlink()
    key_files.public_file(settings.public_keys, unit).unlink()


def test_no_new_key_is_made_while_something_is_stored_that_no_key_here_opens(settings, report):
    prepare.prepare(settings)
    key_id = report()
    report()
    lose(settings)
    with pytest.raises(NotReady, match=rf"{UNIT}: nyckeln {key_id} \(2 förseglade texter\)"):
        prepare.prepare(settings)
    assert not key_files.private_file(settings.private_keys_directory, UNIT).exists()


def test_another_key_of_the_same_name_is_not_taken_for_the_right_one(settings, report):
    prepare.prepare(settings)
    key_id = report()
    lose(settings)
    key_files.make_missing(
        [UNIT], private=settings.private_keys_directory, public=settings.public_keys
    )
    with pytest.raises(NotReady, match=key_id):
        prepare.prepare(settings)


def test_a_unit_that_left_the_municipalitys_file_still_has_its_key_missed(settings, report):
    prepare.prepare(settings)
    key_files.make_missing(
        ["avdelning-4"], private=settings.private_keys_directory, public=settings.public_keys
    )
    key_id = report("avdelning-4")
    prepare.prepare(settings)
    lose(settings, unit="avdelning-4")
    with pytest.raises(NotReady, match=f"avdelning-4: nyckeln {key_id}"):
        prepare.prepare(settings)


def test_a_key_that_a_person_has_given_up_is_replaced_and_not_asked_for_again(
    settings, report, database, clock
):
    prepare.prepare(settings)
    key_id = report()
    lose(settings)
    assert [each.key_id for each in prepare.missing_keys(settings)] == [key_id]
    database.write_now(lambda c: sealed_to.give_up(c, key_id, unit=UNIT, now=clock.now()))
    prepare.prepare(settings)
    assert report() != key_id
    assert prepare.missing_keys(settings) == ()
    kinds = database.read_now(
        lambda c: c.execute(text("SELECT kind FROM audit_events")).scalars().all()
    )
    assert "key_given_up" in kinds


OTHERWISE = {
    "api_tokens.hash",
    "audit_anchors.hash",
    "audit_anchors.signature",
    "audit_links.hash",
    "deliveries.content",  # sealed to the receiver's own key
    "drafts.box",  # encrypted to a key that only a browser's cookie holds, as is the next
    "drafts.id",
    "person_tokens.token",
    "sign_in_links.hash",
    "staff_sessions.hash",
    "unsaved.box",
    "unsaved.id",
}
"""Binary columns that no unit's key opens."""


def test_all_that_a_key_of_a_units_opens_is_in_a_column_that_is_counted():
    binary = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary)
    }
    counted = {f"{table.name}.sealed" for table in sealed_to.SEALED}
    assert binary == counted | OTHERWISE, "say which kind a new column is"
    for table in sealed_to.SEALED:
        assert {"unit", "submission_id"} & set(table.c.keys()) or table is tables.submissions
        assert "key_id" in table.c


def filled(table, clock, **values):
    """A row with something in every column that must have it."""
    like = {str: "x", int: 1, bool: False, bytes: b"x", UUID: uuid4()}
    needed = (column for column in table.c if not (column.nullable or column.server_default))
    return {each.key: like.get(each.type.python_type, clock.now()) for each in needed} | values


def test_a_key_is_missed_for_each_thing_that_is_sealed_to_it(settings, report, database, clock):
    prepare.prepare(settings)
    report()
    first = select(tables.submissions.c.id)
    mine = database.read_now(lambda c: c.execute(first).scalar_one())
    for number, table in enumerate(sealed_to.SEALED):
        values = {"key_id": f"nyckel-{number}", "sealed": b"x"}
        if "unit" in table.c:
            values["unit"] = UNIT
        if "submission_id" in table.c:
            values["submission_id"] = mine
        row = filled(table, clock, **values)
        database.write_now(lambda c, table=table, row=row: c.execute(insert(table), row))
    lost = prepare.missing_keys(settings)
    assert {(each.unit, each.key_id, each.count) for each in lost} == {
        (UNIT, f"nyckel-{number}", 1) for number in range(len(sealed_to.SEALED))
    }


@pytest.mark.parametrize("name", ["citizen", "staff"])
def test_health_says_when_the_keys_are_not_the_right_ones(settings, report, name, database, clock):
    prepare.prepare(settings)
    report()

    def said():
        site = getattr(main, name)(settings, clock=clock, database=database)
        answer = TestClient(site).get("/halsa/redo")
        assert answer.status_code == 200, "reports that are handed in are safe all the same"
        return answer.json()["nycklar"]

    assert said() == "finns"
    lose(settings)
    key_files.make_missing(
        [UNIT], private=settings.private_keys_directory, public=settings.public_keys
    )
    assert said() == "stämmer inte"


def test_a_part_does_not_start_with_keys_that_are_not_the_right_ones(settings, report):
    prepare.prepare(settings)
    key_id = report()
    lose(settings)
    key_files.make_missing(
        [UNIT], private=settings.private_keys_directory, public=settings.public_keys
    )
    one, other = (f"http://127.0.0.1:{port}" for port in service.free_ports(2))
    environment = service.environment(
        data=settings.data, citizen=one, staff=other, DATABASE_URL=settings.database_url
    )
    staff = service.command("serve", "staff", environment=environment)
    assert staff.returncode == 1
    assert f"{UNIT} ({key_id})" in staff.stderr
    citizen = service.command("serve", "citizen", environment=environment)
    assert citizen.returncode == 1
    assert UNIT in citizen.stderr


@pytest.mark.usefixtures("postgres_programs")
def test_a_database_is_not_put_back_where_nothing_in_it_could_be_read(
    settings, report, tmp_path, clock, empty_database
):
    prepare.prepare(settings)
    key_id = report()
    backup(settings, tmp_path / "kopia", keys=tmp_path / "nycklar", now=clock.now())
    new = machine(tmp_path / "ny", empty_database)
    new.data.mkdir()
    with pytest.raises(BackupRefused, match=f"{UNIT}: nyckeln {key_id}"):
        restore(new, tmp_path / "kopia", keys=None)
    assert not any(copies.count(new.database_url).values())
    restore(new, tmp_path / "kopia", keys=None, unopened=True)
    with pytest.raises(NotReady, match=key_id):
        prepare.prepare(new)
    shutil.copytree(tmp_path / "nycklar" / "private", new.private_keys_directory)
    prepare.prepare(new)


def test_an_older_program_prepares_nothing_of_a_newer_database(settings, database):
    database.write_now(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(SchemaNewer):
        prepare.prepare(settings)
    assert not settings.private_keys_directory.exists()
    with Database.open(settings.database_url) as same:
        revision = same.read_now(
            lambda c: c.execute(text("SELECT version_num FROM alembic_version")).scalar()
        )
    assert revision == "9999"
