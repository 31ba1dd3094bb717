"""A kind of field that a stranger adds is one file: it brings what it needs, and nothing breaks."""

import shutil
from dataclasses import replace
from typing import ClassVar, Literal

import pytest
from jsonschema import Draft202012Validator

from app.commands import partners
from app.runner.field import KINDS, Answer, Field, Reading, Remark, kind
from app.runner.journey import Journey
from app.runner.line import LineField, Understood
from app.runner.typed import one
from tests.web import journeys
from tests.web.conftest import Town
from tests.web.reporters import ANONYMOUS
from tests.web.visitor import Visitor

PAGES = """
[[pages]]
id = "postnummer"
step = "kontakt"
title = "Postnummer"

[[pages.fields]]
id = "ort"
kind = "postnummer"
label = "Barnets postnummer"
required = true
errors = { missing = "Skriv barnets postnummer." }

[[pages.fields]]
id = "annan_ort"
kind = "postnummer"
label = "Ett annat postnummer"

[[pages.fields]]
id = "skala"
kind = "skala"
label = "Hur orolig är du?"
"""


@pytest.fixture
def strangers(monkeypatch, settings, tmp_path, database, clock):
    """A town whose forms ask in two ways that nobody has heard of, one of them a line."""
    monkeypatch.setattr("app.runner.field.KINDS", dict(KINDS))

    @kind("postnummer")
    class Postnummer(LineField):
        """A post code."""

        ERRORS: ClassVar = ("missing", "too_long", "not_a_postnummer")
        REFUSED: ClassVar = "not_a_postnummer"

        kind: Literal["postnummer"]

        def understand(self, text, today):
            digits = "".join(sign for sign in text if sign.isdigit())
            return Understood(digits if len(digits) == 5 else None)

    @kind("skala")
    class Skala(Field):
        """From a little to very much, shown as what is already there."""

        COMPONENT: ClassVar = "long_text"
        REMARKS: ClassVar = ("unheard_of",)

        kind: Literal["skala"]
        rows: int = 1
        min: int = 0
        max: int = 200

        def read(self, typed, *, today, required):
            text = one(typed, self.id)
            said = (Remark(self.kind, "unheard_of"),)
            return Reading(Answer((text,), None, remarks=said)) if text else Reading()

    forms = tmp_path / "forms"
    shutil.copytree(settings.forms, forms)
    file = forms / "orosanmalan.toml"
    file.write_text(file.read_text("utf-8") + PAGES, "utf-8")
    return Town(replace(settings, forms=forms), database, clock)


def test_it_is_shown_judged_sent_and_read(strangers):
    visitor = Visitor(strangers.citizen())
    journeys.reach(visitor, ANONYMOUS, "postnummer")
    screen = visitor.press({"ort": "vet inte"})
    assert (screen.status, screen.errors()) == (422, ["Fel: Läs igenom svaret en gång till."])
    assert screen.value("ort") == "vet inte"
    odd = {"ort": "435 30 (tror jag)", "annan_ort": "någonstans", "skala": "mycket"}
    assert visitor.press(odd).here != "postnummer"
    screen = journeys.walk(visitor, ANONYMOUS)
    for words in odd.values():
        assert words in screen.text
    assert "Vi kunde inte läsa det som ett svar på frågan. Det är okej." in screen.text
    journeys.send(visitor)


def test_its_transcript_is_as_its_schema_says(strangers):
    made = partners.transcript_schema(strangers.settings, "orosanmalan")
    Draft202012Validator.check_schema(made)
    form = strangers.citizen().state.parts.content.forms["sv"]["orosanmalan"]
    typed = {"postnummer": {"ort": ("43530",), "annan_ort": ("x",), "skala": ("mycket",)}}
    journey = Journey(form, typed, strangers.clock.now().date())
    told = journey.transcript(language="sv")
    assert [one["data"] for one in told["pages"][-1]["questions"]] == ["43530", None, None]
    Draft202012Validator(made).validate(told)
