"""The districts of a municipality: its own options, put to a question that asks for them.

The list is coarse on purpose. It is counted, and a small place with a few young people in it would
point them out; the places themselves are told in the asker's own words, and never counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from app.runner.definition import Form, Page
from app.runner.field import Definition, Field, Id, Listed, Words, twice
from app.runner.fields.group import GroupField
from app.runner.fields.options import Option, OptionsField


class District(Definition):
    """A part of the municipality, as those who live there call it."""

    id: Id
    """What it is counted as, and what conditions name."""
    label: Words
    """What the visitor reads."""


class Named(Option):
    """A district as an option. Its name is a text of the municipality's, and none of the form's."""

    label: str


MOST = 20
"""So many at most: it is a list to find oneself in, and of places that are not small."""
Districts = Annotated[tuple[District, ...], Listed]


def faults(districts: Sequence[District]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the list by itself: (key, reason)."""
    yield from twice("districts", (each.id for each in districts))
    if len(districts) > MOST:
        yield "districts", f"högst {MOST}: skriv få och stora delar"
    for each in districts:
        if not each.label.strip():
            yield f"districts.{each.id}.label", "texten är tom"


def misplaced(form: Form) -> Iterator[tuple[str, str]]:
    """Yield questions that ask for districts where others may lean on them: (key, reason)."""
    for page, field in form.fields():
        if is_theirs(field) and not page.more:
            yield f"fields.{field.id}.options_from", "frågas bara bland det frivilliga (more)"
        if isinstance(field, GroupField):
            yield from out_of_place(f"fields.{field.id}.fields", field.fields)


def out_of_place(at: str, fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """Yield what asks for districts in a group, or in a step of a process: (key, reason)."""
    for field in filter(is_theirs, fields):
        yield (
            f"{at}.{field.id}.options_from",
            "bara en egen fråga i ett formulär får kommunens delar",
        )


def clashes(form: Form, districts: Sequence[District]) -> Iterator[tuple[str, str]]:
    """Yield the districts that can not stand among the form's own options: (key, reason)."""
    own = {f"options.{each.id}": f"districts.{each.id}" for each in districts}
    for _, field in asked(form, districts).fields():
        if is_theirs(field):
            yield from ((own[key], why) for key, why in field.faults() if key in own)


def asked(form: Form, districts: Sequence[District]) -> Form:
    """Return a form as it is asked with these districts, first among the options.

    Without any, the questions that ask for them are not asked, nor counted, nor a page that would
    have asked nothing else.
    """
    if not any(is_theirs(field) for _, field in form.fields()):
        return form
    pages = tuple(page_with(page, districts) for page in form.pages)
    left = tuple(
        page for page, was in zip(pages, form.pages, strict=True) if page.fields or not was.fields
    )
    known = {field.id for page in left for field in page.fields}
    counted = tuple(tally for tally in form.statistics if tally.field in known)
    return form.model_copy(update={"pages": left, "statistics": counted})


def page_with(page: Page, districts: Sequence[District]) -> Page:
    fields = tuple(
        field_with(field, districts) if is_theirs(field) else field
        for field in page.fields
        if districts or not is_theirs(field)
    )
    return page.model_copy(update={"fields": fields})


def field_with(field: Field, districts: Sequence[District]) -> Field:
    assert isinstance(field, OptionsField)  # noqa: S101 - no other is theirs
    theirs = tuple(Named.model_construct(id=each.id, label=each.label) for each in districts)
    return field.model_copy(update={"options": (*theirs, *field.options)})


def is_theirs(field: Field) -> bool:
    """Tell whether a question asks for the municipality's districts."""
    return isinstance(field, OptionsField) and field.options_from == "districts"
