"""The transcript can be read without the form: questions as they were put, answers as given."""

import json
import os
import subprocess
import sys

import pytest

from app.runner.journey import Journey
from tests.unit.runner.made import ROOT, TODAY, real, trial, typed

FORM = trial().forms["sv"]["provformular"]
PAGES = typed(
    val={"val": "annat", "val-annat-text": "tredje"},
    flera={"flera": ("a", "b")},
    texter={"rad": "Åsa \U0001f600", "stycke": "Rad ett\r\nRad två"},
    antal={"antal": "ca 2"},
    dag={"dag-day": "27", "dag-month": "3", "dag-year": "2026"},
    grupp={"grupp-0-namn": "Kim", "grupp-0-roll": "annan", "grupp-0-roll-annan-text": "kusin"},
    kontakt={"telefon": "070-174 06 05"},
    lova={"lova": "yes"},
    las={"hemlig": "aldrig frågad"},
)


@pytest.fixture
def transcript():
    return Journey(FORM, PAGES, TODAY).transcript(language="sv")


@pytest.fixture
def questions(transcript):
    return {one["field"]: one for page in transcript["pages"] for one in page["questions"]}


def test_it_says_which_form_in_which_version_and_language(transcript):
    assert transcript["schema"] == "skyddsnat/transcript/1"
    assert (transcript["form"], transcript["version"]) == ("provformular", 1)
    assert transcript["title"] == "Provformulär"
    assert transcript["language"] == "sv"
    assert transcript["content_hash"] == FORM.content_hash()


def test_every_question_that_was_put_stands_as_it_was_put_in_order(transcript, questions):
    asked = Journey(FORM, PAGES, TODAY).asked.values()
    put = [field for part in asked for field in part.fields]
    assert list(questions) == [field.id for field in put]
    for field in put:
        found = questions[field.id]
        assert (found["question"], found["hint"]) == (field.label, field.hint)
        assert found["kind"] == field.kind
    assert [page["page"] for page in transcript["pages"]] == [
        part.page.id for part in asked if part.fields
    ]
    assert transcript["pages"][0]["title"] == "Vad väljer du?", "the one question is the heading"
    assert transcript["pages"][1]["title"] == "Flera svar"


def test_every_answer_can_be_read_by_people_and_by_machines(questions):
    answers = {name: (found["lines"], found["data"]) for name, found in questions.items()}
    assert answers["val"] == (["Annat: tredje"], {"annat": "tredje"})
    assert answers["flera"] == (["Det första", "Det andra"], {"a": "", "b": ""})
    assert answers["rad"] == (["Åsa \U0001f600"], "Åsa \U0001f600")
    assert answers["stycke"] == (["Rad ett", "Rad två"], "Rad ett\nRad två")
    assert answers["antal"] == (["ca 2"], {"least": 2, "most": 2})
    assert answers["dag"] == (["27 3 2026"], {"date": "2026-03-27"})
    assert answers["grupp"] == (
        ["Person 1: Namn: Kim; Roll: Annan: kusin"],
        [{"namn": "Kim", "roll": {"annan": "kusin"}}],
    )
    assert answers["telefon"] == (["070-174 06 05"], [{"number": "+46701740605"}])
    assert answers["lova"] == (["Jag lovar att det är ett prov"], True)


def test_how_an_answer_was_read_stands_beside_it(questions):
    day = {"day": 27, "month": 3, "year": 2026}
    assert questions["dag"]["remarks"] == [{"kind": "date", "key": "day", "values": day, "at": ""}]
    assert questions["telefon"]["remarks"] == questions["nummer"]["remarks"] == []
    odd = typed(antal={"antal": "en handfull"}, val={"val": "nej"}, dag={"dag-day": "i fjol"})
    pages = Journey(FORM, odd, TODAY).transcript(language="sv")["pages"]
    found = {one["field"]: one for page in pages for one in page["questions"]}
    for name, words in (("antal", "en handfull"), ("dag", "i fjol")):
        assert found[name]["lines"] == [words]
        assert [remark["key"] for remark in found[name]["remarks"]] == ["not_read"]
        assert found[name]["data"] is None


def test_a_question_that_nobody_answered_is_there_and_empty(questions):
    for name in ("fler_till", "nummer", "exakt", "epost"):
        assert (questions[name]["lines"], questions[name]["data"]) == ([], None)


def test_what_was_not_asked_is_not_there(transcript):
    pages = {page["page"] for page in transcript["pages"]}
    assert not pages & {"slut", "las", "efter_lofte"}
    assert "aldrig frågad" not in str(transcript)
    nobody = Journey(FORM, typed(val={"val": "nej"}, kontakt={"telefon": "1"}), TODAY)
    assert "kontakt" not in str(nobody.transcript(language="sv")["pages"])


def test_it_is_plain_json_whatever_was_typed(transcript):
    assert json.loads(json.dumps(transcript)) == transcript
    odd = typed(texter={"rad": "a\ud800\x00\u202eb", "stycke": "{{ 7*7 }} <b>\u2028 hej"})
    found = Journey(FORM, odd, TODAY).transcript(language="sv")
    json.dumps(found, ensure_ascii=False).encode("utf-8")


def test_it_is_in_the_language_that_the_questions_were_put_in():
    english = trial().forms["en"]["provformular"]
    found = Journey(english, PAGES, TODAY).transcript(language="en")
    assert found["title"] == "Test form"
    assert found["pages"][0]["questions"][0]["question"] == "What do you choose?"
    assert found["pages"][0]["questions"][0]["lines"] == ["Something else: tredje"]


# Which questions they were


def test_the_same_questions_have_the_same_hash_in_every_language():
    for content in (real(), trial()):
        for name, definition in content.forms["sv"].items():
            english = content.forms["en"][name]
            assert definition.title != english.title or name == "provtva"
            assert definition.content_hash() == english.content_hash() == content.hashes[name]


def test_other_questions_have_another_hash():
    hashes = {content.hashes[name] for content in (real(), trial()) for name in content.hashes}
    assert len(hashes) == 4
    changed = FORM.model_copy(update={"title": "Annan"})
    assert changed.content_hash() == FORM.content_hash(), "a copy is the same form in other words"


def test_the_hash_is_the_same_in_every_process():
    code = (
        "from pathlib import Path; from app.runner import content;"
        "print(content.load(Path('forms')).hashes['orosanmalan'])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {real().hashes["orosanmalan"]}
