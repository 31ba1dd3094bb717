"""Answers side by side: what was last said of each, and what goes on until it is ended."""

from datetime import date

import pytest

from app.casework.group import tables
from app.casework.group.people import Done, Group, Person
from app.runner.tabs import Table

DAY = date(2026, 11, 2)
PEOPLE = tuple(
    Person(f"b{n}", "ung", {}, DAY, name=name) for n, name in enumerate(["Bo", "Åsa", "Liv"])
)
EACH = Table.model_validate(
    {
        "id": "hur",
        "title": "Hur det gick",
        "of": "ung",
        "columns": [
            {
                "id": name,
                "step": "en",
                "field": "hur",
                "if": [{"field": "vilken", "any_of": [name]}],
            }
            for name in ("forsta", "andra")
        ],
    }
)
MEASURES = Table.model_validate(
    {
        "id": "insatser",
        "title": "Insatser",
        "step": "insats",
        "ended_by": "slut",
        "same": "vad",
        "columns": [{"id": "vad", "field": "vad"}, {"id": "hur", "step": "slut", "field": "hur"}],
    }
)


class Case:
    def __init__(self):
        self.done = []

    def take(self, step, about, **answers):
        told = {name: {"lines": [said], "data": {said: ""}} for name, said in answers.items()}
        self.done.append(Done(len(self.done) + 1, step, about, told, DAY))

    def rows(self, table):
        return tables.rows(table, Group(PEOPLE, done=tuple(self.done)))


@pytest.fixture
def case():
    return Case()


def test_everybody_has_a_row_by_name_with_what_was_last_said_in_each_column(case):
    case.take("en", "b0", vilken="forsta", hur="worse")
    case.take("en", "b0", vilken="andra", hur="calmer")
    case.take("en", "b0", vilken="forsta", hur="same")
    case.take("en", "b2", vilken="andra", hur="worse")
    assert case.rows(EACH) == (
        ("b0", (("same",), ("calmer",)), False),
        ("b2", ((), ("worse",)), False),
        ("b1", ((), ()), False),
    )


def test_what_goes_on_stands_first_and_a_row_is_ended_by_the_same_of_the_same_person(case):
    case.take("insats", "b0", vad="talks")
    case.take("insats", "b0", vad="sport")
    case.take("insats", "b2", vad="talks")
    case.take("slut", "b0", vad="talks", hur="helped")
    assert case.rows(MEASURES) == (
        ("b2", (("talks",), ()), True),
        ("b0", (("sport",), ()), True),
        ("b0", (("talks",), ("helped",)), False),
    )


def test_of_two_of_the_same_the_first_begun_ends_first_and_an_end_before_ends_nothing(case):
    case.take("slut", "b0", vad="talks", hur="early")
    case.take("insats", "b0", vad="talks")
    case.take("slut", "b0", vad="talks", hur="helped")
    case.take("insats", "b0", vad="talks")
    case.take("slut", "b1", vad="talks", hur="another")
    assert [(cells[1], goes_on) for _, cells, goes_on in case.rows(MEASURES)] == [
        ((), True),
        (("helped",), False),
    ]


def test_what_was_done_about_who_has_left_is_about_nobody_who_is_there(case):
    case.take("insats", "b9", vad="talks")
    [row] = case.rows(MEASURES)
    assert row.about == ""
