"""What can be wrong in what a process says of the parts that its cases are divided into."""

from collections.abc import Iterator, Mapping
from itertools import chain

from app.runner.field import Field, twice
from app.runner.fields.options import OptionsField
from app.runner.form_faults import condition_faults
from app.runner.process import Process, Step
from app.runner.tabs import Column, Tab, Table

Found = Iterator[tuple[str, str]]


def faults(process: Process) -> Found:
    """Yield what is wrong, looked at beside the steps and the people: (key, reason)."""
    yield from twice("tabs", (tab.id for tab in process.tabs))
    if process.tabs and process.tabs[0].shows != "report":
        yield "tabs", "den första ska visa det som kom in (shows = 'report')"
    shown = [tab.shows for tab in process.tabs if tab.shows != "steps"]
    for what in sorted({what for what in shown if shown.count(what) > 1}):
        yield "tabs", f"bara en flik visar {what!r}"
    yield from twice("tabs", chain.from_iterable(tab.steps for tab in process.tabs))
    for tab in process.tabs:
        yield from tab_faults(process, tab)


def tab_faults(process: Process, tab: Tab) -> Found:
    at = f"tabs.{tab.id}"
    if (tab.shows == "steps") != bool(tab.steps):
        yield f"{at}.steps", "en flik har steg när den visar steg, och bara då"
    if tab.tables and not tab.steps:
        yield f"{at}.tables", "bara en flik som visar steg har tabeller"
    if tab.shows == "people" and not process.people:
        yield f"{at}.shows", "processen har inga people"
    if tab.shows == "consents" and not process.consents:
        yield f"{at}.shows", "processen har inga consents"
    if tab.shows == "letters" and not process.letters:
        yield f"{at}.shows", "processen har inga letters"
    for name in tab.steps:
        if process.step(name) is None:
            yield f"{at}.steps", f"steget {name!r} finns inte"
    yield from twice(f"{at}.tables", (table.id for table in tab.tables))
    for table in tab.tables:
        yield from table_faults(process, table, f"{at}.tables.{table.id}")


def table_faults(process: Process, table: Table, at: str) -> Found:
    if bool(table.of) == bool(table.step):
        yield (
            at,
            "en tabell har en rad för var och en (of) eller för varje gång ett steg görs (step)",
        )
        return
    yield from twice(f"{at}.columns", (column.id for column in table.columns))
    if table.of and table.of not in {people.id for people in process.people}:
        yield f"{at}.of", f"{table.of!r} finns inte under people"
    if table.step and process.step(table.step) is None:
        yield f"{at}.step", f"steget {table.step!r} finns inte"
    if table.ended_by:
        yield from end_faults(process, table, at)
    elif table.same:
        yield f"{at}.same", "står bara med ended_by"
    for column in table.columns:
        yield from column_faults(process, table, column, f"{at}.columns.{column.id}")


def end_faults(process: Process, table: Table, at: str) -> Found:
    """Yield what keeps a row from being known as the one that a step ends."""
    ends = process.step(table.ended_by)
    begins = process.step(table.step)
    if ends is None or begins is None or not (ends.about and begins.about):
        yield f"{at}.ended_by", "ska vara ett steg om någon, i en tabell över ett sådant steg"
    elif table.same and not all(is_choice(one, table.same) for one in (begins, ends)):
        yield f"{at}.same", f"{table.same!r} är ingen fråga med alternativ i båda stegen"


def column_faults(process: Process, table: Table, column: Column, at: str) -> Found:
    step = process.step(column.step or table.step)
    if step is None:
        yield f"{at}.step", f"steget {column.step!r} finns inte"
        return
    fields = by_id(step)
    if column.field not in fields:
        yield f"{at}.field", f"{column.field!r} finns inte i steget {step.id!r}"
    if table.of and table.of not in whom(step):
        yield f"{at}.step", f"steget {step.id!r} gäller inte {table.of!r}"
    if table.step and step.id not in {table.step, table.ended_by}:
        yield f"{at}.step", f"steget {step.id!r} är varken tabellens eller det som avslutar"
    yield from condition_faults(f"{at}.if", column.if_, fields)


def whom(step: Step) -> tuple[str, ...]:
    """Return which people a step can be about."""
    return tuple(getattr(by_id(step).get(step.about), "of", ()))


def is_choice(step: Step, name: str) -> bool:
    return isinstance(by_id(step).get(name), OptionsField)


def by_id(step: Step) -> Mapping[str, Field]:
    return {field.id: field for field in step.fields}
