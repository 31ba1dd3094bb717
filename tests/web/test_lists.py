"""The contact list and what each authority may be told: nobody on paper without their yes."""

import re

import pytest

from tests import pdf
from tests.web.test_group import take
from tests.web.test_letters import FAMILIES, bundle, case, clerk, letters, links, make, offered

__all__ = ["case", "clerk"]
SHEET, LIST = "Underlag till stoppmötet till {}", "Kontaktlista till {}"
SAID = {"hur": "skriftligt", "nar-day": "1 1 2026"}
MAY = {"uppgifter": ("alder", "skola", "hemma"), "myndigheter": ("skola", "polis")}
TOLD = "Berätta att ett ja inte gäller längre"


@pytest.fixture
def people(clerk, case):
    """Everybody in the case by name."""
    return links(clerk, case, "samtycke")


def says(clerk, case, about, who, svar="given", purpose="dela_pa_motet", **more):
    typed = {**SAID, "andamal": purpose, "av": who, "svar": svar, **more}
    return take(clerk, case, "samtycke", about, **typed)


@pytest.fixture
def agreed(clerk, case, people):
    """Bo and Liv may be spoken of with the school and the police, and two share their number."""
    for child in ("Bo Alm", "Liv Berg"):
        take(clerk, case, "ung", people[child], alder="12")
        says(clerk, case, people[child], people[FAMILIES[child][0]], **MAY)
    for name in ("Mia Alm", "Per Berg"):
        mine = people[name]
        take(clerk, case, "vuxen", mine, telefon="0300-83 40 00")
        says(clerk, case, mine, mine, purpose="kontaktlista", dela="telefon")
    return people


