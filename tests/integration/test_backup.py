"""An empty machine that is given a backup and the keys opens every report, and loses none."""

import json
import os
import stat
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import insert, make_url, select

from app.casework import queue
from app.commands import anchor_key
from app.commands import keys as key_files
from app.commands.backup import BackupRefused, backup, forget, restore
from app.crypto import seal, unseal
from app.delivery.ledger import Ledger
from app.errors import AlreadySubmitted, DatabaseUnavailable
from app.intake import drafts
from app.intake.submit import Receiver, Reception, submit
from app.records.verifying import verify
from app.settings import Settings
from app.storage import copies, migrations, schema, tables
from app.storage.database import Database
from app.storage.engines import engines
from app.storage.migrations import migrate
from app.storage.tables import deliveries, submissions
from tests import postgres
from tests.integration import casework
from tests.integration.casework import ASSESSED, RULES
from tests.integration.reports import IDLE, TYPED

UNIT = "barn-och-unga"
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Machine:
    """A machine with the service on it."""

    settings: Settings
    database: Database

    def receiver(self):
        text = key_files.public_file(self.settings.public_keys, UNIT).read_text("ascii")
        public = seal.parse_public(text)
        return Receiver("0000", UNIT, seal.key_id(public), public)

    def seeds(self):
        file = key_files.private_file(self.settings.private_keys_directory, UNIT)
        seed = unseal.parse_private(file.read_text("ascii"))
        return {seal.key_id(unseal.public_of(seed)): seed}

    def hand_in(self, form, clock, words="Åsa har inte ätit."):
        """Hand in a report; return the receipt and the key in the visitor's cookie."""
        key, typed = drafts.key(os.urandom(32), "prov"), {**TYPED, "oro": {"oro": (words,)}}
        draft = drafts.Draft("prov", 3, "sv", typed)
        self.database.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
        to = Reception(self.receiver())
        return key, self.database.write_now(
            lambda c: submit(c, key, form=form, reception=to, clock=clock)
        )

    def carry(self, clock):
        unit = self.unit(clock)
        tried = 0
        while now := unit.arrive():
            tried += now
        return tried

    def unit(self, clock):
        """The staff of the unit, at this machine."""
        to = self.receiver()
        rules = replace(RULES, recipients={UNIT: {to.key_id: to.public_key}})
        return casework.Unit(self.database, clock, rules)

    def opened(self, clock):
        """Every report of the unit's, as its staff read it, and what they have done with it."""
        references = [
            item.reference
            for item in self.database.read_now(
                lambda c: queue.list_items(c, unit=UNIT, most=100)
            ).items
        ]
        found = {}
        for one in references:
            read = self.unit(clock).read(one, keys=self.seeds())
            done = [(each.kind, each.author, each.words) for each in read.entries]
            clocks = [(each.clock, str(each.due_on), each.late_days) for each in read.clocks]
            found[one] = json.dumps([read.transcript, done, clocks], ensure_ascii=False)
        return found


pytestmark = pytest.mark.usefixtures("postgres_programs")


@pytest.fixture
def machine(request, tmp_path, database_url):
    """Make a machine, empty or with tables and keys, its database of the kind of the test."""
    opened = []

    def empty_database(name):
        if database_url.startswith("sqlite"):
            return f"sqlite:///{tmp_path / name / 'skyddsnat.sqlite'}"
        made = postgres.new_database(request.getfixturevalue("postgres_server"))
        opened.append(made.__exit__)
        return made.__enter__()

    @contextmanager
    def make(name, *, empty=False):
        data = tmp_path / name
        data.mkdir()
        settings = Settings.read(
            {"SKYDDSNAT_DATA": str(data), "DATABASE_URL": empty_database(name)}
        )
        if not empty:
            migrate(settings.database_url)
            key_files.make_missing(
                [UNIT], private=settings.private_keys_directory, public=settings.public_keys
            )
            settings.secrets.mkdir()
            (settings.secrets / "verksamhet.signing-1").write_text("hemligt")
        with Database.open(settings.database_url, patience=5) as database:
            yield Machine(settings, database)

    yield make
    for close in reversed(opened):
        close(None, None, None)


