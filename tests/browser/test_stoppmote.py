"""A whole stoppmöte in a real browser: from a principal's request to the second follow-up.

Seven young people, of whom some are only a nickname; half a year goes by as the clock is moved.
Once with a mouse, once with the keyboard alone, once without JavaScript, on both engines.
"""

import re

import pytest

from tests.browser import engines
from tests.browser.conftest import Watch
from tests.browser.coordinator import Coordinator
from tests.browser.in_time import in_time
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.timeout(600), pytest.mark.long(120)]
WAYS = [
    pytest.param("mouse", "sqlite", id="mouse"),
    pytest.param("keyboard", "postgres", id="keyboard", marks=pytest.mark.postgres),
    pytest.param("no javascript", "postgres", id="no javascript", marks=pytest.mark.postgres),
]
"""How somebody works, and on which engine."""
ASKED = {
    "fara": "nej",
    "vem": "skola",
    "skyddad": "nej",
    "verksamhet": "Exempelskolan",
    "ditt_namn": "Rut Rektor",
    "din_roll": "Rektor",
    "telefon": "070-174 06 23",
    "antal": "7",
    "alder": ["14", "15", "16", "17", "vet_inte"],
    "unga": [
        {"namn": "Loke Ask", "alder": "14", "skola": "Exempelskolan"},
        {"namn": "Nova Ask", "alder": "15", "vardnadshavare": "Samma som Loke"},
        {"namn": "Zäta", "ovrigt": "Kallas så. Lång, grön jacka."},
        {"namn": "Melvin", "alder": "ungefär 15"},
        {"namn": "Samira Ek", "personnummer": "20120506-2381"},
        {"namn": "Theo Alm", "alder": "17", "skola": "Exempelgymnasiet"},
        {"namn": "Wilma Lind", "alder": "16"},
        {"namn": "Lokan", "ovrigt": "Kanske samma som Loke."},
    ],
    "gor": ["vistas", "stor"],
    "handelse": "De är på torget hela skoldagen. I fredags slog två av dem sönder en cykel.",
    "sedan": "manad",
    "hur_ofta": "varje_vecka",
    "orosanmalan": "nej",
    "polis": "nej",
    "onskar": ["stoppmote"],
    "mote": "ja",
}
ADULTS = (
    {"namn": "Mia Ask", "telefon": "070-174 06 11", "adress": "Gatan 1", "skyddad": "nej"},
    {"namn": "Per Ask", "telefon": "070-174 06 12", "skyddad": "nej"},
    {"namn": "Jonna Berg", "telefon": "070-174 06 13", "skyddad": "nej"},
    {"namn": "Samiras mamma", "skyddad": "ja"},
    {"namn": "Huda Alm", "skyddad": "nej", "adress": "Gatan 3", "sprak": "ar", "tolk": "ja"},
    {"namn": "Åke Lind", "skyddad": "nej", "adress": "Gatan 9"},
)
YOUNG = (
    {"vem": "Loke Ask", "vuxna": ["Mia Ask", "Per Ask"], "alla": "ja", "skyddad": "nej"},
    {"vem": "Nova Ask", "vuxna": ["Mia Ask", "Per Ask"], "alla": "ja", "skyddad": "nej"},
    {
        "vem": "Melvin",
        "namn": "Melvin Berg",
        "vuxna": ["Jonna Berg"],
        "alla": "vet_inte",
        "skyddad": "nej",
    },
    {"vem": "Samira Ek", "vuxna": ["Samiras mamma"], "alla": "ja", "skyddad": "ja"},
    {
        "vem": "Theo Alm",
        "personnummer": "2008-12-27",
        "vuxna": ["Huda Alm"],
        "alla": "ja",
        "skyddad": "nej",
    },
    {"vem": "Wilma Lind", "vuxna": ["Åke Lind"], "alla": "ja", "skyddad": "nej"},
)


ASSESSED = {
    "med": ["socialtjanst", "polis"],
    "grupp": "ja",
    "alder": "ja",
    "orosanmalan": "gors_nu",
    "uppgifter": "Det som rektorn har skrivit.",
    "bedomning": "Föräldrarna vet inte om det. Ett möte kan bryta det.",
    "resultat": "mote",
}


