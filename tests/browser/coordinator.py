"""A coordinator who works with a stoppmöte in a window, by the steps that the case leads to."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Locator, Page

from app.casework import access
from app.commands.made_up import inputs
from app.runner.process import Step
from tests.browser.office import Worker
from tests.browser.visitor import nothing
from tests.web.conftest import Town

CASE = re.compile(r"/inkorg/arenden/[A-Z0-9-]+")


class Coordinator(Worker):
    """Somebody at the desk of SSPF, with one case. `look` is called at every page that is shown."""

    def __init__(
        self,
        page: Page,
        content: Any,
        town: Town,
        reference: str,
        *,
        keyboard: bool = False,
        look: Callable[[Page], None] = nothing,
    ) -> None:
        super().__init__(page, content, keyboard=keyboard)
        self.town, self.reference, self.look = town, reference, look
        self.form_id, self.case = "stoppmote", ""

    def morning(self, *, later: int = 0) -> None:
        """Some days later they sign in with a printed link, and open the case from the queue."""
        self.town.clock.move(days=later)
        self.sign_in("sspf", "Siv Ask")
        self.open(self.reference)
        self.case = CASE.search(self.page.url)[0]

    def sign_in(self, unit: str, name: str) -> None:
        """With a printed link, at the desk of a unit."""
        now = self.town.clock.now()
        code = self.town.database.write_now(lambda c: access.new_link(c, unit=unit, now=now))
        self.page.goto(f"/logga-in/{code}")
        self.look(self.page)
        self.hand.write(self.page.get_by_role("textbox"), name)
        self.go("main form button")
        self.page.wait_for_url("**/inkorg")

    def go(self, where: str) -> None:
        super().go(where)
        self.look(self.page)

    def show(self, place: str = "") -> str:
        """Go to a page of the case, by the way that leads there; return what it says."""
        if place and not self.page.locator(f'a[href="{self.case}/{place}"]').count():
            self.page.goto(self.case)
        if place:
            self.go(f'a[href="{self.case}/{place}"]')
        else:
            self.page.goto(self.case)
            self.look(self.page)
        return self.page.locator("main").inner_text()

    def take(self, step_id: str, **answers: Any) -> str:
        """Take a step, from a link to it to where it leads; return what is said there."""
        self.reach(step_id, answers.get("vem", ""))
        self.answer(step_id, answers)
        self.go("form.writing > button[type=submit]")
        said: str = self.page.locator("main").inner_text()
        assert "/steg/" not in self.page.url, (step_id, answers, said[:1500])
        return said

    def report(self, whom: str, **answers: str) -> str:
        """Make an orosanmälan about somebody out of the case; return its reference."""
        self.page.goto(f"{self.case}/gruppen")
        self.press(self.under(whom, "/anmalan/").first)
        for name, value in answers.items():
            self.fill(name, (value,))
        self.go("#lamna-in button[type=submit]")
        return self.page.locator(".reference").inner_text().replace(" ", "")

    def answer(self, step_id: str, answers: dict[str, Any]) -> None:
        """Fill in the page of a step: people by their names, days by how far off they are."""
        fields = self.step(step_id).fields
        people = {field.id for field in fields if getattr(field, "of", ())}
        for name, values in inputs(fields, answers, self.town.clock.now()):
            if name in people:
                self.point_out(name, values)
            else:
                self.fill(name, values)

    def step(self, step_id: str) -> Step:
        step = self.content.processes[self.content.default][self.form_id].step(step_id)
        assert step, step_id
        return step

    def point_out(self, name: str, people: tuple[str, ...]) -> None:
        """Choose people of the case by their names."""
        boxes = self.page.locator(f'main [name="{name}"]')
        said = {self.label(box): box for box in boxes.all()}
        for who in people:
            if not said[who].is_checked():
                self.hand.choose(said[who])

    def label(self, box: Locator) -> str:
        label = self.page.locator(f'label[for="{box.get_attribute("id")}"]')
        return label.inner_text().strip()

    def reach(self, step_id: str, whom: str) -> None:
        """Come to the page of a step, from whom it is about where the case has it there."""
        for _ in self.places():
            if link := self.link(step_id, whom):
                self.press(link)
                return
        raise AssertionError(f"no page of the case leads to {step_id} about {whom or 'nobody'}")

    def press(self, link: Locator) -> None:
        """Press a link, that may be folded away, and wait for the page that it leads to."""
        folded = link.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            self.hand.press(folded)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.hand.press(link)
        self.look(self.page)

    def link(self, step_id: str, whom: str) -> Locator | None:
        """Return a link to a step on the page in view; about somebody, where it puts them right."""
        theirs = self.under(whom, f"/steg/{step_id}?")
        if whom and theirs.count():
            return theirs.first
        alone = self.page.locator(f'main a[href$="/steg/{step_id}"]')
        return alone.first if alone.count() and not (whom and self.step(step_id).adds) else None

    def under(self, name: str, part: str) -> Locator:
        """Return the links under somebody's name whose address has a part."""
        heading = "preceding::*[self::h1 or self::h2 or self::h3][1]"
        named = f'{heading}[normalize-space()="{name}"]'
        return self.page.locator(f'xpath=//main//a[contains(@href, "{part}")][{named}]')

    def places(self) -> Iterator[None]:
        """Go to the page in view, the case, and each page that the case has a link to."""
        yield
        self.show()
        yield
        hrefs = self.page.locator(f'a[href^="{self.case}/"]').evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        for href in dict.fromkeys(hrefs):
            if not href.startswith((f"{self.case}/steg/", f"{self.case}/utskrift")):
                self.page.goto(href)
                self.look(self.page)
                yield
