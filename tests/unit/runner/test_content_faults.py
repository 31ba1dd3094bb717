"""Whatever is wrong in `forms/` is named at start-up: the file, the key and the reason."""

# ruff: noqa: E501 - one fault is one row

import pytest

from app.runner import content
from app.runner.content import ContentFaults, Fault
from tests.unit.runner.small_content import CONTACT, FILES, called, faults, load, write

FORM, OTHER, SV, EN, TOWN, PROCESS = FILES
FIELD = '[[pages.fields]]\nid = "extra"\nlabel = "Extra"\n'
PAGE = '[[pages]]\nid = "extra"\nstep = "s"\n'
GROUP_FIELD = '[[pages.fields.fields]]\nid = "till"\nlabel = "Till"\n'
AGREED = 'outcome = "val"\nagreed_by = {{ step = "{}", if = [{}] }}'

ABOUT = '[about]\ntitle = "O"\ninvited = "I"\ntext = "T"\ncontacts = ["x"]'


def end(text):
    """Put this last in a file."""
    return (None, "\n" + text)


MET = '[{ field = "hur", any_of = ["ses"] }]'
BACK, NEEDED = 'before = "dag"', "required = true"


def booked(counted, asked=NEEDED):
    """A step that asks for a day, and a clock that is counted from it."""
    return f"""
[[clocks]]
id = "mote"
label = "Bjud in"
starts = "boka"
days = 7
stopped_by = ["folj_upp", "lamna"]
{counted}
[[steps]]
id = "boka"
title = "Boka"
button = "Boka"
roles = ["handlaggare"]
from = ["tagen"]
[[steps.fields]]
id = "hur"
kind = "radios"
label = "Hur?"
options = [{{ id = "ses", label = "Ses" }}, {{ id = "ringer", label = "Ringer" }}]
[[steps.fields]]
id = "dag"
kind = "date"
label = "När?"
errors = {{ missing = "Skriv." }}
{asked}
"""


