"""What goes wrong round a stoppmöte, seen on the pages: nothing is lost, and no wall gives way."""

import shutil
from dataclasses import replace

import pytest

from tests.web.desk import Clerk
from tests.web.reporters import REKTOR_GROUP
from tests.web.test_a_strangers_content import whole
from tests.web.test_group import ASSESSED, group, take, vuxen_links

NEITHER = {"svar": "behovs_inte", "svar-behovs_inte-text": "Ingen fara."}
PLAN = {"tid": "18.00", "plats": "Skolan"}
SAID = {"hur": "skriftligt", "nar-day": "1 1 2026", "svar": "given"}
WHAT = {**SAID, "uppgifter": "alder", "myndigheter": "skola"}


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def begun(report, clerk):
    """Assess a request: a stoppmöte fits."""

    def begin(reporter=REKTOR_GROUP):
        reference = report(reporter)
        clerk.open(reference)
        clerk.act("ta")
        take(clerk, reference, "bedomning", **ASSESSED)
        return reference

    return begin


def parents(clerk, case, *names, whom=""):
    """Tell of guardians, of one young person where it is said of whom; return their ids."""
    for name in names:
        take(clerk, case, "vuxen", namn=name, skyddad="nej")
    found = {}
    for link in vuxen_links(group(clerk, case)):
        shown = clerk.go(link)
        found[next(each for each in names if f'value="{each}"' in shown.html)] = link.split("=")[1]
    ids = tuple(found[name] for name in names)
    if whom:
        take(clerk, case, "ung", whom, namn="Bo Berg", alder="13", vuxna=ids, alla="ja")
    return ids


