"""What a stranger adds to `forms/`, from the documents alone: one file, and every page still works.

Each is added to a copy of the real content. Then the content is checked as an operator checks it,
and every page is opened that anybody has: citizens in every language, staff, and machines. A text
that is missing is an error here, as in all tests.
"""

import json
import re
import shutil
from dataclasses import replace
from functools import partial

import pytest
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from app import main
from app.casework import indexing, tallies
from app.commands import keys, proofread
from app.delivery import relay
from app.errors import PermanentFailure
from app.records import tokens
from app.runner.content import ContentFaults
from app.runner.definition import ENOUGH
from app.runner.texts import Interface
from app.web.api.document import ADDRESS
from app.web.shown.frame import TEXT_PAGES
from tests.conftest import STANDS_IN
from tests.content.paths import ways
from tests.integration.receivers import Receiver, failing
from tests.web import journeys
from tests.web.conftest import Town
from tests.web.desk import Clerk
from tests.web.visitor import Visitor

FORM = """
id = "orossamtal"
version = 1
title = "Be om ett orossamtal"
intro = "Skriv till {municipality}. Vi läser {inbox_hours}."
receipt = "Vi ringer dig."
urgent_if = [{ field = "snart", any_of = ["ja"] }]
statistics = [{ field = "snart" }, { field = "alder", bands = [0, 15, 18] }]

[card]
title = "Jag vill prata om en ung person"
when = "Du märker att någon är på väg åt fel håll."
button = "Be om ett orossamtal"

[[folds]]
id = "vem"
title = "Vem kommer?"
text = "Någon från socialtjänsten."

[about]
title = "Om orossamtal"
invited = "Ska du på ett orossamtal?"
text = "Du får veta varför {municipality} är orolig."
contacts = ["duty_day", "duty_night", "sspf"]

[[steps]]
id = "du"
title = "Om dig"

[[pages]]
id = "snart"
step = "du"

[[pages.fields]]
id = "snart"
kind = "radios"
label = "Måste det ske i dag?"
help.title = "Vad betyder det?"
help.text = "Innan kontoret stänger."
required = true
options = [
  { id = "ja", label = "Ja" },
  { id = "annat", label = "Annat", text = { label = "Vad?", errors = { missing = "Skriv." } } },
]
errors = { missing = "Välj ett svar." }

[[pages]]
id = "ring"
step = "du"
title = "Ring hellre"
intro = "Det går fortare."
contacts = ["duty_day", "duty_night"]
ask_if = [{ field = "snart", any_of = ["ja"] }]

[[pages]]
id = "uppgifter"
step = "du"
title = "Dina uppgifter"
checks = [{ check = "one_of", fields = ["telefon", "epost"], error = "Skriv hur vi når dig." }]

[[pages.notes]]
id = "annars"
text = "Är du orolig för ett barn? Gör en orosanmälan."
offer = "orosanmalan"

[[pages.fields]]
id = "vem"
kind = "text"
label = "Vad heter du?"
identifies = true

[[pages.fields]]
id = "telefon"
kind = "phone"
label = "Telefon"

[[pages.fields]]
id = "epost"
kind = "email"
label = "E-post"

[[pages]]
id = "unga"
step = "du"
title = "Den unga"

[[pages.fields]]
id = "alder"
kind = "age"
label = "Ålder"
least = "stoppmote_age_min"
most = "stoppmote_age_max"

[[pages.fields]]
id = "nar"
kind = "date"
label = "När hände det?"

[[pages.fields]]
id = "flera"
kind = "group"
label = "Fler unga"
item = "Ung {number}"
add = "Lägg till"
remove = "Ta bort {item}"
[[pages.fields.fields]]
id = "namn"
kind = "text"
label = "Namn"

[[hand_over]]
form = "orosanmalan"
answers = { vem = "ditt_namn" }
"""
PROCESS = """
id = "orossamtal"
version = 1
states = [
  { id = "ny", label = "Ny" },
  { id = "tagen", label = "Tagen" },
  { id = "klar", label = "Klar", ends = true },
]
outcomes = [{ id = "samtal", label = "Samtal har hållits" }]
[[clocks]]
id = "samtal"
label = "Hålla samtalet"
days = 10
counts = "working_days"
stopped_by = ["samtal"]
[[steps]]
id = "samtal"
title = "Samtal"
button = "Spara samtalet"
roles = ["handlaggare", "gruppledare", "sspf"]
from = ["ny", "tagen"]
to = "klar"
takes = true
decides = true
outcome_is = "samtal"
contacts = ["112"]
[[steps.fields]]
id = "hur"
kind = "long_text"
label = "Hur gick det?"
required = true
errors = { missing = "Skriv hur det gick." }
[[steps.fields]]
id = "blev"
kind = "radios"
label = "Blev det bättre?"
options = [{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]
[[steps.fields]]
id = "dag"
kind = "date"
label = "När sågs ni?"
[[statistics]]
id = "blev"
title = "Vad samtalen ledde till"
step = "samtal"
field = "blev"
apart = ["ja"]
others = "Inget som syns"
[[statistics]]
id = "vantan"
title = "Dagar till samtalet"
step = "samtal"
field = "dag"
bands = [0, 8]
"""
TAKEN_IN = """
[forms.orossamtal]
unit = "sspf"
board = "Socialnämnden"
"""
KEPT = ("stoppmote = 90", "stoppmote = 90\norossamtal = 30")
UNIT = """
[units.barnahus]
name = "Barnahus"
[[forms.orosanmalan.routes]]
when = [{ field = "fara", any_of = ["ja", "nej", "vet_inte"] }]
unit = "barnahus"
"""
WAY = """
[[ways]]
id = "nattvandra"
contact = "switchboard"
title = "Nattvandra"
when = "Du vill hjälpa till."
what = "Du går med andra vuxna."
"""
CONTACT = """
[[contacts]]
id = "barnahus"
name = "Barnahus"
phone = "08-465 004 45"
open = { weekdays = "9–12, 13–15", fri = "9–11", holidays = "" }
text = "Ring om du vill ha råd."
checked = "2026-11-02"
[[ways]]
id = "barnahus"
contact = "barnahus"
title = "Barnahus"
when = "Ett barn har varit utsatt för våld."
what = "Du ringer."
"""
DESTINATION = """
[destinations.systemet]
connector = "pull"
name = "Verksamhetssystemet"
"""
SENT_THERE = ("[forms.stoppmote]", '[forms.stoppmote]\ndestinations = ["inbox", "systemet"]')
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8z"/></svg>'
FINNISH = """
[language]
code = "fi"
name = "suomi"
dir = "ltr"
switch = "Suomeksi"
[start]
title = "Mistä on kyse?"
"""
SPOKEN = ('languages = ["sv", "en"]', 'languages = ["sv", "en", "fi"]')
OWN = """
[texts.sv.orosanmalan]
card.button = "Berätta för oss"
fields.slag.help.title = "Vad menar ni?"
"""

