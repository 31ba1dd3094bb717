"""The way through a form: what is asked, when, and that no order of answering loses a word."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.runner.definition import Form
from app.runner.journey import UNFINISHED, Journey, StepNumber, without_unasked_identity
from tests.unit.runner.made import TODAY, all_forms, form, typed, typed_at

SMALL = form("""
urgent_if = [{ field = "roll", any_of = ["a"] }]
steps = [{ id = "s", title = "Ett" }, { id = "t", title = "Två" }, { id = "u", title = "Tre" }]
[[pages]]
id = "roll"
step = "s"
[[pages.fields]]
id = "roll"
kind = "radios"
label = "Roll?"
options = [{ id = "a", label = "A" }, { id = "b", label = "B" }, { id = "slut", label = "Slut" }]
[[pages]]
id = "slut"
step = "s"
title = "Slut"
intro = "Hej då."
ends = true
ask_if = [{ field = "roll", any_of = ["slut"] }]
[[pages]]
id = "bara_a"
step = "t"
ask_if = [{ field = "roll", any_of = ["a"] }]
[[pages.fields]]
id = "bara_a"
kind = "text"
label = "Bara A?"
unknown = "Vet inte"
required = true
errors = { missing = "!" }
[[pages]]
id = "ej_b"
step = "t"
title = "Ej B"
ask_if = [{ field = "roll", none_of = ["b"] }]
[[pages.fields]]
id = "alltid"
kind = "text"
label = "Alltid?"
required_if = [{ field = "roll", any_of = ["a"] }]
errors = { missing = "!" }
[[pages.fields]]
id = "ibland"
kind = "text"
label = "Ibland?"
ask_if = [{ field = "bara_a", none_of = ["unknown"] }, { field = "roll", any_of = ["a"] }]
[[pages]]
id = "sist"
step = "u"
title = "Sist"
intro = "Läs."
""")


def journey(**pages):
    return Journey(SMALL, typed(**pages), TODAY)


def test_at_first_everything_that_may_apply_is_ahead():
    fresh = journey()
    assert list(fresh.asked) == ["roll", "ej_b", "sist"]
    assert fresh.first_unanswered().id == "roll"
    assert [page for page in fresh.asked if fresh.reachable(page)] == ["roll"]


def test_a_page_is_asked_when_all_its_conditions_hold():
    assert list(journey(roll={"roll": "a"}).asked) == ["roll", "bara_a", "ej_b", "sist"]
    assert list(journey(roll={"roll": "b"}).asked) == ["roll", "sist"]
    assert list(journey(roll={"roll": ""}).asked) == ["roll", "ej_b", "sist"]


def test_a_field_is_asked_and_required_when_its_conditions_hold():
    asked = journey(roll={"roll": "a"}, bara_a={"bara_a": "x"}).asked["ej_b"]
    assert [field.id for field in asked.fields] == ["alltid", "ibland"]
    assert asked.required == {"alltid"}
    asked = journey(roll={"roll": "a"}, bara_a={"bara_a-unknown": "unknown"}).asked["ej_b"]
    assert [field.id for field in asked.fields] == ["alltid"]
    asked = journey().asked["ej_b"]
    assert [field.id for field in asked.fields] == ["alltid"]
    assert asked.required == frozenset()


def test_nobody_jumps_ahead():
    half = journey(roll={"roll": "a"})
    assert half.reachable("roll")
    assert half.reachable("bara_a")
    assert not half.reachable("ej_b")
    assert not half.reachable("slut")
    assert not half.reachable("finns-inte")


def test_a_page_with_a_mistake_is_not_done_and_stops_what_follows():
    wrong = journey(roll={"roll": "a"}, bara_a={"bara_a": ""}, ej_b={"alltid": "x"})
    assert wrong.first_unanswered().id == "bara_a"
    assert not wrong.reachable("ej_b")


def test_a_page_that_was_kept_without_going_on_is_not_done():
    kept = journey(roll={"roll": "b", UNFINISHED: "1"})
    assert kept.asked["roll"].answers["roll"].choices == {"b"}
    assert kept.first_unanswered().id == "roll"


def test_a_page_to_read_is_done_when_it_is_gone_on_from():
    assert journey(roll={"roll": "b"}).first_unanswered().id == "sist"
    finished = journey(roll={"roll": "b"}, sist={})
    assert finished.first_unanswered() is None
    assert finished.reachable("sist")


def test_a_page_that_ends_is_the_last_and_is_never_done():
    ended = journey(roll={"roll": "slut"}, slut={}, sist={})
    assert list(ended.asked) == ["roll", "slut"]
    assert ended.first_unanswered().id == "slut"
    assert ended.after("slut") is None
    assert ended.answers.keys() == {"roll"}


def test_each_page_knows_the_one_before_and_the_one_after():
    way = journey(roll={"roll": "a"})
    order = [SMALL.page(name) for name in ("roll", "bara_a", "ej_b", "sist")]
    assert [way.after(page.id) for page in order] == [*order[1:], None]
    assert [way.before(page.id) for page in order] == ["", *(page.id for page in order[:-1])]


def test_steps_are_counted_as_the_visitor_meets_them():
    assert journey().step("roll") == StepNumber(1, 4)
    assert journey(roll={"roll": "a"}).step("ej_b") == StepNumber(2, 4)
    assert journey(roll={"roll": "b"}).step("sist") == StepNumber(2, 3)
    assert journey().step(None) == StepNumber(4, 4)


def test_the_number_of_steps_is_not_promised_too_low():
    """Before the role is known, what may come is counted."""
    assert journey().step(None).total == journey(roll={"roll": "a"}).step(None).total


def test_a_step_that_can_no_longer_come_is_not_counted():
    """Nor is one promised that hangs on an answer which is already another."""
    only_a = SMALL.model_copy(
        update={"pages": tuple(page for page in SMALL.pages if page.id != "ej_b")}
    )
    assert Journey(only_a, {}, TODAY).step(None).total == 4, "page bara_a may come"
    for roll, total in (("a", 4), ("b", 3)):
        way = Journey(only_a, typed(roll={"roll": roll}), TODAY)
        assert way.step(None).total == total


def test_what_was_typed_on_a_page_that_no_longer_applies_says_nothing_and_comes_back():
    words = {"bara_a": {"bara_a": "hemligt"}, "ej_b": {"alltid": "x", "ibland": "y"}}
    away = journey(roll={"roll": "b"}, **words)
    assert "hemligt" not in str(away.transcript(language="sv"))
    assert away.answers.keys() == {"roll"}
    back = journey(roll={"roll": "a"}, **words)
    assert back.answers["bara_a"].lines == ("hemligt",)


def test_a_mark_is_set_by_what_was_answered_and_by_nothing_else():
    assert journey(roll={"roll": "a"}).flag("urgent")
    assert not journey(roll={"roll": "b"}).flag("urgent")
    assert not journey().flag("urgent")
    assert not journey(roll={"roll": "a"}).flag("copy"), "no conditions hold never"


def test_none_of_holds_for_what_is_not_answered():
    way = journey()
    assert way.holds(SMALL.page("ej_b").ask_if)
    assert not way.holds(())
    assert way.may_apply(SMALL.page("bara_a").ask_if)
    assert not journey(roll={"roll": "b"}).may_apply(SMALL.page("bara_a").ask_if)


def test_what_hangs_on_a_question_that_will_not_come_will_not_come():
    ibland = SMALL.page("ej_b").fields[1]
    hangs = (ibland.ask_if[0].model_copy(update={"any_of": ("unknown",), "none_of": ()}),)
    assert journey().may_apply(hangs)
    assert not journey(roll={"roll": "b"}).may_apply(hangs)


# Any order, any form


@st.composite
def walks(draw: st.DrawFn, definition: Form):
    """Draw pages in any order, again and again, with what a browser could post from each."""
    pages = draw(st.lists(st.sampled_from(definition.pages), min_size=1, max_size=25))
    return [
        (page, {name: v for one in page.fields for name, v in draw(typed_at(one)).items()})
        for page in pages
    ]


FORMS = pytest.mark.parametrize("name", sorted(all_forms()))


@pytest.mark.untraced
@FORMS
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_order_of_going_back_and_forth_loses_an_answer(name, data):
    definition = all_forms()[name]
    draft, last = {}, {}
    for page, inputs in data.draw(walks(definition)):
        changed = Journey(definition, {**draft, page.id: inputs}, TODAY)
        draft = without_unasked_identity(changed).typed
        last[page.id] = inputs
    identity = [one for _, one in definition.fields() if one.identifies]
    for page_id, inputs in last.items():
        for input_name, values in inputs.items():
            if not any(one.owns(input_name) for one in identity):
                assert draft[page_id][input_name] == values


@pytest.mark.untraced
@FORMS
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_answering_does_not_matter(name, data):
    definition = all_forms()[name]
    draft = {page.id: inputs for page, inputs in data.draw(walks(definition))}
    order = data.draw(st.permutations(list(draft)))
    one = Journey(definition, draft, TODAY)
    other = Journey(definition, {page_id: draft[page_id] for page_id in order}, TODAY)
    assert one.asked == other.asked
    assert one.transcript(language="sv") == other.transcript(language="sv")


@pytest.mark.untraced
@FORMS
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_wherever_somebody_is_the_way_holds_together(name, data):
    definition = all_forms()[name]
    draft = {page.id: inputs for page, inputs in data.draw(walks(definition))}
    way = Journey(definition, draft, TODAY)
    order = [page.id for page in definition.in_order if page.id in way.asked]
    assert order == list(way.asked), "pages come in the form's order, and the rest last"
    waiting = way.first_unanswered()
    for page_id, asked in way.asked.items():
        step = way.step(page_id)
        assert 1 <= step.number <= step.total - (not step.more)
        waits = not (asked.done or asked.passed_by)
        assert not waits or way.reachable(page_id) == (page_id == waiting.id)
        assert set(asked.answers) | set(asked.problems) <= {one.id for one in asked.fields}
        for found in asked.problems.values():
            assert all(asked.page.owns(p.at) or p.at in {f.id for f in asked.fields} for p in found)
    assert set(way.chosen) == set(way.answers)
    assert way.reachable(order[0])


@pytest.mark.untraced
@FORMS
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_whoever_answers_what_waits_comes_to_the_end(name, data):
    definition = all_forms()[name]
    draft = {}
    for _ in range(len(definition.pages) + 1):
        waiting = Journey(definition, draft, TODAY).first_unanswered()
        if waiting is None or waiting.ends:
            break
        asked = Journey(definition, draft, TODAY).asked[waiting.id]
        draft[waiting.id] = {
            input_name: values
            for one in asked.fields
            for input_name, values in data.draw(typed_at(one, good=True)).items()
        }
        assert Journey(definition, draft, TODAY).asked[waiting.id].problems == {}
    assert waiting is None or waiting.ends


def test_a_whole_orosanmalan_is_worked_out_in_a_moment():
    definition = all_forms()["orosanmalan"]
    text = ("Barnet gick ensamt vid hållplatsen, sent på kvällen. " * 30)[:300]
    draft = {
        page.id: {one.first: (text if one.kind == "long_text" else "3",) for one in page.fields}
        for page in definition.pages
    }

    def once():
        began = time.perf_counter()
        Journey(definition, draft, TODAY)
        return time.perf_counter() - began

    assert min(once() for _ in range(20)) < 0.005, "about one millisecond on a slow machine"


@pytest.mark.untraced
@FORMS
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_journey_that_is_known_but_for_a_page_is_as_if_all_were_read_anew(name, data):
    definition = all_forms()[name]
    before: dict = {}
    for page, inputs in data.draw(walks(definition)):
        after = {**before, page.id: inputs}
        known = Journey(definition, before, TODAY)
        for today in (TODAY, TODAY.replace(year=TODAY.year + 9)):
            told = Journey(definition, after, today, known=known)
            anew = Journey(definition, after, today)
            assert list(told.asked.items()) == list(anew.asked.items())
            assert (told.answers, told.chosen) == (anew.answers, anew.chosen)
        before = after
