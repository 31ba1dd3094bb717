"""Everything that is wrong in `forms/` is named in one run, and nothing that only follows from it."""

# ruff: noqa: E501 - one fault is one row

import tomllib
from itertools import combinations

import pytest

from app.runner.content import ContentFaults
from tests.unit.runner.small_content import FILES, faults, write
from tests.unit.runner.test_content import TABLES, Loader, places, put

pytestmark = pytest.mark.long(1)  # each is quick, and they are six hundred
FORM, OTHER, SV, EN, TOWN, PROCESS = FILES
TEXTS = "[texts.sv.liten.pages.mer]"
ROWS = [
    # The municipality
    (TOWN, ('board = "Nämnden"', ""), "prov.toml: forms.liten.board: saknas"),
    (TOWN, ("child_age_max = 20, ", ""), "prov.toml: ages.child_age_max: saknas"),
    (TOWN, ('name = "Provkommun"', ""), "prov.toml: name: saknas"),
    (TOWN, ("quick_exit", "draft_minuts = 60\nquick_exit"), "prov.toml: draft_minuts: okänd nyckel; menade du draft_minutes?"),
    (TOWN, ('languages = ["sv", "en"]', 'languages = ["sv", "en"]\nexercise = "ja"'), "prov.toml: exercise: ska vara true eller false"),
    (TOWN, ("quick_exit", 'accent = "#aaaaaa"\nquick_exit'), "prov.toml: accent: kontrasten mot #eaf1f4 i ljust läge är 2.03:1; minst 4.5:1 krävs"),
    (TOWN, ("liten = 90", "liten = -1"), "prov.toml: retention_days.liten: är för litet"),
    (TOWN, ('annan = "keep"', "tredje = 30"), 'prov.toml: retention_days.annan: saknas: ett antal dagar, eller "keep" tills vidare'),
    (TOWN, (TEXTS, '[destinations.norr]\nconnector = "brevduva"\n' + TEXTS), "prov.toml: destinations.norr.connector: okänd"),
    (TOWN, ("https://www.digg.se", "digg.se"), "prov.toml: supervision.link: ska vara en adress som börjar med https://"),
    (TOWN, (TEXTS, '[texts.sv.liten.fields.roll]\nlabel = "L"\n' + TEXTS), "prov.toml: texts.sv.liten.fields.roll.label: texten är låst av formuläret"),
    (TOWN, (TEXTS, '[texts.sv.liten.pages.borta]\ntitle = "L"\n' + TEXTS), "prov.toml: texts.sv.liten.pages.borta.title: texten finns inte på svenska"),
    # The form
    (FORM, ('receipt = "Tack."', ""), "liten.toml: receipt: saknas"),
    (FORM, ('button = "Börja"', 'knapp = "B"'), "liten.toml: card.button: saknas"),
    (FORM, ('label = "Antal"', ""), "liten.toml: pages.mer.fields.antal.label: saknas"),
    (FORM, ('label = "Vem"', ""), "liten.toml: pages.mer.fields.grupp.fields.vem.label: saknas"),
    (FORM, ("version = 1", 'version = "ett"'), "liten.toml: version: ska vara ett heltal"),
    (FORM, ("required = true", "requierd = true"), "liten.toml: pages.mer.fields.namn.requierd: okänd nyckel; menade du required?"),
    (FORM, ('kind = "number"', 'kind = "numer"'), "liten.toml: pages.mer.fields.antal: okänd sort 'numer'"),
    (FORM, ("{ namn = ", "{ nam = "), "liten.toml: hand_over.annan.nam: fältet finns inte i formuläret"),
    (FORM, ('urgent_if = [{ field = "roll"', 'urgent_if = [{ field = "rol"'), "liten.toml: urgent_if: 'rol' frågas inte"),
    (FORM, ('offer = "annan"', 'offer = "tredje"'), "liten.toml: pages.mer.notes.ruta.offer: formuläret 'tredje' saknas under hand_over"),
    (FORM, ('check = "one_of"', 'check = "two_of"'), "liten.toml: pages.mer.checks.two_of: okänd regel"),
    # The languages
    (SV, ('shut = "stängt"', ""), "sv.toml: hours.shut: saknas"),
    (SV, ("{page} –", "{sida} –"), "sv.toml: site.title: {sida} är inget som fylls i här"),
    (EN, ('title = "Small"', 'titel = "Small"'), "en.toml: liten.titel: texten finns inte på svenska; menade du liten.title?"),
    (EN, ('name = "English"', ""), "en.toml: language.name: saknas"),
    # The process
    (PROCESS, ('button = "Svara"', ""), "processes/liten.toml: steps.svara.button: saknas"),
    (PROCESS, ('label = "Följ upp"', ""), "processes/liten.toml: clocks.efter.label: saknas"),
    (PROCESS, ('from = ["ny", "tagen"]', 'from = ["ny", "nyss"]'), "processes/liten.toml: steps.svara.from: läget 'nyss' finns inte under states"),
    (PROCESS, ("days = 14", 'days = "mina_dagar"'), "processes/liten.toml: clocks.svar.days: 'mina_dagar' är ingen av kommunens siffror"),
    (PROCESS, ('stopped_by = ["folj_upp", "lamna"]', 'stopped_by = ["folj_up", "lamna"]'), "processes/liten.toml: clocks.efter.stopped_by: steget 'folj_up' finns inte"),
    (PROCESS, ('record = "here"', 'record = "där"'), "processes/liten.toml: steps.folj_upp.record: är inget av"),
    (PROCESS, ("outcomes = [", 'outcomes = [{ id = "x", label = "X" }, '), "processes/liten.toml: outcomes.x: inget beslut har det utfallet"),
]  # fmt: skip
"""File, what is changed in it, and how what is then wrong is named."""


