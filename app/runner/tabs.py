"""The parts that the pages of a case are divided into, where there is much to say of it.

What stands in each is the process' own: which steps, and what of their answers as tables. A process
without tabs has one page for all of a case.
"""

from typing import Annotated, Literal

from pydantic import Field as Constraint

from app.runner.field import Conditions, Definition, FieldId, Id, Listed, Words

Shows = Literal["report", "people", "consents", "letters", "steps", "history"]
"""`report`: what came in, and what must be done. `people`: who they are. `consents`: what they have
said yes to. `letters`: what can be made, and to whom. `steps`: some steps, as they have been taken
and can be. `history`: all that was done.
"""


class Column(Definition):
    """One question of a step, as a column of a table."""

    id: Id
    """What machines know it by."""
    label: Words = ""
    """Its heading; the question itself when empty."""
    step: Id = ""
    """The step that asks it; the table's own when empty."""
    field: FieldId
    """The question."""
    if_: Annotated[Conditions, Constraint(alias="if")] = ()
    """Only as that step was answered so: of two follow-ups, the first."""


class Table(Definition):
    """Answers side by side: a row for each of some people, or for each time a step was taken."""

    id: Id
    """What machines know it by."""
    title: Words
    """What is seen over it."""
    of: Id = ""
    """Which people: each has what was last answered about them."""
    step: Id = ""
    """The step: each time it was taken, the newest first."""
    ended_by: Id = ""
    """The step by which what a row tells is over: about the same person."""
    same: FieldId = ""
    """The question in both steps, with options, that tells which row of theirs it is."""
    columns: Annotated[tuple[Column, ...], Listed, Constraint(min_length=1)]
    """What is told of each."""


class Tab(Definition):
    """A part of a case, on a page of its own."""

    id: Id
    """What machines know it by, and the last part of its address."""
    label: Words
    """What is pressed to come there."""
    shows: Shows = "steps"
    """What stands there."""
    steps: Annotated[tuple[Id, ...], Listed] = ()
    """The steps that stand there, when it shows `steps`. One that stands nowhere is offered where
    the case is opened; about somebody, with the people."""
    tables: Annotated[tuple[Table, ...], Listed] = ()
    """What of their answers is seen at one glance."""