TOWN = "municipalities/exempelkommun.toml"
STRANGERS = {
    "a form": {"orossamtal.toml": FORM, TOWN: (TAKEN_IN, KEPT)},
    "a process": {
        "orossamtal.toml": FORM,
        "processes/orossamtal.toml": PROCESS,
        TOWN: (TAKEN_IN, KEPT),
    },
    "a unit": {TOWN: (UNIT,)},
    "a way": {TOWN: (WAY,)},
    "a contact": {TOWN: (CONTACT,)},
    "a destination": {TOWN: (DESTINATION, SENT_THERE)},
    "a language": {"languages/fi.toml": FINNISH, TOWN: (SPOKEN,)},
    "a logo": {"municipalities/vapen.svg": LOGO, TOWN: (('logo = ""', 'logo = "vapen.svg"'),)},
    "words of its own": {TOWN: (OWN,)},
}


def add(folder, files):
    """Write new files, and in old ones put something last, or one thing in another's place."""
    for name, what in files.items():
        file = folder / name
        if isinstance(what, str):
            file.write_text(what, "utf-8")
            continue
        for change in what:
            text = file.read_text("utf-8")
            if isinstance(change, str):
                text += change
            else:
                assert change[0] in text
                text = text.replace(*change, 1)
            file.write_text(text, "utf-8")


@pytest.fixture(params=STRANGERS)
def strangers(request, settings, tmp_path, database, clock):
    """A town that has more than we thought of."""
    forms = shutil.copytree(settings.forms, tmp_path / "forms")
    add(forms, STRANGERS[request.param])
    private, public = tmp_path / "private", tmp_path / "public"
    here = replace(settings, forms=forms, private_keys=private, public_keys=public)
    found = proofread.read(here)
    keys.make_missing(found.municipality.units, private=private, public=public)
    theirs = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    (public / "systemet.jwk").write_text(json.dumps(theirs), "utf-8")
    return Town(here, database, clock)


