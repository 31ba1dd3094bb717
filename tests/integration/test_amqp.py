"""What RabbitMQ has confirmed is there, whatever happens to it; what it has not, is sent again.

The broker is a real one. `broker` is shared by all tests of a process; where it is killed it is
started again before the next test.
"""

import json
import threading
import time
from uuid import UUID

import pytest
import trustme

from app.delivery.connector import Answer, Setup, load
from app.errors import BadOptions, PermanentFailure, TemporaryFailure
from tests import rabbitmq
from tests.connectors import envelope, envelopes, sealed
from tests.gate import Gate


@pytest.fixture
def broker():
    return rabbitmq.shared()


@pytest.fixture
def queue(broker):
    """A quorum queue of this test's own."""
    name = f"prov-{time.monotonic_ns()}"
    rabbitmq.make_queue(broker.port, name)
    yield name
    rabbitmq.drop_queue(broker.port, name)


@pytest.fixture
def gate(broker):
    opened = Gate(broker.port)
    yield opened
    opened.close()


@pytest.fixture
def built(broker, clock, tmp_path):
    """Build the connector with these options, and close it afterwards."""
    made = []

    def build(*, password="guest", **options):  # noqa: S107 - every RabbitMQ has it at first
        (tmp_path / "prov.password").write_text(password)
        given = {"url": broker.url, "connect_seconds": 2, "whole_seconds": 5} | options
        made.append(load("amqp").make(Setup("prov", None, clock, given, tmp_path)))
        return made[-1]

    yield build
    for each in made:
        each.close()


def publish(connector, *batch):
    """Deliver these envelopes, and return what was said, or raised, of each."""
    said = {}
    try:
        connector.deliver(batch, said.__setitem__)
    except TemporaryFailure as failure:
        return [said.get(each, failure) for each in batch]
    return [said[each] for each in batch]


def reason(outcome, kind=TemporaryFailure):
    assert type(outcome) is kind, outcome
    return outcome.reason.removeprefix("delivery.reasons.")


def ids(found):
    return {UUID(each.message_id) for each in found}


def test_a_report_becomes_a_persistent_message_that_is_known_by_its_id(built, broker, queue):
    report = envelope()
    assert publish(built(queue=queue), report) == [Answer.CONFIRMED]
    [found] = rabbitmq.take_all(broker.port, queue)
    assert found.persistent
    assert found.message_id == str(report.submission_id)
    assert "application/cloudevents+json" in found.properties
    told = json.loads(found.body)
    assert (told["id"], told["data"].encode()) == (found.message_id, report.content)


def test_what_is_confirmed_survives_a_broker_that_is_killed_while_it_takes_in(built, broker, queue):
    connector = built(queue=queue, connect_seconds=5, whole_seconds=20)
    outcomes, reports = {}, envelopes(10_000)
    enough = threading.Event()
    time.sleep(rabbitmq.SETTLED_SECONDS)

    def pour():
        for start in range(0, len(reports), 100):
            batch = reports[start : start + 100]
            outcomes.update(zip(batch, publish(connector, *batch), strict=True))
            if len(outcomes) >= 500:
                enough.set()
            if any(isinstance(said, TemporaryFailure) for said in outcomes.values()):
                return

    pouring = threading.Thread(target=pour)
    pouring.start()
    assert enough.wait(30)
    time.sleep(0.02)
    broker.kill()
    pouring.join(30)
    assert not pouring.is_alive()
    broker.start()
    unsaid = [each for each, said in outcomes.items() if said is not Answer.CONFIRMED]
    confirmed = {each.submission_id for each in outcomes.keys() - set(unsaid)}
    assert {reason(outcomes[each]) for each in unsaid} == {"unavailable"}
    assert len(confirmed) >= 500
    # The broker may have kept more than it had time to confirm. All is sent again, by the same ids.
    assert publish(connector, *unsaid) == [Answer.CONFIRMED] * len(unsaid)
    found = rabbitmq.take_all(broker.port, queue)
    assert ids(found) == confirmed | {each.submission_id for each in unsaid}
    assert len(found) <= len(outcomes) + len(unsaid)


