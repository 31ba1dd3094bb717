"""The sites are FastAPI applications like any other: what they say by themselves, and what not."""

import subprocess
import sys
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app import main
from app.settings import CHECKOUT
from app.web.citizen import pages, review
from app.web.http.straight import Straight, is_simple
from tests.web import journeys
from tests.web.reporters import NURSE
from tests.web.visitor import Visitor


@pytest.fixture(params=["citizen", "staff", "api"])
def any_site(request, settings, database, clock):
    return getattr(main, request.param)(settings, clock=clock, database=database)


def test_nothing_that_fastapi_could_tell_others_is_told(any_site, monkeypatch):
    from opentelemetry import _logs, metrics, trace  # noqa: PLC0415 - FastAPI's own, not ours

    asked = []
    for kind, what in ((trace, "tracer"), (metrics, "meter"), (_logs, "logger")):
        monkeypatch.setattr(kind, f"get_{what}_provider", lambda: asked.append("told") or object())
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    answer = TestClient(any_site, raise_server_exceptions=False).get("/halsa/levande")
    assert (answer.status_code, asked) == (200, [])


def test_pydantic_1_is_not_loaded_to_see_that_nothing_is_of_it():
    say = (
        "import sys, app.web.citizen.app, app.web.staff.app, app.web.api.app;"
        "print([n for n, there in sys.modules.items() if n.startswith('pydantic.v1') and there])"
    )
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_sites_for_people_describe_themselves_to_no_machine(town):
    for site in (town.citizen(), town.staff()):
        client = TestClient(site, follow_redirects=False)
        for path in ("/openapi.json", "/docs", "/redoc"):
            assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("audience", "path", "methods"),
    [
        ("citizen", "/orosanmalan/borja", "GET, HEAD, POST"),
        ("citizen", "/orosanmalan/fara", "GET, HEAD, POST"),
        ("citizen", "/en/orosanmalan/granska", "GET, HEAD"),
        ("citizen", "/orosanmalan/forlang", "POST"),
        ("citizen", "/halsa/levande", "GET, HEAD"),
        ("staff", "/logga-in", "GET, HEAD, POST"),
        ("staff", "/logga-ut", "POST"),
        ("api", "/api/v1/deliveries", "GET, HEAD"),
        ("api", "/api/v1/leases/{lease_id}", "PUT"),
    ],
)
def test_what_can_not_be_done_says_what_can(settings, database, clock, audience, path, methods):
    site = getattr(main, audience)(settings, clock=clock, database=database)
    answer = TestClient(site).delete(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


def test_what_is_asked_for_most_is_answered_straight():
    routes = [*pages.router.routes, *review.router.routes]
    handlers = [route for route in routes if isinstance(route, APIRoute)]
    assert {"/{form_id}/{page_id}", "/{form_id}/skicka"} <= {each.path_format for each in handlers}
    assert all(isinstance(route, Straight) and is_simple(route.dependant) for route in handlers)


def test_a_handler_that_asks_for_more_than_the_request_is_closed_after_as_fastapi_does():
    closed = []

    async def opened(request: Request):
        yield request.url.path
        closed.append(request.url.path)

    router = APIRouter(route_class=Straight)

    @router.get("/opened")
    async def handler(path: Annotated[str, Depends(opened)]) -> Response:
        return Response(path)

    assert TestClient(FastAPI(routes=router.routes)).get("/opened").text == "/opened"
    assert closed == ["/opened"]


def served(route_class):
    """A small application, with its routes of this class."""

    async def shout(request: Request) -> str:
        return request.path_params["name"].upper()

    router = APIRouter(route_class=route_class)

    @router.get("/straight/{name}")
    async def straight(request: Request, name: str, loud: Annotated[str, Depends(shout)]):
        return Response(f"{request.method} {name} {loud}")

    @router.get("/asking/{name}")
    async def asking(name: str, loud: Annotated[str, Depends(shout)], more: int = 1) -> Response:
        return Response(f"{name} {loud} {more}")

    @router.get("/number/{name}")
    async def number(name: int) -> Response:
        return Response(f"{name:04}")

    app = FastAPI(routes=router.routes)
    client = TestClient(app)
    paths = ("/straight/åsa", "/asking/bo", "/asking/bo?more=2", "/asking/bo?more=x", "/number/7")
    return [(answer.status_code, answer.text) for answer in map(client.get, paths)]


def test_a_handler_gets_the_same_straight_as_from_fastapi():
    assert served(Straight) == served(APIRoute)
    assert served(Straight)[0] == (200, "GET åsa ÅSA")
    assert [status for status, _ in served(Straight)] == [200, 200, 200, 422, 200]


def test_a_whole_report_is_the_same_with_fastapis_own_routes(town, monkeypatch):
    def told():
        visitor = Visitor(town.citizen())
        journeys.begin(visitor, NURSE.form_id)
        journeys.walk(visitor, NURSE)
        return [(screen.path, screen.status, screen.heading) for screen in visitor.seen]

    straight = told()
    for router in (pages.router, review.router):
        usual = [APIRoute(each.path, each.endpoint, methods=each.methods) for each in router.routes]
        monkeypatch.setattr(router, "routes", usual)
    assert told() == straight
