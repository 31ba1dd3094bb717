"""A report about one of the people of a case, by a form and a process that nobody has heard of."""

import json
import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.commands import keys, proofread
from app.crypto import unseal
from app.storage import tables
from tests.web.conftest import Town
from tests.web.desk import Clerk
from tests.web.test_a_strangers_content import TOWN, add, see_form, whole
from tests.web.visitor import Visitor

LIST = """
id = "larm"
version = 1
title = "Larma om en klass"
intro = "Skriv."
receipt = "Tack."
[card]
title = "Larm"
when = "Det är stökigt i en klass."
button = "Larma"
[[steps]]
id = "alla"
title = "Alla"
[[pages]]
id = "vad"
step = "alla"
title = "Vad?"
[[pages.fields]]
id = "vad"
kind = "long_text"
label = "Vad händer?"
[[pages.fields]]
id = "elever"
kind = "group"
label = "Elever"
item = "Elev {number}"
add = "En till"
remove = "Ta bort {item}"
[[pages.fields.fields]]
id = "vem"
kind = "text"
label = "Vem?"
[[pages.fields.fields]]
id = "om"
kind = "long_text"
label = "Om eleven"
"""
ONE = """
id = "elevsamtal"
version = 1
title = "Ett elevsamtal"
intro = "Skriv."
receipt = "Tack."
[card]
title = "Samtal"
when = "En elev behöver prata."
button = "Skriv"
[[steps]]
id = "en"
title = "En"
[[pages]]
id = "en"
step = "en"
title = "Eleven"
[[pages.fields]]
id = "elev"
kind = "text"
label = "Eleven"
[[pages.fields]]
id = "berattat"
kind = "long_text"
label = "Berättat"
[[pages.fields]]
id = "bradskar"
kind = "radios"
label = "Brådskar det?"
options = [{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]
"""
PROCESS = """
id = "larm"
version = 1
states = [
  { id = "ny", label = "Ny" },
  { id = "tagen", label = "Tagen" },
  { id = "klar", label = "Klar", ends = true },
]
[[people]]
id = "elev"
label = "Elev"
many = "Eleverna"
begins = "elever"
name = "vem"
[[reports]]
id = "samtal"
title = "Be om ett elevsamtal"
made = "Elevsamtal"
origin = "Kommer ur larmet"
read = "Jag har läst."
form = "elevsamtal"
of = "elev"
step = "prata"
answer = "gjort"
option = "bett"
answers = [
  { to = "bradskar", options = ["nej"] },
  { to = "elev", person = "vem" },
  { to = "berattat", person = "om" },
  { to = "berattat", request = ["vad"] },
]
[[steps]]
id = "lagg_till"
title = "Lägg till"
button = "Spara"
roles = ["handlaggare", "gruppledare", "sspf"]
from = ["tagen"]
about = "rattar"
adds = "elev"
[[steps.fields]]
id = "rattar"
kind = "radios"
label = "Vem rättas?"
of = ["elev"]
[[steps.fields]]
id = "vem"
kind = "text"
label = "Vem?"
[[steps]]
id = "prata"
title = "Har eleven fått prata?"
button = "Spara"
roles = ["handlaggare", "gruppledare", "sspf"]
from = ["tagen"]
about = "elev"
each_under = 25
[[steps.fields]]
id = "elev"
kind = "radios"
label = "Vilken elev?"
required = true
of = ["elev"]
errors = { missing = "Välj." }
[[steps.fields]]
id = "gjort"
kind = "radios"
label = "Har den?"
required = true
options = [{ id = "bett", label = "Vi har bett om det" }, { id = "nej", label = "Nej" }]
errors = { missing = "Välj." }
[[steps]]
id = "klart"
title = "Klart"
button = "Spara"
roles = ["handlaggare", "gruppledare", "sspf"]
from = ["tagen"]
to = "klar"
"""
TAKEN_IN = """
[forms.larm]
unit = "sspf"
board = "Socialnämnden"
[forms.elevsamtal]
unit = "barn-och-unga"
board = "Socialnämnden"
"""
KEPT = ("stoppmote = 90", "stoppmote = 90\nlarm = 30\nelevsamtal = 30")
FILES = {
    "larm.toml": LIST,
    "elevsamtal.toml": ONE,
    "processes/larm.toml": PROCESS,
    TOWN: (TAKEN_IN, KEPT),
}


@pytest.fixture
def strangers(settings, tmp_path, database, clock):
    forms = shutil.copytree(settings.forms, tmp_path / "forms")
    add(forms, FILES)
    private, public = tmp_path / "private", tmp_path / "public"
    here = replace(settings, forms=forms, private_keys=private, public_keys=public)
    keys.make_missing(proofread.read(here).municipality.units, private=private, public=public)
    return Town(here, database, clock)


def test_it_is_filled_in_sent_and_said_by_the_files_alone(strangers):
    reference = see_form(Visitor(strangers.citizen()), "", "larm", every_page=False)
    strangers.carry()
    clerk = Clerk(strangers.staff(), "sspf")
    clerk.open(reference)
    clerk.act("ta")
    screen = whole(clerk.go(f"/inkorg/arenden/{reference}/gruppen"))
    at = f"/inkorg/arenden/{reference}/anmalan/samtal/b0"
    assert at in [link.attributes["href"] for link in screen.page.all("a")]
    screen = whole(clerk.go(at))
    assert screen.heading == "Be om ett elevsamtal"
    assert f"Ur begäran {reference}, ”Om eleven”:\n" in screen.value("berattat")
    assert f"Ur begäran {reference}, ”Vad händer?”:\n" in screen.value("berattat")
    assert screen.value("elev") != ""
    screen = whole(clerk.press({"_last": "yes"}))
    assert screen.heading == "Elevsamtal: skickad"
    strangers.carry()
    asked = select(tables.submissions).where(tables.submissions.c.form_id == "elevsamtal")
    [row] = strangers.database.read_now(lambda c: c.execute(asked).all())
    found = unseal.unseal(row.sealed, clerk.desk.keys[row.key_id], expected={})
    assert json.loads(found.content)["taken_in"]["channel"] == "arende"
    other = Clerk(strangers.staff(), "barn-och-unga")
    assert f"Kommer ur larmet {reference}" in whole(other.open(row.reference)).text
    assert "Elevsamtal " + row.reference in whole(clerk.open(reference)).text
    clerk.go(f"/inkorg/arenden/{reference}/steg/klart")
    assert clerk.press({}).status == 200, "the case can end"
