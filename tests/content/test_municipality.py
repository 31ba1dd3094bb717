"""The made-up municipality is mistaken for nobody, and nobody leaves without a way to help."""

import re
from datetime import date

import pytest

from tests.content import FORM_IDS, loaded, said

REAL = {"112", "11414", "116111"}
KEPT_FREE = (
    ("031-390 06 ", range(50)),
    ("040-628 04 ", range(50)),
    ("08-465 004 ", range(50)),
    ("070-174 06 ", range(5, 50)),
)
"""Telephone numbers that PTS keeps free for books and films."""
NUMBER = re.compile(r"\b0\d{1,3}-\d[\d ]{4,}\d\b")


def kept_free(number: str) -> bool:
    """Tell whether nobody can have this number."""
    return any(
        number.startswith(series) and int(number.removeprefix(series)) in numbers
        for series, numbers in KEPT_FREE
    )


def test_every_number_is_real_help_or_kept_free():
    municipality = loaded().municipality
    numbers = {contact.phone for contact in municipality.contacts} | {municipality.dpo.phone}
    assert {
        number
        for number in numbers
        if not kept_free(number) and number.replace(" ", "") not in REAL
    } == set()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", [*FORM_IDS, "gränssnittet"])
def test_every_number_in_a_text_is_kept_free(name, language):
    found = {number for text in said(name, language).values() for number in NUMBER.findall(text)}
    assert {number for number in found if not kept_free(number)} == set()


def test_every_contact_says_when_it_was_checked_and_how_to_reach_it():
    for contact in loaded().municipality.contacts:
        assert date.fromisoformat(contact.checked) <= date(2026, 12, 31)
        assert contact.phone or contact.link
        assert contact.hours
        assert contact.text


def test_every_way_of_the_domain_is_there_with_words_and_a_contact():
    municipality = loaded().municipality
    ways = {way.id for way in municipality.ways}
    assert ways >= {
        "young",
        "advice",
        "family_support",
        "concern_talk",
        "sspf_sig",
        "police_tips",
        "exit_crime",
        "adult",
    }
    for language in municipality.languages:
        interface = loaded().interfaces[language]
        for way in municipality.ways:
            assert municipality.contact(way.contact)
            for part in ("title", "what", "when"):
                assert interface(f"ways.{way.id}.{part}")


def test_every_way_the_language_has_words_for_is_shown():
    words = {path.split(".")[1] for path in loaded().interfaces["sv"].under("ways")}
    assert words == {way.id for way in loaded().municipality.ways}


def test_the_help_to_leave_crime_asks_for_no_writing():
    assert "Skriv inte om det" in loaded().interfaces["sv"]("ways.exit_crime.what")
