"""Every text is looked up in one order, says its language, and is never half filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner import texts
from app.runner.field import Field
from app.runner.texts import Interface, Text, Wording, fill, flat, reword, settle, texts_of
from tests.unit.runner.made import AGES, all_forms, form, real, trial

WORDS = {"municipality": "Provkommun", "board": "Nämnden"}


def wording(language="en", *, own=None, translated=None, swedish=None):
    return Wording(
        language,
        own=own or {},
        translated=translated or {},
        swedish={"a": "svenska", "b": "svenska"} if swedish is None else swedish,
    )


@pytest.mark.parametrize(
    ("own", "translated", "found"),
    [
        ({"en": {"a": "own"}, "sv": {"a": "egen"}}, {"a": "english"}, ("own", "en")),
        ({"sv": {"a": "egen"}}, {"a": "english"}, ("english", "en")),
        ({"sv": {"a": "egen"}}, {}, ("egen", "sv")),
        ({}, {}, ("svenska", "sv")),
        ({"en": {"b": "own"}}, {"b": "english"}, ("svenska", "sv")),
    ],
)
def test_the_municipality_comes_first_then_the_language_then_swedish(own, translated, found):
    text = wording(own=own, translated=translated).find("a", {})
    assert (text, text.lang) == found


def test_in_swedish_the_municipality_comes_before_the_form():
    text = wording("sv", own={"sv": {"a": "egen"}}, translated={"a": "fil"}).find("a", {})
    assert (text, text.lang) == ("egen", "sv")


def test_a_text_that_no_language_has_is_not_made_up():
    with pytest.raises(KeyError, match="saknas"):
        wording().find("saknas", {})


def test_placeholders_are_filled_and_the_language_is_kept():
    text = wording(translated={"a": "{board} in {municipality}, {number}"}).find("a", WORDS)
    assert text == "Nämnden in Provkommun, {number}"
    assert text.lang == "en"


def test_what_fills_a_placeholder_is_not_filled_itself():
    assert fill("{a}{b}", {"a": "{b}", "b": "{a}"}) == "{b}{a}"
    assert fill("{a} {{a}} {a", {"a": "x"}) == "x {x} {a"


@given(st.text("ab{} "), st.dictionaries(st.sampled_from("ab"), st.text("xy")))
def test_filling_never_fails_and_changes_nothing_but_placeholders(text, words):
    found = fill(text, words)
    if not any(f"{{{name}}}" in text for name in words):
        assert found == text


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{municipality} och {number}", ["{number}"]),
        ("{Municipality}", ["{Municipality}"]),
        ("{ municipality }", ["{", "}"]),
        ("{duty-day}", ["{", "}"]),
        ("{municipality", ["{"]),
        ("helt vanlig", []),
        ("{municipality}", []),
    ],
)
def test_a_placeholder_that_nothing_fills_is_found(text, unknown):
    assert texts.unknown_words(text, WORDS) == unknown


def test_a_page_fills_only_what_it_can():
    assert "max" in texts.runtime_words("fields.namn.errors.too_long")
    assert texts.runtime_words("fields.unga.item") == {"number"}
    assert texts.runtime_words("fields.unga.remove") == {"item"}
    for path in ("title", "fields.namn.label", "pages.du.intro", "pages.du.checks.one_of.error"):
        assert texts.runtime_words(path) == frozenset()


def test_the_interface_fills_in_what_it_is_given():
    t = Interface({"steg": Text("Steg {number} av {total}", "sv"), "hem": Text("Hem", "en")})
    assert t("steg", number=3, total=7) == "Steg 3 av 7"
    assert t("steg", number=3).lang == "sv"
    assert t("steg") == "Steg {number} av {total}"
    assert (t("hem"), t("hem").lang) == ("Hem", "en")
    with pytest.raises(KeyError):
        t("borta")


def test_the_interface_knows_what_it_has():
    t = Interface({"a.b": Text("1", "sv"), "a.c": Text("2", "sv"), "ab": Text("3", "sv")})
    assert "a.b" in t
    assert "a" not in t
    assert list(t.under("a")) == ["a.b", "a.c"]


def test_tables_are_flattened_in_the_order_of_the_file():
    table = {"a": {"b": {"c": "1"}, "d": "2"}, "e": "3", "f": {}}
    assert list(flat(table)) == [("a.b.c", "1"), ("a.d", "2"), ("e", "3")]
    deep: dict = {"x": "!"}
    for _ in range(5000):
        deep = {"n": deep}
    assert [text for _, text in flat(deep)] == ["!"]


@pytest.mark.parametrize("value", [1, True, None, 1.5, ["text"], [{"a": "b"}]])
def test_what_is_no_text_is_named(value):
    with pytest.raises(TypeError, match=r"^a\.b$"):
        list(flat({"a": {"b": value}}))


# Forms in words


@pytest.mark.parametrize("name", sorted(all_forms()))
def test_every_text_of_a_form_has_a_path_of_its_own(name):
    definition = all_forms()[name]
    seen: list[str] = []
    reword(definition, lambda path, text: seen.append(path) or text)
    assert len(seen) == len(set(seen))
    assert set(seen) == set(texts_of(definition))
    assert {"title", "intro", "receipt"} <= set(seen)


@pytest.mark.parametrize("name", sorted(all_forms()))
def test_other_words_change_nothing_but_words(name):
    definition = all_forms()[name]
    upper = reword(definition, lambda _path, text: text.upper())
    assert texts_of(upper) == {path: text.upper() for path, text in texts_of(definition).items()}
    again = reword(upper, lambda path, _text: texts_of(definition)[path])
    assert again == definition


def test_what_holds_no_text_is_kept_once_for_all_languages():
    swedish, english = (real().forms[code]["orosanmalan"] for code in ("sv", "en"))
    assert swedish.urgent_if
    assert all(a is b for a, b in zip(swedish.urgent_if, english.urgent_if, strict=True))


def test_a_field_is_named_under_the_form_and_not_under_its_page():
    paths = texts_of(all_forms()["provformular"])
    assert {
        "steps.ett.title",
        "pages.flera.notes.lugn.text",
        "pages.kontakt.checks.reachable.error",
        "fields.val.label",
        "fields.val.options.annat.text.errors.missing",
        "fields.rad.unknown",
        "fields.dag.approximate",
        "fields.grupp.item",
        "fields.grupp.fields.roll.options.annan.text.label",
    } <= paths.keys()
    assert not [path for path in paths if path.startswith("pages.val.fields")]


def test_a_setting_by_name_becomes_the_municipalitys_number():
    definition = form("""
