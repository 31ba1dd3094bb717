"""What a process may not say of the reports that are made out of its cases."""

import tomllib

import pytest

from app.runner import report_faults
from app.runner.definition import Form
from app.runner.process import Process
from tests.unit.runner.made import ROOT

FORMS = {
    name: Form.model_validate(tomllib.loads((ROOT / "forms" / f"{name}.toml").read_text("utf-8")))
    for name in ("orosanmalan", "stoppmote")
}
FILE = (ROOT / "forms" / "processes" / "stoppmote.toml").read_text("utf-8")
BEGINS = FILE.index("[[reports]]")


def found(before="", after=""):
    """Return where faults stand, with one of the report's lines written in another way."""
    report = FILE[BEGINS:]
    assert before in report
    text = FILE[:BEGINS] + report.replace(before, after, 1)
    process = Process.model_validate(tomllib.loads(text))
    own = [key for key, _ in report_faults.faults(process)]
    return own + [each.key for each in report_faults.beside({"stoppmote": process}, FORMS)]


def test_the_process_that_ships_has_no_fault():
    assert found() == []


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ('of = "ung"', 'of = "annan"', "of"),
        ('step = "orosanmalan"', 'step = "kontakt"', "step"),
        ('step = "orosanmalan"', 'step = "ingen"', "step"),
        ('of = "ung"', 'of = "vuxen"', "step"),
        ('answer = "svar"', 'answer = "vem"', "option"),
        ('option = "gjord"', 'option = "klar"', "option"),
        ('form = "orosanmalan"', 'form = "ingen"', "form"),
        ('{ to = "namn", person', '{ to = "barn", person', "answers.4.to"),
        ('person = "namn"', 'person = "smeknamn"', "answers.4.person"),
        ('person = "namn"', 'person = "namn", staff = "name"', "answers.4"),
        ('to = "namn", person = "namn"', 'to = "namn"', "answers.4"),
        ('to = "namn", person', 'to = "slag", person', "answers.4.to"),
        ('options = ["arbete"]', 'options = ["alla"]', "answers.0.options"),
        ('"handelse", "sedan"', '"unga", "sedan"', "answers.10.request"),
        ('"handelse", "sedan"', '"ditt_namn", "sedan"', "answers.10.request"),
        ('"handelse", "sedan"', '"ingen", "sedan"', "answers.10.request"),
        ('to = "beskriv", request', 'to = "namn", request', "answers.10.to"),
        ('{ namn = "namn", telefon', '{ smeknamn = "namn", telefon', "answers.11.guardians"),
        ('telefon = "telefon" }, if', 'telefon = "nummer" }, if', "answers.11.guardians"),
        ('to = "vuxna", guardians', 'to = "plats", guardians', "answers.11.guardians"),
        (', if = [{ field = "skyddad"', ', if = [{ field = "namn"', "answers.7.if"),
        (
            'guardian_if = [{ field = "skyddad"',
            'guardian_if = [{ field = "namn"',
            "answers.3.guardian_if",
        ),
        ('person_if = [{ field = "skyddad"', 'person_if = [{ field = "x"', "answers.2.person_if"),
    ],
)
def test_each_fault_is_named_where_it_stands(before, after, at):
    assert f"reports.orosanmalan.{at}" in found(before, after)


def test_two_of_one_name_and_a_step_that_asks_for_more_are_named():
    report = FILE[BEGINS : FILE.index("\n\n[", BEGINS)] + "\n\n"
    assert "reports.orosanmalan" in found(report, report + report)
    asks = 'id = "svar"\nkind = "radios"\nlabel = "Finns det en orosanmälan?"'
    more = 'id = "hur"\nkind = "text"\nlabel = "Hur?"\nrequired = true\nerrors.missing = "Skriv."\n'
    at = FILE.index(asks)
    text = f"{FILE[:at]}{more}\n[[steps.fields]]\n{FILE[at:]}"
    process = Process.model_validate(tomllib.loads(text))
    [(key, reason)] = report_faults.faults(process)
    assert (key, "'hur'" in reason) == ("reports.orosanmalan.step", True)
