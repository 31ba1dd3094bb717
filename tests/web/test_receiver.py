"""What another system is told to do in docs/ can be done: it opens what a citizen really sent."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select
from starlette.testclient import TestClient

from app import main
from app.clock import SystemClock
from app.delivery import connector, relay
from app.delivery.signing import headers, signer
from app.records import tokens
from app.runner import content
from app.settings import CHECKOUT
from app.storage import tables
from tests.service import free_ports, wait_until
from tests.web.journeys import report_at_once
from tests.web.reporters import ANONYMOUS, EVERYBODY
from tests.web.visitor import Visitor

RECEIVER = CHECKOUT / "docs" / "receiver.py"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NODE = os.environ.get("SKYDDSNAT_NODE") or shutil.which("node")
PACKAGES = Path(os.environ.get("NODE_PATH") or CHECKOUT / "tests" / "node_modules")
SEALED = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])
OPEN = """
import { compactDecrypt, importJWK } from "jose";
let sealed = "";
for await (const part of process.stdin) sealed += part;
const key = await importJWK(JSON.parse(process.env.KEY), "ECDH-ES+A256KW");
const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
  keyManagementAlgorithms: ["ECDH-ES+A256KW"],
  contentEncryptionAlgorithms: ["A256GCM"],
});
const report = JSON.parse(new TextDecoder().decode(plaintext));
process.stdout.write(JSON.stringify({ header: protectedHeader, report }));
"""


@pytest.fixture(scope="module")
def key():
    return ECKey.generate_key("P-256", {"kid": "verksamhet-2026"})


@pytest.fixture
def house(town, key, tmp_path):
    """A municipality whose reports go to the inbox, to a receiver and to one that fetches."""
    [port] = free_ports(1)
    file = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    for form in ("orosanmalan", "stoppmote"):
        to = '["inbox", "verksamhet", "hamtning"]'
        text = text.replace(f"[forms.{form}]\n", f"[forms.{form}]\ndestinations = {to}\n")
    text += f"""
