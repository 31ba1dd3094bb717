"""A webhook is posted signed, once, to whom it shall; and what is answered is understood."""

import json
import re
import socket
import ssl
import threading
import time
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme

from app.delivery import verdict
from app.delivery.connector import Answer, Setup, load
from app.delivery.connectors.mail import MailOptions
from app.delivery.connectors.webhook import Options
from app.errors import BadOptions, DestinationClosed, PermanentFailure, TemporaryFailure
from tests.connectors import certificates, envelope, envelopes
from tests.connectors.http_receiver import SECRET, Receiver, Reply

OTHER = "whsec_" + "QUJD" * 10


@pytest.fixture
def secrets(tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "verksamhet.signing-1").write_text(f"{SECRET}\n", "utf-8")
    return folder


@pytest.fixture
def receiver():
    """A receiver over TLS, by the name localhost."""
    receiver = Receiver(certificates.server("localhost"))
    yield receiver
    receiver.wake()
    receiver.stop()


@pytest.fixture
def build(receiver, secrets, clock, tmp_path):
    """Build the connector to the receiver with these options; it is closed afterwards."""
    made = []

    def build(**options):
        usual = {
            "url": f"https://localhost:{receiver.port}/mottag?kanal=oro",
            "ca": certificates.file(tmp_path),
            "allow_private": True,
            "connect_seconds": 2,
            "whole_seconds": 2,
        }
        chosen = {key: value for key, value in {**usual, **options}.items() if value is not None}
        setup = Setup("verksamhet", None, clock, chosen, secrets, "exempelkommun")
        made.append(load("webhook").make(setup))
        return made[-1]

    yield build
    for connector in made:
        connector.close()


def deliver(connector, *batch):
    """Return what became of each, in order."""
    said = {}
    connector.deliver(batch, lambda each, outcome: said.update({each.submission_id: outcome}))
    return [said[each.submission_id] for each in batch]


def reason(failure):
    return failure.reason.removeprefix("delivery.reasons.")


# What is posted


def test_it_is_a_cloud_event_with_the_sealed_report_as_its_data(receiver, build):
    report = envelope(urgent=True)
    assert deliver(build(), report) == [Answer.CONFIRMED]
    (request,) = receiver.requests
    assert request.path == "/mottag?kanal=oro"
    assert request.headers["content-type"] == "application/cloudevents+json"
    assert json.loads(request.body) == {
        "specversion": "1.0",
        "id": str(report.submission_id),
        "source": "/skyddsnat/exempelkommun",
        "type": "se.skyddsnat.submission.received.v1",
        "time": "2026-11-24T08:30:00Z",
        "subject": report.reference,
        "unit": "barn-och-unga",
        "form": "orosanmalan",
        "urgent": True,
        "datacontenttype": "application/jose",
        "data": report.content.decode(),
    }


