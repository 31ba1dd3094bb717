"""A visitor with a browser that has no scripts: opens pages, fills in forms, presses buttons.

Every page is read by the strict reader of the component tests, so a page that is not well formed
fails wherever it is met. Only what a browser would send is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import httpx2
from starlette.testclient import TestClient

from tests.components.reader import Element, Page

CITIZEN = "http://127.0.0.1:8000"
STAFF = "http://127.0.0.1:8001"
BROWSER = {"sec-fetch-site": "same-origin", "accept-encoding": "gzip"}

Typed = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Screen:
    """What the visitor sees: an answer of the server, read."""

    status: int
    path: str
    html: str
    page: Page
    headers: Mapping[str, str]

    @property
    def title(self) -> str:
        return self.page.all("title")[0].words

    @property
    def heading(self) -> str:
        return " ".join(self.page.all("h1")[0].words.split())

    @property
    def lang(self) -> str:
        return self.page.all("html")[0].attributes["lang"]

    @property
    def text(self) -> str:
        """The words in the middle of the page."""
        return " ".join(self.page.all("main")[0].words.split())

    @property
    def here(self) -> str:
        """The last part of the address: the page's id, in a form."""
        return self.path.partition("?")[0].rpartition("/")[2]

    def pairs(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every question on a list of answers, with its lines; none where nothing was answered."""
        found = []
        for question in self.page.all("dt"):
            row = question.within[-1]
            lines = tuple(
                element.words
                for element in self.page.all("p")
                if row in element.within and element.attributes.get("class") != "hint"
            )
            found.append((question.words, lines))
        return found

    def form(self) -> Element:
        """The form of the page: the one with the questions, else the last in the middle."""
        main = self.page.all("main")[0]
        forms = [form for form in self.page.all("form") if main in form.within]
        return next((form for form in forms if form.attributes.get("id") == "svar"), forms[-1])

    def controls(self, form: Element) -> list[Element]:
        return [
            control
            for control in self.page.all("input", "textarea")
            if form in control.within and "name" in control.attributes
        ]

    def sent(self, form: Element) -> dict[str, tuple[str, ...]]:
        """What a browser would send if the form were sent as it stands."""
        found: dict[str, tuple[str, ...]] = {}
        for control in self.controls(form):
            name, kind = control.attributes["name"], control.attributes.get("type", "text")
            if kind in {"radio", "checkbox"} and "checked" not in control.attributes:
                continue
            value = control.attributes.get("value", "")
            if control.tag == "textarea":
                value = control.words.removeprefix("\n")
            found[name] = (*found.get(name, ()), value)
        return found

    def names(self) -> set[str]:
        """The names of everything that can be filled in on the page."""
        return {control.attributes["name"] for control in self.controls(self.form())}

    def value(self, name: str) -> str:
        return next(iter(self.sent(self.form()).get(name, ())), "")

    def button(self, name: str) -> str:
        """The value of the button with this name."""
        buttons = self.page.all("button")
        return next(
            one.attributes["value"] for one in buttons if one.attributes.get("name") == name
        )

    def errors(self) -> list[str]:
        return [p.words for p in self.page.all("p") if p.attributes.get("class") == "error"]


class Visitor:
    """One browser on one site. `seen` is every screen so far, the last one last."""

    def __init__(self, app, origin: str = CITIZEN) -> None:
        """`app` is a site in this process; with None the site is a real one, at `origin`."""
        options = {"base_url": origin, "headers": BROWSER, "follow_redirects": False}
        self.client = TestClient(app, **options) if app else httpx2.Client(**options, timeout=30)
        self.seen: list[Screen] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def screen(self) -> Screen:
        return self.seen[-1]

    @property
    def parts(self):
        """What the site is put together from."""
        return self.client.app.state.parts

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value for cookie in self.client.cookies.jar}

    def moved_to(self, app) -> None:
        """Go on with the same browser when the server has been started anew."""
        cookies = self.client.cookies
        origin, headers = self.client.base_url, self.client.headers
        self.client = TestClient(app, base_url=origin, headers=headers, follow_redirects=False)
        self.client.cookies = cookies

    def go(self, path: str) -> Screen:
        return self._look(self.client.get(path), path)

    def send(self, path: str, data: Mapping[str, object] | bytes, **headers: str) -> Screen:
        """Send a form that need not be one of ours."""
        if isinstance(data, bytes):
            kind = {"content-type": "application/x-www-form-urlencoded"}
            answer = self.client.post(path, content=data, headers={**kind, **headers})
        else:
            answer = self.client.post(path, data=data, headers=headers)
        return self._look(answer, path)

    def press(self, typed: Typed | None = None, **button: str) -> Screen:
        """Fill in what is on the page and press a button: "Fortsätt", unless another is named."""
        form = self.screen.form()
        return self.send(form.attributes["action"], self.filled(typed or {}) | button)

    def filled(self, typed: Typed) -> dict[str, tuple[str, ...]]:
        """What would be sent of this page, with `typed` in it. Only what the page asks for."""
        screen = self.screen
        form = screen.form()
        data = screen.sent(form)
        for name, value in typed.items():
            values = (value,) if isinstance(value, str) else value
            mine = [one for one in screen.controls(form) if one.attributes["name"] == name]
            assert mine, f"{name} is not on {screen.path}"
            if mine[0].attributes.get("type") in {"radio", "checkbox"}:
                known = {one.attributes["value"] for one in mine}
                assert set(values) <= known, f"{name}: {values} is not among {known}"
            data[name] = tuple(values)
        return data

    def _look(self, answer, path: str) -> Screen:
        for _ in range(10):
            target = answer.headers.get("location")
            if answer.status_code not in {303, 307} or target is None:
                break
            if urlsplit(target).netloc:
                break
            path = target
            answer = self.client.get(target.partition("#")[0])
        html = answer.text
        screen = Screen(answer.status_code, path, html, Page(html), answer.headers)
        self.seen.append(screen)
        return screen
