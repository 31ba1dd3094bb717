"""The whole chain as it is shipped: nginx with deploy/nginx.conf, and a process of ours behind."""

import contextlib
import time

import pytest

from tests import nginx, service
from tests.integration.small_site import PATIENCE, heard, serving
from tests.integration.test_doors import CHUNKED, REFUSED, answers, get, post

LAST = get(b"/andra", b"Connection: close")
ALWAYS = {
    "length and coding",
    "coding and length",
    "two lengths",
    "a length twice",
    "a folded line",
    "a line folded by a tab",
    "a folded length",
    "nonsense",
    "a line of more than 8 kB",
    "a line without end",
    "headers of more than 16 kB",
    "a header without end",
}
"""What nginx refuses itself. Of the rest it may put right what it passes on."""


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain") / "nginx"
    with serving(descriptors=2048) as (port, _), nginx.running(folder, [port]) as proxy:
        yield proxy


def said(proxy, octets):
    with proxy.connect(octets) as visitor:
        return heard(visitor, within=10)


def status(proxy, path="/"):
    with proxy.connect(get(path.encode(), b"Connection: close"), within=PATIENCE) as visitor:
        return answers(heard(visitor))[0][0]


@pytest.mark.parametrize(
    ("places", "citizens"), [(nginx.IN_COMPOSE, [1]), (nginx.BESIDE_UNITS, [1, 2])]
)
def test_the_settings_are_understood_by_the_nginx_there_is(tmp_path, places, citizens):
    proxy = nginx.prepare(tmp_path / "nginx", citizens, places=places)
    with proxy.command("-t") as process:
        written = process.communicate()[0]
    assert process.returncode == 0, written
    assert "[emerg]" not in written


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_be_read_in_two_ways_does_not_come_through(chain, name):
    expected, _, octets = REFUSED[name]
    heard = said(chain, octets + LAST)
    if name in ALWAYS:
        (only,) = answers(heard)
        assert only[0] == expected
        assert 'lang="sv"' in only[2]
        assert "112" in only[2]
    else:
        # Never two answers where one was asked for: what nginx takes, it takes as one request.
        seen = heard.count(b"HTTP/1.1 ")
        assert seen <= 2
        assert heard.count(b"GET /andra 1.1 0 host") == max(seen - 1, 0)


def test_what_is_good_comes_through(chain):
    chunks = post(CHUNKED, body=b"3\r\nabc\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n")
    form = post(b"Content-Length: 11", body=b"a=\r\n\r\nGET /")
    found = answers(said(chain, chunks + form + LAST))
    assert [content.split()[:4] for _, _, content in found] == [
        ["POST", "/", "1.1", "7"],
        ["POST", "/", "1.1", "11"],
        ["GET", "/andra", "1.1", "0"],
    ]


def test_nothing_tells_us_who_the_visitor_is(chain):
    told = get(b"/", b"X-Forwarded-For: 192.0.2.1", b"Forwarded: for=192.0.2.1")
    ((_, _, content), _) = answers(said(chain, told + LAST))
    assert content == "GET / 1.1 0 host"


def test_a_text_that_is_far_too_long_is_refused_with_a_way_on(chain):
    (only,) = answers(said(chain, post(b"Content-Length: 3000000")))
    assert only[0] == 413
    assert "112" in only[2]
    assert "korta den" in only[2]


SLOW = {
    "heads": b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "bodies": post(b"Content-Length: 1000", body=b"x"),
    "chunks": post(CHUNKED, body=b"1\r\nx"),
    "large bodies": post(b"Content-Length: 1400000", body=b"x" * 200_000),
    "readers": get(b"/stort"),
    "silence": b"",
}


@pytest.mark.alone
@pytest.mark.parametrize("name", SLOW)
def test_thirty_who_are_slow_do_not_take_the_site_down_for_others(tmp_path, name):
    with (
        serving(headers_within=1, body_within=1) as (port, _),
        nginx.running(tmp_path / "nginx", [port]) as proxy,
        contextlib.ExitStack() as held,
    ):
        slow = [held.enter_context(proxy.connect(SLOW[name])) for _ in range(30)]
        until, answered = time.monotonic() + 3, 0
        while time.monotonic() < until:
            assert status(proxy) == 200
            answered += 1
            for each in slow if name in {"heads", "bodies"} else ():
                with contextlib.suppress(OSError):
                    each.sendall(b"x")
            time.sleep(0.1)
        assert answered > 10


@pytest.mark.alone
def test_who_was_late_with_us_does_not_have_us_left_out(tmp_path):
    """As with a proxy that passes bodies on as they come: what the service once went down for."""
    folder = tmp_path / "nginx"
    quick = {"headers_within": 1, "body_within": 0.5}
    with serving(**quick) as (one, _), serving(**quick) as (other, _):
        # One alone is never left out, whatever its settings say.
        proxy = nginx.prepare(folder, [one, other], places=nginx.BESIDE_UNITS)
        settings = folder / "nginx.conf"
        streaming = settings.read_text().replace("request_buffering on", "request_buffering off")
        settings.write_text(streaming)
        with proxy.started(), contextlib.ExitStack() as held:
            slow = [held.enter_context(proxy.connect(SLOW["bodies"])) for _ in range(30)]
            until = time.monotonic() + 3
            while time.monotonic() < until:
                assert status(proxy) == 200
                time.sleep(0.05)
            late = [answers(each.recv(1 << 16)) for each in slow]
        assert {status for ((status, _, _),) in late} == {408}


def test_where_no_process_answers_the_page_says_whom_to_call(tmp_path):
    with nginx.running(tmp_path / "nginx", [1]) as proxy:
        ((found, _, content),) = answers(said(proxy, LAST))
    assert found == 502
    assert "112" in content


def test_one_process_of_two_may_be_away_and_nobody_notices(tmp_path):
    with (
        serving() as (port, _),
        nginx.running(tmp_path / "nginx", [1, port], places=nginx.BESIDE_UNITS) as proxy,
    ):
        assert {status(proxy) for _ in range(20)} == {200}


def test_a_visitor_and_a_social_worker_reach_their_own_sites_and_nobody_reaches_health(tmp_path):
    with service.running(tmp_path / "data") as started:
        ports = [int(each.rpartition(":")[2]) for each in (started.citizen, started.staff)]
        with nginx.running(tmp_path / "nginx", ports[:1], staff=ports[1]) as proxy:
            assert status(proxy) == 200
            assert status(proxy, "/orosanmalan") == 200
            assert status(proxy, "/halsa/levande") == 404
            proxy.citizen = proxy.staff
            assert status(proxy) == 303, "to where one signs in"
            assert status(proxy, "/halsa/levande") == 404