def test_it_is_signed_at_the_moment_it_is_sent_and_its_id_is_the_reports(receiver, build, clock):
    report = envelope()
    connector = build()
    deliver(connector, report)
    clock.move(minutes=10)
    deliver(connector, report)
    first, again = (request.headers for request in receiver.requests)
    assert first["webhook-id"] == again["webhook-id"] == str(report.submission_id)
    assert int(again["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 600
    assert int(again["webhook-timestamp"]) == int(clock.now().timestamp())
    assert all(receiver.knows(request) for request in receiver.requests)
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("known", [SECRET, OTHER])
def test_while_a_secret_is_changed_the_receiver_may_know_either(receiver, build, secrets, known):
    (secrets / "verksamhet.signing-2").write_text(OTHER, "utf-8")
    receiver.secret = known
    assert deliver(build(), envelope()) == [Answer.CONFIRMED]


def test_a_receiver_that_knows_another_secret_does_not_take_it(receiver, build):
    receiver.secret = OTHER
    (refused,) = deliver(build(), envelope())
    assert isinstance(refused, TemporaryFailure)
    assert reason(refused) == "not_permitted"
    assert receiver.taken == {}


def test_connections_are_kept(receiver, build):
    connector = build(at_once=2)
    for _ in range(10):
        deliver(connector, *envelopes(4))
    assert len(receiver.taken) == 40
    assert receiver.connections <= 2


@pytest.mark.alone
def test_as_many_are_posted_at_once_as_is_set_and_no_more(receiver, build):
    now, most, gate = [0], [0], threading.Lock()

    def count(request):
        with gate:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with gate:
            now[0] -= 1

    receiver.answer = count
    connector = build(at_once=4)
    deliver(connector, *envelopes(12))
    assert most[0] == 4


# What is answered


@pytest.mark.parametrize(
    ("status", "on_200", "on_2xx"),
    [
        (200, Answer.CONFIRMED, Answer.CONFIRMED),
        (201, Answer.CONFIRMED, Answer.CONFIRMED),
        (202, Answer.SENT, Answer.CONFIRMED),
        (204, Answer.CONFIRMED, Answer.CONFIRMED),
    ],
)
def test_what_2xx_means_is_set(receiver, build, status, on_200, on_2xx):
    receiver.answer = lambda request: Reply(status)
    assert deliver(build(), envelope()) == [on_200]
    assert deliver(build(confirm="on_200"), envelope()) == [on_200]
    assert deliver(build(confirm="on_2xx"), envelope()) == [on_2xx]
    assert deliver(build(confirm="by_callback"), envelope()) == [Answer.SENT]


KINDS = {
    DestinationClosed: {410: "closed", 301: "not_found", 308: "not_found"},
    PermanentFailure: {400: "refused", 413: "refused", 422: "refused"},
    TemporaryFailure: {
        302: "bad_answer",
        303: "bad_answer",
        307: "bad_answer",
        304: "bad_answer",
        401: "not_permitted",
        403: "not_permitted",
        404: "not_found",
        405: "bad_answer",
        408: "timed_out",
        409: "unavailable",
        415: "bad_answer",
        423: "unavailable",
        425: "unavailable",
        429: "full",
        451: "bad_answer",
        500: "unavailable",
        501: "bad_answer",
        502: "unavailable",
        503: "unavailable",
        504: "timed_out",
        507: "full",
        599: "unavailable",
    },
}


@pytest.mark.parametrize(
    ("kind", "status", "why"),
    [(kind, *each) for kind, statuses in KINDS.items() for each in statuses.items()],
)
def test_every_other_answer_has_a_meaning(kind, status, why, clock):
    for confirm in ("on_200", "on_2xx", "by_callback"):
        with pytest.raises(kind) as said:
            verdict.verdict(status, {}, confirm=confirm, now=clock.now())
        assert type(said.value) is kind
        assert reason(said.value) == why


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver, build, status):
    elsewhere = Receiver(certificates.server("localhost"))
    location = f"https://localhost:{elsewhere.port}/annan"
    receiver.answer = lambda request: Reply(status, {"location": location})
    (outcome,) = deliver(build(), envelope())
    assert isinstance(outcome, DestinationClosed if status in {301, 308} else TemporaryFailure)
    assert elsewhere.requests == []
    assert len(receiver.requests) == 1
    elsewhere.stop()


def test_a_closed_destination_is_said_to_be_closed(receiver, build):
    receiver.answer = lambda request: Reply(410)
    (outcome,) = deliver(build(), envelope())
    assert isinstance(outcome, DestinationClosed)


@pytest.mark.parametrize("status", [429, 503])
def test_one_who_asks_us_to_wait_is_obeyed(receiver, build, clock, status):
    receiver.answer = lambda request: Reply(status, {"Retry-After": "120"})
    (outcome,) = deliver(build(), envelope())
    assert outcome.after == timedelta(seconds=120)
    later = format_datetime(clock.now() + timedelta(hours=2), usegmt=True)
    receiver.answer = lambda request: Reply(status, {"Retry-After": later})
    (outcome,) = deliver(build(), envelope())
    assert outcome.after == timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", timedelta()),
        ("86400", timedelta(days=1)),
        ("86401", timedelta(days=1)),
        ("9" * 400, timedelta(days=1)),
        ("Tue, 24 Nov 2026 08:29:00 GMT", timedelta()),
        ("Tue, 24 Nov 2026 08:30:05 GMT", timedelta(seconds=5)),
        ("Tue, 24 Nov 2026 08:30:05 -0000", timedelta(seconds=5)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("snart", None),
        ("٣", None),
        ("Tue, 99 Nov 2026 99:99:99 GMT", None),
    ],
)
def test_how_long_we_are_asked_to_wait_is_never_absurd(text, wait, clock):
    assert verdict.retry_after({"retry-after": text}, now=clock.now()) == wait


