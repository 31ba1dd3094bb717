"""What a form is: pages of fields, and the conditions under which they are asked.

These models are the whole language of `forms/*.toml`. There are no expressions,
no code and no HTML in a definition; a rule that data cannot say is a named
function in `app.runner.checks`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field as Constraint
from pydantic import PlainSerializer, PrivateAttr

from app.runner import fields
from app.runner.field import (
    AnyField,
    Conditions,
    Definition,
    Field,
    FieldId,
    Id,
    Listed,
    Words,
)

for _kind in iter_modules(fields.__path__):
    import_module(f"{fields.__name__}.{_kind.name}")  # each registers itself

ENOUGH = "racker"
"""Address of the page that asks if this is enough: between what must be said and the rest."""
TAKEN = {ENOUGH, "granska", "skicka", "kvitto", "borja", "kopia", "vidare", "forlang", "lamna"}
TAKEN |= {"levande", "redo"}
"""Page ids that are addresses of the machine's own."""
ABOUT = "om-"
"""What the address of a form's page for whom it comes to begins with; no form's own does."""


class Note(Definition):
    """A box on a page; with `offer`, a way to another form with what is already written."""

    id: Id
    """Its name in the page: part of the path of its text."""
    text: Words
    """What the box says."""
    ask_if: Conditions = ()
    """When it is shown; always, if nothing is said."""
    tone: Literal["info", "important"] = "info"
    """`important` stands out; `info` does not."""
    offer: Id | None = None
    """A form that is offered here; it must stand under `hand_over`."""


class Check(Definition):
    """A named rule across fields."""

    NAMED: ClassVar = "check"

    check: Id
    """Which rule: one of those in `app/runner/checks.py`."""
    fields: Annotated[tuple[Id, ...], Listed]
    """The fields that it looks at: on this page, or asked before it."""
    error: Words
    """What the visitor reads when it does not hold."""


class Step(Definition):
    """A part of the journey, as the visitor counts them."""

    id: Id
    """Its name, for `step` of the pages."""
    title: Words
    """What the visitor reads."""


class HandOver(Definition):
    """What may be carried to another form: this form's field to that form's field."""

    NAMED: ClassVar = "form"

    form: Id
    """The form that is offered."""
    answers: Mapping[Id, Id]
    """From a field of this form to a field of that one."""


class Tally(Definition):
    """A question whose answers are counted, month by month, for statistics."""

    NAMED: ClassVar = "field"

    field: FieldId
    """The question: one with options, a number or an age, that everybody is asked."""
    bands: Annotated[tuple[int, ...], Listed] = ()
    """Where each band of a number, or of an age in years, begins."""


class Page(Definition):
    """One page of the journey: a few questions that belong together, or something to read."""

    id: Id
    """The last part of its address."""
    step: Id
    """The part of the journey that it belongs to."""
    title: Words = ""
    """Its heading; a page with one question alone has that for a heading."""
    intro: Words = ""
    """Said before the questions, in paragraphs, `## ` headings and `- ` lists."""
    ask_if: Conditions = ()
    """When it is asked; always, if nothing is said."""
    contacts: Annotated[tuple[Id, ...], Listed] = ()
    """Whom to ring, by their ids in the municipality's file."""
    ends: bool = False
    """Whether the journey ends here, without anything to send."""
    more: bool = False
    """Whether it is among the rest: asked after everything else, of those who want to tell more."""
    notes: Annotated[tuple[Note, ...], Listed] = ()
    """Boxes that are shown after the intro."""
    checks: Annotated[tuple[Check, ...], Listed] = ()
    """Rules across fields."""
    fields: Annotated[tuple[AnyField, ...], Listed] = ()
    """The questions."""

    @property
    def heading(self) -> str:
        """The page's h1: its title, or the label of the one field it asks."""
        return self.title or self.fields[0].label

    @cached_property
    def has_conditions(self) -> bool:
        """Whether what it asks and demands depends on earlier answers."""
        return any(field.ask_if or field.required_if for field in self.fields)

    @cached_property
    def looks_elsewhere(self) -> bool:
        """Whether a rule of this page also looks at the answers of others."""
        own = {field.id for field in self.fields}
        return any(not own.issuperset(check.fields) for check in self.checks)

    @cached_property
    def always_required(self) -> frozenset[str]:
        return frozenset(field.id for field in self.fields if field.required)

    def owns(self, name: str) -> bool:
        return any(field.owns(name) for field in self.fields)


class Card(Definition):
    """What the start page says of a form: what it is about, when it fits, and the way in."""

    title: Words
    """What it is about, in the words of the one who comes."""
    when: Words
    """When it fits."""
    button: Words
    """The way in."""


class Fold(Definition):
    """Something good to know before one begins, that few need: folded under its title."""

    id: Id
    """Its name: part of the path of its texts."""
    title: Words
    """What is seen before it is unfolded."""
    text: Words
    """What is seen then."""


