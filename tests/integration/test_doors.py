"""What comes in is read in one way only, however it is cut; what can be read in two is refused."""

import contextlib
import json
import socket
import threading
import time

import pytest

from app.web.http import head
from tests.integration.small_site import LOOPS, WAIT, connect, heard, said, serving, stopped

HOST = b"Host: x\r\n"
SECOND = b"GET /andra HTTP/1.1\r\nHost: x\r\n\r\n"


def request(*headers, line=b"POST / HTTP/1.1", body=b""):
    return b"\r\n".join([line, *headers, b"", body])


def get(path=b"/", *headers, version=b"1.1"):
    return request(b"Host: x", *headers, line=b"GET " + path + b" HTTP/" + version)


def post(*headers, body=b""):
    return request(b"Host: x", *headers, body=body)


def answers(octets):
    """Every answer in what was heard: its status, headers and content."""
    found = []
    while octets:
        top, _, octets = octets.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        size = int(headers.get("content-length", 0))
        content, octets = octets[:size], octets[size:]
        found.append((int(first.split()[1]), headers, content.decode()))
    return found


def statuses(octets):
    return [status for status, _, _ in answers(octets)]


def contents(octets):
    return [content for _, _, content in answers(octets)]


@pytest.fixture(scope="module")
def port():
    with serving(headers_within=30, body_within=30, descriptors=2048) as (port, _):
        yield port


