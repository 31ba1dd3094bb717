"""Several people in one question: whoever is added or removed, nobody's words are lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.field import Reading
from tests.unit.runner.made import field, lines, problems, read, remarks

FIELDS = [
    {"kind": "text", "id": "namn", "label": "Namn", "required": True, "errors": {"missing": "!"}},
    {"kind": "age", "id": "alder", "label": "Ålder", "unknown": "Vet inte"},
    {"kind": "date", "id": "sedd", "label": "Sedd", "approximate": "Ungefär?"},
    {
        "kind": "checkboxes",
        "id": "roll",
        "label": "Roll",
        "options": [
            {"id": "a", "label": "A"},
            {"id": "b", "label": "B", "text": {"label": "?"}},
        ],
    },
]


def group(**more):
    words = {"item": "Person {number}", "add": "Lägg till", "remove": "Ta bort {item}"}
    return field("group", **{"fields": FIELDS, "most": 5, **words, **more})


GROUP = group()
NAMES = ["namn", "alder", "alder-unknown", "sedd-day", "roll", "roll-b-text"]
PEOPLE = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.text("abc å", min_size=1).map(lambda word: (word,))),
    max_size=5,
)


def posted(people):
    """Return the page that shows these people."""
    return {
        f"f-{number}-{name}": values
        for number, person in enumerate(people)
        for name, values in person.items()
    }


def test_each_person_is_one_line_with_the_questions_words():
    typed = {
        "f-0-namn": "Kim",
        "f-0-alder": "ca 14",
        "f-1-namn": "Alex",
        "f-1-alder-unknown": "unknown",
        "f-1-roll": ("a", "b"),
        "f-1-roll-b-text": "kusin",
    }
    reading = read(GROUP, typed)
    assert lines(reading) == (
        "Person 1: Namn: Kim; Ålder: ca 14",
        "Person 2: Namn: Alex; Ålder: Vet inte; Roll: A",
        "B: kusin",
    )
    assert reading.answer.data == [
        {"namn": "Kim", "alder": {"unit": "years", "least": 14, "most": 14}},
        {"namn": "Alex", "alder": None, "roll": {"a": "", "b": "kusin"}},
    ]


def test_an_empty_place_between_two_people_is_nobody():
    assert lines(read(GROUP, {"f-0-namn": "Kim", "f-1-namn": " ", "f-4-namn": "Alex"})) == (
        "Person 1: Namn: Kim",
        "Person 2: Namn: Alex",
    )


def test_a_place_with_signs_that_cannot_be_seen_is_nobody():
    assert read(GROUP, {"f-0-namn": "\u202e\x00", "f-0-alder": "\ufeff"}) == Reading()


def test_a_person_of_whom_nothing_is_understood_is_somebody():
    without_name = group(fields=FIELDS[1:])
    reading = read(without_name, {"f-0-roll": "okänd"})
    assert lines(reading) == ("Person 1: Roll: okänd",)
    assert reading.answer.data == [{"roll": None}]


def test_how_an_answer_was_read_is_said_of_whom_it_is():
    reading = read(GROUP, {"f-0-namn": "Kim", "f-0-alder": "stor", "f-2-alder": "8-9"})
    assert lines(reading) == ("Person 1: Namn: Kim; Ålder: stor", "Person 2: Ålder: 8-9")
    assert remarks(reading) == [("not_read", {}), ("years", {"number": "8–9"})]
    assert [remark.at for remark in reading.answer.remarks] == [
        "Person 1, Ålder",
        "Person 2, Ålder",
    ]


def test_a_text_of_several_lines_stays_so():
    one = group(fields=[*FIELDS, {"kind": "long_text", "id": "mer", "label": "Mer"}])
    reading = read(one, {"f-0-namn": "Kim", "f-0-mer": "rad ett\r\n\r\nrad två"})
    assert lines(reading) == ("Person 1: Namn: Kim; Mer: rad ett", "", "rad två")
    assert reading.answer.data == [{"namn": "Kim", "mer": "rad ett\n\nrad två"}]


def test_nobody_is_stopped_in_a_group_that_may_be_left_empty():
    typed = {"f-0-namn": "Kim", "f-0-alder": "åtta", "f-2-alder": "8", "f-2-sedd-day": "1"}
    assert len(lines(read(GROUP, {**typed, "f-2-roll": ("b",)}))) == 2


def test_what_is_wrong_is_said_at_the_person_it_is_about():
    typed = {"f-0-namn": "Kim", "f-0-alder": "x" * 201, "f-2-alder": "8"}
    assert problems(read(GROUP, typed)) == [("f-0-alder", "too_long")]
    assert problems(read(GROUP, typed, required=True)) == [
        ("f-0-alder", "too_long"),
        ("f-2-namn", "missing"),
    ]


def test_a_required_group_needs_somebody():
    assert problems(read(GROUP, {"f-0-namn": ""}, required=True)) == [("f", "missing")]
    assert problems(read(GROUP, {"f-0-alder": "x"}, required=True)) == [("f-0-namn", "missing")]
    assert read(GROUP, {"f-0-namn": "Kim"}, required=True).answer


def test_there_is_room_for_as_many_as_the_page_shows():
    fitting = {f"f-{number}-namn": "Kim" for number in range(5)}
    assert len(lines(read(GROUP, fitting))) == 5


@pytest.mark.parametrize("number", ["5", "6", "60", "999", "1000", "01", "-1", "+1", "٣", "", "0 "])
def test_a_place_that_no_page_has_is_no_input_of_ours(number):
    name = f"f-{number}-namn"
    assert not GROUP.owns(name)
    assert GROUP.count({name: ("Kim",)}) == 0


def test_a_group_owns_what_its_fields_own_for_each_person():
    for name in NAMES:
        assert GROUP.owns(f"f-0-{name}")
        assert GROUP.owns(f"f-4-{name}")
    for name in (
        "f",
        "f-0",
        "f-0-",
        "f-0-okänd",
        "f-namn",
        "f-0-namn\n",
        "g-0-namn",
        "f-0-roll-a-text",
    ):
        assert not GROUP.owns(name), name


def test_a_page_shows_one_more_than_the_highest_number():
    assert GROUP.count({}) == 0
    assert GROUP.count({"f-0-namn": ("",)}) == 1
    assert GROUP.count({"f-3-namn": ("",), "g-4-namn": ("",)}) == 4


def test_who_is_filled_in_can_be_asked():
    typed = {"f-0-namn": ("",), "f-1-namn": ("Kim",)}
    assert [GROUP.filled(typed, number) for number in range(4)] == [False, True, False, False]


def test_each_person_has_fields_of_their_own():
    assert [one.id for one in GROUP.item_fields(2)] == [
        "f-2-namn",
        "f-2-alder",
        "f-2-sedd",
        "f-2-roll",
    ]
    assert GROUP.fields[0].id == "namn"


@given(PEOPLE)
def test_adding_changes_nothing_that_is_typed_and_shows_one_more(people):
    typed = posted(people)
    shown = max(GROUP.count(typed), 1)
    more = GROUP.added(typed)
    assert {name: values for name, values in more.items() if name in typed} == typed
    assert GROUP.count(more) == (shown + 1 if shown < 5 else GROUP.count(typed))
    assert all(GROUP.owns(name) for name in more)
    assert not GROUP.filled(more, shown)


@given(PEOPLE, st.integers(0, 6))
def test_removing_one_leaves_all_others_as_they_were_and_in_order(people, number):
    typed = {**posted(people), "annat": ("kvar",)}
    left = GROUP.removed(typed, number)
    assert left == {**posted(people[:number] + people[number + 1 :]), "annat": ("kvar",)}


@given(PEOPLE, st.lists(st.one_of(st.just("add"), st.integers(0, 5)), max_size=8))
def test_no_order_of_adding_and_removing_loses_anybody_who_was_not_removed(people, presses):
    typed, left = posted(people), [dict(person) for person in people]
    for press in presses:
        shown = max(GROUP.count(typed), 1)
        left = (left + [{}] * shown)[:shown]
        if press == "add":
            typed = GROUP.added(typed)
            left += [{"namn": ("",)}] * (shown < 5)
        elif press < shown:
            typed = GROUP.removed(typed, press)
            del left[press]
    assert posted(left) == typed


def test_a_list_of_one_has_no_room_for_another():
    one = group(most=1)
    assert one.added({}) == {}
    assert one.added({"f-0-namn": ("Kim",)}) == {"f-0-namn": ("Kim",)}


@pytest.mark.parametrize(
    ("inner", "key"),
    [
        ({**FIELDS[0], "ask_if": [{"field": "x", "any_of": ["y"]}]}, "fields.namn"),
        ({**FIELDS[0], "required_if": [{"field": "x", "any_of": ["y"]}]}, "fields.namn"),
        ({**FIELDS[0], "identifies": True}, "fields.namn.identifies"),
        ({**FIELDS[0], "errors": {}}, "fields.namn.errors.missing"),
        ({**FIELDS[0], "errors": {"missing": "!", "x": "?"}}, "fields.namn.errors.x"),
        (
            {"kind": "group", "id": "namn", "label": "G", "item": "", "add": "", "remove": ""}
            | {"fields": FIELDS[:1]},
            "fields.namn",
        ),
    ],
)
def test_what_a_group_cannot_hold_is_refused(inner, key):
    assert [at for at, _ in group(fields=[inner]).faults()] == [key]


def test_what_is_wrong_with_the_group_itself_is_said_too():
    wrong = group(required=True, fields=[{**FIELDS[0], "errors": {}}]).faults()
    assert [at for at, _ in wrong] == ["errors.missing", "fields.namn.errors.missing"]


def test_two_fields_of_a_group_cannot_share_a_name():
    assert group(fields=[FIELDS[0], FIELDS[0]]).faults() == [("fields.namn", "finns två gånger")]
