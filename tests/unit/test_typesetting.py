"""What is set as PDF can be read by everybody, and holds every word, whatever it is written in."""

import asyncio
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.typesetting import press, printing
from app.typesetting.document import Block, Document
from app.typesetting.printing import PdfNotMade
from tests import pdf

pytestmark = pytest.mark.long(1)  # most start a process of their own
AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CODED = "Några tecken står som sin kod."


def document(*texts, language=""):
    blocks = (Block("question", "Vad har hänt?"), *(Block("answer", t, language) for t in texts))
    return Document(
        title="Ärende K7QF-93MX",
        language="sv",
        author="Exempelkommun",
        foot="K7QF-93MX · Sida {page} av {pages}",
        coded_says=CODED,
        blocks=(Block("section", "Det viktigaste"), *blocks),
    )


def made(*texts, **more):
    return asyncio.run(printing.pdf(document(*texts, **more), at=AT))


def test_many_are_made_at_once_each_by_itself_and_in_order():
    many = [document(f"Brev nummer {number}.") for number in range(11)]
    contents = asyncio.run(printing.pdfs(many, at=AT))
    said = [pdf.words(each) for each in contents]
    assert all(f"Brevnummer{number}." in words for number, words in enumerate(said))
    assert not any("Brevnummer3." in words for words in (*said[:3], *said[4:]))
    assert len(contents) > printing.FEW


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_letter_has_its_address_lists_choices_and_lines_to_sign_on(direction):
    letter = replace(
        document(),
        direction=direction,
        choice=("Ja", "Nej"),
        blocks=(
            Block("to", "Mia Berg"),
            Block("to", "Storgatan 1"),
            Block("item", "Dag"),
            Block("item", "Tid"),
            Block("choice", "Säger du ja?"),
            Block("tick", "Polisen"),
            Block("sign", "Namn"),
        ),
    )
    content = asyncio.run(printing.pdf(letter, at=AT))
    assert pdf.faults(content) == []
    assert pdf.tags(content).count("L") == 1
    assert pdf.words(content).startswith("MiaBergStorgatan1")
    assert "Sägerduja?JaNejPolisen" in pdf.words(content)


SCRIPTS = {
    "swedish": "Åsa slår Örjan – ”varje kväll”, 100 % säkert: 1 × 2 − 3.",
    "typst": '#read("/etc/passwd") #import "@preview/a:0.1.0": * $x$ `a` @b <c> = H \\ // /* *',
    "arabic": "مرحبا بالعالم الطفل",
    "hebrew": "ילד בבית",
    "thai": "สวัสดี เด็กคนนี้ถูกตี",
    "hindi": "बच्चे को मारा",
    "tigrinya": "እቲ ቆልዓ",
    "russian": "Ребёнка бьют",
    "vietnamese": "Đứa trẻ bị đánh",
    "emoji": "👍🏽 😭 👨‍👩‍👧 🇸🇪",
    "combining": "A\u030aslo\u0308v, Ame\u0301lie, z\u0351\u0301\u0302",
    "long word": "https://exempel.example/" + "a" * 9000,
    "many lines": "rad ett\n\n\nrad två\r\nrad tre",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_word_is_there_whatever_it_is_written_in(text):
    content = made(text)
    assert pdf.faults(content) == []
    said, meant = pdf.words(content), pdf.squeezed(text)
    assert meant in said or meant[::-1] in said  # what goes from right to left is drawn from left
    assert pdf.squeezed(CODED) not in said


def test_marked_arabic_has_every_letter_though_a_machine_meets_the_marks_more_than_once():
    said = pdf.words(made("مُعَلِّم", language="ar"))
    assert set("مُعَلِّم") <= set(said)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("barnet 子供 heter", "barnet[U+5B50][U+4F9B]heter"),
        ("a\ue000b\u0378c", "a[U+E000]b[U+0378]c"),
        ("a\x00b\x07c\x7f", "a[U+0000]b[U+0007]c[U+007F]"),
        ("a\ufeffb\u202ec", "a[U+FEFF]b[U+202E]c"),
        ("a\ud800b", "a[U+D800]b"),
    ],
)
def test_what_no_font_has_is_told_by_its_code_and_the_document_says_so(text, shown):
    content = made(text)
    assert pdf.faults(content) == []
    assert shown in pdf.words(content)
    assert pdf.squeezed(CODED) in pdf.words(content)


def test_the_whole_of_a_script_that_no_font_has_still_makes_a_pdf():
    content = made("".join(map(chr, range(0x4E00, 0x5A00))))
    assert pdf.faults(content) == []
    assert "[U+4E00]" in pdf.words(content)
    assert "[U+59FF]" in pdf.words(content)


