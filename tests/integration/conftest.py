"""What the tests of the store share: a small form, who receives it, and a draft on its way."""

import os
from dataclasses import replace

import pytest

from app.casework import indexing, links
from app.intake import drafts
from app.intake.submit import Reception, submit
from app.runner.definition import Form
from tests import postgres
from tests.integration.casework import INDEX, LEADER, TELLS, Unit
from tests.integration.reports import FORM, IDLE, RECEIVER, TYPED


@pytest.fixture(scope="session")
def form():
    return Form.model_validate(FORM)


@pytest.fixture
def receiver():
    return RECEIVER


@pytest.fixture
def key():
    return drafts.key(os.urandom(32), "prov")


@pytest.fixture
def start(database, clock):
    """Keep a draft under a key, as typed."""

    def keep(key, typed=TYPED, language="sv"):
        draft = drafts.Draft("prov", 3, language, typed)
        database.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
        return draft

    return keep


@pytest.fixture
def hand_in(database, clock, form, receiver, start):
    """Hand in a fresh draft of what is typed, and return the receipt."""

    def send(typed=TYPED, to=receiver):
        key = drafts.key(os.urandom(32), "prov")
        start(key, typed)
        return database.write_now(
            lambda c: submit(c, key, form=form, reception=Reception(to), clock=clock)
        )

    return send


@pytest.fixture
def postgres_programs(monkeypatch):
    """Let pg_dump be the one of the server that is asked: an older one would refuse."""
    monkeypatch.setenv("PATH", f"{postgres.binaries()}:{os.environ['PATH']}")


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def report(unit, database, clock):
    """Report a child, and carry it; return the reference."""

    def send(name="", age="", number="", **more):
        key = drafts.key(os.urandom(32), "prov")
        child = {"namn": (name,), "alder": (age,), "nummer": (number,)}
        draft = drafts.Draft("prov", 3, "sv", {**TYPED, "barnet": child})
        database.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
        receipt = database.write_now(
            lambda c: submit(
                c, key, form=TELLS, reception=Reception(replace(RECEIVER, **more)), clock=clock
            )
        )
        unit.arrive()
        return receipt.reference

    return send


@pytest.fixture
def read(database, clock):
    """Let the service read what waits; return how many it read."""

    def go(index=INDEX, most=indexing.AT_ONCE):
        rows = database.write_now(lambda c: indexing.claim(c, index, now=clock.now(), most=most))
        found = indexing.read(index, rows)
        database.write_now(lambda c: indexing.store(c, index, found, now=clock.now()))
        return len(found)

    return go


@pytest.fixture
def alike(database, clock):
    """What a unit is shown beside a report: reference, strength, and what was said."""

    def look(reference, staff=LEADER, index=INDEX):
        found = database.read_now(
            lambda c: links.alike(c, index, staff=staff, reference=reference, now=clock.now())
        )
        return [(one.reference, one.strength, one.same) for one in found]

    return look


@pytest.fixture
def say(database, clock):
    def say(reference, other, *, same, staff=LEADER, index=INDEX):
        return database.write_now(
            lambda c: links.say(
                c, index, staff=staff, reference=reference, other=other, same=same, now=clock.now()
            )
        )

    return say
