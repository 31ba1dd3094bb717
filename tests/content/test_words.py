"""The texts can be read by someone tired and frightened: short, plain, and not an office's."""

import re

import pytest

from tests.content import FORM_IDS, said
from tests.content.lix import lix, sentences, swedish, worst

EVERY = pytest.mark.parametrize("name", [*FORM_IDS, "gränssnittet"])
HARDEST = 35
MOST_WORDS = 25
OFFICE = re.compile(
    r"""\b(
      vänlig\w*|ogiltig\w*|obligatorisk\w*|felaktig\w*|inkorrekt\w*|ange|anges|erfordr\w*|erhåll\w*
    | beträffande|avseende|gällande|ovanstående|nedanstående|härmed|därav|samt|ävensom|såvida
    | huruvida|vederbörande|inkom\w*|inlämn\w*|handhav\w*|tillse|tillhandahåll\w*|verkställ\w*
    | föranled\w*|dylik\w*|eventuell\w*|föreligg\w*|vidtag\w*|vidta|bereds|åligg\w*|återkoppling\w*
    | anmälningsplikt\w*|användaren|klient\w*|submit|klicka\w*
    | i\ enlighet\ med|med\ anledning\ av|i\ syfte\ att|i\ förekommande\ fall
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@EVERY
def test_the_words_are_easy(name):
    text = swedish(name)
    hardest = "\n".join(f"{one.lix:.0f} {one.path}: {one.text}" for one in worst(text))
    assert lix(text) <= HARDEST, hardest


@EVERY
def test_no_sentence_is_long(name):
    long = [(one.path, one.text) for one in swedish(name) if len(one.words) > MOST_WORDS]
    assert long == []


@EVERY
def test_no_one_speaks_as_an_office_does(name):
    found = [(path, word[0]) for path, text in said(name).items() for word in OFFICE.finditer(text)]
    assert found == []


@EVERY
def test_the_old_act_is_never_cited(name):
    old = re.compile(r"14\s*kap|2001:453|SoL\b", re.IGNORECASE)
    assert [path for path, text in said(name).items() if old.search(text)] == []


@EVERY
def test_errors_are_sentences_that_say_what_to_do(name):
    fields = {
        path: text
        for path, text in said(name).items()
        if re.search(r"^errors\.(?!page)|\.errors\.|\.checks\.", path)
        and not path.startswith("staff.")
    }
    assert fields
    assert [path for path, text in fields.items() if not text.endswith(".")] == []
    assert [path for path, text in fields.items() if "!" in text] == []


@EVERY
def test_hints_are_short_and_hold_no_links(name):
    hints = {path: text for path, text in said(name).items() if path.endswith(".hint")}
    assert [
        path for path, text in hints.items() if "](" in text or len(list(sentences(path, text))) > 2
    ] == []


def test_questions_end_with_a_question_mark():
    asked = re.compile(
        r"^(Är|Har|Vill|Vad|Vem|Vilk\w+|Hur|Var|Vet|Finns|Kan|Behöver|När|Uppmanar|Gäller)\b"
    )
    wrong = [
        (form_id, path, text)
        for form_id in FORM_IDS
        for path, text in said(form_id).items()
        if path.endswith(".label")
        and ".options." not in path
        and asked.match(text)
        and not text.endswith("?")
    ]
    assert wrong == []


def test_optional_is_said_by_the_machine_alone():
    wrong = [
        path
        for form_id in FORM_IDS
        for path, text in said(form_id).items()
        if "frivilligt)" in text
    ]
    assert wrong == []
