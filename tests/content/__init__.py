"""Tests that need only the files in `forms/`: what is said, to whom, and that it can be read."""

import tomllib
from functools import cache
from pathlib import Path

from app.runner import content, texts
from app.runner.definition import Form
from app.runner.process import Process
from tests.forms import MUNICIPALITY

SWEDISH = "sv"
FORMS = Path(__file__).parents[2] / "forms"


@cache
def loaded() -> content.Content:
    """Return everything in `forms/`, read once."""
    return content.load(FORMS)


@cache
def content_of_tests() -> content.Content:
    """Return the test forms, read once."""
    return content.load(FORMS.parent / "tests" / "forms", MUNICIPALITY)


@cache
def language_file(code: str) -> dict[str, str]:
    """Return every text of a language file, by path."""
    path = FORMS / "languages" / f"{code}.toml"
    return dict(texts.flat(tomllib.loads(path.read_text("utf-8"))))


def interface_paths(code: str) -> list[str]:
    """Return the paths of the interface's texts in a language file: not the forms' texts."""
    apart = {"language", *loaded().forms["sv"]}
    return [path for path in language_file(code) if path.split(".")[0] not in apart]


FORM_IDS = tuple(sorted(file.stem for file in FORMS.glob("*.toml")))
TEST_FORM = "provformular"


def form(form_id: str, language: str = "sv") -> Form:
    """Return a form in a language, with the municipality's words in it; also the test form."""
    if form_id == TEST_FORM:
        return content_of_tests().forms[language][form_id]
    return loaded().forms[language][form_id]


def said(name: str, language: str = "sv") -> dict[str, str]:
    """Return every text by path: of a form, or of the interface when the name is no form's."""
    if name in FORM_IDS:
        return texts.texts_of(form(name, language))
    interface = loaded().interfaces[language]
    return {path: interface(path) for path in interface_paths(SWEDISH)}


def read_form(form_id: str) -> Form:
    """Return a form as its file has it: in Swedish, with the placeholders still in it."""
    return Form.model_validate(tomllib.loads((FORMS / f"{form_id}.toml").read_text("utf-8")))


def read_process(form_id: str) -> Process:
    """Return a process as its file has it: wherever documentation is kept."""
    path = FORMS / "processes" / f"{form_id}.toml"
    return Process.model_validate(tomllib.loads(path.read_text("utf-8")))
