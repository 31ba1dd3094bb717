"""The texts of processes: legal terms, but short sentences, and never an office's."""

import re

import pytest

from app.runner import texts
from tests.content import loaded
from tests.content.lix import lix, sentences, worst
from tests.content.test_words import MOST_WORDS, OFFICE

EACH = pytest.mark.parametrize("form_id", sorted(loaded().processes["sv"]))
HARDEST = 42
"""LIX: staff are professionals, and the terms of law are long. A public report has more than 50."""


def said(form_id: str) -> dict[str, str]:
    """Return every text of a process by path."""
    return texts.texts_of(loaded().processes["sv"][form_id])


@EACH
def test_the_words_are_as_easy_as_the_law_lets_them_be(form_id):
    text = [one for path, words in said(form_id).items() for one in sentences(path, words)]
    hardest = "\n".join(f"{one.lix:.0f} {one.path}: {one.text}" for one in worst(text))
    assert lix(text) <= HARDEST, hardest


@EACH
def test_no_sentence_is_long(form_id):
    every = (one for path, words in said(form_id).items() for one in sentences(path, words))
    assert [(one.path, one.text) for one in every if len(one.words) > MOST_WORDS] == []


@EACH
def test_no_one_speaks_as_an_office_does(form_id):
    found = [
        (path, word[0]) for path, text in said(form_id).items() for word in OFFICE.finditer(text)
    ]
    assert found == []


@EACH
def test_the_old_act_is_never_cited_and_no_act_by_its_letters(form_id):
    old = re.compile(r"2001:453|\b(SoL|OSL|FL|KL)\b")
    assert [path for path, text in said(form_id).items() if old.search(text)] == []


@EACH
def test_faults_are_sentences_that_say_what_to_do(form_id):
    faults = {path: text for path, text in said(form_id).items() if ".errors." in path}
    assert faults
    assert [path for path, text in faults.items() if not text.endswith(".") or "!" in text] == []


@EACH
def test_hints_are_short_and_questions_end_as_questions(form_id):
    wrong = [
        path
        for path, text in said(form_id).items()
        if path.endswith(".hint") and len(list(sentences(path, text))) > 2
    ]
    asked = re.compile(r"^(Är|Har|Vill|Vad|Vem|Vilk\w+|Hur|Var|Finns|Kan|När|Gäller|Ska|Med)\b")
    wrong += [
        path
        for path, text in said(form_id).items()
        if re.search(r"\.fields\.\w+\.label$", path) and asked.match(text) and text[-1] != "?"
    ]
    assert wrong == []