def test_an_empty_machine_opens_every_report_and_delivers_what_was_on_its_way(
    machine, form, clock, tmp_path
):
    with machine("old") as old:
        receipts = dict(old.hand_in(form, clock, f"Åsa, dag {day}.") for day in range(8))
        assert old.carry(clock) == 8
        for receipt in receipts.values():
            old.unit(clock).step(receipt.reference, "bedom", ASSESSED)
        worked = old.opened(clock)
        waiting = dict(old.hand_in(form, clock, f"Bo, dag {day}.") for day in range(3))
        made = backup(old.settings, tmp_path / "kopia", keys=tmp_path / "nycklar", now=clock.now())
        old.hand_in(form, clock, "Efter kopian.")
        seals = sealed_in(old)
    assert made.counts["submissions"] == 11
    with machine("new", empty=True) as new:
        restored = restore(new.settings, tmp_path / "kopia", keys=tmp_path / "nycklar")
        assert restored == made
        assert sealed_in(new).items() < seals.items()
        new.database.read_now(schema.check)
        for key, receipt in {**receipts, **waiting}.items():
            with pytest.raises(AlreadySubmitted) as before:
                new.database.read_now(lambda c, key=key: drafts.load(c, key, now=clock.now()))
            assert before.value.receipt == receipt
        assert new.opened(clock) == worked
        assert all("Barnet är tryggt hos mormor." in each for each in worked.values())
        clock.move(minutes=4)
        assert new.carry(clock) == 3
        opened = new.opened(clock)
        assert set(opened) == {
            receipt.reference for receipt in (*receipts.values(), *waiting.values())
        }
        for number, receipt in enumerate(receipts.values()):
            assert f"Åsa, dag {number}." in opened[receipt.reference]
        new.hand_in(form, clock)
        assert new.carry(clock) == 1
        assert (new.settings.secrets / "verksamhet.signing-1").read_text() == "hemligt"


def sealed_in(machine):
    asked = select(submissions.c.reference, submissions.c.sealed)
    rows = machine.database.read_now(lambda c: c.execute(asked).all())
    return {row.reference: bytes(row.sealed) for row in rows}


def test_the_audit_trail_comes_back_whole_with_the_key_that_goes_on_signing_it(
    machine, form, clock, tmp_path
):
    def link(one):
        Ledger(one.database, clock, anchor_key.read(one.settings.audit_keys)).turn()
        known = anchor_key.publics(one.settings.public_keys)
        found = one.database.read_now(lambda c: verify(c, keys=known, now=clock.now()))
        return found.last, found.anchors, found.faults

    with machine("old") as old:
        key_files.make_witness(old.settings.audit_keys, public=old.settings.public_keys)
        old.hand_in(form, clock)
        assert link(old) == (1, 1, ())
        backup(old.settings, tmp_path / "kopia", keys=tmp_path / "nycklar", now=clock.now())
    with machine("new", empty=True) as new:
        restore(new.settings, tmp_path / "kopia", keys=tmp_path / "nycklar")
        new.hand_in(form, clock)
        assert link(new) == (2, 2, ())


def test_a_backup_while_reports_come_in_is_of_one_moment(machine, form, clock, tmp_path):
    with machine("old") as old:
        stop = threading.Event()

        def come_in():
            while not stop.is_set():
                old.hand_in(form, clock)

        visitors = [threading.Thread(target=come_in) for _ in range(2)]
        for each in visitors:
            each.start()
        made = [
            backup(old.settings, tmp_path / f"kopia-{number}", keys=None, now=NOW)
            for number in range(3)
        ]
        stop.set()
        for each in visitors:
            each.join()
    for number, manifest in enumerate(made):
        assert manifest.counts["submissions"] == manifest.counts["deliveries"]
        with machine(f"new-{number}", empty=True) as new:
            restore(new.settings, tmp_path / f"kopia-{number}", keys=None, unopened=True)
            there = select(submissions.c.id).where(
                submissions.c.id.not_in(select(deliveries.c.submission_id))
            )
            assert new.database.read_now(lambda c, there=there: c.execute(there).all()) == []


