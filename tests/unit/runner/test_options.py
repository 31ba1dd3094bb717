"""Radios and checkboxes, and the line of text that an option may open."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.field import Reading
from tests.unit.runner.made import field, lines, problems, read, remarks

WORDED = {"errors": {"missing": "!"}}
OPTIONS = [
    {"id": "ja", "label": "Ja"},
    {
        "id": "nej",
        "label": "Nej",
        "text": {"label": "Varför?"},
    },
    {"id": "vet_inte", "label": "Vet inte", "alone": True},
]
RADIOS = field("radios", options=OPTIONS)
BOXES = field("checkboxes", options=OPTIONS)
BOTH = pytest.mark.parametrize("one", [RADIOS, BOXES], ids=["radios", "checkboxes"])


@BOTH
def test_an_option_that_is_chosen_is_the_answer(one):
    reading = read(one, "ja", required=True)
    assert lines(reading) == ("Ja",)
    assert reading.answer.choices == {"ja"}
    assert reading.answer.data == {"ja": ""}


@BOTH
@pytest.mark.parametrize("posted", ["okänd", "JA", "0", "ja,nej"])
def test_what_is_no_option_is_kept_word_for_word_and_chooses_nothing(one, posted):
    reading = read(one, posted)
    assert lines(reading) == (posted,)
    assert (reading.answer.data, reading.answer.choices) == (None, frozenset())
    assert remarks(reading) == [("not_read", {})]
    assert problems(read(one, posted, required=True)) == [("f", "missing")]


@BOTH
@pytest.mark.parametrize("posted", ["", " ", "\x00"])
def test_what_says_nothing_is_no_answer(one, posted):
    assert read(one, posted) == Reading()
    assert problems(read(one, posted, required=True)) == [("f", "missing")]


@BOTH
def test_an_option_with_a_text_asks_for_the_text_only_where_an_answer_is_required(one):
    for text in ("", " \u200b"):
        assert problems(read(one, {"f": "nej", "f-nej-text": text}, required=True)) == [
            ("f-nej-text", "text_missing")
        ]
        reading = read(one, {"f": "nej", "f-nej-text": text})
        assert lines(reading) == ("Nej",)
        assert reading.answer.data == {"nej": ""}
    reading = read(one, {"f": "nej", "f-nej-text": " för  att "}, required=True)
    assert lines(reading) == ("Nej: för att",)
    assert reading.answer.data == {"nej": "för att"}
    assert reading.answer.choices == {"nej"}


@BOTH
@pytest.mark.parametrize("required", [False, True])
def test_who_writes_on_a_line_and_chooses_nothing_has_chosen_it(one, required):
    reading = read(one, {"f-nej-text": "för att"}, required=required)
    assert lines(reading) == ("Nej: för att",)
    assert reading.answer.choices == {"nej"}
    assert one.ticked({"f-nej-text": ("för att",)}) == ("nej",), "and finds it ticked"


@BOTH
def test_the_text_of_an_option_has_its_length(one):
    assert read(one, {"f": "nej", "f-nej-text": "x" * 200}).answer
    (problem,) = read(one, {"f": "nej", "f-nej-text": "x" * 202}).problems
    assert (problem.at, problem.key) == ("f-nej-text", "text_too_long")
    assert problem.numbers == {"max": 200, "count": 202, "over": 2}


@BOTH
def test_the_text_of_an_option_nobody_chose_is_not_said(one):
    reading = read(one, {"f": "ja", "f-nej-text": "hemligt"})
    assert "hemligt" not in str(reading)


@BOTH
def test_a_field_owns_the_texts_that_its_options_open(one):
    assert one.owns("f")
    assert one.owns("f-nej-text")
    assert not one.owns("f-ja-text")
    assert not one.owns("f-ja")


@BOTH
def test_the_first_option_bears_the_fields_own_id_so_that_a_message_can_lead_to_it(one):
    assert [one.input_id(option) for option in one.options] == ["f", "f-nej", "f-vet_inte"]


@BOTH
def test_a_condition_may_ask_for_the_options_and_nothing_else(one):
    assert one.possible() == {"ja", "nej", "vet_inte"}


def test_of_radios_only_the_first_that_was_posted_counts():
    assert lines(read(RADIOS, {"f": ("ja", "vet_inte")})) == ("Ja",)
    assert lines(read(RADIOS, {"f": ("okänd", "ja")})) == ("okänd",)


def test_checkboxes_are_answered_in_the_order_of_the_question():
    reading = read(BOXES, {"f": ("nej", "okänd", "ja"), "f-nej-text": "därför"})
    assert lines(reading) == ("Ja", "Nej: därför", "okänd")
    assert reading.answer.data == {"ja": "", "nej": "därför"}
    assert reading.answer.choices == {"ja", "nej"}


@pytest.mark.parametrize("required", [False, True])
def test_knowing_something_and_not_knowing_is_both(required):
    reading = read(BOXES, {"f": ("ja", "vet_inte")}, required=required)
    assert lines(reading) == ("Ja", "Vet inte")
    assert reading.answer.choices == {"ja", "vet_inte"}


@given(
    st.lists(st.sampled_from(["ja", "nej", "vet_inte", "x"]), max_size=5),
    st.text(max_size=12),
    st.booleans(),
)
def test_checkboxes_never_answer_and_complain_at_once(chosen, text, required):
    reading = read(BOXES, {"f": tuple(chosen), "f-nej-text": text}, required=required)
    assert not (reading.answer and reading.problems)
    assert required or not reading.problems
    if reading.answer and chosen:
        assert reading.answer.choices == set(chosen[:3]) - {"x"}


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ([{"id": "a", "label": "A"}] * 2, ("options.a", "finns två gånger")),
        ([{"id": "hint", "label": "A"}, {"id": "b", "label": "B"}], ("options.hint", "upptaget")),
        ([{"id": "b", "label": "A"}, {"id": "error", "label": "B"}], ("options.error", "upptaget")),
        (
            [
                {"id": "b", "label": "B", "text": {"label": "?", "errors": {"missing": "!"}}},
                {"id": "b-text", "label": "C"},
            ],
            ("options.b-text", "upptaget"),
        ),
        (
            [{"id": "b", "label": "B", "text": {"label": "?"}}, {"id": "c", "label": "C"}],
            ("options.b.text.errors.missing", "säger själv"),
        ),
        (
            [
                {
                    "id": "b",
                    "label": "B",
                    "text": {"label": "?", "errors": {"missing": "!", "x": "?"}},
                },
                {"id": "c", "label": "C"},
            ],
            ("options.b.text.errors.x", "okänt fel"),
        ),
    ],
)
def test_options_that_would_be_mixed_up_are_refused(options, fault):
    words = {"required": True, "errors": {"missing": "!"}}
    ((key, reason),) = field("radios", options=options, **words).faults()
    assert key == fault[0]
    assert fault[1] in reason


def test_the_text_of_a_question_that_may_be_left_empty_has_no_words_for_being_empty():
    options = [{"id": "b", "label": "B", "text": {"label": "?", **WORDED}}, OPTIONS[0]]
    ((key, reason),) = field("radios", options=options).faults()
    assert (key, "okänt fel" in reason) == ("options.b.text.errors.missing", True)


@BOTH
@pytest.mark.parametrize("required", [True, False])
@given(values=st.lists(st.sampled_from(["ja", "nej", "vet_inte", "", "okänd"]), max_size=2))
def test_an_option_alone_is_read_as_among_others(one, required, values):
    typed = {"f": tuple(values)}
    long_way = one.model_copy()
    long_way.__dict__["alone"] = {}
    today = date(2026, 1, 2)
    assert one.read(typed, today=today, required=required) == long_way.read(
        typed, today=today, required=required
    )
