"""Counts, when all is over: what was promised is everywhere, exactly once, and nothing else is.

What each receipt on a screen said is held against what the database, the inbox, the webhook
receiver's file, the queue and the folder have. Each fault is a sentence that begins with what kind
it is; no fault means that nothing was lost, doubled or invented.
"""

import asyncio
import hashlib
import json
import random
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import Row, func, select

from app.clock import SystemClock
from app.delivery.sealed_file import is_temporary
from app.errors import AlreadySubmitted, DraftMissing
from app.intake import drafts
from app.intake.submit import RECEIPT_KEPT
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import deliveries, inbox_items, submissions
from app.storage.tables import drafts as draft_rows
from bench.crash import cases
from bench.crash.browser import Browser, Wrong
from bench.crash.house import EVERYWHERE, QUEUE, House
from bench.crash.killing import Course
from bench.crash.people import Shown, opened, text_of
from tests import rabbitmq
from tests.service import command

ALGORITHMS = ["ECDH-ES+A256KW", "A256GCM"]
FEW = 3


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one destination outside has: each report's JWE by its id, and what came twice."""

    found: Mapping[UUID, str] = field(repr=False)
    doubles: int
    torn: int = 0
    faults: tuple[str, ...] = ()


def webhook(house: House) -> Arrived:
    """What the receiver has on disk. A line that was torn when it was killed was never answered."""
    events, torn = [], 0
    for line in filter(None, house.received.read_bytes().split(b"\n")):
        try:
            events.append(json.loads(line))
        except ValueError:
            torn += 1
    return gathered("webhook", events, torn=torn)


def queue(house: House) -> Arrived:
    """Everything in the queue, which is empty afterwards."""
    messages = rabbitmq.take_all(house.broker.port, QUEUE)
    events = [json.loads(message.body) for message in messages]
    wrong = [
        f"wrong id: the queue has a message {message.message_id} about {event['id']}"
        for message, event in zip(messages, events, strict=True)
        if message.message_id != event["id"]
    ]
    return gathered("amqp", events, faults=wrong)


def gathered(
    place: str, events: Sequence[Mapping[str, str]], *, torn: int = 0, faults: Sequence[str] = ()
) -> Arrived:
    found: dict[UUID, str] = {}
    wrong = list(faults)
    for event in events:
        name = UUID(event["id"])
        if found.setdefault(name, event["data"]) != event["data"]:
            wrong.append(f"two contents: {place} has two different reports as {name}")
    return Arrived(found, len(events) - len(found), torn, tuple(wrong))


def folder(house: House) -> Arrived:
    """What lies in the folder, as one who waits for the sidecars would find it."""
    found, wrong, torn = {}, [], 0
    for file in house.laid.iterdir():
        if is_temporary(file.name):
            torn += 1  # of a relay that was killed; taken away after a while
        elif file.suffix == ".json":
            told = json.loads(file.read_bytes())
            octets = (house.laid / told["file"]).read_bytes()
            if hashlib.sha256(octets).hexdigest() != told["sha256"]:
                wrong.append(f"torn file: {told['file']} is not what its sidecar says")
            found[UUID(told["id"])] = octets.decode("ascii")
    lonely = {file.stem for file in house.laid.glob("*.jwe")} - {str(name) for name in found}
    wrong += [f"torn file: {name}.jwe has no sidecar" for name in sorted(lonely)[:FEW]]
    return Arrived(found, 0, torn, tuple(wrong))


ARRIVED = {"webhook": webhook, "amqp": queue, "folder": folder}


