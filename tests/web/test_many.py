"""Thirty young people with fifty guardians, and hundreds of entries: every page stays light."""

import copy
import re
from dataclasses import replace

import pytest

from app.casework import opening
from app.casework.group.people import gathered
from tests.unit.casework.test_group import CALENDAR, CAME, PROCESS, Case
from tests.web.reporters import REKTOR_GROUP

YOUNG, GUARDIANS = 30, 50
NAMES = ["Åsa", "östen", "Bo", "Bo", "ÄRLA", "Zoe", "anna", ""]
"""Of the young, over and over: some sort wrongly by their codes, two are the same, one has none."""
MOST = 14_600 - 6_400
"""Octets of a page as it is sent; style sheet and script have the rest (test_frugality)."""
WORDS = "Familjen vill ha hjälp med skolan, och modern ringer själv till mentorn på torsdag. "


class Crowd(Case):
    """A case about many, with everything written of each."""

    def __init__(self, request):
        super().__init__()
        self.request = request

    @property
    def group(self):
        asked = {"pages": self.request}
        return gathered(PROCESS, asked, self.entries, received_on=CAME, calendar=CALENDAR)

    def fill(self):
        said = {"nar-day": "28 11 2026", "vad": "inbjudan", "hur": "brev", "svar": "inte_svarat"}
        adults = [
            self.take("vuxen", namn=f"Förälder {n} Påhittad", skyddad="nej", tolk="ja", sprak="ar")
            for n in range(GUARDIANS)
        ]
        self.take("planera", **{"motesdag-day": "5 12 2026"}, tid="18", plats="Hemgården")
        for number in range(YOUNG):
            mine = tuple(adults[place % GUARDIANS] for place in (2 * number, 2 * number + 1))
            whom = f"b{number}"
            name = NAMES[number % len(NAMES)] or f"Okänd {number}"
            self.take("ung", vem=whom, namn=name, alder="13", vuxna=mine, alla="ja", skyddad="nej")
            self.take("inbjudan", vem=mine[0], **said)
            self.take("insats", vem=whom, vad="fritid", **{"fran-day": "28 11 2026"})
            self.take("familj", vem=whom, kom="alla", stod=WORDS, stod_svar="ja", overens=WORDS * 3)
            self.take("uppfoljning_en", vem=whom, vilken="forsta", hur="lugnare", text=WORDS)
            for who in mine:
                self.says(whom, who, "given", "dela_pa_motet", "andra_familjer")


def asked_of_many(transcript):
    """Return the pages of a request, with as many young people in it as there are."""
    pages = copy.deepcopy(transcript["pages"])
    [asked] = [each for page in pages for each in page["questions"] if each["field"] == "unga"]
    asked["data"] = [{"namn": NAMES[n % len(NAMES)]} for n in range(YOUNG)]
    asked["lines"] = [f"Ungdom {n + 1}: Namn: {NAMES[n % len(NAMES)]}" for n in range(YOUNG)]
    return pages


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def crowd(report, clerk, monkeypatch):
    """A case that is opened as one about many; what is stored of it is about two."""
    reference = report(REKTOR_GROUP)
    clerk.open(reference)
    clerk.act("ta")
    read_item, filled = opening.read_item, []

    async def opened(*args, **named):
        read = await read_item(*args, **named)
        if not filled:
            made = Crowd(asked_of_many(read.transcript))
            made.fill()
            filled.append(made)
        [made] = filled
        item = replace(read.item, state="inbjuden")
        transcript = {**read.transcript, "pages": made.request}
        return replace(read, item=item, transcript=transcript, entries=tuple(made.entries))

    monkeypatch.setattr(opening, "read_item", opened)
    return reference


def every_page(clerk, case):
    """Yield every page of a case's parts, those that one leads on to from another too."""
    paths, seen = ["", "/gruppen", "/flik/mote", "/flik/insatser", "/flik/uppfoljning"], {}
    paths.append("/flik/historik")
    while paths:
        path = paths.pop()
        if path not in seen:
            seen[path] = clerk.go(f"/inkorg/arenden/{case}{path}")
            more = re.findall(
                rf'href="/inkorg/arenden/{case}(/[a-z/]+\?sida=\d+)"', seen[path].html
            )
            paths += more
    return seen


def test_no_page_of_a_case_about_many_is_heavy(clerk, crowd):
    pages = every_page(clerk, crowd)
    sizes = {path: int(page.headers["content-length"]) for path, page in pages.items()}
    assert {path: size for path, size in sizes.items() if size > MOST} == {}
    assert len([path for path in pages if "historik" in path]) > 2
    assert {page.status for page in pages.values()} == {200}


def test_everything_that_was_written_stands_on_some_page(clerk, crowd):
    pages = every_page(clerk, crowd)
    history = "".join(page.text for path, page in pages.items() if "historik" in path)
    assert history.count("En familj på mötet") == YOUNG
    assert history.count("Lägg till en vårdnadshavare") == GUARDIANS
    meeting = "".join(page.text for path, page in pages.items() if "mote" in path)
    assert all(f"Förälder {n} Påhittad" in meeting for n in range(GUARDIANS))


def test_a_page_that_is_not_there_is_the_last_one(clerk, crowd):
    screen = clerk.go(f"/inkorg/arenden/{crowd}/flik/historik?sida=9999")
    [last] = re.findall(r"Sida (\d+) av (\d+)", screen.text)[:1]
    assert last[0] == last[1]
    assert clerk.go(f"/inkorg/arenden/{crowd}/flik/historik?sida=0").status == 200
    assert clerk.go(f"/inkorg/arenden/{crowd}/flik/historik?sida=x").status in {200, 404, 422}


def test_the_young_stand_in_the_order_of_a_register_and_two_of_one_name_are_told_apart(
    clerk, crowd
):
    screen = clerk.go(f"/inkorg/arenden/{crowd}/flik/uppfoljning")
    names = re.findall(r'scope="row">([^<]+)', screen.html)
    begins = [name.split(" ")[0] for name in names]
    order = ["anna", "Bo", "Okänd", "Zoe", "Åsa", "ÄRLA", "östen"]
    assert [*dict.fromkeys(begins)] == order
    assert len({*names}) == YOUNG


def test_every_letter_to_each_of_them_can_be_made_from_one_page(clerk, crowd):
    screen = clerk.go(f"/inkorg/arenden/{crowd}/brev")
    assert screen.text.count("Inbjudan till ett möte") > YOUNG + GUARDIANS
    assert int(screen.headers["content-length"]) <= MOST
