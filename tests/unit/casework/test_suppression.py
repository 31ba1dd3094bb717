"""No small number is told: tried against every other year that a reader could believe in."""

from collections import defaultdict
from itertools import product
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from app.casework import suppression
from app.casework.suppression import TOTAL, Mark

LEAST = 3
SPRING = ["2026-01", "2026-02", "2026-03"]
LATE = ["2026-09", "2026-10", "2026-11", "2026-12"]
YEAR = [f"2026-{month:02}" for month in range(1, 13)]


def periods(months):
    """Every period that is over, with its months."""
    found = {period: [] for month in months for period in suppression.ending(month)}
    for period, month in product(found, months):
        if period in (month, suppression.quarter(month), month[:4]):
            found[period].append(month)
    return found


def told(months, counts, reports=None, least=LEAST):
    """Everything that a reader sees of one table."""
    if reports is None:
        return suppression.values(months, counts, least=least)
    whole = suppression.totals(months, reports, least=least)
    seen = suppression.values(months, counts, least=least, reports=reports, told=whole)
    return {**whole, **seen}


def believable(number, seen, least):
    if isinstance(seen, int):
        return number == seen
    return seen is not Mark.SMALL or number < least


def worlds(months, seen, names, *, most, is_month):
    """Every table that a reader could believe in: by cell, for each; most is the highest number."""
    spans = periods(months)
    each = [
        [
            numbers
            for numbers in product(range(most + 1), repeat=len(names))
            if is_month(numbers)
            and all(
                believable(number, seen[name, month], LEAST)
                for name, number in zip(names, numbers, strict=True)
            )
        ]
        for month in months
    ]
    for whole in product(*each):
        sums = {
            (name, period): sum(whole[months.index(month)][place] for month in inside)
            for place, name in enumerate(names)
            for period, inside in spans.items()
        }
        if all(believable(number, seen[cell], LEAST) for cell, number in sums.items()):
            yield sums


def told_apart(months, seen, true, names, *, is_month=lambda _: True, few=()):
    """The small numbers that are not shown, and that only one number can be.

    `few` are the periods of which any number is small: it is of people in few cases.
    """
    most = max((number for (_, period), number in true.items() if period in months), default=0) + 1
    small = [
        cell
        for cell, mark in seen.items()
        if isinstance(mark, Mark) and true[cell] > 0 and (true[cell] < LEAST or cell[1] in few)
    ]
    possible = defaultdict(set)
    for world in worlds(months, seen, names, most=most, is_month=is_month):
        for cell in small:
            possible[cell].add(world[cell])
        if all(len(possible[cell]) > 1 for cell in small):
            return []
    return [cell for cell in small if len(possible[cell]) < 2]


def sums(months, counts):
    return {
        (value, period): sum(by_month[month] for month in inside)
        for value, by_month in counts.items()
        for period, inside in periods(months).items()
    }


def tables(months, names, *, most=4):
    column = st.lists(st.integers(0, most), min_size=len(months), max_size=len(months)).map(
        lambda numbers: dict(zip(months, numbers, strict=True))
    )
    return st.fixed_dictionaries(dict.fromkeys(names, column))


