"""Whatever is written where nothing must be, one comes to the check page, and staff read it all."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.runner import answers as reading
from app.runner.fields.date import DateField
from app.runner.fields.group import GroupField
from app.runner.fields.long_text import LongTextField
from app.runner.fields.options import OptionsField
from app.runner.journey import Journey
from app.runner.line import LineField
from app.runner.typed import clean
from tests.web import journeys
from tests.web.reporters import ANONYMOUS, ENGLISH, NAMED, REKTOR, REKTOR_GROUP

ODD = [
    "3 månader",
    "٨ eller ۹",
    "vet inte\r\nmen kanske  sju",
    "<b>&amp; \"'</b>",
    "å" * 200,
    "31/1 2018",
    "ring växeln, anknytning 4",
    "Anna <a@b.se>.",
    "\u202ea\u3164b\U000e0041c\x00d\ud800e",
    "\U0001d160" * 200,
    "e\u0301" * 150,
]
SIGNS = st.characters(codec=None, categories=None)
REACHED = {"telefon", "epost"}
"""A way to reach somebody who has given a name must be one."""
REPORTERS = {
    "named": NAMED,
    "rektor": REKTOR.but(tidigare="ja", besked_hur="sdk"),
    "group": REKTOR_GROUP.but(onskar=("annat",)),
}


def inputs_of(field, answers):
    """Yield the name of every input of a field in which a person writes, and whether in lines."""
    if isinstance(field, GroupField):
        for inner in field.item_fields(0):
            yield from inputs_of(inner, answers)
    elif isinstance(field, OptionsField):
        chosen = answers.get(field.id, ())
        for option in field.options:
            if option.text and (option.id == chosen or option.id in chosen):
                yield field.text_name(option), False
    elif isinstance(field, DateField):
        yield from ((name, False) for name in field.names)
    elif isinstance(field, LineField | LongTextField):
        yield field.id, isinstance(field, LongTextField)


def written(journey, answers, text):
    """What is typed when `text` stands in every input that may be left empty, by page."""
    pages, words = {}, []
    for asked in journey.asked.values():
        typed = {name: (v,) if isinstance(v, str) else v for name, v in answers.items()}
        typed = reading.kept(asked.fields, typed)
        for field in asked.fields:
            if field.id in asked.required or field.id in REACHED:
                continue
            for name, several in inputs_of(field, answers):
                typed[name] = (text,)
                words += clean(text).split("\n") if several else [" ".join(clean(text).split())]
        pages[asked.page.id] = typed
    return pages, words


def missing(screen, words):
    """The words that are nowhere among the answers on a page."""
    said = "\n".join(line for _, lines in screen.pairs() for line in lines)
    return [word for word in words if word not in said]


@pytest.mark.untraced
@pytest.mark.parametrize("who", REPORTERS)
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_nobody_is_stopped_on_any_page(visitor, who, text):
    reporter = REPORTERS[who]
    journeys.at_review(visitor, reporter)
    form = visitor.parts.content.forms["sv"][reporter.form_id]
    draft = journeys.draft_of(visitor, reporter.form_id)
    journey = Journey(form, draft.typed, visitor.parts.today())
    pages, words = written(journey, reporter.answers, text)
    assert len(words) > 5
    for page_id, typed in pages.items():
        visitor.go(f"/{reporter.form_id}/{page_id}")
        token = visitor.screen.value("_token")
        posted = {name: [sendable(value) for value in values] for name, values in typed.items()}
        screen = visitor.send(f"/{reporter.form_id}/{page_id}", {"_token": token, **posted})
        assert (screen.status, screen.here != page_id) == (200, True), (page_id, screen.errors())
    screen = visitor.go(f"/{reporter.form_id}/granska")
    assert screen.here == "granska"
    assert missing(screen, [sendable(word) for word in words]) == []


def sendable(text):
    """Half a sign cannot be sent by a browser."""
    return text.replace("\ud800", "")


@pytest.mark.untraced
@pytest.mark.parametrize("who", ["rektor", "group"])
@given(text=st.one_of(st.sampled_from(ODD), st.text(SIGNS, max_size=200)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_typed_is_on_the_check_page_sign_by_sign(visitor, who, text):
    # An age, or a birthday, is asked for: nothing at all is none.
    assume(clean(text))
    reporter = REPORTERS[who]
    journeys.at_review(visitor, reporter)
    form = visitor.parts.content.forms["sv"][reporter.form_id]
    draft = journeys.draft_of(visitor, reporter.form_id)
    journey = Journey(form, draft.typed, visitor.parts.today())
    pages, words = written(journey, reporter.answers, text)
    journeys.edit_draft(visitor, reporter.form_id, lambda now: replace(now, typed=pages))
    screen = visitor.go(f"/{reporter.form_id}/granska")
    assert (screen.status, screen.here) == (200, "granska")
    assert missing(screen, words) == []


@pytest.mark.untraced
@pytest.mark.parametrize("who", REPORTERS)
@pytest.mark.parametrize("text", [ODD[1], ODD[2], ODD[3], ODD[8]], ids=range(4))
def test_staff_read_what_was_typed(visitor, town, clerk_of, who, text):
    reporter = REPORTERS[who]
    journeys.at_review(visitor, reporter)
    form = visitor.parts.content.forms["sv"][reporter.form_id]
    draft = journeys.draft_of(visitor, reporter.form_id)
    journey = Journey(form, draft.typed, visitor.parts.today())
    pages, words = written(journey, reporter.answers, text)
    journeys.edit_draft(visitor, reporter.form_id, lambda now: replace(now, typed=pages))
    visitor.go(f"/{reporter.form_id}/granska")
    reference = journeys.send(visitor)
    town.carry()
    unit = "sspf" if reporter.form_id == "stoppmote" else "barn-och-unga"
    assert missing(clerk_of(unit).open(reference), words) == []


def remarks(screen, question):
    """What is said below the answer to a question."""
    row = next(dt for dt in screen.page.all("dt") if dt.words == question).within[-1]
    hints = [one for one in screen.page.all("p") if one.attributes.get("class") == "hint"]
    return [one.words for one in hints if row in one.within]


def test_how_it_was_read_is_said_before_it_is_sent_and_to_staff(visitor, town, clerk_of):
    odd = REKTOR.but(
        alder="stor",
        personnummer="31 januari 2018",
        telefon="070-174 06 05 (jobb)",
        epost="kansliet",
        beskriv="Ser hungrig ut.",
        **{"syskonen-0-alder": "18 mån"},
    )
    screen = journeys.at_review(visitor, odd)
    said = {
        "Barnets ålder": ["Vi läste det inte som en ålder."],
        "Personnummer eller födelsedatum": ["Vi läste det som född 31 januari 2018."],
        "Vilka är de andra barnen?": ["Barn 1, Ålder: Vi läste det som 18 månader."],
        "Telefon": ["Vi läste det som 070-174 06 05."],
        "E-post": ["Vi hittade ingen e-postadress i det."],
        "Vad har du sett, hört eller fått veta?": ["Det är kort. Berätta gärna mer om du kan."],
        "Ditt namn": [],
    }
    comfort = {
        "Barnets ålder": " Det är okej.",
        "E-post": " Det är okej.",
        "Vad har du sett, hört eller fått veta?": " Du kan skicka ändå.",
    }
    for question, lines in said.items():
        shown = [line + comfort.get(question, "") for line in lines]
        assert remarks(screen, question) == shown, question
    reference = journeys.send(visitor)
    town.carry()
    opened = clerk_of("barn-och-unga").open(reference)
    for question, lines in said.items():
        assert remarks(opened, question) == lines, question


def test_it_is_said_in_the_language_of_the_page(visitor):
    screen = journeys.at_review(visitor, ENGLISH.but(**{"alder-unknown": ""}, alder="åtta"))
    assert remarks(screen, "The child’s age") == ["We read it as 8 years."]
    screen = journeys.at_review(visitor, ENGLISH.but(**{"alder-unknown": ""}, alder="litet"))
    assert remarks(screen, "The child’s age") == ["We did not read it as an age. That is fine."]


def test_a_person_who_gave_a_name_is_asked_for_a_way_to_be_reached(visitor):
    journeys.reach(visitor, NAMED, "kontakt")
    typed = {"ditt_namn": "Gun Granne", "telefon": "ring växeln", "epost": ""}
    screen = visitor.press(typed)
    assert (screen.status, screen.here) == (422, "kontakt")
    assert screen.value("telefon") == "ring växeln"
    assert "telefonnummer eller en e-postadress" in screen.errors()[0]
    assert visitor.press({"epost": "Gun <gun@x.example>"}).here != "kontakt"


def test_a_draft_keeps_one_value_of_an_input_that_takes_one(visitor):
    journeys.reach(visitor, ANONYMOUS, "mer")
    many = tuple(f"ord {number}" for number in range(300))
    token = visitor.screen.value("_token")
    visitor.send("/orosanmalan/mer", {"_token": token, "kalla": many, "risk": ("a", "b")})
    typed = journeys.draft_of(visitor, "orosanmalan").typed["mer"]
    assert typed == {"kalla": ("ord 0",), "risk": ("a",)}
    visitor.go("/orosanmalan/slag")
    boxes = tuple(f"{number}" for number in range(300))
    token = visitor.screen.value("_token")
    visitor.send("/orosanmalan/slag", {"_token": token, "slag": ("vald", *boxes)})
    kept = journeys.draft_of(visitor, "orosanmalan").typed["slag"]["slag"]
    assert len(kept) <= 18