def paper(screen):
    """Return the words of a paper."""
    [article] = re.findall(r"<article.*</article>", screen.html, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", article)


def test_a_sheet_is_for_one_authority_with_those_who_may_be_spoken_of_and_what(clerk, case, agreed):
    text = paper(make(clerk, case, SHEET.format("Skolan")))
    assert "Till: Skolan" in text
    for words in ("Bo Alm", "Liv Berg", "Ålder: 12", "Hur det är hemma", "5 december 2026"):
        assert words in text
    for words in ("Kim Dahl", "Mia Alm", "Almgatan 1", case):
        assert words not in text


def test_who_may_be_fifteen_by_the_meeting_must_have_said_yes_too(clerk, case, agreed):
    take(clerk, case, "ung", agreed["Bo Alm"], alder="14")
    screen = clerk.go(f"/inkorg/arenden/{case}/samtycken")
    assert "Ja i dag, men inte på mötets dag: Saknas: svar från Bo Alm." in screen.text
    assert "Bo Alm" not in paper(make(clerk, case, SHEET.format("Skolan")))
    says(clerk, case, agreed["Bo Alm"], agreed["Bo Alm"], **MAY)
    assert "Bo Alm" in paper(make(clerk, case, SHEET.format("Skolan")))


def test_who_is_named_by_nobody_gets_no_sheet_and_why_is_told(clerk, case, agreed):
    screen = letters(clerk, case)
    can = [label for label in offered(screen) if label.startswith("Underlag")]
    assert can == [SHEET.format("Polisen"), SHEET.format("Skolan")]
    assert "Ingen har sagt ja till att det här får sägas till dem." in screen.text


def test_the_contact_list_goes_to_those_on_it_with_what_each_chose(clerk, case, agreed):
    text = paper(make(clerk, case, LIST.format("Mia Alm")))
    for words in ("Mia Alm", "Per Berg", "Telefon: 0300-83 40 00"):
        assert words in text
    for words in ("Eva Dahl", "Almgatan 1", "Bo Alm", "Liv Berg", case):
        assert words not in text
    assert LIST.format("Eva Dahl") not in offered(letters(clerk, case))


def test_nobody_gets_a_list_of_themselves_alone(clerk, case, people):
    mine = people["Mia Alm"]
    says(clerk, case, mine, mine, purpose="kontaktlista")
    screen = letters(clerk, case)
    assert LIST.format("Mia Alm") not in offered(screen)
    assert "Ingen annan har sagt ja till att stå på listan." in screen.text


def test_an_hour_before_the_meeting_a_yes_is_taken_back_and_the_lists_are_printed(
    clerk, case, agreed
):
    for whom in ("Skolan", "Polisen"):
        make(clerk, case, SHEET.format(whom))
    screen = says(clerk, case, agreed["Liv Berg"], agreed["Per Berg"], "withdrawn")
    assert TOLD in screen.text
    assert "Skolan: Underlag till stoppmötet" in screen.text
    assert "Polisen: Underlag till stoppmötet" in screen.text
    text = paper(make(clerk, case, SHEET.format("Skolan")))
    assert "Bo Alm" in text
    assert "Liv Berg" not in text
    made = sorted(set(re.findall(rf"/{case}/brev/(\d+)", letters(clerk, case).html)), key=int)
    assert clerk.go(f"/inkorg/arenden/{case}/brev/{made[0]}").status == 409


def test_who_takes_back_their_number_is_off_the_list_and_the_others_are_told(clerk, case, agreed):
    for name in ("Mia Alm", "Per Berg"):
        make(clerk, case, LIST.format(name))
    mine = agreed["Per Berg"]
    screen = says(clerk, case, mine, mine, "withdrawn", "kontaktlista")
    assert "Mia Alm: Kontaktlista" in screen.text
    assert "Per Berg: Kontaktlista" not in screen.text
    assert LIST.format("Mia Alm") not in offered(letters(clerk, case)), "alone on it"


def test_a_yes_to_less_stops_the_paper_that_said_more(clerk, case, agreed):
    number = re.search(rf"/{case}/brev/(\d+)/pdf", make(clerk, case, SHEET.format("Skolan")).html)[
        1
    ]
    less = {"uppgifter": "alder", "myndigheter": ("skola", "polis")}
    screen = says(clerk, case, agreed["Bo Alm"], agreed["Mia Alm"], **less)
    assert "Skolan: Underlag till stoppmötet" in screen.text
    assert clerk.go(f"/inkorg/arenden/{case}/brev/{number}").status == 409


def test_nothing_of_whoever_is_protected_stands_on_a_sheet(clerk, case, agreed):
    take(clerk, case, "ung", agreed["Bo Alm"], skyddad="ja")
    text = paper(make(clerk, case, SHEET.format("Skolan")))
    assert "Bo Alm" not in text
    assert "Liv Berg" in text
    assert "Nämner inte Bo Alm" in clerk.screen.text


def test_who_has_a_protected_address_shares_their_name_alone(clerk, case, agreed):
    mine = agreed["Per Berg"]
    take(clerk, case, "vuxen", mine, skyddad="ja", telefon="", adress="")
    text = paper(make(clerk, case, LIST.format("Mia Alm")))
    assert text.count("Telefon:") == 1
    assert "Per Berg" in text


def test_every_authority_gets_a_file_of_its_own(clerk, case, agreed):
    files = bundle(clerk, case, "motesblad")
    assert len(files) == len(MAY["myndigheter"])
    assert all(name.startswith(case) for name in files)
    bo = pdf.squeezed("Bo Alm")
    assert all(bo in pdf.words(content) for content in files.values())


def test_who_is_asked_for_a_yes_is_asked_of_what_and_to_whom_on_the_same_paper(clerk, case, people):
    screen = make(clerk, case, "Säger du ja? till Mia Alm")
    ticks = re.findall(r'class="tick"[^>]*><span>([^<]+)', screen.html)
    for words in ("Hur det är hemma", "Polisen", "Skolan", "Telefon"):
        assert words in ticks
    assert "Vad får de veta om den unga?" in screen.text
    assert "Vilka får veta det?" in screen.text
    assert ticks.count("Telefon") == 1, "their own number is asked for once"


def test_nobody_else_is_named_in_what_may_be_said_of_somebody(clerk, case, agreed):
    more = {"uppgifter": "annat", "uppgifter-annat-text": "Bråket med Kim.", "myndigheter": "skola"}
    says(clerk, case, agreed["Bo Alm"], agreed["Mia Alm"], **more)
    screen = letters(clerk, case)
    assert SHEET.format("Skolan") not in offered(screen)
    assert "Kim Dahl" in screen.text


def test_who_is_the_guardian_of_a_protected_child_is_on_no_list(clerk, case, agreed):
    eva = agreed["Eva Dahl"]
    says(clerk, case, eva, eva, purpose="kontaktlista")
    take(clerk, case, "ung", agreed["Bo Alm"], skyddad="vet_inte")
    assert LIST.format("Mia Alm") not in offered(letters(clerk, case))
    assert "Mia Alm" not in paper(make(clerk, case, LIST.format("Per Berg")))
