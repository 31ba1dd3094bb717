"""What machines of others read (docs/, deploy/alerts.yml) says what the service does."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

import tree
from app import main
from app.clock import SystemClock
from app.commands import partners
from app.delivery.event import JOSE, TYPE, event
from app.delivery.signing import headers, signer
from app.records import audit, destinations, pulse
from app.runner.definition import Form
from app.runner.field import KINDS
from app.runner.transcript_schema import schema
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import deliveries, inbox_items, submissions
from app.web.http.key_watch import KeyWatch
from app.web.http.metrics import Books, Keys
from app.web.http.requests import Requests
from tests.connectors import envelope
from tests.forms import __path__ as forms

DOCS, ALERTS = tree.ROOT / "docs", tree.ROOT / "deploy" / "alerts.yml"
FORMS = sorted(file.stem for file in (tree.ROOT / "forms").glob("*.toml"))


@pytest.fixture
def settings(tmp_path):
    return Settings.read({"SKYDDSNAT_DATA": str(tmp_path)})


# OpenAPI, and the schemas of the forms


def test_the_openapi_document_is_what_the_api_says_of_itself(settings):
    kept = (DOCS / "openapi.json").read_text("utf-8")
    assert kept == partners.written(main.api(settings).openapi()), "skyddsnat openapi writes it"


@pytest.mark.parametrize("form_id", [*FORMS, partners.CASE])
def test_the_schema_of_each_form_and_of_a_case_is_made_from_its_definition(settings, form_id):
    kept = (DOCS / "schemas" / f"{form_id}.json").read_text("utf-8")
    made = partners.transcript_schema(settings, form_id)
    assert kept == partners.written(made), "skyddsnat schema writes it"
    Draft202012Validator.check_schema(made)


def test_there_is_a_schema_for_every_form_and_one_for_a_case_and_no_other():
    kept = {file.stem for file in (DOCS / "schemas").iterdir()}
    assert kept == {*FORMS, partners.CASE}
    assert partners.CASE not in FORMS


def test_a_form_with_every_kind_of_field_has_a_schema(settings):
    folder = Path(forms[0])
    made = partners.transcript_schema(replace(settings, forms=folder), "provformular")
    Draft202012Validator.check_schema(made)
    said = json.dumps(made)
    assert all(json.dumps({"const": kind}) in said for kind in KINDS)


def test_a_form_that_is_not_there_is_named_with_those_there_are(settings):
    with pytest.raises(partners.Refused, match="orosanmalan"):
        partners.transcript_schema(settings, "faktura")


def test_a_new_version_of_a_form_has_a_schema_of_its_own():
    table = tomllib.loads((tree.ROOT / "forms" / "orosanmalan.toml").read_text("utf-8"))
    now = schema(Form.model_validate(table))
    table["version"] += 1
    table["pages"][0]["fields"][0]["options"].append({"id": "kanske", "label": "Kanske"})
    later = schema(Form.model_validate(table))
    assert later["$id"] != now["$id"]
    assert "Kanske" in json.dumps(later)


# AsyncAPI


@pytest.fixture(scope="module")
def asyncapi():
    return yaml.safe_load((DOCS / "asyncapi.yaml").read_text("utf-8"))


def judge(asyncapi, name):
    components = asyncapi["components"]
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": components},
        format_checker=FormatChecker(),
    )


def references(within):
    if isinstance(within, dict):
        yield from (value for key, value in within.items() if key == "$ref")
        within = list(within.values())
    if isinstance(within, list):
        for each in within:
            yield from references(each)


def test_the_events_document_is_json_and_every_reference_leads_somewhere(asyncapi):
    assert json.loads(json.dumps(asyncapi)) == asyncapi
    assert asyncapi["asyncapi"].startswith("3.")
    assert {"info", "servers", "channels", "operations", "components"} <= asyncapi.keys()
    found = set(references(asyncapi))
    assert len(found) > 5
    for reference in found:
        here = asyncapi
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


def test_every_operation_is_on_a_channel_and_every_channel_has_a_server_and_a_message(asyncapi):
    for operation in asyncapi["operations"].values():
        assert operation["action"] == "send"
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in asyncapi["channels"]
    for channel in asyncapi["channels"].values():
        assert channel["servers"]
        assert channel["messages"]
        parameters = set(re.findall(r"\{(\w+)\}", channel["address"]))
        assert parameters == channel.get("parameters", {}).keys()


def test_the_examples_of_the_events_are_as_their_schemas_say(asyncapi):
    for name in asyncapi["components"]["schemas"]:
        Draft202012Validator.check_schema(asyncapi["components"]["schemas"][name])
    seen = 0
    for message in asyncapi["components"]["messages"].values():
        for example in message["examples"]:
            judge(asyncapi, "Event").validate(example["payload"])
            if "headers" in message:
                judge(asyncapi, "Headers").validate(example["headers"])
            seen += 1
    assert seen == 2


def test_what_is_really_sent_is_as_the_document_says(asyncapi):
    sent = envelope(
        municipality_code="9999",
        reference="K7QF-93MX",
        submission_id=UUID("4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57"),
        received_at=datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
    )
    real = json.loads(event(sent))
    judge(asyncapi, "Event").validate(real)
    example = asyncapi["components"]["messages"]["posted"]["examples"][0]["payload"]
    assert {**real, "data": ""} == {**example, "data": ""}
    assert not judge(asyncapi, "Event").is_valid({**real, "name": "Åsa"})
    signed = headers(
        [signer("whsec_" + "QUJD" * 10)] * 2,
        message_id=real["id"],
        at=SystemClock().now(),
        body=b"{}",
    )
    judge(asyncapi, "Headers").validate({**signed, "content-type": "application/cloudevents+json"})


def test_the_names_in_the_document_are_those_of_the_code(asyncapi):
    properties = asyncapi["components"]["schemas"]["Event"]["properties"]
    assert properties["type"]["const"] == TYPE
    assert properties["datacontenttype"]["const"] == JOSE
    for message in asyncapi["components"]["messages"].values():
        assert message["name"] == TYPE


# Alerts


@pytest.fixture(scope="module")
def rules():
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def names_in(expression):
    """The metrics that an expression asks for."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", "", expression)
    return set(re.findall(r"[a-z_]{3,}", bare)) - {"increase", "rate", "and", "unless"}


