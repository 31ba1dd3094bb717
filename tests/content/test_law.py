"""What the law asks of the report of concern, on every way through it.

SoL is socialtjänstlagen (2025:400), OSL offentlighets- och sekretesslagen (2009:400).
"""

import json
import re
from functools import cache

import pytest

from app.runner.journey import Journey, without_unasked_identity
from app.runner.texts import texts_of
from tests.content import FORM_IDS, form, read_form, said
from tests.content.paths import TODAY, Way, walk, ways

pytestmark = pytest.mark.untraced

MANDATED = {"ditt_namn", "telefon", "yrkesroll", "arbetsplats"}
CITED = {
    *("19 kap. 1", "19 kap. 4", "19 kap. 6", "20 kap. 1", "20 kap. 2", "26 kap. 1", "26 kap. 5"),
    *("16 kap. 1", "16 kap. 4", "25 kap. 1", "27 kap. 2"),
}
"""The sections the texts may cite, all of them read in the acts."""


@cache
def every_way() -> tuple[Way, ...]:
    return tuple(ways(form("orosanmalan")))


def ways_of(**chosen: str) -> list[Way]:
    """Return the finished ways where these answers were given, and the questions really asked."""
    found = [
        way
        for way in every_way()
        if way.finished
        and all(way.chosen[name] == answer and name in way.asked for name, answer in chosen.items())
    ]
    assert found
    return found


def shown(way: Way) -> str:
    """Return everything that is read on a way: headings, prose, notes, questions, options."""
    words: list[str] = []
    for asked in way.journey.asked.values():
        words += [asked.page.title, asked.page.intro]
        words += [
            note.text
            for note in asked.page.notes
            if all(rule.holds(way.journey.chosen) for rule in note.ask_if)
        ]
        for field in asked.fields:
            words += [field.label, field.hint]
            words += [option.label + " " + option.hint for option in getattr(field, "options", ())]
            words += [field.help.text] if field.help else []
    return "\n".join(words)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_danger_comes_before_everything(form_id):
    whole = form(form_id)
    assert [field.id for field in whole.pages[0].fields] == ["fara"]
    danger = walk(whole, {"fara": "ja"})
    second = list(danger.journey.asked.values())[1].page
    assert "112" in second.contacts
    assert not second.ends
    assert danger.journey.flag("urgent")


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_only_sections_that_have_been_read_are_cited(form_id):
    for name in (form_id, "gränssnittet"):
        for path, text in said(name).items():
            assert set(re.findall(r"\d+ kap\. \d+", text)) <= CITED, path


def test_the_child_the_observations_and_the_kind_of_concern_are_always_asked_and_required():
    for way in every_way():
        if way.ended:
            continue
        required = {name for asked in way.journey.asked.values() for name in asked.required}
        assert required >= {"namn", "slag", "beskriv", "roll"}


def test_a_child_nobody_knows_is_reported_by_saying_where():
    unknown = walk(form("orosanmalan"), {"roll": "privat", "anonym": "ja", "namn": "unknown"})
    assert unknown.finished
    without = {page_id: dict(typed) for page_id, typed in unknown.typed.items()}
    without["barnet"]["plats"] = ("",)
    stopped = Journey(form("orosanmalan"), without, TODAY)
    assert stopped.first_unanswered().id == "barnet"
    assert stopped.asked["barnet"].problems


def test_one_who_reports_in_work_is_never_asked_about_being_anonymous_and_always_about_the_name():
    for way in ways_of(roll="arbete"):
        assert "anonym" not in way.asked
        required = {name for asked in way.journey.asked.values() for name in asked.required}
        assert required >= MANDATED


def test_one_who_reports_in_work_cannot_smuggle_in_that_they_are_anonymous():
    smuggled = walk(form("orosanmalan"), {"roll": "arbete", "anonym": "ja"})
    assert smuggled.typed["anonym"] == {"anonym": ("ja",)}
    assert smuggled.asked >= MANDATED


