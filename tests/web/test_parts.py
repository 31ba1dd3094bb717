"""The parts of a case about several people: each thing in its place, light, and nothing lost."""

import re

import pytest

from tests.web.reporters import REKTOR_GROUP
from tests.web.test_group import ASSESSED, opened_of, take

NAMES = ["Begäran", "De unga", "Samtycken", "Möte", "Brev", "Insatser", "Uppföljning", "Historik"]
PLAN = {"motesdag-day": "1 12 2026", "tid": "18", "plats": "Ungdomens hus"}
ASKED = {"vad": "inbjudan", "hur": "telefon", "nar-day": "1 1 2026"}
HELD = {"dag-day": "1 1 2026", "socialtjanst": "ja", "polis": "ja", "skola": "ja", "fritid": "ja"}
CAME = {"kom": "alla", "stod": "Stödsamtal", "stod_svar": "senare"}
MEASURE = {"vad": "fritid", "fran-day": "1 1 2026"}
ENDED = {"vad": "fritid", "hur_gick_det": "hjalpte"}
LATER = {"dag-day": "2 1 2026", "gruppen": "lugnare", "nasta": "folja"}


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def case(report, clerk):
    """A request about Bo and Liv, that somebody has taken and assessed."""
    reference = report(REKTOR_GROUP)
    clerk.open(reference)
    clerk.act("ta")
    take(clerk, reference, "bedomning", **ASSESSED)
    return reference


def part(clerk, case, name, page=""):
    return clerk.go(f"/inkorg/arenden/{case}/flik/{name}{page}")


def tabs_in(screen):
    """Return the tabs of a page, and which is in view."""
    nav = re.search(r'<nav class="tabs.*?</nav>', screen.html, re.DOTALL)[0]
    [current] = re.findall(r'aria-current="page">([^<]+)', nav)
    return re.findall(r">([^<\n]+)</a>", nav), current


def test_every_part_leads_to_every_other_by_links_and_says_which_it_is(clerk, case):
    addresses = {
        "": "Begäran",
        "/gruppen": "De unga",
        "/samtycken": "Samtycken",
        "/brev": "Brev",
        "/flik/historik": "Historik",
    }
    addresses |= {
        f"/flik/{name}": label
        for name, label in {
            "mote": "Möte",
            "insatser": "Insatser",
            "uppfoljning": "Uppföljning",
        }.items()
    }
    for path, label in addresses.items():
        screen = clerk.go(f"/inkorg/arenden/{case}{path}")
        assert screen.status == 200
        assert tabs_in(screen) == (NAMES, label)


def test_that_a_part_is_looked_at_is_written_down_first(clerk, case, database):
    before = opened_of(database)
    part(clerk, case, "mote")
    assert opened_of(database) == before + 1


def test_what_is_no_part_of_a_case_is_not_there(clerk, clerk_of, report, case):
    for name in ("finns-inte", "begaran", "unga"):
        assert part(clerk, case, name).status == 404
    other = clerk_of("barn-och-unga")
    assert part(other, report(), "historik").status == 404
    assert part(other, case, "historik").status == 404


def test_all_that_was_done_stands_in_the_history_the_newest_first_and_the_case_leads_there(
    clerk, case
):
    take(clerk, case, "planera", **PLAN)
    screen = clerk.open(case)
    assert "Ungdomens hus" not in screen.text
    assert (
        f'<a href="/inkorg/arenden/{case}/flik/historik">Det här har gjorts (3)</a>' in screen.html
    )
    text = part(clerk, case, "historik").text
    assert text.index("Ungdomens hus") < text.index("Det passar.")
    printed = clerk.go(f"/inkorg/arenden/{case}/utskrift")
    assert "Ungdomens hus" in printed.text
    assert "Det passar." in printed.text


def held(clerk, case):
    """Let the meeting be planned, Bo be asked and the meeting be held."""
    take(clerk, case, "planera", **PLAN)
    take(clerk, case, "inbjudan", "b0", **ASKED)
    take(clerk, case, "mote", **HELD, overens="Alla ringer varandra.")


def test_who_came_and_what_they_were_offered_stands_side_by_side(clerk, case):
    held(clerk, case)
    screen = take(clerk, case, "familj", "b0", **CAME, overens="Hemma klockan 21, till jul.")
    assert tabs_in(screen)[1] == "Möte", "who saves comes back to where the step stands"
    rows = rows_of(screen, "Familjerna på mötet")
    assert rows["Bo"][0] == "Ja, alla som var inbjudna"
    assert rows["Bo"][-2:] == ["Kanske senare", "Hemma klockan 21, till jul."]
    assert rows["Liv"][0] == ""
    assert rows_of(screen, "Möten som har hållits")["Alla"][-1] == "Alla ringer varandra."


def test_what_goes_on_stands_first_among_measures_and_what_is_over_says_how_it_went(clerk, case):
    take(clerk, case, "insats", "b0", **MEASURE)
    take(clerk, case, "insats", "b1", **MEASURE)
    screen = take(clerk, case, "insats_slut", "b0", **ENDED)
    rows = rows_of(screen, "Insatser")
    assert [*rows] == ["Liv", "Bo"]
    assert (rows["Liv"][-1], rows["Bo"][-1]) == ("Pågår", "Det hjälpte")


