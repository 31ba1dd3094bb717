"""Letters about a stoppmöte: each family's own, made by a press and written down."""

import io
import re
import shutil
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.casework.group import wording
from app.storage import tables
from tests import pdf
from tests.web.desk import Clerk
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
        last = links(clerk, reference, "samtycke")[guardian]
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
    those = links(clerk, case, "samtycke")
    typed = {"namn": child, "skyddad": "nej", "alder": "14", "alla": "ja", **more}
    whom = links(clerk, case, "samtycke")[child]
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


def test_the_same_looked_for_in_every_pdf_of_a_packet(clerk, case):
    files = bundle(clerk, case, "blankett")
    assert [bool(re.fullmatch(rf"{case}-\d+\.pdf", name)) for name in files] == [True] * 3
    for content in files.values():
        assert pdf.faults(content) == []
        said = pdf.words(content)
        assert others_in(said, whose(said)) == set()
        assert case not in said


def test_one_that_has_something_of_another_family_is_caught(clerk, case, monkeypatch):
    """The canary itself: planted once, so that it is known to see."""
    real = wording.lines

    def planted(text, values, language):
        yield from real(text, values, language)
        yield wording.Line("text", "Eva Dahl kommer också.", "sv")

    monkeypatch.setattr(wording, "lines", planted)
    screen = make(clerk, case, "Inbjudan till ett möte till Mia Alm")
    assert others_in(screen.text, whose(screen.text)) == {"Eva", "Dahl"}


def test_a_letter_that_was_made_is_told_of_with_its_number_and_is_a_pdf_too(clerk, case):
    number = number_of(make(clerk, case, "Säger du ja? till Eva Dahl"))
    assert f"Nummer {number}, gjort" in letters(clerk, case).text
    response = clerk.client.get(f"/inkorg/arenden/{case}/brev/{number}/pdf")
    assert response.headers["content-disposition"] == f'attachment; filename="{case}-{number}.pdf"'
    assert pdf.faults(response.content) == []
    assert "HejEvaDahl!" in pdf.words(response.content)
    history = clerk.go(f"/inkorg/arenden/{case}/flik/historik").text
    assert "Brev: Säger du ja?" in history
    assert "Eva Dahl" in history


def number_of(screen):
    return re.search(r"/brev/(\d+)/pdf", screen.html)[1]


def test_that_it_is_made_is_written_down_before_it_is_shown(clerk, case, database):
    make(clerk, case, "Inbjudan till ett möte till Mia Alm")
    events = select(tables.audit_events.c.kind).order_by(tables.audit_events.c.id)
    kinds = database.read_now(lambda c: c.execute(events).scalars().all())
    assert kinds[-2:] == ["case_letter", "item_opened"]


def test_a_letter_whose_meeting_has_been_moved_is_not_shown_again(clerk, case):
    number = number_of(make(clerk, case, "Inbjudan till ett möte till Mia Alm"))
    take(clerk, case, "planera", **PLANNED | {"motesdag-day": "12 12 2026"})
    for page in ("", "/pdf"):
        screen = clerk.go(f"/inkorg/arenden/{case}/brev/{number}{page}")
        assert screen.status == 409
        assert "Gör ett nytt brev" in screen.text


def test_whoever_is_protected_since_has_no_letter_not_even_one_that_was_made(clerk, case):
    number = number_of(make(clerk, case, "Inbjudan till ett möte till Mia Alm"))
    whom = links(clerk, case, "samtycke")["Mia Alm"]
    take(clerk, case, "vuxen", whom, skyddad="ja", adress="")
    screen = clerk.go(f"/inkorg/arenden/{case}/brev/{number}")
    assert (screen.status, "ring i stället" in screen.text) == (409, True)
    screen = letters(clerk, case)
    assert "ring i stället" in screen.text
    assert not any(label.endswith("Mia Alm") for label in offered(screen))
    assert posted(clerk, case, f"inbjudan:{whom}").status == 409


def posted(clerk, case, chosen):
    screen = letters(clerk, case)
    sent = {**screen.sent(screen.page.all("form")[-1]), "brev": chosen}
    return clerk.send(f"/inkorg/arenden/{case}/brev", sent)


def test_a_letter_that_nobody_can_get_says_once_what_is_missing(clerk, case):
    take(clerk, case, "mote", **{name: said for name, said in MEETING.items() if name != "overens"})
    text = letters(clerk, case).text
    assert text.count("Det här kom vi överens om: svar saknas på ”Vad kom alla överens om?”") == 1


@pytest.mark.parametrize("chosen", ["", "inbjudan", "inbjudan:b9", "finns-inte:b0"])
def test_what_is_no_letter_of_the_case_is_not_there(clerk, case, chosen):
    assert posted(clerk, case, chosen).status == 404
    assert clerk.go(f"/inkorg/arenden/{case}/brev/999").status == 404


def test_a_case_about_one_child_has_no_letters(report, clerk_of):
    clerk = clerk_of("barn-och-unga")
    assert clerk.go(f"/inkorg/arenden/{report()}/brev").status == 404


def test_who_writes_in_the_case_meanwhile_loses_nothing_and_is_not_stopped(clerk, case, clerk_of):
    other = clerk_of("sspf")
    other.go(f"/inkorg/arenden/{case}/steg/kontakt")
    make(clerk, case, "Inbjudan till ett möte till Mia Alm")
    screen = other.press({"med": "Skolan", "nar-day": "1 1 2026", "sagt": "De kommer."})
    assert screen.status == 200
    assert "De kommer." in clerk.go(f"/inkorg/arenden/{case}/flik/historik").text


ARABIC = """
[language]
code = "ar"
name = "العربية"
dir = "rtl"
switch = "العربية"

[letter]
ring = "أسئلة؟ اتصل"

[processes.stoppmote.letters.inbjudan]
title = "دعوة إلى اجتماع"
text = \"\"\"
مرحبا {namn}
الأمر يتعلق بـ {barn}
- {dag} {tid} {plats}
{avsandare}
\"\"\"
"""


@pytest.fixture
def abroad(town, tmp_path):
    """The same town, with a language of which only a letter is translated."""
    forms = shutil.copytree(town.settings.forms, tmp_path / "forms")
    (forms / "languages" / "ar.toml").write_text(ARABIC, "utf-8")
    file = forms / "municipalities" / "exempelkommun.toml"
    text = file.read_text("utf-8")
    more = re.sub(r"(?m)^languages = .*$", 'languages = ["sv", "en", "ar"]', text)
    file.write_text(more, "utf-8")
    return Clerk(replace(town, settings=replace(town.settings, forms=forms)).staff(), "sspf")


def test_a_language_from_right_to_left_is_marked_and_what_it_lacks_is_swedish(clerk, case, abroad):
    whom = links(clerk, case, "samtycke")["Mia Alm"]
    take(clerk, case, "vuxen", whom, sprak="ar")
    screen = make(abroad, case, "Inbjudan till ett möte till Mia Alm")
    assert '<article class="letter" lang="ar" dir="rtl">' in screen.html
    assert "Översättning saknas" in screen.text
    number = number_of(screen)
    content = abroad.client.get(f"/inkorg/arenden/{case}/brev/{number}/pdf").content
    assert pdf.faults(content) == []
    form = make(abroad, case, "Säger du ja? till Mia Alm")
    assert '<p lang="sv" dir="auto">Det här gäller Bo Alm.' in form.html
