"""Everybody who comes with something to report gets it all the way to those who are to read it."""

from dataclasses import replace

import pytest

from app.commands import keys
from app.runner import content
from tests import forms
from tests.content import paths
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS, ENGLISH, EVERYBODY, Reporter
from tests.web.visitor import Visitor

pytestmark = pytest.mark.untraced

ABOUT = ("Kom in", "Läge", "Formulär", "Skriven på")
"""What stands on one line under the title of a case."""
UNITS = {"orosanmalan": "barn-och-unga", "stoppmote": "sspf"}


IN_SWEDISH = {name: one for name, one in EVERYBODY.items() if one.language == "sv"}


@pytest.mark.parametrize("reporter", IN_SWEDISH.values(), ids=IN_SWEDISH)
def test_the_staff_read_every_answer_once_and_what_was_not_answered_by_its_name(
    visitor, town, clerk_of, form, reporter
):
    reference = journeys.report(visitor, reporter)
    assert town.carry() == 1

    clerk = clerk_of(UNITS[reporter.form_id])
    assert clerk.queue() == [reference]
    screen = clerk.open(reference)
    definition = form(reporter.form_id)
    asked = journeys.asked_fields(visitor, form(reporter.form_id, reporter.language))
    answered, left_out = journeys.told(reporter, definition, asked)
    pairs = dict(screen.pairs())
    told = [pair for pair in screen.pairs() if pair[0] not in {*ABOUT, "Inte besvarat", "t", "?"}]
    assert told == answered
    assert pairs.get("Inte besvarat", ()) == ((" · ".join(left_out),) if left_out else ())
    assert pairs["Formulär"] == (f"{definition.title}, version {definition.version}",)


def test_what_was_written_in_another_language_is_read_in_our_words_beside_those_it_was_put_in(
    visitor, town, clerk_of
):
    reference = journeys.report(visitor, ENGLISH)
    town.carry()
    screen = clerk_of("barn-och-unga").open(reference)
    pairs = dict(screen.pairs())
    assert pairs["Är barnet i fara just nu?"] == ("Vet inte",)
    assert "Is the child in danger right now? – Not sure" in screen.text
    assert pairs["Barnets namn"] == ("Vet inte namnet",)
    assert pairs["Vad handlar oron om?"] == ("Våld eller hot hemma",)
    assert pairs["Hur känner du barnet?"] == ("På annat sätt", "Vi delar trapphus")
    described = ENGLISH.answers["beskriv"]
    assert pairs["Vad har du sett, hört eller fått veta?"] == (described,)
    assert f'<p lang="en" dir="ltr">{described}</p>' in screen.html
    tags = [tag.words for tag in screen.page.all("span") if "behöver översättas" in tag.words]
    assert set(tags) == {"English: behöver översättas"}
    assert len(tags) == sum(
        name in ENGLISH.answers
        for name in ("beskriv", "plats", "relation-annat-text", "ring_mig-ja-text")
    ), "a name and a number need no translation"


@pytest.mark.parametrize("form_id", ["provformular", "provtva"])
def test_a_form_that_nobody_has_seen_before_goes_the_same_way(town, tmp_path, form_id):
    folder = forms.assemble(tmp_path / "forms")
    theirs = content.load(folder, forms.MUNICIPALITY)
    data = tmp_path / "keys"
    settings = replace(
        town.settings,
        forms=folder,
        municipality=forms.MUNICIPALITY,
        public_keys=data / "public",
        private_keys=data / "private",
    )
    units = theirs.municipality.units
    keys.make_missing(units, private=settings.private_keys, public=settings.public_keys)
    town = replace(town, settings=settings)
    definition = theirs.forms["sv"][form_id]
    way = next(way for way in paths.ways(definition) if way.finished)
    answers = {name: value for page in way.typed.values() for name, value in page.items()}

    visitor = Visitor(town.citizen())
    reference = journeys.report(visitor, Reporter(form_id, answers))
    assert town.carry() == 1
    clerk = Clerk(town.staff(), theirs.municipality.forms[form_id].unit)
    read = [question for question, _ in clerk.open(reference).pairs()]
    asked = [one for one in way.journey.asked.values() if one.fields]
    answered = [field.label for one in asked for field in one.fields if field.id in one.answers]
    assert sorted(set(read) & set(answered)) == sorted(answered)
    lead = [definition.by_field[name].label for name in definition.lead]
    assert [each for each in read if each not in ABOUT][: len(lead)] == lead


def test_what_must_be_filled_in_together_with_something_else_is_not_said_to_be_optional(visitor):
    journeys.reach(visitor, ANONYMOUS, "barnet")
    labels = [label.words for label in visitor.screen.page.all("label")]
    assert [words for words in labels if "(frivilligt)" in words] == []
    journeys.walk(visitor, ANONYMOUS, until="personnummer")
    assert "(frivilligt)" in visitor.screen.heading
