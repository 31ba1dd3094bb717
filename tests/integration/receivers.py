"""Receivers for the tests of the relay: they take what they get, fail, hang, or are gone."""

import time
from datetime import timedelta

from sqlalchemy import select

from app.delivery import relay
from app.delivery.connector import Answer
from app.storage import tables

QUICK = relay.Pace(limit=timedelta(seconds=0.2), rest=timedelta(seconds=0.02))


class Receiver:
    """Takes what it is given, or does what it was told to do."""

    def __init__(self, behave=None, *, most=1, says=Answer.CONFIRMED):
        self.behave = behave or (lambda envelope: None)
        self.most = most
        self.says = says
        self.taken = []

    def deliver(self, envelopes, say):
        for envelope in envelopes:
            try:
                self.behave(envelope)
            except Exception as failure:  # noqa: BLE001 - as a connector does
                say(envelope, failure)
            else:
                self.taken.append(envelope.reference)
                say(envelope, self.says)

    def close(self):
        self.behave = None


def failing(error):
    def behave(envelope):
        raise error

    return behave


def hang(envelope):
    time.sleep(30)


def states(database):
    found = select(tables.submissions.c.reference, tables.deliveries.c.state).join(
        tables.deliveries, tables.deliveries.c.submission_id == tables.submissions.c.id
    )
    return {row[0]: row[1] for row in database.read_now(lambda c: c.execute(found).all())}


def delivery(database):
    return database.read_now(lambda c: c.execute(select(tables.deliveries)).one())


def wait_until(true, seconds=15):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
