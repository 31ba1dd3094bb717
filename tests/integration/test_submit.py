"""Handing in is all or nothing, happens once, and leaves nothing that can be read behind."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import func, select, update

from app.crypto import unseal
from app.errors import AlreadySubmitted, DatabaseUnavailable, DraftIncomplete, DraftMissing
from app.intake import drafts
from app.intake.submit import RECEIPT_KEPT, Reception, submit
from app.records import outbox
from app.runner.definition import Form
from app.storage import tables
from app.storage.changes import Overtaken
from app.storage.database import Database
from tests.integration.reports import FORM, IDLE, SEED, TYPED


@pytest.fixture
def send(database, form, receiver, clock):
    """Hand in the draft under a key."""
    return lambda key, **rest: database.write_now(
        lambda c: submit(c, key, form=form, reception=Reception(receiver), clock=clock, **rest)
    )


def count(database, table):
    return database.read_now(lambda c: c.execute(select(func.count()).select_from(table)).scalar())


def one(database, table):
    return database.read_now(lambda c: c.execute(select(table)).one())


def test_a_report_is_sealed_queued_and_remembered(database, start, send, key, clock):
    start(key)
    receipt = send(key)
    submission, delivery = one(database, tables.submissions), one(database, tables.deliveries)
    event = one(database, tables.audit_events)
    assert (submission.reference, submission.received_at) == (receipt.reference, clock.now())
    assert receipt.received_at == clock.now()
    assert (delivery.submission_id, delivery.destination) == (submission.id, "inbox")
    assert (event.kind, event.submission_id) == ("submission_received", submission.id)
    assert (submission.unit, event.unit) == ("barn-och-unga", "barn-och-unga")
    assert (submission.urgent, submission.protected) == (False, False)


def test_the_flags_of_the_answers_are_on_the_outside(database, start, send, key):
    start(key, {**TYPED, "fara": {"fara": ("ja",)}})
    send(key)
    assert one(database, tables.submissions).urgent is True


def test_only_the_units_private_key_reads_the_transcript(database, start, send, key, form):
    start(key)
    send(key)
    submission = one(database, tables.submissions)
    assert "Åsa".encode() not in submission.sealed
    opened = unseal.unseal(submission.sealed, SEED)
    assert opened.header == {
        "v": 1,
        "suite": "X1",
        "submission": str(submission.id),
        "reference": submission.reference,
        "received_at": submission.received_at.isoformat(timespec="seconds"),
        "urgent": 0,
        "protected": 0,
        "form": "prov",
        "form_version": 3,
        "municipality": "exempelkommun",
        "unit": "barn-och-unga",
    }
    questions = [each for page in json.loads(opened.content)["pages"] for each in page["questions"]]
    assert questions[1]["question"] == "Vad har du sett?"
    assert questions[1]["lines"] == ["Åsa har inte ätit på hela dagen."]
    assert submission.content_hash == form.content_hash()


def test_the_language_goes_with_the_report_the_transcript_and_the_receipt(
    database, start, send, key
):
    start(key, language="en")
    receipt = send(key)
    submission = one(database, tables.submissions)
    transcript = json.loads(unseal.unseal(submission.sealed, SEED).content)
    assert (receipt.language, submission.language, transcript["language"]) == ("en", "en", "en")


@pytest.mark.parametrize(
    ("zone", "days"), [("Pacific/Kiritimati", {23, 24, 25}), ("Pacific/Pago_Pago", {23})]
)
def test_today_is_what_it_is_in_the_municipality(database, start, receiver, clock, zone, days):
    clock.move(hours=2)  # 10.30 on the 24th in London; the 25th in Kiritimati, the 23rd in Samoa
    errors = {"missing": "Skriv."}
    field = {"id": "nar", "kind": "date", "label": "När?", "past": True, "errors": errors}
    page = {"id": "nar", "step": "barnet", "fields": [{**field, "required": True}]}
    form = Form.model_validate({**FORM, "pages": [*FORM["pages"], page]})
    there = Reception(receiver, timezone=zone)
    for day in (23, 24, 25, 26):
        key = drafts.key(bytes([day]) * 32, "prov")
        date = {"nar-day": (str(day),), "nar-month": ("11",), "nar-year": ("2026",)}
        start(key, {**TYPED, "nar": date})
        database.write_now(
            lambda c, key=key: submit(c, key, form=form, reception=there, clock=clock)
        )
    rows = database.read_now(lambda c: c.execute(select(tables.submissions.c.sealed)).all())
    opened = [json.loads(unseal.unseal(row.sealed, SEED).content) for row in rows]
    read = [transcript["pages"][-1]["questions"][0]["data"] for transcript in opened]
    assert {int(data["date"][-2:]) for data in read if data} == days
    assert len(read) == 4, "what has not been yet stops nobody: it is just not read"


def test_of_the_draft_nothing_is_left_but_the_receipt(database, start, send, key, clock):
    start(key)
    before = one(database, tables.drafts).box
    receipt = send(key)
    row = one(database, tables.drafts)
    assert row.handed_in
    assert row.box != before
    with pytest.raises(AlreadySubmitted) as again:
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))
    assert again.value.receipt == receipt


def test_handing_in_again_gives_the_same_receipt_and_stores_nothing(
    database, start, send, key, clock
):
    start(key)
    receipt = send(key)
    clock.move(minutes=14)
    assert send(key) == receipt
    assert count(database, tables.submissions) == count(database, tables.deliveries) == 1
    assert count(database, tables.audit_events) == 1


def test_a_double_click_from_many_connections_gives_one_report(
    database_url, database, start, form, receiver, key, clock
):
    start(key)
    with Database.open(database_url) as other, ThreadPoolExecutor(16) as clicks:
        asked = [
            clicks.submit(
                store.write_now,
                lambda c: submit(c, key, form=form, reception=Reception(receiver), clock=clock),
            )
            for store in [database, other] * 8
        ]
        receipts = {click.result() for click in asked}
    assert len(receipts) == 1
    assert count(database, tables.submissions) == count(database, tables.deliveries) == 1


def test_a_double_click_in_one_batch_gives_one_report(database, start, form, receiver, key, clock):
    start(key)

    async def click():
        return await asyncio.gather(
            *(
                database.write(
                    lambda c: submit(c, key, form=form, reception=Reception(receiver), clock=clock)
                )
                for _ in range(8)
            )
        )

    assert len(set(asyncio.run(click()))) == 1
    assert count(database, tables.submissions) == 1


def test_the_first_page_that_is_not_done_is_named_and_the_draft_is_kept(
    database, start, send, key, clock
):
    draft = start(key, {"fara": TYPED["fara"]})
    with pytest.raises(DraftIncomplete) as refused:
        send(key)
    assert refused.value.page_id == "oro"
    assert database.read_now(lambda c: drafts.load(c, key, now=clock.now())) == draft
    assert count(database, tables.submissions) == 0


def test_without_a_draft_there_is_nothing_to_hand_in(send, key):
    with pytest.raises(DraftMissing):
        send(key)


def test_an_expired_draft_is_not_handed_in(database, start, send, key, clock):
    start(key)
    clock.move(minutes=61)
    with pytest.raises(DraftMissing):
        send(key)
    assert count(database, tables.submissions) == 0


def test_nothing_is_received_when_the_last_step_fails(
    database, start, send, key, clock, monkeypatch
):
    draft = start(key)

    last = drafts.replaced_by_receipt

    def broken(key, found, receipt, *, until):
        return last(key, replace(found, was=b"another draft"), receipt, until=until)

    monkeypatch.setattr(drafts, "replaced_by_receipt", broken)
    with pytest.raises(Overtaken):
        send(key)
    for table in (tables.submissions, tables.deliveries, tables.audit_events):
        assert count(database, table) == 0
    assert database.read_now(lambda c: drafts.load(c, key, now=clock.now())) == draft


def test_a_reference_that_is_taken_is_drawn_again(database, start, send, form, receiver, clock):
    draws = [bytes(8), bytes(8), bytes([1]) * 8]
    references = []
    for _ in range(2):
        key = drafts.key(bytes([len(references)]) * 32, "prov")
        start(key)
        references.append(send(key, randomness=lambda _: draws.pop(0)).reference)
    assert references == ["3333-3333", "4444-4444"]


def test_when_no_reference_is_free_nothing_is_stored(database, start, send, clock, key):
    taken = drafts.key(bytes(32), "prov")
    start(taken)
    send(taken, randomness=bytes)
    start(key)
    with pytest.raises(DatabaseUnavailable):
        send(key, randomness=bytes)
    assert count(database, tables.submissions) == 1
    database.read_now(lambda c: drafts.load(c, key, now=clock.now()))


def test_every_destination_gets_a_delivery(database, start, form, receiver, key, clock):
    start(key)
    both = replace(receiver, destinations={"inbox": None, "webhook": None})
    database.write_now(lambda c: submit(c, key, form=form, reception=Reception(both), clock=clock))
    rows = database.read_now(lambda c: c.execute(select(tables.deliveries)).all())
    assert {row.destination for row in rows} == {"inbox", "webhook"}
    assert {row.state for row in rows} == {outbox.State.QUEUED}


def test_the_receipt_can_be_shown_for_a_quarter_of_an_hour_and_then_is_gone(
    database, start, send, key, clock
):
    start(key)
    send(key)
    clock.move(minutes=14)
    with pytest.raises(AlreadySubmitted):
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))
    clock.move(minutes=1)
    with pytest.raises(DraftMissing):
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))
    assert timedelta(minutes=15) == RECEIPT_KEPT


def test_a_new_draft_may_begin_where_a_receipt_lies(database, start, send, key, clock):
    start(key)
    first = send(key)
    start(key)
    assert send(key) != first
    assert count(database, tables.submissions) == 2


def test_a_receipt_lives_as_long_although_more_time_was_asked_for_at_that_very_moment(
    database_url, database, start, form, receiver, key, clock
):
    start(key)
    handed_in = Event()

    def slowly(connection):
        receipt = submit(connection, key, form=form, reception=Reception(receiver), clock=clock)
        handed_in.set()
        time.sleep(0.4)  # handed in, but not yet committed: the other must wait, not look
        return receipt

    def more_time(connection):
        return drafts.change(connection, key, lambda same: same, now=clock.now(), idle=IDLE)

    with Database.open(database_url) as other, ThreadPoolExecutor(1) as hands:
        sending = hands.submit(database.write_now, slowly)
        handed_in.wait(5)
        with pytest.raises(AlreadySubmitted):
            other.write_now(more_time)
        receipt = sending.result()
    clock.move(minutes=14)
    with pytest.raises(AlreadySubmitted) as still:
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))
    assert still.value.receipt == receipt


@pytest.mark.parametrize("is_handed_in", [False, True])
def test_a_receipt_is_never_taken_for_a_draft_nor_a_draft_for_a_receipt(
    database, start, send, key, clock, is_handed_in
):
    start(key)
    if is_handed_in:
        send(key)
    database.write_now(
        lambda c: c.execute(update(tables.drafts).values(handed_in=not is_handed_in))
    )
    with pytest.raises(DraftMissing):
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))


def test_a_receipt_is_not_changed_by_a_late_tab(database, start, send, key, clock):
    start(key)
    receipt = send(key)
    with pytest.raises(AlreadySubmitted) as refused:
        database.write_now(
            lambda c: drafts.change(c, key, lambda draft: draft, now=clock.now(), idle=IDLE)
        )
    assert refused.value.receipt == receipt