def test_nothing_that_tells_who_the_anonymous_reporter_is_is_asked_kept_or_sent():
    whole = form("orosanmalan")
    telling = {field.id for _, field in whole.fields() if field.identifies}
    assert telling >= MANDATED | {"epost"}
    for way in ways_of(roll="privat", anonym="ja"):
        assert way.asked & telling == set()
        assert "070-174 06 05" in json.dumps(way.typed["kontakt"])
        answers = way.journey.transcript(language="sv")["pages"]
        assert (
            not {question["field"] for page in answers for question in page["questions"]} & telling
        )
        left = without_unasked_identity(Journey(whole, way.typed, TODAY)).typed
        assert not any(name.split("-")[0] in telling for typed in left.values() for name in typed)


def test_the_step_for_contact_is_not_counted_for_the_anonymous():
    """Nor is what is asked only of those who want to tell more."""
    rest_alone = {"sakerhet"}
    for way in ways_of(roll="privat", anonym="ja"):
        counted = {step.id for step in form("orosanmalan").steps} - {"kontakt"} - rest_alone
        assert way.journey.step(None).total == len(counted) + 1


def test_a_private_person_reads_who_gets_to_know_before_any_name_is_asked():
    for way in ways_of(roll="privat", anonym="nej"):
        order = list(way.journey.asked)
        first_name = min(
            order.index(asked.page.id)
            for asked in way.journey.asked.values()
            if any(field.identifies for field in asked.fields)
        )
        assert order.index("anonym") < first_name
        [asked] = way.journey.asked["anonym"].fields
        told = {option.id: option.hint for option in asked.options}
        truth = told["nej"]
        assert "vårdnadshavare får normalt veta vem som har anmält" in truth
        assert "du eller någon nära dig annars riskerar våld eller något annat allvarligt" in truth
        assert "Mejla oss inte, och skriv inget som visar vem du är" in told["ja"]
        assert "Vårdnadshavarna får normalt läsa anmälan" in asked.hint
        assert "inget besked" in asked.hint
        # Folded is only where it stands, and why: nothing that the choice depends on.
        assert "26 kap. 5 §" in asked.help.text


def test_the_anonymous_are_told_not_to_write_who_they_are_wherever_they_write_freely():
    for way in ways_of(roll="privat", anonym="ja"):
        for page_id in ("beskriv", "mer"):
            page = way.journey.asked[page_id].page
            notes = [
                note.text
                for note in page.notes
                if all(rule.holds(way.journey.chosen) for rule in note.ask_if)
            ]
            assert any("Skriv inte vem du är" in text for text in notes)


def test_only_one_who_may_have_a_duty_to_report_is_offered_to_be_told_and_must_answer():
    for answer in ("ja", "vet_inte", ""):
        way = walk(form("orosanmalan"), {"roll": "arbete", "skyldig": answer})
        assert way.finished
        assert "besked" in way.journey.asked["besked"].required
        assert "19 kap. 6 §" in way.journey.asked["besked"].page.intro
    for way in (*ways_of(roll="arbete", skyldig="nej"), *ways_of(roll="privat")):
        assert way.asked & {"besked", "besked_hur"} == set()
    receipt = form("orosanmalan").receipt
    assert "Är du skyldig att anmäla och har bett om besked?" in receipt
    assert receipt.count("besked") == 2


def test_a_meeting_is_an_offer_to_one_who_may_have_a_duty_to_report_if_it_is_good_for_the_child():
    for way in ways_of(roll="arbete"):
        assert ("mote" in way.asked) == (way.chosen["skyldig"] != "nej")
    for way in ways_of(roll="privat"):
        assert "mote" not in way.asked
    question = next(field for _, field in form("orosanmalan").fields() if field.id == "mote")
    assert not question.required
    assert "bara in till ett möte om det är bra för barnet" in question.hint
    assert "möte" not in form("orosanmalan").receipt


def test_one_who_has_no_duty_may_report_as_a_private_person_instead():
    duty = next(field for _, field in form("orosanmalan").fields() if field.id == "skyldig")
    no = next(option for option in duty.options if option.id == "nej")
    assert "anmäla som privatperson" in no.hint
    assert "om du är skyldig att anmäla" in form("orosanmalan").page("skyldig").intro


