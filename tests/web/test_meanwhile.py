"""What a site does beside answering goes on whatever happens, and says so once."""

import asyncio
import logging

import pytest
from fastapi import FastAPI

from app.crypto import unseal
from app.errors import DatabaseUnavailable
from app.web.citizen import sweeping
from app.web.http.meanwhile import for_ever, meanwhile
from app.web.staff import indexer
from tests.web.desk import Clerk


class Enough(BaseException):
    """The test has seen what it came for."""


def lines(caplog):
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def done(answers, caplog):
    """Do work that ends in each of these ways in turn; None is well. Return what was logged."""
    left = list(answers)
    slept = []

    async def work():
        answer = left.pop(0)
        if answer is not None:
            raise answer

    async def sleep(seconds):
        slept.append(seconds)
        if not left:
            raise Enough

    with caplog.at_level(logging.INFO, "skyddsnat"), pytest.raises(Enough):
        asyncio.run(for_ever("work.not_done", work, every=7.0, sleep=sleep, now=lambda: 0.0))
    assert slept == [7.0] * (len(answers) + 1)
    return lines(caplog)


@pytest.mark.parametrize("error", [DatabaseUnavailable(), ZeroDivisionError(), MemoryError()])
def test_whatever_goes_wrong_it_goes_on_and_is_told_when_it_begins_and_when_it_ends(error, caplog):
    told = done([None, error, error, error, None, None], caplog)
    assert told == [("ERROR", "work.not_done"), ("INFO", "work.not_done.over")]
    assert caplog.records[1].count == 3


def test_each_trouble_is_told(caplog):
    told = done([OSError(), None, OSError(), None], caplog)
    assert [name for _, name in told] == ["work.not_done", "work.not_done.over"] * 2


def test_work_that_goes_well_says_nothing(caplog):
    assert done([None, None], caplog) == []


def test_it_ends_with_the_application_also_in_the_middle_of_work(caplog):
    async def live():
        begun, ended = asyncio.Event(), asyncio.Event()

        async def work():
            begun.set()
            try:
                await asyncio.sleep(3600)
            finally:
                ended.set()

        async with meanwhile("work.not_done", lambda _: work, every=0.0)(FastAPI()):
            await asyncio.wait_for(begun.wait(), 5)
        assert ended.is_set()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(live())
    assert lines(caplog) == []


@pytest.mark.parametrize("lifespan", [sweeping.sweeping, indexer.reading])
def test_both_sites_begin_and_end_it_cleanly(lifespan):
    app = FastAPI()
    app.state.parts = None

    async def live():
        async with lifespan(app):
            assert len(asyncio.all_tasks()) == 2
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(live())


def test_keys_of_what_staff_have_opened_are_forgotten_within_ten_minutes_whatever_fails(
    town, report, clock, monkeypatch
):
    desk = town.staff()
    reader, clerk, reference = (
        indexer.Reader(desk.state.parts),
        Clerk(desk, "barn-och-unga"),
        report(),
    )
    asyncio.run(reader())
    clerk.open(reference)
    kept = unseal.unwrapped.cache_info
    assert kept().currsize >= 1
    clock.move(minutes=9)
    asyncio.run(reader())
    assert kept().currsize >= 1
    clock.move(minutes=1)

    async def away(*_):
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(type(town.database), "read", away)
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(reader())
    assert kept().currsize == 0