ASKED_OF_EACH = """item = "Nummer {number}"
add = "Lägg till"
remove = "Ta bort {item}"
[[pages.fields.fields]]
id = "vem"
"""
TABLE = [
    # What the language of definitions does not have
    (FORM, ("version = 1", 'version = "1"'), "version", "ska vara ett heltal"),
    (FORM, ("version = 1", "version = 0"), "version", "är för litet"),
    (FORM, ("version = 1", "version = 9999999999999999"), "version", "är för stort"),
    (FORM, ('title = "Liten"', ""), "title", "saknas"),
    (FORM, ('title = "Liten"', "title = 1"), "title", "ska vara en text"),
    (FORM, ('title = "Liten"', 'title = "L"\ntitel = "L"'), "titel", "okänd nyckel"),
    (FORM, ('id = "liten"', 'id = "Liten"'), "id", "får bara ha små bokstäver"),
    (FORM, ('id = "liten"', f'id = "{"x" * 61}"'), "id", "är för lång"),
    (FORM, ('id = "liten"', 'id = "stor"'), "id", "ska vara filens namn"),
    (FORM, ('"Namn"', '"Namn"\nlabell = "N"'), "pages.mer.fields.namn.labell", "okänd nyckel"),
    (FORM, ('"Vem"', '"Vem"\nlabell = "V"'), "pages.mer.fields.grupp.fields.vem.labell", "okänd"),
    (FORM, ('label = "Namn"', 'label = "Namn"\nchild = "shoe"'), "pages.mer.fields.namn.child", "inget av"),
    (FORM, ('label = "Namn"', 'label = "Namn"\nchild = "age"'), "fields.namn.child", "kind = 'age'"),
    (FORM, ('label = "Namn"', 'label = "Namn"\nchild = "name"\nidentifies = true'), "fields.namn.child", "inte barnet"),
    (FORM, ('label = "Roll?"', 'label = "Roll?"\nchild = "name"'), "fields.roll.child", "kind = 'text'"),
    (FORM, ('label = "Grupp"', 'label = "Grupp"\nchild = "name"'), "fields.grupp.child", "kind = 'text'"),
    (FORM, ('label = "Vem"', 'label = "Vem"\nchild = "number"'), "fields.grupp.fields.vem.child", "person_number"),
    (FORM, end('child = "name"\n[[pages.fields.fields]]\nid = "x"\nkind = "text"\nlabel = "X"\nchild = "name"'), "fields.grupp.child.name", "två gånger"),
    (FORM, (ASKED_OF_EACH, f'identifies = true\n{ASKED_OF_EACH}child = "name"\n'), "fields.grupp.fields.vem.child", "inte barnet"),
    (FORM, ('label = "Vem"', ""), "pages.mer.fields.grupp.fields.vem.label", "saknas"),
    (FORM, ('kind = "number"', 'kind = "numer"'), "pages.mer.fields.antal", "okänd sort 'numer'"),
    (FORM, ('kind = "number"', 'kind = ["number"]'), "pages.mer.fields.antal", "okänd sort"),
    (FORM, ('kind = "number"', ""), "pages.mer.fields.antal", "okänd sort None; sorterna är age, check"),
    (FORM, end(GROUP_FIELD), "pages.mer.fields.grupp.fields.till", "okänd sort"),
    (FORM, ('id = "antal"', 'id = "an-tal"'), "pages.mer.fields.an-tal.id", "små bokstäver"),
    (FORM, ('most = "child_age_max"', "most = 1.5"), "pages.mer.fields.antal.most", "heltal"),
    (FORM, ('most = "child_age_max"', 'most = "ages"'), "fields.antal.most", "är ingen av kommunens siffror"),
    (FORM, ('most = "child_age_max"', "least = 5\nmost = 4"), "fields.antal.least", "större än"),
    (FORM, ('kind = "text"\nlabel = "Vem"', 'kind = "text"\nlabel = "Vem"\nmax = -1'), None, "för litet"),
    (FORM, ("required = true", 'required = "ja"'), "pages.mer.fields.namn.required", "true eller"),
    (FORM, ('missing = "Skriv."', "missing = 1"), "pages.mer.fields.namn.errors.missing", "text"),
    (FORM, ('missing = "Skriv.", ', ""), "fields.namn.errors.missing", "säger själv"),
    (FORM, ('missing = "Skriv."', 'missing = "S", x = "y"'), "fields.namn.errors.x", "okänt fel"),
    (FORM, (', { id = "b", label = "B" }', ""), "pages.roll.fields.roll.options", "är för kort"),
    (FORM, ('{ id = "b", label', '{ id = "a", label'), "fields.roll.options.a", "två gånger"),
    (FORM, ('contacts = ["112"]', 'contacts = "112"'), "pages.mer.contacts", "ska vara en lista"),
    (FORM, ('locked = ["fields.roll.label"]', 'locked = "x"'), "locked", "ska vara en lista"),
    (FORM, ('id = "ruta"', 'id = "ruta"\ntone = "arg"'), "pages.mer.notes.ruta.tone", "inget av"),
    (FORM, end("[[pages]]\n" * 1), "pages.2.id", "saknas"),
    (FORM, ('id = "mer"', "id = 7"), "pages.1.id", "ska vara en text"),
    (FORM, ('{ namn = "namn" }', '{ "Å" = "namn" }'), "hand_over.annan.answers.Å", "får bara ha"),
    (FORM, ('form = "annan"\nanswers = { namn = "namn" }', 'form = "annan"'), "hand_over.annan.answers", "saknas"),
    # Ids that are taken or unknown
    (FORM, ('id = "mer"', 'id = "roll"'), "pages.roll", "finns två gånger"),
    (FORM, ('id = "mer"', 'id = "granska"'), "pages.granska", "upptaget"),
    (FORM, ('id = "antal"', 'id = "namn"'), "fields.namn", "finns två gånger"),
    (FORM, ('id = "antal"', 'id = "roll"'), "fields.roll", "finns två gånger"),
    (FORM, end(GROUP_FIELD.replace("till", "vem") + 'kind = "text"'), "fields.grupp.fields.vem", "två"),
    (FORM, end('[[steps]]\nid = "s"\ntitle = "S"'), "steps.s", "finns två gånger"),
    (FORM, end('[[steps]]\nid = "t"\ntitle = "T"'), "steps.t", "inget i formuläret hör"),
    (FORM, ('id = "mer"\nstep = "s"', 'id = "mer"\nstep = "t"'), "pages.mer.step", "'t' finns inte"),
    (FORM, end('[[hand_over]]\nform = "annan"\nanswers = {}'), "hand_over.annan", "två gånger"),
    (FORM, end('[[pages.notes]]\nid = "ruta"\ntext = "T"'), "pages.mer.notes.ruta", "två gånger"),
    (FORM, ("checks = [", "checks = [\n" + "CHECK, "), "pages.mer.checks.one_of", "två gånger"),
    # Pages that cannot be shown
    (FORM, ('title = "Mer"', ""), "pages.mer.title", "bara en sida med en enda fråga"),
    (FORM, ('id = "roll"\nstep = "s"', 'id = "roll"\nstep = "s"\nintro = "I"'), "pages.roll.title", "bara"),
    (FORM, end(PAGE + 'title = "E"'), "pages.extra", "frågar inget och säger inget"),
    (FORM, ('title = "Mer"', 'title = "Mer"\nends = true'), "pages.mer.ends", "har inga frågor"),
    # Conditions and rules
    (FORM, ('[{ field = "roll", any_of = ["a"] }]\nchecks', '[{ field = "namn", any_of = ["a"] }]\nchecks'), "pages.mer.ask_if", "'namn' frågas inte"),
    (FORM, ('[{ field = "roll", any_of = ["a"] }]\nchecks', '[{ field = "roll", any_of = ["c"] }]\nchecks'), "pages.mer.ask_if", "'roll' kan inte få svaret 'c'"),
    (FORM, ('[{ field = "roll", any_of = ["a"] }]\nchecks', '[{ field = "roll" }]\nchecks'), "pages.mer.ask_if.roll", "antingen any_of eller none_of"),
    (FORM, ('offer = "annan"', 'ask_if = [{ field = "namn", none_of = ["x"] }]'), "pages.mer.notes.ruta.ask_if", "'namn' frågas inte"),
    (FORM, ("required = true", 'required_if = [{ field = "antal", any_of = ["1"] }]'), "fields.namn.required_if", "'antal' frågas inte"),
    (FORM, ("required = true", 'ask_if = [{ field = "x", any_of = ["1"] }]'), "fields.namn.ask_if", "'x' frågas inte"),
    (FORM, ('urgent_if = [{ field = "roll"', 'urgent_if = [{ field = "x"'), "urgent_if", "'x' frågas inte"),
    (FORM, ("urgent_if", 'copy_if = [{ field = "roll", any_of = ["c"] }]\nurgent_if'), "copy_if", "'c'"),
    (FORM, ('check = "one_of"', 'check = "two_of"'), "pages.mer.checks.two_of", "okänd regel; reglerna är child"),
    (FORM, ('["namn", "antal"]', '["namn", "x"]'), "pages.mer.checks.one_of", "'x' finns inte"),
    (FORM, ('["namn", "antal"]', '["roll"]'), "pages.mer.checks.one_of", "gäller inget fält på sidan"),
    # A page about it
    (FORM, end(ABOUT), "contacts", "'x' saknas; liten visar den"),
    (FORM, end(ABOUT.replace('text = "T"', "")), "about.text", "saknas"),
    (FORM, ('id = "liten"', 'id = "om-liten"'), "id", "börja med 'om-'"),
    # What staff read first
    (FORM, ("urgent_if", 'lead = ["namn", "x"]\nurgent_if'), "lead.x", "finns inte i formuläret"),
    (FORM, ("urgent_if", 'lead = ["vem"]\nurgent_if'), "lead.vem", "finns inte i formuläret"),
    (FORM, ("urgent_if", 'lead = ["namn", "namn"]\nurgent_if'), "lead.namn", "två gånger"),
    # What may tell who reports
    (FORM, ("urgent_if", 'reporter = ["x"]\nurgent_if'), "reporter.x", "finns inte i formuläret"),
    (FORM, ("urgent_if", 'reporter = ["roll"]\nurgent_if'), "reporter.namn", "beroende på 'roll'"),
    # From one form to another
    (FORM, ('offer = "annan"', 'offer = "tredje"'), "pages.mer.notes.ruta.offer", "saknas under hand_over"),
    (FORM, ('form = "annan"', 'form = "tredje"'), "hand_over.tredje", "finns inte"),
    (FORM, ('{ namn = "namn" }', '{ x = "namn" }'), "hand_over.annan.x", "finns inte i formuläret"),
    (FORM, ('{ namn = "namn" }', '{ namn = "x" }'), "hand_over.annan.x", "finns inte i annan"),
    (FORM, ('{ namn = "namn" }', '{ antal = "namn" }'), "hand_over.annan.antal", "annan sort"),
    # Texts
    (FORM, ('locked = ["fields.roll.label"]', 'locked = ["fields.x.label"]'), "locked.fields.x.label", "finns inte"),
    (FORM, ("{municipality}", "{kommun}"), "pages.mer.notes.ruta.text", "{kommun}"),
    (FORM, ("{municipality}", "{number}"), "pages.mer.notes.ruta.text", "{number}"),
    (FORM, ("{municipality}", "{ municipality }"), "pages.mer.notes.ruta.text", "{ är inget"),
    (FORM, ("{over}", "{övrigt}"), "fields.namn.errors.too_long", "{övrigt}"),
    (FORM, ("Nummer {number}", "Nummer {item}"), "fields.grupp.item", "{item}"),
    (SV, ("{page}", "{sida}"), "site.title", "{sida}"),
    (SV, ('title = "{page} – {municipality}"', "title = 1"), "site.title", "ska vara en text"),
    (SV, end("[[site.links]]\na = 1"), "site.links", "ska vara en text"),
    (EN, ("{municipality}", "{town}"), "site.title", "{town}"),
    (EN, ('title = "Small"', 'titel = "Small"'), "liten.titel", "finns inte på svenska"),
    (EN, ('title = "Small"', 'title = " "'), "liten.title", "texten är tom"),
    (EN, ('title = "Small"', 'title = "{number}"'), "liten.title", "{number}"),
    (EN, ('text = "Call."', 'text = "{municipality}"'), "municipality.contacts.112.text", "{munic"),
    (EN, end("[tredje]\ntitle = 'T'"), "tredje.title", "finns inte på svenska"),
    # What is asked only of those who want to tell more
    (FORM, ('id = "mer"\nstep = "s"', 'id = "mer"\nstep = "s"\nmore = true'), "fields.namn.required", "bland det frivilliga"),
    (FORM, ('id = "mer"\nstep = "s"', 'id = "mer"\nstep = "s"\nmore = true'), "pages.mer.checks", "bland det frivilliga"),
    (FORM, ('id = "roll"\nstep = "s"', 'id = "roll"\nstep = "s"\nmore = true'), "pages.mer.ask_if", "frågas inte på någon tidigare sida"),
    # What is done with what came in
    (PROCESS, ('button = "Svara"', ""), "steps.svara.button", "saknas"),
    (PROCESS, ('button = "Svara"', 'button = "S"\nknapp = "K"'), "steps.svara.knapp", "okänd nyckel"),
    (PROCESS, ('id = "liten"', 'id = "stor"'), "id", "formuläret 'stor' finns inte"),
    (PROCESS, ('id = "liten"', 'id = "stor"'), "id", "ska vara filens namn"),
    (PROCESS, ('"handlaggare"', '"chef"'), "steps.svara.roles.0", "inget av det som går att välja: 'handlaggare'"),
    (PROCESS, ('["handlaggare"]', "[]"), "steps.svara.roles", "är för kort"),
    (PROCESS, ('from = ["ny", "tagen"]', "from = []"), "steps.svara.from", "är för kort"),
    (PROCESS, ('from = ["ny", "tagen"]', 'form = ["ny"]'), "steps.svara.form", "menade du from?"),
    (PROCESS, ('from = ["ny", "tagen"]', 'from = ["x"]'), "steps.svara.from", "läget 'x' finns inte"),
    (PROCESS, ('from = ["ny", "tagen"]', 'from = ["klar"]'), "steps.svara.from", "kan ett ärende bara öppnas igen"),
    (PROCESS, ('to = "klar"', 'to = "x"'), "steps.folj_upp.to", "läget 'x' finns inte"),
    (PROCESS, ('id = "ny"', 'id = "nytt"'), "states", "det första läget heter 'ny'"),
    (PROCESS, ('id = "tagen"', 'id = "ja"'), "states", "läget 'tagen' saknas"),
    (PROCESS, ("ends = true", "ends = false"), "states", "inget läge avslutar"),
    (PROCESS, ('label = "Tagen"', 'label = "T", ends = true'), "states.tagen.ends", "kan inte avsluta"),
    (PROCESS, ('{ id = "klar"', '{ id = "tagen", label = "T" },\n  { id = "klar"'), "states.tagen", "två gånger"),
    (PROCESS, ('{ id = "klar"', '{ id = "x", label = "X" },\n  { id = "klar"'), "states.x", "inget steg leder hit"),
    (PROCESS, ('from = ["ny", "tagen"]', 'from = ["ny"]\nto = "x"').__class__((' { id = "klar"', ' { id = "x", label = "X" },\n  { id = "klar"')), "states.x", "inget steg leder hit"),
    (PROCESS, ('id = "svara"', 'id = "note"'), "steps.note", "upptaget"),
    (PROCESS, ('id = "lamna"', 'id = "svara"'), "steps.svara", "finns två gånger"),
    (PROCESS, ('record = "here"', 'after = ["x"]'), "steps.folj_upp.after", "steget 'x' finns inte"),
    (PROCESS, ('record = "here"', 'confirms = "folj_upp"'), "steps.folj_upp.confirms", "finns inte före"),
    (PROCESS, ('outcome = "val"', AGREED.format("x", '{ field = "val", any_of = ["nej"] }')), "steps.svara.agreed_by.step", "steget 'x' finns inte"),
    (PROCESS, ('outcome = "val"', AGREED.format("svara", '{ field = "val", any_of = ["nej"] }')), "steps.svara.agreed_by.step", "steget 'svara' finns inte före"),
    (PROCESS, ('outcome = "val"', AGREED.format("lamna", '{ field = "x", any_of = ["nej"] }')), "steps.svara.agreed_by.if", "'x' frågas inte"),
    (PROCESS, ('outcome = "val"', AGREED.format("lamna", '{ field = "val", any_of = ["x"] }')), "steps.svara.agreed_by.if", "kan inte få svaret 'x'"),
    (PROCESS, ('outcome = "val"', AGREED.format("lamna", "")), "steps.svara.agreed_by.if", "är för kort"),
    (PROCESS, ('record = "here"', 'record = "there"'), "steps.folj_upp.record", "inget av"),
    (PROCESS, ('record = "here"', 'outcome_is = "ja"'), "steps.folj_upp.decides", "är ett beslut"),
    (PROCESS, ('outcome = "val"', 'outcome = "val"\noutcome_is = "ja"'), "steps.svara.outcome", "antingen outcome eller"),
    (PROCESS, ('outcome = "val"', ""), "steps.svara.outcome", "antingen outcome eller"),
    (PROCESS, ('outcome = "val"', 'outcome = "skal"'), "steps.svara.outcome", "ingen fråga med alternativ"),
    (PROCESS, ("required = true\noptions", "options"), "steps.svara.outcome", "krävas"),
    (PROCESS, ('{ id = "nej", label = "Nej" }]\nerrors', '{ id = "x", label = "X" }]\nerrors'), "steps.svara.outcome", "utfallet 'x' finns inte"),
    (PROCESS, ("outcomes = [", 'outcomes = [{ id = "x", label = "X" }, '), "outcomes.x", "inget beslut har"),
    (PROCESS, ('ask_if = [{ field = "val"', 'ask_if = [{ field = "x"'), "steps.svara.fields.skal.ask_if", "'x' frågas inte"),
    (PROCESS, ('ask_if = [{ field = "val"', 'ask_if = [{ field = "skal"'), "steps.svara.fields.skal.ask_if", "'skal' frågas inte"),
    (PROCESS, ('missing = "Skriv varför."', 'too_long = "L."'), "steps.svara.fields.skal.errors.missing", "säger själv"),
    (PROCESS, ('id = "skal"', 'id = "val"'), "steps.svara.fields.val", "finns två gånger"),
    (PROCESS, end('[[steps.notes]]\nid = "n"\ntext = "T"\noffer = "annan"'), "steps.lamna.notes.n", "visas alltid"),
    (PROCESS, end('[[steps.fields]]\nid = "g"\nkind = "group"\nlabel = "G"\nitem = "I"\nadd = "A"\nremove = "R"\n[[steps.fields.fields]]\nid = "f"\nkind = "text"\nlabel = "F"'), "steps.lamna.fields.g.kind", "en enda sida"),
    (PROCESS, end('contacts = ["polisen"]'), "contacts", "'polisen' saknas; steget lamna"),
    (PROCESS, ('starts = "svara"', 'starts = "x"'), "clocks.efter.starts", "steget 'x' finns inte"),
    (PROCESS, ('start_if = [{ field = "val"', 'start_if = [{ field = "x"'), "clocks.efter.start_if", "'x' frågas inte"),
    (PROCESS, ('start_if = [{ field = "val", any_of = ["nej"]', 'start_if = [{ field = "val", any_of = ["x"]'), "clocks.efter.start_if", "kan inte få svaret 'x'"),
    (PROCESS, ('stopped_by = ["svara"]', 'stopped_by = ["x"]'), "clocks.svar.stopped_by", "steget 'x' finns inte"),
    (PROCESS, ('stopped_by = ["svara"]', "stopped_by = []"), "clocks.svar.stopped_by", "är för kort"),
    (PROCESS, ('stopped_by = ["svara"]', 'stopped_by = ["svara"]\nextended_by = "x"'), "clocks.svar.extended_by", "steget 'x' finns inte"),
    (PROCESS, ('stopped_by = ["svara"]', 'stopped_by = ["svara"]\nextended_to = "x"'), "clocks.svar.extended_to", "bara med extended_by"),
    (PROCESS, ('stopped_by = ["svara"]', 'stopped_by = ["svara"]\nextended_by = "svara"\nextended_to = "skal"'), "clocks.svar.extended_to", "ett datum som krävs"),
    (PROCESS, ('stopped_by = ["svara"]', 'stopped_by = ["svara"]\nwarn_at = 1.5'), "clocks.svar.warn_at", "är för stort"),
    (PROCESS, end(booked('after = "x"')), "clocks.mote.after", "'x' ska vara ett datum som krävs i steget 'boka'"),
    (PROCESS, end(booked('before = "hur"')), "clocks.mote.before", "'hur' ska vara ett datum som krävs i steget 'boka'"),
    (PROCESS, ("days = 14", 'days = 14\nafter = "val"'), "clocks.svar.after", "'val' ska vara ett datum som krävs i steget 'received'"),
    (PROCESS, end(booked(BACK, "required = false")), "clocks.mote.before", "ett datum som krävs"),
    (PROCESS, end(booked(BACK, NEEDED + '\napproximate = "Ungefär när?"')), "clocks.mote.before", "ett datum som krävs"),
    (PROCESS, end(booked(BACK, f"{NEEDED}\nask_if = {MET}")), "clocks.mote.before", "ett datum som krävs"),
    (PROCESS, end(booked(BACK + '\nafter = "dag"')), "clocks.mote.before", "antingen efter (after) eller före (before)"),
    (PROCESS, end(booked(BACK + "\ntoday_before = 960")), "clocks.mote.today_before", "räknas från när den började"),
    (PROCESS, ("days = 14", 'days = "child_days"'), "clocks.svar.days", "är ingen av kommunens siffror; de är child_age_max"),
    (PROCESS, ('stopped_by = ["folj_upp", "lamna"]', 'stopped_by = ["folj_upp"]'), "clocks.efter", "kan inte stoppas från läget 'ny'"),
    (PROCESS, ('button = "Svara"', 'button = "{x}"'), "steps.svara.button", "{x} är inget som fylls i"),
    (PROCESS, ("version = 1", 'version = 1\nlocked = ["steps.x.title"]'), "locked.steps.x.title", "finns inte"),
    (TOWN, end('[texts.sv.processes.liten.steps.svara]\ntitel = "T"'), "texts.sv.processes.liten.steps.svara.titel", "menade du"),
    (TOWN, ("quick_exit", 'casework = { today_until = "25" }\nquick_exit'), "casework.today_until", "skriv ett klockslag"),
    (TOWN, ("quick_exit", 'casework = { record = "there" }\nquick_exit'), "casework.record", "inget av"),
    (TOWN, ("quick_exit", "match = { on = true }\nquick_exit"), "match.basis", "lag och beslut"),
    (TOWN, ("quick_exit", 'match = { on = true, basis = "x", reach = "board" }\nquick_exit'), "units.prov.board", "saknas"),
    (TOWN, ("quick_exit", 'match = { reach = "town" }\nquick_exit'), "match.reach", "inget av"),
    (TOWN, ("quick_exit", "match = { months = 0 }\nquick_exit"), "match.months", "för litet"),
    (PROCESS, ('label = "Varför?"', 'label = "Varför?"\nchild = "name"'), "steps.svara.fields.skal.child", "bara det som anmäls"),
    # Languages
    (EN, ('name = "English"', ""), "language.name", "saknas"),
    (EN, ('name = "English"', "name = 1"), "language.name", "ska vara en text"),
    (EN, ('name = "English"', 'name = ""'), "language.name", "är för kort"),
    (EN, ('dir = "ltr"', 'dir = "up"'), "language.dir", "är inget av"),
    (EN, ('code = "en"', 'code = "sv"'), "language.code", "filens namn"),
    (EN, ('switch = "English"', 'switch = "E"\nx = "y"'), "language.x", "okänd nyckel"),
    (EN, ("[language]\n", "[languages]\n"), "language", "ska vara en tabell"),
    (EN, ("\n[language]\n", 'language = ["en"]\n[x]\n'), "language", "ska vara en tabell"),
    # The municipality
    (TOWN, ('code = "0001"', "code = 1"), "code", "ska vara en text"),
    (TOWN, ('code = "0001"', 'code = "1"'), "code", "får bara ha"),
    (TOWN, ('languages = ["sv", "en"]', "languages = []"), "languages", "är för kort"),
    (TOWN, ('languages = ["sv", "en"]', 'languages = ["sv"]\ndraft_minutes = 5'), "draft_minutes", "för litet"),
    (TOWN, ("child_age_max = 20, ", ""), "ages.child_age_max", "saknas"),
    (TOWN, ("child_age_max = 20", "child_age_max = 200"), "ages.child_age_max", "för stort"),
    (TOWN, ("stoppmote_age_min = 11", "stoppmote_age_min = 21"), "ages.stoppmote_age_min", "högre än"),
    (TOWN, ('unit = "prov"', 'unit = "x"'), "forms.liten.unit", "'x' finns inte"),
    (TOWN, ("[forms.annan]", "[forms.tredje]"), "forms.tredje", "formuläret finns inte"),
    (TOWN, ('contact = "bris"', 'contact = "x"'), "ways.ung.contact", "'x' finns inte"),
    (TOWN, ('id = "duty_day"', 'id = "dag"'), "contacts", "'duty_day' saknas"),
    (TOWN, ('id = "112"', 'id = "113"'), "contacts", "'112' saknas; liten visar den"),
    (TOWN, end(CONTACT.format("bris")), "contacts.bris", "finns två gånger"),
    (TOWN, end(CONTACT.format("ny").replace("2026-11-02", "i går")), "contacts.ny.checked", "2026-11-01"),
    (TOWN, end(CONTACT.format("ny").replace('"2026-11-02"', "2026-11-02")), "contacts.ny.checked", "text"),
    (TOWN, end(CONTACT.format("ny") + 'link = "javascript:alert(1)"'), "contacts.ny.link", "https://"),
    (TOWN, ('id = "bris"\nname = "Namn"\nphone = "112"', 'id = "bris"\nname = "Namn"\nphone = "växeln"'), "contacts.bris.phone", "saknas"),
    (TOWN, ("https://www.example.org/", "http://x.se"), "quick_exit", "https://"),
    (TOWN, ("https://www.example.org/", "http://127.0.0.2:80/"), "quick_exit", "https://"),
    (TOWN, ("https://www.example.org/", "https://["), "quick_exit", "https://"),
    (TOWN, ("https://www.example.org/", "https:///x"), "quick_exit", "https://"),
    (TOWN, ("https://www.digg.se", "digg.se"), "supervision.link", "https://"),
    (TOWN, ("quick_exit", 'timezone = "Europe/Ankeborg"\nquick_exit'), "timezone", "'Europe/Ankeborg'"),
    (TOWN, ("quick_exit", 'timezone = "../x"\nquick_exit'), "timezone", "finns inte"),
    (TOWN, ("quick_exit", 'accent = "#aaaaaa"\nquick_exit'), "accent", ":1; minst 4.5:1 krävs"),
    (TOWN, ("quick_exit", 'accent_dark = "blue"\nquick_exit'), "accent_dark", "ingen färg"),
    (TOWN, ('"8-16"', '"åtta"'), "inbox.open.weekdays", "skriv tider som 8–16"),
    (TOWN, ('"8-16"', '"8-25"'), "inbox.open.weekdays", "24 timmar"),
    (TOWN, ('"8-16"', "8"), "inbox.open.weekdays", "ska vara en text"),
    (TOWN, ('"8-16"', '"8-16", dates = { x = "" }'), "inbox.open.dates.x", "2026-11-01"),
    (TOWN, ('weekdays = "8-16"', 'outside = "bris"'), "inbox.open.outside", "kan inte stå här"),
    (TOWN, (', otherwise = "duty_night"', ""), "inbox.open", "skriv under otherwise"),
    (TOWN, ('otherwise = "duty_night"', 'otherwise = "x"'), "inbox.otherwise", "'x' finns inte"),
    (TOWN, ("quick_exit", 'eves = ["nyår"]\nquick_exit'), "eves", "'nyår' är ingen afton; de är midsommarafton"),
    (TOWN, end(CONTACT.format("ny") + 'open = { outside = "x" }'), "contacts.ny.open.outside", "egna tider"),
    (TOWN, end(CONTACT.format("ny") + 'open = { outside = "bris" }'), "contacts.ny.open.outside", "egna tider"),
    (TOWN, end(CONTACT.format("ny") + 'open = { sun = "8-9" }\nhours = "8"'), "contacts.ny.hours", "tiderna står redan"),
    (TOWN, end(CONTACT.format("ny") + 'hours = "{x}"'), "contacts.ny.hours", "{x} är inget som fylls i"),
    (TOWN, ('text = "Ring."', 'text = "{board}"'), "contacts.112.text", "{board}"),
    (SV, ('shut = "stängt"', ""), "hours.shut", "saknas"),
    # How long things are kept: never by mistake, neither for ever nor for no time at all
    (TOWN, ("liten = 90", "liten = -1"), "retention_days.liten", "för litet"),
    (TOWN, ("liten = 90", "liten = 0"), "retention_days.liten", "för litet"),
    (TOWN, ("liten = 90", "liten = 99999"), "retention_days.liten", "för stort"),
    (TOWN, ("liten = 90", 'liten = "90"'), "retention_days.liten", "heltal"),
    (TOWN, ("liten = 90", "lite = 90"), "retention_days.lite", "tar inte emot formuläret; det finns liten"),
    (TOWN, ("liten = 90", "lite = 90"), "retention_days.liten", 'saknas: ett antal dagar, eller "keep"'),
    (TOWN, ("liten = 90, ", ""), "retention_days.liten", "saknas"),
    (TOWN, ("quick_exit", 'casework = { record = "here" }\nquick_exit'), "retention_days.liten", "akten förs här"),
    # Its own wording
    (TOWN, ('title = "Vår text"', 'titel = "V"'), "texts.sv.liten.pages.mer.titel", "finns inte"),
    (TOWN, ('title = "Vår text"', "title = 1"), "texts.sv.liten.pages.mer.title", "ska vara en text"),
    (TOWN, ('title = "Vår text"', 'title = ""'), "texts.sv.liten.pages.mer.title", "är tom"),
    (TOWN, ('title = "Vår text"', 'title = "{x}"'), "texts.sv.liten.pages.mer.title", "{x}"),
    (TOWN, ("[texts.sv.liten.pages.mer]\ntitle", "[texts.sv.liten.fields.roll]\nlabel"), "texts.sv.liten.fields.roll.label", "låst"),
    (TOWN, ("[texts.sv.liten.pages.mer]\ntitle", "[texts.en.liten.fields.roll]\nlabel"), "texts.en.liten.fields.roll.label", "låst"),
    (TOWN, ("[texts.sv.liten", "[texts.fi.liten"), "texts.fi", "språket finns inte"),
    (TOWN, ("[texts.sv.liten.pages.mer]\ntitle", "[texts.sv.liten.x]\ntitle"), "texts.sv.liten.x.title", "finns inte"),
]  # fmt: skip
"""File, what is changed in it, the key that is named (None: any), and a part of the reason."""


