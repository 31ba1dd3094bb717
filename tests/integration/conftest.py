"""What the tests of the store share: a small form, who receives it, and a draft on its way."""

import os
from datetime import timedelta

import pytest

from app.crypto import seal, unseal
from app.intake import drafts
from app.intake.submit import Receiver, submit
from app.runner.definition import Form

IDLE = timedelta(minutes=60)

FORM = {
    "id": "prov",
    "version": 3,
    "title": "Provformulär",
    "intro": "Det här händer.",
    "receipt": "Tack.",
    "urgent_if": [{"field": "fara", "any_of": ["ja"]}],
    "declaration": {
        "id": "last",
        "kind": "confirmation",
        "label": "Jag har läst",
        "errors": {"missing": "Kryssa i."},
    },
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


@pytest.fixture(scope="session")
def form():
    return Form.model_validate(FORM)


@pytest.fixture
def receiver():
    return Receiver(
        municipality_code="exempelkommun",
        unit="barn-och-unga",
        key_id=seal.key_id(PUBLIC),
        public_key=PUBLIC,
    )


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
        return database.write_now(lambda c: submit(c, key, form=form, receiver=to, clock=clock))

    return send
