"""Whom a case is about can be given a copy, and it never says who reported (26 kap. 5 § OSL)."""

import pytest

from app.runner.definition import Form
from tests import pdf
from tests.web.reporters import ANONYMOUS, ENGLISH, NAMED, NURSE, REKTOR, REKTOR_GROUP
from tests.web.test_out import NOTE, UNIT, case_of, noted, trail
from tests.web.test_work import ASSESSED, assess, write

CALLED = "Ringde grannen Gun om i lördags."
CONTACT = {
    "med": "anmalare",
    "nar-day": "24",
    "nar-month": "11",
    "nar-year": "2026",
    "sagt": CALLED,
}
TESTED = {
    "begart": "nej",
    "uppgifter": "Inga hot är kända.",
    "resultat": "inte_hemlig",
    "skal": "Inget talar för att någon kommer till skada.",
}


def address(reference):
    return f"/inkorg/arenden/{reference}"


def copy(clerk, reference, *chosen):
    """Take out a copy with what was chosen, by number; the answer, as it came."""
    screen = clerk.go(f"{address(reference)}/kopia")
    [form] = [each for each in screen.page.all("form") if each.attributes["action"][-5:] == "kopia"]
    sent = {**screen.sent(form), "med": tuple(map(str, chosen))}
    return clerk.client.post(f"{address(reference)}/kopia", data=sent)


def told(answer):
    assert answer.status_code == 200
    assert pdf.faults(answer.content) == []
    return pdf.words(answer.content)


def typed(reporter, form: Form):
    """What a reporter typed in words of their own, by whether it can tell who they are."""
    no_siblings = reporter.answers.get("syskon") != "ja"
    for name, value in reporter.answers.items():
        if name.startswith("syskonen") and no_siblings:
            continue  # not asked
        if isinstance(value, str) and (" " in value or "@" in value):
            yield value, name.partition("-")[0] in form.of_reporter


@pytest.mark.parametrize(
    "reporter",
    [ANONYMOUS, NAMED, NURSE.but(var_nu=""), REKTOR, ENGLISH],
    ids=lambda each: each.language,
)
def test_the_copy_has_all_that_was_seen_and_nothing_of_who_saw_it(town, clerk_of, reporter):
    reference = case_of(town, reporter)
    clerk = clerk_of(UNIT)
    form = clerk.desk.content.forms["sv"]["orosanmalan"]
    said = told(copy(clerk, reference))
    for words, tells in typed(reporter, form):
        assert (pdf.squeezed(words) in said) is not tells, words
    questions = {field.id: field.label for _, field in form.fields()}
    for name in form.of_reporter:
        if " " in questions[name]:  # the family has a telephone too
            assert pdf.squeezed(questions[name]) not in said, name
    for heading in ("Varifrån kommer anmälan", "Besked till anmälaren", "Inte besvarat"):
        assert pdf.squeezed(heading) not in said
    assert pdf.squeezed("Den här kopian visar inte vem som har anmält") in said
    assert trail(town.database)[-1] == ("case_to_party", clerk.name)


def test_nothing_that_staff_have_written_goes_along_unless_they_choose_it(town, clerk_of):
    reference = case_of(town, NAMED)
    clerk = clerk_of(UNIT)
    noted(clerk, reference)
    assess(clerk, address(reference))
    screen = clerk.go(f"{address(reference)}/kopia")
    assert "checked" not in screen.html
    assert NOTE not in screen.text
    assert "Anteckning, " in screen.text
    assert "Egna ord: läs först." in screen.text
    assert pdf.squeezed(ASSESSED["bedomning"]) not in told(copy(clerk, reference))
    said = told(copy(clerk, reference, 2))
    assert pdf.squeezed(ASSESSED["bedomning"]) in said
    assert "Ringdeskolan" not in said
    assert pdf.squeezed("Varifrån kommer uppgifterna?") not in said, "it may say that they rang"


def test_what_may_tell_who_reported_goes_along_only_after_it_has_been_tested(town, clerk_of):
    reference = case_of(town, NAMED)
    clerk = clerk_of(UNIT)
    assess(clerk, address(reference))
    write(clerk, f"{address(reference)}/steg/kontakt", **CONTACT)
    assert "Kan visa vem som har anmält." in clerk.go(f"{address(reference)}/kopia").text
    refused = copy(clerk, reference, 2)
    assert refused.status_code == 409
    assert f'href="{address(reference)}/kopia">Tillbaka till kopian</a>' in refused.text
    assert "Pröva först vem som får veta" in refused.text
    assert CALLED not in refused.text
    write(clerk, f"{address(reference)}/steg/identitet", **TESTED)
    assert pdf.squeezed(CALLED) in told(copy(clerk, reference, 2))


def test_of_somebody_who_never_said_who_they_are_there_is_nothing_to_test(town, clerk_of):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    assess(clerk, address(reference))
    write(clerk, f"{address(reference)}/steg/kontakt", **{**CONTACT, "med": "vardnadshavare"})
    assert pdf.squeezed(CALLED) in told(copy(clerk, reference, 2))


def test_no_copy_is_offered_where_the_form_does_not_say_what_tells(town, clerk_of):
    """A request for a stoppmöte is about several families: nobody is given another's."""
    reference = case_of(town, REKTOR_GROUP)
    clerk = clerk_of("sspf")
    assert "/kopia" not in clerk.go(f"{address(reference)}/ta-ut").html
    assert clerk.go(f"{address(reference)}/kopia").status == 404


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 5000, "7"])
def test_a_choice_that_is_none_is_nothing(town, clerk_of, number):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    assert "Deneellerdet" not in told(copy(clerk, reference, number))
