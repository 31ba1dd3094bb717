"""Every kind of field: what it takes, what it refuses, and by what name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner import field as contract
from app.runner.definition import Form
from app.runner.field import KINDS, Field, Problem, Reading, kind
from tests.unit.runner.made import INVISIBLE, TODAY, all_forms, field, lines, problems, read, walk

NEEDED = {
    "radios": {"options": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]},
    "checkboxes": {"options": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]},
    "group": {
        "item": "Nummer {number}",
        "add": "Lägg till",
        "remove": "Ta bort {item}",
        "fields": [{"kind": "text", "id": "namn", "label": "Namn"}],
    },
}
"""What a definition must say of some kinds."""
EVERY_KIND = [pytest.param(name, id=name) for name in sorted(KINDS)]
ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=40)


@pytest.mark.parametrize("name", EVERY_KIND)
def test_nothing_typed_is_no_answer_and_no_problem(name):
    assert read(field(name, **NEEDED.get(name, {})), {}) == Reading()


@pytest.mark.parametrize("name", EVERY_KIND)
def test_nothing_typed_where_something_is_required_is_said_at_the_first_input(name):
    one = field(name, **NEEDED.get(name, {}))
    assert read(one, {}, required=True).problems == (Problem(one.first, "missing"),)


@pytest.mark.parametrize("name", EVERY_KIND)
@pytest.mark.parametrize("sign", [" ", "\t\n", *INVISIBLE])
def test_what_cannot_be_seen_does_not_answer(name, sign):
    one = field(name, **NEEDED.get(name, {}))
    names = ("f", "f-day", "f-month", "f-year", "f-0-namn", "f-unknown")
    typed = {n: sign for n in names if one.owns(n)}
    assert read(one, typed) == Reading()
    assert [key for _, key in problems(read(one, typed, required=True))] == ["missing"]


@pytest.mark.parametrize("name", EVERY_KIND)
@given(typed=st.dictionaries(st.sampled_from(["f", "f-day", "f-month", "f-0-namn"]), ANYTHING))
def test_whatever_is_typed_is_an_answer_or_a_problem_with_a_name_and_a_place(name, typed):
    one = field(name, **NEEDED.get(name, {}))
    reading = read(one, typed)
    assert not (reading.answer and reading.problems)
    for problem in reading.problems:
        inner = {key for part in getattr(one, "fields", ()) for key in part.ERRORS}
        assert problem.key in {*one.ERRORS, *inner}
        assert problem.at == one.id or one.owns(problem.at)


@pytest.mark.parametrize("name", EVERY_KIND)
def test_fifty_thousand_characters_are_answered_at_once(name):
    one = field(name, **NEEDED.get(name, {}))
    for typed in ("å" * 50_000, "9" * 50_000, "a@" + "b." * 25_000 + "se", "😀" * 50_000):
        names = ("f", "f-day", "f-month", "f-year", "f-approx", "f-0-namn")
        read(one, {n: typed for n in names if one.owns(n)})


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_field_owns_its_own_inputs_and_nobody_elses(name):
    one = field(name, **NEEDED.get(name, {}))
    for other in ("g", "ff", "f-", "-f", "f\n", "F", "", "_token", "f-0", "f-x", "f-unknown"):
        assert not one.owns(other), other


def test_no_two_fields_of_a_form_own_the_same_input():
    for form in all_forms().values():
        for page in form.pages:
            names = {one.first for one in page.fields}
            names |= {f"{one.id}-unknown" for one in page.fields}
            for name in names:
                assert sum(one.owns(name) for one in page.fields) <= 1


def test_a_kind_has_one_definition():
    with pytest.raises(ValueError, match="'text' is registered twice"):
        kind("text")(Field)
    assert KINDS["text"] is not Field


def test_every_kind_is_a_file_of_its_own():
    folder = contract.__file__.replace("field.py", "fields")
    assert folder
    assert set(KINDS) == {
        "checkboxes",
        "confirmation",
        "date",
        "email",
        "group",
        "long_text",
        "number",
        "person_number",
        "phone",
        "radios",
        "text",
    }


def test_a_field_without_a_way_to_read_is_none():
    with pytest.raises(NotImplementedError):
        Field(kind="x", id="f", label="F").read({}, today=TODAY, required=False)


def test_a_field_that_is_built_stays_as_it_is():
    one = field("text")
    assert contract.build(one) is one
    assert contract.build("text") == "text"


# One line, several lines


@pytest.mark.parametrize(("name", "key"), [("text", "too_long"), ("long_text", "too_long")])
def test_the_last_character_that_fits_and_the_first_that_does_not(name, key):
    one = field(name, max=10)
    assert lines(read(one, "å" * 10)) == ("å" * 10,)
    (problem,) = read(one, "å" * 11).problems
    assert (problem.at, problem.key) == ("f", key)
    assert problem.numbers.items() >= {"max": 10, "count": 11, "over": 1}.items()


def test_a_text_can_be_too_short():
    one = field("long_text", min=5)
    assert lines(read(one, "fem!!")) == ("fem!!",)
    (problem,) = read(one, "fyra").problems
    assert (problem.key, problem.numbers["min"], problem.numbers["count"]) == ("too_short", 5, 4)


def test_lines_stay_lines_and_a_line_break_is_one_character():
    one = field("long_text", max=7)
    reading = read(one, "ett\r\ntvå")
    assert lines(reading) == ("ett", "två")
    assert reading.answer.data == "ett\ntvå"


def test_one_line_is_one_line():
    assert lines(read(field("text"), "Anna\r\n  Svensson ")) == ("Anna Svensson",)


@pytest.mark.parametrize("name", ["text", "number"])
def test_not_knowing_is_an_answer_that_conditions_see(name):
    one = field(name, unknown="Jag vet inte")
    reading = read(one, {"f": "", "f-unknown": "unknown"}, required=True)
    assert lines(reading) == ("Jag vet inte",)
    assert reading.answer.choices == {"unknown"}
    assert reading.answer.data is None
    assert "unknown" in one.possible()
    assert one.owns("f-unknown")


@pytest.mark.parametrize("name", ["text", "number"])
def test_knowing_and_not_knowing_at_once_is_refused(name):
    one = field(name, unknown="Jag vet inte")
    assert problems(read(one, {"f": "7", "f-unknown": "unknown"})) == [("f", "both")]


@pytest.mark.parametrize("name", ["text", "number"])
def test_a_box_that_is_not_there_cannot_be_ticked(name):
    one = field(name)
    assert lines(read(one, {"f": "7", "f-unknown": "unknown"})) == ("7",)
    assert "unknown" not in one.possible()


def test_an_empty_box_is_not_ticked():
    assert read(field("text", unknown="Nej"), {"f-unknown": ""}) == Reading()
    assert read(field("confirmation"), {"f": ""}, required=True).problems


def test_a_confirmation_answers_with_what_was_confirmed():
    one = field("confirmation")
    reading = read(one, "yes", required=True)
    assert lines(reading) == ("Fråga",)
    assert (reading.answer.data, reading.answer.choices) == (True, {"yes"})
    assert one.possible() == {"yes"}


# E-mail and telephone


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("anna@exempel.se", "anna@exempel.se"),
        (" Anna.Svensson+oro@EXEMPEL.se ", "Anna.Svensson+oro@exempel.se"),
        ("åsa@exempel.se", "åsa@exempel.se"),
        ("anna@räksmörgås.se", "anna@räksmörgås.se"),
        ("anna@kommun.example", "anna@kommun.example"),
        ("a\u030asa@exempel.se", "åsa@exempel.se"),
        ("anna@exem\u200bpel.se", "anna@exempel.se"),
    ],
)
def test_an_address_that_can_receive_mail_is_taken(written, kept):
    reading = read(field("email"), written)
    assert lines(reading) == (kept,)
    assert reading.answer.data == kept


@pytest.mark.parametrize(
    "written",
    [
        "anna",
        "anna@",
        "@exempel.se",
        "anna@exempel",
        "anna exempel@x.se",
        "Anna <anna@x.se>",
        "a@b@c.se",
        "anna@exempel..se",
        "anna@[127.0.0.1]",
        "anna@x.se, berit@x.se",
        "a@localhost",
        "q" * 250 + "@x.se",
    ],
)
def test_what_is_no_address_is_refused_by_name(written):
    assert problems(read(field("email"), written)) == [("f", "not_an_address")]


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("070-174 06 05", "+46701740605"),
        ("0701740605", "+46701740605"),
        ("08-465 004 10", "+46846500410"),
        ("+46 (0)70-174 06 05", "+46701740605"),
        ("0046 70 174 06 05", "+46701740605"),
        ("+47 22 22 22 22", "+4722222222"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("+358 40 123 45 67", "+358401234567"),
        ("070–174 06 05", "+46701740605"),
        ("070\u2011174\u202f06\u00a005", "+46701740605"),
        ("070.174.06.05", "+46701740605"),
        ("\u202d070-174 06 05\u202c", "+46701740605"),
    ],
)
def test_a_number_is_taken_however_it_is_written(written, e164):
    reading = read(field("phone"), written)
    assert reading.problems == ()
    assert reading.answer.data == e164


def test_a_number_is_shown_as_it_was_written():
    assert lines(read(field("phone"), " 070-174 06  05 ")) == ("070-174 06 05",)


@pytest.mark.parametrize(
    "written",
    [
        "112",
        "1",
        "070",
        "ring mig",
        "070-174 06 05 efter sex",
        "0701740635x",
        "070-174 06 05 / 08-465 004 10",
        "+",
        "+999 1234567",
        "0" * 50,
        "٠٧٠١٧٤٠٦٠٥",
        "()",
        "070-174 06 05\x00a",
    ],
)
def test_what_cannot_be_dialled_is_refused_by_name(written):
    assert problems(read(field("phone"), written)) == [("f", "not_a_number")]


# Numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8", 8),
        ("ca 8", 8),
        ("ca. 8", 8),
        ("Ungefär 8 år", 8),
        ("cirka 8 st.", 8),
        ("kanske 10", 10),
        ("about 8 years old", 8),
        ("8år", 8),
        ("0", 0),
        ("08", 8),
        ("omkring 20 personer", 20),
    ],
)
def test_about_how_many_is_enough(written, number):
    one = field("number", approximate=True)
    reading = read(one, written)
    assert lines(reading) == (" ".join(written.split()),)
    assert (reading.answer.data, reading.answer.choices) == (number, {str(number)})


@pytest.mark.parametrize(
    "written", ["ca 8", "8 år", "åtta", "8,5", "8-10", "-8", "1e3", "٨", "8 8"]
)
def test_an_exact_number_is_digits(written):
    assert problems(read(field("number"), written)) == [("f", "not_a_number")]


@pytest.mark.parametrize("written", ["ca", "år", "ca åtta", "8-10", "8 eller 9", "c 8", "8" * 10])
def test_even_about_how_many_is_said_with_digits(written):
    assert problems(read(field("number", approximate=True), written)) == [("f", "not_a_number")]


def test_a_number_has_its_limits_and_the_message_knows_them():
    one = field("number", least=1, most=20)
    assert [read(one, str(n)).answer.data for n in (1, 20)] == [1, 20]
    for written, key in (("0", "too_small"), ("21", "too_large"), ("999999999", "too_large")):
        (problem,) = read(one, written).problems
        assert (problem.at, problem.key) == ("f", key)
        assert problem.numbers == {"least": 1, "most": 20}


@given(st.integers(0, 10**6))
def test_a_number_that_is_typed_is_the_number_that_is_read(number):
    assert read(field("number", least=0), str(number)).answer.data == number


def test_a_condition_may_ask_for_any_number_up_to_a_thousand():
    possible = field("number").possible()
    assert {"0", "1", "999"} <= possible
    assert not {"1000", "01", "-1", "unknown"} & possible


# The forms that are


def test_every_error_that_a_field_words_is_one_that_it_can_have():
    for form in all_forms().values():
        assert isinstance(form, Form)
        for one in walk(form):
            assert set(one.errors) <= set(one.ERRORS), one.id


@pytest.mark.parametrize(
    ("name", "limits", "key"),
    [
        ("long_text", {"min": 5, "max": 4}, "min"),
        ("number", {"least": 5, "most": 4}, "least"),
        ("person_number", {"least_age": 5, "most_age": 4}, "least_age"),
    ],
)
def test_limits_that_nothing_can_fit_between_are_refused(name, limits, key):
    assert [at for at, _ in field(name, **limits).faults()] == [key]
    assert field(name, **dict.fromkeys(limits, 5)).faults() == []
    if name != "long_text":
        assert field(name, **{**limits, key: "child_age_max"}).faults() == []