@pytest.mark.parametrize(
    ("file", "change", "key", "reason"), TABLE, ids=[f"{n}-{row[2]}" for n, row in enumerate(TABLE)]
)
def test_every_fault_is_named_with_its_file_its_key_and_the_reason(
    tmp_path, file, change, key, reason
):
    old, new = change
    second = '{ check = "one_of", fields = ["namn"], error = "!" }'
    new = new.replace("CHECK", second)
    text = FILES[file]
    assert old is None or old in text
    wrong = text + new if old is None else text.replace(old, new, 1)
    found = faults(tmp_path, {file: wrong})
    name = called(file)
    # Whom a step shows is told where they are missing.
    names = {name, called(TOWN)} if key == "contacts" else {name}
    assert [
        fault
        for fault in found
        if fault[0] in names and key in {None, fault[1]} and reason in fault[2]
    ], found
    assert len(found) == len(set(found)), "nothing is said twice"
    assert all("\n" not in part for fault in found for part in fault)


@pytest.mark.parametrize("host", ["127.0.0.2:8099", "[::1]:8099"])
def test_in_an_exercise_the_neutral_page_may_be_on_this_machine(tmp_path, host):
    here = FILES[TOWN].replace("https://www.example.org/", f"http://{host}/vader")
    assert faults(tmp_path, {TOWN: f"exercise = true\n{here}"}) == []
    assert [key for _, key, _ in faults(tmp_path, {TOWN: here})] == ["quick_exit"]


