"""Nobody is stopped by a form: what may be left empty takes anything, and nothing typed is lost."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.runner import answers
from app.runner.field import Field
from app.runner.fields.date import DateField
from app.runner.fields.group import GroupField
from app.runner.fields.long_text import LongTextField
from app.runner.fields.options import OptionsField
from app.runner.journey import Journey, question
from app.runner.line import LineField
from app.runner.transcript_schema import schema
from app.runner.typed import clean, line
from tests.unit.runner.made import TODAY, all_forms, real, trial

SIGNS = st.characters(codec=None, categories=None)
HONEST = st.sampled_from(
    [
        "3 månader", "8-9", "åtta", "ofödd", "tonåring", "8?", "٨", "vet inte", "31/1 2018", "2018",
        "191500882392", "070-174 06 05 ankn 4", "ring växeln", "Anna <a@b.se>", "a@b", "mañana",
        "\U0001d160" * 200, "q\u0316" * 100, "<b>&amp;", "a\r\nb", "-", "0", "9" * 200,
        "½", "²", "\u2066",
    ]
)  # fmt: skip
WORDS = st.one_of(HONEST, st.text(SIGNS, max_size=200))
FORMS = sorted({**real().forms["sv"], **trial().forms["sv"]})


@st.composite
def typed_in(draw: st.DrawFn, one: Field) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Draw anything in any input of a field: what is posted, and the words that may not be lost."""
    if isinstance(one, GroupField):
        drawn = [draw(typed_in(inner)) for number in range(2) for inner in one.item_fields(number)]
        posted = dict(chain.from_iterable(inputs.items() for inputs, _ in drawn))
        return posted, [word for _, words in drawn for word in words]
    if isinstance(one, OptionsField):
        option = draw(st.sampled_from(one.options))
        value = draw(st.one_of(st.just(option.id), WORDS))
        posted = {one.id: (value,)}
        if option.text:
            posted[one.text_name(option)] = (draw(WORDS),)
        words = [option.label] if value == option.id else [clean(value)]
        if option.text and (value == option.id or not clean(value)):
            words.append(line(posted, one.text_name(option)))
        return posted, words
    if isinstance(one, DateField):
        posted = {name: (draw(WORDS),) for name in one.names if draw(st.booleans())}
        return posted, [line(posted, name) for name in posted]
    posted = {one.id: (draw(WORDS),)}
    if isinstance(one, LongTextField):
        return posted, [clean(posted[one.id][0])]
    if isinstance(one, LineField):
        words = [line(posted, one.id)]
        if one.unknown and draw(st.booleans()):
            posted[one.box] = ("yes",)
            words.append(one.unknown)
        return posted, words
    return posted, [one.label if clean(posted[one.id][0]) else ""]


@pytest.mark.parametrize("form_id", FORMS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_question_that_may_be_left_empty_never_stops_anybody(form_id, data):
    form = all_forms()[form_id]
    page, one = data.draw(st.sampled_from(list(form.fields())))
    posted, words = data.draw(typed_in(one))
    reading = one.read(answers.kept([one], posted), today=TODAY, required=False)
    assert reading.problems == ()
    told = question(one, reading.answer)
    said = "\n".join(told["lines"])
    for word in words:
        assert word in said, (page.id, one.id)
    said.encode("utf-8")


@pytest.mark.parametrize("form_id", FORMS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_page_of_such_questions_is_done_whatever_is_on_it(form_id, data):
    form = all_forms()[form_id]
    free = [
        page
        for page in form.pages
        if page.fields and not page.checks and not any(one.required for one in page.fields)
    ]
    page = data.draw(st.sampled_from(free))
    drawn = [data.draw(typed_in(one)) for one in page.fields if not one.required_if]
    posted = dict(chain.from_iterable(inputs.items() for inputs, _ in drawn))
    always = tuple(one.model_copy(update={"ask_if": ()}) for one in page.fields)
    asked = page.model_copy(update={"ask_if": (), "fields": always})
    alone = form.model_copy(update={"pages": (asked,)})
    journey = Journey(alone, {page.id: posted}, TODAY)
    assert journey.first_unanswered() is None
    transcript = journey.transcript(language="sv")
    Draft202012Validator(schema(alone)).validate(transcript)
    told = str(transcript["pages"])
    words = chain.from_iterable(words for _, words in drawn)
    for word in chain.from_iterable(word.split("\n") for word in words):
        assert repr(word)[1:-1] in told or word in told


@pytest.mark.parametrize("form_id", FORMS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_must_be_answered_takes_every_answer_but_a_number_that_cannot_be_dialled(
    form_id, data
):
    form = all_forms()[form_id]
    fields = [one for _, one in form.fields() if isinstance(one, LineField | LongTextField)]
    one = data.draw(st.sampled_from(fields))
    posted = {one.id: (data.draw(WORDS),)}
    reading = one.read(posted, today=TODAY, required=True)
    allowed = {"missing"} if not clean(posted[one.id][0]) else set()
    if isinstance(one, LineField) and one.REFUSED:
        allowed.add(one.REFUSED)
    assert {problem.key for problem in reading.problems} <= allowed


def test_an_input_keeps_one_value_and_a_box_no_more_than_it_has():
    form = trial().forms["sv"]["provformular"]
    page = form.page("flera")
    many = ("a", "b", "a", *map(str, range(5000)))
    found = answers.kept(page.fields, {"flera": many, "flera-annat-text": ("x", "y"), "g": ("z",)})
    assert found == {"flera": ("a", "b", "0", "1"), "flera-annat-text": ("x",)}
    group = form.page("grupp")
    found = answers.kept(group.fields, {"grupp-0-namn": ("Kim", "Bo"), "grupp-0-roll": ("a", "b")})
    assert found == {"grupp-0-namn": ("Kim",), "grupp-0-roll": ("a",)}
