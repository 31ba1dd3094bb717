"""The figures say what is wrong at once, and nothing of anybody who reports."""

import asyncio
import time
import urllib.request
from datetime import timedelta
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, select, update
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app import main
from app.records import audit, destinations, outbox, pulse
from app.settings import Inside, SettingRefused, Settings
from app.storage import tables
from app.storage.tables import inbox_items, submissions
from app.web.http import metrics
from app.web.http.key_watch import KeyWatch
from app.web.http.metrics import Books, Keys
from app.web.http.requests import TOGETHER, Measured, Requests
from tests.connectors import reference
from tests.service import free_ports


def shown(*collectors):
    """Every sample there is: name and labels to value."""
    registry = CollectorRegistry()
    for each in collectors:
        registry.register(each)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in registry.collect()
        for sample in family.samples
    }


@pytest.fixture
def books(database, clock, monkeypatch):
    monkeypatch.setattr(metrics, "KEPT", 0.0)
    monkeypatch.setattr(metrics, "SHARE", 0)
    return Books(database, clock)


@pytest.fixture
def report(database, clock):
    def come_in(*places, state=None, **more):
        submission_id, now = uuid4(), clock.now()
        row = {
            "id": submission_id,
            "reference": reference(),
            "municipality_code": "9999",
            "unit": "barn-och-unga",
            "form_id": "orosanmalan",
            "form_version": 1,
            "content_hash": "0" * 64,
            "language": "sv",
            "received_at": now,
            "urgent": True,
            "protected": True,
            "key_id": "k",
            "sealed": b"",
        }

        def put(connection):
            connection.execute(insert(tables.submissions), row)
            outbox.put(connection, submission_id, dict.fromkeys(places or ("inbox",)), now=now)
            if state:
                mine = tables.deliveries.c.submission_id == submission_id
                connection.execute(
                    update(tables.deliveries).where(mine).values(state=state, **more)
                )

        database.write_now(put)

    return come_in


# The whole house


def test_one_report_that_goes_through_as_it_should_is_never_seen(books, report, clock):
    before = shown(books)
    report("inbox", "verksamhet")
    for _ in range(3):
        assert shown(books) == before
        clock.move(minutes=3)


def test_what_waits_is_told_in_whole_tens_and_for_how_long_in_tens_of_minutes(books, report, clock):
    for _ in range(23):
        report("verksamhet")
    clock.move(minutes=47)
    told = shown(books)
    assert told["skyddsnat_deliveries", "queued", "verksamhet"] == 20
    assert told["skyddsnat_oldest_delivery_seconds", "verksamhet"] == 40 * 60


def test_what_has_failed_and_what_a_person_is_asked_about_is_told_exactly(books, report, clock):
    report("verksamhet", state="failed", attention_at=clock.now())
    told = shown(books)
    assert told["skyddsnat_deliveries", "failed", "verksamhet"] == 1
    assert told["skyddsnat_work_items", "verksamhet"] == 1


@pytest.fixture
def case(database, report, clock):
    """A case of a report, whose next clock is due so long from now."""

    def begin(due=None, **more):
        report("inbox")
        values = {"unit": "barn-och-unga", "status": "new", "process_version": 1} | more
        if due is not None:
            values |= {"next_clock": "skydd", "next_due": clock.now() + due}
        new = select(submissions.c.id).where(
            submissions.c.id.not_in(select(inbox_items.c.submission_id))
        )

        def store(connection):
            mine = connection.execute(new).scalar_one()
            at = {"received_at": clock.now(), "arrived_at": clock.now()}
            connection.execute(insert(inbox_items).values(submission_id=mine, **at, **values))

        database.write_now(store)

    return begin


def test_a_clock_that_has_passed_is_told_exactly_and_those_to_come_in_whole_tens(
    books, case, clock
):
    for _ in range(12):
        case(timedelta(hours=20))
    case(timedelta(hours=30))
    case()
    told = shown(books)
    assert told["skyddsnat_clocks_next", "barn-och-unga", "skydd"] == 10
    assert not [name for name, *_ in told if name == "skyddsnat_clocks_passed"]
    clock.move(hours=20)
    told = shown(books)
    assert told["skyddsnat_clocks_passed", "barn-och-unga", "skydd"] == 12
    assert not [name for name, *_ in told if name == "skyddsnat_clocks_next"], "one alone is unseen"