MONTHS = st.sampled_from([SPRING[:1], SPRING[:2], SPRING, LATE])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_small_number_of_reports_can_be_worked_out(data):
    months = data.draw(MONTHS)
    reports = data.draw(tables(months, ["x"]))["x"]
    seen = suppression.totals(months, reports, least=LEAST)
    true = sums(months, {TOTAL: reports})
    assert told_apart(months, seen, true, [TOTAL]) == []


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_small_number_of_what_has_no_sum_can_be_worked_out(data):
    months = data.draw(MONTHS)
    counts = data.draw(tables(months, ["a", "b"]))
    for value, by_month in counts.items():
        seen = told(months, {value: by_month})
        assert told_apart(months, seen, sums(months, {value: by_month}), [value]) == []
    assert told(months, counts) == {
        cell: mark
        for value, by_month in counts.items()
        for cell, mark in told(months, {value: by_month}).items()
    }, "each value by itself"


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_small_number_can_be_worked_out_where_values_sum_to_the_reports(data):
    months = data.draw(MONTHS)
    counts = data.draw(tables(months, ["a", "b"] if len(months) > 2 else ["a", "b", "c"]))
    reports = {month: sum(each[month] for each in counts.values()) for month in months}
    seen = told(months, counts, reports)
    names = [TOTAL, *counts]
    found = told_apart(
        months,
        seen,
        sums(months, {TOTAL: reports, **counts}),
        names,
        is_month=lambda numbers: numbers[0] == sum(numbers[1:]),
    )
    assert found == []


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_small_number_can_be_worked_out_where_a_report_counts_for_several(data):
    months = data.draw(st.sampled_from([SPRING[:1], SPRING[:2], SPRING, LATE[1:]]))
    counts = data.draw(tables(months, ["a", "b"], most=3))
    least = {month: max(each[month] for each in counts.values()) for month in months}
    reports = {month: least[month] + data.draw(st.integers(0, 3)) for month in months}
    whole = suppression.totals(months, reports, least=LEAST)
    seen = suppression.several(months, counts, least=LEAST, reports=reports, told=whole)

    def is_month(numbers):
        return max(numbers[1:]) <= numbers[0]

    true, names = sums(months, {TOTAL: reports, **counts}), [TOTAL, *counts]
    assert told_apart(months, {**whole, **seen}, true, names, is_month=is_month) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_small_number_can_be_worked_out_from_two_tables_of_the_same_reports(data):
    months = data.draw(st.sampled_from([SPRING[:2], SPRING, LATE[1:]]))
    one = data.draw(tables(months, ["a", "b"], most=3))
    reports = {month: one["a"][month] + one["b"][month] for month in months}
    parts = {month: data.draw(st.integers(0, reports[month])) for month in months}
    other = {"c": parts, "d": {month: reports[month] - parts[month] for month in months}}
    seen = {**told(months, one, reports), **told(months, other, reports)}

    def is_month(numbers):
        return numbers[0] == numbers[1] + numbers[2] == numbers[3] + numbers[4]

    true = sums(months, {TOTAL: reports, **one, **other})
    assert told_apart(months, seen, true, [TOTAL, "a", "b", "c", "d"], is_month=is_month) == []


def few_of(months, cases):
    """The periods in which there were so few cases that nothing is told of the people in them."""
    return {
        period
        for period, inside in periods(months).items()
        if sum(cases[month] for month in inside) < LEAST
    }


def tables_of_step(months, data, *, most):
    """The tables of a step: its people, in how many cases they are, and two questions of it."""
    one = data.draw(tables(months, ["a", "b"], most=most))
    people = {month: one["a"][month] + one["b"][month] for month in months}
    cases = {month: data.draw(st.integers(0, min(people[month], LEAST))) for month in months}
    parts = {month: data.draw(st.integers(0, people[month])) for month in months}
    other = {"c": parts, "d": {month: people[month] - parts[month] for month in months}}
    whole = suppression.totals(months, people, least=LEAST, cases=cases)
    by = {"least": LEAST, "reports": people, "told": whole, "cases": cases}
    seen = [suppression.values(months, each, **by) for each in (one, other)]
    true = sums(months, {TOTAL: people, **one, **other})
    return {**whole, **seen[0], **seen[1]}, true, few_of(months, cases)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_of_people_in_few_cases_no_number_can_be_worked_out_however_many_they_are(data):
    months = data.draw(st.sampled_from([SPRING[:1], SPRING[:2], SPRING, LATE[1:]]))
    seen, true, few = tables_of_step(months, data, most=2 if len(months) > 2 else 3)

    def is_month(numbers):
        return numbers[0] == numbers[1] + numbers[2] == numbers[3] + numbers[4]

    assert all(isinstance(mark, Mark) for cell, mark in seen.items() if cell[1] in few)
    names = [TOTAL, "a", "b", "c", "d"]
    assert told_apart(months, seen, true, names, is_month=is_month, few=few) == []


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_number_can_be_worked_out_where_each_of_the_people_counts_for_several(data):
    """Such as what each has been given: of everybody one at least, and how many is not told."""
    months = data.draw(st.sampled_from([SPRING[:1], SPRING[:2], SPRING, LATE[1:]]))
    counts = data.draw(tables(months, ["a", "b"], most=3))
    each = {month: sorted(counts[value][month] for value in counts) for month in months}
    people = {month: data.draw(st.integers(each[month][-1], sum(each[month]))) for month in months}
    cases = {month: data.draw(st.integers(0, min(people[month], LEAST))) for month in months}
    whole = suppression.totals(months, people, least=LEAST, cases=cases)
    by = {"least": LEAST, "reports": people, "told": whole, "cases": cases}
    seen = suppression.several(months, counts, **by)
    few = few_of(months, cases)
    assert all(isinstance(mark, Mark) for cell, mark in seen.items() if cell[1] in few)
    assert told_apart(months, seen, sums(months, counts), [*counts], few=few) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_two_steps_of_which_one_is_taken_of_some_of_the_others_tell_nothing_together(data):
    """A reader knows that nobody is followed up a second time who was not a first."""
    months = data.draw(st.sampled_from([SPRING[:1], SPRING[:2]]))
    first = data.draw(tables(months, ["a", "b"], most=3))
    second = {
        name: {month: data.draw(st.integers(0, first[of][month])) for month in months}
        for name, of in (("c", "a"), ("d", "b"))
    }
    seen, true = {}, {}
    for whole, counts in (("x", first), ("y", second)):
        people = {month: sum(each[month] for each in counts.values()) for month in months}
        shown = told(months, counts, people)
        seen |= {(whole if cell[0] == TOTAL else cell[0], cell[1]): shown[cell] for cell in shown}
        true |= sums(months, {whole: people, **counts})

    def is_month(numbers):
        x, a, b, y, c, d = numbers
        return x == a + b and y == c + d and y <= x

    assert told_apart(months, seen, true, ["x", "a", "b", "y", "c", "d"], is_month=is_month) == []