NOT_NEEDED = {"svar": "behovs_inte", "svar-behovs_inte-text": "Den unga följer bara med."}
BY_WORD = {
    "hur": "muntligt",
    "hur-muntligt-text": "Kuratorn.",
    "nar": "+0",
    "svar": "given",
    "uppgifter": ["alder", "handelser"],
    "myndigheter": ["polis", "skola"],
}
NO = {"svar": "refused", "uppgifter": [], "myndigheter": []}
BOTH = ["dela_pa_motet", "andra_familjer"]
SAID = (
    ("Loke Ask", "Mia Ask", BOTH),
    ("Loke Ask", "Per Ask", BOTH),
    ("Loke Ask", "Loke Ask", BOTH),
    ("Nova Ask", "Mia Ask", BOTH),
    ("Nova Ask", "Per Ask", ["dela_pa_motet"]),
    ("Nova Ask", "Nova Ask", BOTH),
    ("Theo Alm", "Theo Alm", BOTH),
    ("Theo Alm", "Huda Alm", BOTH),
    ("Samira Ek", "Samiras mamma", ["dela_pa_motet"]),
)
"""Who has said yes to what about whom."""
FAMILIES = {
    "Mia Ask": ("Loke Ask", "Nova Ask"),
    "Per Ask": ("Loke Ask", "Nova Ask"),
    "Jonna Berg": ("Melvin Berg",),
    "Huda Alm": ("Theo Alm",),
    "Åke Lind": ("Wilma Lind",),
}
"""Who gets a letter, and the young whom it is about."""
INVITED, SHEET, LIST = "Inbjudan", "Underlag", "Kontaktlista"
PAPER = 'button[name="brev"][aria-label*="{what}"][aria-label*="{who}"]'
PLAN = {"tid": "18.00", "plats": "Exempelskolan, matsalen", "leder": "Siv Ask", "kommer": ["polis"]}
HELD = {
    "socialtjanst": "ja",
    "polis": "ja",
    "skola": "ja",
    "fritid": "nej",
    "fritid-nej-text": "Fritidsledaren var sjuk.",
    "sagt": "Vad vuxna har sett på torget.",
    "overens": "Skolan ringer hem samma dag.",
}
CAME = {
    "Loke Ask": {"kom": "alla", "stod": "Föräldrastöd.", "stod_svar": "ja"},
    "Nova Ask": {"kom": "alla", "stod_svar": "inget_erbjudet"},
    "Melvin Berg": {"kom": "nagon", "stod": "Stödsamtal.", "stod_svar": "senare"},
    "Samira Ek": {"kom": "tackade_nej", "stod_svar": "nej"},
    "Wilma Lind": {"kom": "ingen", "stod_svar": "inget_erbjudet"},
}


@pytest.fixture
def town(tmp_path, municipality, engine, request, clock):
    url = request.getfixturevalue(f"{engine}_url")
    with in_time(
        tmp_path / "data", database_url=url, municipality=municipality, clock=clock
    ) as running:
        yield running


@pytest.fixture
def watch(town, content):
    """As everywhere, at the addresses of this town."""
    sites = (town.settings.citizen.origin, town.settings.staff.origin)
    watch = Watch([*sites, content.municipality.quick_exit])
    yield watch
    assert not watch.wrongs


