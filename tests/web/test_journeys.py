"""Everybody who comes with something to report gets it all the way to those who are to read it."""

from dataclasses import replace

import pytest

from app.commands import keys
from app.runner import content
from tests import forms
from tests.content import paths
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS, EVERYBODY, Reporter
from tests.web.visitor import Visitor

UNITS = {"orosanmalan": "barn-och-unga", "stoppmote": "sspf"}


@pytest.mark.parametrize("reporter", EVERYBODY.values(), ids=EVERYBODY)
def test_the_staff_read_the_questions_as_they_were_put_and_the_answers_as_they_were_given(
    visitor, town, clerk_of, form, reporter
):
    reference = journeys.report(visitor, reporter)
    assert town.carry() == 1

    clerk = clerk_of(UNITS[reporter.form_id])
    assert clerk.queue() == [reference]
    screen = clerk.open(reference)
    definition = form(reporter.form_id, reporter.language)
    asked = journeys.asked_fields(visitor, definition)
    facts = len(screen.pairs()) - len(asked)
    assert screen.pairs()[facts:] == journeys.expected(reporter, definition, asked)
    assert definition.title in {line for _, lines in screen.pairs() for line in lines}


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
    asked = [str(field.label) for one in way.journey.asked.values() for field in one.fields]
    assert read[-len(asked) :] == asked


def test_what_must_be_filled_in_together_with_something_else_is_not_said_to_be_optional(visitor):
    journeys.reach(visitor, ANONYMOUS, "barnet")
    labels = [label.words for label in visitor.screen.page.all("label")]
    assert [words for words in labels if "(frivilligt)" in words] == []
    journeys.walk(visitor, ANONYMOUS, until="personnummer")
    assert "(frivilligt)" in visitor.screen.heading
