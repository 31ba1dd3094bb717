"""Every way through every form comes to an end, and asks nothing it may not ask."""

import pytest

from app.runner.definition import Form
from app.runner.journey import Journey
from tests.content import FORM_IDS, TEST_FORM, form
from tests.content.paths import TODAY, ways

pytestmark = pytest.mark.untraced

EVERY = pytest.mark.parametrize("form_id", [*FORM_IDS, TEST_FORM])


@EVERY
@pytest.mark.parametrize("only_required", [False, True])
def test_every_way_ends_at_the_check_page_or_at_a_page_that_ends(form_id, only_required):
    stuck = [
        (way.chosen, page.id, dict(way.journey.asked[page.id].problems))
        for way in ways(form(form_id), only_required=only_required)
        if (page := way.journey.first_unanswered()) and not page.ends
    ]
    assert stuck == []


@EVERY
def test_every_page_field_and_note_is_met_on_some_way(form_id):
    whole = form(form_id)
    pages, fields, notes = set(), set(), set()
    for way in ways(whole):
        pages |= way.journey.asked.keys()
        fields |= way.asked
        notes |= {
            (page.id, note.id)
            for page in whole.pages
            if page.id in way.journey.asked
            for note in page.notes
            if all(rule.holds(way.journey.chosen) for rule in note.ask_if)
        }
    assert {page.id for page in whole.pages} - pages == set()
    assert {field.id for _, field in whole.fields()} - fields == set()
    assert {(page.id, note.id) for page in whole.pages for note in page.notes} - notes == set()


@EVERY
def test_the_steps_only_go_forward(form_id):
    for way in ways(form(form_id)):
        steps = [way.journey.step(page_id) for page_id in way.journey.asked]
        numbers = [step.number for step in steps if not step.more]
        assert numbers == sorted(numbers)
        assert numbers[0] == 1
        rest = [step for step in steps if step.more]
        assert [step.number for step in rest] == list(range(1, len(rest) + 1))
        assert {step.total for step in rest} <= {len(rest)}
        assert steps == sorted(steps, key=lambda step: step.more), "the rest comes last"


@EVERY
def test_nothing_among_the_rest_can_stop_anybody(form_id):
    for way in ways(form(form_id)):
        if way.ended:
            continue
        rest = {asked.page.id for asked in way.journey.rest}
        core = {name: typed for name, typed in way.typed.items() if name not in rest}
        passed_by = Journey(form(form_id), core, TODAY)
        assert passed_by.first_unanswered() is None
        said = passed_by.transcript(language="sv")
        asked = {page["page"] for page in said["pages"]}
        assert asked.isdisjoint(page["page"] for page in said["passed_by"])


@EVERY
def test_an_empty_page_is_refused_only_where_something_is_required(form_id):
    whole: Form = form(form_id)
    for page in whole.pages:
        for field in page.fields:
            reading = field.read({}, today=TODAY, required=False)
            assert not reading.problems, f"{field.id} is refused though nothing demands it"


@EVERY
def test_few_questions_stand_on_a_page(form_id):
    """At most three; on oneself, in short lines that a browser can fill in, at most five."""
    for page in form(form_id).pages:
        about_oneself = all(field.autocomplete != "off" for field in page.fields)
        assert len(page.fields) <= (5 if page.fields and about_oneself else 3), page.id


@EVERY
def test_one_who_answers_only_what_must_be_answered_presses_continue_a_bearable_number_of_times(
    form_id,
):
    longest = max(len(way.journey.asked) for way in ways(form(form_id), only_required=True))
    assert longest <= 32


@EVERY
def test_a_page_with_a_note_has_a_heading_of_its_own_above_it(form_id):
    assert [page.id for page in form(form_id).pages if page.notes and not page.title] == []
