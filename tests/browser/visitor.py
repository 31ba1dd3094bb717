"""Somebody who fills in a form, from its definition and through its pages, as a person would.

What is looked for is what a person sees: the words of questions, options and buttons. A page that
asks something it should not, or not what it should, cannot be filled in this way.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from app.runner.definition import ENOUGH, Form
from app.runner.texts import Interface
from tests.browser.hands import Keyboard, Pointer

Answers = Mapping[str, Any]
UNKNOWN = object()
"""The answer "Jag vet inte" of a field that has such a box."""
MOST_PAGES = 60


def nothing(_page: Page) -> None:
    """Do nothing with a page that is shown."""


class Visitor:
    """One person in one window. `look` is called at every page that is shown."""

    def __init__(
        self,
        page: Page,
        form: Form,
        t: Interface,
        *,
        keyboard: bool = False,
        look: Callable[[Page], None] = nothing,
    ) -> None:
        self.page, self.form, self.t, self.look = page, form, t, look
        self.hand = Keyboard(page) if keyboard else Pointer(page)

    @property
    def at(self) -> str:
        """The id of the page that is shown, as its address says."""
        return urlsplit(self.page.url).path.rsplit("/", 1)[1]

    def begin(self, start: str) -> None:
        """From the start page to the first question."""
        self.page.goto(start)
        self.look(self.page)
        self.go(self.link(self.form.card.button))
        self.look(self.page)
        self.go(self.button(self.t("form.start_button")))

    def go(self, goal: Locator) -> None:
        """Press what leads to another page, and wait for it."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.hand.press(goal)

    def button(self, words: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=words, exact=True)

    def link(self, words: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=words, exact=True)

    def go_on(self) -> None:
        """Go on to the next page; asked if this is enough, tell more."""
        if self.at == ENOUGH:
            self.go(self.link(self.t("enough.more")))
        else:
            self.go(self.button(self.t("form.continue_button")))

    def fill_in(self, answers: Answers) -> None:
        """Answer page after page until the answers can be checked."""
        for _ in range(MOST_PAGES):
            self.look(self.page)
            if self.at == "granska":
                return
            before = self.page.url
            self.answer_page(answers)
            self.go_on()
            wrong = self.page.locator(".summary").all_text_contents()
            assert not wrong, f"{before}: {wrong}"
        raise AssertionError("the form never ends")

    def answer_page(self, answers: Answers) -> None:
        """Answer every question of the page that there is an answer for."""
        if self.at == ENOUGH:
            return
        definition = self.form.page(self.at)
        assert definition, self.at
        for field in definition.fields:
            if field.id in answers and self.shown(field):
                self.answer(field, answers[field.id], self.page.locator("main"))

    def shown(self, field: Any) -> bool:
        return self.page.locator("main").get_by_text(words(field.label)).count() > 0

    def answer(self, field: Any, answer: Any, within: Locator) -> None:
        if answer is UNKNOWN:
            self.hand.choose(within.get_by_label(field.unknown, exact=True))
        elif field.kind in {"radios", "checkboxes"}:
            self.choose(field, answer, within)
        elif field.kind == "group":
            self.list_people(field, answer)
        elif field.kind == "date":
            whole = within.get_by_role("group", name=words(field.label))
            for part, value in zip(("day", "month", "year"), answer, strict=True):
                self.hand.write(whole.get_by_label(self.t(f"kinds.date.{part}"), exact=True), value)
        elif field.kind == "confirmation":
            self.hand.choose(within.get_by_label(words(field.label)))
        else:
            self.hand.write(within.get_by_role("textbox", name=words(field.label)), answer)

    def choose(self, field: Any, answer: Any, within: Locator) -> None:
        """Choose options by id; a mapping also says what to write in the line that one opens."""
        texts = answer if isinstance(answer, Mapping) else {}
        chosen = [answer] if isinstance(answer, str) else list(answer)
        group = within.get_by_role("group", name=words(field.label))
        for option in field.options:
            if option.id in chosen:
                self.hand.choose(group.get_by_label(option.label, exact=True).first)
                if texts.get(option.id):
                    line = group.get_by_role("textbox", name=option.text.label, exact=True)
                    self.hand.write(line, texts[option.id])

    def list_people(self, field: Any, people: Any) -> None:
        """Fill in one item of a group after the other, and ask for room for the next."""
        for number, person in enumerate(people):
            title = field.item.replace("{number}", str(number + 1))
            if number:
                self.go(self.button(field.add))
                self.look(self.page)
            item = self.page.get_by_role("group", name=title, exact=True)
            for inner in field.fields:
                if inner.id in person:
                    self.answer(inner, person[inner.id], item)

    def send(self) -> str:
        """Send, and return the reference on the receipt."""
        self.go(self.button(self.form.send or self.t("review.send_button")))
        assert self.at == "kvitto"
        self.look(self.page)
        return self.page.locator(".reference").inner_text()


def words(label: str) -> re.Pattern[str]:
    """A question's words, whether or not "(frivilligt)" stands after them."""
    return re.compile(rf"^\s*{re.escape(label)}(\s*\([^)]*\))?\s*$")