def test_the_first_and_the_second_follow_up_of_each_stand_side_by_side(clerk, case):
    held(clerk, case)
    take(clerk, case, "uppfoljning", **LATER)
    take(clerk, case, "uppfoljning_en", "b0", vilken="forsta", hur="varre")
    screen = take(clerk, case, "uppfoljning_en", "b0", vilken="andra", hur="lugnare")
    assert rows_of(screen, "Hur det går för var och en")["Bo"] == ["Värre", "Lugnare"]
    [clocks] = re.findall(r'<ul class="clocks">(.*?)</ul>', screen.html, re.DOTALL)
    assert "Första uppföljningen" in clocks
    assert "Andra uppföljningen" in clocks


def rows_of(screen, title):
    """Return a table's cells by what each row is about."""
    [section] = [part for part in screen.html.split("<section")[1:] if f">{title}</h2>" in part]
    body = section.split("<tbody>")[1].split("</tbody>")[0]
    return {
        re.search(r'scope="row">([^<]*)', row)[1]: re.findall(r"<td[^>]*>([^<]*)</td>", row)
        for row in body.split("</tr>")[:-1]
    }


def test_every_step_that_can_be_taken_is_offered_on_some_page(clerk, case):
    ways = [
        (),
        ("planera", "", PLAN),
        ("inbjudan", "b0", ASKED),
        ("mote", "", HELD),
        ("uppfoljning", "", LATER),
    ]
    process = clerk.desk.rules.processes["stoppmote"]
    states = []
    for way in ways:
        if way:
            take(clerk, case, way[0], way[1], **way[2])
        offered, state = offered_in(clerk, case)
        states.append(state)
        # What takes a consent is offered when it is there (test_group), and else by nobody.
        expected = {step.id for step in process.steps_from(state) if not step.needs}
        assert expected <= offered, state
    assert states == ["bedomd", "planeras", "inbjuden", "hallet", "uppfoljt"]


def offered_in(clerk, case):
    """Return every step that some page of a case leads to, and where the case is."""
    pages = ["", "/gruppen", "/flik/mote", "/flik/insatser", "/flik/uppfoljning"]
    html = "".join(clerk.go(f"/inkorg/arenden/{case}{page}").html for page in pages)
    labels = {one.label: one.id for one in clerk.desk.rules.processes["stoppmote"].states}
    said = re.search(r"Läge</dt> <dd><p>([^<]+)", html)[1]
    return set(re.findall(rf"/{case}/steg/([a-z_0-9]+)", html)), labels[said]


def test_two_coordinators_who_write_about_one_person_lose_nothing(clerk, clerk_of, case):
    other = clerk_of("sspf")
    other.name = "Ulla Ek"
    other.go(f"/inkorg/arenden/{case}/steg/insats?vem=b0")
    take(clerk, case, "insats", "b0", **MEASURE)
    mine = {"vad": "praktik", "arbetsplats": "Ett lager", "fran-day": "1 1 2026"}
    screen = other.press(mine)
    assert screen.status == 409
    assert "Medan du arbetade: En insats börjar. Ina Handläggare" in screen.text
    assert 'value="Ett lager"' in screen.html
    form = screen.page.all("form")[-1]
    assert screen.sent(form)["vem"] == ("b0",), "and about whom"
    assert other.press({}).status == 200
    for either in (clerk, other):
        rows = rows_of(part(either, case, "insatser"), "Insatser")
        assert [*rows] == ["Bo"]
    assert len(re.findall('scope="row">Bo', clerk.screen.html)) >= 2


def test_what_is_missing_before_the_meeting_leads_to_where_it_is_put_right(clerk, case):
    screen = part(clerk, case, "mote")
    assert "Mötet är inte planerat" in screen.text
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="nej", tolk="ja")
    [mother] = set(re.findall(r"/steg/vuxen\?vem=(p\d+)", clerk.go(group_of(case)).html))
    take(clerk, case, "ung", "b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    screen = take(clerk, case, "planera", **PLAN, kommer=("polis", "skola"))
    assert "Har inte sagt att de kommer: Fritiden" in screen.text
    assert "Klart för 0 av 2 unga." in screen.text
    assert "Saknas: svar från Mia Berg." in screen.text
    assert "Mia Berg behöver tolk, och ingen är bokad." in screen.text
    ways = dict(re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', screen.html))
    at = f"/inkorg/arenden/{case}/steg"
    assert ways[f"{at}/orosanmalan?vem=b0"] == "Saknar svar: Orosanmälan för barnet"
    assert f"{at}/samtycke?vem=b0" in ways
    assert f"{at}/inbjudan?vem={mother}" in ways
    assert clerk.go(f"{at}/inbjudan?vem={mother}").status == 200
    held(clerk, case)
    assert "Vad saknas före mötet" not in part(clerk, case, "mote").text


def group_of(case):
    return f"/inkorg/arenden/{case}/gruppen"
