"""Make the README's pictures: the real pages of the real service, with made-up reports in it.

    python3 tools/test.py pytest --version   # fetches what is needed, once
    .venv-test/bin/python bench/pictures.py  # writes docs/pictures/*.png

The service is started as anybody starts it, a form is filled in as a person would, and what a
browser shows is kept. Nothing in the pictures is real.
"""

import base64
import os
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from app.runner import content as contents  # noqa: E402
from app.runner.definition import ENOUGH  # noqa: E402
from tests import service as real  # noqa: E402
from tests.browser.people import HEADMASTER, SCHOOL_NURSE, Person  # noqa: E402
from tests.browser.visitor import Visitor  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 900, "height": 640}
LARGEST = 60_000
# Few enough colours for a palette: of colours that hardly differ, one is kept.
FEW_COLOURS = """async (picture) => {
  const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const {data, width, height} = context.getImageData(0, 0, bitmap.width, bitmap.height);
  for (let step = 1; ; step *= 2) {
    const colours = new Map(), pixels = new Uint8Array(width * height);
    for (let at = 0; at < data.length && colours.size <= 256; at += 4) {
      const colour = [data[at], data[at + 1], data[at + 2]];
      const name = colour.map((part) => Math.round(part / step)).join();
      if (!colours.has(name)) colours.set(name, {number: colours.size, colour});
      pixels[at / 4] = colours.get(name).number;
    }
    if (colours.size > 256) continue;
    let text = "";
    for (const pixel of pixels) text += String.fromCharCode(pixel);
    const palette = [...colours.values()].flatMap((one) => one.colour);
    return {width, height, palette, pixels: btoa(text)};
  }
}"""
NEUTRAL_WORDS = {
    "namn": "Kim Exempel",
    "plats": "Åkerskolan, klass 4B",
    "beskriv": "Barnet berättade i dag om bråk hemma och vågar inte gå hem efter skolan.",
    "ditt_namn": "Sam Exempel",
    "vuxna": [{"namn": "Lo Exempel, mamma", "telefon": "08-465 004 21"}],
    "slag": ["vald", "ser_vald"],
}


def main() -> None:
    """Start everything, walk through it, and write the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as chromium,
        real.running(Path(folder) / "data") as service,
    ):
        citizen_pictures(chromium, service)
        staff_pictures(chromium, service)
    for picture in sorted(PICTURES.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.relative_to(ROOT)}  {size} byte")
        if size > LARGEST:
            sys.exit(f"{picture.name} är större än {LARGEST} byte.")


@contextmanager
def browser() -> Iterator[Browser]:
    found = os.environ.get("SKYDDSNAT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--disable-gpu"])
        yield started
        started.close()


def window(chromium: Browser, *, wide: bool = False, dark: bool = False) -> Page:
    """A new window: a telephone, or a desk."""
    return chromium.new_context(
        viewport=DESK if wide else PHONE,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="sv-SE",
    ).new_page()


def keep(page: Page, name: str) -> None:
    """Keep what the window shows, as a small picture."""
    page.mouse.move(0, 0)
    picture = base64.b64encode(page.screenshot()).decode()
    counting = page.context.browser.new_page()
    found = counting.evaluate(FEW_COLOURS, f"data:image/png;base64,{picture}")
    counting.close()
    (PICTURES / f"{name}.png").write_bytes(png(**found))


def png(*, width: int, height: int, palette: list[int], pixels: str) -> bytes:
    """Return a PNG with a palette (ISO/IEC 15948): a third of what a browser makes."""
    raw = base64.b64decode(pixels)
    rows = b"".join(b"\0" + raw[at : at + width] for at in range(0, width * height, width))
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0),
        b"PLTE": bytes(palette),
        b"IDAT": zlib.compress(rows, 9),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    )


def citizen_pictures(chromium: Browser, service: real.Service) -> None:
    page = window(chromium)
    page.goto(service.citizen)
    keep(page, "start")
    visitor = visitor_in(page, SCHOOL_NURSE)
    visitor.begin(service.citizen)
    answers = {**SCHOOL_NURSE.answers, **NEUTRAL_WORDS}
    while visitor.at != "granska":
        if visitor.at == "roll":
            keep(page, "question")
        if visitor.at == "barnet":
            visitor.go_on()
            keep(page, "error")
            dark = window(chromium, dark=True)
            dark.context.add_cookies(page.context.cookies())
            dark.goto(page.url)
            keep(dark, "dark")
        if visitor.at == ENOUGH:
            keep(page, "enough")
        visitor.answer_page(answers)
        visitor.go_on()
    keep(page, "check")
    visitor.send()
    keep(page, "receipt")
    page.context.close()


def staff_pictures(chromium: Browser, service: real.Service) -> None:
    """The queue with a few reports in it, and one of them opened."""
    for words in ({"fara": "nej"}, {"fara": "nej", "skyddad": "ja"}):
        file(chromium, service, SCHOOL_NURSE, {**NEUTRAL_WORDS, **words})
    file(chromium, service, HEADMASTER, {"unga": [{"namn": "Kim Exempel", "alder": "14"}]})
    page = window(chromium, wide=True)
    page.goto(service.new_link("barn-och-unga"))
    page.get_by_role("textbox").fill("Robin Exempel")
    page.locator("main").get_by_role("button").click()
    page.wait_for_url("**/inkorg")
    real.wait_until(lambda: page.reload() and page.get_by_role("row").count() == 1 + 3)
    keep(page, "queue")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.wait_for_url("**/arenden/**")
    keep(page, "report")
    page.context.close()


def file(
    chromium: Browser, service: real.Service, person: Person, words: dict[str, object]
) -> None:
    page = window(chromium)
    visitor = visitor_in(page, person)
    visitor.begin(service.citizen)
    visitor.fill_in({**person.answers, **words})
    visitor.send()
    page.context.close()


def visitor_in(page: Page, person: Person) -> Visitor:
    said = contents.load(ROOT / "forms")
    return Visitor(page, said.forms["sv"][person.form_id], said.interfaces["sv"])


if __name__ == "__main__":
    main()
