"""Takes in what is posted to a question page, and tells where its other buttons lead.

Nothing is judged here: what was typed is kept as it was typed, and read when it is looked at.
"""

from app.errors import NotAsked, UnknownInput
from app.runner import answers
from app.runner.definition import Form, Page
from app.runner.fields.group import GroupField
from app.runner.journey import UNFINISHED, Asked
from app.runner.typed import Typed
from app.web.http.addresses import FormAddresses
from app.web.http.posted import Inputs, first

OWN = frozenset({"_token", "_to", "_language", "_add", "_remove", "_offer"})
"""Inputs of the machine's own on a question page."""
ASIDE = frozenset({"_language", "_add", "_remove", "_offer"})
"""Buttons that keep the page without going on from it."""
LONGEST_NUMBER = 3


def goes_aside(inputs: Inputs) -> bool:
    """Tell whether another button than "Fortsätt" was pressed."""
    return not ASIDE.isdisjoint(inputs)


def to_review(inputs: Inputs) -> bool:
    """Tell whether the page was reached from the check page, and goes back there."""
    return first(inputs, "_to") == "granska"


def typed_of(asked: Asked, inputs: Inputs) -> Typed:
    """Return what is to be kept of a page, as the button that was pressed leaves it.

    Raises UnknownInput when there is any other input than the page's own. Raises NotAsked, with the
    rest, when a question of this page is no longer asked: an earlier answer was changed in another
    tab.
    """
    typed: Typed = {name: values for name, values in inputs.items() if name not in OWN}
    unasked = {name for name in typed if not any(field.owns(name) for field in asked.fields)}
    if not all(asked.page.owns(name) for name in unasked):
        raise UnknownInput
    if unasked:
        raise NotAsked({name: inputs[name] for name in inputs if name not in unasked})
    typed = answers.kept(asked.fields, typed)
    return arranged(asked.page, typed, inputs) if goes_aside(inputs) else typed


def arranged(page: Page, typed: Typed, inputs: Inputs) -> Typed:
    """Return the page not gone on from. A person may have been added, or removed."""
    add, remove = first(inputs, "_add"), first(inputs, "_remove")
    for field in page.fields:
        if not isinstance(field, GroupField):
            continue
        if add == field.id:
            typed = field.added(typed)
        group, _, number = remove.rpartition("-")
        if group == field.id and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            typed = field.removed(typed, int(number))
    return {**typed, UNFINISHED: ("1",)}


def aside(form: Form, page: Page, at: FormAddresses, typed: Typed, inputs: Inputs) -> str:
    """Return where a button leads that stays with the form: to another form, or to this page again.

    `at` is the form's addresses in the language that is gone on in.
    """
    offer = first(inputs, "_offer")
    if offer in {known.form for known in form.hand_over}:
        return at.move(offer)
    address = at.page(page.id, to_review=to_review(inputs))
    for field in page.fields:
        if isinstance(field, GroupField) and first(inputs, "_add") == field.id:
            return f"{address}#{field.item_fields(field.count(typed) - 1)[0].id}"
        if isinstance(field, GroupField) and "_remove" in inputs:
            return f"{address}#{field.id}"
    return address