@pytest.mark.parametrize("address", ["http://192.168.0.1/", "http://vader.se/", "http:///", "x"])
def test_not_even_in_an_exercise_may_it_be_on_another_without_https(tmp_path, address):
    elsewhere = FILES[TOWN].replace("https://www.example.org/", address)
    found = faults(tmp_path, {TOWN: f"exercise = true\n{elsewhere}"})
    assert [key for _, key, _ in found] == ["quick_exit"]


def test_the_small_content_is_right_as_it_stands(tmp_path):
    loaded = load(tmp_path)
    assert list(loaded.forms["sv"]) == ["liten", "annan"], "in the municipality's order"
    assert loaded.default == "sv"
    assert loaded.municipality is loaded.municipalities["sv"]


@pytest.mark.parametrize(
    "right",
    [
        booked(BACK),
        booked('after = "dag"'),
        booked(f"{BACK}\nstart_if = {MET}", f"{NEEDED}\nask_if = {MET}"),
    ],
)
def test_a_clock_may_be_counted_from_a_day_that_is_asked_whenever_it_starts(tmp_path, right):
    assert faults(tmp_path, {PROCESS: FILES[PROCESS] + right}) == []


def test_every_fault_is_said_at_once(tmp_path):
    found = faults(
        tmp_path,
        {
            FORM: FILES[FORM].replace("version = 1", "").replace('title = "Mer"', "titel = 1"),
            OTHER: FILES[OTHER].replace('id = "annan"', 'id = "x"'),
            EN: FILES[EN].replace('name = "English"', ""),
            TOWN: FILES[TOWN].replace("https://www.example.org/", "http://x"),
        },
    )
    assert {file for file, _, _ in found} == {"liten.toml", "annan.toml", "en.toml", "prov.toml"}
    assert {key for _, key, _ in found} >= {
        "version",
        "pages.mer.titel",
        "id",
        "language.name",
        "quick_exit",
    }


