"""Shows a state of the service in a real browser, at its own address, in the real style."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.states import State
from tests.service import Service


class Stage:
    """One window in which states are shown, one after the other."""

    def __init__(self, context: BrowserContext, service: Service) -> None:
        self.page: Page = context.new_page()
        self.origins = {"citizen": service.citizen, "staff": service.staff}
        self.state: State | None = None
        own = "|".join(re.escape(origin) for origin in self.origins.values())
        self.page.route(re.compile(rf"^({own})/(?!static/)"), self.answer)

    def answer(self, route: Route) -> None:
        assert self.state
        route.fulfill(
            status=self.state.status, headers=dict(self.state.headers), body=self.state.html
        )

    def show(self, state: State) -> Page:
        self.state = state
        self.page.goto(self.origins[state.site] + state.path)
        return self.page


@contextmanager
def in_another_light(page: Page) -> Iterator[None]:
    """Show the page as those see it who have chosen dark."""
    page.emulate_media(color_scheme="dark")
    yield
    page.emulate_media(color_scheme="light")
