"""Two reports of one child are seen to be, and those of two children are not."""

import pytest

from app.casework import likeness
from app.casework.likeness import Keys, Kind, Strength
from app.casework.sounds import sound
from bench.likeness import PRECISION, RECALL, compare, figures, served
from tests import children

KEYS = Keys(bytes(32), "mottagning")
NUMBER = {"number": "201603272396", "born": "2016-03-27"}
BORN = {"born": "2016-03-27"}


def age(years):
    return {"unit": "years", "least": years, "most": years}


def tokens(*, sounds=False, keys=KEYS, **told):
    return likeness.tokens(likeness.as_child(told, children.TODAY), keys, sounds=sounds)


def strength(one, other, *, sounds=False):
    return likeness.strength(tokens(**one, sounds=sounds), tokens(**other, sounds=sounds))


@pytest.mark.parametrize(
    ("written", "firsts", "last"),
    [
        ("Elsa Ek", ["elsa"], ["ek"]),
        ("  ELSA   ek ", ["elsa"], ["ek"]),
        ("Ek, Elsa", ["elsa"], ["ek"]),
        ("Elsa (kallas Ella) Ek", ["elsa"], ["ek"]),
        ("Zoë Ék", ["zoe"], ["ek"]),
        ("A\u030asa O\u0308berg", ["åsa"], ["öberg"]),
        ("Søren Ærø", ["sören"], ["ärö"]),
        ("Anna-Karin Ek", ["annakarin"], ["ek"]),
        ("Anna Karin Ek", ["anna", "annakarin"], ["ek"]),
        ("Elsa Berg-Lind", ["elsa"], ["berglind", "berg", "lind"]),
        ("Elsa", ["elsa"], []),
        ("Elsa E", ["elsa"], []),
        ("محمّد علي", ["محمد"], ["علي"]),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(written, firsts, last):
    assert likeness.names(written) == (tuple(firsts), tuple(last))


@pytest.mark.parametrize(
    "written",
    ["", "?", "-", "E", "Okänd", "vet inte", "Namn: okänt", "pojke i 3b", "Elsa och Erik Ek",
     "Elsa, 8 år", "the boy", "en två tre fyra fem sex", "'"],
)  # fmt: skip
def test_what_is_no_name_is_never_alike(written):
    said = {"name": written, "number": BORN, "age": age(10)}
    assert strength(said, said, sounds=True) is None
    assert strength(said, {**said, "name": "Elsa Ek"}, sounds=True) is None


def test_the_same_number_is_certain_whatever_the_name_is():
    assert strength({"number": NUMBER}, {"number": NUMBER, "name": "Okänd"}) is Strength.CERTAIN


def test_a_day_of_birth_needs_a_first_name():
    one = {"name": "Elsa", "number": NUMBER}
    assert strength(one, {"name": "elsa Ek", "number": BORN}) is Strength.LIKELY
    assert strength(one, {"name": "Erik", "number": BORN}) is None
    assert strength({"number": BORN}, {"number": BORN}) is None


@pytest.mark.parametrize(("said", "found"), [(9, True), (10, True), (11, True), (12, False)])
def test_a_whole_name_needs_about_the_same_age(said, found):
    one, other = {"name": "Elsa Ek", "age": age(10)}, {"name": "Ek, Elsa", "age": age(said)}
    assert strength(one, other) is (Strength.LIKELY if found else None)


def test_a_name_that_many_have_says_less():
    said = {"name": "Elsa Andersson", "age": age(10)}
    assert strength(said, said) is Strength.POSSIBLE


def test_another_day_of_birth_speaks_against():
    one = {"name": "Elsa Ek", "number": {"born": "2016-03-27"}}
    assert strength(one, {**one, "number": {"born": "2016-03-28"}}) is Strength.POSSIBLE
    common = {**one, "name": "Elsa Andersson"}
    assert strength(common, {**common, "number": {"born": "2016-03-28"}}) is None


def test_another_number_speaks_against_unless_the_day_of_birth_is_the_same():
    one = {"name": "Elsa Ek", "number": NUMBER}
    temporary = {"number": "201603872391", "born": "2016-03-27"}
    another = {"number": "201604012394", "born": "2016-04-01"}
    assert strength(one, {**one, "number": temporary}) is Strength.LIKELY
    assert strength(one, {**one, "number": another}) is None


def test_twins_are_two():
    one = {"name": "Elsa Ek", "number": BORN, "age": age(10)}
    for other in ("Emma Ek", "Elias Ek", "Else Ek"):
        assert strength(one, {**one, "name": other}) is None


def test_sound_counts_only_where_it_is_let():
    one, other = (
        {"name": "Kristoffer Ek", "age": age(9)},
        {"name": "Christopher Eek", "age": age(9)},
    )
    assert strength(one, other) is None
    assert strength(one, other, sounds=True) is Strength.POSSIBLE


@pytest.mark.parametrize(
    "alike",
    ["kristoffer christopher", "viktor wictor", "lundqvist lundkvist", "eriksson ericson",
     "gustafsson gustavson", "göran jöran", "hjalmar jalmar", "zandra sandra", "åsa asa",
     "mohammed muhammad", "maja maya"],
)  # fmt: skip
def test_names_that_sound_alike_do(alike):
    one, other = map(sound, alike.split())
    assert one == other
    assert one


def test_other_letters_than_ours_have_no_sound():
    assert sound("محمد") == ""


def test_units_and_kinds_have_nothing_in_common_and_a_token_says_nothing():
    mine = {token.value for token in tokens(name="Elsa Ek", number=NUMBER)}
    theirs = tokens(name="Elsa Ek", number=NUMBER, keys=Keys(bytes(32), "annan"))
    other_key = tokens(name="Elsa Ek", number=NUMBER, keys=Keys(b"1" * 32, "mottagning"))
    assert mine.isdisjoint(token.value for token in theirs | other_key)
    assert KEYS.token(Kind.NUMBER, "x").value != KEYS.token(Kind.BORN, "x").value
    assert {len(value) for value in mine} == {likeness.SIZE}


def asked(field, kind, data):
    return {"field": field, "kind": kind, "data": data}


def test_only_what_is_said_of_children_is_looked_at():
    form = served()
    reporter = [
        asked("ditt_namn", "text", "Ida Ek"),
        asked("vuxna", "group", [{"namn": "Ida Ek", "telefon": "0701740605"}]),
    ]
    siblings = asked("syskonen", "group", [{"namn": "Ivar Ek", "alder": age(4)}, {"alder": None}])
    found = likeness.children(
        form,
        {"pages": [{"questions": [*reporter, asked("namn", "text", "Elsa Ek"), siblings]}]},
        children.TODAY,
    )
    assert [child.firsts for child in found] == [("elsa",), ("ivar",), ()]
    assert [bool(child.halves) for child in found] == [False, True, False]


def test_an_answer_of_a_field_that_has_become_another_is_left_out():
    old = {"pages": [{"questions": [asked("namn", "long_text", "Elsa Ek")]}]}
    assert likeness.children(served(), old, children.TODAY) == [likeness.Child()]


@pytest.mark.parametrize(
    "odd",
    [{"unborn": True}, {"unit": "years", "least": 13, "most": 19},
     {"unit": "years", "least": 0, "most": 10**9}],
)  # fmt: skip
def test_an_age_that_says_too_little_is_none(odd):
    assert likeness.as_child({"age": odd}, children.TODAY).halves is None


@pytest.mark.parametrize("born", ["2016", "2016-03", "2016-03-27"])
def test_a_birth_that_is_partly_known_says_about_when(born):
    one, other = {"name": "Elsa Ek", "number": {"born": born}}, {"name": "Elsa Ek", "age": age(10)}
    assert strength(one, other) is Strength.LIKELY
    assert strength({**one, "number": {"born": "--03-27"}}, other) is None


def test_the_made_set_is_found_within_the_limits():
    outcome = compare(served(), sounds=True)
    shares = {name: right / of for name, right, of, _ in figures([outcome])}
    assert shares["säker, precision"] == PRECISION[Strength.CERTAIN]
    assert shares["trolig, precision"] >= PRECISION[Strength.LIKELY]
    assert shares["trolig, recall"] >= RECALL[Strength.LIKELY]
    assert shares["möjlig, recall"] >= RECALL[Strength.POSSIBLE]
    strongly = [pair for pair, found in outcome.found.items() if found > Strength.POSSIBLE]
    for one, other in ([outcome.told[at].child for at in pair] for pair in strongly):
        family = one.group in {"twin", "sibling"} and abs(one.id - other.id) == 1
        assert one == other or not (family and one.last == other.last)
        assert one == other or one.group != "common name" or one.born == other.born
