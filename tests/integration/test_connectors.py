"""What the register of connectors promises. What each connector promises is another file's."""

import pytest

from app.delivery import connector as register
from app.delivery.connector import CONNECTORS, build, connector, faults, known, load
from app.errors import ConnectorTaken, UnknownConnector
from app.runner.routing import INBOX, WITHOUT_CONTENT, Destination


def read_all():
    for name in known():
        load(name)


read_all()


def test_who_carries_content_is_known_before_the_connector_is_read():
    # The citizen site seals to destinations without reading how they are reached.
    carrying = {name: kind.carries for name, kind in CONNECTORS.items()}
    assert carrying == {name: name not in WITHOUT_CONTENT for name in known()}


def test_the_inbox_is_a_connector():
    assert "inbox" in CONNECTORS


def test_a_name_can_be_taken_once():
    with pytest.raises(ConnectorTaken, match="inbox"):
        connector("inbox")(lambda setup: None)


def test_reading_the_folder_again_registers_nothing_twice():
    before = dict(CONNECTORS)
    read_all()
    assert before == CONNECTORS


def test_a_destination_without_a_connector_is_named_with_those_there_are(database, clock):
    places = {**INBOX, "kommunen": Destination(connector="faks")}
    with pytest.raises(UnknownConnector, match=r"faks; there are: .*inbox"):
        build(places, database=database, clock=clock)


OPTIONS = "destinations.norr.options."
WRONG = [
    (
        {"connector": "webbhook"},
        "destinations.norr.connector",
        "finns inte; det finns amqp, folder",
    ),
    ({"options": {"url": "ftp://norr"}}, "destinations.norr.options", "börjar med https://"),
    (
        {"options": {"url": "https://n.se", "allow_privat": 1}},
        OPTIONS + "allow_privat",
        "menade",
    ),
    ({"options": {}}, OPTIONS + "url", "saknas"),
    (
        {"options": {"url": "https://n.se", "at_once": "8"}},
        "destinations.norr.options.at_once",
        "tal",
    ),
    ({"connector": "pull", "options": {"x": 1}}, OPTIONS + "x", "inte att ställa"),
]


@pytest.mark.parametrize(("changed", "key", "reason"), WRONG)
def test_what_cannot_be_right_is_told_by_key_and_reason_before_anything_starts(
    changed, key, reason
):
    place = Destination(**{"connector": "webhook", **changed})
    ((at, why),) = faults({**INBOX, "norr": place})
    assert at == key
    assert reason in why
    assert "ftp://norr" not in why, "a value may be a secret"


def test_a_connector_gets_its_own_settings_and_no_others(database, clock, monkeypatch):
    monkeypatch.setattr(register, "CONNECTORS", {**CONNECTORS})
    given = {}
    connector("test_only")(lambda setup: given.update({setup.destination: dict(setup.options)}))
    places = {
        "norr": Destination(connector="test_only", options={"url": "https://norr.example.se"}),
        "syd": Destination(connector="test_only", options={"url": "https://syd.example.se"}),
    }
    build({**INBOX, **places}, database=database, clock=clock)
    assert given == {
        "norr": {"url": "https://norr.example.se"},
        "syd": {"url": "https://syd.example.se"},
    }


def test_a_passive_connector_is_looked_at_but_never_carried_to(database, clock, monkeypatch):
    monkeypatch.setattr(register, "CONNECTORS", {**CONNECTORS})
    made = []
    connector("test_only", passive=True)(made.append)
    places = {"hamtas": Destination(connector="test_only")}
    assert build(places, database=database, clock=clock) == {}
    assert [setup.destination for setup in made] == ["hamtas"]