class Looking:
    """Looks at every page with axe, the first time that it is seen as it is."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, ...]] = set()
        self.faults: list[str] = []

    def __call__(self, page) -> None:
        kind = re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{4}|/logga-in/.*|[?].*", "", page.url)
        parts = page.locator("main h2, main h3, main legend").all_inner_texts()
        if (kind, *parts) not in self.seen:
            self.seen.add((kind, *parts))
            self.faults += [f"{kind}: {fault}" for fault in engines.axe(page)]


def ask(town, page, content, **how):
    """A principal asks for a stoppmöte; return the reference."""
    form, t = content.forms["sv"]["stoppmote"], content.interfaces["sv"]
    visitor = Visitor(page, form, t, **how)
    visitor.begin(f"{town.settings.citizen.origin}/")
    visitor.fill_in(ASKED)
    reference = visitor.send()
    assert town.carry() == 1
    return reference.replace(" ", "")


def assessed(siv):
    """The first day: it is read and judged, and a stoppmöte fits."""
    siv.morning()
    siv.go('form[action$="/ta"] button')
    siv.take("bedomning", **ASSESSED)


def who_they_are(siv):
    """The young and their guardians are put right, and each child is thought of."""
    siv.morning(later=1)
    for adult in ADULTS:
        siv.take("vuxen", **adult)
    for young in YOUNG:
        siv.take("ung", **young)
    siv.take("samma", vem="Lokan", samma="Loke Ask")
    for child in ("Nova Ask", "Zäta", "Wilma Lind"):
        siv.take("orosanmalan", vem=child, **NOT_NEEDED)
    siv.take("svar", sagt="yes", nar="+0")


def reported(siv, other):
    """Three orosanmälningar are made by one press each, and read in the other unit's inbox."""
    sent = {}
    for child in ("Loke Ask", "Melvin Berg", "Samira Ek"):
        told = f"{child} är på torget hela skoldagen."
        sent[child] = siv.report(child, beskriv=told, fara="nej", besked="nej", _last="yes")
    assert siv.town.carry() == len(sent)
    other.sign_in("barn-och-unga", "Bo Al")
    for child, reference in sent.items():
        other.open(reference)
        said = other.page.locator("main").inner_text()
        assert child in said
        assert siv.reference in said, "where it came from"
        assert not [name for name in sent.keys() - {child} if name in said]
    for reference in sent.values():
        assert reference in siv.show("gruppen")


def what_they_say(siv):
    """One after the other says yes; Wilma's father says no, and the day after yes."""
    siv.morning(later=1)
    for who, by, purposes in SAID:
        siv.take("samtycke", vem=who, av=by, andamal=purposes, **BY_WORD)
    hers = {"vem": "Wilma Lind", "av": "Åke Lind", "andamal": ["dela_pa_motet"]}
    siv.take("samtycke", **hers, **{**BY_WORD, **NO})
    siv.morning(later=1)
    siv.take("samtycke", **hers, **BY_WORD)


def asked_to_come(siv):
    """A day is set and everybody is asked; it is moved, past the day when Theo is of age."""
    siv.take("planera", motesdag="+21", **PLAN)
    asked = {"vad": "inbjudan", "nar": "+0"}
    for who in FAMILIES:
        written_to(siv, who)
        siv.take("inbjudan", vem=who, hur="brev", svar="kommer", **asked)
    siv.take("inbjudan", vem="Samiras mamma", hur="telefon", **asked)
    siv.morning(later=5)
    siv.take("planera", motesdag="+30", **PLAN)
    for who in ("Mia Ask", "Per Ask", "Jonna Berg", "Åke Lind", "Theo Alm"):
        siv.take("inbjudan", vem=who, hur="telefon", svar="kommer", **asked)
    siv.take("inbjudan", vem="Samiras mamma", hur="telefon", svar="kommer_inte", **asked)


def written_to(siv, who):
    """A letter to somebody is made, with nothing of another family's."""
    assert not offered(siv, INVITED, "Samiras mamma"), "she is called"
    letter = paper(siv, INVITED, who)
    everybody = {name for family in FAMILIES.values() for name in family} | set(FAMILIES)
    assert [name for name in everybody - {*FAMILIES[who], who} if name in letter] == []
    assert all(name in letter for name in FAMILIES[who])


def offered(siv, what, who):
    siv.show("brev")
    return siv.page.locator(PAPER.format(what=what, who=who)).count()


def paper(siv, what, who):
    """Make a paper for somebody, and return what stands on it."""
    siv.show("brev")
    siv.go(PAPER.format(what=what, who=who))
    return siv.page.locator("article.letter").inner_text()


