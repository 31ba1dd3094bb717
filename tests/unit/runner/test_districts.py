"""A municipality's districts are options of the question that asks for them, or it is not asked."""

import tomllib

import pytest
from jsonschema import Draft202012Validator

from app.runner import districts, tallying
from app.runner.coverage import coverage
from app.runner.definition import Form
from app.runner.districts import MOST, District
from tests.unit.runner.small_content import FILES, faults, load

FORM, _, _, _, TOWN, PROCESS = FILES
QUESTION = """
[[pages]]
id = "del"
step = "s"
more = true
[[pages.fields]]
id = "del"
kind = "checkboxes"
label = "Var?"
options_from = "districts"
options = [{ id = "annan", label = "Annan" }, { id = "vet_inte", label = "Vet inte", alone = true }]
"""
ASKS = FILES[FORM].replace("[[hand_over]]", 'statistics = [{ field = "del" }]\n[[hand_over]]', 1)
ASKS += QUESTION
DISTRICT = '\n[[districts]]\nid = "{0}"\nlabel = "{1}"\n'
NORTH = DISTRICT.format("norr", "Norrort")
TWO = NORTH + DISTRICT.format("soder", "Söderort")
IN_ENGLISH = '\n[texts.en.municipality]\ndistricts.norr.label = "The north"\n'
ROUTE = '[[forms.liten.routes]]\nwhen = [{ field = "del", any_of = ["norr"] }]\nunit = "prov"\n'


def town(*more):
    return FILES[TOWN] + "".join(more)


def named(folder, form=ASKS, municipality=None):
    return faults(folder, {FORM: form, TOWN: municipality or town(TWO)})


@pytest.fixture
def loaded(tmp_path):
    return lambda *more: load(tmp_path, {FORM: ASKS, TOWN: town(*more)})


def test_they_come_first_among_the_options_in_each_language(loaded):
    content = loaded(TWO, IN_ENGLISH)
    labels = {
        language: [(one.label, one.label.lang) for one in forms["liten"].by_field["del"].options]
        for language, forms in content.forms.items()
    }
    assert labels["sv"][:2] == [("Norrort", "sv"), ("Söderort", "sv")]
    assert labels["en"][:2] == [("The north", "en"), ("Söderort", "sv")]
    assert [label for label, _ in labels["sv"][2:]] == ["Annan", "Vet inte"]


def test_they_are_counted(loaded):
    form = loaded(TWO).forms["sv"]["liten"]
    [tally] = form.statistics
    assert tallying.possible(form, tally) == ("norr", "soder", "annan", "vet_inte", "")
    asked = {"field": "del", "kind": "checkboxes", "data": {"norr": "", "borta": ""}}
    assert tallying.counted(form, {"pages": [{"questions": [asked]}]}) == [("del", "norr")]


def test_without_any_the_question_is_not_asked_nor_counted_nor_its_page_there(loaded):
    form = loaded().forms["sv"]["liten"]
    assert "del" not in form.by_field
    assert form.page("del") is None
    assert form.statistics == ()


def test_without_any_what_stands_beside_it_on_the_page_is_asked(tmp_path):
    beside = '[[pages.fields]]\nid = "plats"\nkind = "text"\nlabel = "Plats"\n'
    asks = ASKS.replace("more = true", 'more = true\ntitle = "Var"') + beside
    form = load(tmp_path, {FORM: asks}).forms["sv"]["liten"]
    assert [field.id for field in form.page("del").fields] == ["plats"]


def test_a_district_more_is_not_another_form(loaded):
    assert loaded(TWO).hashes == loaded(NORTH).hashes == loaded().hashes


def test_a_name_that_a_language_lacks_is_told_once_and_is_no_fault(tmp_path):
    content = load(tmp_path, {FORM: ASKS, TOWN: town(TWO, IN_ENGLISH)})
    [english] = coverage(tmp_path, content.municipality, content.forms["sv"])
    lacking = [path for path in english.missing if "soder" in path or "norr" in path]
    assert lacking == ["municipality.districts.soder.label"]


