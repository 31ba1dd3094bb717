"""Radios and checkboxes, and the line of text that an option may open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.field import Reading
from tests.unit.runner.made import field, lines, problems, read

WORDED = {"errors": {"missing": "!"}}
OPTIONS = [
    {"id": "ja", "label": "Ja"},
    {
        "id": "nej",
        "label": "Nej",
        "text": {"label": "Varför?", "max": 10, "errors": {"missing": "!"}},
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
@pytest.mark.parametrize("posted", ["okänd", "JA", "ja ", "ja\x00", "", "0", "ja,nej"])
def test_what_is_no_option_is_no_answer(one, posted):
    assert read(one, posted) == Reading()
    assert problems(read(one, posted, required=True)) == [("f", "missing")]


@BOTH
def test_an_option_with_a_text_asks_for_the_text(one):
    assert problems(read(one, "nej")) == [("f-nej-text", "text_missing")]
    assert problems(read(one, {"f": "nej", "f-nej-text": " \u200b"})) == [
        ("f-nej-text", "text_missing")
    ]
    reading = read(one, {"f": "nej", "f-nej-text": " för  att "})
    assert lines(reading) == ("Nej: för att",)
    assert reading.answer.data == {"nej": "för att"}
    assert reading.answer.choices == {"nej"}


@BOTH
def test_the_text_of_an_option_has_its_length(one):
    assert read(one, {"f": "nej", "f-nej-text": "x" * 10}).answer
    (problem,) = read(one, {"f": "nej", "f-nej-text": "x" * 12}).problems
    assert (problem.at, problem.key) == ("f-nej-text", "text_too_long")
    assert problem.numbers == {"max": 10, "count": 12, "over": 2}


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
    assert read(RADIOS, {"f": ("okänd", "ja")}) == Reading()


def test_checkboxes_are_answered_in_the_order_of_the_question():
    reading = read(BOXES, {"f": ("nej", "okänd", "ja", "ja"), "f-nej-text": "därför"})
    assert lines(reading) == ("Ja", "Nej: därför")
    assert reading.answer.choices == {"ja", "nej"}


def test_not_knowing_stands_alone():
    assert problems(read(BOXES, {"f": ("ja", "vet_inte")})) == [("f", "alone")]
    assert lines(read(BOXES, {"f": ("vet_inte",)})) == ("Vet inte",)
    assert lines(read(BOXES, {"f": ("vet_inte", "okänd")})) == ("Vet inte",)


@given(st.lists(st.sampled_from(["ja", "nej", "vet_inte", "x"]), max_size=5), st.text(max_size=12))
def test_checkboxes_never_answer_and_complain_at_once(chosen, text):
    reading = read(BOXES, {"f": tuple(chosen), "f-nej-text": text})
    assert not (reading.answer and reading.problems)
    if reading.answer:
        assert reading.answer.choices == set(chosen) - {"x"}


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
    ((key, reason),) = field("radios", options=options).faults()
    assert key == fault[0]
    assert fault[1] in reason
