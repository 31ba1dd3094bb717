"""A case about several people, of a process that nobody has heard of: other sorts, other steps.

A football team quarrels. What is said of players, of who answers for them and of their meeting is
the stranger's own; the pages for people, consents, parts, plan and reports know nothing of it.
Every page is walked as in `test_a_strangers_case`: before anybody is told of, and when all is said.
"""

import shutil
from dataclasses import replace

import pytest

from app.commands import keys, proofread
from tests.web import journeys
from tests.web.conftest import Town
from tests.web.desk import Clerk
from tests.web.reporters import Reporter
from tests.web.test_a_strangers_case import AT, done, every_page
from tests.web.test_a_strangers_content import FORM, KEPT, TAKEN_IN, TOWN, add, whole
from tests.web.visitor import Visitor

STEP = """
[[steps]]
id = "{id}"
title = "{title}"
button = "Spara"
roles = ["sspf", "gruppledare"]
from = ["ny", "tagen", "bokad"]
"""
WHOM = """
[[steps.fields]]
id = "spelaren"
kind = "radios"
label = "Vilken spelare?"
required = true
of = ["{of}"]
errors = {{ missing = "Välj vem." }}
"""
ANYBODY = WHOM.replace("required = true\n", "").replace(
    'errors = {{ missing = "Välj vem." }}\n', ""
)
LINE = """
[[steps.fields]]
id = "{id}"
kind = "{kind}"
label = "{label}"
"""
YES = '[{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]'
TONGUES = '[{ id = "sv", label = "Svenska" }, { id = "ar", label = "Arabiska" }]'
PEOPLE = """
[[people]]
id = "spelare"
label = "Spelare"
many = "Laget"
begins = "flera"
name = "namn"
born = ["ar"]
guardians = "hemma"
all_known = "fler"
protected = "hemlig"

[[people]]
id = "hemma"
label = "Hemma"
many = "De där hemma"
name = "kallas"
protected = "hemlig"
address = "bor"
language = "talar"
"""
CONSENTS = """
[consents]
step = "lov"
purpose = "till"
who = "den"
say = "sa"
on = "dag"
until = "tills"
speaks_from = 12
adults = ["hemma_med"]
own = ["lista"]

[invitations]
purpose = "hemma_med"
step = "boka"
day = "matchdag"
"""
PLAN = """
[plan]
of = "spelare"
when = ["matchdag"]
purposes = ["prata"]
answered = [{ field = "kom", any_of = ["ja"] }]
"""
REPORT = """
[[reports]]
id = "oro"
title = "Skriv en orosanmälan"
made = "Orosanmälan"
origin = "Kommer från laget"
read = "Jag har läst den."
form = "orosanmalan"
of = "spelare"
step = "anmald"
answer = "gjord"
option = "ja"
answers = [{ to = "namn", person = "namn" }, { to = "beskriv", request = ["snart"] }]
"""
LETTERS = """
[[letters]]
id = "kallelse"
title = "Kom till matchen"
to = "hemma"
roles = ["sspf", "gruppledare"]
from = ["bokad"]
since = "boka"
needs = ["prata"]
words = { dag = "boka.matchdag" }
text = "Hej {namn}! Matchen för {barn} är {dag}. Hälsar {avsandare}"

[[letters]]
id = "fraga"
title = "Säger du ja?"
to = "spelare"
roles = ["sspf", "gruppledare"]
from = ["tagen", "bokad"]
asks = ["prata"]
text = "Hej {namn}!"

[[letters]]
id = "telefoner"
title = "Telefonlistan"
to = "hemma"
roles = ["sspf", "gruppledare"]
from = ["bokad"]
lists = "lista"
text = "Bara för er."

[[letters]]
id = "tack"
title = "Tack"
to = "reporter"
roles = ["sspf", "gruppledare"]
from = ["tagen", "bokad"]
text = "Tack för att du skrev."
"""
TABS = """
[[tabs]]
id = "brev"
label = "Brevet"
shows = "report"

[[tabs]]
id = "laget"
label = "Laget"
shows = "people"

[[tabs]]
id = "ord"
label = "Lov"
shows = "consents"

[[tabs]]
id = "match"
label = "Matchen"
steps = ["boka", "bjud"]

[[tabs.tables]]
id = "kommer"
title = "Vilka kommer?"
of = "hemma"
columns = [{ id = "kom", step = "bjud", field = "kom" }]

[[tabs]]
id = "kuvert"
label = "Kuverten"
shows = "letters"

[[tabs]]
id = "allt"
label = "Allt"
shows = "history"
"""


def step(name, title, *fields, **more):
    """A step as a file says it."""
    said = "".join(f"{key} = {value}\n" for key, value in more.items())
    return STEP.format(id=name, title=title) + said + "".join(fields)


def line(name, kind, label, *, options="", required=False):
    text = LINE.format(id=name, kind=kind, label=label)
    text += f"options = {options}\n" if options else ""
    return text + ('required = true\nerrors = { missing = "Svara." }\n' if required else "")


def whom(of, name="spelaren", asked=WHOM):
    return asked.format(of=of).replace('id = "spelaren"', f'id = "{name}"')