def opens(sealed: str, key: ECKey) -> dict[str, object]:
    """Open what was sealed to a receiver, as the receiver would."""
    found = jwe.decrypt_compact(sealed, key, algorithms=ALGORITHMS)
    whole: dict[str, object] = json.loads(found.plaintext or b"")
    return whole


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: the faults, how many times something came again, and how many were opened."""

    faults: tuple[str, ...]
    doubles: Mapping[str, int]
    torn: Mapping[str, int]
    opened: int


def judge(house: House, course: Course, *, staff_cookie: str, sample: int) -> Verdict:
    """Hold everything that was shown against everything that is there."""
    shown, settings = course.shown, Settings.read(house.environment)
    with Database.open(house.database_url) as database:
        stored = {
            row.reference: row.id
            for row in rows(database, select(submissions.c.id, submissions.c.reference))
        }
        faults = list(promised(stored, shown))
        faults += of_drafts(database, shown)
        faults += of_deliveries(database, len(stored))
        inbox = [row[0] for row in rows(database, select(inbox_items.c.submission_id))]
        faults += apart("inbox", set(stored.values()), set(inbox))
        faults += cases.wrong(database, settings, course.tried, course.kept)
    done = command("reconcile", environment=house.environment)
    if done.returncode:
        faults.append(f"does not add up: reconcile says\n{done.stdout}{done.stderr}")
    done = command("audit", "verify", environment=house.environment)
    if done.returncode:
        faults.append(f"the chain is broken: audit verify says\n{done.stdout}{done.stderr}")
    arrived = {name: look(house) for name, look in ARRIVED.items()}
    chosen = random.Random(len(stored)).sample(shown, min(sample, len(shown)))  # noqa: S311 - chance, not a secret
    count = 0
    for name, got in arrived.items():
        faults += got.faults
        faults += apart(name, set(stored.values()), set(got.found))
        for each in chosen:
            about = stored.get(each.reference)
            if about in got.found:
                faults += read(name, about, got.found[about], house.private[name], each)
                count += 1
    faults += asyncio.run(
        read_by_staff(house, staff_cookie, [e for e in chosen if e.reference in stored])
    )
    doubles = {name: each.doubles for name, each in arrived.items()}
    torn = {name: each.torn for name, each in arrived.items()}
    return Verdict(tuple(faults), doubles, torn, count)


def rows(database: Database, asked: object) -> Sequence[Row]:
    return database.read_now(lambda connection: connection.execute(asked).all())


def promised(stored: Mapping[str, UUID], shown: Sequence[Shown]) -> Iterator[str]:
    """Each receipt has one report, and each report one receipt."""
    told = Counter(each.reference for each in shown)
    if lost := told.keys() - stored.keys():
        yield f"receipt without a report: {len(lost)} ({some(lost)})"
    if extra := stored.keys() - told.keys():
        yield f"report without a receipt: {len(extra)} ({some(extra)}): somebody's is stored twice"
    if twice := {reference for reference, number in told.items() if number > 1}:
        yield f"one receipt for two: {len(twice)} ({some(twice)})"


def of_drafts(database: Database, shown: Sequence[Shown]) -> Iterator[str]:
    """Of what was handed in no draft is left, and every receipt can be shown while it is kept."""
    now, wrong = SystemClock().now(), []
    kept_from = (now - RECEIPT_KEPT).timestamp()
    for each in shown:
        secret = urlsafe_b64decode(each.cookie.partition("=")[2] + "=")
        key = drafts.key(secret, "orosanmalan")
        try:
            database.read_now(lambda connection, key=key: drafts.load(connection, key, now=now))
        except AlreadySubmitted as before:
            if before.receipt.reference == each.reference:
                continue
        except DraftMissing:
            # The receipt was kept from before it was shown: `waited` is the most by which.
            if each.at - each.waited < kept_from:
                continue
        wrong.append(each.reference)
    if wrong:
        yield f"draft left: {len(wrong)} were handed in and are no receipt ({some(wrong)})"
    asked = select(func.count()).where(draft_rows.c.handed_in)
    if (kept := rows(database, asked)[0][0]) > len(shown):
        yield f"draft left: {kept} receipts are kept of {len(shown)} shown"


def of_deliveries(database: Database, reports: int) -> Iterator[str]:
    """Each destination has a confirmed delivery of each report, which keeps nothing of it."""
    kinds = (deliveries.c.destination, deliveries.c.state)
    kept = func.count(deliveries.c.content)
    for row in rows(database, select(*kinds, func.count(), kept).group_by(*kinds)):
        if row.state != "confirmed":
            yield f"not delivered: {row[2]} to {row.destination} are {row.state}"
        elif row[3]:
            yield f"content left: {row[3]} that {row.destination} has confirmed"
    asked = select(deliveries.c.destination, func.count()).group_by(deliveries.c.destination)
    found = {row[0]: row[1] for row in rows(database, asked)}
    for name in EVERYWHERE:
        if found.get(name, 0) != reports:
            yield f"delivery lost: {name} has {found.get(name, 0)} deliveries of {reports} reports"


def apart(place: str, stored: set[UUID], there: set[UUID]) -> Iterator[str]:
    """What is at a place is what is stored."""
    if lost := stored - there:
        yield f"delivery lost: {place} never got {len(lost)} ({some(map(str, lost))})"
    if extra := there - stored:
        yield f"nobody's report: {place} has {len(extra)} ({some(map(str, extra))})"


def read(place: str, about: UUID, sealed: str, key: ECKey, shown: Shown) -> Iterator[str]:
    """It opens, says which report it is, and says what the one with this receipt wrote."""
    try:
        whole = opens(sealed, key)
    except JoseError as refused:
        yield f"does not open: {about} in {place}: {refused}"
        return
    if whole["submission"] != str(about):
        yield f"wrong content: {about} in {place} is {whole['submission']}"
    if text_of(shown.number) not in json.dumps(whole, ensure_ascii=False):
        yield f"wrong content: {about} in {place} is not what was written"


async def read_by_staff(house: House, cookie: str, shown: Sequence[Shown]) -> list[str]:
    """Staff open some of them in the inbox."""
    browser, wrong = Browser([house.staff], random.Random(0)), []  # noqa: S311 - chance, not a secret
    for each in shown:
        try:
            page = await opened(browser, cookie, each.reference)
        except Wrong as refused:
            wrong.append(f"not opened: {each.reference}: {refused}")
            continue
        if f"Rapport nummer {each.number:06d}" not in page:
            wrong.append(f"wrong content: {each.reference} in the inbox is not what was written")
    browser.close()
    return wrong


def some(names: Iterator[str] | Sequence[str] | set[str]) -> str:
    first = sorted(names)[:FEW]
    return ", ".join(first)