def history(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/flik/historik")


def consents(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/samtycken")


def test_a_meeting_that_is_moved_twice_has_one_time_that_runs_and_says_what_it_was(clerk, begun):
    case = begun()
    take(clerk, case, "planera", **PLAN, **{"motesdag-day": "20 12 2026"})
    take(clerk, case, "planera", **PLAN, **{"motesdag-day": "28 12 2026"})
    take(clerk, case, "planera", **PLAN, **{"motesdag-day": "15 1 2027"})
    said = whole(clerk.open(case)).text
    assert said.count("Räknat om") == 2
    assert "fredag 8 januari" in said, "seven days before the day that holds"


def test_a_family_that_declines_keeps_nobody_from_going_on(clerk, begun):
    case = begun()
    [mother] = parents(clerk, case, "Mia Berg", whom="b0")
    take(clerk, case, "planera", **PLAN, **{"motesdag-day": "20 12 2026"})
    asked = {"vad": "inbjudan", "hur": "telefon", "nar-day": "24 11 2026", "svar": "kommer_inte"}
    assert take(clerk, case, "inbjudan", mother, **asked).status == 200
    there = dict.fromkeys(("socialtjanst", "polis", "skola", "fritid"), "ja")
    assert take(clerk, case, "mote", **there, **{"dag-day": "24 11 2026"}).status == 200
    for whom in ("b0", "b1"):
        take(clerk, case, "familj", whom, kom="tackade_nej", stod_svar="inget_erbjudet")
        take(clerk, case, "orosanmalan", whom, **NEITHER)
    take(clerk, case, "avsluta", utfall="annan_vag", skal="De ville inte.")
    assert "Avslutad" in clerk.open(case).text


def test_a_group_that_has_moved_away_ends_with_every_child_thought_of(clerk, begun):
    case = begun()
    gone = {"vilken": "Grannkommunen", "lamnat": "inget", "skal": "Alla har flyttat."}
    screen = take(clerk, case, "kommun", **gone)
    assert screen.status == 409
    assert "Orosanmälan för barnet: Bo; Orosanmälan för barnet: Liv" in screen.text
    assert "Alla har flyttat." in screen.html, "nothing that was written is lost"
    for whom in ("b0", "b1"):
        take(clerk, case, "orosanmalan", whom, **NEITHER)
    assert take(clerk, case, "kommun", **gone).status == 200
    assert "Avslutad" in clerk.open(case).text


def test_one_no_of_two_guardians_is_a_no_and_a_new_answer_makes_it_a_yes(clerk, begun):
    case = begun()
    mother, father = parents(clerk, case, "Mia Berg", "Per Berg", whom="b0")
    said = {**SAID, "andamal": "andra_familjer"}
    take(clerk, case, "samtycke", "b0", av=mother, **said)
    take(clerk, case, "samtycke", "b0", av=father, **said | {"svar": "refused"})
    assert "Nej från Per Berg." in consents(clerk, case).text
    take(clerk, case, "samtycke", "b0", av=father, **said)
    assert "Nej från Per Berg." not in consents(clerk, case).text


def test_thirty_young_people_fit_on_their_page_and_in_every_question_about_one(clerk, begun):
    many = {f"unga-{n}-namn": f"Ung {n:02d} Ek" for n in range(30)}
    many |= {f"unga-{n}-alder": str(11 + n % 7) for n in range(30)}
    case = begun(REKTOR_GROUP.but(**many))
    screen = whole(group(clerk, case))
    assert all(f"Ung {n:02d} Ek" in screen.text for n in range(30))
    assert int(screen.headers["content-length"]) <= 14_600
    for step in ("samtycke", "orosanmalan", "om_en"):
        asked = whole(clerk.go(f"/inkorg/arenden/{case}/steg/{step}"))
        assert asked.text.count(" Ek") >= 30
    screen = take(clerk, case, "avsluta", utfall="annan_vag", skal="Klart.")
    assert screen.status == 409
    assert screen.text.count("Orosanmälan för barnet: Ung") == 30


def test_names_stand_in_the_order_of_a_swedish_register(clerk, begun):
    names = ("Åsa", "Zoe", "Örjan", "Ärla", "adam")
    case = begun(REKTOR_GROUP.but(**{f"unga-{n}-namn": name for n, name in enumerate(names)}))
    said = group(clerk, case).text
    assert sorted(names, key=said.index) == ["adam", "Zoe", "Åsa", "Ärla", "Örjan"]


def test_a_purpose_that_the_file_no_longer_has_takes_no_page_away(clerk, begun, town, tmp_path):
    case = begun()
    [mother] = parents(clerk, case, "Mia Berg", whom="b0")
    take(clerk, case, "samtycke", "b0", av=mother, andamal=("sspf", "andra_familjer"), **WHAT)
    forms = shutil.copytree(town.settings.forms, tmp_path / "forms")
    file = forms / "processes" / "stoppmote.toml"
    lines = file.read_text("utf-8").splitlines()
    # Where it is an option it goes whole, and where it is named among others it alone.
    kept = [
        line.replace('"sspf", "sig"', '"sig"') for line in lines if '{ id = "sspf",' not in line
    ]
    file.write_text("\n".join(kept), "utf-8")
    english = forms / "languages" / "en.toml"
    texts = english.read_text("utf-8").splitlines()
    english.write_text("\n".join(t for t in texts if not t.startswith("sspf.label")), "utf-8")
    later = replace(town, settings=replace(town.settings, forms=forms)).staff()
    other = Clerk(later, "sspf")
    whole(group(other, case))
    said = whole(consents(other, case)).text
    assert "Ändamålet finns inte längre." in said
    assert "samarbetar om den unga efter mötet" in said, "what was answered is shown"
    assert "Att de andra familjerna får veta" in said
    asked = whole(other.go(f"/inkorg/arenden/{case}/steg/samtycke?vem=b0")).text
    assert "samarbetar om den unga efter mötet" not in asked, "nobody can be asked any more"
    assert "samarbetar om den unga efter mötet" in whole(history(other, case)).text, "it was said"
    taken = take(other, case, "samtycke", "b0", av=mother, andamal="andra_familjer", **SAID)
    assert taken.status == 200