PURPOSES = """[
  { id = "prata", label = "Att vi pratar" },
  { id = "hemma_med", label = "Att de där hemma kommer" },
  { id = "lista", label = "Att stå på listan" },
]"""
SAYS = """[
  { id = "given", label = "Ja" },
  { id = "refused", label = "Nej" },
  { id = "withdrawn", label = "Tar tillbaka" },
]"""
STEPS = "".join(
    (
        step(
            "hemma",
            "En hemma",
            whom("hemma", "vem", ANYBODY),
            line("kallas", "text", "Kallas", required=True),
            line("hemlig", "radios", "Hemlig?", options=YES),
            line("bor", "text", "Bor"),
            line("talar", "radios", "Talar?", options=TONGUES),
            about='"vem"',
            adds='"hemma"',
        ),
        step(
            "spelare",
            "En spelare",
            whom("spelare", asked=ANYBODY),
            line("namn", "text", "Namn", required=True),
            line("ar", "age", "Ålder"),
            line("hemlig", "radios", "Hemlig?", options=YES),
            whom("hemma", "hemma", ANYBODY).replace('"radios"', '"checkboxes"'),
            line("fler", "radios", "Är det alla?", options=YES),
            about='"spelaren"',
            adds='"spelare"',
        ),
        step(
            "samma",
            "Samma spelare",
            whom("spelare"),
            whom("spelare", "den"),
            about='"spelaren"',
            same_as='"den"',
        ),
        step("gar", "Slutar i laget", whom("spelare"), about='"spelaren"', leaves="true"),
        step(
            "lov",
            "Lov",
            whom('spelare", "hemma'),
            line("till", "checkboxes", "Till vad?", options=PURPOSES, required=True),
            whom('spelare", "hemma', "den"),
            line("sa", "radios", "Vad sa den?", options=SAYS, required=True),
            line("dag", "date", "När?", required=True),
            line("tills", "date", "Till när?"),
            about='"spelaren"',
        ),
        step(
            "anmald",
            "Anmäld",
            whom("spelare"),
            line("gjord", "radios", "Är det gjort?", options=YES, required=True),
            about='"spelaren"',
            each_under="18",
        ),
        step("boka", "Boka match", line("matchdag", "date", "När?", required=True), to='"bokad"'),
        step(
            "bjud",
            "Bjud hit",
            whom('hemma", "spelare'),
            line("kom", "radios", "Kommer den?", options=YES),
            about='"spelaren"',
            invites="true",
        ),
        step("slut", "Slut", takes="true", to='"slut"'),
    )
)
PROCESS = f"""
id = "orossamtal"
version = 1
states = [
  {{ id = "ny", label = "Ny" }},
  {{ id = "tagen", label = "Tagen" }},
  {{ id = "bokad", label = "Bokad" }},
  {{ id = "slut", label = "Slut", ends = true }},
]
{PEOPLE}{CONSENTS}{PLAN}{REPORT}{LETTERS}{STEPS}{TABS}
"""
ALONE = PROCESS
for part in (CONSENTS, PLAN, REPORT, LETTERS, TABS):
    ALONE = ALONE.replace(part, "")
ALONE = ALONE.replace("invites = true\n", "")
TEAM = Reporter(
    form_id="orossamtal",
    answers={
        "snart": "ja",
        "vem": "Tränaren",
        "telefon": "070-174 06 05",
        "flera-0-namn": "Kaj",
        "flera-1-namn": "Mo",
        "flera-2-namn": "Kajan",
    },
)
"""Three players, of whom two are one."""


@pytest.fixture(params=["all that a process can", "people alone"])
def strangers(request, settings, tmp_path, database, clock):
    forms = shutil.copytree(settings.forms, tmp_path / "forms")
    process = PROCESS if request.param == "all that a process can" else ALONE
    files = {"orossamtal.toml": FORM, "processes/orossamtal.toml": process, TOWN: (TAKEN_IN, KEPT)}
    add(forms, files)
    private, public = tmp_path / "private", tmp_path / "public"
    here = replace(settings, forms=forms, private_keys=private, public_keys=public)
    units = proofread.read(here).municipality.units
    keys.make_missing(units, private=private, public=public)
    return Town(here, database, clock)


def test_a_strangers_team_is_worked_with_on_every_page(strangers):
    reference = journeys.report_at_once(Visitor(strangers.citizen()), TEAM)
    strangers.carry()
    clerk = Clerk(strangers.staff(), "sspf")
    clerk.open(reference)
    whole(clerk.act("ta"))
    every_page(clerk, reference)

    done(clerk, reference, "steg/hemma", kallas="Mamma Bo", hemlig="nej", bor="Gatan 1", talar="ar")
    people = whole(clerk.go(f"{AT}/{reference}/gruppen"))
    links = [a.attributes["href"] for a in people.page.all("a")]
    [home] = [link.split("=")[1] for link in links if "/steg/hemma?" in link]
    told = {"namn": "Kaj Ö", "ar": "13", "hemlig": "nej", "hemma": home, "fler": "ja"}
    done(clerk, reference, "steg/spelare?vem=b0", **told)
    done(clerk, reference, "steg/samma?vem=b2", den="b0")
    said = {"till": "prata", "sa": "given", "dag-day": "1 11 2026"}
    for who in (home, "b0"):
        done(clerk, reference, "steg/lov?vem=b0", den=who, **said)
    done(clerk, reference, "steg/boka", **{"matchdag-day": "20 12 2026"})
    done(clerk, reference, f"steg/bjud?vem={home}", kom="ja")
    found = every_page(clerk, reference)
    assert "/gruppen" in found
    everything = " ".join(clerk.go(f"{AT}/{reference}{page}").text for page in found)
    assert "Kaj Ö" in everything
    assert "Mamma Bo" in everything

    clerk.go(f"{AT}/{reference}/steg/slut")
    assert "Mo" in whole(clerk.press(), status=409).text, "nobody has thought of Mo"
    for who in ("b0", "b1"):
        done(clerk, reference, f"steg/anmald?vem={who}", gjord="nej")
    done(clerk, reference, "steg/slut")
    every_page(clerk, reference)
    assert clerk.queue("avslutade") == [reference]