def judge(town):
    """Say what is wrong with the ways out, as those who know them do."""
    for name, place in town.destinations.items():
        if place.connector != "inbox":
            yield f"destinations.{name}.connector", "okänd"


def named(folder, *rows):
    """Return everything that is said when all of these are wrong."""
    texts = dict(FILES)
    for file, (old, new), _ in rows:
        assert old in texts[file], "another row has changed the same place"
        texts[file] = texts[file].replace(old, new, 1)
    tables = {file: tomllib.loads(texts[file]) for file in {row[0] for row in rows}}
    return {str(fault) for fault in wrong_in(folder, tables)}


def wrong_in(folder, tables):
    try:
        Loader(folder, {**TABLES, **tables}).load("prov", judge)
    except ContentFaults as wrong:
        return wrong.faults
    return ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("forms"), FILES)


def test_faults_of_every_kind_in_every_file_are_named_in_one_run(folder):
    said = named(folder, *ROWS)
    missed = [row[2] for row in ROWS if not any(each.startswith(row[2]) for each in said)]
    assert missed == []


@pytest.fixture(scope="module")
def alone(folder):
    """What is said of each fault when nothing else is wrong."""
    return {row[2]: named(folder, row) for row in ROWS}


@pytest.mark.untraced
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2].partition(": ")[2])
def test_one_fault_hides_no_other_and_makes_up_none(folder, alone, row):
    assert any(said.startswith(row[2]) for said in alone[row[2]])
    for one, other in combinations(ROWS, 2):
        if one is row:
            assert named(folder, one, other) == alone[one[2]] | alone[other[2]]


MADE_UP = {("ways", 0, "id")}
"""Which words a way has depends on what it is called: they are missed as well."""


@pytest.mark.untraced
@pytest.mark.parametrize("file", [FORM, OTHER, TOWN, PROCESS])
def test_whatever_key_is_lacking_is_named_alone(folder, file):
    lacking = 0
    for place in places(TABLES[file]):
        if not place or not isinstance(place[-1], str) or place in MADE_UP:
            continue
        found = wrong_in(folder, {file: put(TABLES[file], place, None)})
        missing = [fault for fault in found if fault.reason == "saknas"]
        if missing and missing[0].key.split(".")[-1] == place[-1]:
            lacking += 1
            assert list(found) == missing[:1], place
    assert lacking > 10


def test_what_a_fault_of_a_field_hides_is_named_as_well(tmp_path):
    form = FILES[FORM].replace('kind = "number"', 'kind = "numer"')
    found = faults(tmp_path, {FORM: form.replace('label = "Antal"', "")})
    assert {(key, reason.partition(";")[0]) for _, key, reason in found} == {
        ("pages.mer.fields.antal", "okänd sort 'numer'"),
        ("pages.mer.fields.antal.label", "saknas"),
    }


def test_a_municipality_that_cannot_be_read_hides_nothing_in_the_forms(tmp_path):
    found = faults(
        tmp_path,
        {TOWN: "= inte toml", EN: FILES[EN].replace('title = "Small"', 'titel = "Small"')}
        | {FORM: FILES[FORM].replace('receipt = "Tack."', "")},
    )
    assert {(file, key) for file, key, _ in found} >= {("prov.toml", ""), ("liten.toml", "receipt")}
