"""`skyddsnat check-content` sees what nobody has met yet: missing texts, unfinished languages."""

import argparse
import re
import shutil

import pytest

from app.commands import proofread
from app.runner.content import ContentFaults
from app.settings import Settings
from tests.content import FORMS

FINNISH = """
[language]
code = "fi"
name = "suomi"
dir = "ltr"
switch = "Suomeksi"
[site]
title = "{page} – {municipality}"
"""


@pytest.fixture
def folder(tmp_path):
    """The content, to be changed."""
    return shutil.copytree(FORMS, tmp_path / "forms")


def said(folder, capsys):
    """Return what an operator reads when the content is right."""
    proofread.check_content(Settings.read({"SKYDDSNAT_FORMS": str(folder)}), argparse.Namespace())
    return capsys.readouterr().out


def faults(folder):
    with pytest.raises(ContentFaults) as wrong:
        proofread.read(Settings.read({"SKYDDSNAT_FORMS": str(folder)}))
    return {str(fault) for fault in wrong.value.faults}


def change(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_text_that_a_page_would_ask_for_is_missed(folder):
    file = folder / "languages" / "sv.toml"
    gone = ("unsure", "unroutable", "november", "minutes", "unreadable_title")
    lines = [
        line
        for line in file.read_text("utf-8").splitlines()
        if not re.match(rf"(?:{'|'.join(gone)}|11) = ", line)
    ]
    file.write_text("\n".join(lines), "utf-8")
    assert {
        "sv.toml: start.unsure: saknas",
        "sv.toml: delivery.reasons.unroutable: saknas",
        "sv.toml: dates.months.11: saknas",
        "sv.toml: dates.minutes: saknas",
        "sv.toml: staff.case.unreadable_title: saknas",
    } <= faults(folder)


def test_a_language_is_looked_at_before_it_is_taken_into_use(folder):
    fault = FINNISH + 'titel = "Koti"\n[start]\ntitle = "{kunta}"\n'
    (folder / "languages" / "fi.toml").write_text(fault, "utf-8")
    assert faults(folder) == {
        "fi.toml: site.titel: texten finns inte på svenska; menade du site.title?",
        "fi.toml: start.title: {kunta} är inget som fylls i här",
    }


def test_how_far_a_language_has_come_is_told_and_what_it_lacks_is_named(folder, capsys):
    (folder / "languages" / "fi.toml").write_text(FINNISH, "utf-8")
    told = said(folder, capsys)
    assert re.search(
        r"fi: \d+ av \d+ texter saknas och visas på svenska, och språket står inte under "
        r"languages i kommunens fil:\n",
        told,
    )
    lacking = set(re.findall(r"^  (\S+)$", told, re.MULTILINE))
    assert {"start.title", "orosanmalan.fields.roll.label", "municipality.contacts.112.text"} <= (
        lacking
    )
    assert "site.title" not in lacking
    assert re.search(r"^en: alla \d+ texter finns\.$", told, re.MULTILINE)


def test_a_text_that_no_page_shows_is_named(folder, capsys):
    change(folder / "languages" / "sv.toml", "[start]", '[start]\ngreeting = "Hej"')
    assert "sv: 1 texter används inte:\n  start.greeting\n" in said(folder, capsys)


def test_a_language_of_the_municipality_that_has_no_file_is_a_fault(folder):
    file = folder / "municipalities" / "exempelkommun.toml"
    change(file, 'languages = ["sv", "en"]', 'languages = ["sv", "en", "fi"]')
    assert faults(folder) == {"fi.toml: filen finns inte eller går inte att läsa"}


def test_the_examples_in_the_municipality_s_file_can_be_used(folder):
    file = folder / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    examples = re.findall(r"(?m)^#   \[+(?:texts|forms)\..*\n(?:#   \w.*\n)+", text)
    assert len(examples) == 2
    lines = "".join(examples).replace("#   ", "")
    file.write_text(f"{text}\n{lines}", "utf-8")
    found = proofread.read(Settings.read({"SKYDDSNAT_FORMS": str(folder)}))
    [field] = (
        field for _, field in found.forms["sv"]["orosanmalan"].fields() if field.id == "namn"
    )
    assert field.label == "Vad heter barnet?"
    assert found.municipality.forms["orosanmalan"].routes


def test_ages_that_are_options_follow_the_municipality_s_own(folder):
    file = folder / "municipalities" / "exempelkommun.toml"
    change(file, "stoppmote_age_min = 11", "stoppmote_age_min = 9")
    change(file, "stoppmote_age_max = 20", "stoppmote_age_max = 19")
    found = proofread.read(Settings.read({"SKYDDSNAT_FORMS": str(folder)}))
    [field] = (field for _, field in found.forms["en"]["stoppmote"].fields() if field.id == "alder")
    ages = [f"{age} years" for age in range(9, 18)]
    said = [option.label for option in field.options]
    assert said == ["Younger than 9", *ages, "18–19 years", "Not sure, or not for all"]


def test_a_form_for_whose_cases_no_time_runs_is_named(folder, capsys):
    assert "ingen process" not in said(folder, capsys)
    (folder / "processes" / "stoppmote.toml").unlink()
    told = said(folder, capsys)
    assert "stoppmote: ingen process; ärenden kan tas och avslutas, och inga tider löper.\n" in told


def test_a_form_that_the_municipality_does_not_take_in_is_named(folder, capsys):
    assert "visas inte" not in said(folder, capsys)
    form = (folder / "stoppmote.toml").read_text("utf-8")
    (folder / "aldre.toml").write_text(form.replace('id = "stoppmote"', 'id = "aldre"', 1), "utf-8")
    told = said(folder, capsys)
    assert (
        "aldre: rätt skriven, men står inte under forms i kommunens fil, och visas inte.\n" in told
    )
