"""One command looks at everything that must be right, names what is not, and changes nothing."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import make_url, text

from app.commands import check, keys, prepare
from app.commands.check import Grade
from app.commands.operate import Refused
from app.records import pulse
from app.settings import CHECKOUT, Settings
from app.storage import roles
from app.storage.database import Database

FINE = {
    "Inställningar",
    "Innehåll",
    "Disk",
    "Databas",
    "Tabeller",
    "Rättigheter",
    "Klocka",
    "Granskningslogg",
}


@pytest.fixture
def settings(tmp_path, database_url):
    return Settings.read({"SKYDDSNAT_DATA": str(tmp_path / "data"), "DATABASE_URL": database_url})


def faults(settings):
    found = list(check.findings(settings))
    return {each.about: each.said for each in found if each.grade is Grade.FAULT}


def test_what_has_been_made_ready_is_right(settings, capsys):
    prepare.prepare(settings)
    assert faults(settings) == {}
    assert {each.about for each in check.findings(settings)} == FINE | {
        "Nycklar",
        "Samma barn",
        "Mottagare",
        "Inloggning",
    }
    check.check(settings, None)
    assert "FEL" not in capsys.readouterr().out


def test_whether_the_audit_trail_is_linked_and_signed_is_looked_at(settings):
    prepare.prepare(settings)

    def said():
        return [
            (each.grade, each.said.split()[0])
            for each in check.findings(settings)
            if each.about == "Granskningslogg"
        ]

    assert said() == [(Grade.DOUBTFUL, "har"), (Grade.DOUBTFUL, "har")]
    now = datetime.now(UTC)
    with Database.open(settings.database_url) as database:
        database.write_now(lambda c: pulse.beat(c, pulse.AUDIT, now=now))
        database.write_now(lambda c: pulse.beat(c, pulse.ANCHOR, now=now - timedelta(hours=4)))
    assert said() == [(Grade.FINE, "länkad"), (Grade.FAULT, "signerad")]


def test_what_has_not_is_named_and_ends_with_a_fault(tmp_path):
    settings = Settings.read({"SKYDDSNAT_DATA": str(tmp_path / "data")})
    with pytest.raises(Refused, match="fel"):
        check.check(settings, None)
    assert "prepare" in faults(settings)["Databas"]
    assert not settings.data.exists(), "nothing is made by looking"


def test_each_thing_is_looked_at_whatever_the_others_are(settings, tmp_path):
    prepare.prepare(settings)
    forms = shutil.copytree(CHECKOUT / "forms", tmp_path / "forms")
    (forms / "stoppmote.toml").write_text("x")
    keys.private_file(settings.private_keys_directory, "sspf").unlink()
    with Database.open(settings.database_url) as database:
        database.write_now(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0002'"))
        )
        ahead = datetime.now(UTC) + timedelta(hours=1)
        database.write_now(lambda c: pulse.beat(c, pulse.RELAY, now=ahead))
    found = faults(Settings.read({**environment(settings), "SKYDDSNAT_FORMS": str(forms)}))
    assert "stoppmote.toml" in found["Innehåll"]
    assert "0002 är äldre" in found["Tabeller"]
    assert "går efter" in found["Klocka"]
    assert "sspf: den privata nyckeln finns inte" in found["Nycklar"]


def environment(settings):
    return {"SKYDDSNAT_DATA": str(settings.data), "DATABASE_URL": settings.database_url}


def test_a_private_key_that_others_may_read_is_named(settings):
    prepare.prepare(settings)
    key = keys.private_file(settings.private_keys_directory, "sspf")
    key.chmod(0o644)
    assert str(key) in faults(settings)["Inställningar"]


def test_a_private_key_that_is_not_the_publics_is_named(settings):
    prepare.prepare(settings)
    for kind in (keys.private_file(settings.private_keys_directory, "sspf"),):
        other = keys.private_file(settings.private_keys_directory, "barn-och-unga")
        kind.write_bytes(other.read_bytes())
    assert "hör inte till den publika" in faults(settings)["Nycklar"]


def test_a_disk_that_is_nearly_full_is_told_before_it_is(settings, monkeypatch):
    prepare.prepare(settings)
    for free, grade in ((10**12, Grade.FINE), (5 * 10**8, Grade.DOUBTFUL), (10**8, Grade.FAULT)):
        usage = shutil._ntuple_diskusage(10**12, 0, free)
        monkeypatch.setattr(check.shutil, "disk_usage", lambda _, usage=usage: usage)
        (disk,) = [each for each in check.findings(settings) if each.about == "Disk"]
        assert disk.grade is grade


def test_a_destination_without_its_secret_is_named(settings, tmp_path):
    prepare.prepare(settings)
    settings.secrets.mkdir()
    example = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
    here = "[forms.orosanmalan]\n"
    file = tmp_path / "kommun.toml"
    file.write_text(
        example.read_text("utf-8").replace(here, f'{here}destinations = ["jour"]\n')
        + '[destinations.jour]\nconnector = "mail"\n[destinations.jour.options]\n'
        'host = "m.example"\nsender = "a@b.example"\nto = ["c@d.example"]\nuser = "u"\n',
        "utf-8",
    )
    told = faults(Settings.read({**environment(settings), "SKYDDSNAT_MUNICIPALITY": str(file)}))
    assert "filen jour.login saknas bland hemligheterna" in told["Mottagare"]


@pytest.mark.postgres
def test_each_role_is_told_what_it_lacks_and_what_it_has_beyond_its_part(tmp_path, postgres_url):
    owner = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": postgres_url})
    prepare.prepare(owner)
    with Database.open(postgres_url) as database:
        database.write_now(roles.apply)
        for part in roles.PRIVILEGES:
            role = roles.name(part)
            url = make_url(postgres_url).set(username=role).render_as_string(hide_password=False)
            as_role = Settings.read({"SKYDDSNAT_DATA": str(tmp_path), "DATABASE_URL": url})
            assert "Rättigheter" not in faults(as_role), part
            said = [each.said for each in check.findings(as_role) if each.about == "Rättigheter"]
            assert said == [role]
        database.write_now(
            lambda c: c.exec_driver_sql("GRANT DELETE ON submissions TO skyddsnat_citizen")
        )
        database.write_now(
            lambda c: c.exec_driver_sql("REVOKE INSERT ON drafts FROM skyddsnat_citizen")
        )
        url = make_url(postgres_url).set(username="skyddsnat_citizen")
        wrong = url.render_as_string(hide_password=False)
        found = list(check.findings(Settings.read({**environment(owner), "DATABASE_URL": wrong})))
    told = [each.said for each in found if each.grade is Grade.FAULT]
    assert any("saknar INSERT drafts" in each for each in told)
    assert any("får för mycket (DELETE submissions)" in each for each in told)
