"""What a case that has ended is counted for: options and bands, once for each it is about."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner import step_tallying
from app.runner.process import Process
from app.runner.step_tallying import OTHERS, Answered

CAME = date(2026, 3, 2)
ERRORS = {"missing": "Svara."}
WHO = {
    "id": "vem",
    "kind": "radios",
    "label": "Vem?",
    "of": ["ung"],
    "required": True,
    "errors": ERRORS,
}


def radios(name, *options, **more):
    return {
        "id": name,
        "kind": "radios",
        "label": name,
        "options": [{"id": one, "label": one.title()} for one in options],
        **({"required": True, "errors": ERRORS} if more.pop("required", True) else {}),
        **more,
    }


def step(name, *fields, **more):
    return {
        "id": name,
        "title": name,
        "button": "Spara",
        "roles": ["sspf"],
        "from": ["tagen"],
        "fields": [*fields],
        **more,
    }


HOW = radios("hur", "lugnare", "varre")
STEPS = [
    step(
        "beslut",
        radios("vag", "mote", "stod", "inget"),
        {"id": "ord", "kind": "text", "label": "x"},
    ),
    step(
        "mote",
        {"id": "dag", "kind": "date", "label": "Dag", "required": True, "errors": ERRORS},
        {"id": "antal", "kind": "number", "label": "Antal"},
    ),
    step("familj", WHO, radios("kom", "ja", "nej"), radios("stod", "ja", "nej"), about="vem"),
    step("insats", WHO, radios("vad", "samtal", "praktik"), about="vem"),
    step("folj", WHO, radios("vilken", "forsta", "andra"), HOW, about="vem"),
    step("ny", WHO, radios("kon", "a", "b"), about="vem", leaves=True),
    step("slut", radios("utfall", "lugnare", "varre"), to="slut"),
]
COUNTED = [
    {"id": "vag", "step": "beslut", "field": "vag", "apart": ["mote"], "others": "Annat"},
    {"id": "vantan", "step": "mote", "field": "dag", "bands": [0, 15, 29], "counts": "first"},
    {"id": "antal", "step": "mote", "field": "antal", "bands": [2, 5]},
    {"id": "kom", "step": "familj", "field": "kom"},
    {"id": "stod", "step": "familj", "field": "stod"},
    {"id": "insats", "step": "insats", "field": "vad", "counts": "each"},
    {"id": "folj", "step": "folj", "field": "hur", "by": "vilken"},
]


def process(counted=COUNTED, **more):
    return Process.model_validate(
        {
            "id": "prov",
            "version": 1,
            "states": [
                {"id": "ny", "label": "Ny"},
                {"id": "tagen", "label": "Tagen"},
                {"id": "slut", "label": "Slut", "ends": True},
            ],
            "people": [{"id": "ung", "label": "Ung", "many": "Unga", "name": "namn"}],
            "steps": STEPS,
            "statistics": [{"title": one["id"], **one} for one in counted],
            **more,
        }
    )


def said(step_id, about="", **answers):
    """What was answered in a step, as it is kept: options, or whole data."""
    return Answered(
        step_id,
        about,
        {
            name: {"data": {data: ""} if isinstance(data, str) else data, "lines": ["x"]}
            for name, data in answers.items()
        },
    )


def counts(*answered, made=None):
    found = step_tallying.counted(made or process(), answered, received_on=CAME)
    return dict(Counter(found))


def test_a_case_counts_for_the_last_answer_and_all_but_some_options_are_one():
    found = counts(said("beslut", vag="stod"), said("beslut", vag="mote"))
    assert found == {("steps.vag", "mote"): 1, ("taken.beslut", ""): 1}
    found = counts(said("beslut", vag="mote"), said("beslut", vag="inget"))
    assert found == {("steps.vag", OTHERS): 1, ("taken.beslut", ""): 1}


def test_each_of_the_people_counts_once_and_in_how_many_cases_they_are_is_counted_beside():
    found = counts(
        said("familj", "bo", kom="nej", stod="nej"),
        said("familj", "liv", kom="ja", stod="ja"),
        said("familj", "bo", kom="ja", stod="nej"),
    )
    assert found == {
        ("steps.kom", "ja"): 2,
        ("steps.stod", "ja"): 1,
        ("steps.stod", "nej"): 1,
        ("taken.familj", ""): 2,
        ("cases.familj", ""): 1,
    }, "both questions sum to one whole"


def test_where_each_answer_counts_a_person_counts_once_for_every_one_that_differs():
    twice = [said("insats", "bo", vad=one) for one in ("samtal", "praktik", "samtal")]
    found = counts(*twice, said("insats", "liv", vad="samtal"))
    assert found["steps.insats", "samtal"] == 2
    assert found["steps.insats", "praktik"] == 1
    assert found["taken.insats", ""] == 2


def test_what_tells_answers_apart_makes_a_table_of_each_with_a_whole_of_its_own():
    found = counts(
        said("folj", "bo", vilken="forsta", hur="varre"),
        said("folj", "bo", vilken="andra", hur="lugnare"),
        said("folj", "liv", vilken="forsta", hur="varre"),
    )
    assert found == {
        ("steps.folj.forsta", "varre"): 2,
        ("steps.folj.andra", "lugnare"): 1,
        ("taken.folj.forsta", ""): 2,
        ("taken.folj.andra", ""): 1,
        ("cases.folj.forsta", ""): 1,
        ("cases.folj.andra", ""): 1,
    }


@pytest.mark.parametrize(
    ("day", "band"),
    [
        ("2026-03-02", "0"),
        ("2026-03-16", "0"),
        ("2026-03-17", "15"),
        ("2026-03-30", "15"),
        ("2026-03-31", "29"),
        ("2030-01-01", "29"),
        ("2026-03-01", ""),
        ("2026-03", ""),
    ],
)
def test_a_day_counts_in_bands_of_days_since_the_request_came(day, band):
    assert counts(said("mote", dag={"date": day}))["steps.vantan", band] == 1


def test_the_first_meeting_is_what_was_waited_for_and_a_number_counts_in_its_band():
    first = said("mote", dag={"date": "2026-03-10"}, antal={"least": 3, "most": 4})
    found = counts(first, said("mote", dag={"date": "2026-05-10"}))
    assert found["steps.vantan", "0"] == 1
    assert found["steps.antal", ""] == 1, "the last says nothing of it"
    assert counts(first)["steps.antal", "2"] == 1


def test_what_is_no_option_any_more_is_not_told_and_what_was_never_done_counts_nothing():
    assert counts(said("familj", "bo", kom="kanske", stod="ja"))["steps.kom", ""] == 1
    assert counts() == {}


def test_a_step_that_is_not_taken_where_the_documents_are_counts_nothing():
    less = process(steps=[one for one in STEPS if one["id"] != "familj"])
    assert {part.tally.id for part, _ in step_tallying.parts(less)}.isdisjoint({"kom", "stod"})
    assert counts(said("familj", "bo", kom="ja"), made=less) == {}


def faults(**tally):
    made = process([*COUNTED, {"id": "prov", "step": "slut", "field": "utfall", **tally}])
    return {at for at, _ in step_tallying.faults(made)}


def test_what_is_right_has_no_fault():
    assert faults() == set()


@pytest.mark.parametrize(
    ("tally", "at"),
    [
        ({"step": "borta"}, "step"),
        ({"step": "ny", "field": "kon"}, "step"),
        ({"field": "borta"}, "field"),
        ({"step": "beslut", "field": "ord"}, "field"),
        ({"step": "familj", "field": "vem"}, "field"),
        ({"bands": [0, 4]}, "bands"),
        ({"step": "mote", "field": "dag"}, "bands"),
        ({"step": "mote", "field": "dag", "bands": [0, 15, 15]}, "bands"),
        ({"apart": ["borta"], "others": "Annat"}, "apart"),
        ({"apart": ["lugnare"]}, "others"),
        ({"others": "Annat"}, "others"),
        ({"by": "borta"}, "by"),
        ({"by": "utfall"}, "by"),
        ({"step": "folj", "field": "hur"}, "by"),
        ({"step": "folj", "field": "vilken", "by": "vilken"}, "by"),
        ({"step": "familj", "field": "kom", "counts": "each"}, "by"),
    ],
)
def test_each_fault_is_named_where_it_stands(tally, at):
    assert f"statistics.prov.{at}" in faults(**tally)


def test_two_of_one_name_would_be_counted_together():
    assert "statistics.vag" in faults(id="vag")


def test_names_are_no_longer_than_what_they_are_counted_under():
    by = radios("vilken", "a" * 20, "b")
    steps = [step("folj", WHO, by, HOW, about="vem")]
    tally = {"step": "folj", "field": "hur", "by": "vilken"}
    for many, found in ((53, set()), (54, {"by"})):
        made = process([{"id": "l" * many, **tally}], steps=steps)
        assert {at.rpartition(".")[2] for at, _ in step_tallying.faults(made)} == found
        assert max(len(part.whole) for part, _ in step_tallying.parts(made)) <= 80


def test_a_question_that_not_everybody_is_asked_is_not_counted():
    asked = {"ask_if": [{"field": "kom", "any_of": ["ja"]}]}
    steps = [
        *STEPS[:2],
        step(
            "familj",
            WHO,
            radios("kom", "ja", "nej"),
            radios("stod", "ja", "nej", **asked),
            about="vem",
        ),
    ]
    made = process([one for one in COUNTED if one["id"] in {"kom", "stod"}], steps=steps)
    assert {at for at, _ in step_tallying.faults(made)} == {"statistics.stod.field"}


PEOPLE = st.sampled_from(["bo", "liv", "ea"])
YES = st.sampled_from(["ja", "nej", "borta"])
ANYTHING = st.lists(
    st.one_of(
        st.builds(lambda vag: said("beslut", vag=vag), st.sampled_from(["mote", "stod"])),
        st.builds(lambda who, kom, got: said("familj", who, kom=kom, stod=got), PEOPLE, YES, YES),
        st.builds(
            lambda who, vad: said("insats", who, vad=vad),
            PEOPLE,
            st.sampled_from(["samtal", "praktik"]),
        ),
        st.builds(
            lambda who, which, how: said("folj", who, vilken=which, hur=how),
            PEOPLE,
            st.sampled_from(["forsta", "andra"]),
            st.sampled_from(["lugnare", "varre"]),
        ),
    ),
    max_size=12,
)


@given(ANYTHING)
def test_every_question_of_a_step_sums_to_its_whole_whatever_was_answered_and_how_often(answered):
    found, made = counts(*answered), process()
    for part, asked in step_tallying.parts(made):
        whole = found.get((part.whole, ""), 0)
        values = [many for (name, _), many in found.items() if name == part.dimension]
        whom = {
            one.about
            for one in answered
            if one.step == part.tally.step and step_tallying.is_in(part, one.told)
        }
        assert whole == len(whom)
        assert found.get((part.cases, ""), 0) == bool(whom and asked.step.about)
        if step_tallying.is_divided(part.tally, asked.field):
            assert sum(values) == whole
        else:
            assert max(values, default=0) <= whole <= sum(values)
        known = set(step_tallying.possible(part.tally, asked.field))
        assert {value for name, value in found if name == part.dimension} <= known


@given(ANYTHING, st.randoms())
def test_between_people_it_does_not_matter_who_is_told_of_first(answered, chance):
    """What is said of one stays in its order; others come before or after."""
    names = {one.about for one in answered}
    order = sorted(names, key=lambda _: chance.random())
    moved = [one for name in order for one in answered if one.about == name]
    assert counts(*moved) == counts(*answered)
