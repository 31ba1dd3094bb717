"""The people of a case of several: staff put them right, and see whose yes is missing."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.records import audit
from app.storage import tables
from tests.web.reporters import REKTOR_GROUP


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def case(report, clerk):
    """A request for a stoppmöte about Bo and Liv, that somebody has taken."""
    reference = report(REKTOR_GROUP)
    clerk.open(reference)
    clerk.act("ta")
    return reference


YES = {
    "hur": "skriftligt",
    "nar-day": "1 1 2026",
    "svar": "given",
    "andamal": "sspf",
    "uppgifter": "handelser",
    "myndigheter": "skola",
}
NO = {"hur": "skriftligt", "nar-day": "1 1 2026", "svar": "refused", "andamal": "sspf"}


def take(clerk, case, step, whom="", **typed):
    """Take a step on its page; `whom` is who it was opened for."""
    about = f"?vem={whom}" if whom else ""
    clerk.go(f"/inkorg/arenden/{case}/steg/{step}{about}")
    return clerk.press(typed)


def consents(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/samtycken")


def group(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/gruppen")


def test_the_case_leads_to_its_people_and_they_begin_with_those_in_the_request(clerk, case):
    assert f'href="/inkorg/arenden/{case}/gruppen"' in clerk.open(case).html
    screen = group(clerk, case)
    assert screen.status == 200
    assert "Bo" in screen.text
    assert "13 år" in screen.text
    assert "Liv" in screen.text
    assert "Åldern är inte känd. Då får inget delas." in screen.text


def test_a_guardian_is_added_and_says_yes_and_what_is_missing_is_named(clerk, case):
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="nej")
    take(clerk, case, "vuxen", namn="Per Berg", skyddad="nej")
    screen = group(clerk, case)
    mother, father = (link.split("=")[1] for link in vuxen_links(screen))
    screen = take(
        clerk, case, "ung", "b0", namn="Bo Berg", alder="13", vuxna=(mother, father), alla="ja"
    )
    assert "Ja till 0 av 5" in screen.text
    assert "Saknas: svar från Mia Berg, Per Berg." in consents(clerk, case).text
    take(clerk, case, "samtycke", "b0", av=mother, **YES)
    take(clerk, case, "samtycke", "b0", av=father, **NO)
    assert "Nej från Per Berg." in consents(clerk, case).text


def vuxen_links(screen):
    """Return where each guardian is put right."""
    links = [link.attributes["href"] for link in screen.page.all("a")]
    return [link for link in links if "/steg/vuxen?vem=" in link]


def test_what_is_known_stands_on_the_page_and_the_request_is_as_it_was(clerk, case):
    clerk.go(f"/inkorg/arenden/{case}/steg/ung?vem=b0")
    assert 'value="Bo"' in clerk.screen.html
    clerk.press({"namn": "Bosse"})
    assert "Bosse" in group(clerk, case).text
    assert "Ungdom 1: Namn: Bo; Ålder: 13" in clerk.open(case).text


def test_who_is_nobodys_guardian_cannot_answer_for_them(clerk, case):
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="nej")
    [link] = vuxen_links(group(clerk, case))
    screen = take(clerk, case, "samtycke", "b0", av=link.split("=")[1], **YES)
    assert screen.status == 422
    assert "någon av den ungas vårdnadshavare" in screen.text


def test_somebody_who_is_not_in_the_case_is_no_answer(clerk, case):
    clerk.go(f"/inkorg/arenden/{case}/steg/inte_med?vem=p999")
    data = clerk.screen.sent(clerk.screen.page.all("form")[-1])
    screen = clerk.send(
        f"/inkorg/arenden/{case}/steg/inte_med", {**data, "vem": "p999", "skal": "x"}
    )
    assert screen.status == 422


def test_two_coordinators_lose_nothing_of_what_either_wrote(clerk, case, clerk_of):
    other = clerk_of("sspf")
    other.go(f"/inkorg/arenden/{case}/steg/vuxen")
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="nej")
    screen = other.press({"namn": "Per Berg", "skyddad": "nej"})
    assert screen.status == 409
    assert 'value="Per Berg"' in screen.html
    assert other.press({}).status == 200
    text = group(clerk, case).text
    assert "Mia Berg" in text
    assert "Per Berg" in text


def opened_of(database):
    """Return how many times it is written down that a case was opened."""
    mine = select(tables.audit_events).where(tables.audit_events.c.kind == audit.Kind.ITEM_OPENED)
    return len(database.read_now(lambda c: c.execute(mine).all()))


def test_that_the_people_are_looked_at_is_written_down_first(clerk, case, database):
    before = opened_of(database)
    group(clerk, case)
    assert opened_of(database) == before + 1


def test_a_case_about_one_child_has_no_such_page(report, clerk_of):
    assert group(clerk_of("barn-och-unga"), report()).status == 404


ASSESSED = {
    "grupp": "ja",
    "alder": "ja",
    "orosanmalan": "gjord",
    "uppgifter": "Begäran.",
    "bedomning": "Det passar.",
    "resultat": "mote",
}


def test_the_case_is_not_closed_before_each_child_has_an_answer(clerk, case):
    take(clerk, case, "bedomning", **ASSESSED)
    screen = take(clerk, case, "avsluta", utfall="annan_vag", skal="Klart.")
    assert screen.status == 409
    assert "Orosanmälan för barnet: Bo; Orosanmälan för barnet: Liv" in screen.text
    assert "Klart." in screen.html
    said = {"svar": "behovs_inte", "svar-behovs_inte-text": "Ingen fara."}
    for whom in ("b0", "b1"):
        assert "Saknar svar" in group(clerk, case).text
        take(clerk, case, "orosanmalan", whom, **said)
    assert take(clerk, case, "avsluta", utfall="annan_vag", skal="Klart.").status == 200
    assert "Avslutad" in clerk.open(case).text


def test_another_unit_s_people_do_not_exist(clerk_of, case):
    assert group(clerk_of("barn-och-unga"), case).status == 404


def test_a_yes_until_a_part_of_a_day_is_asked_about_and_nothing_is_lost(clerk, case):
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="nej")
    [link] = vuxen_links(group(clerk, case))
    mother = link.split("=")[1]
    take(clerk, case, "ung", "b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    screen = take(clerk, case, "samtycke", "b0", av=mother, **YES | {"till-year": "2027"})
    assert screen.status == 422
    assert "Skriv hela datumet" in screen.text
    assert 'value="2027"' in screen.html


def test_a_purpose_that_the_process_has_no_more_stands_there_with_what_was_said(clerk, case):
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="nej")
    [link] = vuxen_links(group(clerk, case))
    mother = link.split("=")[1]
    take(clerk, case, "ung", "b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    said = {"hur": "skriftligt", "nar-day": "1 1 2026", "svar": "given", "andamal": "mentor"}
    take(clerk, case, "samtycke", "b0", av=mother, **said)
    gone = "Ändamålet finns inte längre."
    assert gone not in group(clerk, case).text
    without_mentor(clerk)
    for page in ("gruppen", "samtycken"):
        text = clerk.go(f"/inkorg/arenden/{case}/{page}").text
        assert gone in text
        assert "Att föreningen får veta den ungas namn och nummer" in text
        assert "Ja från Mia Berg, 1 januari 2026" in text
    asked = clerk.go(f"/inkorg/arenden/{case}/steg/samtycke?vem=b0")
    assert "Att föreningen får veta" not in asked.html


def without_mentor(clerk):
    """Let the municipality take its own purpose out of its file."""
    desk = clerk.desk
    processes = dict(desk.rules.processes)
    process = processes["stoppmote"]
    steps = tuple(
        step.model_copy(update={"fields": tuple(without(field) for field in step.fields)})
        for step in process.steps
    )
    processes["stoppmote"] = process.model_copy(update={"steps": steps})
    rules = replace(desk.rules, processes=processes)
    clerk.client.app.state.parts = replace(desk, rules=rules)


def without(field):
    if field.id != "andamal":
        return field
    kept = tuple(option for option in field.options if option.id != "mentor")
    return field.model_copy(update={"options": kept})


def test_what_ends_a_case_is_not_what_is_next_as_long_as_a_meeting_is_to_be_planned(clerk, case):
    take(clerk, case, "bedomning", **ASSESSED)
    links = [link.attributes for link in clerk.open(case).page.all("a")]
    pressed = [link["href"] for link in links if link.get("class") == "button"]
    assert [link.rpartition("/")[2] for link in pressed if "/steg/" in link] == ["planera"]
    offered = {link["href"].rpartition("/")[2] for link in links}
    assert {"avsluta", "kommun"} <= offered, "it can still be done"


def test_who_is_put_right_is_the_only_one_to_choose_and_who_is_new_is_nobody_yet(clerk, case):
    def whom(address):
        page = clerk.go(f"/inkorg/arenden/{case}/steg/ung{address}").page
        boxes = (each.attributes for each in page.all("input"))
        return [each["value"] for each in boxes if each.get("name") == "vem"]

    assert whom("?vem=b0") == ["b0"]
    assert whom("") == []
    wrong = take(clerk, case, "ung", "b1", namn="", skola="Ängsskolan")
    assert wrong.status == 422
    assert "Ängsskolan" in wrong.html
    assert 'value="b1"' in wrong.html
    assert 'value="b0"' not in wrong.html
