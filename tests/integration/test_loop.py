"""Whatever an asynchronous library does, nobody waits for it longer than they meant to."""

import asyncio
import threading
import time

import pytest

from app.delivery.loop import Loop, within


@pytest.fixture
def loop():
    made = Loop("prov")
    yield made
    made.close()


async def stubborn(seconds):
    """Go on for a while, whoever says stop."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            continue


def test_work_is_done_on_one_thread_and_its_answer_comes_back(loop):
    async def where():
        return threading.get_ident()

    assert loop.run(where(), seconds=1) == loop.run(where(), seconds=1) != threading.get_ident()


def test_work_that_will_not_end_is_left_when_its_time_is_up(loop):
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        loop.run(stubborn(1.5), seconds=0.1)
    assert time.monotonic() - began < 1


def test_work_inside_of_work_that_is_left_is_ended_too(loop):
    ended = threading.Event()

    async def inner():
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        loop.run(within(20, inner()), seconds=0.1)
    assert ended.wait(1)


def test_what_a_library_cancels_by_itself_is_a_lost_connection(loop):
    async def cancelled():
        raise asyncio.CancelledError

    with pytest.raises(ConnectionAbortedError):
        loop.run(cancelled(), seconds=1)


def test_what_work_raises_comes_back_as_it_is(loop):
    async def wrong():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop.run(wrong(), seconds=1)


def test_closing_ends_what_goes_on_and_the_thread(loop):
    before, ended = threading.active_count(), threading.Event()

    async def on_and_on():
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    async def begin():
        return asyncio.ensure_future(on_and_on())

    loop.run(begin(), seconds=1)
    assert threading.active_count() == before + 1
    loop.close()
    assert ended.is_set()
    assert threading.active_count() == before


def test_closing_what_was_never_used_does_nothing(loop):
    loop.close()
    loop.close()


def test_a_farewell_is_said_first_if_there_is_anybody_to_say_it_to():
    said = []

    async def work():
        said.append("work")

    async def farewell():
        said.append("farewell")

    Loop("prov").close(farewell)
    assert said == []
    loop = Loop("prov")
    loop.run(work(), seconds=1)
    loop.close(farewell)
    assert said == ["work", "farewell"]


def test_work_that_is_overtaken_by_closing_or_comes_after_is_not_left_waiting(loop):
    going, ends = threading.Event(), []

    async def long():
        going.set()
        await asyncio.sleep(30)

    def wait():
        try:
            loop.run(long(), seconds=30)
        except ConnectionAbortedError:
            ends.append("ended")

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert going.wait(5)
    loop.close()
    waiting.join(5)
    assert ends == ["ended"]
    with pytest.raises(ConnectionAbortedError):
        loop.run(long(), seconds=1)
