"""Settings suit a first trial as they are, and what cannot be right is refused by name."""

from pathlib import Path

import pytest

from app import settings
from app.settings import CHECKOUT, SettingRefused, Settings


def test_without_any_setting_everything_is_ready_for_a_trial_on_ones_own_machine():
    found = Settings.read({})

    assert (found.citizen.host, found.citizen.port) == ("127.0.0.1", 8000)
    assert (found.staff.host, found.staff.port) == ("127.0.0.1", 8001)
    assert found.citizen.origin == "http://127.0.0.1:8000"
    assert found.municipality == "exempelkommun"
    assert found.forms == CHECKOUT / "forms"
    assert found.data == CHECKOUT / "data"
    assert found.database_url == f"sqlite:///{CHECKOUT}/data/skyddsnat.sqlite"
    assert found.public_keys == CHECKOUT / "data" / "keys" / "public"


def test_nobody_is_told_where_private_keys_are_unless_the_environment_says_so():
    assert Settings.read({}).private_keys is None
    assert Settings.read({"SKYDDSNAT_PRIVATE_KEYS": "/keys"}).private_keys == Path("/keys")


def test_an_empty_setting_is_no_setting():
    empty = dict.fromkeys(
        ["SKYDDSNAT_DATA", "DATABASE_URL", "SKYDDSNAT_CITIZEN", "SKYDDSNAT_CITIZEN_ORIGIN"], ""
    )
    assert Settings.read(empty) == Settings.read({})


def test_a_relative_data_directory_is_taken_from_where_the_command_is_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = Settings.read({"SKYDDSNAT_DATA": "mina data"})
    assert found.data == tmp_path / "mina data"
    assert found.database_url == f"sqlite:///{tmp_path}/mina data/skyddsnat.sqlite"


@pytest.mark.parametrize("text", ["/etc/x/lunden.toml", "lunden.toml", "~/lunden"])
def test_a_municipality_may_be_a_file_anywhere(text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = Settings.read({"SKYDDSNAT_MUNICIPALITY": text}).municipality
    assert isinstance(found, Path)
    assert found.is_absolute()
    assert Settings.read({"SKYDDSNAT_MUNICIPALITY": "lunden"}).municipality == "lunden"


def test_a_checkout_that_cannot_be_written_puts_its_data_in_the_home(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "CHECKOUT", tmp_path / "finns inte")
    assert settings.data_directory({"XDG_DATA_HOME": "/x"}) == Path("/x/skyddsnat")
    monkeypatch.setenv("HOME", "/home/eva")
    assert settings.data_directory({}) == Path("/home/eva/.local/share/skyddsnat")


def test_cookies_are_secure_when_people_come_over_https():
    public = {"SKYDDSNAT_CITIZEN": "0.0.0.0:80", "SKYDDSNAT_CITIZEN_ORIGIN": "https://oro.x.se/"}
    found = Settings.read(public)
    assert found.citizen.origin == "https://oro.x.se"
    assert found.citizen.secure_cookies
    assert not found.staff.secure_cookies


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "[::1]"])
def test_ones_own_machine_may_be_served_without_https(host):
    site = Settings.read({"SKYDDSNAT_CITIZEN": f"{host}:8080"}).citizen
    assert site.origin == f"http://{host}:8080"
    assert site.host == host.strip("[]")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SKYDDSNAT_CITIZEN": "8000"}, "SKYDDSNAT_CITIZEN ska vara"),
        ({"SKYDDSNAT_CITIZEN": ":8000"}, "SKYDDSNAT_CITIZEN ska vara"),
        ({"SKYDDSNAT_STAFF": "127.0.0.1:http"}, "SKYDDSNAT_STAFF ska vara"),
        ({"SKYDDSNAT_STAFF": "127.0.0.1:0"}, "SKYDDSNAT_STAFF ska vara"),
        ({"SKYDDSNAT_STAFF": "127.0.0.1:65536"}, "SKYDDSNAT_STAFF ska vara"),
        ({"SKYDDSNAT_STAFF": "127.0.0.1:²"}, "SKYDDSNAT_STAFF ska vara"),
        ({"SKYDDSNAT_STAFF": "127.0.0.1:8000"}, "inte vara samma"),
        ({"SKYDDSNAT_CITIZEN": "0.0.0.0:8000"}, "SKYDDSNAT_CITIZEN_ORIGIN måste anges"),
        ({"SKYDDSNAT_CITIZEN_ORIGIN": "http://oro.x.se"}, "måste börja med https"),
        ({"SKYDDSNAT_CITIZEN_ORIGIN": "http://127.0.0.1.x.se"}, "måste börja med https"),
        ({"SKYDDSNAT_STAFF_ORIGIN": "https://x.se/inkorg"}, "SKYDDSNAT_STAFF_ORIGIN ska vara"),
        ({"SKYDDSNAT_STAFF_ORIGIN": "https://a:b@x.se"}, "SKYDDSNAT_STAFF_ORIGIN ska vara"),
        ({"SKYDDSNAT_STAFF_ORIGIN": "https://[x"}, "SKYDDSNAT_STAFF_ORIGIN ska vara"),
        ({"SKYDDSNAT_STAFF_ORIGIN": "https://x.se:y"}, "SKYDDSNAT_STAFF_ORIGIN ska vara"),
        ({"SKYDDSNAT_STAFF_ORIGIN": "ftp://x.se"}, "SKYDDSNAT_STAFF_ORIGIN ska vara"),
        ({"SKYDDSNAT_STAFF_ORIGIN": "x.se"}, "SKYDDSNAT_STAFF_ORIGIN ska vara"),
        (
            {
                "SKYDDSNAT_STAFF_ORIGIN": "https://x.se",
                "SKYDDSNAT_CITIZEN_ORIGIN": "https://x.se",
            },
            "STAFF_ORIGIN kan inte vara samma",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_in_one_sentence_that_names_it(environment, named):
    with pytest.raises(SettingRefused, match=named) as refused:
        Settings.read(environment)
    assert str(refused.value).count(". ") == 0
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(("said", "meant"), [("", 1), ("1", 1), ("2", 2), ("16", 16)])
def test_one_process_serves_the_staff_unless_more_are_asked_for(said, meant):
    assert Settings.read({"SKYDDSNAT_STAFF_PROCESSES": said}).staff_processes == meant


@pytest.mark.parametrize("said", ["0", "17", "-1", "två", "²", "1.5"])
def test_a_number_of_processes_that_cannot_be_right_is_refused_by_name(said):
    with pytest.raises(SettingRefused, match="SKYDDSNAT_STAFF_PROCESSES"):
        Settings.read({"SKYDDSNAT_STAFF_PROCESSES": said})


def test_settings_never_change():
    with pytest.raises(AttributeError):
        Settings.read({}).data = Path("/")
