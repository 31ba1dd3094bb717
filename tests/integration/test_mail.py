"""A letter says that something has come, to those who shall know it, over a way that is trusted."""

import email
import re
import socket
import ssl
import threading
import time
from email.policy import default

import pytest
import trustme

from app.delivery.connector import Answer, Setup, load
from app.errors import BadOptions, PermanentFailure, TemporaryFailure
from tests.connectors import certificates, envelope, envelopes
from tests.connectors.mail_receiver import MailServer

GROUP = ["jour@example.se", "bakjour@example.se"]
USUAL_HEADERS = {"from", "to", "subject", "date", "message-id", "auto-submitted"}
MIME_HEADERS = {"mime-version", "content-type", "content-transfer-encoding"}


@pytest.fixture
def serve():
    """Start a mail server; it is closed afterwards."""
    servers = []

    def start(trust=None, **settings):
        servers.append(MailServer(trust or certificates.server("localhost"), **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def build(clock, tmp_path):
    """Build the connector to a server with these options."""

    def build(server, **options):
        usual = {
            "host": "localhost",
            "port": server.port if server else 25,
            "sender": "inkorgen@example.se",
            "to": GROUP[:1],
            "ca": certificates.file(tmp_path),
            "connect_seconds": 2,
            "whole_seconds": 2,
        }
        chosen = {key: value for key, value in {**usual, **options}.items() if value is not None}
        setup = Setup("jour", None, clock, chosen, tmp_path, "", "https://inkorg.example.se")
        return load("mail").make(setup)

    return build


def deliver(connector, *batch):
    """Return what became of each, or what was raised for all that remained."""
    said, failure = {}, None
    try:
        connector.deliver(batch, lambda each, outcome: said.update({each.submission_id: outcome}))
    except TemporaryFailure as raised:
        failure = raised
    return [said.get(each.submission_id, failure) for each in batch]


def reason(failure):
    return failure.reason.removeprefix("delivery.reasons.")


def read(letter):
    return email.message_from_bytes(letter.octets, policy=default)


# What it says


def test_it_says_that_something_has_come_and_where_and_nothing_else(serve, build, clock):
    server = serve()
    assert deliver(build(server), envelope(urgent=True)) == [Answer.CONFIRMED]
    (letter,) = server.letters
    assert (letter.sender, letter.to) == ("inkorgen@example.se", ("jour@example.se",))
    written = read(letter)
    assert written["Subject"] == "Ett nytt ärende finns i inkorgen"
    assert written["From"] == "inkorgen@example.se"
    assert written["To"] == "jour@example.se"
    assert written["Date"].datetime == clock.now()
    assert written.get_content().replace("\r\n", "\n") == (
        "Ett nytt ärende finns i inkorgen.\n\n"
        "Logga in för att läsa det:\nhttps://inkorg.example.se/inkorg\n\n"
        "Det här är ett automatiskt meddelande och går inte att svara på.\n"
    )


def test_its_headers_are_those_of_a_letter_and_no_others(serve, build):
    server = serve()
    deliver(build(server), envelope())
    assert {name.lower() for name in read(server.letters[0])} - {"x-peer", "x-mailfrom"} == (
        USUAL_HEADERS | MIME_HEADERS
    )


def test_letters_about_different_reports_can_not_be_told_apart(serve, build):
    server = serve()
    first, second = envelope(urgent=True, unit="barn"), envelope(form_id="stoppmote", unit="sspf")
    connector = build(server)
    deliver(connector, first)
    deliver(connector, second)
    ids = [read(letter)["Message-ID"] for letter in server.letters]
    assert len(set(ids)) == 2
    same = {
        letter.octets.replace(message_id.encode(), b"")
        for letter, message_id in zip(server.letters, ids, strict=True)
    }
    assert len(same) == 1
    for each, message_id in zip((first, second), ids, strict=True):
        assert re.fullmatch(r"<[0-9a-f]{32}@example\.se>", message_id)
        assert each.submission_id.hex not in message_id


def test_the_server_is_told_a_name_that_is_not_the_machines(serve, build):
    server = serve()
    deliver(build(server), envelope())
    assert set(server.hellos) == {"example.se"}


# To whom, and how many


def test_each_of_the_group_gets_one_of_their_own(serve, build):
    server = serve()
    deliver(build(server, to=GROUP), envelope())
    assert [letter.to for letter in server.letters] == [(address,) for address in GROUP]
    assert [read(letter)["To"] for letter in server.letters] == GROUP


def test_what_comes_together_is_one_letter(serve, build):
    server = serve()
    assert deliver(build(server), *envelopes(20)) == [Answer.CONFIRMED] * 20
    assert len(server.letters) == 1


def test_each_may_have_a_letter_if_that_is_wished(serve, build):
    server = serve()
    assert deliver(build(server, gather=False), *envelopes(3)) == [Answer.CONFIRMED] * 3
    assert len(server.letters) == 3


def test_an_address_that_is_refused_is_a_failure_and_stops_nobody_elses(serve, build):
    server = serve()
    server.refuse = {GROUP[0]: "550 No such user"}
    (outcome,) = deliver(build(server, to=GROUP), envelope())
    assert isinstance(outcome, PermanentFailure)
    assert reason(outcome) == "refused"
    assert [letter.to for letter in server.letters] == [(GROUP[1],)]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("450 Busy", "unavailable"),
        ("421 Shutting down", "unavailable"),
        ("452 Too much", "full"),
        ("552 Mailbox full", "full"),
        ("530 Who are you", "not_permitted"),
    ],
)
def test_an_address_that_is_refused_for_now_is_tried_again(serve, build, reply, why):
    server = serve()
    server.refuse = {GROUP[0]: reply}
    (outcome,) = deliver(build(server, to=GROUP), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == why


def test_who_has_been_told_is_not_told_again_because_of_another(serve, build):
    server, report, new = serve(), envelope(), envelope()
    server.refuse = {GROUP[1]: "450 Busy"}
    connector = build(server, to=GROUP)
    deliver(connector, report)
    server.refuse = {}
    assert deliver(connector, report) == [Answer.CONFIRMED]
    assert [letter.to for letter in server.letters] == [(GROUP[0],), (GROUP[1],)]
    server.refuse = {GROUP[1]: "450 Busy"}
    told, failed = deliver(connector, report, new)
    assert told is Answer.CONFIRMED
    assert isinstance(failed, TemporaryFailure)


def test_what_can_be_tried_again_is_said_before_what_can_not(serve, build):
    server = serve()
    for order in (GROUP, GROUP[::-1]):
        server.refuse = {order[0]: "550 No such user", order[1]: "450 Busy"}
        (outcome,) = deliver(build(server, to=GROUP), envelope())
        assert isinstance(outcome, TemporaryFailure)


# Over which way


def test_over_implicit_tls_if_that_is_set(serve, build):
    server = serve(implicit=True)
    assert deliver(build(server, tls="implicit"), envelope()) == [Answer.CONFIRMED]
    assert len(server.letters) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("trouble", ["another authority", "another name"])
def test_a_server_that_can_not_be_trusted_gets_no_letter_and_no_password(
    serve, build, tmp_path, tls, trouble
):
    another = trouble == "another authority"
    shown = certificates.server(
        "localhost" if another else "annan.example.se", ca=trustme.CA() if another else None
    )
    (tmp_path / "jour.login").write_text("losenord", "utf-8")
    server = serve(shown, implicit=tls == "implicit", password="losenord")
    (outcome,) = deliver(build(server, tls=tls, user="jour"), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "untrusted"
    assert server.letters == []


def test_in_clear_nothing_is_sent(serve, build):
    server = serve(starttls=False)
    (outcome,) = deliver(build(server), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "untrusted"
    assert server.letters == []


def test_the_letter_goes_only_after_tls(serve, build):
    server = serve()
    deliver(build(server), envelope())
    assert server.in_clear == []


def test_we_log_in_with_the_secret(serve, build, tmp_path):
    server = serve(password="losenord")
    (tmp_path / "jour.login").write_text("losenord\n", "utf-8")
    assert deliver(build(server, user="inkorgen"), envelope()) == [Answer.CONFIRMED]


@pytest.mark.parametrize("user", ["inkorgen", None])
def test_a_login_that_is_refused_is_tried_again(serve, build, tmp_path, user):
    server = serve(password="losenord")
    (tmp_path / "jour.login").write_text("ett-annat", "utf-8")
    (outcome,) = deliver(build(server, user=user), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "not_permitted"
    assert "ett-annat" not in repr(outcome) + repr(outcome.__cause__)


def test_a_server_that_does_not_ask_who_we_are_is_no_server_to_log_in_to(serve, build, tmp_path):
    (tmp_path / "jour.login").write_text("losenord", "utf-8")
    (outcome,) = deliver(build(serve(), user="inkorgen"), envelope())
    assert reason(outcome) == "not_permitted"


@pytest.mark.alone
def test_a_server_that_drips_is_left_when_the_time_is_up(build):
    stop = threading.Event()

    def drip(listening):
        connection = listening.accept()[0]
        with connection:
            connection.sendall(b"220 ")
            while not stop.wait(0.1):
                connection.sendall(b"x")

    with socket.create_server(("localhost", 0), family=socket.AF_INET) as listening:
        dripping = threading.Thread(target=drip, args=(listening,))
        dripping.start()
        before = time.monotonic()
        connector = build(None, port=listening.getsockname()[1], whole_seconds=0.5)
        (outcome,) = deliver(connector, envelope())
        assert time.monotonic() - before < 1.5
        stop.set()
        dripping.join()
    assert isinstance(outcome, TemporaryFailure)
    assert reason(outcome) == "timed_out"


def test_an_old_tls_is_not_spoken(serve, build):
    shown = certificates.server("localhost")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        shown.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        shown.maximum_version = ssl.TLSVersion.TLSv1_1
    server = serve(shown, implicit=True)
    (outcome,) = deliver(build(server, tls="implicit"), envelope())
    assert isinstance(outcome, TemporaryFailure)
    assert server.letters == []


# How it is set up


INJECTION = "jour@example.se\r\nBcc: spion@example.com"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"to": []}, "to"),
        ({"to": [INJECTION]}, "to.*e-postadresser"),
        ({"to": ["jour@example.se, spion@example.com"]}, "to.*e-postadresser"),
        ({"to": ["Jouren <jour@example.se>"]}, "to.*e-postadresser"),
        ({"to": ["jour"]}, "to.*e-postadresser"),
        ({"to": ["jouren@räksmörgås.se"]}, "to.*å, ä, ö"),
        ({"to": ["jour@example.se", "JOUR@example.se"]}, "två gånger"),
        ({"to": "jour@example.se"}, "to"),
        ({"sender": INJECTION}, "sender.*e-postadresser"),
        ({"sender": "jour@example.se> SIZE=1"}, "sender.*e-postadresser"),
        ({"host": ""}, "host"),
        ({"host": "mejl.example.se\r\nRCPT"}, "host"),
        ({"port": 0}, "port"),
        ({"tls": "never"}, "tls"),
        ({"tls": None, "verify": False}, "verify"),
        ({"ca": "finns/inte.pem"}, "ca"),
        ({"user": "inkorgen"}, "login"),
        ({"user": "in\r\nkorgen"}, "user"),
        ({"password": "hemlis"}, "password"),
    ],
)
def test_what_can_not_be_right_is_refused_before_anything_is_sent(build, options, why):
    with pytest.raises(BadOptions) as refused:
        build(None, **options)
    assert re.search(why, refused.value.why)
    assert "hemlis" not in str(refused.value)
    assert "spion" not in str(refused.value)
