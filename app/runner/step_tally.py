"""A question in a step of a process whose answers are counted for statistics."""

from typing import Annotated, Literal

from app.runner.field import Definition, FieldId, Id, Listed, Words


class StepTally(Definition):
    """A question in a step whose answers are counted for statistics, when a case has ended."""

    id: Id
    """What machines know it by, and what its numbers are kept under."""
    title: Words
    """The heading of its table."""
    step: Id
    """The step. One about somebody counts for each of them."""
    field: FieldId
    """The question: one with options, a number, an age or a date, that is always asked."""
    bands: Annotated[tuple[int, ...], Listed] = ()
    """Where each band of a number begins, of an age in years, or of a date: of the days to it from
    when the request was received."""
    by: FieldId = ""
    """A question of the same step, radios: each of its options has a table of its own."""
    counts: Literal["last", "first", "each"] = "last"
    """Which answer counts where the step has been taken several times; `each` is every answer that
    differs."""
    apart: Annotated[tuple[Id, ...], Listed] = ()
    """The options that are counted each for itself, and all others as one; every option, if empty.
    """
    others: Words = ""
    """What those others are called."""
