"""What a process may not say of its lists: each fault is named where it stands."""

import tomllib

import pytest

from app.runner import letter_faults
from app.runner.process import Process
from tests.unit.runner.made import ROOT

FILE = ROOT / "forms" / "processes" / "stoppmote.toml"
TO_GUARDIANS = 'lists = "kontaktlista"'
TO_AUTHORITIES = 'lists = "dela_pa_motet"'


def made(before="", after=""):
    text = FILE.read_text("utf-8")
    assert before in text
    return Process.model_validate(tomllib.loads(text.replace(before, after, 1)))


def test_the_lists_that_ship_have_no_fault():
    assert [*letter_faults.faults(made())] == []


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        (TO_GUARDIANS, 'lists = "annat"', "kontaktlista.lists"),
        (TO_GUARDIANS, 'lists = "foraldrar"', "kontaktlista.lists"),
        (TO_GUARDIANS, TO_AUTHORITIES, "kontaktlista.to"),
        (TO_GUARDIANS, f'{TO_GUARDIANS}\nasks = ["sig"]', "kontaktlista.lists"),
        (TO_GUARDIANS, f'{TO_GUARDIANS}\nmay_name = "andra_familjer"', "kontaktlista.lists"),
        ("Alla på listan har", "Alla på {barn}s lista har", "kontaktlista.text"),
        (TO_AUTHORITIES, TO_GUARDIANS, "motesblad.to"),
        (TO_AUTHORITIES, "", "motesblad.lists"),
        ('authorities = "myndigheter"', "", "motesblad.to"),
    ],
)
def test_what_does_not_hold_together_is_named_where_it_stands(before, after, at):
    assert f"letters.{at}" in {key for key, _ in letter_faults.faults(made(before, after))}