def whole(screen, *, status=200):
    """See that a page is as it should, and that nothing on it was left to be filled in."""
    assert screen.status == status, (screen.path, screen.status)
    assert screen.heading
    assert re.findall(r"\{[a-z_]+\}", screen.page.all("body")[0].words) == [], screen.path
    return screen


def enough_ways(form):
    """Return ways that between them ask every page of a form, the fewest that are found at once."""
    unseen, found = {page.id for page in form.pages}, []
    for way in ways(form):
        if unseen & way.journey.asked.keys():
            unseen -= way.journey.asked.keys()
            found.append(way)
        if not unseen:
            break
    assert not unseen
    return found


def see_public_pages(visitor, prefix):
    content = visitor.parts.content
    for path in ("/", *(f"/{name}" for name in TEXT_PAGES.values())):
        whole(visitor.go(f"{prefix}{path}"))
    start = visitor.go(f"{prefix}/").page.all("body")[0].words
    for form in content.forms[language_of(prefix, content)].values():
        assert form.card.title in start
        assert form.card.button in start
        if form.about:
            assert form.about.invited in start
            whole(visitor.go(f"{prefix}/om-{form.id}"))
    whole(visitor.go(f"{prefix}/finns-inte"), status=404)


def language_of(prefix, content):
    return prefix.strip("/") or content.default


def see_form(visitor, prefix, form_id, *, every_page=True):
    """Begin a form, open its pages (else those of one way), send a report; return its reference."""
    at, reference = f"{prefix}/{form_id}", ""
    form = visitor.parts.content.forms[language_of(prefix, visitor.parts.content)][form_id]
    found = enough_ways(form)
    for way in found if every_page else [way for way in found if not way.ended][:1]:
        whole(visitor.go(at))
        whole(visitor.press())
        journeys.edit_draft(visitor, form_id, lambda d, typed=way.typed: replace(d, typed=typed))
        for page in way.journey.asked:
            screen = whole(visitor.go(f"{at}/{page}"))
            assert screen.here == page
            folded = [fold.words for fold in screen.page.all("summary")]
            assert folded == [f.help.title for f in way.journey.asked[page].fields if f.help]
        if way.ended:
            continue
        whole(visitor.go(f"{at}/{ENOUGH}"))
        whole(visitor.go(f"{at}/granska"))
        whole(visitor.go(f"{at}/kopia"))
        for target in form.hand_over:
            whole(visitor.go(f"{at}/vidare/{target.form}"))
        visitor.go(f"{at}/granska")
        reference = journeys.send(visitor)
        whole(visitor.screen)
    whole(visitor.go(at))
    visitor.press()
    for page in form.pages[:1]:
        whole(visitor.go(f"{at}/{page.id}"))
        if any(field.required for field in page.fields):
            whole(visitor.press(), status=422)
    return reference


def see_desk(town, content):
    """Open everything that staff have: each unit's queue, each report, and one that is stuck."""
    desk = town.staff()
    for unit in content.municipality.units:
        clerk = Clerk(desk, unit)
        whole(clerk.go("/inkorg"))
        whole(clerk.go("/tillganglighet"))
        for reference in clerk.queue():
            case = whole(clerk.open(reference))
            for path in sorted(
                set(re.findall(r'href="(/inkorg/arenden/[^"]+/steg/[^"]+)"', case.html))
            ):
                whole(clerk.go(path))
            clerk.open(reference)
            whole(clerk.press())
        for path in set(re.findall(r'href="(/inkorg/leveranser/[^"]+)"', clerk.go("/inkorg").html)):
            whole(clerk.go(path))
    whole(Clerk(desk, "sspf", sign_in=False).go("/logga-in"))


def see_api(town, content):
    """Read the document, and the list of what waits for each system that fetches."""
    client = TestClient(main.api(town.settings, clock=town.clock, database=town.database))
    assert client.get(ADDRESS).json()["openapi"].startswith("3.")
    for name, to in content.municipality.destinations.items():
        if to.connector == "pull":
            for unit in content.municipality.units:
                asked = {"destination": name, "unit": unit, "label": f"{name} {unit}"}
                secret = town.database.write_now(
                    lambda c, asked=asked: tokens.new(c, **asked, now=town.clock.now())
                )
                answer = client.get(
                    "/api/v1/deliveries", headers={"authorization": f"Bearer {secret}"}
                )
                assert answer.status_code == 200, answer.text