[destinations.inbox]
connector = "inbox"
[destinations.hamtning]
connector = "pull"
[destinations.verksamhet]
connector = "webhook"
options = {{ url = "http://127.0.0.1:{port}/", allow_private = true }}
"""
    (tmp_path / "kommun.toml").write_text(text, "utf-8")
    public, secrets = tmp_path / "public", tmp_path / "secrets"
    shutil.copytree(town.settings.public_keys, public)
    secrets.mkdir()
    for name in ("verksamhet", "hamtning"):
        (public / f"{name}.jwk").write_text(json.dumps(key.as_dict(private=False)))
    (secrets / "verksamhet.signing-1").write_text(SECRET)
    settings = replace(
        town.settings,
        municipality=tmp_path / "kommun.toml",
        public_keys=public,
        secrets=secrets,
        private_keys=None,
    )
    return replace(town, settings=settings), port


@pytest.fixture
def receiver(house, key, tmp_path):
    """docs/receiver.py, running, and the folder that it stores in."""
    folder, private = tmp_path / "mottaget", tmp_path / "verksamhet.private.jwk"
    folder.mkdir()
    private.write_text(json.dumps(key.as_dict(private=True)))
    environment = {
        **os.environ,
        "FOLDER": str(folder),
        "KEY": str(private),
        "SECRETS": SECRET,
        "PORT": str(house[1]),
    }
    with (tmp_path / "receiver.log").open("w") as log:
        process = subprocess.Popen([sys.executable, RECEIVER], env=environment, stderr=log)
    with process:
        wait_until(lambda: post(house[1], b"", {}) == 401, within=10)
        yield folder
        process.terminate()


def post(port, body, headers):
    """Post as anybody could; return the status, 0 when nobody answered."""
    given = {"webhook-id": "x", "webhook-timestamp": "0", "webhook-signature": "", **headers}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", body, given)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except (OSError, ValueError):
        return 0


def sealed(town, submission_id=None):
    """What waits for the receiver: id and content."""
    asked = select(tables.deliveries).where(tables.deliveries.c.destination == "verksamhet")
    row = town.database.read_now(lambda c: c.execute(asked).one())
    return str(row.submission_id), row.content


def signed(name, body, *, at=None, secret=SECRET):
    now = at or SystemClock().now()
    return headers([signer(secret)], message_id=name, at=now, body=body)


def carry(town):
    municipality = content.municipality(town.settings.forms, town.settings.municipality)
    built = connector.build(
        municipality.destinations,
        database=town.database,
        clock=SystemClock(),  # the receiver looks at its own clock
        municipality_code=municipality.code,
        secrets=town.settings.secrets,
    )
    try:
        relay.deliver_once(town.database, built, town.clock)
    finally:
        for each in built.values():
            each.close()


def lines_of(report):
    """Everything that was answered, as people read it."""
    pages = report["transcript"]["pages"]
    return [line for page in pages for asked in page["questions"] for line in asked["lines"]]


def test_the_receiver_in_the_documents_is_forty_lines_at_the_most():
    assert len(RECEIVER.read_text("utf-8").splitlines()) <= 40


def test_the_receiver_stores_what_a_citizen_sent_and_knows_a_repetition(house, receiver):
    town, port = house
    reference = report_at_once(Visitor(town.citizen()), ANONYMOUS)
    name, content_ = sealed(town)
    carry(town)
    [file] = receiver.iterdir()
    report = json.loads(file.read_text("utf-8"))
    assert (file.stem, report["submission"], report["form"]) == (name, name, "orosanmalan")
    assert file.stat().st_mode & 0o077 == 0
    assert lines_of(report)
    assert reference not in file.read_text("utf-8")
    states = select(tables.deliveries.c.state).where(tables.deliveries.c.content.is_(None))
    assert set(town.database.read_now(lambda c: c.execute(states).scalars())) == {"confirmed"}

    before = file.stat()
    body = json.dumps({"data": content_.decode()}).encode()
    assert post(port, body, signed(name, body)) == 200
    assert (file.stat().st_mtime_ns, len(list(receiver.iterdir()))) == (before.st_mtime_ns, 1)


def test_the_receiver_stores_nothing_that_is_not_ours_not_new_or_another(house, receiver):
    town, port = house
    report_at_once(Visitor(town.citizen()), ANONYMOUS)
    name, content_ = sealed(town)
    body = json.dumps({"data": content_.decode()}).encode()
    good = signed(name, body)
    another = "4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57"
    old = town.clock.now().replace(year=2020)
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    altered = body.replace(b'"data"', b'"Data"')
    climbing = "../../../../../../tmp/skyddsnat-xxxxxx"
    assert post(port, altered, good) == 401
    assert post(port, body, {**good, "webhook-timestamp": str(int(time.time()) + 1)}) == 401
    assert post(port, body, signed(name, body, at=old)) == 401
    assert post(port, body, signed(name, body, secret=other)) == 401
    assert post(port, body, signed(another, body)) == 400
    with contextlib.suppress(ValueError):
        assert post(port, body, signed(climbing, body)) == 401
    assert post(port, b"{}", signed(name, b"{}")) == 0, "it never says that it has it"
    assert list(receiver.iterdir()) == []
    assert post(port, body, good) == 200


def test_what_was_sealed_is_opened_by_a_library_that_is_not_ours(house, key):
    town, _ = house
    report_at_once(Visitor(town.citizen()), ANONYMOUS)
    name, content_ = sealed(town)
    opened = subprocess.run(
        [NODE, "--input-type=module", "--eval", OPEN],
        cwd=PACKAGES.parent,
        env={**os.environ, "KEY": json.dumps(key.as_dict(private=True))},
        input=content_.decode(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert opened.returncode == 0, opened.stderr
    found = json.loads(opened.stdout)
    header, report = found["header"], found["report"]
    assert (header["alg"], header["enc"]) == ("ECDH-ES+A256KW", "A256GCM")
    assert (header["kid"], header["cty"]) == ("verksamhet-2026", "application/json")
    assert (report["submission"], report["schema"]) == (name, "skyddsnat/hand-over/1")
    assert lines_of(report)


def test_a_system_that_fetches_gets_what_the_citizen_sent_and_we_let_go_of_it(house, key):
    town, _ = house
    report_at_once(Visitor(town.citizen()), ANONYMOUS)
    secret = town.database.write_now(
        lambda c: tokens.new(
            c, destination="hamtning", unit="barn-och-unga", label="Systemet", now=town.clock.now()
        )
    )
    api = TestClient(main.api(town.settings, clock=town.clock, database=town.database))
    api.headers["authorization"] = f"Bearer {secret}"
    lease = "/api/v1/leases/6a0f0a3e-1f0b-4a64-8a5a-3f6f3a4be1c9"
    [leased] = api.put(lease, json={}).json()["items"]
    at = f"/api/v1/deliveries/{leased['id']}"
    fetched = api.get(f"{at}/content").text
    report = json.loads(jwe.decrypt_compact(fetched, key, registry=SEALED).plaintext)
    assert report["submission"] == leased["id"]
    assert api.post(f"{at}/confirm").status_code == 204
    asked = select(tables.deliveries.c.content).where(tables.deliveries.c.destination == "hamtning")
    assert town.database.read_now(lambda c: c.execute(asked).scalar()) is None


@pytest.mark.untraced
@pytest.mark.parametrize("reporter", EVERYBODY.values(), ids=EVERYBODY)
def test_what_every_reporter_sends_is_as_the_published_schema_says(house, key, reporter):
    town, _ = house
    report_at_once(Visitor(town.citizen()), reporter)
    opened = jwe.decrypt_compact(sealed(town)[1], key, registry=SEALED).plaintext
    transcript = json.loads(opened)["transcript"]
    file = CHECKOUT / "docs" / "schemas" / f"{reporter.form_id}.json"
    judge = Draft202012Validator(
        json.loads(file.read_text("utf-8")), format_checker=FormatChecker()
    )
    judge.validate(transcript)
    for spoil in (
        lambda t: t.update(version=t["version"] + 1),
        lambda t: t["pages"][0].update(page="annan"),
        lambda t: t["pages"][0]["questions"][0].update(data={"nej": "", "annat": "x"}),
        lambda t: t["pages"][0]["questions"].append(t["pages"][1]["questions"][0]),
    ):
        spoilt = json.loads(json.dumps(transcript))
        spoil(spoilt)
        assert not judge.is_valid(spoilt)
