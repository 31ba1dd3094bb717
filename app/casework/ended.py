"""What a case that has come to its end is counted for: what was answered in its steps.

What staff have written is sealed, and open only before whoever ends the case. So it is counted
there and then, in the transaction that ends it: either both are or neither. A case counts once, in
the month in which it ended first, at the unit that ended it. When it has been opened again it is
not counted anew: its people would be there twice, or a month that is over would be another.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from app.casework import tallies
from app.casework.case import Case
from app.casework.entries import Entry, Kind
from app.casework.group.people import Group
from app.casework.group.told import chosen, told_in
from app.casework.running import Rules
from app.runner import step_tallying
from app.runner.process import Step
from app.runner.step_tallying import Answered


def count(
    connection: Connection,
    rules: Rules,
    case: Case,
    group: Group | None,
    last: tuple[Step, Mapping[str, Any]],
    done: Iterable[Entry],
) -> None:
    """Count a case that ends now, unless it has ended before or nothing is counted here.

    `group` is who it is about and what was answered, `last` the step that ends it with its words,
    `done` what was done before that.
    """
    process = rules.processes.get(case.form_id)
    if process is None or case.closed_at is None or not rules.counts or not process.statistics:
        return
    if any(entry.kind is Kind.REOPEN for entry in done):
        return
    who = group or Group()
    still = {"", *(one.id for one in who.people if not one.left)}
    step, words = last
    said = [Answered(one.step, one.about, one.told) for one in who.done]
    said.append(Answered(step.id, chosen(told_in(words), step.about), told_in(words)))
    found = step_tallying.counted(
        process,
        [each for each in said if each.about in still],
        received_on=rules.calendar.day(case.received_at),
    )
    here = (tallies.month_of(rules.calendar.day(case.closed_at)), case.unit, case.form_id)
    tallies.write(connection, Counter((*here, *each) for each in found))
