"""Every kind of field: what it takes, what it refuses, and by what name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.runner import field as contract
from app.runner.definition import Form
from app.runner.field import KINDS, Field, Problem, Reading, kind
from app.runner.fields import phone
from app.runner.line import LineField
from app.runner.typed import line
from tests.unit.runner.made import (
    INVISIBLE,
    TODAY,
    all_forms,
    field,
    lines,
    problems,
    read,
    remarks,
    walk,
)

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
    kinds = (one, *getattr(one, "fields", ()))
    for required in (False, True):
        reading = read(one, typed, required=required)
        assert not (reading.answer and reading.problems)
        assert required or not reading.problems
        for problem in reading.problems:
            assert problem.key in {key for part in kinds for key in part.ERRORS}
            assert problem.at == one.id or one.owns(problem.at)
        for remark in reading.answer.remarks if reading.answer else ():
            assert remark.key in {key for part in kinds for key in part.REMARKS}


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
        "age",
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
    one = field(name, max=210)
    assert lines(read(one, "å" * 210)) == ("å" * 210,)
    (problem,) = read(one, "å" * 211).problems
    assert (problem.at, problem.key) == ("f", key)
    assert problem.numbers == {"max": 210, "count": 211, "over": 1}


LINES = [name for name in sorted(KINDS) if issubclass(KINDS[name], LineField)]


@pytest.mark.parametrize("name", LINES)
def test_every_line_has_room_for_two_hundred_characters_and_says_what_is_more(name):
    one = field(name)
    assert lines(read(one, "å" * 200, required=not one.REFUSED)) == ("å" * 200,)
    (problem,) = read(one, "å" * 201).problems
    assert (problem.at, problem.key) == ("f", "too_long")
    assert problem.numbers == {"max": 200, "count": 201, "over": 1}


@pytest.mark.parametrize("name", ["text", "long_text"])
def test_no_definition_can_have_a_limit_that_stops_people(name):
    with pytest.raises(ValidationError, match="200"):
        field(name, max=199)


@pytest.mark.parametrize("required", [False, True])
def test_a_text_that_is_short_is_remarked_on_and_taken(required):
    one = field("long_text", min=5)
    assert remarks(read(one, "fem!!")) == []
    reading = read(one, "fyra", required=required)
    assert lines(reading) == ("fyra",)
    assert remarks(reading) == [("short", {})]
    assert reading.answer.data == "fyra"


def test_lines_stay_lines_and_a_line_break_is_one_character():
    one = field("long_text", max=200)
    assert read(one, "a\r\n" * 100 + "b" * 200).problems[0].numbers["over"] == 200
    assert read(one, "a\r\n" * 100).answer
    reading = read(one, "ett\r\ntvå")
    assert lines(reading) == ("ett", "två")
    assert reading.answer.data == "ett\ntvå"


def test_one_line_is_one_line():
    assert lines(read(field("text"), "Anna\r\n  Svensson ")) == ("Anna Svensson",)


@pytest.mark.parametrize("name", LINES)
def test_not_knowing_is_an_answer_that_conditions_see(name):
    one = field(name, unknown="Jag vet inte")
    reading = read(one, {"f": "", "f-unknown": "unknown"}, required=True)
    assert lines(reading) == ("Jag vet inte",)
    assert reading.answer.choices == {"unknown"}
    assert reading.answer.data is None
    assert "unknown" in one.possible()
    assert one.owns("f-unknown")


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("required", [False, True])
def test_knowing_and_not_knowing_at_once_is_both(name, required):
    one = field(name, unknown="Jag vet inte")
    typed = {"phone": "070-174 06 05", "email": "a@b.se", "person_number": "2016"}.get(name, "7")
    reading = read(one, {"f": typed, "f-unknown": "unknown"}, required=required)
    assert lines(reading) == (typed, "Jag vet inte")
    assert reading.answer.data
    assert "unknown" not in reading.answer.choices, "what was written counts"


@pytest.mark.parametrize("name", LINES)
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
    ("written", "read_as"),
    [
        ("anna@exempel.se", "anna@exempel.se"),
        (" Anna.Svensson+oro@EXEMPEL.se ", "Anna.Svensson+oro@exempel.se"),
        ("åsa@exempel.se", "åsa@exempel.se"),
        ("anna@räksmörgås.se", "anna@räksmörgås.se"),
        ("anna@kommun.example", "anna@kommun.example"),
        ("a\u030asa@exempel.se", "åsa@exempel.se"),
        ("anna@exem\u200bpel.se", "anna@exempel.se"),
        ("Anna <anna@x.se>", "anna@x.se"),
        ('"Svensson, Anna" <anna@x.se>;', "anna@x.se"),
        ("mailto:anna@x.se", "anna@x.se"),
        ("mailto:anna@x.se?subject=hej", "anna@x.se"),
        ("anna@x.se.", "anna@x.se"),
        ("E-post: anna@x.se (jobbet), helst", "anna@x.se"),
        ("anna exempel@x.se", "exempel@x.se"),
        ("anna@x.se eller berit@x.se", "anna@x.se berit@x.se"),
        ("ａｎｎａ＠ｘ．ｓｅ", "anna@x.se"),  # noqa: RUF001 - that is what is tried
    ],
)
@pytest.mark.parametrize("required", [False, True])
def test_the_addresses_that_stand_there_are_read_and_the_words_are_kept(written, read_as, required):
    reading = read(field("email"), written, required=required)
    assert lines(reading) == (line({"f": (written,)}, "f"),)
    assert reading.answer.data == read_as.split()
    same = lines(reading) == (read_as,)
    said = [] if same else [("read", {"text": ", ".join(read_as.split())})]
    assert remarks(reading) == said


@pytest.mark.parametrize(
    "written",
    [
        "anna",
        "anna@",
        "@exempel.se",
        "anna@exempel",
        "a@b@c.se",
        "anna@exempel..se",
        "anna@[127.0.0.1]",
        "anna (snabel-a) x.se",
        "a@localhost",
        "fråga rektorn",
    ],
)
def test_what_holds_no_address_is_kept_and_refused_only_where_one_is_needed(written):
    reading = read(field("email"), written)
    assert lines(reading) == (written,)
    assert (reading.answer.data, remarks(reading)) == (None, [("not_read", {})])
    assert problems(read(field("email"), written, required=True)) == [("f", "not_an_address")]


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
        ("070-174 06 05 (jobb)", "+46701740605"),
        ("070-174 06 05 efter kl 16", "+46701740605"),
        ("helst 16-18 på 070-174 06 05", "+46701740605"),
        ("0701740605x", "+46701740605"),
        ("jobb:0701740605", "+46701740605"),
        ("٠٧٠١٧٤٠٦٠٥", "+46701740605"),
        ("०७०-१७४ ०६ ०५", "+46701740605"),
        ("０７０－１７４　０６　０５", "+46701740605"),  # noqa: RUF001 - that is what is tried
        ("۰۷۰۱۷۴۰۶۰۵", "+46701740605"),
    ],
)
@pytest.mark.parametrize("required", [False, True])
def test_a_number_is_found_whatever_is_written_beside_it(written, e164, required):
    reading = read(field("phone"), written, required=required)
    assert lines(reading) == (line({"f": (written,)}, "f"),)
    assert reading.answer.data == [{"number": e164}]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("070-174 06 05 / 08-465 004 10", ["+46701740605", "+46846500410"]),
        ("070-174 06 05, 08-465 004 10", ["+46701740605", "+46846500410"]),
        ("0701740605 eller jobbet 084650041", ["+46701740605", "+4684650041"]),
    ],
)
def test_two_numbers_are_two_numbers(written, found):
    reading = read(field("phone"), written)
    assert [one["number"] for one in reading.answer.data] == found
    ((key, values),) = remarks(reading)
    assert key == "read"
    assert len(values["text"].split(", ")) == 2


@pytest.mark.parametrize(
    "written",
    [
        "08-465 004 10 anknytning 4",
        "08-465 004 10, ankn. 4",
        "08-465 004 10 ext 4",
        "08-465 004 10 Ank:4",
    ],
)
def test_an_extension_belongs_to_its_number(written):
    reading = read(field("phone"), written)
    assert lines(reading) == (written,)
    assert reading.answer.data == [{"number": "+46846500410", "extension": "4"}]


def test_a_number_is_shown_as_it_was_written():
    reading = read(field("phone"), " 070-174 06  05 ")
    assert lines(reading) == ("070-174 06 05",)
    assert remarks(reading) == []
    for beside in ("+46 (0)70-174 06 05", "+46701740605 (jobb)"):
        assert remarks(read(field("phone"), beside)) == [("read", {"text": "070-174 06 05"})]


@pytest.mark.parametrize(
    "written",
    ["112", "1", "070", "ring mig", "+", "+999 1234567", "0" * 50, "()", "anknytning 4", "kl 16"],
)
def test_what_cannot_be_dialled_is_kept_and_refused_only_where_a_number_is_needed(written):
    reading = read(field("phone"), written)
    assert lines(reading) == (written,)
    assert (reading.answer.data, remarks(reading)) == (None, [("not_read", {})])
    assert problems(read(field("phone"), written, required=True)) == [("f", "not_a_number")]


# Numbers


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("8", 8, 8),
        ("ca 8", 8, 8),
        ("ca. 8", 8, 8),
        ("cirka 8 st.", 8, 8),
        ("kanske 10", 10, 10),
        ("0", 0, 0),
        ("08", 8, 8),
        ("omkring 20 personer", 20, 20),
        ("åtta", 8, 8),
        ("ca åtta", 8, 8),
        ("8-10", 8, 10),
        ("8–10 unga", 8, 10),
        ("8 eller 9", 8, 9),
        ("mellan åtta och tio", 8, 10),
        ("8,5", 8, 9),
        ("٨", 8, 8),
        ("８", 8, 8),  # noqa: RUF001 - that is what is tried
    ],
)
@pytest.mark.parametrize("approximate", [False, True])
def test_about_how_many_is_enough(written, least, most, approximate):
    reading = read(field("number", approximate=approximate), written)
    assert lines(reading) == (written,)
    assert reading.answer.data == {"least": least, "most": most}
    assert reading.answer.choices == ({str(least)} if least == most else frozenset())
    assert remarks(reading) == (
        [] if written.isdecimal() and written.isascii() else remarks(reading)
    )


@pytest.mark.parametrize(
    "written",
    ["ca", "många", "en handfull", "-8", "1e3", "8 8", "c 8 d", "8" * 10, "minst 8", "8 år"],
)
@pytest.mark.parametrize("required", [False, True])
def test_what_is_no_number_is_kept_and_not_guessed_at(written, required):
    reading = read(field("number"), written, required=required)
    assert lines(reading) == (written,)
    assert (reading.answer.data, remarks(reading)) == (None, [("not_read", {})])
    assert reading.answer.choices == frozenset()


def test_a_number_outside_its_limits_is_asked_about_and_taken():
    one = field("number", least=1, most=20)
    for written in ("1", "20"):
        assert remarks(read(one, written)) == []
    for written, doubt in (
        ("0", ("too_small", {"least": 1})),
        ("21", ("too_large", {"most": 20})),
        ("999999", ("too_large", {"most": 20})),
    ):
        reading = read(one, written, required=True)
        assert remarks(reading) == [doubt]
        assert reading.answer.data == {"least": int(written), "most": int(written)}


@given(st.integers(0, 10**6 - 1))
def test_a_number_that_is_typed_is_the_number_that_is_read(number):
    found = read(field("number", least=0), str(number)).answer.data
    assert found == {"least": number, "most": number}


@pytest.mark.parametrize("name", ["number", "age"])
def test_a_condition_may_ask_for_any_number_up_to_a_thousand(name):
    possible = field(name).possible()
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
        ("long_text", {"min": 205, "max": 204}, "min"),
        ("number", {"least": 5, "most": 4}, "least"),
        ("age", {"least": 5, "most": 4}, "least"),
        ("person_number", {"least_age": 5, "most_age": 4}, "least_age"),
    ],
)
def test_limits_that_nothing_can_fit_between_are_refused(name, limits, key):
    assert [at for at, _ in field(name, **limits).faults()] == [key]
    assert field(name, **dict.fromkeys(limits, 205)).faults() == []
    if name != "long_text":
        assert field(name, **{**limits, key: "child_age_max"}).faults() == []


@given(st.from_regex(phone.ALONE, fullmatch=True))
def test_a_number_that_stands_alone_is_read_as_the_library_reads_it(text):
    quickly = phone.alone(text)
    if quickly:
        assert list(map(phone.data, phone.numbers(text))) == [{"number": quickly}]