def test_a_municipality_hears_of_everything_in_one_go(tmp_path):
    town = FILES[TOWN].replace("quick_exit", 'accent = "#aaaaaa"\nquick_exit', 1)
    town = town.replace('title = "Vår text"', 'titel = "V"').replace(
        'unit = "prov"', 'unti = "prov"', 1
    )
    town += (
        '[texts.sv.liten.fields.roll]\nlabel = "L"\n[destinations.Norr]\nconnector = "webhook"\n'
    )
    write(tmp_path, {**FILES, TOWN: town})
    with pytest.raises(ContentFaults) as found:
        content.load(
            tmp_path, "prov", judge=lambda town: [("destinations", str(len(town.destinations)))]
        )
    assert {fault.key: fault.reason.partition(" enl")[0] for fault in found.value.faults} == {
        "accent": "kontrasten mot #eaf1f4 i ljust läge är 2.03:1; minst 4.5:1 krävs",
        "destinations.Norr": "får bara ha små bokstäver a–z, siffror, _ och -",
        "destinations": "2",
        "destinations.norr": "inget formulär skickas dit",
        "forms.liten.unit": "saknas",
        "forms.liten.unti": "okänd nyckel; menade du unit?",
        "texts.sv.liten.pages.mer.titel": "texten finns inte på svenska; menade du "
        "liten.pages.mer.title?",
        "texts.sv.liten.fields.roll.label": "texten är låst av formuläret",
    }


