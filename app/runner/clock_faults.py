"""What can be wrong in a clock of a process: what starts and stops it, what it counts from."""

from collections.abc import Iterator, Mapping

from app.runner.clocks import OPENED, RECEIVED, Clock
from app.runner.field import Conditions, Field
from app.runner.fields.date import DateField
from app.runner.form_faults import condition_faults
from app.runner.process import Process

Found = Iterator[tuple[str, str]]


def faults(process: Process, clock: Clock) -> Found:
    at = f"clocks.{clock.id}"
    start = process.step(clock.starts)
    if start is None and clock.starts != RECEIVED:
        yield f"{at}.starts", f"steget {clock.starts!r} finns inte; det andra är {RECEIVED!r}"
    if start is not None or clock.starts == RECEIVED:
        asked = {field.id: field for field in start.fields} if start else {}
        yield from condition_faults(f"{at}.start_if", clock.start_if, asked)
        yield from day_faults(at, clock, asked)
    for name in clock.stopped_by:
        if name != OPENED and process.step(name) is None:
            yield f"{at}.stopped_by", f"steget {name!r} finns inte; det andra är {OPENED!r}"
    if not clock.extended_by:
        if clock.extended_to:
            yield f"{at}.extended_to", "står bara med extended_by"
        return
    step = process.step(clock.extended_by)
    if step is None:
        yield f"{at}.extended_by", f"steget {clock.extended_by!r} finns inte"
        return
    field = next((field for field in step.fields if field.id == clock.extended_to), None)
    if not is_day(field, ()):
        yield f"{at}.extended_to", f"ska vara ett datum som krävs i steget {step.id!r}"


def day_faults(at: str, clock: Clock, asked: Mapping[str, Field]) -> Found:
    """Yield what is wrong with the date that a clock is counted from. `asked`: where it starts."""
    if clock.after and clock.before:
        yield f"{at}.before", "en klocka räknas antingen efter (after) eller före (before) en dag"
    for key, name in (("after", clock.after), ("before", clock.before)):
        if name and not is_day(asked.get(name), clock.start_if):
            yield (
                f"{at}.{key}",
                f"{name!r} ska vara ett datum som krävs i steget {clock.starts!r}",
            )
    if clock.counts_from and clock.today_before:
        yield f"{at}.today_before", "gäller bara en klocka som räknas från när den började"


def is_day(field: Field | None, given: Conditions) -> bool:
    """Tell whether a question is of a date that is always asked for, given these answers."""
    if not isinstance(field, DateField) or not field.required or field.approximate:
        return False
    return all(rule in given for rule in field.ask_if)
