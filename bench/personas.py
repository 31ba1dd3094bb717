"""How long the way in is: pages, words and screens for each persona, in a real browser.

    python3 tools/test.py pytest --version    # fetches what is needed, once
    .venv-test/bin/python bench/personas.py   # exit code 1 where a limit is passed

Measured on a telephone of 390 × 844. Words are those that can be seen in the middle of a page, from
the form's first page to the check page: what is folded is not counted, nor the list of one's own
answers.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from app.runner import content as contents  # noqa: E402
from app.runner.definition import ENOUGH  # noqa: E402
from tests import service as real  # noqa: E402
from tests.browser.visitor import UNKNOWN, Visitor  # noqa: E402

TELEPHONE = {"width": 390, "height": 844}
WORDS_BEFORE_THE_FORM = 120
MOST_PAGES = 40
COUNT_WORDS = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  let words = 0;
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    const passed = around.closest(".visually-hidden, .answers, textarea");
    if (passed || !around.checkVisibility()) continue;
    words += walker.currentNode.data.match(/\\S*[\\p{L}\\p{N}]\\S*/gu)?.length ?? 0;
  }
  return words;
}"""
BOTTOM = "element => Math.ceil(element.getBoundingClientRect().bottom + scrollY)"
SCREENS = "() => document.querySelector('main').getBoundingClientRect().height / innerHeight"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody with something to say, the most pages it may take, and words, by language."""

    form_id: str
    answers: Mapping[str, Any]
    pages_most: int
    words_most: Mapping[str, int]
    to_the_end: bool = True


SEEN = "Jag hör skrik och gråt genom väggen, nästan varje kväll den här månaden."
NEIGHBOUR = Persona(
    "orosanmalan",
    {
        "fara": "nej",
        "roll": "privat",
        "anonym": "ja",
        "skyddad": "vet_inte",
        "namn": UNKNOWN,
        "alder": "7",
        "plats": "Björkvägen 4, uppgång B",
        "slag": ["vald"],
        "beskriv": SEEN,
    },
    pages_most=7,
    words_most={"sv": 450, "en": 505},
)
NURSE = Persona(
    "orosanmalan",
    {
        **NEIGHBOUR.answers,
        "roll": "arbete",
        "skyldig": "ja",
        "namn": "Kim",
        "yrkesroll": "Skolsköterska",
        "arbetsplats": "Åkerskolan",
        "ditt_namn": "Siv Exempel",
        "telefon": "070-174 06 05",
        "besked": "nej",
    },
    pages_most=9,
    words_most={"sv": 700, "en": 810},
)
PRINCIPAL = Persona(
    "stoppmote",
    {
        "fara": "nej",
        "vem": "skola",
        "skyddad": "nej",
        "verksamhet": "Åkerskolan",
        "ditt_namn": "Rut Exempel",
        "telefon": "070-174 06 05",
        "antal": "6",
        "alder": ["13", "14"],
        "gor": ["klotter"],
        "handelse": "I tisdags vid hållplatsen, runt klockan nio. Vaktmästaren såg alla sex.",
        "sedan": "manad",
        "hur_ofta": "flera",
        "orosanmalan": "ja_alla",
    },
    pages_most=9,
    words_most={"sv": 750, "en": 805},
)
CHILD = Persona(
    "orosanmalan",
    {"fara": "nej", "roll": "ung"},
    pages_most=3,
    words_most={"sv": 320, "en": 345},
    to_the_end=False,
)
PERSONAS = {
    "granne, anonym": NEIGHBOUR,
    "skolsköterska": NURSE,
    "rektor": PRINCIPAL,
    "barn": CHILD,
}


@dataclass(slots=True)
class Figures:
    """What one persona met in one language; `wrong` says which limits were passed."""

    doors: int
    start: int
    before: int
    pages: int = 0
    words: int = 0
    screens: float = 0
    wrong: list[str] = field(default_factory=list)

    def hold(self, what: str, found: int, most: int) -> None:
        """Note it where a figure is above its limit."""
        if found > most:
            self.wrong.append(f"{what}: {found}, högst {most}")


def walked(page: Page, origin: str, persona: Persona, language: str) -> Figures:
    """Go the whole way from the start page to the receipt, and return what it took."""
    content = contents.load(ROOT / "forms")
    form, t = content.forms[language][persona.form_id], content.interfaces[language]
    visitor = Visitor(page, form, t)
    page.goto(f"{origin}/{'' if language == content.default else language + '/'}")
    found = Figures(
        doors=max(door.evaluate(BOTTOM) for door in page.locator("main .button").all()),
        start=0,
        before=0,
    )
    visitor.go(visitor.link(form.card.button))
    found.start = visitor.button(t("form.start_button")).evaluate(BOTTOM)
    found.before = found.words = page.evaluate(COUNT_WORDS)
    visitor.go(visitor.button(t("form.start_button")))
    for _ in range(MOST_PAGES):
        found.words += page.evaluate(COUNT_WORDS)
        found.screens += page.evaluate(SCREENS)
        if visitor.at == ENOUGH:
            visitor.go(visitor.link(t("enough.yes")))
            continue
        if visitor.at == "granska":
            visitor.send()
            break
        found.pages += 1
        if form.page(visitor.at).ends:  # type: ignore[union-attr] - it is the page that is shown
            break
        visitor.answer_page(persona.answers)
        visitor.go_on()
    assert persona.to_the_end == (visitor.at == "kvitto"), visitor.at
    found.hold("dörrarna, px", found.doors, TELEPHONE["height"])
    found.hold("Starta, px", found.start, TELEPHONE["height"])
    found.hold("ord före formuläret", found.before, WORDS_BEFORE_THE_FORM)
    found.hold("sidor med frågor", found.pages, persona.pages_most)
    found.hold("ord i allt", found.words, persona.words_most[language])
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    found = os.environ.get("SKYDDSNAT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--disable-gpu"])
        yield started
        started.close()


def main() -> int:
    """Measure everybody in every language; return 1 where a limit is passed."""
    wrong = []
    print("| vem | språk | dörrar, px | Starta, px | ord före | sidor | ord i allt | skärmar |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as chromium,
        real.running(Path(folder) / "data") as service,
    ):
        for name, persona in PERSONAS.items():
            for language in ("sv", "en"):
                page = chromium.new_context(viewport=TELEPHONE, is_mobile=True).new_page()
                found = walked(page, service.citizen, persona, language)
                page.context.close()
                print(
                    f"| {name} | {language} | {found.doors} | {found.start} | {found.before} "
                    f"| {found.pages} | {found.words} | {found.screens:.1f} |",
                    flush=True,
                )
                wrong += [f"{name}, {language}: {line}" for line in found.wrong]
    print("\n".join(["", *wrong]) if wrong else "\nAllt inom gränserna.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