NEAREST = [
    (TOWN, ("draft_minutes", "draft_minuts"), "draft_minutes"),
    (TOWN, ("stoppmote_age_min", "stopmote_age_min"), "stoppmote_age_min"),
    (TOWN, ('link = "https://www.digg.se"', 'lnik = "x"'), "link"),
    (FORM, ('title = "Liten"', 'titel = "Liten"'), "title"),
    (FORM, ('label = "Vem"', 'labell = "Vem"'), "label"),
    (FORM, ('most = "child_age_max"', "mots = 3"), "most"),
    (FORM, ("any_of", "anyof"), "any_of"),
    (PROCESS, ("stopped_by", "stoppedby"), "stopped_by"),
]


@pytest.mark.parametrize(("file", "change", "near"), NEAREST)
def test_an_unknown_key_is_told_with_the_known_one_that_is_most_like_it(
    tmp_path, file, change, near
):
    text = FILES[file].replace("quick_exit", "draft_minutes = 60\nquick_exit", 1)
    found = faults(tmp_path, {file: text.replace(*change, 1)})
    assert f"okänd nyckel; menade du {near}?" in {reason for _, _, reason in found}


def test_what_must_be_put_right_first_is_said_alone():
    """A fault in one field is one fault, and not one for each thing that hangs on it."""
    fault = Fault("a.toml", "b", "c")
    assert str(ContentFaults([fault, fault])) == "a.toml: b: c"
    assert str(Fault("a.toml", "", "c")) == "a.toml: c"


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "text",
    [
        "= inte toml",
        "a = 1\na = 2",
        '"' * 3,
        "a = 0114",
        "[a\n",
        "x = " + "9" * 5000,
        "x = " + "[" * 3000,
        "\x00",
        "a.b = 1\na = 2",
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path, file, text):
    found = faults(tmp_path, {file: text})
    name = called(file)
    assert [reason for where, key, reason in found if (where, key) == (name, "")]
    assert {where for where, _, _ in found} == {name}


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_not_text_is_named(tmp_path, file):
    write(tmp_path, FILES)
    (tmp_path / file).write_bytes(b"title = '\xff\xfe'")
    with pytest.raises(ContentFaults, match="är inte TOML"):
        content.load(tmp_path, "prov")


