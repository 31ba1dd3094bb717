"""Letters about a stoppmöte: each family's own, made by a press and written down."""

import io
import re
import zipfile

import pytest

from tests import pdf
from tests.web.reporters import REKTOR_GROUP
from tests.web.test_group import ASSESSED, take

FAMILIES = {
    "Bo Alm": ("Mia Alm", "Almgatan 1", "Bo slutar på fältet klockan nio."),
    "Liv Berg": ("Per Berg", "Bergvägen 2", "Liv ringer Ann varje vecka."),
    "Kim Dahl": ("Eva Dahl", "Dalstigen 3", "Kim börjar spela fotboll."),
}
PLANNED = {"motesdag-day": "5 12 2026", "tid": "18.00", "plats": "Medborgarhuset"}


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def case(report, clerk):
    """A group of three families whose meeting is planned."""
    reference = report(REKTOR_GROUP)
    clerk.open(reference)
    clerk.act("ta")
    for place, (child, (guardian, address, _)) in enumerate(FAMILIES.items()):
        adult(clerk, reference, guardian, adress=address)
        young = {"namn": child, "skyddad": "nej", "alder": "14", "alla": "ja"}
        last = links(clerk, reference, "vuxen")[guardian]
        take(clerk, reference, "ung", f"b{place}" if place < 2 else "", vuxna=last, **young)
    take(clerk, reference, "bedomning", **ASSESSED)
    take(clerk, reference, "planera", **PLANNED)
    return reference


def adult(clerk, case, name, **more):
    take(clerk, case, "vuxen", namn=name, **{"skyddad": "nej", "sprak": "sv", **more})


def links(clerk, case, step):
    """Return the ids of those whom a step may be about, by name."""
    html = clerk.go(f"/inkorg/arenden/{case}/steg/{step}").html
    each = re.findall(r'name="vem"[^>]*value="([bp]\d+)".*?<label[^>]*>([^<]+)<', html, re.DOTALL)
    return {name.strip(): person for person, name in each}


