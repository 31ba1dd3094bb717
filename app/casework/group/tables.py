"""Answers of a case side by side, as a tab of its process asks for them. No page, no words."""

from collections.abc import Iterable
from typing import NamedTuple

from app.casework.group.people import Done, Group
from app.casework.group.told import choices
from app.runner.field import all_hold
from app.runner.process import Process
from app.runner.tabs import Column, Table

Cell = tuple[str, ...]
"""The lines of an answer; none where there is none."""


class Row(NamedTuple):
    """What is told of somebody, or of one time that a step was taken.

    `about` is who it is about, "" for nobody who is still there. `open` is whether it goes on:
    what would end it has not come. Always false where nothing ends a row.
    """

    about: str
    cells: tuple[Cell, ...]
    open: bool = False


def rows(table: Table, group: Group) -> tuple[Row, ...]:
    """Return the rows of a table: of people in their order, of steps what goes on first."""
    if table.of:
        return tuple(Row(one.id, of_person(table, group, one.id)) for one in group.of(table.of))
    taken = [one for one in group.done if one.step == table.step]
    ends = ended(table, group)
    found = [
        Row(
            one.about if group.person(one.about) else "",
            tuple(cell(column, (one, ends.get(one.number)), table) for column in table.columns),
            bool(table.ended_by) and one.number not in ends,
        )
        for one in reversed(taken)
    ]
    return tuple(sorted(found, key=lambda row: not row.open))


def of_person(table: Table, group: Group, person_id: str) -> tuple[Cell, ...]:
    """Return what was last answered about somebody in each column."""
    theirs = [one for one in reversed(group.done) if one.about == person_id]
    return tuple(cell(column, theirs, table) for column in table.columns)


def cell(column: Column, done: Iterable[Done | None], table: Table) -> Cell:
    """Return the first answer among steps that is the column's."""
    step = column.step or table.step
    for one in done:
        if one and one.step == step and all_hold(column.if_, choices(one.told)):
            return tuple(one.told[column.field]["lines"]) if column.field in one.told else ()
    return ()


def ended(table: Table, group: Group) -> dict[int, Done]:
    """Return what ended each time that a step was taken, by number: the first begun ends first."""
    found: dict[int, Done] = {}
    for end in group.done:
        if not table.ended_by or end.step != table.ended_by:
            continue
        begun = (
            one.number
            for one in group.done
            if one.step == table.step
            and one.number not in found
            and (one.number < end.number, one.about) == (True, end.about)
            and is_same(table, one, end)
        )
        if (number := next(begun, None)) is not None:
            found[number] = end
    return found


def is_same(table: Table, one: Done, end: Done) -> bool:
    return not table.same or choices(one.told).get(table.same) == choices(end.told).get(table.same)


def heading(process: Process, table: Table, column: Column) -> str:
    """Return what stands over a column: its own words, or the question."""
    step = process.step(column.step or table.step)
    asked = (field.label for field in step.fields if field.id == column.field) if step else ()
    return column.label or next(iter(asked), column.id)
