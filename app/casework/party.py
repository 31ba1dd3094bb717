"""What somebody whom a case is about is given: never who reported (26 kap. 5 § OSL).

Of the report all goes along but what may tell that. Of what staff have written goes along what one
of them has chosen, after reading it: no machine knows what stands in a note.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.casework import steps
from app.casework.entries import Entry, Kind
from app.casework.opening import ReadItem
from app.casework.refusals import NotTested
from app.runner.definition import Form
from app.runner.process import Process

WRITTEN = frozenset({Kind.STEP, Kind.NOTE})
"""What there is something to read in."""


def is_offered(form: Form, process: Process | None) -> bool:
    """Tell whether a copy can be given: the form says what tells who reports, of one family.

    Of a case about several a copy would tell each of the others (26 kap. 1 § OSL).
    """
    return bool(form.reporter) and not (process and process.people)


def copied(
    read: ReadItem, form: Form, process: Process | None, chosen: Collection[int]
) -> ReadItem:
    """Return a case without who reported, and with the entries `chosen` by number.

    A question of another version than the form's own goes along if the form still has it. NotTested
    when one of those chosen may tell who reported, somebody has said who they are, and nobody has
    tested whether that may be told since the case was last opened again.
    """
    entries = tuple(each for each in read.entries if each.number in chosen and each.kind in WRITTEN)
    about = any(tells(process, each.kind, each.step) for each in entries)
    if about and is_named(read.transcript, form) and not is_tested(process, read.entries):
        raise NotTested("whether it may be told who reported has not been tested")
    return replace(
        read,
        transcript=without_reporter(read.transcript, form),
        entries=tuple(without_answers(process, each) for each in entries),
    )


def tells(process: Process | None, kind: Kind, step_id: str) -> bool:
    """Tell whether what was written may say who reported, by what kind of thing it is.

    A step that is no longer in the process may have been about anything.
    """
    if kind is not Kind.STEP:
        return False
    step = process.step(step_id) if process else None
    return step is None or step.reporter is not None


def without_reporter(transcript: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Return a transcript with the answers alone that can not tell who reported."""
    known = form.by_field.keys() - form.of_reporter
    pages = (
        {**page, "questions": [each for each in page["questions"] if each["field"] in known]}
        for page in transcript["pages"]
    )
    return {**transcript, "pages": [page for page in pages if page["questions"]], "passed_by": []}


def is_named(transcript: Mapping[str, Any], form: Form) -> bool:
    """Tell whether there is an answer in it that tells who the reporter is, or may do so."""
    harmless = {field.id for _, field in form.fields() if not field.identifies}
    asked = (each for page in transcript["pages"] for each in page["questions"])
    return any(each["lines"] for each in asked if each["field"] not in harmless)


def is_tested(process: Process | None, done: Iterable[Entry]) -> bool:
    """Tell whether it has been tested, since the case was last opened again."""
    taken = steps.takers(done)
    return (
        any(step.reporter == "test" for step in process.steps if step.id in taken)
        if process
        else False
    )


def without_answers(process: Process | None, entry: Entry) -> Entry:
    """Return what was written in a step without the answers that tell who reported.

    Nor those to questions that are no longer asked: nobody can say what they tell.
    """
    if entry.kind is not Kind.STEP or not entry.words:
        return entry
    step = process.step(entry.step) if process else None
    known = {field.id for field in step.fields if not field.identifies} if step else set()
    asked = entry.words.get("questions", ())
    left = [each for each in asked if each["field"] in known]
    return replace(entry, words={**entry.words, "questions": left})
