"""A report as staff read it: what leads first, each question once, in our words if we have any."""

import pytest

from app.runner import reading
from app.runner.journey import Journey
from tests.unit.runner.made import TODAY, real, typed

FORMS = real().forms
ENGLISH = FORMS["en"]["orosanmalan"]
PAGES = typed(
    fara={"fara": "nej"},
    roll={"roll": "privat"},
    anonym={"anonym": "nej"},
    skyddad={"skyddad": "ja"},
    barnet={"namn-unknown": "yes", "alder": "about 4", "plats": "By the pier"},
    slag={"slag": ("annat", "vald"), "slag-annat-text": "He is never home"},
    beskriv={"beskriv": "A long cry.\nEvery night."},
    kontakt={"ditt_namn": "Ann", "telefon": "070-174 06 05"},
    familjen={"syskon": "ja"},
    syskonen={"syskonen-0-namn": "Bo", "syskonen-0-alder": "two"},
)


def transcript(language, form=None, pages=PAGES):
    return Journey(form or FORMS[language]["orosanmalan"], pages, TODAY).transcript(
        language=language
    )


def told(found, language="sv"):
    report = reading.report(found, FORMS, language)
    rows = [*report.lead, *(row for rows in report.sections.values() for row in rows)]
    return report, {row.question or row.put: row for row in rows}


def label(name, language="sv"):
    return FORMS[language]["orosanmalan"].by_field[name].label


def test_what_leads_comes_in_the_order_of_the_form_and_nowhere_else():
    report, _ = told(transcript("sv"))
    assert [row.question for row in report.lead] == [
        label(name)
        for name in FORMS["sv"]["orosanmalan"].lead
        if name not in {"personnummer", "yrkesroll", "arbetsplats", "epost"}
    ]
    rest = [row.question for rows in report.sections.values() for row in rows]
    assert not set(rest) & {row.question for row in report.lead}
    assert len(rest) == len(set(rest))


def test_the_rest_stands_under_the_steps_of_the_form():
    report, _ = told(transcript("sv"))
    assert list(report.sections) == ["Barnet"]


def test_what_nobody_answered_and_what_nobody_looked_at_are_named():
    report, rows = told(transcript("sv"))
    assert report.unanswered == (label("epost"), label("tolk"))
    assert "Om du vill berätta mer" in report.passed_by
    assert label("tolk") not in rows


def test_in_our_own_language_the_words_are_those_that_were_put():
    found = transcript("sv")
    found["pages"][0]["questions"][0]["question"] = "Så frågade vi då"
    report, rows = told(found)
    assert not report.foreign
    assert rows["Så frågade vi då"].lines == ("Nej",)


def test_options_and_do_not_know_are_said_in_our_words_and_what_was_typed_as_it_was():
    report, rows = told(transcript("en"))
    assert report.foreign
    danger = rows[label("fara")]
    assert (danger.lines, danger.typed, danger.prose) == (("Nej",), (), False)
    assert (danger.put, danger.said) == (label("fara", "en"), ("No",))
    assert rows[label("namn")].lines == ("Vet inte namnet",)
    kinds = rows[label("slag")]
    assert kinds.lines == ("Våld eller hot hemma", "Annat")
    assert kinds.typed == ("He is never home",)
    assert kinds.prose
    assert rows[label("beskriv")].typed == ("A long cry.", "Every night.")


@pytest.mark.parametrize(
    ("name", "prose"),
    [
        ("beskriv", True),
        ("plats", True),
        ("alder", False),
        ("ditt_namn", False),
        ("telefon", False),
    ],
)
def test_only_what_is_in_somebodys_language_needs_translation(name, prose):
    _, rows = told(transcript("en"))
    assert rows[label(name)].prose == prose


def test_another_version_is_read_in_the_words_it_was_put_in():
    found = transcript("en", ENGLISH.model_copy(update={"version": 999}))
    _, rows = told(found)
    danger = rows[label("fara", "en")]
    assert (danger.question, danger.lines, danger.typed) == ("", (), ("No",))


def test_a_question_and_a_form_that_we_no_longer_have_are_still_read():
    form = ENGLISH.model_copy(update={"id": "gammal"})
    report, rows = told(transcript("en", form))
    assert report.lead == ()
    assert rows[label("fara", "en")].typed == ("No",)
    assert label("fara", "en") in report.sections, "its own title is what is left"


def test_an_option_that_is_no_more_is_shown_as_it_was_put():
    found = transcript("en")
    asked = found["pages"][0]["questions"][0]
    asked["data"], asked["lines"] = {"borttagen": ""}, ["Gone"]
    _, rows = told(found)
    assert rows[label("fara")].typed == ("Gone",)


def test_a_report_from_before_remarks_and_what_was_passed_by_is_read():
    found = transcript("sv")
    del found["passed_by"]
    for page in found["pages"]:
        for asked in page["questions"]:
            del asked["remarks"]
    report, rows = told(found)
    assert report.passed_by == ()
    assert rows[label("fara")].remarks == ()