def test_what_is_published_takes_any_district_and_no_words():
    published = Form.model_validate(tomllib.loads(ASKS)).by_field["del"].data_schema()
    assert Draft202012Validator(published).is_valid({"norr": "", "soder": "", "annan": ""})
    assert not Draft202012Validator(published).is_valid({"norr": "ord"})


@pytest.mark.parametrize(
    ("more", "key", "reason"),
    [
        (NORTH + NORTH, "districts.norr", "finns två gånger"),
        (DISTRICT.format("norr", " "), "districts.norr.label", "texten är tom"),
        ('\n[[districts]]\nid = "norr"\n', "districts.norr.label", "saknas"),
        (DISTRICT.format("vet_inte", "Någonstans"), "districts.vet_inte", "finns två gånger"),
        (DISTRICT.format("hint", "Tipset"), "districts.hint", "alternativets id är upptaget"),
        (DISTRICT.format("norr", "{municipality}"), "districts.norr.label", "{municipality}"),
        (
            "".join(DISTRICT.format(f"d{n}", n) for n in range(MOST + 1)),
            "districts",
            "högst 20: skriv få och stora",
        ),
    ],
)
def test_what_is_wrong_with_the_list_is_named(tmp_path, more, key, reason):
    found = named(tmp_path, municipality=town(more))
    assert [(file, at) for file, at, why in found if reason in why] == [("prov.toml", key)]
    assert len(found) == 1


def test_a_route_by_a_district_that_is_not_there_is_named(tmp_path):
    assert named(tmp_path, municipality=town(ROUTE, TWO)) == []
    other = named(tmp_path, municipality=town(ROUTE, DISTRICT.format("soder", "Söder")))
    none = named(tmp_path, municipality=town(ROUTE))
    at = "forms.liten.routes.0.when"
    assert other == [("prov.toml", at, "'del' kan inte få svaret 'norr'")]
    assert none == [("prov.toml", at, "'del' frågas inte på någon tidigare sida")]


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("more = true\n", "", "fields.del.options_from", "bara bland det frivilliga"),
        ('"districts"', '"byar"', "pages.del.fields.del.options_from", "är inget av"),
    ],
)
def test_what_is_wrong_with_who_asks_for_them_is_named(tmp_path, old, new, key, reason):
    [(file, at, why)] = named(tmp_path, form=ASKS.replace(old, new))
    assert (file, at) == ("liten.toml", key)
    assert reason in why


def test_neither_a_group_nor_a_step_asks_for_them(tmp_path):
    theirs = 'kind = "radios"\noptions_from = "districts"\n'
    options = 'options = [{ id = "a", label = "A" }, { id = "b", label = "B" }]\n'
    wrong = f'id = "ort"\nlabel = "Ort"\n{theirs}{options}'
    group = FILES[FORM].replace(
        "[[pages.fields.fields]]\n", f"[[pages.fields.fields]]\n{wrong}[[pages.fields.fields]]\n", 1
    )
    [(_, at, why)] = named(tmp_path, form=group)
    assert (at, why[:20]) == ("fields.grupp.fields.ort.options_from", "bara en egen fråga i")
    step = FILES[PROCESS].replace(
        "[[steps.fields]]\n", f"[[steps.fields]]\n{wrong}[[steps.fields]]\n", 1
    )
    [(file, at, why)] = faults(tmp_path, {FORM: ASKS, TOWN: town(TWO), PROCESS: step})
    assert (file, at.rpartition(".")[2]) == ("processes/liten.toml", "options_from")


def test_a_form_knows_no_district_by_name(tmp_path):
    leans = 'ask_if = [{ field = "del", any_of = ["norr"] }]'
    page = f'[[pages]]\nid = "mera"\nstep = "s"\ntitle = "M"\nintro = "M"\nmore = true\n{leans}\n'
    assert named(tmp_path, form=ASKS + page) == [
        ("liten.toml", "pages.mera.ask_if", "'del' kan inte få svaret 'norr'")
    ]


def test_a_form_that_asks_for_none_is_the_same_with_them(tmp_path):
    form = load(tmp_path).forms["sv"]["liten"]
    assert districts.asked(form, [District(id="norr", label="Norr")]) is form
