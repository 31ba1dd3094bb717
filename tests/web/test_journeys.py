"""Everybody who comes with something to report gets it all the way to those who are to read it."""

import pytest

from tests.web import journeys
from tests.web.reporters import EVERYBODY

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
    read = {line for _, lines in screen.pairs() for line in lines}
    assert str(definition.declaration.label) in read
    assert definition.title in read