CHUNKED = b"Transfer-Encoding: chunked"
REFUSED = {
    "length and coding": (400, "framing", post(b"Content-Length: 5", CHUNKED, body=b"0\r\n\r\n")),
    "coding and length": (400, "framing", post(CHUNKED, b"content-length: 5", body=b"0\r\n\r\n")),
    "two lengths": (400, "framing", post(b"Content-Length: 1", b"Content-Length: 2", body=b"ab")),
    "a length twice": (400, "framing", post(b"Content-Length: 1", b"Content-Length: 1", body=b"a")),
    "lengths in a list": (400, "framing", post(b"Content-Length: 1, 1", body=b"a")),
    "a signed length": (400, "framing", post(b"Content-Length: +1", body=b"a")),
    "a negative length": (400, "framing", post(b"Content-Length: -1", body=b"a")),
    "a length of nothing": (400, "framing", post(b"Content-Length: ", body=b"a")),
    "a length in hex": (400, "framing", post(b"Content-Length: 0x1", body=b"a")),
    "a length in Arabic digits": (
        400,
        "framing",
        post("Content-Length: \u0661".encode(), body=b"a"),
    ),
    "a length beyond all": (400, "framing", post(b"Content-Length: " + b"9" * 5000)),
    "length before the colon": (400, "malformed", post(b"Content-Length : 1", body=b"a")),
    "an unknown coding": (400, "framing", post(b"Transfer-Encoding: gzip, chunked")),
    "no coding": (400, "framing", post(b"Transfer-Encoding: identity")),
    "a coding twice": (400, "framing", post(CHUNKED, CHUNKED, body=b"0\r\n\r\n")),
    "a hidden coding": (400, "framing", post(b"Transfer-Encoding: \x0bchunked")),
    "a coding in HTTP/1.0": (
        400,
        "framing",
        request(HOST.strip(), CHUNKED, line=b"POST / HTTP/1.0", body=b"0\r\n\r\n"),
    ),
    "a folded line": (400, "folded", get(b"/", b"X-A: one", b" two")),
    "a line folded by a tab": (400, "folded", get(b"/", b"X-A: one", b"\ttwo")),
    "a fold before all": (400, "folded", request(b" X-A: one", line=b"GET / HTTP/1.1")),
    "a folded length": (400, "folded", post(b"Content-Length:", b" 1", body=b"a")),
    "line feeds alone": (400, "malformed", b"GET / HTTP/1.1\nHost: x\n\n"),
    "a line feed alone": (400, "line_ending", get(b"/", b"X-A: one\nX-B: two")),
    "a return alone": (400, "line_ending", get(b"/", b"X-A: one\rX-B: two")),
    "no host": (400, "host", request(line=b"GET / HTTP/1.1")),
    "two hosts": (400, "host", get(b"/", b"host: y")),
    "no colon": (400, "malformed", get(b"/", b"X-A")),
    "a space in a name": (400, "malformed", get(b"/", b"X A: one")),
    "no name": (400, "malformed", get(b"/", b": one")),
    "a null": (400, "malformed", get(b"/", b"X-A: o\x00ne")),
    "nonsense": (400, "malformed", b"HEMLIGT HEMLIGT\r\n\r\n"),
    "another protocol": (400, "malformed", b"\x16\x03\x01\x02\x00\x01\x00"),
    "HTTP/0.9": (400, "malformed", b"GET /\r\n\r\n"),
    "HTTP/1.2": (400, "malformed", get(version=b"1.2")),
    "HTTP/2": (400, "malformed", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "two spaces": (400, "malformed", get(b" /")),
    "a path with a space": (400, "malformed", get(b"/a b")),
    "a path that is not ASCII": (400, "malformed", get("/å".encode())),
    "an unheard-of method": (501, "method", request(b"Host: x", line=b"BREW / HTTP/1.1")),
    "a way through us": (501, "method", request(b"Host: x:1", line=b"CONNECT x:1 HTTP/1.1")),
    "chunks of no size": (400, "malformed", post(CHUNKED, body=b"x\r\nabc\r\n0\r\n\r\n")),
    "chunks that end in a feed": (400, "malformed", post(CHUNKED, body=b"3\nabc\n0\n\n")),
    "chunks longer than said": (400, "malformed", post(CHUNKED, body=b"3\r\nabcd\r\n0\r\n\r\n")),
    "a line of more than 8 kB": (414, "line_too_long", get(b"/" + b"a" * head.LONGEST_LINE)),
    "a line without end": (414, "line_too_long", b"GET /" + b"a" * 70_000),
    "headers of more than 16 kB": (
        431,
        "headers_too_long",
        get(b"/", *[b"X-A: " + b"a" * 1000] * 17),
    ),
    "a header without end": (431, "headers_too_long", get(b"/", b"X-A: " + b"a" * 70_000)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_be_refused_is_and_nothing_after_it_is_answered(port, name):
    status, _, octets = REFUSED[name]
    (only,) = answers(said(port, octets + SECOND))
    assert only[0] == status
    assert only[1]["connection"] == "close"
    assert only[1]["cache-control"] == "no-store"
    assert "112" in only[2], "whoever sees this is told whom to call"
    assert "HEMLIGT" not in only[2]


def test_a_request_that_is_refused_leaves_a_line_that_says_why_and_nothing_of_it():
    with serving() as (port, process):
        for _, _, octets in REFUSED.values():
            said(port, octets)
        written = stopped(process)
    lines = [json.loads(line) for line in written.splitlines()]
    assert {line["event"] for line in lines} == {"request.refused"}
    found = {(line["status"], line["code"]) for line in lines}
    assert found == {(status, code) for status, code, _ in REFUSED.values()}
    assert "HEMLIGT" not in written


@pytest.mark.parametrize(
    "endless",
    [
        b"1;" + b"a" * 70_000,
        b"1\r\na\r\n0\r\nX-A: " + b"a" * 70_000,
        b"0" * 70_000,
        b"fffff\r\n" + b"\r\n\r\n0" * 10_000,
    ],
    ids=["an extension", "a trailer", "a size", "empty lines"],
)
def test_chunks_that_are_more_work_than_body_have_a_limit(port, endless):
    (only,) = answers(said(port, post(CHUNKED, body=endless)))
    assert only[0] in {400, 431}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_after_a_good_request_leaves_the_answer_to_that_alone(port, name):
    status, _, octets = REFUSED[name]
    assert statuses(said(port, get(b"/langsamt") + octets + SECOND)) == [200, status]


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        (head.LONGEST_LINE, 100, 200),
        (head.LONGEST_LINE + 1, 100, 414),
        (100, head.LONGEST_HEADERS, 200),
        (100, head.LONGEST_HEADERS + 1, 431),
        (head.LONGEST_LINE, head.LONGEST_HEADERS, 200),
        (8_000_000, 100, 414),
        (100, 8_000_000, 431),
    ],
)
@pytest.mark.parametrize("pieces", [1, 2, 100])
def test_the_limits_hold_to_the_octet_in_one_piece_and_in_many(port, line, headers, status, pieces):
    first = b"GET /" + b"a" * (line - 14) + b" HTTP/1.1"
    rest = b"\r\nHost: x\r\nX-A: "
    rest += b"a" * (headers - len(rest) - 4) + b"\r\n\r\n"
    assert (len(first), len(rest)) == (line, headers)
    whole = first + rest
    step = -(-len(whole) // pieces)
    with connect(port) as visitor:
        with contextlib.suppress(ConnectionError):  # it need not be heard out
            for start in range(0, len(whole), step):
                visitor.sendall(whole[start : start + step])
                time.sleep(0.001)
            visitor.shutdown(socket.SHUT_WR)
        assert statuses(heard(visitor)) == [status]


TRAILER = b"3\r\nabc\r\n4;x=y\r\n\r\n\r\n\r\n0\r\nX-Efter: x\r\n\r\n"
GOOD = {
    "get": (get(b"/hit?a=b", b"X-A: one"), ["GET /hit 1.1 0 host x-a"]),
    "head": (request(b"Host: x", line=b"HEAD / HTTP/1.1"), None),
    "form": (
        post(b"Content-Length: 11", body=b"a=\r\n\r\nGET /"),
        ["POST / 1.1 11 content-length host"],
    ),
    "chunks": (post(CHUNKED, body=TRAILER), ["POST / 1.1 7 host transfer-encoding"]),
    "HTTP/1.0": (get(version=b"1.0"), ["GET / 1.0 0 host"]),
    "HTTP/1.0 without a host": (request(line=b"GET / HTTP/1.0"), ["GET / 1.0 0"]),
    "an offer to upgrade": (
        post(b"Connection: upgrade", b"Upgrade: h2c", b"Content-Length: 8", body=b"GET / HT"),
        ["POST / 1.1 8 connection content-length host"],
    ),
    "in full": (get(b"http://x/hit"), ["GET /hit 1.1 0 host"]),
    "several": (
        post(CHUNKED, body=TRAILER) + post(b"Content-Length: 2", body=b"ab") + b"\r\n" + get(b"/b"),
        [
            "POST / 1.1 7 host transfer-encoding",
            "POST / 1.1 2 content-length host",
            "GET /b 1.1 0 host",
        ],
    ),
    "refused": (post(b"Content-Length: 5", CHUNKED, body=b"0\r\n\r\n") + SECOND, None),
    "refused in the second": (get(b"/a") + get(b"/", b"X: a", b" b") + SECOND, None),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_request_that_is_cut_anywhere_is_answered_as_if_it_were_whole(port, name):
    octets, expected = GOOD[name]
    whole = said(port, octets)
    if expected:
        assert contents(whole) == expected
    without_date = answers(whole)
    for _, headers, _ in without_date:
        headers.pop("date")
    with contextlib.ExitStack() as held:
        visitors = {cut: held.enter_context(connect(port)) for cut in range(1, len(octets))}
        for cut, visitor in visitors.items():
            visitor.sendall(octets[:cut])
        time.sleep(0.2)
        for cut, visitor in visitors.items():
            with contextlib.suppress(ConnectionError):
                visitor.sendall(octets[cut:])
                visitor.shutdown(socket.SHUT_WR)
            found = answers(heard(visitor))
            for _, headers, _ in found:
                headers.pop("date")
            assert found == without_date, octets[:cut]


@pytest.mark.parametrize("loop", LOOPS)
def test_a_request_that_comes_an_octet_at_a_time_is_answered(loop):
    octets, expected = GOOD["several"]
    with serving(30, 30, loop) as (port, _), contextlib.ExitStack() as held:
        visitor = held.enter_context(connect(port))
        visitor.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in octets:
            visitor.sendall(bytes([octet]))
            time.sleep(0.001)
        visitor.shutdown(socket.SHUT_WR)
        assert contents(heard(visitor)) == expected


@pytest.mark.parametrize("loop", LOOPS)
def test_requests_in_one_piece_are_answered_one_by_one_in_their_order(loop):
    paths = [b"/langsamt", *(b"/%d" % number for number in range(2000))]
    with serving(loop=loop) as (port, _):
        found = contents(said(port, b"".join(map(get, paths))))
    assert [content.split()[1].encode() for content in found] == paths


def test_a_connection_is_kept_for_the_next_request_unless_it_is_the_last(port):
    with connect(port) as visitor:
        for number in range(50):
            visitor.sendall(get(b"/%d" % number))
            (one,) = answers(visitor.recv(1 << 16))
            assert one[2].split()[1] == f"/{number}"
            assert "connection" not in one[1]
        visitor.sendall(get(b"/sist", b"Connection: close") + SECOND)
        (last,) = answers(heard(visitor))
    assert last[1]["connection"] == "close"


def test_after_an_answer_to_http_1_0_the_connection_ends(port):
    with connect(port, get(version=b"1.0") + SECOND) as visitor:
        ((_, headers, _),) = answers(heard(visitor))
    assert headers["connection"] == "close"


def test_an_answer_to_head_has_the_headers_and_no_content(port):
    with connect(port, request(b"Host: x", line=b"HEAD / HTTP/1.1")) as visitor:
        octets = visitor.recv(1 << 16)
        assert octets.endswith(b"\r\n\r\n")
        assert b"content-length: %d" % len(b"HEAD / 1.1 0 host") in octets
        visitor.sendall(SECOND)
        assert statuses(visitor.recv(1 << 16)) == [200]


def test_who_asks_before_sending_the_body_is_told_to_go_on(port):
    with connect(port, post(b"Expect: 100-continue", b"Content-Length: 2")) as visitor:
        assert visitor.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        visitor.sendall(b"ab")
        assert statuses(visitor.recv(1 << 16)) == [200]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("headers", [b"Content-Length: 20000000", CHUNKED], ids=["form", "chunks"])
def test_who_is_answered_before_the_body_has_come_hears_it_and_is_not_reset(loop, headers):
    begun = request(b"Host: x", headers, line=b"POST /tidigt HTTP/1.1")
    with serving(loop=loop) as (port, _), connect(port, begun) as visitor:

        def go_on_sending():
            with contextlib.suppress(OSError):
                for _ in range(20):
                    visitor.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

        sending = threading.Thread(target=go_on_sending)
        sending.start()
        sending.join()
        (only,) = answers(heard(visitor))
        assert (only[0], only[1]["connection"], only[2]) == (413, "close", "early")


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_body_comes_through_whole(loop, chunked):
    body = (b"\r\n\r\n0" + b"\r\n0" * 665) * 750
    parts = [body[start : start + 10_000] for start in range(0, len(body), 10_000)]
    sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    octets = (
        post(CHUNKED, body=sent) if chunked else post(b"Content-Length: %d" % len(body), body=body)
    )
    with serving(loop=loop) as (port, _):
        (only,) = contents(said(port, octets))
    assert only.split()[3] == str(len(body))


@pytest.mark.parametrize("loop", LOOPS)
def test_who_leaves_in_the_middle_is_no_error_of_ours(loop):
    with serving(loop=loop) as (port, process):
        for octets in (b"GET / HT", post(b"Content-Length: 9", body=b"x"), get(b"/langsamt")):
            connect(port, octets).close()
        time.sleep(1)
        assert statuses(said(port, SECOND)) == [200]
        assert stopped(process) == ""


@pytest.mark.parametrize("loop", LOOPS)
def test_the_loop_is_the_quick_one_where_there_is_one_and_no_answer_waits_for_the_next(loop):
    with serving(loop=loop) as (port, _), connect(port, get(b"/egenskaper")) as visitor:
        assert contents(visitor.recv(1 << 16)) == [f"{loop} True"]


@pytest.mark.parametrize("loop", LOOPS)
def test_head_and_content_come_in_one_piece(loop):
    with serving(loop=loop) as (port, _), connect(port) as visitor:
        for _ in range(50):
            visitor.sendall(get())
            assert contents(visitor.recv(1 << 16)) == ["GET / 1.1 0 host"]


def test_an_error_that_nobody_foresaw_is_said_in_swedish_and_nothing_of_it():
    with serving() as (port, process):
        (only,) = answers(said(port, get(b"/fel") + SECOND))
        begun = said(port, get(b"/fel/sent"))
        written = stopped(process)
    assert (only[0], only[1]["connection"]) == (500, "close")
    assert "112" in only[2]
    assert begun.endswith(b"\r\n\r\n"), "what had begun is not ended as if it were whole"
    assert written.count('"error": "LookupError"') == 2
    assert "HEMLIGT" not in written


def test_what_is_begun_is_answered_when_the_server_is_told_to_stop():
    with serving() as (port, process), connect(port, get(b"/langsamt")) as visitor:
        time.sleep(0.2)
        process.terminate()
        ((status, _, content),) = answers(heard(visitor))
        assert (status, content.split()[1]) == (200, "/langsamt")
        process.wait(timeout=WAIT)