@pytest.fixture
def given(tmp_path, clock, sqlite_url):
    """The names of every figure that is given when something is wrong everywhere."""
    with Database.open(sqlite_url) as database:

        def wrong(connection):
            now = clock.now()
            sent, untaken = envelope(), envelope(submission_id=UUID(int=2), reference="Q6E-34L5")
            for each in (sent, untaken):
                connection.execute(
                    submissions.insert(),
                    {
                        "id": each.submission_id,
                        "reference": each.reference,
                        "municipality_code": "9999",
                        "unit": each.unit,
                        "form_id": each.form_id,
                        "form_version": 1,
                        "content_hash": "0",
                        "language": "sv",
                        "received_at": now,
                        "urgent": False,
                        "protected": False,
                        "key_id": "0",
                        "sealed": b"",
                    },
                )
            connection.execute(
                deliveries.insert(),
                {
                    "submission_id": sent.submission_id,
                    "destination": "verksamhet",
                    "state": "failed",
                    "attempts": 1,
                    "unanswered": 0,
                    "queued_at": now,
                    "attention_at": now,
                },
            )
            came = {"unit": sent.unit, "status": "new", "received_at": now, "arrived_at": now}
            for submission, next_clock in ((sent, "skydd"), (untaken, None)):
                due = {"next_clock": next_clock, "next_due": now}
                item = {"submission_id": submission.submission_id}
                connection.execute(inbox_items.insert(), item | came | due)
            long_ago = now - timedelta(days=90)
            audit.record(connection, audit.Event(audit.Kind.LINK_MADE), at=long_ago)
            pulse.beat(connection, pulse.RECONCILE, now=now, ok=False)
            destinations.close(connection, "verksamhet", now=now)

        database.write_now(wrong)
        clock.move(days=2)
        requests = Requests()
        for status in (500, 503):
            requests.add("/", status, 1.0)
        collectors = (
            Books(database, clock, ("barn-och-unga",)),
            Keys(KeyWatch((tmp_path / "away",)), database),
            requests,
        )
        return {
            sample.name: sample.value
            for collector in collectors
            for family in collector.collect()
            for sample in family.samples
        }


def test_there_are_sixteen_things_that_must_wake_someone(rules):
    assert len({rule["alert"] for rule in rules}) == len(rules) == 16


def test_every_alert_asks_for_figures_that_are_given(rules, given):
    asked = {name for rule in rules for name in names_in(rule["expr"])} - {"up"}
    assert len(asked) == 16
    assert asked <= given.keys()


def test_every_alert_says_in_swedish_what_is_wrong_and_what_to_do(rules):
    for rule in rules:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"Skyddsnat[A-Z][A-Za-z]+", rule["alert"])
        assert rule["labels"] == {"severity": "page"}
        assert rule["annotations"].keys() == {"summary", "action"}
        for text in rule["annotations"].values():
            assert text.strip().endswith(".")
            assert len(text) > 20
            labels = set(re.findall(r"\$labels\.(\w+)", text))
            assert labels <= {"instance", "destination", "unit", "clock"}
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))


COMPARED = re.compile(r"(?P<left>.+?)\s*(?P<sign>==|>)\s*(?P<number>\d+)")


def test_every_expression_compares_a_figure_with_a_number_and_holds_together(rules):
    for rule in rules:
        found = COMPARED.fullmatch(rule["expr"])
        assert found, rule["expr"]
        for opening, closing in ("()", "[]", "{}"):
            assert found["left"].count(opening) == found["left"].count(closing)
        term = r"(?:increase\([a-z_]+_total\[\d+m\]\)|[a-z_]+(?:\{job=\"skyddsnat\"\})?)"
        assert re.fullmatch(rf"{term}(?: \+ {term})*", found["left"]), rule["expr"]


def test_every_alert_about_the_house_wakes_when_all_is_wrong_in_it(rules, given):
    """`up` is Prometheus' own. That the database is away is tested where its figures are."""
    silent = []
    for rule in rules:
        found = COMPARED.fullmatch(rule["expr"])
        value = sum(given.get(name, 0) for name in names_in(found["left"]))
        limit = float(found["number"])
        awake = value == limit if found["sign"] == "==" else value > limit
        if not awake:
            silent.append(rule["alert"])
    assert silent == ["SkyddsnatDatabasenBorta"]
