"""Ways through a form, from the first page to the receipt, as a person goes them."""

import re
from base64 import urlsafe_b64decode
from dataclasses import replace

from app.intake import drafts
from app.intake.drafts import Draft
from app.runner.definition import ENOUGH, Form
from app.web.citizen.parts import COOKIE
from app.web.http import session
from tests.web.reporters import Reporter
from tests.web.visitor import Screen, Visitor

MOST_PAGES = 80


def begin(visitor: Visitor, form_id: str, language: str = "sv") -> Screen:
    """Open the form and press "Starta"."""
    visitor.go(f"{'' if language == 'sv' else '/' + language}/{form_id}")
    return visitor.press()


def walk(visitor: Visitor, reporter: Reporter, *, until: str = "granska") -> Screen:
    """Answer page after page and go on, until a page of that id is shown."""
    for _ in range(MOST_PAGES):
        screen = visitor.screen
        if screen.here == until:
            return screen
        if screen.here == ENOUGH:
            tell_more(visitor)
            continue
        add_people(visitor, reporter)
        screen = visitor.screen
        names = screen.names()
        visitor.press({name: value for name, value in reporter.answers.items() if name in names})
        assert visitor.screen.status == 200, (screen.path, visitor.screen.errors())
    raise AssertionError(f"{until} was never reached")


def tell_more(visitor: Visitor) -> Screen:
    """Press "Jag vill berätta mer"."""
    links = visitor.screen.page.all("a")
    more = next(one for one in links if one.attributes.get("class") == "button second")
    return visitor.go(more.attributes["href"])


def add_people(visitor: Visitor, reporter: Reporter) -> None:
    """Press "Lägg till" until there is room for everybody that the reporter tells of."""
    for button in visitor.screen.page.all("button"):
        group = button.attributes.get("value", "")
        if button.attributes.get("name") != "_add":
            continue
        numbers = [
            int(found[1])
            for name in reporter.answers
            if (found := re.match(rf"{group}-(\d+)-", name))
        ]
        for _ in range(max(numbers, default=0)):
            visitor.press(_add=group)


def reach(visitor: Visitor, reporter: Reporter, page_id: str) -> Screen:
    """Begin the reporter's form and answer until a page is shown."""
    begin(visitor, reporter.form_id, reporter.language)
    return walk(visitor, reporter, until=page_id)


def at_review(visitor: Visitor, reporter: Reporter) -> Screen:
    """Begin, and find everything answered already: a short cut for tests of what comes after."""
    begin(visitor, reporter.form_id, reporter.language)
    answers = typed(visitor, reporter)
    edit_draft(visitor, reporter.form_id, lambda draft: replace(draft, typed=answers))
    prefix = "" if reporter.language == "sv" else f"/{reporter.language}"
    screen = visitor.go(f"{prefix}/{reporter.form_id}/granska")
    assert screen.here == "granska"
    return screen


def typed(visitor: Visitor, reporter: Reporter) -> dict[str, dict[str, tuple[str, ...]]]:
    """The reporter's answers as a draft keeps them."""
    form = visitor.parts.content.forms["sv"][reporter.form_id]
    return {
        page.id: {
            name: (value,) if isinstance(value, str) else value
            for name, value in reporter.answers.items()
            if page.owns(name)
        }
        for page in form.pages
    }


def draft_of(visitor: Visitor, form_id: str) -> Draft:
    """What the database keeps for this browser, opened with its cookie."""
    parts, key = visitor.parts, key_of(visitor, form_id)
    return parts.database.read_now(lambda c: drafts.load(c, key, now=parts.clock.now()))


def edit_draft(visitor: Visitor, form_id: str, edit) -> None:
    parts, key = visitor.parts, key_of(visitor, form_id)
    now = parts.clock.now()
    parts.database.write_now(lambda c: drafts.change(c, key, edit, now=now, idle=parts.idle))


def key_of(visitor: Visitor, form_id: str):
    value = visitor.cookies[session.cookie_name(COOKIE, secure=visitor.parts.secure)]
    return drafts.key(urlsafe_b64decode(value + "="), form_id)


def report(visitor: Visitor, reporter: Reporter) -> str:
    """Go the whole way and return the reference on the receipt."""
    reach(visitor, reporter, "granska")
    return send(visitor)


def report_at_once(visitor: Visitor, reporter: Reporter) -> str:
    """As `report`, by the short cut."""
    at_review(visitor, reporter)
    return send(visitor)


def send(visitor: Visitor) -> str:
    """Send, from the check page; return the reference on the receipt."""
    screen = visitor.press()
    assert (screen.status, screen.here) == (200, "kvitto"), screen.text[:300]
    return reference(screen)


def reference(screen: Screen) -> str:
    return re.search(r'class="reference">([^<]+)<', screen.html)[1].replace(" ", "")


def expected(reporter: Reporter, form: Form, asked: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The questions that were asked, in order, each with what the reporter answered."""
    fields = {field.id: field for _, field in form.fields()}
    return [(str(fields[name].label), reporter.lines(fields[name])) for name in asked]


def told(
    reporter: Reporter, form: Form, asked: list[str]
) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """What staff read, in their order: what leads and then the rest; and what was not answered."""
    pairs = dict(zip(asked, expected(reporter, form, asked), strict=True))
    steps = [step.id for step in form.steps]
    place = {field.id: steps.index(page.step) for page, field in form.fields()}
    rest = sorted((name for name in asked if name not in form.lead), key=place.__getitem__)
    order = [*(name for name in form.lead if name in pairs), *rest]
    return (
        [pairs[name] for name in order if pairs[name][1]],
        [pairs[name][0] for name in asked if not pairs[name][1]],
    )


def asked_fields(visitor: Visitor, form: Form) -> list[str]:
    """The ids of the fields on the pages that were shown last, in the order of the form."""
    last = {screen.here: screen for screen in visitor.seen}
    return [
        field.id
        for page, field in form.fields()
        if page.id in last
        and any(field.owns(name) for name in last[page.id].names() if last[page.id].names())
    ]
