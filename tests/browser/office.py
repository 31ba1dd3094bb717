"""A day at the office: reports of the example's own kinds, handed in and worked with to the end."""

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Page

from app.commands.made_up import inputs
from app.settings import CHECKOUT
from tests.browser.hands import Keyboard, Pointer
from tests.browser.states import Client, token_in
from tests.service import Service

TOLD = tomllib.loads((CHECKOUT / "forms" / "examples" / "reports.toml").read_text("utf-8"))
NAME = re.compile(r'name="([^"_][^"]*)"')
ENDS = ("overlamnad", "avslutad")
WORKED = 'a[href$="/steg/{step}"]'


@dataclass(frozen=True, slots=True)
class Case:
    """One report of the day: which of the examples it is, its form, and what is done with it."""

    example: int
    work: tuple[str, ...]
    form_id: str = "orosanmalan"
    late: int = 0
    """Days that it came in earlier than the others."""

    @property
    def told(self) -> dict:
        return [one for one in TOLD["reports"] if one["form"] == self.form_id][self.example]


DAY = (
    Case(2, ("skydd_ja", "inleds_besked", "informerad", "besked", *ENDS)),
    Case(3, ("skydd_nej", "inleds", "informerad", *ENDS)),
    Case(0, ("skydd_nej", "kontakt", "inleds_inte", *ENDS)),
    Case(4, ("skydd_nej", "inleds_inte_besked", "besked_inte", *ENDS)),
    Case(5, ("skydd_nej", "pagar", *ENDS)),
    Case(7, ("skydd_nej", "kommun", "kommun_ok", *ENDS)),
    Case(8, ("skydd_nej", "dubblett", "dubblett_ok", *ENDS)),
    Case(11, ("skydd_nej", "inleds_inte", *ENDS)),
    Case(12, ("skydd_nej", "inleds_inte", *ENDS), late=3),
    Case(9, ("skydd_nej", "forlangd", "inleds_inte", *ENDS)),
    Case(4, ("mote_passar", "svar", "avslutad_sspf"), "stoppmote"),
    Case(7, ("falt", "svar", "avslutad_sspf"), "stoppmote"),
)
"""Twelve reports: urgent, protected, by name and without, in English, late, of both forms."""


def hand_in(service: Service, content, case: Case) -> str:
    """Hand a report in as a citizen does; return its reference."""
    told = case.told
    language = told.get("language", content.default)
    form = content.forms[language][case.form_id]
    answers = {**TOLD["usual"][case.form_id], **told["answers"]}
    typed = dict(
        pair for page in form.pages for pair in inputs(page.fields, answers, datetime.now(UTC))
    )
    client = Client(service.citizen)
    base = f"{'' if language == content.default else '/' + language}/{case.form_id}"
    page = client.post(f"{base}/borja", {})
    token = token_in(page)
    while not str(page.url).endswith(("/racker", "/granska")):
        asked = set(NAME.findall(page.text)) & typed.keys()
        given = {name: typed[name] for name in asked}
        before = page.url
        page = client.post(str(page.url), {**given, "_token": token})
        assert page.url != before, (str(before), page.text)
    review = client.get(f"{base}/granska").text
    seen = re.search(r'name="_seen" value="([^"]*)"', review)[1]
    receipt = client.post(f"{base}/skicka", {"_token": token, "_seen": seen})
    return re.search(r'class="reference">([^<]+)<', receipt.text)[1].replace(" ", "")


class Worker:
    """Somebody at the desk in one window, with the keyboard alone or with a pointer."""

    def __init__(self, page: Page, content, *, keyboard: bool) -> None:
        self.page, self.content = page, content
        self.hand = Keyboard(page) if keyboard else Pointer(page)

    def go(self, where: str) -> None:
        """Press a link or a button, and wait for the page that it leads to."""
        goal = self.page.locator(where).first
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.hand.press(goal)

    def open(self, reference: str) -> None:
        """From the queue, where what is not closed is found, to a case."""
        self.page.goto("/inkorg?flik=alla")
        self.go(f'tbody a[href$="/{reference}"]')

    def do(self, form_id: str, name: str) -> None:
        """Take a step of the case in view, from its button to the case again."""
        what = TOLD["work"][name]
        step = self.content.processes[self.content.default][form_id].step(what["step"])
        link = WORKED.format(step=step.id)
        if not self.page.locator(link).first.is_visible():
            self.hand.press(self.page.locator("summary", has_text="Fler steg"))
        self.go(link)
        answers = what.get("answers", {})
        for place, values in inputs(step.fields, answers, datetime.now(UTC)):
            self.fill(place, values)
        self.go("form.writing > button[type=submit]")
        assert "/steg/" not in self.page.url, self.page.locator("main").inner_text()[:800]

    def fill(self, name: str, values: tuple[str, ...]) -> None:
        for value in values:
            boxes = self.page.locator(f'main [name="{name}"]')
            if boxes.first.get_attribute("type") in {"radio", "checkbox"}:
                self.hand.choose(self.page.locator(f'main [name="{name}"][value="{value}"]'))
            else:
                self.hand.write(boxes.first, value)

    def times(self, until: str, since: str = "") -> dict[str, tuple[int, ...]]:
        """Return the proof of clocks: by clock how many in time, extended, late and waiting."""
        self.page.goto(f"/inkorg/tider?fran={since}&till={until}")
        rows = self.page.locator("table").first.locator("tbody tr").all()
        return {
            row.locator("th").inner_text().split(" 1")[0].split(" 2")[0].strip(): tuple(
                map(int, row.locator("td").all_inner_texts())
            )
            for row in rows
        }