def test_a_large_database_is_copied_in_parts_and_those_who_write_between_them_are_not_in_it(
    sqlite_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(copies, "PAGES_AT_ONCE", 4)
    settings = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": sqlite_url})
    told = []
    with Database.open(sqlite_url, patience=1) as database:

        def somebody_begins(done, of):
            told.append((done, of))
            draft = insert(tables.drafts).values(
                id=bytes([len(told)]), form_id="prov", handed_in=False, box=b"", expires_at=NOW
            )
            database.write_now(lambda c: c.execute(draft))

        made = backup(settings, tmp_path / "kopia", keys=None, now=NOW, tell=somebody_begins)
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert made.counts["drafts"] == 0


def test_it_is_told_how_far_putting_back_has_come(sqlite_url, tmp_path):
    settings = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": sqlite_url})
    backup(settings, tmp_path / "kopia", keys=None, now=NOW)
    other = Settings.read({"SKYDDSNAT_DATA": str(tmp_path / "ny")})
    (tmp_path / "ny").mkdir()
    told = []
    restore(other, tmp_path / "kopia", keys=None, tell=lambda *far: told.append(far))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_backup_from_before_an_upgrade_is_brought_up_to_date(machine, tmp_path):
    with machine("old", empty=True) as old:
        parts = engines(old.settings.database_url)
        with parts.writing.begin() as connection:
            command.upgrade(migrations.config(connection), "0001")
        parts.dispose()
        made = backup(old.settings, tmp_path / "kopia", keys=None, now=NOW)
        assert made.revision == "0001"
    with machine("new", empty=True) as new:
        restore(new.settings, tmp_path / "kopia", keys=None)
        new.database.read_now(schema.check)


def test_nothing_is_put_back_over_a_database_with_something_in_it(machine, form, clock, tmp_path):
    with machine("old") as old:
        old.hand_in(form, clock)
        backup(old.settings, tmp_path / "kopia", keys=None, now=NOW)
        old.hand_in(form, clock)
        with pytest.raises(BackupRefused, match="inte tom"):
            restore(old.settings, tmp_path / "kopia", keys=None)
        assert len(sealed_in(old)) == 2
    with machine("new") as prepared:  # tables and keys, as after a first start, and no report
        restore(prepared.settings, tmp_path / "kopia", keys=None, unopened=True)
    with Database.open(prepared.settings.database_url) as database:
        assert len(sealed_in(Machine(prepared.settings, database))) == 1


@pytest.mark.parametrize("spoil", ["cut", "changed", "manifest", "gone", "newer"])
def test_a_backup_that_is_damaged_is_refused_and_changes_nothing(
    machine, form, clock, tmp_path, spoil
):
    folder = tmp_path / "kopia"
    with machine("old") as old:
        old.hand_in(form, clock)
        made = backup(old.settings, folder, keys=tmp_path / "nycklar", now=NOW)
    file, manifest = folder / made.file, folder / "manifest.json"
    content = file.read_bytes()
    if spoil == "cut":
        file.write_bytes(content[:-100])
    elif spoil == "changed":
        file.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    elif spoil == "gone":
        file.unlink()
    elif spoil == "newer":
        manifest.write_text(manifest.read_text().replace(made.revision, "9999"))
    else:
        manifest.write_text("{")
    with machine("new", empty=True) as new:
        with pytest.raises(BackupRefused):
            restore(new.settings, folder, keys=tmp_path / "nycklar")
        assert not any(copies.count(new.settings.database_url).values())
        assert not new.settings.private_keys_directory.exists()


def test_keys_are_kept_apart_for_their_owner_only_and_never_exchanged(machine, tmp_path):
    folder, keys = tmp_path / "kopia", tmp_path / "nycklar"
    with machine("old") as old:
        for beside in (folder, folder / "nycklar", tmp_path):
            with pytest.raises(BackupRefused, match="bredvid"):
                backup(old.settings, folder, keys=beside, now=NOW)
        backup(old.settings, folder, keys=keys, now=NOW)
        backup(old.settings, tmp_path / "nästa", keys=keys, now=NOW)  # the same again is no harm
    assert not [file for file in folder.rglob("*") if "key" in file.name or "pub" in file.name]
    for path in [folder, keys, *folder.rglob("*"), *keys.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    with machine("new", empty=True) as new:
        restore(new.settings, folder, keys=keys)
        assert stat.S_IMODE(new.settings.public_keys.stat().st_mode) == 0o755
        modes = {
            file.suffix: stat.S_IMODE(file.stat().st_mode)
            for file in new.settings.data.rglob("*.[kp]*")
        }
        assert modes == {".key": 0o600, ".pub": 0o644}
    with machine("other") as other:  # has keys of its own
        mine = other.seeds()
        with pytest.raises(BackupRefused, match="skrivs över"):
            restore(other.settings, folder, keys=keys)
        with pytest.raises(BackupRefused, match="skrivs över"):
            backup(other.settings, tmp_path / "tredje", keys=keys, now=NOW)
        assert other.seeds() == mine


def test_a_folder_with_something_in_it_is_not_written_in(machine, tmp_path):
    (tmp_path / "kopia").mkdir()
    (tmp_path / "kopia" / "annat").write_text("x")
    with machine("old") as old, pytest.raises(BackupRefused, match="inte tom"):
        backup(old.settings, tmp_path / "kopia", keys=None, now=NOW)
    assert [file.name for file in (tmp_path / "kopia").iterdir()] == ["annat"]
    assert not list(tmp_path.glob(".kopia*")), "nothing is left half done"


def test_a_backup_of_another_engine_is_refused(tmp_path, sqlite_url):
    old = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": sqlite_url})
    backup(old, tmp_path / "kopia", keys=None, now=NOW)
    other = Settings.read(
        {"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    )
    with pytest.raises(BackupRefused, match="sqlite"):
        restore(other, tmp_path / "kopia", keys=None)
    with pytest.raises((BackupRefused, DatabaseUnavailable)):
        backup(other, tmp_path / "till", keys=None, now=NOW)
    missing = Settings.read({"SKYDDSNAT_DATA": str(tmp_path / "ingen")})
    with pytest.raises(BackupRefused):
        backup(missing, tmp_path / "till", keys=None, now=NOW)
    assert not (tmp_path / "till").exists()


@pytest.mark.postgres
def test_a_machine_without_the_programs_says_which_and_a_password_is_never_on_the_command_line(
    postgres_url, tmp_path, monkeypatch
):
    settings = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": postgres_url})
    monkeypatch.setattr(copies, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefused, match="pg_dump"):
        backup(settings, tmp_path / "kopia", keys=None, now=NOW)
    said = tmp_path / "said"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" "lösen=$PGPASSWORD" > {said}\nexit 1\n')
    program.chmod(0o700)
    url = make_url(postgres_url).set(password="hemligt").render_as_string(hide_password=False)
    with suppress(BackupRefused):
        backup(
            Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": url}),
            tmp_path / "kopia",
            keys=None,
            now=NOW,
        )
    arguments, _, password = said.read_text().partition(" lösen=")
    assert "hemligt" not in arguments
    assert password.strip() == "hemligt"


def test_the_age_of_a_backup_stands_in_it(sqlite_url, tmp_path):
    settings = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": sqlite_url})
    made = backup(settings, tmp_path / "kopia", keys=None, now=NOW)
    assert datetime.fromisoformat(made.made_at) + timedelta(hours=1) > NOW
    assert json.loads((tmp_path / "kopia" / "manifest.json").read_text())["counts"]["drafts"] == 0


def test_old_backups_go_when_they_have_had_their_days_and_nothing_else_does(machine, tmp_path):
    folder = tmp_path / "kopior"
    with machine("old") as old:
        for day in range(5):
            backup(old.settings, folder / f"dag-{day}", keys=None, now=NOW + timedelta(days=day))
    (folder / "annat").mkdir()
    (folder / "annat" / "manifest.json").write_text("{}")
    assert forget(folder, before=NOW + timedelta(days=3)) == 3
    assert sorted(path.name for path in folder.iterdir()) == ["annat", "dag-3", "dag-4"]