@pytest.mark.alone
def test_an_answer_without_end_is_left_and_its_status_counts(receiver, build):
    receiver.answer = lambda request: Reply(200, body=b"x" * 2_000_000)
    connector = build()
    before = time.monotonic()
    assert deliver(connector, envelope()) == [Answer.CONFIRMED]
    assert time.monotonic() - before < 1.5
    receiver.answer = lambda request: None
    assert deliver(connector, envelope()) == [Answer.CONFIRMED]


@pytest.mark.alone
def test_an_answer_that_breaks_off_counts_by_its_status(receiver, build):
    receiver.answer = lambda request: Reply(200, {"content-length": "1000"}, b"half")
    began = time.monotonic()
    assert deliver(build(whole_seconds=0.5), envelope()) == [Answer.CONFIRMED]
    assert time.monotonic() - began < 2


def test_what_the_receiver_writes_is_neither_logged_nor_told(receiver, build, caplog):
    caplog.set_level("DEBUG")
    receiver.answer = lambda request: Reply(422, body=b"hemlighet-fran-mottagaren")
    (outcome,) = deliver(build(), envelope())
    assert "hemlighet" not in caplog.text + str(outcome) + repr(outcome)


# To whom


@pytest.mark.parametrize("trouble", ["another authority", "another name"])
def test_one_who_can_not_be_trusted_gets_nothing(receiver, build, trouble):
    another = trouble == "another authority"
    receiver.trust = certificates.server(
        "localhost" if another else "annan.example.se", ca=trustme.CA() if another else None
    )
    (outcome,) = deliver(build(), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "untrusted"
    assert receiver.requests == []


def test_without_a_file_of_its_own_the_machines_authorities_are_asked(receiver, build):
    (outcome,) = deliver(build(ca=None), envelope())
    assert reason(outcome) == "untrusted"


def test_an_old_tls_is_not_spoken(receiver, build):
    receiver.trust.maximum_version = ssl.TLSVersion.TLSv1_2
    assert deliver(build(), envelope()) == [Answer.CONFIRMED]
    receiver.stop()
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        receiver.trust.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        receiver.trust.maximum_version = ssl.TLSVersion.TLSv1_1
    receiver.start()
    (outcome,) = deliver(build(), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert len(receiver.requests) == 1


def test_our_own_house_is_reached_only_when_it_is_asked_for(receiver, build):
    (outcome,) = deliver(build(allow_private=False), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "forbidden_target"
    assert receiver.connections == 0


def test_what_the_environment_says_of_proxies_is_not_believed(receiver, build, monkeypatch):
    spy = Receiver()
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{spy.port}")
    assert deliver(build(), envelope()) == [Answer.CONFIRMED]
    assert spy.connections == 0
    spy.stop()


def test_in_clear_it_goes_within_the_house(receiver, build):
    plain = Receiver()
    connector = build(url=f"http://127.0.0.1:{plain.port}/", ca=None)
    assert deliver(connector, envelope()) == [Answer.CONFIRMED]
    connector.close()
    plain.stop()


# What may go wrong


@pytest.mark.alone
def test_one_report_that_makes_the_receiver_hang_holds_up_no_other(receiver, build):
    poison, *others = envelopes(12)
    asleep = threading.Event()

    def sometimes(request):
        if request.headers["webhook-id"] == str(poison.submission_id):
            asleep.wait(5)

    receiver.answer = sometimes
    before = time.monotonic()
    first, *rest = deliver(build(at_once=2, whole_seconds=1), poison, *others)
    asleep.set()
    assert time.monotonic() - before < 2.5
    assert reason(first) == "timed_out"
    assert rest == [Answer.CONFIRMED] * 11


@pytest.mark.alone
def test_a_receiver_that_answers_nobody_costs_a_batch_the_time_of_one(receiver, build):
    receiver.silent.set()
    before = time.monotonic()
    outcomes = deliver(build(at_once=2, whole_seconds=0.5), *envelopes(8))
    assert time.monotonic() - before < 1.5
    # Only those that it hung on are said to have hung: the relay tries such alone.
    said = sorted(reason(outcome) for outcome in outcomes)
    assert said == ["timed_out"] * 2 + ["unavailable"] * 6
    assert len(receiver.requests) == 2


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.1 hej\r\n\r\n", b""])
def test_one_who_speaks_another_language_is_a_passing_failure(build, words):
    with socket.create_server(("127.0.0.1", 0)) as stranger:

        def speak():
            connection = stranger.accept()[0]
            with connection:
                connection.recv(65_536)
                connection.sendall(words)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):  # left unread, it would turn our words to a reset
                    pass

        speaking = threading.Thread(target=speak)
        speaking.start()
        url = f"http://127.0.0.1:{stranger.getsockname()[1]}/"
        (outcome,) = deliver(build(url=url, ca=None), envelope())
        speaking.join()
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "bad_answer"


# How it is set up


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"url": "ftp://example.se/"}, "https://"),
        ({"url": "https:///mottag"}, "https://"),
        ({"url": "https://example.se:99999/"}, "ingen adress"),
        ({"url": "https://[::1/"}, "ingen adress"),
        ({"url": "https://namn:losen@example.se/"}, "användarnamn"),
        ({"url": "https://example.se/#hit"}, "#"),
        ({"url": "https://räksmörgås.se/"}, "å, ä, ö"),
        ({"url": "https://example.se/\r\nx: y"}, "blanksteg"),
        ({"url": "http://example.se/", "allow_private": False}, "allow_private"),
        ({"hosts": ["annan.example.se"]}, "hosts"),
        ({"confirm": "sometimes"}, "confirm"),
        ({"at_once": 0}, "at_once"),
        ({"at_once": "8"}, "at_once"),
        ({"whole_seconds": 60}, "whole_seconds"),
        ({"allow_private": "yes"}, "allow_private"),
        ({"ca": "finns/inte.pem"}, "ca"),
        ({"secret": "whsec_hemlis"}, "secret"),
    ],
)
def test_what_can_not_be_right_is_refused_before_anything_is_sent(build, options, why):
    with pytest.raises(BadOptions) as refused:
        build(**options)
    assert why in refused.value.why
    assert "losen" not in str(refused.value)
    assert "hemlis" not in str(refused.value)