@pytest.mark.parametrize("file", [SV, EN, TOWN])
def test_a_file_that_is_not_there_is_named(tmp_path, file):
    write(tmp_path, FILES)
    (tmp_path / file).unlink()
    with pytest.raises(ContentFaults) as refused:
        content.load(tmp_path, "prov")
    name = called(file)
    assert [str(fault) for fault in refused.value.faults] == [
        f"{name}: filen finns inte eller går inte att läsa"
    ]


def test_a_folder_with_nothing_in_it_is_said_to_lack_the_municipality(tmp_path):
    with pytest.raises(ContentFaults, match=r"ankeborg\.toml: filen finns inte"):
        content.load(tmp_path, "ankeborg")


def test_a_municipality_that_receives_nothing_is_refused(tmp_path):
    town = FILES[TOWN]
    start, stop = town.index("[forms.liten]"), town.index("[[ways]]")
    found = faults(
        tmp_path, {TOWN: town[:start] + town[stop:].replace("[texts", "[forms]\n[texts")}
    )
    assert ("prov.toml", "forms", "minst ett formulär behövs") in found


def test_a_form_without_pages_is_refused(tmp_path):
    text = FILES[OTHER]
    found = faults(tmp_path, {OTHER: text[: text.index("[[pages]]")] + "pages = []\n"})
    assert ("annan.toml", "pages", "minst en sida behövs") in found


