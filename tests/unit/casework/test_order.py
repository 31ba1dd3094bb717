"""A group is looked through by name, as a Swedish register has it."""

from datetime import date

import pytest

from app.casework.group.order import by_name
from app.casework.group.people import Group, Person

DAY = date(2026, 11, 2)


def person(number, name, sort="ung"):
    return Person(f"b{number}", sort, {}, DAY, name=name)


@pytest.mark.parametrize(
    "names",
    [
        ["Adam", "Zara", "Åke", "Ärla", "Östen"],
        ["anna", "Bo", "cilla"],
        ["Ann", "Anna", "Anna Berg", "Anna-Lisa", "Annie"],
        ["André", "Andréa", "Andrew"],
        ["Müge", "Myra"],
        ["Hægg", "Hära"],
        ["Åke", "Åke Ek"],
        ["Östen", "أحمد"],
        ["Pojke 2", "Pojke 9", "Pojke A"],
        ["A\u030aka", "Åke"],
    ],
)
def test_names_stand_as_in_a_swedish_register(names):
    turned = names[::-1]
    assert sorted(turned, key=by_name) == names


def test_capital_letters_are_as_small_ones_and_who_has_no_name_comes_last():
    group = Group(tuple(person(n, name) for n, name in enumerate(["", "åsa", "  ", "Zoe", "Bo"])))
    assert [one.name for one in group.of("ung")] == ["Bo", "Zoe", "åsa", "", "  "]


def test_two_of_one_name_stand_as_they_were_told_of():
    group = Group((person(0, "Liv"), person(1, "liv"), person(2, "Bo")))
    assert [one.id for one in group.of("ung")] == ["b2", "b0", "b1"]


def test_sorts_are_not_mixed():
    group = Group((person(0, "Bo", "vuxen"), person(1, "Liv"), person(2, "Åsa", "vuxen")))
    assert [one.name for one in group.of("ung", "vuxen")] == ["Liv", "Bo", "Åsa"]