@pytest.mark.parametrize("hosts", [["localhost"], ["annan.example.se", "localhost"]])
def test_a_host_that_is_listed_is_posted_to(build, hosts):
    assert deliver(build(hosts=hosts), envelope()) == [Answer.CONFIRMED]


def test_a_secret_that_is_none_is_refused_and_not_repeated(build, secrets):
    (secrets / "verksamhet.signing-2").write_text("hemligt-men-fel", "utf-8")
    with pytest.raises(BadOptions, match="signeringshemlighet") as refused:
        build()
    assert "hemligt-men-fel" not in str(refused.value)


# What is written about it

DOCS = Path(__file__).parents[2] / "docs"


def written(page):
    """The rows of the page's tables that begin with something in code."""
    text = (DOCS / page).read_text("utf-8")
    return re.findall(r"^\| (`.*?) \| (.*?) \|(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize(("page", "model"), [("webhook.md", Options), ("mail.md", MailOptions)])
def test_every_setting_is_described_with_what_it_is_when_nothing_is_said(page, model):
    described = {name.strip("`"): usual for name, usual, _ in written(page) if name[1].isalpha()}
    usual = {
        name: "needed" if field.is_required() else json.dumps(field.get_default(), default=list)
        for name, field in model.model_fields.items()
    }
    usual = {name: "–" if said in {"null", "[]"} else said for name, said in usual.items()}
    assert {name: said.strip("`") for name, said in described.items()} == usual


def test_every_answer_is_described_as_it_is_understood(clock):
    """The table of answers in docs/webhook.md, row by row."""
    meanings = {
        "again, later": TemporaryFailure,
        "never again": PermanentFailure,
        "nothing more at all": DestinationClosed,
    }
    rows = [row for row in written("webhook.md") if row[0][1].isdigit()]
    told = set()
    for statuses, meaning, _ in rows:
        for status in map(int, re.findall(r"`(\d{3})`", statuses)):
            told.add(status)
            with pytest.raises(meanings[meaning]) as said:
                verdict.verdict(status, {}, confirm="on_200", now=clock.now())
            assert type(said.value) is meanings[meaning]
    assert told >= set(verdict.CLOSED) | verdict.REFUSED