@pytest.mark.long(15)
@pytest.mark.untraced
def test_every_page_of_everybody_is_whole(strangers, request):
    every_page = request.node.callspec.params["strangers"] in {"a form", "a language"}
    site = strangers.citizen()
    content = site.state.parts.content
    for code in content.languages:
        prefix = "" if code == content.default else f"/{code}"
        see_public_pages(Visitor(site), prefix)
        for form_id in content.municipality.forms:
            assert see_form(Visitor(site), prefix, form_id, every_page=every_page)
    refuses = Receiver(failing(PermanentFailure("delivery.reasons.refused")))
    relay.deliver_once(
        strangers.database,
        {"inbox": refuses},
        strangers.clock,
    )
    see_desk(strangers, content)
    strangers.carry()
    see_desk(strangers, content)
    see_api(strangers, content)


@pytest.mark.parametrize("strangers", ["a form"], indirect=True)
def test_a_report_on_a_form_without_a_process_is_to_be_done_until_somebody_has_it(strangers):
    references = []
    for _ in range(2):
        site = strangers.citizen()
        references.append(see_form(Visitor(site), "", "orossamtal", every_page=False))
        strangers.clock.move(minutes=1)
    strangers.carry()
    clerk = Clerk(strangers.staff(), "sspf")
    assert clerk.queue() == references
    assert "2 att göra, 2 i dag" in clerk.go("/inkorg").page.all("title")[0].words
    clerk.open(references[0])
    clerk.press()
    assert clerk.queue() == references[1:]
    assert "1 att göra, 1 i dag" in clerk.go("/inkorg").page.all("title")[0].words
    assert clerk.queue("mina") == references[:1]


def test_where_a_text_is_missing_its_name_stands_and_the_page_is_there(
    monkeypatch, settings, tmp_path, database, clock
):
    forms = shutil.copytree(settings.forms, tmp_path / "forms")
    for file in (forms / "languages").iterdir():
        text = file.read_text("utf-8")
        file.write_text(re.sub(r"(?m)^unsure_title = .*$", "", text), "utf-8")
    monkeypatch.setattr(Interface, "absent", STANDS_IN)
    visitor = Visitor(Town(replace(settings, forms=forms), database, clock).citizen())
    screen = whole(visitor.go("/"))
    assert "start.unsure_title" in screen.text
    assert "112" in screen.text
    with pytest.raises(ContentFaults, match=r"start\.unsure_title: saknas"):
        proofread.read(replace(settings, forms=forms))


@pytest.mark.parametrize("strangers", ["a process"], indirect=True)
def test_a_form_is_counted_by_its_file_alone(strangers):
    site, desk = strangers.citizen(), strangers.staff()
    references = [see_form(Visitor(site), "", "orossamtal", every_page=False) for _ in range(6)]
    strangers.carry()
    clerk, today = Clerk(desk, "sspf"), strangers.clock.now().date()
    for reference in references:
        clerk.go(f"/inkorg/arenden/{reference}/steg/samtal")
        answers = {"hur": "De skrattade.", "blev": "ja", "dag-day": str(today)}
        assert clerk.press(answers).status == 200
    index, database = desk.state.parts.index, strangers.database
    rows = database.write_now(lambda c: indexing.claim(c, index, now=strangers.clock.now()))
    found = indexing.read(index, rows)
    database.write_now(lambda c: indexing.store(c, index, found, now=strangers.clock.now()))
    strangers.clock.move(days=31)
    now = strangers.clock.now()
    counting = partial(tallies.count_out, unit="sspf", calendar=index.calendar, now=now)
    assert database.write_now(counting)
    screen = whole(Clerk(desk, "sspf").go("/inkorg/statistik?formular=orossamtal"))
    assert re.search(r"Måste det ske i dag\? .*?(Ja|Annat) 6", screen.text)
    assert re.search(r"Ålder .*?0–14 .*?15–17 .*?18 eller mer .*?Framgår inte", screen.text)
    assert re.search(r"Beslut .*?Samtal har hållits 6", screen.text)
    assert "Lägesbild: " in screen.text
    assert re.search(r"Vad samtalen ledde till .*?Alla 6 Ja 6 \(100 %\)", screen.text)
    assert re.search(r"Dagar till samtalet .*?Alla 6 0–7 6 \(100 %\) 8 eller mer ", screen.text)
    assert "De skrattade" not in screen.text
    assert "Tider: Hålla samtalet" in screen.text
