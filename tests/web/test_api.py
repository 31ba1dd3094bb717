"""A municipality's own system fetches and confirms over HTTP, and learns nothing it may not."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from app import main
from app.records import outbox, tokens
from app.storage import tables
from tests.connectors import reference

UNIT, PLACE = "barn-och-unga", "hamtning"
CANARY = "Åsa-19121212-1212"


@pytest.fixture
def app(settings, database, clock):
    return main.api(settings, clock=clock, database=database)


@pytest.fixture
def new_token(database, clock):
    def make(label="Systemet", *, destination=PLACE, unit=UNIT):
        return database.write_now(
            lambda c: tokens.new(
                c, destination=destination, unit=unit, label=label, now=clock.now()
            )
        )

    return make


class Client:
    """The other end: keeps what it asked and what it was answered, to look at afterwards."""

    def __init__(self, app, token):
        self.http = TestClient(app, raise_server_exceptions=False)
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method, path, **more):
        headers = {**self.headers, **more.pop("headers", {})}
        return self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    def lease(self, lease_id=None, **asked):
        answer = self("PUT", f"/leases/{lease_id or uuid4()}", json=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


@pytest.fixture
def client(app, new_token):
    return Client(app, new_token())


@pytest.fixture
def report(database, clock):
    """Let a report come in and wait at a destination; return its id."""

    def come_in(destination=PLACE, unit=UNIT):
        submission_id, now = uuid4(), clock.move(seconds=1)
        row = {
            "id": submission_id,
            "reference": reference(),
            "municipality_code": "9999",
            "unit": unit,
            "form_id": "orosanmalan",
            "form_version": 1,
            "content_hash": "0" * 64,
            "language": "sv",
            "received_at": now,
            "urgent": True,
            "protected": False,
            "key_id": "k",
            "sealed": CANARY.encode(),
        }

        def put(connection):
            connection.execute(insert(tables.submissions), row)
            sealed = {destination: f"jwe.{submission_id}".encode()}
            outbox.put(connection, submission_id, sealed, now=now)

        database.write_now(put)
        return str(submission_id)

    return come_in


def problem(answer):
    """The word of a problem, after having looked at the rest of it."""
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert set(said) <= {"type", "title", "status", "errors"}
    return said["type"].removeprefix("urn:problem-type:skyddsnat:")


# The way of a report


def test_a_report_is_listed_leased_fetched_and_confirmed(client, report):
    one = report()
    [listed] = client("GET", "/deliveries").json()["items"]
    assert (listed["id"], listed["state"], listed["urgent"]) == (one, "waiting", True)
    [leased] = client.lease(seconds=60)
    assert (leased["id"], leased["state"], leased["attempts"]) == (one, "leased", 1)
    assert leased["leased_until"] == "2026-11-24T08:31:01Z"
    fetched = client("GET", f"/deliveries/{one}/content")
    assert (fetched.text, fetched.headers["content-type"]) == (f"jwe.{one}", "application/jose")
    assert client("GET", "/deliveries").json()["items"][0]["state"] == "fetched"
    assert client("POST", f"/deliveries/{one}/confirm").status_code == 204
    assert client("GET", "/deliveries").json() == {"items": [], "after": None}


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_lease_id(client, report):
    one, lease_id = report(), uuid4()
    assert [each["id"] for each in client.lease(lease_id)] == [one]
    report()
    assert [each["id"] for each in client.lease(lease_id)] == [one]


def test_a_list_is_read_part_by_part(client, report):
    reports = [report() for _ in range(5)]
    found, after = [], None
    for _ in range(3):
        further = {"after": after} if after else {}
        part = client("GET", "/deliveries", params={"limit": 2, **further}).json()
        found += [each["id"] for each in part["items"]]
        after = part["after"]
    assert (found, after) == (reports, None)


@pytest.mark.parametrize(
    ("asked", "state"),
    [({}, "waiting"), ({"reason": "full"}, "waiting"), ({"reason": "refused"}, "stopped")],
)
def test_what_is_released_waits_again_or_waits_for_a_person(client, report, asked, state):
    one = report()
    client.lease()
    assert client("POST", f"/deliveries/{one}/release", json=asked).status_code == 204
    assert client("GET", "/deliveries").json()["items"][0]["state"] == state


def test_a_lease_that_has_run_out_is_worth_nothing(client, report, clock):
    one = report()
    client.lease(seconds=10)
    clock.move(seconds=10)
    answer = client("GET", f"/deliveries/{one}/content")
    assert (answer.status_code, problem(answer)) == (409, "not-leased")
    assert client("GET", "/deliveries").json()["items"][0]["state"] == "waiting"


def test_what_has_not_been_fetched_cannot_be_confirmed(client, report):
    one = report()
    client.lease()
    answer = client("POST", f"/deliveries/{one}/confirm")
    assert (answer.status_code, problem(answer)) == (409, "not-fetched")


def test_what_was_sent_with_a_web_hook_is_confirmed_by_a_call_back(
    app, new_token, report, database, clock
):
    one, client = report("verksamhet"), Client(app, new_token(destination="verksamhet"))
    assert problem(client("POST", f"/deliveries/{one}/confirm")) == "not-fetched"
    database.write_now(
        lambda c: outbox.claim(c, "verksamhet", now=clock.now(), lease=timedelta(minutes=3), most=1)
    )
    assert client("POST", f"/deliveries/{one}/confirm").status_code == 204


# Who is let in


@pytest.mark.parametrize(
    "header",
    [None, "Bearer", "Bearer x", "Basic eDp5", "Bearer skyddsnat_" + "a" * 43, "bearer  a b"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/deliveries"),
        ("PUT", "/leases/4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57"),
        ("GET", "/deliveries/4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57/content"),
        ("POST", "/deliveries/4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57/confirm"),
        ("POST", "/deliveries/4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57/release"),
    ],
)
def test_nobody_is_let_in_without_a_token_that_is_good(app, header, method, path):
    given = {"authorization": header} if header else {}
    answer = Client(app, None)(method, path, headers=given, json={})
    assert (answer.status_code, problem(answer)) == (401, "token-refused")
    assert answer.headers["www-authenticate"] == 'Bearer realm="skyddsnat"'


def test_a_revoked_token_opens_nothing_not_even_in_the_middle_of_a_lease(
    client, report, database, clock
):
    one = report()
    client.lease()
    database.write_now(lambda c: tokens.revoke(c, "Systemet", now=clock.now()))
    assert client("GET", f"/deliveries/{one}/content").status_code == 401


@pytest.mark.parametrize("scope", [{"destination": "annan"}, {"unit": "vuxen"}], ids=str)
def test_what_is_anothers_does_not_exist(app, new_token, report, database, scope):
    one, stranger = report(), Client(app, new_token("Främling", **scope))
    assert stranger("GET", "/deliveries").json()["items"] == []
    assert stranger.lease() == []
    answers = [
        stranger("GET", f"/deliveries/{at}/content") for at in (one, str(uuid4()), "hej", "%00")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    trail = tables.audit_events
    asked = select(trail.c.actor).where(trail.c.kind == "read_refused")
    assert database.read_now(lambda c: c.execute(asked).scalars().all()) == ["Främling"]


# What is said when something is wrong


@pytest.mark.parametrize(
    "asked",
    [
        {"seconds": 9},
        {"seconds": 3601},
        {"most": 0},
        {"most": 101},
        {"most": "20"},
        {"most": True},
        {"most": 58.5},
        {"most": "58.0"},
        {CANARY: 1},
        {"most": CANARY},
        [CANARY],
        CANARY,
        None,
    ],
    ids=str,
)
def test_a_request_that_cannot_be_right_is_told_what_and_never_repeated(client, report, asked):
    report()
    answer = client("PUT", f"/leases/{uuid4()}", json=asked)
    assert (answer.status_code, problem(answer)) == (422, "bad-request")
    assert CANARY not in answer.text
    assert "sa-1912" not in answer.text
    assert client("GET", "/deliveries").json()["items"][0]["state"] == "waiting"


def test_a_whole_number_may_have_a_point_and_a_nought_as_json_schema_has_it(client, report):
    one = report()
    [leased] = client.lease(seconds=58.0, most=1e1)
    assert (leased["id"], leased["leased_until"]) == (one, "2026-11-24T08:30:59Z")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"", b'{"most": 1e400}', b'{"a":' * 500])
def test_what_is_no_json_is_a_problem_and_no_more(client, body):
    answer = client(
        "PUT", f"/leases/{uuid4()}", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, problem(answer)) == (422, "bad-request")


def test_more_than_anybody_needs_to_say_is_refused(client):
    answer = client("PUT", f"/leases/{uuid4()}", json={"most": 1, "x": "a" * 5000})
    assert (answer.status_code, problem(answer)) == (413, "too-large")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/deliveries", 405),
        ("OPTIONS", "/deliveries", 405),
        ("GET", "/annat", 404),
        ("GET", "/deliveries/", 404),
        ("PUT", f"/leases/{CANARY}", 404),
    ],
)
def test_what_there_is_not_is_a_problem_too(client, method, path, status):
    answer = client(method, path, json={})
    assert answer.status_code == status
    assert problem(answer) in {"not-found", "not-allowed"}


def test_when_the_database_is_away_nothing_is_lost_and_it_says_when_to_ask_again(
    client, report, database
):
    one = report()
    client.lease()
    database.close()
    for method, path in (("GET", "/deliveries"), ("POST", f"/deliveries/{one}/confirm")):
        answer = client(method, path)
        assert (answer.status_code, problem(answer)) == (503, "unavailable")
        assert answer.headers["retry-after"] == "5"


def test_what_nobody_foresaw_is_a_problem_without_a_trace(client, monkeypatch, app):
    monkeypatch.setattr(app.state, "hatch", None)
    answer = client("GET", "/deliveries")
    assert (answer.status_code, problem(answer)) == (500, "fault")
    assert "Traceback" not in answer.text


def test_answers_are_kept_by_nobody_and_shown_to_no_other_site(client, report):
    report()
    for answer in (client("GET", "/deliveries", headers={"origin": "https://evil.example"}),):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not {name for name in answer.headers if name.startswith("access-control")}
        assert "set-cookie" not in answer.headers


# The document


@pytest.fixture(scope="module")
def document(settings):
    return main.api(settings).openapi()


def test_the_document_is_served_to_anybody(app, document):
    answer = TestClient(app).get("/api/v1/openapi.json")
    assert answer.json() == document


def schemas_of(document):
    """Every schema, ready to judge by: a reference leads into the document."""
    components = document["components"]
    return lambda schema: Draft202012Validator({**schema, "components": components})


def test_every_example_in_the_document_is_right(document):
    judge = schemas_of(document)
    seen = 0
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            judge({"$ref": f"#/components/schemas/{name}"}).validate(example)
            seen += 1
    for operation in (each for path in document["paths"].values() for each in path.values()):
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    judge(content["schema"]).validate(example["value"])
                    seen += 1
    assert seen > 20


def test_every_model_that_is_sent_or_answered_has_an_example(document):
    missing = [
        name
        for name, schema in document["components"]["schemas"].items()
        if schema["type"] == "object" and not schema.get("examples")
    ]
    assert missing == ["WrongAt"]  # it has one within Problem


def test_every_answer_is_one_that_the_document_describes(client, report, document):
    judge, one = schemas_of(document), report()
    calls = [
        ("GET", "/deliveries", "/deliveries", {}),
        ("GET", "/deliveries", "/deliveries", {"params": {"limit": 0}}),
        ("PUT", "/leases/{lease_id}", f"/leases/{uuid4()}", {"json": {}}),
        ("PUT", "/leases/{lease_id}", f"/leases/{uuid4()}", {"json": {"most": 0}}),
        ("GET", "/deliveries/{delivery_id}/content", f"/deliveries/{one}/content", {}),
        ("GET", "/deliveries/{delivery_id}/content", f"/deliveries/{uuid4()}/content", {}),
        ("POST", "/deliveries/{delivery_id}/release", f"/deliveries/{one}/release", {"json": {}}),
        ("POST", "/deliveries/{delivery_id}/confirm", f"/deliveries/{one}/confirm", {}),
    ]
    met = set()
    for method, template, path, more in calls:
        answer = client(method, path, **more)
        described = document["paths"][f"/api/v1{template}"][method.lower()]["responses"]
        content = described[str(answer.status_code)].get("content", {})
        met.add(answer.status_code)
        if answer.content:
            schema = content[answer.headers["content-type"].partition(";")[0]]["schema"]
            said = answer.text if "jose" in answer.headers["content-type"] else answer.json()
            judge(schema).validate(said)
        else:
            assert content == {}
    assert met == {200, 204, 404, 409, 422}


def test_a_text_in_the_document_is_no_place_to_put_a_secret(document):
    text = json.dumps(document)
    assert "skyddsnat_" not in text
    assert CANARY not in text