def test_what_no_clock_stands_for_and_nobody_has_taken_since_its_day_is_told_exactly(
    books, case, clock
):
    for _ in range(12):
        case(next_due=clock.now() + timedelta(hours=2))
    told = shown(books)
    assert not {name for name, *_ in told} & {"skyddsnat_cases_untaken", "skyddsnat_clocks_next"}
    clock.move(hours=2)
    told = shown(books)
    assert told["skyddsnat_cases_untaken", "barn-och-unga"] == 12
    assert not [name for name, *_ in told if name == "skyddsnat_clocks_passed"]


def test_a_month_of_the_log_that_nobody_has_signed_is_told_thirty_days_after_it_was_over(
    database, clock
):
    units = ("barn-och-unga", "sspf")

    def told():
        found = shown(Books(database, clock, units))
        return {
            unit for name, *labels in found if name == "skyddsnat_review_overdue" for unit in labels
        }

    begun = clock.now()
    event = audit.Event(audit.Kind.LINK_MADE, unit="sspf")
    database.write_now(lambda c: audit.record(c, event, at=begun))
    over = (begun.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0)
    clock.move(seconds=int((over - begun).total_seconds()) + 29 * 86400)
    assert told() == set()
    clock.move(days=2)
    assert told() == set(units)
    signed = {"unit": "sspf", "month": f"{begun:%Y-%m}", "signed_at": clock.now()}
    numbers = dict.fromkeys(("position", "readings", "share", "least"), 1)
    drawn = {**signed, **numbers, "at": clock.now(), "drawn_by": "Lo Gran"}
    database.write_now(lambda c: c.execute(insert(tables.review_months), drawn))
    assert told() == {"barn-och-unga"}


def test_a_case_that_is_closed_has_no_clock_to_tell_of(books, case, clock):
    case(timedelta(hours=1), closed_at=clock.now())
    clock.move(hours=2)
    assert not [name for name, *_ in shown(books) if name.startswith("skyddsnat_clocks")]


def test_a_case_that_no_clock_has_been_started_for_is_told(books, case):
    assert shown(books)["skyddsnat_cases_without_clocks",] == 0
    case(process_version=None)
    assert shown(books)["skyddsnat_cases_without_clocks",] == 1


def test_what_has_ended_is_not_told(books, report, clock):
    for _ in range(20):
        report(state="confirmed", confirmed_at=clock.now())
        report(state="released", released_at=clock.now())
    clock.move(hours=5)
    assert not [name for name, *_ in shown(books) if "deliver" in name]


def test_a_relay_is_heard_or_not(books, database, clock):
    assert shown(books)["skyddsnat_relay_age_seconds",] == float("inf")
    database.write_now(lambda c: pulse.beat(c, pulse.RELAY, now=clock.now()))
    clock.move(seconds=90)
    assert shown(books)["skyddsnat_relay_age_seconds",] == 90


def test_that_the_trail_is_linked_and_signed_is_heard_or_not(books, database, clock):
    names = {
        pulse.AUDIT: "skyddsnat_audit_age_seconds",
        pulse.ANCHOR: "skyddsnat_audit_anchor_age_seconds",
    }
    for beat, name in names.items():
        assert shown(books)[name,] == float("inf")
        database.write_now(lambda c, beat=beat: pulse.beat(c, beat, now=clock.now()))
        assert shown(books)[name,] == 0


@pytest.mark.parametrize("fine", [True, False])
def test_whether_everything_added_up_is_told(books, database, clock, fine):
    assert ("skyddsnat_reconcile_ok",) not in shown(books)
    database.write_now(lambda c: pulse.beat(c, pulse.RECONCILE, now=clock.now(), ok=fine))
    clock.move(hours=40)
    told = shown(books)
    assert told["skyddsnat_reconcile_ok",] == fine
    assert told["skyddsnat_reconcile_age_seconds",] == 40 * 3600


