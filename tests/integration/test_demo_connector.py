"""The relay lives with a connector that does the worst it can, and loses nothing."""

import pytest
from sqlalchemy import select, update

from app.delivery import relay
from app.delivery.connector import CONNECTORS, Setup
from app.records.outbox import State
from app.storage import tables
from tests.connectors import DESTINATION, demo
from tests.integration.receivers import QUICK


@pytest.fixture
def carry(database, clock, hand_in, tmp_path):
    """Hand in a report for each command, carry for half a day, and return what became of them."""
    (tmp_path / f"{DESTINATION}.key").write_text("en-nyckel", "utf-8")

    def carry(receiver, *commands):
        for _ in commands:
            hand_in()
        sealed = update(tables.deliveries).values(content=b"a.b.c.d.e")
        database.write_now(lambda c: c.execute(sealed))
        receiver.commands.update(zip(sorted(rows(database)), commands, strict=True))
        setup = Setup(DESTINATION, database, clock, {}, tmp_path)
        connectors = {"inbox": CONNECTORS["demo"].make(setup)}
        for _ in range(12):
            relay.deliver_once(database, connectors, clock, pace=QUICK, chance=lambda: 0.0)
            clock.move(hours=1)
        receiver.woken.set()
        connectors["inbox"].close()
        became = rows(database)
        return [became[report][0] for report in receiver.commands]

    return carry


def rows(database):
    columns = tables.deliveries.c
    found = select(columns.submission_id, columns.state, columns.content)
    taken = database.read_now(lambda c: c.execute(found).all())
    return {report: (state, content) for report, state, content in taken}


def test_what_is_refused_fails_or_hangs_spoils_nothing_beside_it(carry):
    with demo.registered() as receiver:
        became = carry(receiver, "take", "refuse", "take", "fail", "hang", "take")
    assert became[:4] == [State.CONFIRMED, State.FAILED, State.CONFIRMED, State.RETRY]
    assert became[4] in {State.RETRY, State.PARKED}
    assert became[5] == State.CONFIRMED


def test_what_brings_the_connector_down_spoils_nothing_beside_it(carry):
    with demo.registered() as receiver:
        became = carry(receiver, "crash", "take", "take", "crash", "take")
    assert became == [State.PARKED, *[State.CONFIRMED] * 2, State.PARKED, State.CONFIRMED]


def test_what_is_not_delivered_is_kept(carry, database):
    with demo.registered() as receiver:
        carry(receiver, "crash", "refuse", "fail")
    assert [content for _, content in rows(database).values()] == [b"a.b.c.d.e"] * 3
