"""A receiver that comes to fetch gets everything once, in time, and nothing that is another's."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from app.delivery import leases
from app.delivery.leases import GivenBack, Refusal
from app.records import outbox, tokens
from app.records.outbox import State
from app.records.tokens import Token
from app.storage import tables
from tests.connectors import reference

UNIT, PLACE = "barn-och-unga", "hamtning"


@dataclass
class House:
    """A house with a destination that is fetched from, and who may fetch."""

    database: object
    clock: object

    def token(self, label="Systemet", *, destination=PLACE, unit=UNIT) -> Token:
        def make(connection):
            secret = tokens.new(
                connection, destination=destination, unit=unit, label=label, now=self.clock.now()
            )
            return tokens.require(connection, secret)

        return self.database.write_now(make)

    def report(self, *destinations, unit=UNIT) -> UUID:
        """A report that came in a second after the one before."""
        submission_id, now = uuid4(), self.clock.move(seconds=1)
        row = {
            "id": submission_id,
            "reference": reference(),
            "municipality_code": "9999",
            "unit": unit,
            "form_id": "orosanmalan",
            "form_version": 1,
            "content_hash": "0" * 64,
            "language": "sv",
            "received_at": now,
            "urgent": False,
            "protected": False,
            "key_id": "k",
            "sealed": b"our own envelope",
        }
        contents = {name: f"{name} {submission_id}".encode() for name in destinations or (PLACE,)}

        def put(connection):
            connection.execute(insert(tables.submissions), row)
            outbox.put(connection, submission_id, contents, now=now)

        self.database.write_now(put)
        return submission_id

    def waiting(self, token, **more):
        return self.database.read_now(
            lambda c: leases.waiting(c, token, now=self.clock.now(), **{"most": 100, **more})
        )

    def lease(self, token, *, lease_id=None, seconds=300, most=10):
        now = self.clock.now()
        held = self.database.write_now(
            lambda c: leases.lease(
                c,
                token,
                lease_id or uuid4(),
                now=now,
                until=now + timedelta(seconds=seconds),
                most=most,
            )
        )
        return [each.submission_id for each in held]

    def do(self, what, token, submission_id, **more):
        now = self.clock.now()
        return self.database.write_now(lambda c: what(c, token, submission_id, now=now, **more))

    def fetch(self, token, submission_id):
        return self.do(leases.content, token, submission_id)

    def confirm(self, token, submission_id):
        return self.do(leases.confirm, token, submission_id)

    def give_back(self, token, submission_id, why=GivenBack.NOW):
        return self.do(leases.give_back, token, submission_id, why=why, chance=lambda: 1.0)

    def row(self, submission_id, place=PLACE):
        at = (
            tables.deliveries.c.submission_id == submission_id,
            tables.deliveries.c.destination == place,
        )
        return self.database.read_now(
            lambda c: c.execute(select(tables.deliveries).where(*at)).one()
        )

    def trail(self, submission_id):
        events = tables.audit_events
        asked = select(events).where(events.c.submission_id == submission_id).order_by(events.c.id)
        rows = self.database.read_now(lambda c: c.execute(asked).all())
        return [(row.kind, row.actor) for row in rows]


@pytest.fixture
def house(database, clock):
    return House(database, clock)


@pytest.fixture
def token(house):
    return house.token()


def test_a_report_is_leased_fetched_and_confirmed_and_each_step_is_remembered(house, token):
    report = house.report()
    assert [each.submission_id for each in house.waiting(token).items] == [report]
    assert house.lease(token) == [report]
    assert house.fetch(token, report) == f"{PLACE} {report}".encode()
    assert house.row(report).state == State.SENT
    assert house.confirm(token, report) is None
    row = house.row(report)
    assert (row.state, row.content, row.confirmed_at) == (
        State.CONFIRMED,
        None,
        house.clock.now(),
    )
    assert house.waiting(token).items == ()
    assert house.trail(report) == [
        ("content_fetched", "Systemet"),
        ("delivery_confirmed", "Systemet"),
    ]


def test_what_is_not_leased_cannot_be_fetched_given_back_or_confirmed(house, token):
    report = house.report()
    assert house.fetch(token, report) is Refusal.NOT_LEASED
    assert house.give_back(token, report) is Refusal.NOT_LEASED
    assert house.confirm(token, report) is Refusal.NOT_FETCHED
    assert house.row(report).state == State.QUEUED


def test_what_is_leased_but_never_fetched_cannot_be_confirmed(house, token):
    report = house.report()
    house.lease(token)
    assert house.confirm(token, report) is Refusal.NOT_FETCHED
    assert house.row(report).content is not None


def test_what_one_holds_nobody_else_gets_or_opens(house, token):
    report, other = house.report(), house.token("Annat system")
    assert house.lease(token) == [report]
    assert house.lease(other) == []
    assert house.fetch(other, report) is Refusal.NOT_LEASED
    assert house.give_back(other, report) is Refusal.NOT_LEASED


@pytest.mark.parametrize(
    ("destination", "unit"), [("annan", UNIT), (PLACE, "vuxen")], ids=["destination", "unit"]
)
def test_what_is_another_destinations_or_units_does_not_exist_and_the_attempt_is_remembered(
    house, destination, unit
):
    report = house.report(PLACE)
    stranger = house.token("Främling", destination=destination, unit=unit)
    assert house.waiting(stranger).items == ()
    assert house.lease(stranger) == []
    for what in (house.fetch, house.confirm, house.give_back):
        assert what(stranger, report) is Refusal.UNKNOWN
    assert house.trail(report) == [("read_refused", "Främling")] * 3
    assert house.row(report).state == State.QUEUED


def test_what_nobody_has_does_not_exist_and_fills_no_trail(house, token):
    nothing = uuid4()
    assert house.fetch(token, nothing) is Refusal.UNKNOWN
    assert house.trail(nothing) == []


def test_the_same_lease_again_gives_the_same_and_nothing_new(house, token):
    first, lease_id = house.report(), uuid4()
    assert house.lease(token, lease_id=lease_id) == [first]
    second = house.report()
    house.clock.move(seconds=60)
    assert house.lease(token, lease_id=lease_id) == [first]
    assert house.row(first).attempts == 1
    house.fetch(token, first)
    assert house.lease(token, lease_id=lease_id) == [first]
    house.confirm(token, first)
    assert house.lease(token, lease_id=lease_id) == [second]


def test_two_tokens_that_choose_the_same_lease_id_do_not_share_a_lease(house, token):
    report, other, lease_id = house.report(), house.token("Annat system"), uuid4()
    assert house.lease(token, lease_id=lease_id) == [report]
    assert house.lease(other, lease_id=lease_id) == []


@pytest.mark.parametrize("fetched", [False, True])
def test_a_lease_that_runs_out_lets_somebody_else_take_over(house, token, fetched):
    report, other = house.report(), house.token("Annat system")
    house.lease(token, seconds=60)
    if fetched:
        house.fetch(token, report)
    house.clock.move(seconds=60)
    assert house.fetch(token, report) is Refusal.NOT_LEASED
    assert house.lease(other) == [report]
    assert house.fetch(other, report)


def test_who_has_fetched_may_confirm_after_the_lease_has_run_out(house, token):
    report = house.report()
    house.lease(token, seconds=60)
    house.fetch(token, report)
    house.clock.move(days=2)
    assert house.confirm(token, report) is None
    assert house.row(report).state == State.CONFIRMED


def test_who_has_lost_the_lease_to_another_must_fetch_again_before_confirming(house, token):
    report, other = house.report(), house.token("Annat system")
    house.lease(token, seconds=60)
    house.fetch(token, report)
    house.clock.move(seconds=61)
    house.lease(other)
    assert house.confirm(token, report) is Refusal.NOT_FETCHED
    house.fetch(other, report)
    assert house.confirm(other, report) is None


def test_a_confirmation_said_twice_is_no_error_and_is_remembered_once(house, token):
    report = house.report()
    house.lease(token)
    house.fetch(token, report)
    assert [house.confirm(token, report) for _ in range(2)] == [None, None]
    assert house.trail(report).count(("delivery_confirmed", "Systemet")) == 1


def test_what_is_given_back_can_be_leased_at_once(house, token):
    report = house.report()
    house.lease(token)
    house.fetch(token, report)
    assert house.give_back(token, report) is None
    assert house.fetch(token, report) is Refusal.NOT_LEASED
    assert house.give_back(token, report) is None, "said twice"
    assert house.confirm(token, report) is Refusal.NOT_FETCHED
    assert house.lease(token) == [report]
    assert house.trail(report)[-1] == ("delivery_given_back", "Systemet")


@pytest.mark.parametrize("why", [GivenBack.UNAVAILABLE, GivenBack.FULL, GivenBack.FAULT])
def test_what_cannot_be_taken_now_comes_again_after_a_pause(house, token, why):
    report = house.report()
    house.lease(token)
    house.give_back(token, report, why)
    assert (house.row(report).state, house.row(report).reason) == (State.RETRY, why.reason)
    assert house.lease(token) == []
    house.clock.move(seconds=10)
    assert house.lease(token) == [report]


@pytest.mark.parametrize("why", [GivenBack.REFUSED, GivenBack.UNROUTABLE])
def test_what_will_never_be_taken_becomes_work_for_a_person(house, token, why):
    report = house.report()
    house.lease(token)
    house.fetch(token, report)
    house.give_back(token, report, why)
    row = house.row(report)
    assert (row.state, row.reason, row.attention_at) == (
        State.FAILED,
        why.reason,
        house.clock.now(),
    )
    house.clock.move(days=30)
    assert house.lease(token) == []
    assert [each.state for each in house.waiting(token).items] == [State.FAILED]
    assert ("delivery_needs_person", None) in house.trail(report)


def test_a_person_is_asked_about_what_is_leased_again_and_again_and_never_settled(house, token):
    report = house.report()
    for _ in range(outbox.UNANSWERED_MOST):
        assert house.lease(token, seconds=60) == [report]
        assert house.row(report).attention_at is None
        house.clock.move(seconds=61)
    assert house.lease(token) == [report], "to ask is not to give up"
    assert house.row(report).attention_at == house.clock.now()
    assert house.row(report).reason == "delivery.reasons.never_answered"
    assert house.trail(report) == [("delivery_needs_person", None)]


def test_the_oldest_is_leased_first_and_no_more_than_asked_for(house, token):
    reports = [house.report() for _ in range(5)]
    assert house.lease(token, most=2) == reports[:2]
    assert house.lease(token, most=2) == reports[2:4]


def test_what_waits_is_listed_part_by_part_while_more_comes_and_some_goes(house, token):
    reports = [house.report() for _ in range(5)]
    house.report(unit="vuxen")
    first = house.waiting(token, most=2)
    assert [each.submission_id for each in first.items] == reports[:2]
    house.lease(token, most=2)
    house.fetch(token, reports[1])
    house.confirm(token, reports[1])
    late = house.report()
    second = house.waiting(token, most=2, after=first.after)
    third = house.waiting(token, most=2, after=second.after)
    assert [each.submission_id for part in (second, third) for each in part.items] == [
        *reports[2:],
        late,
    ]
    assert third.after is None
    assert house.waiting(token, after=uuid4()).items[0].submission_id == reports[0]


def test_the_list_says_until_when_something_is_leased(house, token):
    house.report()
    assert house.waiting(token).items[0].leased_until is None
    house.lease(token, seconds=60)
    assert house.waiting(token).items[0].leased_until == house.clock.now() + timedelta(seconds=60)
    house.clock.move(seconds=61)
    assert house.waiting(token).items[0].leased_until is None


def claim(house, destination):
    now = house.clock.now()
    return house.database.write_now(
        lambda c: outbox.claim(c, destination, now=now, lease=timedelta(minutes=3), most=10)
    )


def test_what_was_posted_to_a_receiver_is_confirmed_by_its_call_back(house):
    report, token = house.report("webhook"), house.token(destination="webhook")
    assert house.confirm(token, report) is Refusal.NOT_FETCHED, "it has not been sent"
    claim(house, "webhook")
    assert house.confirm(token, report) is None
    assert house.row(report, "webhook").state == State.CONFIRMED


def test_one_destination_confirms_for_itself_alone(house, token):
    report = house.report(PLACE, "inbox")
    house.lease(token)
    house.fetch(token, report)
    house.confirm(token, report)
    assert house.row(report, "inbox").state == State.QUEUED


def test_what_a_person_has_released_stays_released_when_it_is_confirmed_late(house, token):
    report = house.report()
    house.lease(token)
    house.fetch(token, report)
    released = {"state": State.RELEASED, "released_at": house.clock.now(), "next_try_at": None}
    at = tables.deliveries.c.submission_id == report
    house.database.write_now(lambda c: c.execute(tables.deliveries.update().where(at), released))
    assert house.confirm(token, report) is None
    assert house.row(report).state == State.RELEASED
    assert house.trail(report)[-1] == ("delivery_confirmed", "Systemet")


def test_many_who_lease_at_the_same_moment_share_nothing(house, database):
    reports = {house.report() for _ in range(40)}
    workers = [house.token(f"arbetare {number}") for number in range(8)]
    now = house.clock.now()
    until = now + timedelta(minutes=5)
    futures = [
        database._writers.put(
            lambda c, token=token: leases.lease(c, token, uuid4(), now=now, until=until, most=5)
        )
        for token in workers
    ]
    leased = [each.submission_id for future in futures for each in future.result()]
    # Those who ran into each other may have got fewer than they asked for, but nothing is lost.
    leased += house.lease(workers[0], most=40)
    assert len(leased) == len(set(leased))
    assert set(leased) == reports