def test_a_message_that_no_queue_takes_is_tried_again_until_there_is_one(built, broker, queue):
    connector, reports = built(queue="prov.{unit}"), envelopes(2, lambda: envelope(unit=queue[5:]))
    lost = envelope(unit="utan-ko")
    assert [reason(said) for said in publish(connector, *reports)] == ["unroutable"] * 2
    rabbitmq.make_queue(broker.port, f"prov.{queue[5:]}")
    first, said, last = publish(connector, reports[0], lost, reports[1])
    assert (first, reason(said), last) == (Answer.CONFIRMED, "unroutable", Answer.CONFIRMED)
    found = rabbitmq.take_all(broker.port, f"prov.{queue[5:]}")
    assert ids(found) == {each.submission_id for each in reports}
    rabbitmq.drop_queue(broker.port, f"prov.{queue[5:]}")


def test_what_a_full_queue_rejects_is_tried_again_and_the_rest_is_taken(built, broker, queue):
    limits = {"x-max-length": 10, "x-overflow": "reject-publish"}
    rabbitmq.make_queue(broker.port, f"{queue}.liten", **limits)
    connector = built(queue=f"{queue}.liten")
    taken, refused = envelopes(11), envelopes(5)
    assert publish(connector, *taken) == [Answer.CONFIRMED] * 11
    assert [reason(said) for said in publish(connector, *refused)] == ["full"] * 5
    assert ids(rabbitmq.take_all(broker.port, f"{queue}.liten")) == {
        each.submission_id for each in taken
    }
    assert publish(connector, *refused) == [Answer.CONFIRMED] * 5
    rabbitmq.drop_queue(broker.port, f"{queue}.liten")


def test_one_message_that_the_broker_will_not_have_stops_no_other(built, broker, queue):
    reports = envelopes(9)
    huge = envelope(content=sealed(rabbitmq.LARGEST))
    reports.insert(4, huge)
    outcomes = dict(zip(reports, publish(built(queue=queue), *reports), strict=True))
    assert reason(outcomes.pop(huge), PermanentFailure) == "refused"
    assert set(outcomes.values()) == {Answer.CONFIRMED}
    found = rabbitmq.take_all(broker.port, queue)
    assert ids(found) == {each.submission_id for each in outcomes}


def test_what_is_not_sealed_at_all_is_never_sent_and_stops_no_other(built, broker, queue):
    reports = envelopes(2)
    for content in (None, b"", b'", "data": "', "åäö".encode()):
        outcomes = publish(built(queue=queue), reports[0], envelope(content=content), reports[1])
        assert reason(outcomes.pop(1), PermanentFailure) == "fault"
        assert outcomes == [Answer.CONFIRMED] * 2
    assert ids(rabbitmq.take_all(broker.port, queue)) == {each.submission_id for each in reports}


def test_a_broker_that_is_away_is_found_again_by_the_next_batch(built, gate, queue):
    connector = built(url=f"amqp://guest@127.0.0.1:{gate.port}", queue=queue)
    assert publish(connector, envelope()) == [Answer.CONFIRMED]
    gate.close()
    began = time.monotonic()
    assert {reason(said) for said in publish(connector, *envelopes(3))} == {"unavailable"}
    assert time.monotonic() - began < 2
    gate.open()
    assert publish(connector, *envelopes(3)) == [Answer.CONFIRMED] * 3


def test_a_connection_that_was_lost_while_nothing_was_sent_costs_no_report_a_pause(
    built, gate, queue
):
    connector = built(url=f"amqp://guest@127.0.0.1:{gate.port}", queue=queue)
    publish(connector, envelope())
    gate.cut()
    time.sleep(0.2)
    assert publish(connector, envelope()) == [Answer.CONFIRMED]
    assert gate.calls == 2


def test_a_broker_that_falls_silent_holds_up_a_batch_no_longer_than_its_limit(built, gate, queue):
    connector = built(url=f"amqp://guest@127.0.0.1:{gate.port}", queue=queue, whole_seconds=1)
    publish(connector, envelope())
    gate.silence()
    began = time.monotonic()
    assert {reason(said) for said in publish(connector, *envelopes(100))} == {"timed_out"}
    assert time.monotonic() - began < 5
    assert {reason(said) for said in publish(connector, envelope())} == {"timed_out"}
    gate.open()
    assert publish(connector, envelope()) == [Answer.CONFIRMED]