def letters(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/brev")


def offered(screen):
    """Return what can be made, by what a screen reader says of it."""
    return {
        one.attributes["aria-label"]: one.attributes["value"]
        for one in screen.page.all("button")
        if "aria-label" in one.attributes and one.attributes.get("name") == "brev"
    }


def make(clerk, case, label):
    screen = letters(clerk, case)
    form = screen.page.all("form")[-1]
    chosen = offered(screen)[label]
    return clerk.send(f"/inkorg/arenden/{case}/brev", {**screen.sent(form), "brev": chosen})


def bundle(clerk, case, letter):
    """Return the files of a letter to everybody, by name."""
    screen = letters(clerk, case)
    there = f"/inkorg/arenden/{case}/brev/alla"
    sent = {**screen.sent(screen.page.all("form")[-1]), "brev": letter}
    packet = zipfile.ZipFile(io.BytesIO(clerk.client.post(there, data=sent).content))
    return {name: packet.read(name) for name in packet.namelist()}


def test_a_letter_is_made_by_a_press_and_stands_on_a_page_to_be_printed(clerk, case):
    screen = make(clerk, case, "Inbjudan till ett möte till Mia Alm")
    assert screen.status == 200
    for words in ("Hej Mia Alm!", "Det gäller Bo Alm.", "5 december 2026", "Medborgarhuset"):
        assert words in screen.text
    assert case not in re.search(r"<article.*</article>", screen.html, re.DOTALL)[0]


MEETING = {
    "dag-day": "1 1 2026",
    **dict.fromkeys(("socialtjanst", "polis", "skola", "fritid"), "ja"),
    "overens": "Vi ses igen om sex veckor.",
}


def held(clerk, case):
    """Hold the meeting, and agree something with each family."""
    take(clerk, case, "mote", **MEETING)
    for name, whom in links(clerk, case, "familj").items():
        agreed = FAMILIES[name][2].replace("Ann", "oss")
        tell(clerk, case, whom, agreed)


def tell(clerk, case, whom, agreed):
    """Write down what was agreed with a family alone."""
    came = {"kom": "alla", "tolk": "behovs_inte", "stod_svar": "inget_erbjudet"}
    screen = take(clerk, case, "familj", vem=whom, overens=agreed, **came)
    assert screen.status == 200


def marks(name):
    """Return what nobody but a family may read."""
    guardian, address, agreed = FAMILIES[name]
    return {*name.split(), *guardian.split(), address, agreed.split()[-1]}


def others_in(text, name):
    """Return what stands in a text of other families than one."""
    theirs = set().union(*(marks(other) for other in FAMILIES if other != name)) - marks(name)
    said = pdf.squeezed(text)
    return {mark for mark in theirs if pdf.squeezed(mark) in said}


def whose(text):
    """Return whose family a letter is to, by who is greeted in it."""
    said = pdf.squeezed(text)
    names = {pdf.squeezed(f"Hej {one}!"): child for child, (one, *_) in FAMILIES.items()}
    names |= {pdf.squeezed(f"Hej {child}!"): child for child in FAMILIES}
    return next(child for hello, child in names.items() if hello in said)


def test_no_letter_has_anything_of_another_family(clerk, case):
    """Each letter of three families, looked through for the marks of the other two."""
    seen = set()
    for stage in (None, held):
        if stage:
            stage(clerk, case)
        for label in offered(letters(clerk, case)):
            screen = make(clerk, case, label)
            assert screen.status == 200, label
            if "Den som bad om mötet" not in label:
                child = whose(screen.text)
                assert others_in(screen.text, child) == set(), label
                agreed = FAMILIES[child][2].replace("Ann", "oss")
                assert (agreed in screen.text) is label.startswith("Det här kom"), label
            else:
                assert not any(mark in screen.text for name in FAMILIES for mark in marks(name))
            seen.add(label.partition(" till ")[0])
    assert len(seen) >= 5


def young(clerk, case, child, *guardians, **more):
    """Say who the guardians of a child are."""
    those = links(clerk, case, "vuxen")
    typed = {"namn": child, "skyddad": "nej", "alder": "14", "alla": "ja", **more}
    whom = links(clerk, case, "ung")[child]
    return take(clerk, case, "ung", whom, vuxna=tuple(those[one] for one in guardians), **typed)


AGREED = "Det här kom vi överens om till {}"


def test_a_half_brothers_father_is_a_stranger(clerk, case):
    """Mia has Bo, with Per's Liv as his half-sister and a father of his own, Eva's Kim apart."""
    adult(clerk, case, "Ola Alm")
    young(clerk, case, "Bo Alm", "Mia Alm", "Ola Alm")
    young(clerk, case, "Liv Berg", "Mia Alm", "Per Berg")
    take(clerk, case, "mote", **MEETING)
    bo = links(clerk, case, "familj")["Bo Alm"]
    tell(clerk, case, bo, "Bo och Liv är hemma klockan nio.")
    can = offered(letters(clerk, case))
    assert AGREED.format("Mia Alm") in can
    assert AGREED.format("Ola Alm") not in can


def test_a_child_who_is_of_age_is_a_stranger_to_their_guardians_letter(clerk, case):
    young(clerk, case, "Liv Berg", "Mia Alm", alder="19")
    take(clerk, case, "mote", **MEETING)
    bo = links(clerk, case, "familj")["Bo Alm"]
    tell(clerk, case, bo, "Bo och Liv är hemma klockan nio.")
    assert AGREED.format("Mia Alm") not in offered(letters(clerk, case))


def test_a_name_that_is_part_of_another_word_names_nobody(clerk, case):
    young(clerk, case, "Kim Dahl", "Eva Dahl", namn="Bo")
    take(clerk, case, "mote", **MEETING | {"overens": "Vi bor nära varandra, sa alla."})
    assert AGREED.format("Per Berg") in offered(letters(clerk, case))
    young(clerk, case, "Bo", "Eva Dahl", namn="Vi bor")
    assert AGREED.format("Per Berg") not in offered(letters(clerk, case))