def test_a_municipality_hears_of_every_form_that_is_not_there(tmp_path):
    town = FILES[TOWN].replace("[forms.liten]", "[forms.borta]")
    town = town.replace("[ages]", "") + '\n[forms.annan2]\nunit = "x"\nboard = "N"\n'
    found = faults(tmp_path, {TOWN: town})
    assert [key for _, key, _ in found] == [
        "forms.annan2.unit",
        "retention_days.liten",
        "retention_days.borta",
        "retention_days.annan2",
        "forms.borta",
        "forms.annan2",
    ]


def test_a_form_cannot_be_named_as_a_part_of_the_interface(tmp_path):
    form = FILES[OTHER].replace('id = "annan"', 'id = "site"')
    for name in ("site", "municipality"):
        text = form.replace('id = "site"', f'id = "{name}"')
        found = faults(tmp_path / name, {f"{name}.toml": text})
        assert (f"{name}.toml", "id", "är upptaget av gränssnittets texter") in found


def test_a_language_may_speak_of_a_form_that_this_municipality_does_not_receive(tmp_path):
    town, form = FILES[TOWN], FILES[FORM]
    start, stop = town.index("[forms.annan]"), town.index("[[ways]]")
    alone = form[: form.index("[[hand_over]]")] + form[form.index("[[steps]]") :]
    loaded = load(
        tmp_path,
        {
            TOWN: (town[:start] + town[stop:]).replace(', annan = "keep"', ""),
            FORM: alone.replace('offer = "annan"', ""),
            EN: FILES[EN] + '[annan]\ntitle = "Other"\n',
        },
    )
    assert list(loaded.forms["en"]) == ["liten"]