def test_a_wrong_password_is_told_as_such_and_stands_nowhere(built, queue, caplog):
    caplog.set_level(0)
    said = publish(built(password="fel-losen-9", queue=queue), envelope())[0]
    assert reason(said) == "not_permitted"
    assert "fel-losen-9" not in caplog.text + repr(said) + repr(said.__cause__)


def test_an_exchange_or_a_host_that_is_not_there_is_told_as_such(built, broker, queue):
    assert reason(publish(built(queue=queue, exchange="saknas"), envelope())[0]) == "not_found"
    elsewhere = f"amqp://guest@127.0.0.1:{broker.port}/annan"
    assert reason(publish(built(queue=queue, url=elsewhere), envelope())[0]) == "not_permitted"


def test_a_queue_of_ours_is_durable_keeps_majority_and_sends_dead_letters_on(built, broker, queue):
    name = f"{queue}.egen"
    connector = built(queue=name, declare=True, dead_letter_exchange="amq.fanout")
    assert publish(connector, envelope()) == [Answer.CONFIRMED]
    # The broker takes a declaration of what is there only when it is the same in everything.
    rabbitmq.make_queue(broker.port, name, **{"x-dead-letter-exchange": "amq.fanout"})
    assert reason(publish(built(queue=name, declare=True), envelope())[0]) == "refused"
    rabbitmq.drop_queue(broker.port, name)


def test_only_a_broker_with_a_certificate_that_is_trusted_gets_anything(
    built, broker, queue, tmp_path
):
    files = [str(tmp_path / name) for name in ("ours.pem", "others.pem")]
    for file, authority in zip(files, (broker.authority, trustme.CA()), strict=True):
        authority.cert_pem.write_to_path(file)
    url = f"amqps://guest@localhost:{broker.tls_port}/"
    right = built(url=url, ca=files[0], queue=queue)
    assert publish(right, envelope()) == [Answer.CONFIRMED]
    for wrong in (
        {"url": url, "ca": files[1]},
        {"url": url},
        {"url": url.replace("localhost", "127.0.0.1"), "ca": files[0]},
        {"url": url.replace(str(broker.tls_port), str(broker.port)), "ca": files[0]},
    ):
        assert reason(publish(built(queue=queue, **wrong), envelope())[0]) == "untrusted"


def test_a_queue_of_ours_outlives_a_broker_that_is_killed_as_soon_as_it_has_confirmed(
    built, broker, queue
):
    """RabbitMQ 3.10 loses it and all that it confirmed, if what is new is not left alone first."""
    name, reports = f"{queue}.ny", envelopes(20)
    assert publish(built(queue=name, declare=True), *reports) == [Answer.CONFIRMED] * 20
    broker.kill()
    broker.start()
    found = rabbitmq.take_all(broker.port, name)
    assert ids(found) == {each.submission_id for each in reports}
    rabbitmq.drop_queue(broker.port, name)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"url": "amqp://guest@broker.example.se/"}, "amqps://"),
        ({"url": "amqps://guest:hemligt@broker.example.se/"}, "inte ha något lösenord"),
        ({"url": "amqps://broker.example.se/"}, "amqps://namn@värd"),
        ({"url": "https://guest@broker.example.se/"}, "amqps://namn@värd"),
        ({"url": "amqps://guest@broker.example.se/?no_verify_ssl=1"}, "efter ?"),
        ({"url": "amqps://guest@broker:x/"}, "url är ingen adress"),
        ({"declare": True, "exchange": "egen"}, "utan exchange"),
        ({"declare": True, "queue": "a.{unit}"}, "en enda kö"),
        ({"declare": True, "whole_seconds": 2.5}, "whole_seconds ska vara minst 3"),
        ({"dead_letter_exchange": "dod"}, "tillsammans med declare"),
        ({"ca": "/finns/inte"}, "ca är ingen läsbar fil"),
        ({"queue": ""}, "queue"),
    ],
)
def test_options_that_can_not_be_right_are_refused_before_the_relay_starts(built, options, why):
    with pytest.raises(BadOptions) as refused:
        built(**({"queue": "prov"} | options))
    assert why in refused.value.why
    assert "hemligt" not in refused.value.why


def test_a_connector_that_is_only_looked_at_has_no_thread(built, queue):
    before = threading.active_count()
    built(queue=queue, url="amqp://guest@10.0.0.1/", allow_plain=True)
    assert threading.active_count() == before
