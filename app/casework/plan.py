"""When the files of a municipality let a case go: by days, or by law where the akt is here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.records.akt import is_kept_whole
from app.records.removal import Akts
from app.runner.content import Content
from app.runner.process import Process


@dataclass(frozen=True, slots=True)
class Plan:
    """What a municipality has decided: by form the days, and the steps that hand the akt over.

    `akts` are the forms whose akt is here, each with the outcomes by which no utredning was opened.
    """

    municipality_code: str
    days: Mapping[str, int]
    handed_over: Mapping[str, tuple[str, ...]]
    akts: Akts = field(default_factory=dict)


def plan_of(content: Content) -> Plan:
    """Return what is decided; where the akt is here no form has days, and the law decides."""
    municipality, processes = content.municipality, content.processes[content.default]
    if municipality.casework.record == "here":
        forms = {} if is_kept_whole(municipality.code) else processes
        return Plan(municipality.code, {}, {}, {name: not_opened(forms[name]) for name in forms})
    return Plan(
        municipality.code,
        {form_id: many for form_id, many in municipality.retention_days.items() if many},
        {
            form_id: tuple(step.id for step in process.steps if step.record == "external")
            for form_id, process in processes.items()
        },
    )


def not_opened(process: Process) -> frozenset[str]:
    """Return the outcomes by which no utredning was opened."""
    return frozenset(each.id for each in process.outcomes if not each.investigation)