def test_nobody_who_works_with_the_child_is_invited_to_be_a_private_person():
    relation = next(field for _, field in form("orosanmalan").fields() if field.id == "relation")
    words = " ".join(f"{option.label} {option.hint}" for option in relation.options)
    assert re.search("lärare|rektor|personal|kollega", words, re.IGNORECASE) is None
    paid = next(option for option in relation.options if option.id == "ledare")
    assert "utan lön" in paid.label
    assert "I mitt arbete" in paid.hint


def test_the_report_goes_to_where_the_child_lives_and_help_at_once_comes_from_where_the_child_is():
    folded = {
        language: {fold.id: fold.text for fold in form("orosanmalan", language).folds}
        for language in ("sv", "en")
    }
    for path in (folded["sv"]["annan_kommun"], said("gränssnittet")["about.text"]):
        assert "kommunen där barnet bor" in path
    assert "Då hjälper vi, var barnet än bor" in folded["sv"]["annan_kommun"]
    assert "det kommunen där barnet är just nu som hjälper" in said("gränssnittet")["about.text"]
    assert "municipality where the child lives" in folded["en"]["annan_kommun"]
    assert "municipality where the child is right now" in said("gränssnittet", "en")["about.text"]


def test_nobody_tries_to_find_out_who_the_anonymous_reporter_is_and_it_is_said():
    for way in ways_of(roll="privat"):
        [asked] = way.journey.asked["anonym"].fields
        [yes] = (option.hint for option in asked.options if option.id == "ja")
        assert "Vi försöker inte ta reda på vem du är" in yes
    assert "Vi försöker inte ta reda på vem du är" in said("gränssnittet")["privacy.text"]
    assert "do not try to find out who you are" in said("gränssnittet", "en")["privacy.text"]
    keep = re.compile(r"ip-adress|nummerpresentat|spåra", re.IGNORECASE)
    told = {path: text for path, text in said("gränssnittet").items() if keep.search(text)}
    assert told.keys() == {"privacy.text"}
    assert "sparar inte din ip-adress" in told["privacy.text"]


def test_no_proof_is_needed_and_nothing_is_to_be_found_out_first():
    whole = form("orosanmalan")
    assert "Det räcker att du är orolig" in whole.intro
    assert "Du behöver inte ha bevis eller ta reda på mer" in whole.intro
    required = {field.id: field for _, field in whole.fields() if field.required}
    for name, ways_out in {"fara": "vet_inte", "slag": "vet_inte"}.items():
        assert ways_out in {option.id for option in required[name].options}
    asked = " ".join(text for path, text in said("orosanmalan").items() if path.endswith(".label"))
    assert re.search(r"bevis|diagnos|brottsrubricering|polisanmäl", asked, re.IGNORECASE) is None


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_ground_is_the_task_in_the_law_and_never_consent(language):
    texts = said("gränssnittet", language)
    privacy = texts["privacy.text"]
    article = {"sv": "artikel 6.1 e", "en": "article 6.1 e"}[language]
    assert article in privacy
    assert "(2001:454)" in privacy
    consent = re.compile(r"[^.\n]*(?:samtyck|consent)[^.\n]*", re.IGNORECASE)
    for form_id in (*FORM_IDS, "gränssnittet"):
        for path, text in said(form_id, language).items():
            if path.startswith("staff."):
                continue  # What families say yes to is no ground of the service's own.
            for sentence in consent.findall(text):
                assert path == "privacy.text", path
                assert re.search(r"\b(inte|not)\b", sentence), sentence
    secrecy = {"sv": "26 kap. 1 §", "en": "chapter 26, section 1 "}[language]
    social = {"sv": "hos socialtjänsten", "en": "with social services"}[language]
    strong = [line for line in re.split(r"(?<=\.)\s+(?=[A-ZÅÄÖ])", privacy) if secrecy in line]
    assert len(strong) == 1
    assert social in strong[0]


