"""What a report counts for: an option, or a band; each question for everybody, and never words."""

import pytest

from app.runner import tallying
from app.runner.definition import Form
from tests.integration.reports import FORM

ROLE = {
    "id": "roll",
    "kind": "radios",
    "label": "Vem är du?",
    "options": [
        {"id": "privat", "label": "Privat"},
        {"id": "arbete", "label": "I arbetet", "text": {"label": "Vilket?"}},
        {"id": "ung", "label": "Jag är ung"},
    ],
}
KINDS = {
    "id": "slag",
    "kind": "checkboxes",
    "label": "Vad?",
    "options": [{"id": "vald", "label": "Våld"}, {"id": "omsorg", "label": "Omsorg"}],
}
AGE = {"id": "alder", "kind": "age", "label": "Ålder?"}
MANY = {"id": "antal", "kind": "number", "label": "Hur många?"}
WORDS = {"id": "ord", "kind": "text", "label": "Berätta"}
ENDS = {
    "id": "slut",
    "step": "barnet",
    "title": "Ring",
    "intro": "Ring.",
    "ends": True,
    "ask_if": [{"field": "roll", "any_of": ["ung"]}],
}
BANDS = [0, 4, 7, 13]


def form(*statistics, **page):
    asked = {
        "id": "mer",
        "step": "barnet",
        "title": "Mer",
        "fields": [ROLE, KINDS, AGE, MANY, WORDS],
        **page,
    }
    pages = [*FORM["pages"], asked, ENDS]
    return Form.model_validate({**FORM, "pages": pages, "statistics": list(statistics)})


WHOLE = form(
    {"field": "roll"},
    {"field": "slag"},
    {"field": "alder", "bands": BANDS},
    {"field": "antal", "bands": [1, 2, 5]},
)


def told(**answers):
    kinds = {field.id: field.kind for _, field in WHOLE.fields()}
    asked = [{"field": name, "kind": kinds[name], "data": data} for name, data in answers.items()]
    return {"pages": [{"questions": asked}]}


def test_a_report_counts_for_the_options_and_bands_that_were_answered():
    answers = told(
        roll={"arbete": "rektor på Ekskolan"},
        slag={"omsorg": "", "vald": ""},
        alder={"unit": "years", "least": 5, "most": 6},
        antal={"least": 7, "most": 7},
    )
    assert tallying.counted(WHOLE, answers) == [
        ("roll", "arbete"),
        ("slag", "omsorg"),
        ("slag", "vald"),
        ("alder", "4"),
        ("antal", "5"),
    ]


@pytest.mark.parametrize("transcript", [None, told(), told(roll=None, slag=None, alder=None)])
def test_what_is_not_told_counts_as_such_for_every_question(transcript):
    names = [tally.field for tally in WHOLE.statistics]
    assert tallying.counted(WHOLE, transcript) == [(name, "") for name in names]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        ({"unborn": True}, "0"),
        ({"unit": "weeks", "least": 0, "most": 4}, "0"),
        ({"unit": "months", "least": 47, "most": 47}, "0"),
        ({"unit": "months", "least": 48, "most": 48}, "4"),
        ({"unit": "years", "least": 12, "most": 12}, "7"),
        ({"unit": "years", "least": 13, "most": 19}, "13"),
        ({"unit": "years", "least": 6, "most": 8}, ""),
    ],
)
def test_an_age_counts_in_the_band_that_it_is_surely_in(age, band):
    assert tallying.band(BANDS, age) == band


def test_below_the_lowest_band_it_is_not_told():
    assert tallying.band([2, 5], {"least": 1, "most": 1}) == ""


def test_an_option_that_is_no_more_and_an_answer_of_another_kind_are_not_told():
    assert tallying.counted(WHOLE, told(roll={"granne": ""}))[0] == ("roll", "")
    other = told(roll={"privat": ""})
    other["pages"][0]["questions"][0]["kind"] = "checkboxes"
    assert tallying.counted(WHOLE, other)[0] == ("roll", "")


def test_everything_possible_is_known_but_what_no_report_can_have():
    possible = [tallying.possible(WHOLE, tally) for tally in WHOLE.statistics]
    assert possible == [
        ("privat", "arbete", ""),
        ("vald", "omsorg", ""),
        ("0", "4", "7", "13", ""),
        ("1", "2", "5", ""),
    ]
    assert [tallying.is_divided(WHOLE, tally) for tally in WHOLE.statistics] == [
        *(True, False, True, True),
    ]


@pytest.mark.parametrize(
    ("tally", "page", "fault"),
    [
        ({"field": "borta"}, {}, "finns inte i formuläret"),
        ({"field": "ord"}, {}, "bara frågor med alternativ, tal och åldrar"),
        ({"field": "alder"}, {}, "räknas i grupper"),
        ({"field": "alder", "bands": [7, 4]}, {}, "större än det före"),
        ({"field": "alder", "bands": [4, 4]}, {}, "större än det före"),
        ({"field": "antal", "bands": [-1]}, {}, "minst 0"),
        ({"field": "slag", "bands": [1]}, {}, "vart för sig"),
        (
            {"field": "roll"},
            {"ask_if": [{"field": "fara", "any_of": ["ja"]}]},
            "bara om den ställs till alla",
        ),
    ],
)
def test_what_can_not_be_counted_is_said_in_swedish(tally, page, fault):
    [(at, reason)] = tallying.faults(form(tally, **page))
    assert at == f"statistics.{tally['field']}"
    assert fault in reason


def test_what_tells_who_somebody_is_is_not_counted():
    named = form({"field": "roll"}, fields=[{**ROLE, "identifies": True}, KINDS, AGE, MANY, WORDS])
    assert [reason for _, reason in tallying.faults(named)] == [
        "det som kan säga vem någon är räknas inte"
    ]
