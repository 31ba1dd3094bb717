"""What a process may not say of the people in its cases: each fault is named where it stands."""

import tomllib

import pytest

from app.runner import people_faults
from app.runner.process import Process
from tests.unit.runner.made import ROOT

FILE = ROOT / "forms" / "processes" / "stoppmote.toml"


def made(*changes):
    """Return the process with some of its lines written in another way."""
    text = FILE.read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return Process.model_validate(tomllib.loads(text))


def invitations(purpose="foraldrar", step="planera", day="motesdag"):
    """Return the lines that say who may be asked to come."""
    return f'purpose = "{purpose}"\nstep = "{step}"\nday = "{day}"'


def test_the_process_that_ships_has_no_fault():
    assert [*people_faults.faults(made())] == []


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ('of = ["vuxen"]', 'of = ["annan"]', "steps.vuxen.fields.vem.of"),
        ('adds = "vuxen"', 'adds = "annan"', "steps.vuxen.adds"),
        ('adds = "ung"', 'adds = "vuxen"', "steps.ung.adds"),
        ('about = "vem"\nadds = "vuxen"\n', "", "people.vuxen"),
        ('about = "vem"\nadds = "ung"', 'adds = "ung"', "steps.ung.about"),
        ('about = "vem"\nadds = "ung"', 'about = "namn"\nadds = "ung"', "steps.ung.about"),
        ('about = "vem"\nleaves', 'about = "skal"\nleaves', "steps.inte_med.about"),
        ('about = "vem"\nleaves', "leaves", "steps.inte_med.about"),
        ('same_as = "samma"', 'same_as = "ingen"', "steps.samma.same_as"),
        (
            'many = "De unga"\nbegins = "unga"\nname = "namn"',
            'many = "x"\nname = "x"',
            "people.ung.name",
        ),
        ('born = ["personnummer", "alder"]', 'born = ["skola"]', "people.ung.born"),
        ('guardians = "vuxna"', 'guardians = "skola"', "people.ung.guardians"),
        ('all_known = "alla"', "", "people.ung.all_known"),
        ('all_known = "alla"', 'all_known = "skola"', "people.ung.all_known"),
        ('step = "samtycke"', 'step = "kontakt"', "consents.step"),
        ('purpose = "andamal"', 'purpose = "till"', "consents.purpose"),
        ('who = "av"', 'who = "svar"', "consents.who"),
        ('say = "svar"', 'say = "hur"', "consents.say"),
        ('on = "nar"', 'on = "till"', "consents.on"),
        ('until = "till"', 'until = "uppgifter"', "consents.until"),
        ('label = "Vad är svaret?"\nrequired = true', 'label = "x"', "consents.say"),
        ('label = "Vem har svarat?"\nrequired = true', 'label = "x"', "consents.who"),
        ('id = "vuxen"\n', 'id = "vuxen"\nbegins = "unga"\n', "people.begins"),
        ('own = ["kontaktlista"]', 'own = ["annat"]', "consents.own"),
        ('"uppgifter", "dela"', '"nar", "dela"', "consents.data"),
        ('"uppgifter", "dela"', '"vuxna"', "consents.data"),
        ('"uppgifter", "dela"', '"dela", "dela"', "consents.data.telefon"),
        ('authorities = "myndigheter"', 'authorities = "svar"', "consents.authorities"),
        ('told = "berattat"', 'told = "kontakt"', "consents.told"),
        ("each_under = 18", 'each_under = 18\nadds = "ung"', "steps.orosanmalan.each_under"),
        ('about = "vem"\neach_under', "each_under", "steps.orosanmalan.each_under"),
        ("leaves = true", 'leaves = true\nneeds = ["annat"]', "steps.inte_med.needs"),
        ('title = "Kontakt"', 'title = "Kontakt"\nneeds = ["sig"]', "steps.kontakt.needs"),
        ('title = "Kontakt"', 'title = "Kontakt"\ninvites = true', "steps.kontakt.invites"),
        (invitations(), invitations(purpose="sig"), "invitations.purpose"),
        (invitations(), invitations(step="samtycke"), "invitations.step"),
        (invitations(), invitations(step="ingen"), "invitations.step"),
        (invitations(), invitations(day="sagt"), "invitations.day"),
        (invitations(), invitations(day="ingen"), "invitations.day"),
    ],
)
def test_what_does_not_hold_together_is_named_where_it_stands(before, after, at):
    found = made((before, after))
    keys = {key for key, _ in (*people_faults.faults(found), *people_faults.need_faults(found))}
    assert at in keys


def test_two_sorts_of_people_have_two_names():
    twice = made(('id = "vuxen"\nlabel', 'id = "ung"\nlabel'))
    assert "people.ung" in {key for key, _ in people_faults.faults(twice)}