def test_one_large_group_in_a_month_is_not_worked_out_from_its_quarter():
    people, cases = dict(zip(SPRING, (14, 20, 30), strict=True)), {SPRING[0]: 1}
    cases |= dict.fromkeys(SPRING[1:], LEAST)
    whole = suppression.totals(SPRING, people, least=LEAST, cases=cases)
    assert [whole[TOTAL, month] for month in SPRING] == [Mark.HIDDEN, 20, Mark.HIDDEN]
    assert whole[TOTAL, "2026-Q1"] == 64
    cases[SPRING[1]] = 1
    whole = suppression.totals(SPRING, people, least=LEAST, cases=cases)
    assert [whole[TOTAL, month] for month in SPRING] == [Mark.HIDDEN, Mark.HIDDEN, 30]
    assert whole[TOTAL, "2026-Q1"] == 64, "two groups hide each other"
    whole = suppression.totals(SPRING, people, least=LEAST)
    assert [whole[TOTAL, month] for month in SPRING] == [14, 20, 30], "so it is where none is small"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_was_told_stays_told_and_what_was_not_stays_hidden(data):
    months = YEAR[: data.draw(st.integers(2, 12))]
    counts = data.draw(tables(months, ["a", "b", "c"], most=12))
    reports = {month: sum(each[month] for each in counts.values()) for month in months}
    after, before = told(months, counts, reports), told(months[:-1], counts, reports)
    assert {cell: after[cell] for cell in before} == before
    true = sums(months, {TOTAL: reports, **counts})
    assert all(seen == true[cell] >= LEAST for cell, seen in after.items() if type(seen) is int)


def test_a_second_number_is_hidden_where_the_sum_would_tell_the_first():
    months, counts = ["2026-01"], {"a": {"2026-01": 2}, "b": {"2026-01": 9}, "c": {"2026-01": 30}}
    assert told(months, counts, {"2026-01": 41}) == {
        (TOTAL, "2026-01"): 41,
        ("a", "2026-01"): Mark.SMALL,
        ("b", "2026-01"): Mark.HIDDEN,
        ("c", "2026-01"): 30,
    }


def test_a_quarter_does_not_tell_its_only_small_month():
    counts = {"a": dict(zip(SPRING, (9, 8, 1), strict=True))}
    seen = told(SPRING, counts)
    assert [seen["a", month] for month in SPRING] == [9, 8, Mark.SMALL]
    assert seen["a", "2026-Q1"] is Mark.HIDDEN


def test_two_small_months_are_told_together_by_their_quarter():
    counts = {"a": dict(zip(SPRING, (9, 2, 1), strict=True))}
    assert told(SPRING, counts)["a", "2026-Q1"] == 12


def test_what_nobody_has_told_costs_no_number_beside_it():
    months = ["2026-01"]
    counts = {"web": {"2026-01": 12}, "telefon": {"2026-01": 0}}
    seen = told(months, counts, {"2026-01": 12})
    assert seen["web", "2026-01"] == 12
    assert seen["telefon", "2026-01"] is Mark.SMALL


def test_a_year_that_begins_in_the_middle_is_as_safe():
    counts = {"a": {"2026-03": 2}}
    assert set(told(["2026-03"], counts).values()) == {Mark.SMALL}


def test_a_large_year_is_done_at_once():
    """A whole year of twelve values, as the page does it, without a table that takes seconds."""
    counts = {
        f"v{place}": {month: (place * 7 + int(month[5:]) * 5) % 13 for month in YEAR}
        for place in range(12)
    }
    reports = {month: sum(each[month] for each in counts.values()) for month in YEAR}
    began = process_time()
    seen = told(YEAR, counts, reports, least=5)
    assert process_time() - began < 2
    shown = sum(isinstance(mark, int) for mark in seen.values())
    assert shown > len(seen) / 3