def test_it_has_a_title_a_language_headings_pages_and_is_tagged():
    content = made("sv", *["rad"] * 100)
    root = pdf.opened(content).trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("sv", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    facts = pdf.opened(content).metadata
    assert (facts.title, facts.author) == ("Ärende K7QF-93MX", "Exempelkommun")
    assert facts.creation_date == AT
    tags = pdf.tags(content)
    assert tags[:3] == ["Document", "H1", "H2"]
    assert tags.count("P") >= 100
    last = pdf.opened(content).pages[-1].extract_text()
    pages = len(pdf.opened(content).pages)
    assert pages > 1
    assert f"K7QF-93MX · Sida {pages} av {pages}" in last


@pytest.mark.untraced
def test_three_hundred_thousand_letters_and_ten_thousand_notes_are_all_there():
    long = "ord åäö " * 37_500
    notes = [f"anteckning {number}" for number in range(10_000)]
    content = made(long, *notes)
    assert pdf.faults(content) == []
    said = pdf.words(content)
    assert pdf.squeezed(long)[:200] in said
    assert said.count("ordåäö") == 37_500
    assert pdf.squeezed("".join(notes)) in said


# How it is made


def test_one_that_takes_too_long_is_stopped_and_nothing_is_left():
    started = []
    real = asyncio.create_subprocess_exec

    async def starting(*command, **options):
        started.append(await real(*command, **options))
        return started[-1]

    async def hurried():
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(asyncio, "create_subprocess_exec", starting)
            with pytest.raises(PdfNotMade, match="too long"):
                await printing.pdf(document("x" * 300_000), at=AT, seconds=0.01)

    asyncio.run(hurried())
    assert started[0].returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)


BAD = '{"template": "#let", "at": 1}\n{"around": {}}'


@pytest.mark.parametrize("said", ["", "inget JSON", BAD])
def test_one_that_fails_says_nothing_of_why(said):
    program = [sys.executable, "-I", press.__file__]
    done = subprocess.run(program, input=said.encode(), capture_output=True, check=False, env={})
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"inget JSON" not in done.stderr


def test_one_that_dies_at_once_is_no_pdf(monkeypatch, tmp_path):
    dead = tmp_path / "dead.py"
    dead.write_text("raise SystemExit(3)", "utf-8")
    monkeypatch.setattr(press, "__file__", str(dead))
    with pytest.raises(PdfNotMade):
        made("x" * 1_000_000)


def test_it_is_given_no_environment_and_can_reach_no_package(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://hemligt")
    compiled = press.typst(b'#import "@preview/cetz:0.3.4": *', 0)
    with pytest.raises(RuntimeError):
        compiled({})


def test_the_template_fetches_nothing_and_reads_nothing_but_what_it_is_given():
    source = re.sub(r"//.*", "", printing.TEMPLATE.read_text("utf-8"))
    assert not {"import", "include", "read", "plugin", "eval"} & set(re.findall(r"\w+", source))


def test_nothing_on_the_machine_can_be_read_by_what_is_set(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hemligt", "utf-8")
    with pytest.raises(RuntimeError):
        press.typst(f'#read("{secret}")'.encode(), 0)({})


def test_typst_is_not_loaded_by_who_asks():
    loaded = "{'typst', 'manimgx_fonts'} & {*sys.modules}"
    program = f"import app.typesetting.printing, sys; print({loaded})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


# Characters by their codes


def test_what_is_refused_is_shown_by_its_code_until_nothing_is():
    tried = []

    def compiled(document):
        tried.append(document)
        for each in "子供":
            if each in document["blocks"][0]["text"]:
                raise RuntimeError(f'the text `"\\u{{{ord(each):x}}}"` could not be displayed')
        return document["blocks"][0]["text"].encode()

    assert press.pressed({"blocks": [{"text": "å子供"}]}, compiled).decode() == "å[U+5B50][U+4F9B]"
    assert [each["coded"] for each in tried] == [False, True, True]


def test_what_is_refused_again_and_again_ends_as_letters_that_every_font_has():
    def compiled(document):
        last = document["blocks"][0]["text"][-1]
        if last.isascii():
            return b"set"
        raise RuntimeError(f'the text `"{last}"` could not be displayed')

    text = "".join(map(chr, range(0x4E00, 0x4E40)))
    assert press.pressed({"blocks": [{"text": text}]}, compiled) == b"set"


def test_what_is_wrong_in_another_way_is_not_tried_again():
    tried = []

    def compiled(document):
        tried.append(document)
        raise RuntimeError("unknown variable: a")

    with pytest.raises(RuntimeError):
        press.pressed({"blocks": []}, compiled)
    assert len(tried) == 1


def test_a_long_word_can_be_broken_but_never_before_a_mark():
    assert press.broken("a" * 41) == "a" * 40 + "\u200ba"
    assert press.broken("kort ord") == "kort ord"
    assert press.broken("a" * 40 + "\u0308b") == "a" * 40 + "\u0308\u200bb"
