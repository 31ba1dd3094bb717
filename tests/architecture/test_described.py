"""What editors and writers are told of `forms/` is what the models take: no more, no less."""

import copy
import json
import tomllib

import pytest
from jsonschema import Draft7Validator

import tree
from app.commands import describe
from app.commands.partners import written
from app.runner.field import KINDS, Field

FORMS = tree.ROOT / "forms"
TESTS = tree.ROOT / "tests" / "forms"
OURS = {
    "form": [*FORMS.glob("*.toml"), *TESTS.glob("*.toml")],
    "process": [*FORMS.glob("processes/*.toml"), *TESTS.glob("processes/*.toml")],
    "municipality": [
        *FORMS.glob("municipalities/*.toml"),
        *TESTS.glob("municipalities/*.toml"),
    ],
}
EACH = pytest.mark.parametrize("file", OURS)


@EACH
def test_the_kept_schema_is_made_from_the_models(file):
    kept = (FORMS / "schemas" / f"{file}.json").read_text("utf-8")
    assert kept == written(describe.schema(file)), f"skyddsnat describe {file} writes it"
    Draft7Validator.check_schema(json.loads(kept))


def test_the_kept_reference_is_made_from_the_models():
    kept = (tree.ROOT / "docs" / "forms.md").read_text("utf-8")
    assert kept == describe.reference(), "skyddsnat describe reference writes it"


@pytest.mark.parametrize(
    ("kind", "file"), [(kind, file) for kind, files in OURS.items() for file in files], ids=str
)
def test_what_we_have_written_is_as_the_schema_says(kind, file):
    table = tomllib.loads(file.read_text("utf-8"))
    assert [
        each.message for each in Draft7Validator(describe.schema(kind)).iter_errors(table)
    ] == []


@EACH
def test_an_editor_finds_the_schema_from_each_file(file):
    for path in (path for path in OURS[file] if path.is_relative_to(FORMS)):
        first = path.read_text("utf-8").partition("\n")[0]
        where = path.parent / first.removeprefix("#:schema ")
        assert where.resolve() == FORMS / "schemas" / f"{file}.json"


def spoilt(change):
    """What the schema says of our form when something in it is other."""
    table = tomllib.loads((FORMS / "orosanmalan.toml").read_text("utf-8"))
    table = copy.deepcopy(table)
    change(table)
    return not Draft7Validator(describe.schema("form")).is_valid(table)


@pytest.mark.parametrize(
    "change",
    [
        lambda form: form.update(titel="x"),
        lambda form: form.pop("card"),
        lambda form: form.update(version=0),
        lambda form: form["pages"][0]["fields"][0].update(labell="x"),
        lambda form: form["pages"][0]["fields"][0].update(kind="radio"),
        lambda form: form["pages"][0]["fields"][0].update(options=[]),
        lambda form: form["pages"][0].update(id="Å"),
    ],
)
def test_what_loading_refuses_the_schema_refuses(change):
    assert not spoilt(lambda form: None)
    assert spoilt(change)


@EACH
def test_every_key_has_words(file):
    bare = [
        f"{model.__name__}.{key}"
        for model in describe.described(describe.FILES[file])
        for key, words in describe.keys(model).items()
        if not words and key != "kind"
    ]
    assert bare == []
    assert all(describe.said(model) for model in describe.described(describe.FILES[file]))


def test_every_kind_of_field_is_there():
    page = describe.reference()
    assert all(f'### kind = "{kind}"' in page for kind in KINDS)
    assert all(f"| `{key}` |" in page for key in Field.model_fields)
