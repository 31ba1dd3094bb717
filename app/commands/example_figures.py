"""Fills an exercise's months that are over with made-up numbers, so that its statistics live.

Nobody counts hundreds of made-up reports: what is drawn are the numbers. Those that were handed in
as examples in these months are taken to be among them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, update

from app.casework import tallies
from app.casework.tallies import ANSWERS, CHANNEL, CLOCK, ENDED, OUTCOME, REPORTS, Key
from app.runner import step_tallying, tallying
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.process import Process
from app.runner.step_tallying import STEPS, TAKEN
from app.storage.tables import UNCOUNTED, inbox_items

FILE = "examples/statistics.toml"
MONTHS = 22
"""So many, before the one that we are in."""
SPREAD = (0.7, 1.3)
"""How much fewer and more come in some months than in others."""
SEVERAL = (1, 1, 2, 3)
"""Of how many values a report is, where it can be of several."""


def fill(
    connection: Connection,
    content: Content,
    told: Mapping[str, Any],
    chance: Random,
    *,
    now: datetime,
) -> None:
    """Put made-up numbers away for months that are over, where the municipality counts.

    `told` is what stands in the examples' file.
    """
    town = content.municipality
    if not town.statistics.on:
        return
    today = town.calendar.day(now)
    first, sums = today.replace(day=1), Counter[Key]()
    over = list(months_before(first))
    for form_id, form in content.forms[content.default].items():
        unit = town.forms[form_id].unit
        for month in over if form_id in told else ():
            here = (month, unit)
            sums[*here, ENDED, ENDED, ""] = 1
            process = content.processes[content.default].get(form_id)
            found = [*drawn(form, told[form_id], chance)]
            if process and "ended" in told[form_id]:
                found += ended(process, told[form_id]["ended"], chance)
            for dimension, value, number in found:
                sums[*here, form_id, dimension, value] += number
    tallies.write(connection, sums)
    came = inbox_items.c.arrived_at < town.calendar.at(first, 0)
    connection.execute(update(inbox_items).where(came, UNCOUNTED).values(counted_at=now))


def months_before(first: date) -> Iterator[str]:
    """Yield the months before a day that is the first of one, the last first."""
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        yield tallies.month_of(first)


def drawn(form: Form, told: Mapping[str, Any], chance: Random) -> Iterator[tuple[str, str, int]]:
    """Draw the numbers of a month: dimension, value, how many."""
    reports = round(told["reports"] * chance.uniform(*SPREAD))
    yield REPORTS, "", reports
    single: dict[str, Mapping[str, int]] = {CHANNEL: told[CHANNEL], OUTCOME: told[OUTCOME]}
    single |= {f"{CLOCK}.{name}": weights for name, weights in told[CLOCK].items()}
    for dimension, weights in single.items():
        yield from counted(dimension, chance.choices([*weights], [*weights.values()], k=reports))
    for tally in form.statistics:
        weights = told[ANSWERS].get(tally.field)
        if not weights:
            continue
        divided = tallying.is_divided(form, tally)
        names = answers(weights, reports, chance, divided=divided)
        yield from counted(f"{ANSWERS}.{tally.field}", names)


def ended(
    process: Process, told: Mapping[str, Any], chance: Random
) -> Iterator[tuple[str, str, int]]:
    """Draw the numbers of the cases that ended in a month, with one whole for each step."""
    cases = round(told["cases"] * chance.uniform(*SPREAD))
    wholes: dict[str, int] = {}
    for part, asked in step_tallying.parts(process):
        share, many = told["taken"][part.whole.removeprefix(f"{TAKEN}.")]
        if part.whole not in wholes:
            taken = sum(chance.random() < share for _ in range(cases))
            wholes[part.whole] = round(taken * many * chance.uniform(*SPREAD))
            wholes[part.whole] = wholes[part.whole] if asked.step.about else taken
            yield part.whole, "", wholes[part.whole]
            if asked.step.about:
                yield part.cases, "", taken
        weights = told["steps"][part.dimension.removeprefix(f"{STEPS}.")]
        divided = step_tallying.is_divided(part.tally, asked.field)
        names = answers(weights, wholes[part.whole], chance, divided=divided)
        yield from counted(part.dimension, names)


def answers(weights: Mapping[str, int], many: int, chance: Random, *, divided: bool) -> list[str]:
    """Draw what so many are counted for: one value each where they are divided, else some."""
    several = [1 if divided else chance.choice(SEVERAL) for _ in range(many)]
    return [
        name
        for number in several
        for name in sorted({*chance.choices([*weights], [*weights.values()], k=number)})
    ]


def counted(dimension: str, names: list[str]) -> Iterator[tuple[str, str, int]]:
    return ((dimension, value, number) for value, number in sorted(Counter(names).items()))
