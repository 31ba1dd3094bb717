"""The days that are answered in a step and must be whole.

Clocks are counted from them or made longer; from when and until when a yes holds is said by them.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from app.runner.days import whole_day
from app.runner.field import Problem
from app.runner.journey import Asked
from app.runner.process import Process, Step

NOT_WHOLE = "not_whole"
"""What is wrong with a day of which only a part was understood, or nothing."""


def day_of(asked: Asked, field_id: str) -> date | None:
    """Return the day that was answered; None when there is none, or it is no whole day."""
    answer = asked.answers.get(field_id)
    return whole_day(answer.data) if answer else None


def wrong(process: Process, step: Step, asked: Asked) -> Mapping[str, tuple[Problem, ...]]:
    """Return which questions must have a whole day before the step is taken, and have none."""
    fields, days = {field.id: field for field in step.fields}, known(process, step, asked)
    return {
        name: (Problem(fields[name].first, NOT_WHOLE),)
        for name in needed(process, step, asked)
        if name not in days
    }


def known(process: Process, step: Step, asked: Asked) -> Mapping[str, date]:
    """Return the days that are needed, by question; those that are answered with a whole day."""
    days = ((name, day_of(asked, name)) for name in needed(process, step, asked))
    return {name: day for name, day in days if day}


def needed(process: Process, step: Step, asked: Asked) -> Iterator[str]:
    """Yield the questions whose days are needed by the step's clocks, or by a yes or a no in it."""
    chosen = {name: answer.choices for name, answer in asked.answers.items()}
    for clock in process.started_by(step.id, chosen):
        if clock.counts_from:
            yield clock.counts_from
    says = process.consents
    if says and says.step == step.id:
        yield from (name for name in (says.on, says.until) if name in asked.answers)
    yield from (clock.extended_to for clock in process.clocks if clock.extended_by == step.id)