class About(Definition):
    """A page of text for those whom it comes to that somebody sent the form: `/om-<form>`."""

    title: Words
    """Its heading, and the words that lead there from the form."""
    invited: Words
    """The words that lead there from the start page, for who has heard from the municipality."""
    text: Words
    """What it says."""
    contacts: Annotated[tuple[Id, ...], Listed] = ()
    """Whom to call, under the text: contacts of the municipality."""


class Whole(Definition):
    """A whole file. What was made after it names it by its hash."""

    _content_hash: str = PrivateAttr("")

    def content_hash(self) -> str:
        """Return the SHA-256 of the definition as it was read, before any municipality or language.

        The same questions have the same hash, in whatever language they were put.
        """
        if self._content_hash:
            return self._content_hash
        whole = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()

    def hashed(self) -> Self:
        """Return it with its hash worked out; every copy made of it keeps the hash."""
        whole = self.model_copy()
        whole._content_hash = self.content_hash()  # noqa: SLF001 - it is our own copy
        return whole


class Form(Whole):
    """A whole form. Its Swedish texts stand in it; `app.runner.texts` has it in others."""

    id: Id
    """The name of the file, and the first part of the address."""
    version: Annotated[int, Constraint(ge=1, le=1_000_000)]
    """Raised when a question changes its meaning."""
    title: Words
    """What the form is called."""
    card: Card
    """What the start page says of it."""
    intro: Words
    """What the first page says, before one begins."""
    folds: Annotated[tuple[Fold, ...], Listed] = ()
    """What the first page says to those who want to know more."""
    about: About | None = None
    """A page of its own for those whom it comes to."""
    receipt: Words
    """What happens now, under the reference."""
    send: Words = ""
    """The button that sends; the language's own when empty."""
    received: Words = ""
    """The heading of the receipt; the language's own when empty."""
    # Sorted when written out: a set has another order, and so another hash, in another process.
    locked: Annotated[frozenset[str], Listed, PlainSerializer(sorted)] = frozenset()
    """Texts with weight in law, by path: a municipality may not reword them."""
    urgent_if: Conditions = ()
    """When staff see that somebody may be in danger."""
    protected_if: Conditions = ()
    """When staff see that there are protected personal data."""
    copy_if: Conditions = ()
    """When the visitor is offered a copy of the answers to keep."""
    lead: Annotated[tuple[FieldId, ...], Listed] = ()
    """What staff read first of a report, in this order: fields, by their ids."""
    timeline: Annotated[tuple[FieldId, ...], Listed] = ()
    """What staff read of it among the reports of one child: fields, by their ids."""
    reporter: Annotated[tuple[FieldId, ...], Listed] = ()
    """What may tell who reports, besides the fields with `identifies`: left out of what is handed
    to whom the case is about (26 kap. 5 § OSL). Fields, by their ids."""
    statistics: Annotated[tuple[Tally, ...], Listed] = ()
    """The questions whose answers are counted, in the order in which they are shown."""
    steps: Annotated[tuple[Step, ...], Listed]
    """The parts of the journey, in order."""
    pages: Annotated[tuple[Page, ...], Listed]
    """The pages, in order."""
    hand_over: Annotated[tuple[HandOver, ...], Listed] = ()
    """What may be carried to other forms."""

    @cached_property
    def by_id(self) -> Mapping[str, Page]:
        return {page.id: page for page in self.pages}

    @cached_property
    def in_order(self) -> tuple[Page, ...]:
        """The pages as they are asked: what must be said, and then the rest."""
        return tuple(sorted(self.pages, key=lambda page: page.more))

    @cached_property
    def by_step(self) -> Mapping[str, tuple[Page, ...]]:
        """The pages of each step that must be passed, in order."""
        return {
            step.id: tuple(page for page in self.pages if page.step == step.id and not page.more)
            for step in self.steps
        }

    @cached_property
    def conditions(self) -> Mapping[str, Conditions]:
        """Under which conditions each field is asked, by its id."""
        return {field.id: (*page.ask_if, *field.ask_if) for page, field in self.fields()}

    @cached_property
    def by_field(self) -> Mapping[str, Field]:
        """The fields by their ids."""
        return {field.id: field for _, field in self.fields()}

    @cached_property
    def identifying(self) -> tuple[tuple[Page, Field], ...]:
        """The fields that tell who the reporter is, each with its page."""
        return tuple((page, field) for page, field in self.fields() if field.identifies)

    @cached_property
    def of_reporter(self) -> frozenset[str]:
        """The ids of all fields that may tell who the reporter is."""
        return frozenset((*self.reporter, *(field.id for _, field in self.identifying)))

    def page(self, page_id: str) -> Page | None:
        return self.by_id.get(page_id)

    def fields(self) -> Iterator[tuple[Page, Field]]:
        """Yield every field with the page it stands on, in order."""
        return ((page, field) for page in self.pages for field in page.fields)
