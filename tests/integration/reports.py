"""The form that the tests of the store hand in, who receives it, and what is typed in it.

Run as a program it is many citizens at once: it hands in reports to the database it is given until
somebody kills it, and says a reference when, and only when, it has been told that it is received.
"""

import asyncio
import os
import sys
from datetime import timedelta

from app.clock import SystemClock
from app.crypto import seal, unseal
from app.intake import drafts
from app.intake.submit import Receiver, Reception, submit
from app.runner.definition import Form
from app.storage.database import Database

IDLE = timedelta(minutes=60)

FORM = {
    "id": "prov",
    "version": 3,
    "title": "Provformulär",
    "card": {"title": "Prov", "when": "Alltid.", "button": "Börja"},
    "intro": "Det här händer.",
    "receipt": "Tack.",
    "urgent_if": [{"field": "fara", "any_of": ["ja"]}],
    "steps": [{"id": "barnet", "title": "Barnet"}],
    "pages": [
        {
            "id": "fara",
            "step": "barnet",
            "fields": [
                {
                    "id": "fara",
                    "kind": "radios",
                    "label": "Är barnet i fara?",
                    "required": True,
                    "options": [{"id": "ja", "label": "Ja"}, {"id": "nej", "label": "Nej"}],
                    "errors": {"missing": "Välj."},
                }
            ],
        },
        {
            "id": "oro",
            "step": "barnet",
            "fields": [
                {
                    "id": "oro",
                    "kind": "long_text",
                    "label": "Vad har du sett?",
                    "required": True,
                    "errors": {"missing": "Skriv."},
                }
            ],
        },
    ],
}

SEED = bytes(range(32))
PUBLIC = unseal.public_of(SEED)
KEYS = {seal.key_id(PUBLIC): SEED}

TYPED = {"fara": {"fara": ("nej",)}, "oro": {"oro": ("Åsa har inte ätit på hela dagen.",)}}

RECEIVER = Receiver(
    municipality_code="exempelkommun",
    unit="barn-och-unga",
    key_id=seal.key_id(PUBLIC),
    public_key=PUBLIC,
)


async def report(database: Database, form: Form) -> str:
    """Fill in and hand in one report, and return the reference it was given."""
    clock, key = SystemClock(), drafts.key(os.urandom(32), "prov")
    draft, now = drafts.Draft("prov", 3, "sv", TYPED), clock.now()
    await database.write(lambda c: drafts.start(c, key, draft, now=now, idle=IDLE))
    receipt = await database.write(
        lambda c: submit(c, key, form=form, reception=Reception(RECEIVER), clock=clock)
    )
    return receipt.reference


async def citizen(database: Database, form: Form) -> None:
    """Hand in one report after another."""
    while True:
        os.write(1, f"{await report(database, form)}\n".encode())


async def everybody(url: str) -> None:
    """Let twenty citizens at the database."""
    database, form = Database.open(url), Form.model_validate(FORM)
    await asyncio.gather(*(citizen(database, form) for _ in range(20)))


if __name__ == "__main__":
    asyncio.run(everybody(sys.argv[1]))
