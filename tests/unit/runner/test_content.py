"""What is read from `forms/` is whole, in every language, or is not read at all."""

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.runner import content, form_faults
from app.runner.content import ContentFaults
from app.runner.definition import Form
from app.runner.field import KINDS, Condition
from app.runner.fields.group import GroupField
from app.runner.journey import Journey
from tests.unit.runner.made import ROOT, TODAY, real, trial, walk
from tests.unit.runner.small_content import FILES, load, write

LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.sampled_from(["text", "radios", "group", "roll", "namn", "s", "a", "yes", "liten"]),
)
NAMES = """
    id kind label title intro fields options pages steps checks ask_if field any_of none_of errors
    missing text most contacts x
"""
KEYS = NAMES.split()
JUNK = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
TABLES = {name: tomllib.loads(text) for name, text in FILES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("forms"), FILES)


def places(value, path=()):
    """Yield the path to everything in a table of tables and lists."""
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield from places(inner, (*path, key))


def put(value, path, new):
    """Return a copy of a table with something else at a path; None takes it away."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and new is None:
        del copy[path[0]]
    else:
        copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


class Loader(content.Loader):
    """Reads tables instead of files, so that anything at all can stand in them."""

    def __init__(self, folder, tables):
        super().__init__(folder)
        self.tables = tables

    def table(self, path):
        name = str(path.relative_to(self.folder))
        return self.tables[name] if name in self.tables else super().table(path)


@pytest.mark.untraced
@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_anywhere_in_any_file_loads_or_fails_cleanly(folder, data):
    name = data.draw(st.sampled_from(sorted(TABLES)))
    path = data.draw(st.sampled_from([p for p in places(TABLES[name]) if p]))
    changed = put(TABLES[name], path, data.draw(JUNK))
    try:
        loaded = Loader(folder, {**TABLES, name: changed}).load("prov")
    except ContentFaults as wrong:
        found = wrong.faults
    else:
        found = None
    if found is not None:
        assert found
        assert all(fault.file and fault.reason for fault in found)
        return
    for form in loaded.forms[loaded.default].values():
        Journey(form, {page.id: {} for page in form.pages}, TODAY).transcript(language="sv")


WORD = st.sampled_from(["roll", "namn", "a", "b", "unknown", "ja"])


@st.composite
def definitions(draw: st.DrawFn) -> dict:
    """Draw a form that is nearly right: known keys and types, any ids, conditions anywhere."""
    condition = st.builds(
        lambda field, way, options: {"field": field, way: options},
        WORD,
        st.sampled_from(["any_of", "none_of"]),
        st.lists(WORD, min_size=1, max_size=2),
    )
    maybe = st.lists(condition, max_size=2)
    options = st.lists(
        st.fixed_dictionaries({"id": WORD, "label": st.just("L")}), min_size=2, max_size=3
    )
    simple = st.fixed_dictionaries(
        {"kind": st.sampled_from(sorted(set(KINDS) - {"group", "radios", "checkboxes"}))}
        | {"id": WORD, "label": st.just("L"), "required": st.booleans(), "ask_if": maybe}
        | {"errors": st.just({"missing": "M"})}
    )
    choice = st.fixed_dictionaries(
        {"kind": st.sampled_from(["radios", "checkboxes"]), "id": WORD, "label": st.just("L")}
        | {"options": options, "required_if": maybe, "errors": st.just({"missing": "M"})}
    )
    group = st.fixed_dictionaries(
        {"kind": st.just("group"), "id": WORD, "label": st.just("L"), "item": st.just("{number}")}
        | {"add": st.just("+"), "remove": st.just("-")}
        | {"fields": st.lists(st.one_of(simple, choice), min_size=1, max_size=2)}
    )
    check = st.fixed_dictionaries(
        {"check": st.sampled_from(["one_of", "child_can_be_found", "x"]), "error": st.just("E")}
        | {"fields": st.lists(WORD, max_size=2)}
    )
    page = st.fixed_dictionaries(
        {"id": WORD, "step": st.just("s"), "title": st.sampled_from(["", "T"]), "ask_if": maybe}
        | {"fields": st.lists(st.one_of(simple, choice, group), max_size=2)}
        | {"intro": st.sampled_from(["", "I"]), "ends": st.booleans()}
        | {"checks": st.lists(check, max_size=1)}
    )
    return {
        **TABLES["annan.toml"],
        "pages": draw(st.lists(page, min_size=1, max_size=4)),
    }


@pytest.mark.untraced
@given(definition=definitions(), data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_definition_without_faults_can_be_walked_whatever_is_typed(definition, data):
    try:
        form = Form.model_validate(definition)
    except ValidationError:
        return
    if form_faults.faults(form):
        return
    names = [name for one in walk(form) for name in (one.id, one.first, f"{one.id}-0-namn")]
    inputs = st.dictionaries(
        st.sampled_from(names or ["x"]), st.tuples(st.sampled_from(["", "a", "b", "1", "yes"]))
    )
    typed = {page.id: data.draw(inputs) for page in form.pages}
    journey = Journey(form, typed, TODAY)
    for page_id in journey.asked:
        journey.step(page_id)
    journey.transcript(language="sv")
    journey.first_unanswered()


# In every language


def test_everything_is_there_in_every_language_of_the_municipality(tmp_path):
    loaded = load(tmp_path)
    assert list(loaded.languages) == list(loaded.forms) == list(loaded.interfaces) == ["sv", "en"]
    english = loaded.forms["en"]["liten"]
    assert (english.title, english.title.lang) == ("Small", "en")
    assert (english.page("mer").title, english.page("mer").title.lang) == ("Vår text", "sv")
    assert english.page("roll").fields[0].options[0].label == "The A"
    assert loaded.municipalities["en"].contact("112").text == "Call."
    assert loaded.municipalities["sv"].contact("112").text == "Ring."
    assert loaded.languages["en"].name == "English"


def test_words_of_the_municipality_are_filled_in_once_and_those_of_the_page_are_left(tmp_path):
    t = load(tmp_path).interfaces["en"]
    assert t("site.title") == "{page} – the Provkommun"
    assert t("site.hours") == "vardagar 8–16, och andra dagar gör Namn det, 112"
    assert "language.name" not in t


def test_every_word_of_the_municipality_can_be_used_in_any_text():
    town = real().municipality
    assert town.words("orosanmalan") == {
        "municipality": "Exempelkommun",
        "board": "Socialnämnden",
        "inbox_hours": town.inbox.hours,
        "duty_day_phone": "08-465 004 10",
        "duty_day_hours": "vardagar 8–16",
        "duty_night_phone": "08-465 004 11",
        "duty_night_hours": "kvällar, nätter och helger",
        "dpo_email": town.dpo.email,
        "dpo_phone": town.dpo.phone,
        "registrar_email": town.registrar.email,
        "draft_minutes": "60",
        "receipt_minutes": "15",
        "delegation": "kommunens delegationsordning",
        "child_age_max": "20",
        "stoppmote_age_min": "11",
        "stoppmote_age_max": "20",
    }


def test_each_form_names_its_own_board(tmp_path):
    changes = {
        "liten.toml": FILES["liten.toml"].replace("Se {municipality}", "Se {board}"),
        "annan.toml": FILES["annan.toml"].replace("Hej.", "{board}"),
        "languages/sv.toml": FILES["languages/sv.toml"] + 'board = "{board}"\n',
    }
    loaded = load(tmp_path, changes)
    assert loaded.forms["sv"]["liten"].page("mer").notes[0].text == "Se Nämnden."
    assert loaded.forms["sv"]["annan"].intro == "Andra nämnden"
    assert loaded.interfaces["sv"]("site.board") == "Nämnden", "the first form's, elsewhere"


def test_a_municipality_may_take_in_one_form_without_those_it_offers(tmp_path):
    town = FILES["municipalities/prov.toml"]
    another = '[forms.annan]\nunit = "prov"\nboard = "Andra nämnden"\n'
    offering = load(tmp_path, {}).forms["sv"]["liten"]
    assert offering.hand_over
    assert any(note.offer for note in offering.page("mer").notes)
    town = town.replace(another, "").replace(', annan = "keep"', "")
    alone = load(tmp_path, {"municipalities/prov.toml": town})
    form = alone.forms["sv"]["liten"]
    assert form.hand_over == ()
    assert not any(note.offer for page in form.pages for note in page.notes)


def test_a_municipality_may_lead_with_another_language(tmp_path):
    town = FILES["municipalities/prov.toml"].replace('["sv", "en"]', '["en"]')
    loaded = load(tmp_path, {"municipalities/prov.toml": town})
    assert loaded.default == "en"
    assert loaded.municipality.contact("112").text == "Call."
    assert loaded.forms["en"]["annan"].title.lang == "sv"


def test_a_municipality_may_be_given_as_a_file_anywhere(tmp_path):
    write(tmp_path, FILES)
    elsewhere = tmp_path / "languages" / "elsewhere.txt"
    (tmp_path / "municipalities" / "prov.toml").rename(elsewhere)
    assert content.load(tmp_path, elsewhere).municipality.name == "Provkommun"


def test_ages_are_the_municipalitys(tmp_path):
    antal = load(tmp_path).forms["sv"]["liten"].page("mer").fields[1]
    assert antal.most == 20


def test_a_contact_is_found_by_its_id_and_can_be_rung(tmp_path):
    town = real().municipality
    assert town.contact("police").tel == "11414"
    assert town.contact("112").tel == "112"
    with pytest.raises(KeyError, match="finns_inte"):
        town.contact("finns_inte")
    assert town.zone.key == "Europe/Stockholm"
    plus = town.contact("112").model_copy(update={"phone": "+46 8-465 004 10"})
    assert plus.tel == "+46846500410"


def test_the_real_content_and_the_test_content_load():
    assert list(real().forms["sv"]) == ["orosanmalan", "stoppmote"]
    assert list(trial().forms["sv"]) == ["provformular", "provtva"]
    assert content.load(ROOT / "forms").hashes == real().hashes


def test_the_test_form_has_every_kind_and_everything_a_definition_can_say():
    form = trial().forms["sv"]["provformular"]
    assert {one.kind for one in walk(form)} == set(KINDS)
    assert any(isinstance(one, GroupField) and len(one.fields) > 3 for one in walk(form))
    assert any(page.ends for page in form.pages)
    assert {note.tone for page in form.pages for note in page.notes} == {"info", "important"}


# What a condition is


def test_a_condition_looks_at_what_was_chosen():
    any_of = Condition(field="f", any_of=("a", "b"))
    none_of = Condition(field="f", none_of=("a", "b"))
    for chosen, holds in (({}, False), ({"f": {"a"}}, True), ({"f": {"c"}}, False)):
        sets = {name: frozenset(options) for name, options in chosen.items()}
        assert any_of.holds(sets) is holds
        assert none_of.holds(sets) is not holds


@pytest.mark.parametrize("ways", [{}, {"any_of": ("a",), "none_of": ("b",)}, {"any_of": ()}])
def test_a_condition_has_one_way_of_holding(ways):
    with pytest.raises(ValidationError, match="antingen any_of eller none_of"):
        Condition(field="f", **ways)
