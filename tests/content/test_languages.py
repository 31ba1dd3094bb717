"""English says everything that Swedish says, and nothing else."""

import re

import pytest

from app.runner.texts import PLACEHOLDER, texts_of
from app.web.shown.said import place
from tests.content import FORM_IDS, interface_paths, language_file, loaded, read_form

SAME = {"site.title", "staff.case.form_version"}
"""Texts that are the same in both languages, by path."""


def swedish_texts() -> dict[str, str]:
    """Return every Swedish text by the path a language file has for it, placeholders and all."""
    raw = {path: language_file("sv")[path] for path in interface_paths("sv")}
    for form_id in FORM_IDS:
        raw |= {f"{form_id}.{path}": text for path, text in texts_of(read_form(form_id)).items()}
    return raw


def test_english_has_every_text():
    assert swedish_texts().keys() - language_file("en").keys() == set()


def test_english_has_no_text_of_its_own():
    worked = loaded().processes["sv"].items()
    of_processes = {f"processes.{name}.{path}" for name, one in worked for path in texts_of(one)}
    own = language_file("en").keys() - swedish_texts().keys() - of_processes
    assert {path for path in own if not path.startswith("language.")} == set()


def test_the_same_placeholders_stand_in_both_languages():
    english = language_file("en")
    wrong = [
        path
        for path, text in swedish_texts().items()
        if sorted(set(PLACEHOLDER.findall(text))) != sorted(set(PLACEHOLDER.findall(english[path])))
    ]
    assert wrong == []


def test_the_same_links_and_headings_stand_in_both_languages():
    english = language_file("en")

    def shape(text: str) -> tuple[list[str], int, int]:
        return re.findall(r"\]\(([^)]+)\)", text), text.count("\n## "), text.count("\n- ")

    assert [
        path for path, text in swedish_texts().items() if shape(text) != shape(english[path])
    ] == []


def test_nothing_is_left_in_swedish():
    english = language_file("en")
    same = [
        path
        for path, text in swedish_texts().items()
        if text == english[path] and re.search(r"[^\W\d_]{3}", PLACEHOLDER.sub("", text))
    ]
    assert set(same) == SAME


def test_swedish_letters_in_english_stand_only_in_terms_that_are_explained():
    terms = (
        r"orosanmälan|stoppmöte|väktare|socialtjänsten|socialtjänstlagen|föräldrastöd|skyddsbedömning|nämnden"
        r"|offentlighets- och sekretesslagen|Skyddsnät"
    )
    left = {
        path: text
        for path, text in language_file("en").items()
        if re.search("[åäöÅÄÖ]", re.sub(terms, "", text))
    }
    assert left == {}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_error_a_field_can_give_has_words(language):
    interface = loaded().interfaces[language]
    for form_id in FORM_IDS:
        for _, top in loaded().forms[language][form_id].fields():
            for field in (top, *getattr(top, "fields", ())):
                for remark in field.REMARKS:
                    assert place(interface, "read", field.kind, remark), f"{field.kind}: {remark}"
                for error in field.ERRORS:
                    if error == "missing" and not (field.required or field.required_if):
                        continue
                    known = error in field.errors or place(interface, "errors", field.kind, error)
                    assert known, f"{form_id}.{field.id}: {error}"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_municipality_speaks_the_language(language):
    texts = texts_of(loaded().municipalities[language])
    assert [path for path, text in texts.items() if text.lang != language] == []


def test_all_that_families_read_of_a_process_is_there_in_english_and_nothing_that_staff_read():
    english = {path for path in language_file("en") if path.startswith("processes.")}
    letters = {
        f"processes.{name}.{path}"
        for name, process in loaded().processes["sv"].items()
        for path in texts_of(process)
        if path.startswith("letters.")
    }
    assert letters
    assert letters - english == set()
    assert {path.split(".")[2] for path in english} == {"letters", "steps"}
    asked = (path.split(".")[3] for path in english if path.split(".")[2] == "steps")
    assert {*asked} == {"samtycke"}


def test_a_letter_s_places_are_the_same_in_both_languages():
    english = language_file("en")
    for letter in loaded().processes["sv"]["stoppmote"].letters:
        for part in ("title", "text", "each"):
            path = f"processes.stoppmote.letters.{letter.id}.{part}"
            said = set(PLACEHOLDER.findall(english.get(path, ""))) - {"municipality"}
            assert said == set(PLACEHOLDER.findall(getattr(letter, part))), path
