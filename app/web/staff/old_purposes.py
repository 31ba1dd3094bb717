"""What somebody has said of a purpose that the process has no more: it is kept, and allows nothing.

A purpose goes when a process is changed, or when a municipality takes one of its own away.
"""

from collections.abc import Iterator

from app.casework.group.people import Group, Person, named
from app.runner import people_faults
from app.runner.fields.options import OptionsField
from app.runner.process import Process
from app.runner.texts import Interface
from app.web.shown import words
from app.web.shown.views import RowView


def rows(t: Interface, process: Process, group: Group, one: Person) -> Iterator[RowView]:
    """Yield each such purpose with who has said what about somebody, and when."""
    mine = [each for each in group.consents if each.about == one.id]
    people = named(group, process)
    for purpose in dict.fromkeys(each.purpose for each in mine if is_one(process, each.purpose)):
        said = (
            t(
                f"staff.ledger.{each.say}",
                name=people.get(each.who, ""),
                time=words.day(each.on, t),
            )
            for each in mine
            if each.purpose == purpose
        )
        called = names(process, group).get(purpose, purpose)
        yield RowView(called, (t("staff.group.gone"), *said))


def is_one(process: Process, purpose: str) -> bool:
    """Tell whether nobody can be asked about a purpose any more."""
    return purpose not in people_faults.purposes(process)


def names(process: Process, group: Group) -> dict[str, str]:
    """Return what every purpose is called, by id: as it is now, or was when it was answered."""
    says, asked = process.consents, people_faults.consent_question(process)
    found: dict[str, str] = {}
    for done in group.done:
        put = done.told.get(says.purpose) if says and done.step == says.step else None
        found |= zip(put["data"] or (), put["lines"], strict=False) if put else ()
    options = asked.options if isinstance(asked, OptionsField) else ()
    return {**found, **{option.id: option.label for option in options}}