def an_hour_before(siv):
    """Lists are printed, and then a yes is taken back: who has a paper is told of."""
    siv.morning(later=30)
    mine = {name: BY_WORD[name] for name in ("hur", "hur-muntligt-text", "nar", "svar")}
    for who, shared in (("Mia Ask", "telefon"), ("Åke Lind", "adress")):
        own = {"vem": who, "av": who, "andamal": ["kontaktlista"], "dela": [shared]}
        siv.take("samtycke", **own, **mine)
    listed = paper(siv, LIST, "Mia Ask")
    assert "Gatan 9" in listed
    assert "Gatan 1" not in listed, "she chose her telephone alone"
    sheet = paper(siv, SHEET, "Skolan")
    assert all(name in sheet for name in ("Loke Ask", "Nova Ask", "Theo Alm"))
    assert not [name for name in ("Wilma", "Melvin", "Zäta", "Samira", "Mia") if name in sheet]
    hers = {"vem": "Nova Ask", "av": "Per Ask", "andamal": ["dela_pa_motet"]}
    siv.take("samtycke", **hers, **{**BY_WORD, **NO, "svar": "withdrawn"})
    assert "Skolan: Underlag" in siv.show("samtycken")
    assert "Nova Ask" not in paper(siv, SHEET, "Skolan")
    siv.take("berattat", vem="Nova Ask", vilka="Skolan.", nar="+0")


def met(siv):
    """The meeting is held; what was said to one family is written about that family alone."""
    siv.take("mote", dag="+0", **HELD)
    for who, came in CAME.items():
        siv.take("familj", vem=who, **came)
    job = {"vad": "praktik", "arbetsplats": "En verkstad", "fran": "+3", "till": "+40"}
    siv.take("insats", vem="Loke Ask", **job)
    siv.take("orossamtal", vem="Wilma Lind", dag="+0", med=["polis"], amnen="I fredags.")
    agreed = paper(siv, "kom vi överens om", "Mia Ask")
    assert "Skolan ringer hem samma dag" in agreed
    assert not [name for name in ("Wilma", "Melvin", "Samira", "Theo") if name in agreed]


def sig(siv):
    """SIG takes a yes of its own, from everybody whose it takes."""
    for who in ("Mia Ask", "Per Ask", "Loke Ask"):
        siv.take("samtycke", vem="Loke Ask", av=who, andamal=["sig"], **BY_WORD)
    siv.take("sig", vem="Loke Ask", dag="+0", plan="Polisen och socialtjänsten ringer varje vecka.")


def followed_up(siv):
    """Six weeks later, and half a year; then it ends."""
    siv.morning(later=42)
    siv.take("uppfoljning", dag="+0", gruppen="lugnare", nasta="folja")
    siv.take("uppfoljning_en", vem="Loke Ask", vilken="forsta", hur="lugnare")
    siv.take("insats_slut", vem="Loke Ask", vad="praktik", hur_gick_det="hjalpte")
    siv.morning(later=140)
    siv.take("uppfoljning_2", dag="+0", gruppen="lugnare", nasta="avsluta")
    siv.take("avsluta", utfall="lugnare", skal="Gruppen träffas inte längre.")
    assert "Avslutad" in siv.show()
    siv.go('footer a[href="/inkorg/statistik"]')


@pytest.mark.parametrize(("way", "engine"), WAYS)
def test_a_stoppmote_goes_from_the_request_to_the_second_follow_up(
    way, engine, town, open_browser, content
):
    looking = Looking()
    how = {"look": looking} if way == "mouse" else {"keyboard": way == "keyboard"}
    window = {"java_script_enabled": way != "no javascript"}
    reference = ask(town, open_browser(**window).new_page(), content, **how)
    page = open_browser(base_url=town.settings.staff.origin, **window).new_page()
    siv = Coordinator(page, content, town, reference, **how)
    assessed(siv)
    who_they_are(siv)
    elsewhere = open_browser(base_url=town.settings.staff.origin, **window).new_page()
    reported(siv, Coordinator(elsewhere, content, town, "", **how))
    for chapter in (what_they_say, asked_to_come, an_hour_before, met, sig, followed_up):
        chapter(siv)
    assert looking.faults == []
