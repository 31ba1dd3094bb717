"""A made-up report, and how it is handed in: by the form, or written down by staff."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection

from app import reception
from app.casework.running import Rules
from app.delivery import connector, relay
from app.intake import drafts, submit
from app.intake.submit import Reception
from app.runner import at_desk
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.field import Field
from app.runner.fields.options import Option, OptionsField
from app.runner.routing import INBOX
from app.runner.taken_in import Channel, TakenIn
from app.runner.typed import Typed
from app.settings import Settings
from app.storage.database import Database

Answers = Mapping[str, Typed]
"""What is typed, by page."""

NAMES = ("Ida Påhittad", "Bo Påhittad", "Åsa Påhittad")
IDLE = timedelta(minutes=60)
SEED = 0
EARLIER = "-"
"""How a day begins that is written as so many days before."""


class At:
    """A clock that shows what it is set to."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


@dataclass(slots=True)
class Told:
    """One made-up report: when it came in, and what is left to do with it."""

    form_id: str
    language: str
    answers: Mapping[str, Any]
    work: list[str]
    at: datetime
    """When what comes next is done."""
    by: str = NAMES[0]
    """Who works with it."""
    channel: Channel | None = None
    """How it came to who wrote it down, which is `by`; None for what came by the form."""
    reference: str = ""
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Office:
    """What made-up reports are handed in to, and worked with by."""

    settings: Settings
    content: Content
    database: Database
    rules: Rules
    told: Mapping[str, Any]
    keys: Mapping[str, bytes] = field(repr=False)
    """The units' private keys, by id: who a case is about is read before something is done."""
    chance: Random = field(default_factory=partial(Random, SEED))
    """Draws the references: the same each time."""


def hand_in(office: Office, one: Told) -> str:
    """Hand in a report as it came, let it be delivered, and return its reference."""
    form = office.content.forms[one.language][one.form_id]
    answers = {**office.told["usual"][form.id], **one.answers}
    typed = {page.id: dict(inputs(page.fields, answers, one.at)) for page in form.pages}
    goes_to = reception.receptions(office.content.municipality, office.settings.public_keys)
    by = written_down if one.channel else sent
    reference = by(office, one, form, typed, goes_to[form.id])
    ways = connector.build(INBOX, database=office.database, clock=At(one.at), rules=office.rules)
    relay.deliver_once(office.database, ways, At(one.at))
    return reference


def sent(office: Office, one: Told, form: Form, typed: Answers, goes_to: Reception) -> str:
    """Hand in a report as a citizen does, and return its reference."""
    key = drafts.key(os.urandom(32), form.id)
    draft = drafts.Draft(form.id, form.version, one.language, typed)

    def send(connection: Connection) -> str:
        drafts.start(connection, key, draft, now=one.at, idle=IDLE)
        receipt = submit.submit(
            connection,
            key,
            form=form,
            reception=goes_to,
            clock=At(one.at),
            randomness=office.chance.randbytes,
        )
        drafts.remove(connection, key)
        return receipt.reference

    return office.database.write_now(send)


def written_down(office: Office, one: Told, form: Form, typed: Answers, goes_to: Reception) -> str:
    """Hand in a report as staff do who have taken it in, and return its reference."""
    assert one.channel  # noqa: S101 - that is what makes it theirs
    form = at_desk.unforced(form)
    ready = submit.stored(
        form,
        at_desk.journey(form, typed, one.at.date()).typed,
        language=one.language,
        reception=goes_to,
        now=one.at,
        taken_in=TakenIn(one.channel, one.by, one.at),
        randomness=office.chance.randbytes,
    )
    office.database.write_now(ready.changes)
    return ready.receipt.reference


def inputs(
    fields: tuple[Field, ...], answers: Mapping[str, Any], at: datetime
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a browser posts: by field, and by the names of the lines that options open.

    A date is written as so many days after the moment: "+0" is the same day, and so may the day be
    when somebody was born. Somebody in the case is written by name, and a list of people as each
    of them.
    """
    for one in fields:
        for name, answer in answers.items():
            if not one.owns(name) and name != one.id:
                continue
            if one.kind == "date":
                day = at.date() + timedelta(days=int(answer))
                for part in ("day", "month", "year"):
                    yield f"{one.id}-{part}", (str(getattr(day, part)),)
            elif one.kind == "group":
                for place, row in enumerate(answer):
                    yield from ((f"{name}-{place}-{asked}", (row[asked],)) for asked in row)
            elif one.kind == "person_number" and answer.startswith(EARLIER):
                yield name, (str(at.date() + timedelta(days=int(answer))),)
            else:
                named = {option.label: option.id for option in in_the_case(one)}
                every = answer if isinstance(answer, list) else [answer]
                yield name, tuple(named.get(each) or each for each in every)


def in_the_case(asked: Field) -> tuple[Option, ...]:
    """Return the people of the case that a question lets choose from; none where it does not."""
    return asked.options if isinstance(asked, OptionsField) and asked.of else ()
