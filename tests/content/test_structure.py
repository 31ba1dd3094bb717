"""A form whose questions change gets a new version, so that no transcript names the wrong one."""

import tomllib
from pathlib import Path

import pytest

from tests.content import FORM_IDS, read_form
from tests.content.structure import structure_hash

KEPT = tomllib.loads(Path(__file__).with_name("structures.toml").read_text("utf-8"))


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_the_structure_of_a_version_never_changes(form_id):
    form = read_form(form_id)
    kept = KEPT[form_id].get(str(form.version))
    assert structure_hash(form) == kept, (
        f"raise version in {form_id}.toml, or give structures.toml the hash of the new version: "
        "python -m tests.content.structure"
    )


def test_other_words_are_not_another_structure():
    form = read_form("orosanmalan")
    assert structure_hash(form.model_copy(update={"title": "Något annat"})) == structure_hash(form)


def test_one_question_less_is_another_structure():
    form = read_form("orosanmalan")
    assert structure_hash(form.model_copy(update={"pages": form.pages[:-1]})) != structure_hash(
        form
    )