def test_hours_and_numbers_are_the_municipalitys_and_never_written_in_a_text():
    number = re.compile(r"\b0\d{1,3}-\d[\d ]{4,}\d\b")
    hour = re.compile(r"klockan \d|\d{1,2}[.:]\d\d\b|\b\d{1,2}–\d{1,2}(?= )(?! år)")
    for form_id in FORM_IDS:
        for path, text in texts_of(read_form(form_id)).items():
            assert number.search(text) is None, path
            assert hour.search(text) is None, path
    whole = read_form("orosanmalan")
    before = "\n".join([whole.intro, *(fold.text for fold in whole.folds)])
    for gap in ("{inbox_hours}", "{duty_day_phone}", "{duty_night_phone}"):
        assert gap in before


def test_a_private_person_is_promised_nothing():
    for way in ways_of(roll="privat"):
        promises = [
            line
            for line in re.findall(r"[^.?\n]*besked[^.?\n]*", shown(way))
            if "inget besked" not in line
        ]
        assert promises == []
        assert "inget besked" in shown(way)
    assert "får inget besked om vad som händer" in form("orosanmalan").receipt


def test_the_family_is_not_to_be_told_first_when_violence_is_suspected():
    for way in every_way():
        if way.ended:
            continue
        notes = {note.id: note for note in way.journey.asked["vet_om"].page.notes}
        assert notes["prata_inte"].tone == "important"
        assert not notes["prata_inte"].ask_if
        for word in ("våld", "övergrepp", "heder", "Prata inte med familjen först"):
            assert word in notes["prata_inte"].text
    # That page is among the rest: who chose such a kind reads it where everybody comes.
    for kind in ("vald", "ser_vald", "overgrepp", "heder"):
        way = walk(form("orosanmalan"), {"roll": "privat", "anonym": "ja", "slag": kind})
        told = [
            note
            for note in way.journey.asked["beskriv"].page.notes
            if note.id == "prata_inte" and way.journey.holds(note.ask_if)
        ]
        assert "Prata inte med familjen först" in told[0].text
        assert not form("orosanmalan").page("beskriv").more


def test_a_child_who_needs_help_gets_a_calm_page_and_no_form():
    way = walk(form("orosanmalan"), {"roll": "ung"})
    last = list(way.journey.asked.values())[-1].page
    assert last.ends
    assert set(last.contacts) == {"bris", "112", "duty_day", "duty_night"}
    assert "Det är inte ditt fel" in last.intro


def test_a_protected_address_is_asked_about_before_anyone_can_write_it():
    order = [page.id for page in form("orosanmalan").in_order]
    assert order.index("skyddad") < min(
        order.index(page_id) for page_id in ("barnet", "kontakt", "vuxna", "infor_kontakt")
    )
    for way in ways_of(skyddad="ja"):
        assert "skyddad_ring" in way.journey.asked
        assert "var_nu" not in way.asked
        assert way.journey.flag("protected")


def test_the_receipt_says_what_happens_within_a_day_and_within_14_days_and_what_will_not():
    receipt = form("orosanmalan").receipt
    assert "samma dag, eller senast dagen efter" in receipt
    assert "14 dagarna räknas från dagen då anmälan kom in" in receipt
    assert "arbetsdagar" not in receipt
    assert "## Det här händer inte" in receipt


def test_a_copy_is_for_one_who_reports_in_work_alone():
    assert all(way.journey.flag("copy") for way in ways_of(roll="arbete"))
    assert not any(way.journey.flag("copy") for way in ways_of(roll="privat"))


def test_the_texts_with_legal_weight_are_locked():
    assert set(form("orosanmalan").locked) >= {
        "fields.anonym.hint",
        "fields.anonym.help.text",
        "fields.anonym.options.nej.hint",
        "fields.anonym.options.ja.hint",
        "pages.skyldig.intro",
        "fields.skyldig.label",
        "fields.skyldig.options.nej.hint",
        "receipt",
        "pages.besked.intro",
        "pages.vet_om.notes.prata_inte.text",
        "pages.beskriv.notes.prata_inte.text",
        "pages.kontakt.notes.privat.text",
        "fields.roll.options.arbete.hint",
        "fields.roll.help.text",
    }
