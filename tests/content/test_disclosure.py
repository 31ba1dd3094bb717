"""Where a hole is told of is right, and somebody is told before nobody believes it any more."""

import argparse
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from app.commands import check, proofread
from app.commands.check import Grade
from app.runner import content
from app.runner.content import ContentFaults
from app.runner.disclosure import Disclosure, Standing
from app.settings import Settings
from tests.content import FORMS

EXPIRES = 'expires = "2027-10-31"'


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        ("2026-10-29", Standing.LONG),
        ("2026-10-30", Standing.GOOD),
        ("2027-10-01", Standing.GOOD),
        ("2027-10-02", Standing.ENDING),
        ("2027-10-31", Standing.ENDING),
        ("2027-11-01", Standing.OVER),
    ],
)
def test_it_is_told_when_less_than_thirty_days_are_left_and_when_none_are(today, standing):
    given = Disclosure(contact=("mailto:a@b.example",), expires="2027-10-31")
    assert given.on(date.fromisoformat(today)) is standing


@pytest.fixture
def forms(tmp_path):
    return shutil.copytree(FORMS, tmp_path / "forms")


def settings(forms, old, new, *, exercise=True):
    """The settings of a municipality whose file has `new` in place of `old`."""
    file = forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    assert old in text
    if not exercise:
        text = text.replace("exercise = true", "exercise = false")
    file.write_text(text.replace(old, new), "utf-8")
    return Settings.read({"SKYDDSNAT_FORMS": str(forms), "SKYDDSNAT_DATA": str(forms.parent)})


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"mailto:it-', '"it-', "security.contact: ska vara adresser"),
        ('"mailto:it-', '"http://it-', "security.contact: ska vara adresser"),
        ('"mailto:it-', '"mailto:it -', "security.contact: ska vara adresser"),
        ('"mailto:it-', '"mailto:it\\nExpires: 2099', "security.contact: ska vara adresser"),
        ("contact = [", "contact = [] # ", "security.contact: är för kort"),
        (EXPIRES, 'expires = "om ett år"', "security.expires: skriv dagen som"),
        (EXPIRES, "", "security.expires: saknas"),
        (EXPIRES, f'{EXPIRES}\npolicy = "http://x.example"', "security.policy: ska vara en adress"),
    ],
)
def test_what_can_not_be_right_is_named(forms, old, new, fault):
    with pytest.raises(ContentFaults, match=fault):
        content.load(settings(forms, old, new).forms)


@pytest.mark.parametrize("address", ["https://x.example/brist", "tel:+46-8-46500401"])
def test_a_page_and_a_telephone_are_contacts_too(forms, address):
    changed = settings(forms, "mailto:it-sakerhet@exempelkommun.example", address)
    assert content.load(changed.forms).municipality.security.contact == (address,)


def in_days(days):
    return f'expires = "{datetime.now(UTC).date() + timedelta(days=days)}"'


@pytest.mark.parametrize(
    ("days", "exercise", "standing", "grade"),
    [
        (100, False, Standing.GOOD, Grade.FINE),
        (10, False, Standing.ENDING, Grade.DOUBTFUL),
        (-2, False, Standing.OVER, Grade.FAULT),
        (-2, True, Standing.OVER, Grade.DOUBTFUL),
        (500, False, Standing.LONG, Grade.DOUBTFUL),
    ],
)
def test_an_operator_is_told_and_a_day_that_has_passed_is_a_fault(
    forms, capsys, days, exercise, standing, grade
):
    changed = settings(forms, EXPIRES, in_days(days), exercise=exercise)
    told = {each.said: each.grade for each in check.findings(changed) if each.about == "Innehåll"}
    if standing is Standing.GOOD:
        assert "security" not in "".join(told)
    else:
        assert told[f"security: {standing.value}"] is grade
    if grade is Grade.FAULT:
        with pytest.raises(ContentFaults, match=r"security\.expires: har gått ut"):
            proofread.check_content(changed, argparse.Namespace())
    else:
        proofread.check_content(changed, argparse.Namespace())
        assert standing.value in capsys.readouterr().out


def test_a_municipality_that_has_no_contact_is_asked_for_one(forms, capsys):
    contact = 'contact = ["mailto:it-sakerhet@exempelkommun.example"]'
    changed = settings(forms, f"[security]\n{contact}", "# ")
    file = forms / "municipalities" / "exempelkommun.toml"
    file.write_text(file.read_text("utf-8").replace(EXPIRES, ""), "utf-8")
    proofread.check_content(changed, argparse.Namespace())
    assert Standing.ABSENT.value in capsys.readouterr().out
