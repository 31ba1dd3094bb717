"""What everybody has said yes and no to, as staff read it, and who must be told when it is over."""

import re

import pytest

from app.casework import access, letters
from app.casework.letters import Made
from app.runner.role import Role
from app.web.staff.ledger import MOST, shared_out, size
from app.web.staff.ledger_views import PurposeView, SaidView
from tests.web.reporters import REKTOR_GROUP

YES = {
    "hur": "skriftligt",
    "nar-day": "1 1 2026",
    "svar": "given",
    "andamal": "dela_pa_motet",
    "uppgifter": ("skola", "handelser"),
    "myndigheter": ("skola", "polis"),
}
OTHER = {"hur": "skriftligt", "nar-day": "1 1 2026", "andamal": "dela_pa_motet"}


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def case(report, clerk):
    """A request for a stoppmöte about Bo and Liv, where Bo's parents are known."""
    reference = report(REKTOR_GROUP)
    clerk.open(reference)
    clerk.act("ta")
    take(clerk, reference, "vuxen", namn="Mia Berg", skyddad="nej")
    screen = take(clerk, reference, "vuxen", namn="Per Berg", skyddad="nej")
    parents = tuple(re.findall(r"/steg/vuxen\?vem=(p\d+)", screen.html))
    take(clerk, reference, "ung", "b0", namn="Bo Berg", alder="13", vuxna=parents, alla="ja")
    return reference


@pytest.fixture
def parents(clerk, case):
    screen = clerk.go(f"/inkorg/arenden/{case}/gruppen")
    return sorted(set(re.findall(r"/steg/vuxen\?vem=(p\d+)", screen.html)))


def take(clerk, case, step, whom="", **typed):
    about = f"?vem={whom}" if whom else ""
    clerk.go(f"/inkorg/arenden/{case}/steg/{step}{about}")
    return clerk.press(typed)


def ledger(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/samtycken")


def test_the_case_leads_to_what_has_been_said(clerk, case):
    assert f"/inkorg/arenden/{case}/samtycken" in clerk.open(case).html
    assert ledger(clerk, case).heading == "Samtycken"


def test_all_that_was_said_stands_with_who_how_until_when_what_and_by_whom(clerk, case, parents):
    mother, _ = parents
    screen = take(clerk, case, "samtycke", "b0", av=mother, **YES)
    assert screen.heading == "Samtycken"
    for words in (
        "Ja från Mia Berg, 1 januari 2026",
        "Skrivet av Ina Handläggare",
        "På papper, underskrivet",
        "Gäller till och med 1 januari 2027",
        "Vilken skola den unga går i",
        "Polisen",
        "Saknas: svar från Per Berg.",
    ):
        assert words in screen.text


def test_guardians_who_disagree_are_both_there_and_nothing_is_allowed(clerk, case, parents):
    mother, father = parents
    take(clerk, case, "samtycke", "b0", av=mother, **YES)
    screen = take(clerk, case, "samtycke", "b0", av=father, svar="refused", **OTHER)
    assert "Ja från Mia Berg, 1 januari 2026" in screen.text
    assert "Nej från Per Berg, 1 januari 2026" in screen.text
    assert "Nej från Per Berg." in screen.text


def test_refused_and_then_given_is_allowed_and_both_stand_there_the_newest_last(
    clerk, case, parents
):
    mother, father = parents
    take(clerk, case, "samtycke", "b0", av=father, svar="refused", **OTHER)
    take(clerk, case, "samtycke", "b0", av=mother, **YES)
    text = take(clerk, case, "samtycke", "b0", av=father, **YES).text
    assert text.index("Nej från Per Berg, 1") < text.index("Ja från Per Berg, 1")
    assert "Nej från Per Berg." not in text


@pytest.fixture
def hand_over(town, case):
    """Make sheets that name Bo, for the school and for the police."""
    rules = town.staff().state.parts.rules

    def make(version):
        made = [Made("motesblad", to, name, ("b0",), ("dela_pa_motet",)) for to, name in TO]
        staff = access.Staff("1", "Ina Handläggare", "sspf", "csrf", frozenset({Role.SSPF}))
        town.database.write_now(
            lambda c: letters.make(
                c,
                rules=rules,
                staff=staff,
                reference=case,
                version=version,
                made=made,
                now=town.clock.now(),
            )
        )

    return make


TO = (("skola", "Skolan"), ("polis", "Polisen"))


def both_yes(clerk, case, parents):
    for who in parents:
        take(clerk, case, "samtycke", "b0", av=who, **YES)


def version_of(clerk, case):
    clerk.go(f"/inkorg/arenden/{case}/steg/kontakt")
    return int(re.search(r'name="_version" value="(\d+)"', clerk.screen.html)[1])


def test_an_hour_before_the_meeting_who_has_a_paper_is_told_of_at_once(
    clerk, case, parents, hand_over
):
    both_yes(clerk, case, parents)
    hand_over(version_of(clerk, case))
    assert "Berätta att ett ja inte gäller längre" not in ledger(clerk, case).text
    screen = take(clerk, case, "samtycke", "b0", av=parents[1], svar="withdrawn", **OTHER)
    assert "Berätta att ett ja inte gäller längre" in screen.text
    assert "Skolan: " in screen.text
    assert "Polisen: " in screen.text
    assert f'href="/inkorg/arenden/{case}/steg/berattat?vem=b0"' in screen.html


def test_when_they_have_been_told_they_are_on_the_list_no_more(clerk, case, parents, hand_over):
    both_yes(clerk, case, parents)
    hand_over(version_of(clerk, case))
    take(clerk, case, "samtycke", "b0", av=parents[1], svar="withdrawn", **OTHER)
    known = {"vilka": "Rektorn och polisen.", "nar-day": "1 1 2026"}
    screen = take(clerk, case, "berattat", "b0", **known)
    assert screen.heading == "Samtycken"
    assert "Berätta att ett ja inte gäller längre" not in screen.text
    assert "Per Berg tog tillbaka sitt ja" in screen.text


def test_who_does_not_belong_any_more_still_stands_with_what_was_said(clerk, case, parents):
    both_yes(clerk, case, parents)
    no_need = {"svar": "behovs_inte", "svar-behovs_inte-text": "Det är någon annan."}
    take(clerk, case, "orosanmalan", "b0", **no_need)
    take(clerk, case, "inte_med", "b0", skal="Fel namn.")
    text = ledger(clerk, case).text
    assert "Bo Berg" in text
    assert "Inte längre en av personerna i ärendet." in text
    assert "Ja från Mia Berg, 1 januari 2026" in text


def test_a_case_about_one_child_has_no_such_page(report, clerk_of):
    reference = report()
    assert ledger(clerk_of("barn-och-unga"), reference).status == 404


def test_another_units_ledger_does_not_exist(clerk_of, case):
    assert ledger(clerk_of("barn-och-unga"), case).status == 404


def test_a_long_ledger_is_on_several_pages_and_nobody_is_left_out():
    everyone = [said_of(str(number), "x" * 900 * (number % 9)) for number in range(60)]
    pages = shared_out(everyone)
    assert [one for page in pages for one in page] == everyone
    assert 1 < len(pages) < len(everyone)
    assert all(sum(map(size, page)) <= MOST for page in pages)
    assert shared_out([]) == [()]
    assert len(shared_out([said_of("1", "x" * MOST * 2)] * 2)) == 2


def said_of(person_id, words):
    purpose = PurposeView(words, (), ())
    return SaidView(person_id, "", "Bo", gone=False, purposes=(purpose,), links=())
