"""The real service opens its API where a receiver needs it, and gives figures where it is told."""

import argparse
import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from app.commands import keys, partners
from app.runner import content
from app.settings import CHECKOUT, Settings
from tests import service

FILE = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"


def municipality(folder: Path, destination: str) -> Path:
    """A municipality whose reports also go to one more destination, with this said of it."""
    text = FILE.read_text("utf-8").replace(
        "[forms.orosanmalan]\n", '[forms.orosanmalan]\ndestinations = ["inbox", "verksamhet"]\n'
    )
    text += f'\n[destinations.inbox]\nconnector = "inbox"\n[destinations.verksamhet]\n{destination}'
    file = folder / "kommun.toml"
    file.write_text(text, "utf-8")
    return file


def ask(url, **headers):
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=service.PATIENCE) as answer:  # noqa: S310 - our own
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.parametrize(
    ("destination", "needed"),
    [
        ('connector = "pull"', True),
        ('connector = "webhook"\noptions = { url = "https://x.example" }', True),
        ('connector = "webhook"\noptions = { confirm = "by_callback" }', True),
        ('connector = "webhook"\noptions = { confirm = "on_2xx" }', False),
        ('connector = "folder"', False),
    ],
)
def test_an_api_is_needed_where_a_receiver_has_something_to_say(tmp_path, destination, needed):
    file = municipality(tmp_path, destination)
    settings = Settings.read({"SKYDDSNAT_MUNICIPALITY": str(file)})
    assert partners.api_is_needed(settings) is needed


def test_the_municipality_of_the_trial_needs_none():
    assert not partners.api_is_needed(Settings.read({}))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"destination": "inbox"}, "verksamhet"),
        ({"unit": "finns-inte"}, "sspf"),
        ({"label": " "}, "64"),
        ({"label": "redan"}, "redan"),
    ],
    ids=["a destination that fetches nothing", "a unit", "no label", "a label that is taken"],
)
def test_a_token_that_can_not_be_right_is_refused_with_what_there_is(
    tmp_path, sqlite_url, wrong, named
):
    file = municipality(tmp_path, 'connector = "pull"\n')
    settings = Settings.read({"SKYDDSNAT_MUNICIPALITY": str(file), "DATABASE_URL": sqlite_url})
    right = {"destination": "verksamhet", "unit": "sspf", "label": "redan"}
    partners.tokens_new(settings, argparse.Namespace(**right))
    with pytest.raises(partners.Refused, match=named):
        partners.tokens_new(settings, argparse.Namespace(**{**right, "label": "ny", **wrong}))


@pytest.mark.parametrize(
    ("audience", "loaded"), [("citizen", False), ("api", False), ("staff", True)]
)
def test_only_the_staffs_process_has_even_loaded_what_can_open_a_report(tmp_path, audience, loaded):
    environment = service.environment(
        data=tmp_path, citizen="http://127.0.0.1:8000", staff="http://127.0.0.1:8001"
    )
    settings = Settings.read(environment)
    units = content.municipality(settings.forms, settings.municipality).units
    private = settings.private_keys_directory
    keys.make_missing(units, private=private, public=settings.public_keys)
    code = (
        "import sys; from app import main; from app.settings import Settings; "
        f"main.{audience}(Settings.read()); print('app.crypto.unseal' in sys.modules)"
    )
    environment["SKYDDSNAT_PRIVATE_KEYS"] = str(private)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{loaded}\n"


def test_a_system_is_let_in_until_its_token_is_revoked_and_figures_are_given_inside(tmp_path):
    api, figures = service.free_ports(2)
    data = tmp_path / "data"
    (data / "keys" / "public").mkdir(parents=True)
    key = ECKey.generate_key("P-256")
    (data / "keys" / "public" / "verksamhet.jwk").write_text(json.dumps(key.as_dict(private=False)))
    own = {
        "SKYDDSNAT_MUNICIPALITY": str(municipality(tmp_path, 'connector = "pull"\n')),
        "SKYDDSNAT_API": f"127.0.0.1:{api}",
        "SKYDDSNAT_METRICS": f"127.0.0.1:{figures}",
    }
    with service.running(data, **own) as house:
        service.wait_until(lambda: answers(f"http://127.0.0.1:{api}/halsa/levande"))
        deliveries = f"http://127.0.0.1:{api}/api/v1/deliveries"
        environment = house.environment() | own

        def say(*words):
            return service.command("tokens", *words, environment=environment)

        scope = ("--destination", "verksamhet", "--unit", "barn-och-unga")
        made = say("new", *scope, "--label", "Systemet")
        [token] = re.findall(r"skyddsnat_\S+", made.stdout)
        bearer = f"Bearer {token}"
        assert ask(deliveries, authorization=bearer) == (200, '{"items":[],"after":null}')
        listed = say("list").stdout
        assert "Systemet" in listed
        assert token not in listed
        assert say("revoke", "--label", "Systemet").returncode == 0
        assert ask(deliveries, authorization=bearer)[0] == 401

        for port, name in ((figures, "citizen"), (figures + 1, "staff"), (figures + 2, "api")):
            status, text = ask(f"http://127.0.0.1:{port}/metrics")
            assert (status, "skyddsnat_faults_total 0.0" in text) == (200, True), name
            assert ("skyddsnat_database_up 1.0" in text) is (name == "staff")

        with socket.create_connection(("127.0.0.1", api), service.PATIENCE) as system:
            system.sendall(b"HEMLIGT\r\n\r\n")
            assert system.recv(100).startswith(b"HTTP/1.1 400 ")
        service.wait_until(lambda: '"request.refused"' in house.log.read_text())
        told = house.log.read_text()
        assert '"malformed"' in told
        assert "HEMLIGT" not in told


def answers(url):
    try:
        return ask(url)[0] == 200
    except OSError:
        return False