def test_a_destination_that_is_closed_is_told_until_it_is_opened(books, database, clock):
    database.write_now(lambda c: destinations.close(c, "verksamhet", now=clock.now()))
    assert shown(books)["skyddsnat_destination_closed", "verksamhet"] == 1
    database.write_now(lambda c: destinations.reopen(c, "verksamhet", now=clock.now()))
    assert shown(books)["skyddsnat_destination_closed", "verksamhet"] == 0


def test_a_database_that_is_away_is_told_and_nothing_old_with_it(books, database, report, clock):
    report(state="failed")
    assert shown(books)["skyddsnat_database_up",] == 1
    database.close()
    assert shown(books) == {("skyddsnat_database_up",): 0}


def test_however_many_ask_the_database_is_asked_seldom(database, clock, report):
    books = Books(database, clock)
    before = shown(books)
    report(state="failed")
    assert shown(books) == before


def test_a_key_that_is_gone_or_is_another_is_told(tmp_path, database):
    file = tmp_path / "enhet.pub"
    gone, wrong = {("skyddsnat_keys_present",): 0}, KeyWatch((file,), lambda _: ["enhet"])
    assert shown(Keys(KeyWatch((file,)), database)) == gone
    file.write_text("x")
    assert shown(Keys(KeyWatch((file,)), database)) == {("skyddsnat_keys_present",): 1}
    assert shown(Keys(wrong, database)) == gone


# Requests


def test_fewer_than_ten_requests_are_never_seen():
    requests = Requests()
    requests.add("/{form_id}/skicka", 303, 0.02)
    first = shown(requests)
    for _ in range(TOGETHER - 2):
        requests.add("/{form_id}/skicka", 303, 3.0)
        assert shown(requests) == first
    requests.add("/{form_id}/skicka", 303, 0.02)
    after = shown(requests)
    name = "skyddsnat_request_seconds"
    assert after[f"{name}_count", "/{form_id}/skicka", "3xx"] == 10
    assert after[f"{name}_sum", "/{form_id}/skicka", "3xx"] == pytest.approx(24.04)
    assert after[f"{name}_bucket", "/{form_id}/skicka", "0.025", "3xx"] == 2
    assert after[f"{name}_bucket", "/{form_id}/skicka", "3xx", "5.0"] == 10


def test_the_buckets_grow_and_end_with_everything():
    requests = Requests()
    for place in range(TOGETHER):
        requests.add("/", 200, 0.004 * 2**place)
    told = [
        value
        for (name, *_), value in shown(requests).items()
        if name == "skyddsnat_request_seconds_bucket"
    ]
    assert told == sorted(told)
    assert told[-1] == TOGETHER


@pytest.mark.parametrize(
    ("status", "name"), [(500, "skyddsnat_faults_total"), (503, "skyddsnat_database_errors_total")]
)
def test_a_fault_is_told_from_the_first(status, name):
    requests = Requests()
    requests.add("/", status, 0.1)
    told = shown(requests)
    assert told[name,] == 1
    assert (
        sum(told[one,] for one in ("skyddsnat_faults_total", "skyddsnat_database_errors_total"))
        == 1
    )


def visits(site, *paths):
    """Let somebody come ten times to each of these."""
    site.user_middleware.append(metrics.Middleware(Measured, requests=(requests := Requests())))
    client = TestClient(site, follow_redirects=False, raise_server_exceptions=False)
    for _ in range(TOGETHER):
        for path in paths:
            client.get(path)
    return {key[1:3] for key in shown(requests) if key[0] == "skyddsnat_request_seconds_count"}


def test_the_routes_of_the_citizens_site_are_told_as_they_are_written(settings, database, clock):
    site = main.citizen(settings, clock=clock, database=database)
    found = visits(
        site, "/", "/orosanmalan", "/orosanmalan/barnet", "/en/orosanmalan", "/halsa/redo", "/åsa/x"
    )
    assert ("/", "2xx") in found
    assert ("/{form_id}", "2xx") in found
    assert all(route in {"other", "/"} or "{" in route for route, _ in found), found
    assert not [route for route, _ in found if "halsa" in route or "oro" in route or "sa/" in route]


