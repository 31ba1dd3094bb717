"""A connection goes to whom it shall and to nobody else, and never takes longer than it may."""

import socket
import threading
import time
from contextlib import suppress
from itertools import cycle

import httpcore2
import pytest

from app.delivery.outward import FORBIDDEN_TARGET, Outward, Patience, Side, side
from app.errors import TemporaryFailure


def answering(*rounds):
    """A look-up that answers with these addresses, one round after the other."""
    turn = cycle(rounds)

    def resolve(host, port, **rest):
        return [(None, None, None, "", (address, port)) for address in next(turn)]

    return resolve


def outward(*addresses, sides=(Side.PUBLIC,), hosts=("mottagare.example.se",)):
    return Outward(hosts=hosts, sides=sides, resolve=answering(addresses))


@pytest.fixture
def door():
    """A port on the loopback that counts who knocks."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        yield listening


def listen_for_ever(stream):
    while True:
        stream.read(1, timeout=10)


def knocked(door):
    with suppress(TimeoutError):
        door.accept()[0].close()
        return True
    return False


PUBLIC = "8.8.8.8 193.10.0.1 2a00:801::1 ::ffff:8.8.8.8"
INNER = (
    "127.0.0.1 127.9.9.9 10.1.2.3 172.31.0.1 192.168.1.1 100.64.0.1 "
    "::1 fd00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1"
)
NOWHERE = (
    "0.0.0.0 169.254.169.254 224.0.0.1 240.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 "
    ":: fe80::1 fe80::1%lo fec0::1 ff02::1 64:ff9b::7f00:1 2001:0:7f00:1:: 2001:db8::1 "
    "2002:7f00:1::1 ::ffff:169.254.169.254 3fff::1 2001:2::1 192.88.99.1 192.0.0.8 5f00::1"
)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        *((address, Side.PUBLIC) for address in PUBLIC.split()),
        *((address, Side.INNER) for address in INNER.split()),
        *((address, Side.NOWHERE) for address in NOWHERE.split()),
    ],
)
def test_every_address_lies_somewhere(address, where):
    assert side(address) is where


def test_a_host_that_is_not_named_is_not_even_looked_up():
    def never(*words, **more):
        raise AssertionError("looked up")

    elsewhere = Outward(hosts={"mottagare.example.se"}, sides=set(Side), resolve=never)
    with pytest.raises(TemporaryFailure) as refused:
        elsewhere.connect_tcp("annan.example.se", 443)
    assert refused.value.reason == FORBIDDEN_TARGET


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_an_address_within_the_house_is_refused_before_anybody_knocks(door, address):
    with pytest.raises(TemporaryFailure) as refused:
        outward(address).connect_tcp("mottagare.example.se", door.getsockname()[1], 1)
    assert refused.value.reason == FORBIDDEN_TARGET
    assert not knocked(door)


def test_one_address_within_the_house_among_others_is_enough_to_refuse(door):
    with pytest.raises(TemporaryFailure):
        outward("8.8.8.8", "127.0.0.1").connect_tcp("mottagare.example.se", 1, 1)


def test_a_link_local_address_is_refused_though_inner_ones_are_allowed():
    with pytest.raises(TemporaryFailure):
        outward("169.254.169.254", sides=(Side.PUBLIC, Side.INNER)).connect_tcp(
            "mottagare.example.se", 80, 1
        )


def test_what_goes_in_clear_does_not_leave_the_house():
    with pytest.raises(TemporaryFailure):
        outward("8.8.8.8", sides=(Side.INNER,)).connect_tcp("mottagare.example.se", 80, 1)


def test_an_inner_address_that_is_allowed_is_connected_to(door):
    stream = outward("127.0.0.1", sides=(Side.INNER,)).connect_tcp(
        "mottagare.example.se", door.getsockname()[1], 1
    )
    assert knocked(door)
    stream.close()


def test_a_name_that_changes_its_answer_gains_nothing(door):
    """DNS rebinding: first an address that may be, then our own. Each look-up is judged itself."""
    looked_up = []
    resolve = answering(["127.0.0.2"], ["127.0.0.1"])

    def watched(host, port, **rest):
        looked_up.append(host)
        return resolve(host, port, **rest)

    changing = Outward(hosts={"byter.example.se"}, sides={Side.INNER}, resolve=watched)
    with pytest.raises(httpcore2.ConnectError):
        # Nobody listens at 127.0.0.2. Had the name been looked up once more it would have opened.
        changing.connect_tcp("byter.example.se", door.getsockname()[1], 1)
    assert looked_up == ["byter.example.se"]
    assert not knocked(door)


def test_the_next_address_is_tried_when_the_first_does_not_answer(door):
    stream = outward("127.0.0.2", "127.0.0.1", sides=(Side.INNER,)).connect_tcp(
        "mottagare.example.se", door.getsockname()[1], 1
    )
    assert knocked(door)
    stream.close()


@pytest.mark.parametrize("trouble", [socket.gaierror(-2, "x"), UnicodeError("x")])
def test_a_name_that_is_not_known_is_a_connection_that_failed(trouble):
    def unknown(*words, **more):
        raise trouble

    lost = Outward(hosts={"finns.inte.se"}, sides=set(Side), resolve=unknown)
    with pytest.raises(httpcore2.ConnectError):
        lost.connect_tcp("finns.inte.se", 443)


def test_a_name_without_addresses_is_a_connection_that_failed():
    with pytest.raises(httpcore2.ConnectError):
        outward().connect_tcp("mottagare.example.se", 443)


@pytest.mark.alone
def test_one_who_drips_is_left_when_the_time_is_up():
    ours, theirs = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip():
        connection = ours.accept()[0]
        with connection, suppress(OSError):
            while not theirs.wait(0.05):
                connection.send(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    way = outward("127.0.0.1", sides=(Side.INNER,))
    began = time.monotonic()
    with way.within(0.4):
        stream = way.connect_tcp("mottagare.example.se", ours.getsockname()[1], 1)
        with pytest.raises(httpcore2.ReadTimeout):
            listen_for_ever(stream)
    assert 0.3 < time.monotonic() - began < 2
    stream.close()
    theirs.set()
    dripping.join()
    ours.close()


def test_the_time_of_one_thread_is_not_that_of_another(door):
    way, failures = outward("127.0.0.1", sides=(Side.INNER,)), []

    def other():
        try:
            way.connect_tcp("mottagare.example.se", door.getsockname()[1], 1).close()
        except httpcore2.TimeoutException as failure:
            failures.append(failure)

    with way.within(0):
        with pytest.raises(httpcore2.TimeoutException):
            way.connect_tcp("mottagare.example.se", door.getsockname()[1], 1)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert failures == []


def test_patience_ends_when_nobody_is_answered_and_comes_back():
    now = [100.0]
    patience = Patience(rest=5, monotonic=lambda: now[0])
    assert not patience.is_out
    begun = patience.begin()
    now[0] += 20
    patience.unanswered(begun)
    assert patience.is_out
    now[0] += 5
    assert not patience.is_out


@pytest.mark.parametrize(("answered_at", "out"), [(99, True), (101, False), (119, False)])
def test_one_who_waits_in_vain_while_others_are_answered_waits_alone(answered_at, out):
    now = [answered_at]
    patience = Patience(rest=5, monotonic=lambda: now[0])
    patience.answered()
    now[0] = 120
    patience.unanswered(100.0)
    assert patience.is_out is out
