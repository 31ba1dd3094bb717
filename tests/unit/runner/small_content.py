"""The smallest content that loads, one file a text, for tests that break it."""

from pathlib import Path

from app.runner import content
from app.runner.content import Content, ContentFaults

FORM = """
id = "liten"
version = 1
title = "Liten"
intro = "Hej."
card = { title = "Kort", when = "Alltid.", button = "Börja" }
receipt = "Tack."
locked = ["fields.roll.label"]
urgent_if = [{ field = "roll", any_of = ["a"] }]
[[hand_over]]
form = "annan"
answers = { namn = "namn" }
[[steps]]
id = "s"
title = "Steg"
[[pages]]
id = "roll"
step = "s"
[[pages.fields]]
id = "roll"
kind = "radios"
label = "Roll?"
options = [{ id = "a", label = "A" }, { id = "b", label = "B" }]
[[pages]]
id = "mer"
step = "s"
title = "Mer"
contacts = ["112"]
ask_if = [{ field = "roll", any_of = ["a"] }]
checks = [{ check = "one_of", fields = ["namn", "antal"], error = "Skriv något." }]
[[pages.notes]]
id = "ruta"
text = "Se {municipality}."
offer = "annan"
[[pages.fields]]
id = "namn"
kind = "text"
label = "Namn"
required = true
errors = { missing = "Skriv.", too_long = "{over} för långt." }
[[pages.fields]]
id = "antal"
kind = "number"
label = "Antal"
most = "child_age_max"
[[pages.fields]]
id = "grupp"
kind = "group"
label = "Grupp"
item = "Nummer {number}"
add = "Lägg till"
remove = "Ta bort {item}"
[[pages.fields.fields]]
id = "vem"
kind = "text"
label = "Vem"
"""
OTHER = """
id = "annan"
version = 1
title = "Annan"
intro = "Hej."
card = { title = "Kort", when = "Alltid.", button = "Börja" }
receipt = "Tack."
steps = [{ id = "s", title = "Steg" }]
[[pages]]
id = "p"
step = "s"
[[pages.fields]]
id = "namn"
kind = "long_text"
label = "Namn"
"""
PROCESS = """
id = "liten"
version = 1
states = [
  { id = "ny", label = "Ny" },
  { id = "tagen", label = "Tagen" },
  { id = "klar", label = "Klar", ends = true },
]
outcomes = [{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]
[[clocks]]
id = "svar"
label = "Svara"
days = 14
stopped_by = ["svara"]
[[clocks]]
id = "efter"
label = "Följ upp"
starts = "svara"
start_if = [{ field = "val", any_of = ["nej"] }]
days = 7
stopped_by = ["folj_upp", "lamna"]
[[steps]]
id = "svara"
title = "Svara"
button = "Svara"
roles = ["handlaggare"]
from = ["ny", "tagen"]
decides = true
outcome = "val"
[[steps.fields]]
id = "val"
kind = "radios"
label = "Ja eller nej?"
required = true
options = [{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]
errors = { missing = "Välj." }
[[steps.fields]]
id = "skal"
kind = "text"
label = "Varför?"
required = true
ask_if = [{ field = "val", any_of = ["nej"] }]
errors = { missing = "Skriv varför." }
[[steps]]
id = "folj_upp"
title = "Följ upp"
button = "Spara"
roles = ["handlaggare"]
from = ["tagen"]
to = "klar"
record = "here"
[[steps]]
id = "lamna"
title = "Lämna"
button = "Spara"
roles = ["handlaggare"]
from = ["tagen"]
to = "klar"
"""
SWEDISH = """
[language]
code = "sv"
name = "Svenska"
dir = "ltr"
switch = "Svenska"
[hours]
on = "{days} {spans}"
days = "{first}–{last}"
list = "{first} och {last}"
clock = "{hour}.{minute}"
always = "dygnet runt"
weekdays = "vardagar"
weekends = "helger"
holidays = "röda dagar"
shut = "stängt"
outside = "när {name} har stängt"
otherwise = "{hours}, och andra dagar gör {name} det"
[dates.weekdays]
1 = "måndag"
2 = "tisdag"
3 = "onsdag"
4 = "torsdag"
5 = "fredag"
6 = "lördag"
7 = "söndag"
[ways.ung]
title = "Ung"
when = "Alltid."
what = "Ring."
[site]
title = "{page} – {municipality}"
hours = "{inbox_hours}, {duty_day_phone}"
"""
ENGLISH = """
[language]
code = "en"
name = "English"
dir = "ltr"
switch = "English"
[site]
title = "{page} – the {municipality}"
[liten]
title = "Small"
[liten.fields.roll]
label = "Role?"
options.a.label = "The A"
[municipality.contacts.112]
text = "Call."
"""
CONTACT = """
[[contacts]]
id = "{0}"
name = "Namn"
phone = "112"
text = "Ring."
checked = "2026-11-02"
"""
MUNICIPALITY = """
code = "0001"
name = "Provkommun"
languages = ["sv", "en"]
quick_exit = "https://www.example.org/"
ages = { child_age_max = 20, stoppmote_age_min = 11, stoppmote_age_max = 20 }
inbox = { open = { weekdays = "8-16" }, otherwise = "duty_night" }
dpo = { email = "d@prov.example", phone = "08-465 004 01" }
registrar = { email = "r@prov.example" }
supervision = { name = "Digg", link = "https://www.digg.se" }
retention_days = { liten = 90, annan = "keep" }
[units.prov]
name = "Enheten"
[forms.liten]
unit = "prov"
board = "Nämnden"
[forms.annan]
unit = "prov"
board = "Andra nämnden"
[[ways]]
id = "ung"
contact = "bris"
[texts.sv.liten.pages.mer]
title = "Vår text"
""" + "".join(CONTACT.format(name) for name in ("112", "duty_day", "duty_night", "bris"))
FILES = {
    "liten.toml": FORM,
    "annan.toml": OTHER,
    "languages/sv.toml": SWEDISH,
    "languages/en.toml": ENGLISH,
    "municipalities/prov.toml": MUNICIPALITY,
    "processes/liten.toml": PROCESS,
}


def called(file: str) -> str:
    """Return what a file is called in what is said of it."""
    return file if file.startswith("processes/") else file.rpartition("/")[2]


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write these files, by name, in a folder. Return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def load(folder: Path, changes: dict[str, str] | None = None) -> Content:
    return content.load(write(folder, {**FILES, **(changes or {})}), "prov")


def faults(folder: Path, changes: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return what is wrong with the small content when these files are other: file, key, reason."""
    try:
        load(folder, changes)
    except ContentFaults as wrong:
        return [(fault.file, fault.key, fault.reason) for fault in wrong.faults]
    return []