def test_the_routes_of_the_staffs_site_show_no_reference_and_no_link(settings, database, clock):
    site = main.staff(settings, clock=clock, database=database)
    found = visits(site, "/inkorg/arenden/K7QF-93MX", "/logga-in/hemlig-lank")
    assert found == {("/inkorg/arenden/{reference}", "3xx"), ("/logga-in/{code}", "2xx")}


def test_the_routes_of_the_api_show_no_id(settings, database, clock):
    site = main.api(settings, clock=clock, database=database)
    found = visits(site, f"/api/v1/deliveries/{uuid4()}/content", "/api/v1/deliveries")
    assert found == {
        ("/api/v1/deliveries/{delivery_id}/content", "4xx"),
        ("/api/v1/deliveries", "4xx"),
    }


def test_a_route_of_starlettes_own_is_told_as_it_is_written():
    async def answer(request):
        return Response()

    site = Starlette(routes=[Route("/{form_id}/kvitto", answer)])
    assert visits(site, "/orosanmalan/kvitto") == {("/{form_id}/kvitto", "2xx")}


def test_what_nobody_foresaw_is_counted_as_a_fault():
    async def broken(scope, receive, send):
        raise RuntimeError

    async def visit():
        requests = Requests()
        with pytest.raises(RuntimeError):
            await Measured(broken, requests=requests)({"type": "http", "path": "/"}, None, None)
        return requests

    assert shown(asyncio.run(visit()))["skyddsnat_faults_total",] == 1


@pytest.mark.alone
def test_to_count_a_request_costs_less_than_ten_microseconds():
    async def nothing(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    async def send(message):
        pass

    async def rounds(app, count):
        scope = {"type": "http", "path": "/x", "route": Route("/x", nothing)}
        begun = time.perf_counter()
        for _ in range(count):
            await app(scope, None, send)
        return (time.perf_counter() - begun) / count

    async def measure():
        counted = Measured(nothing, requests=Requests())
        # The best of a few: whatever else the machine does only ever makes it slower.
        pairs = [(await rounds(nothing, 5_000), await rounds(counted, 5_000)) for _ in range(7)]
        return min(second for _, second in pairs) - min(first for first, _ in pairs)

    assert asyncio.run(measure()) < 10e-6


# Where they are given


def fetch(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return answer.read().decode()


def test_the_figures_are_given_on_a_port_of_their_own(settings, database, clock):
    site = main.staff(settings, clock=clock, database=database)
    [port] = free_ports(1)
    server, thread = metrics.publish(site, Inside("127.0.0.1", port), books=True)
    try:
        families = {each.name for each in text_string_to_metric_families(fetch(port))}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert {
        "skyddsnat_database_up",
        "skyddsnat_relay_age_seconds",
        "skyddsnat_keys_present",
        "skyddsnat_request_seconds",
    } <= families
    assert not [name for name in families if name.startswith(("process_", "python_"))]
    assert TestClient(site).get("/metrics").status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "8.8.8.8", "[::]", "[2a00:1450::1]"])  # noqa: S104 - they are refused
def test_an_address_outside_the_house_is_refused(host):
    with pytest.raises(SettingRefused, match="SKYDDSNAT_METRICS"):
        Settings.read({"SKYDDSNAT_METRICS": f"{host}:9100"})


def test_a_name_that_leads_outside_the_house_is_refused_when_it_is_looked_up(monkeypatch):
    leads_out = [(None, None, None, "", ("8.8.8.8", 0))]
    monkeypatch.setattr(metrics.socket, "getaddrinfo", lambda *_, **__: leads_out)
    with pytest.raises(SettingRefused, match="SKYDDSNAT_METRICS"):
        metrics.inside("siffror.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "192.168.4.5", "[::1]", "localhost"])
def test_an_address_inside_the_house_is_taken(host):
    found = Settings.read({"SKYDDSNAT_METRICS": f"{host}:9100"})
    assert found.metrics.port == 9100


def test_without_the_setting_there_are_no_figures():
    assert Settings.read({}).metrics is None
