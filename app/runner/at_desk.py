"""A form as staff fill it in for somebody: on one page, and nothing that must be answered.

Whoever rings may hang up at any moment, so no question stops the report: what was not asked is left
empty, and a child who rings is not turned away. What is answered counts under the same conditions
as for the one who fills the form in alone.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from app.runner import answers
from app.runner.definition import Form, Page
from app.runner.field import Field
from app.runner.journey import UNFINISHED, Journey
from app.runner.typed import Typed, clean

AS_ASKED = {"required": False, "required_if": (), "autocomplete": "off"}
"""A browser fills in nothing either: it knows who writes, and not who rings."""


def unforced(form: Form) -> Form:
    """Return the form with nothing that must be answered, and no page where it ends.

    It is the same form: the hash of its content stays.
    """
    return form.model_copy(update={"pages": tuple(map(unforced_page, form.pages))})


def unforced_page(page: Page) -> Page:
    fields = tuple(field.model_copy(update=AS_ASKED) for field in page.fields)
    return page.model_copy(update={"fields": fields, "checks": (), "ends": False})


def by_page(form: Form, typed: Typed) -> dict[str, Typed]:
    """Return what was typed on the one page, by the page of the form that it belongs to."""
    return {page.id: answers.kept(page.fields, typed) for page in form.pages if page.fields}


def journey(form: Form, typed: Mapping[str, Typed], today: date) -> Journey:
    """Return the way through an unforced form: no page of what must be said is left to be passed.

    A page of the rest on which nothing is written has been passed by.
    """
    passed = {
        page.id: {name: each for name, each in mine.items() if name != UNFINISHED}
        for page in form.pages
        if (mine := typed.get(page.id, {})) or not page.more
        if not page.more or has_words(mine)
    }
    return Journey(form, passed, today)


def has_words(typed: Typed) -> bool:
    return any(clean(value) for values in typed.values() for value in values)


def stray(way: Journey, typed: Mapping[str, Typed]) -> Iterator[tuple[Page, Field]]:
    """Yield the fields in which something is written though they are not asked, as it stands."""
    for page, field in way.form.fields():
        asked = way.asked.get(page.id)
        own = {name: each for name, each in typed.get(page.id, {}).items() if field.owns(name)}
        if has_words(own) and not (asked and field in asked.fields):
            yield page, field