[[pages]]
id = "p"
step = "s"
[[pages.fields]]
id = "g"
kind = "group"
label = "G"
item = "{number}"
add = "+"
remove = "-"
[[pages.fields.fields]]
id = "n"
kind = "number"
label = "N"
least = 3
most = "child_age_max"
""")
    asked: list[tuple[str, str]] = []

    def find(path: str, name: str) -> int:
        asked.append((path, name))
        return AGES[name]

    inner = settle(definition, find).pages[0].fields[0].fields[0]
    assert isinstance(inner, Field)
    assert (inner.least, inner.most) == (3, 20)
    assert asked == [("fields.g.fields.n.most", "child_age_max")]


def test_what_is_not_translated_says_that_it_is_swedish():
    english = trial().forms["en"]["provformular"]
    assert english.title.lang == "en"
    assert english.page("val").fields[0].label.lang == "en"
    assert english.page("slut").title == "Här slutar det i Provkommun"
    assert english.page("slut").title.lang == "sv"
    assert english.page("flera").fields[0].label.lang == "sv"
    assert english.page("val").fields[0].errors["missing"].lang == "en"


def test_nothing_is_left_to_be_filled_but_what_a_page_fills():
    for content in (real(), trial()):
        for forms in content.forms.values():
            for definition in forms.values():
                for path, text in texts_of(definition).items():
                    assert texts.unknown_words(text, texts.runtime_words(path)) == []


def test_every_text_of_every_form_knows_its_language():
    for content in (real(), trial()):
        for code, forms in content.forms.items():
            for definition in forms.values():
                for text in texts_of(definition).values():
                    assert text == "" or text.lang in {code, "sv"}
