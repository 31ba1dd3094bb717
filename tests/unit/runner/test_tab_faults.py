"""What a process may not say of the parts of its cases: each fault is named where it stands."""

import tomllib

import pytest

from app.runner import tab_faults
from app.runner.process import Process
from tests.unit.runner.test_people_faults import FILE

TABS = """
[[tabs]]
id = "begaran"
label = "Begäran"
shows = "report"

[[tabs]]
id = "unga"
label = "De unga"
shows = "people"

[[tabs]]
id = "svaren"
label = "Samtycken"
shows = "consents"

[[tabs]]
id = "barnen"
label = "Barnen"
steps = ["samtycke", "orosanmalan"]

[[tabs.tables]]
id = "svar"
title = "Svar"
of = "ung"
columns = [
  { id = "oro", step = "orosanmalan", field = "svar" },
  { id = "ja", label = "Ja", step = "samtycke", field = "andamal", if = [
    { field = "svar", any_of = ["given"] },
  ] },
]

[[tabs.tables]]
id = "ja"
title = "Ja och nej"
step = "samtycke"
ended_by = "orosanmalan"
same = "svar"
columns = [{ id = "vad", field = "andamal" }, { id = "slut", step = "orosanmalan", field = "svar" }]

[[tabs]]
id = "allt"
label = "Historik"
shows = "history"
"""


def made(*changes):
    """Return the process with these tabs, some of their lines written in another way."""
    text = TABS
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    process = tomllib.loads(FILE.read_text("utf-8")) | tomllib.loads(text)
    return Process.model_validate(process)


def test_tabs_that_hold_together_have_no_fault():
    assert [*tab_faults.faults(made())] == []


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ('id = "unga"', 'id = "begaran"', "tabs.begaran"),
        ('shows = "report"', 'shows = "history"', "tabs"),
        ('shows = "consents"', 'shows = "people"', "tabs"),
        (
            'steps = ["samtycke", "orosanmalan"]',
            'steps = ["samtycke", "samtycke"]',
            "tabs.samtycke",
        ),
        ('steps = ["samtycke", "orosanmalan"]', 'steps = ["ingen"]', "tabs.barnen.steps"),
        ('steps = ["samtycke", "orosanmalan"]\n', "", "tabs.barnen.steps"),
        ('steps = ["samtycke", "orosanmalan"]\n', "", "tabs.barnen.tables"),
        ('shows = "history"', 'shows = "history"\nsteps = ["kontakt"]', "tabs.allt.steps"),
        ('of = "ung"\n', 'of = "ung"\nstep = "samtycke"\n', "tabs.barnen.tables.svar"),
        ('of = "ung"\n', "", "tabs.barnen.tables.svar"),
        ('of = "ung"', 'of = "alla"', "tabs.barnen.tables.svar.of"),
        ('of = "ung"', 'of = "vuxen"', "tabs.barnen.tables.svar.columns.oro.step"),
        ('id = "ja"\ntitle', 'id = "svar"\ntitle', "tabs.barnen.tables.svar"),
        ('id = "ja", label', 'id = "oro", label', "tabs.barnen.tables.svar.columns.oro"),
        ('any_of = ["given"]', 'any_of = ["kanske"]', "tabs.barnen.tables.svar.columns.ja.if"),
        (
            'step = "orosanmalan", field = "svar" },\n',
            'step = "orosanmalan", field = "x" },\n',
            "tabs.barnen.tables.svar.columns.oro.field",
        ),
        (
            '"oro", step = "orosanmalan"',
            '"oro", step = "x"',
            "tabs.barnen.tables.svar.columns.oro.step",
        ),
        (
            'title = "Ja och nej"\nstep = "samtycke"',
            'title = "x"\nstep = "x"',
            "tabs.barnen.tables.ja.step",
        ),
        ('ended_by = "orosanmalan"', 'ended_by = "kontakt"', "tabs.barnen.tables.ja.ended_by"),
        ('ended_by = "orosanmalan"\n', "", "tabs.barnen.tables.ja.same"),
        ('same = "svar"', 'same = "nar"', "tabs.barnen.tables.ja.same"),
        (
            '"slut", step = "orosanmalan"',
            '"slut", step = "kontakt"',
            "tabs.barnen.tables.ja.columns.slut.step",
        ),
    ],
)
def test_what_does_not_hold_together_is_named_where_it_stands(before, after, at):
    assert at in {key for key, _ in tab_faults.faults(made((before, after)))}


@pytest.mark.parametrize(
    ("left_out", "at"),
    [
        ("people", "tabs.unga.shows"),
        ("consents", "tabs.svaren.shows"),
        ("letters", "tabs.allt.shows"),
    ],
)
def test_nothing_is_shown_of_what_the_process_does_not_have(left_out, at):
    empty = {"people": (), "consents": None, "letters": ()}[left_out]
    shown = ('shows = "history"', 'shows = "letters"') if left_out == "letters" else ("", "")
    process = made(shown).model_copy(update={left_out: empty})
    assert at in {key for key, _ in tab_faults.faults(process)}
