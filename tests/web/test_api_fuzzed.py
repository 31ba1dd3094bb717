"""The API is asked what its own document says it takes, and what it says it does not.

Schemathesis makes the requests from the document and judges every answer by it. Reports that are
there, in every state, are put among the ids it makes up: else all it met would be 404.
"""

import json
from http import HTTPMethod
from uuid import uuid4

import pytest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as within
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi
from schemathesis.core.failures import FailureGroup

from app import main
from app.delivery import leases
from app.delivery.leases import Refusal
from app.web.api import document, fetch
from tests.architecture import tree
from tests.web import test_api
from tests.web.test_api import Client, problem

app, new_token, report = test_api.app, test_api.new_token, test_api.report

KEPT = json.loads((tree.ROOT / "docs" / "openapi.json").read_text("utf-8"))
"""tests/architecture/test_published.py sees that the service says the same of itself."""
OPERATIONS = [(path, method) for path, methods in KEPT["paths"].items() for method in methods]
STATES = ("made up", "waiting", "leased", "fetched", "confirmed", "refused")
NOT_HERE = {"413", "503"}
"""A request as large as no example gets, and a database that is away: in test_api.py."""
MANY = 40
"""Examples of what is right, and as many of what is wrong, for each operation."""


class Fuzzer:
    """Asks one operation this and that, and remembers how it was answered."""

    def __init__(self, app, token, report, said=None):
        """`said` is what the API is held to, if not its own document."""
        self.schema = openapi.from_dict(said) if said else openapi.from_asgi(document.ADDRESS, app)
        self.schema.app = app
        self.client = Client(app, token)
        self.report = report
        self.met = set()

    def bring(self, state):
        """Let a report come in and bring it this far; return its id."""
        one, client = self.report(), self.client
        if state != "waiting":
            client.lease(most=100)
        if state in {"fetched", "confirmed"}:
            client("GET", f"/deliveries/{one}/content")
        if state == "confirmed":
            client("POST", f"/deliveries/{one}/confirm")
        if state == "refused":
            client("POST", f"/deliveries/{one}/release", json={"reason": "refused"})
        return one

    def ask(self, path, method, mode):
        """Raises FailureGroup when an answer is not what was said."""
        operation = self.schema[path][method]

        @within(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=MANY,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(st.data())
        def examples(data):
            state, known = data.draw(st.sampled_from(STATES)), {}
            if state != "made up":
                one = self.bring(state)
                if "{delivery_id}" in path:
                    known["path_parameters"] = {"delivery_id": one}
            if data.draw(st.integers(0, 3)):
                known["headers"] = self.client.headers
            case = data.draw(operation.as_strategy(generation_mode=mode, **known))
            signed = known.get("headers")
            answer = case.call(headers=signed)
            self.met.add(str(answer.status_code))
            case.validate_response(answer, headers=signed)

        examples()


@pytest.fixture
def fuzzer(app, new_token, report):
    return lambda said=None: Fuzzer(app, new_token(str(uuid4())), report, said)


@pytest.mark.untraced
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_takes_and_answers_what_its_document_says_and_nothing_else(
    fuzzer, path, method
):
    asked = fuzzer()
    for mode in GenerationMode:
        asked.ask(path, method, mode)
    assert asked.met == set(KEPT["paths"][path][method]["responses"]) - NOT_HERE


def refused_in_another_way(monkeypatch):
    monkeypatch.setitem(fetch.WORDS, Refusal.NOT_LEASED, "too-large")


def failing(monkeypatch):
    monkeypatch.delattr(leases, "content")


def of_another_type(monkeypatch):
    monkeypatch.setattr(fetch, "JOSE", "text/plain")


@pytest.mark.untraced
@pytest.mark.parametrize("fault", [refused_in_another_way, failing, of_another_type])
def test_an_answer_that_the_document_does_not_know_is_found(fuzzer, monkeypatch, fault):
    fault(monkeypatch)
    with pytest.raises(FailureGroup):
        fuzzer().ask("/api/v1/deliveries/{delivery_id}/content", "get", GenerationMode.POSITIVE)


@pytest.mark.untraced
def test_a_document_that_promises_more_than_the_service_takes_is_found(fuzzer):
    said = json.loads(json.dumps(KEPT))
    bounds = {"minimum": 3_500, "maximum": 50_000}
    said["components"]["schemas"]["LeaseAsked"]["properties"]["seconds"] |= bounds
    with pytest.raises(FailureGroup):
        fuzzer(said).ask("/api/v1/leases/{lease_id}", "put", GenerationMode.POSITIVE)


@pytest.mark.untraced
def test_a_service_that_takes_what_cannot_be_right_is_found(app, fuzzer):
    async def all_is_well(*_):
        return JSONResponse({"items": [], "after": None})

    app.add_exception_handler(RequestValidationError, all_is_well)
    with pytest.raises(FailureGroup):
        fuzzer().ask("/api/v1/deliveries", "get", GenerationMode.NEGATIVE)


@pytest.mark.parametrize("path", KEPT["paths"])
def test_what_an_address_is_not_asked_with_is_refused_and_told_what_is(app, new_token, path):
    client, documented = Client(app, new_token()), {each.upper() for each in KEPT["paths"][path]}
    allowed = documented | ({"HEAD"} if "GET" in documented else set())
    here = path.removeprefix(fetch.BASE).format(lease_id=uuid4(), delivery_id=uuid4())
    for method in {*HTTPMethod, "BREW"} - allowed:
        answer = client(method, here)
        assert answer.status_code == 405, method
        assert set(answer.headers["allow"].split(", ")) == allowed, "RFC 9110 15.5.6"
        if method != "HEAD":
            assert problem(answer) == "not-allowed"


def test_no_other_audience_has_a_document_that_nobody_asks_by(settings, town):
    sites = (town.citizen(), town.staff(), main.api(settings))
    assert [site.openapi_url for site in sites] == [None, None, document.ADDRESS]
