"""Every way through a form, worked out from its conditions.

Only answers that some condition asks about can change the way. For each such field one answer of
every sort is taken (sorts are told apart by which conditions they make true), and all combinations
are tried. What was typed on pages that a way does not ask is left there on purpose: it must not
count.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from app.runner.definition import Form
from app.runner.field import Condition, Field
from app.runner.fields.group import GroupField
from app.runner.journey import Journey
from app.runner.line import UNKNOWN
from app.runner.typed import Typed

TODAY = date(2026, 11, 22)
ANSWERS = {
    "text": "Kim Exempel",
    "long_text": "Barnet gick ensamt vid hållplatsen, sent på kvällen i tisdags.",
    "number": "6",
    "age": "åtta eller nio",
    "person_number": "27/3 2016",
    "phone": "070-174 06 05",
    "email": "kim@exempel.example",
    "confirmation": "yes",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way through: what was chosen where it matters, and the journey it gave."""

    chosen: Mapping[str, str]
    typed: Mapping[str, Typed]
    journey: Journey

    @property
    def asked(self) -> set[str]:
        """The ids of the fields that were asked."""
        return {field.id for asked in self.journey.asked.values() for field in asked.fields}

    @property
    def finished(self) -> bool:
        return self.journey.first_unanswered() is None

    @property
    def ended(self) -> bool:
        """Whether the way stops at a page that ends, instead of at the check page."""
        return list(self.journey.asked.values())[-1].page.ends


def conditions(form: Form) -> Iterator[Condition]:
    """Yield every condition that decides what is asked or required."""
    for page in form.pages:
        yield from page.ask_if
        for note in page.notes:
            yield from note.ask_if
        for field in page.fields:
            yield from (*field.ask_if, *field.required_if)


def sorts(field: Field, rules: Iterable[Condition]) -> list[str]:
    """Return one answer of each sort: an option id, digits, "unknown", or ids joined by a plus."""
    mine = [rule for rule in rules if rule.field == field.id]
    named = sorted({name for rule in mine for name in (*rule.any_of, *rule.none_of)})
    options = [option.id for option in getattr(field, "options", ())]
    answers = [*options] if options else ["answered", *named]
    if field.kind == "checkboxes":
        answers.append("+".join(named))
    if not field.required:
        answers.append("")
    found: dict[tuple[bool, ...], str] = {}
    for answer in answers:
        chosen = {field.id: frozenset(answer.split("+"))}
        found.setdefault(tuple(rule.holds(chosen) for rule in mine), answer)
    return list(found.values())


def inputs(field: Field, answer: str = "answered") -> dict[str, tuple[str, ...]]:
    """Return what a browser posts for a field. `answer` is one of its sorts; "" leaves it empty."""
    if not answer:
        return {}
    if answer == UNKNOWN:
        return {f"{field.id}-{UNKNOWN}": ("yes",)}
    if isinstance(field, GroupField):
        first = field.item_fields(0)
        return {name: values for part in first for name, values in inputs(part).items()}
    if getattr(field, "options", ()):
        return choice(field, answer)
    if field.kind == "date":
        parts = {"day": "27", "month": "mars", "year": "2026"}
        return {f"{field.id}-{part}": (value,) for part, value in parts.items()}
    return {field.id: (answer if answer.isdigit() else ANSWERS[field.kind],)}


def choice(field: Field, answer: str) -> dict[str, tuple[str, ...]]:
    """Return what a browser posts for a field with options, and the texts that they open."""
    options = getattr(field, "options", ())
    chosen = answer.split("+") if answer != "answered" else [options[0].id]
    texts = {
        f"{field.id}-{option.id}-text": ("Något annat",)
        for option in options
        if option.text and option.id in chosen
    }
    return {field.id: tuple(chosen), **texts}


def ways(form: Form, *, only_required: bool = False) -> Iterator[Way]:
    """Yield every way through a form. `only_required` leaves empty whatever may be left empty."""
    rules = list(conditions(form))
    fields = {field.id: field for _, field in form.fields()}
    deciding = {
        name: sorts(fields[name], rules) for name in dict.fromkeys(rule.field for rule in rules)
    }
    for answers in product(*deciding.values()):
        chosen = dict(zip(deciding, answers, strict=True))
        yield walk(form, chosen, only_required=only_required)


def walk(form: Form, chosen: Mapping[str, str], *, only_required: bool = False) -> Way:
    """Return the way that these answers give; other fields get an answer that fits their kind."""
    alternatives = {field for page in form.pages for check in page.checks for field in check.fields}
    typed: dict[str, Typed] = {}
    for page in form.pages:
        posted: dict[str, tuple[str, ...]] = {}
        for field in page.fields:
            needed = field.required or field.required_if or field.id in alternatives
            other = "" if only_required and not needed else "answered"
            posted |= inputs(field, chosen.get(field.id, other))
        typed[page.id] = posted
    return Way(chosen, typed, Journey(form, typed, TODAY))
