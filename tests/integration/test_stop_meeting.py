"""A whole stoppmöte as staff work with it, step by step: from the request to the last follow-up."""

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.casework.group.acting import NotForEach
from app.casework.group.consent import NoConsent
from app.casework.refusals import StepImpossible, StepUnanswered
from app.casework.running import Rules
from app.intake import drafts
from app.intake.submit import Reception, submit
from app.runner.definition import Form, Page
from app.runner.role import Role
from app.storage.columns import NEVER
from app.storage.tables import tallies
from tests.content import form, loaded
from tests.integration.casework import CALENDAR, LEADER, Unit
from tests.integration.reports import FORM, IDLE, PUBLIC, RECEIVER, TYPED

PROCESS = loaded().processes["sv"]["stoppmote"]
KEYS = {RECEIVER.unit: {RECEIVER.key_id: PUBLIC}}
RULES = Rules(CALENDAR, {"stoppmote": PROCESS}, KEYS, counts=True)
COORDINATOR = replace(LEADER, roles=frozenset({Role.SSPF}))
BO, LIV = "b0", "b1"
"""The young people of the request, by their places in it: Bo is 13, Liv is of age on 20 January."""
HER_BIRTHDAY = date(2027, 1, 20)
ASKED = {
    "unga-0-namn": ("Bo",),
    "unga-0-alder": ("13",),
    "unga-1-namn": ("Liv",),
    "unga-1-personnummer": ("2009-01-20",),
}
JUDGED = {
    "grupp": "ja",
    "alder": "ja",
    "orosanmalan": "gjord",
    "uppgifter": "Begäran.",
    "bedomning": "Det passar.",
    "resultat": "mote",
}
NO_REPORT = {"svar": "behovs_inte", "svar-behovs_inte-text": "Ingen fara."}
TOLD = {"uppgifter": ("handelser",), "myndigheter": ("polis", "socialtjanst")}
FOUR = {"socialtjanst": "ja", "polis": "ja", "skola": "ja", "fritid": "ja"}
CAME = {"kom": "alla", "stod": "Föräldrastöd.", "stod_svar": "senare"}


def day(name, on):
    """Return a whole day as it is typed in the first of its boxes."""
    return {f"{name}-day": f"{on.day} {on.month} {on.year}"}


@dataclass(frozen=True)
class Meeting:
    """One request, and whoever works with it."""

    unit: Unit
    reference: str

    @property
    def today(self):
        return CALENDAR.day(self.unit.clock.now())

    @property
    def state(self):
        return self.unit.row(self.reference).state

    @property
    def group(self):
        return self.unit.group(self.reference, PROCESS)

    def until(self, on):
        """Let time go until a day."""
        self.unit.clock.move(days=(on - self.today).days)

    def step(self, step_id, vem="", **typed):
        """Take a step as staff do, about somebody or nobody."""
        whom = {"vem": vem} if vem else {}
        inputs = {
            name: (said,) if isinstance(said, str) else said
            for name, said in {**whom, **typed}.items()
        }
        return self.unit.step(self.reference, step_id, inputs, staff=COORDINATOR, group=self.group)

    def adult(self, name, *young):
        """Add somebody who is the only guardian of some of the young."""
        self.step("vuxen", namn=name, skyddad="nej")
        [mine] = [one.id for one in self.group.of("vuxen") if one.name == name]
        for one in young:
            person = self.group.person(one)
            number = {"personnummer": "2009-01-20"} if one == LIV else {"alder": "13"}
            said = {"namn": person.name, "skyddad": "nej", **number}
            self.step("ung", one, **said, vuxna=(mine,), alla="ja")
        return mine

    def say(self, about, who, purpose, say="given", **more):
        told = TOLD if say == "given" else {}
        said = {"andamal": purpose, "svar": say, "hur": "skriftligt", **day("nar", self.today)}
        self.step("samtycke", about, av=who, **said, **told, **more)

    def plan(self, on):
        self.step("planera", tid="18.00", plats="Skolans aula", **day("motesdag", on))

    def invite(self, who, **more):
        said = {"vad": "inbjudan", "hur": "telefon", "svar": "kommer", **day("nar", self.today)}
        self.step("inbjudan", who, **{**said, **more})

    def hold(self, **more):
        self.step("mote", **{**FOUR, **day("dag", self.today), **more})

    def follow_up(self, which, then):
        said = {"gruppen": "lugnare", "nasta": then, **day("dag", self.today)}
        self.step(which, **said)

    def answer(self, *young):
        for one in young:
            self.step("orosanmalan", one, **NO_REPORT)

    def counted(self):
        """Return what has been counted of cases that have ended: by dimension and value."""
        rows = self.unit.database.read_now(lambda c: c.execute(select(tallies)).all())
        return {(row.dimension, row.value): row.count for row in rows}

    def clock(self, name):
        """Return the rounds of a clock in order: the last day, whether it runs, how late it was."""
        rows = sorted(self.unit.clocks(self.reference).items())
        mine = [row for (clock, _), row in rows if clock == name]
        return [(row.due_on, row.stopped_at is None, row.late_days) for row in mine]


@pytest.fixture
def asked(database, clock):
    """A request for a stoppmöte about Bo and Liv, that somebody has read and taken."""
    real = form("stoppmote")
    [unga] = [field for _, field in real.fields() if field.id == "unga"]
    small = Form.model_validate({**FORM, "id": "stoppmote"})
    page = Page(id="gruppen", step="barnet", title="Gruppen", fields=(unga,))
    asks = small.model_copy(update={"pages": (*small.pages, page)})
    key = drafts.key(os.urandom(32), "stoppmote")
    draft = drafts.Draft("stoppmote", asks.version, "sv", {**TYPED, "gruppen": ASKED})
    database.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
    receipt = database.write_now(
        lambda c: submit(c, key, form=asks, reception=Reception(RECEIVER), clock=clock)
    )
    unit = Unit(database, clock, RULES)
    unit.arrive()
    found = Meeting(unit, receipt.reference)
    unit.read(receipt.reference, COORDINATOR)
    unit.take(receipt.reference, COORDINATOR)
    return found


@pytest.fixture
def meeting(asked):
    """The same, judged: a meeting suits."""
    asked.step("bedomning", **JUDGED)
    return asked


def test_a_stoppmote_goes_from_the_request_to_its_second_follow_up_and_ends(meeting):
    mia, eva = meeting.adult("Mia", BO), meeting.adult("Eva", LIV)
    for about, who in ((BO, mia), (LIV, eva), (LIV, LIV)):
        meeting.say(about, who, "dela_pa_motet")
    meeting.answer(BO, LIV)
    held = meeting.today + timedelta(days=21)
    meeting.plan(held)
    assert meeting.clock("inbjudan") == [(held - timedelta(days=7), True, None)]
    meeting.invite(mia)
    meeting.invite(eva)
    assert meeting.state == "inbjuden"
    assert meeting.clock("inbjudan") == [(held - timedelta(days=7), False, 0)]
    meeting.until(held)
    meeting.hold(sagt="Vad vi har sett i området.")
    for young in (BO, LIV):
        meeting.step("familj", young, **CAME)
    meeting.step("insats", BO, vad="praktik", arbetsplats="En park", **day("fran", held))
    meeting.step("orossamtal", LIV, amnen="Kvällarna.", **day("dag", held))
    first, second = held + timedelta(days=42), held + timedelta(days=183)
    assert meeting.clock("uppfoljning_1") == [(first, True, None)]
    assert meeting.clock("uppfoljning_2") == [(second, True, None)]
    meeting.until(first)
    meeting.follow_up("uppfoljning", "folja")
    meeting.step("uppfoljning_en", BO, vilken="forsta", hur="lugnare")
    assert meeting.unit.row(meeting.reference).next_clock == "uppfoljning_2"
    meeting.until(second)
    meeting.step("insats_slut", BO, vad="praktik", hur_gick_det="hjalpte")
    meeting.follow_up("uppfoljning_2", "avsluta")
    assert meeting.unit.row(meeting.reference).next_due == NEVER
    meeting.step("svar", sagt="yes", **day("nar", meeting.today))
    meeting.step("avsluta", utfall="lugnare", skal="Gruppen har skingrats.")
    row = meeting.unit.row(meeting.reference)
    assert (row.state, row.outcome) == ("avslutad", "mote")
    for name in ("inbjudan", "uppfoljning_1", "uppfoljning_2"):
        assert [late for *_, late in meeting.clock(name)] == [0]
    assert meeting.counted() == {
        ("taken.bedomning", ""): 1,
        ("steps.vag", "mote"): 1,
        ("taken.mote", ""): 1,
        ("steps.vantan", "15"): 1,
        ("taken.familj", ""): 2,
        ("cases.familj", ""): 1,
        ("steps.kom", "alla"): 2,
        ("steps.stod", "senare"): 2,
        ("taken.insats", ""): 1,
        ("cases.insats", ""): 1,
        ("steps.insats", "praktik"): 1,
        ("taken.insats_slut", ""): 1,
        ("cases.insats_slut", ""): 1,
        ("steps.insats_slut", "hjalpte"): 1,
        ("taken.uppfoljning_en.forsta", ""): 1,
        ("cases.uppfoljning_en.forsta", ""): 1,
        ("steps.uppfoljning.forsta", "lugnare"): 1,
        ("taken.avsluta", ""): 1,
        ("steps.utfall", "lugnare"): 1,
    }


def test_a_meeting_moved_twice_is_counted_and_invited_to_anew(meeting):
    mia = meeting.adult("Mia", BO)
    days = [meeting.today + timedelta(days=number) for number in (20, 30, 40)]
    for number, on in enumerate(days):
        meeting.plan(on)
        assert meeting.state == "planeras"
        assert [row[1] for row in meeting.clock("inbjudan")] == [False] * number + [True]
        meeting.invite(mia)
    assert [row[0] for row in meeting.clock("inbjudan")] == [on - timedelta(days=7) for on in days]
    meeting.until(days[-1])
    meeting.hold()
    assert meeting.clock("uppfoljning_1") == [(days[-1] + timedelta(days=42), True, None)]


def test_a_meeting_with_the_wrong_day_is_written_again_and_followed_up_from_the_right_one(meeting):
    meeting.plan(meeting.today + timedelta(days=14))
    held = meeting.today + timedelta(days=14)
    meeting.until(held + timedelta(days=2))
    meeting.hold()
    meeting.hold(**day("dag", held))
    assert meeting.state == "hallet"
    wrong, right = meeting.clock("uppfoljning_1")
    assert wrong == (held + timedelta(days=44), False, None), "it was never late"
    assert right == (held + timedelta(days=42), True, None)


def test_a_family_that_declines_is_written_down_and_keeps_nothing_from_going_on(meeting):
    mia = meeting.adult("Mia", BO)
    meeting.plan(meeting.today + timedelta(days=14))
    meeting.invite(mia, svar="kommer_inte")
    meeting.until(meeting.today + timedelta(days=14))
    meeting.hold()
    meeting.step("familj", BO, kom="tackade_nej", stod_svar="inget_erbjudet")
    assert meeting.group.last("familj", BO).told["kom"]["lines"] == ["Nej, de tackade nej"]
    assert meeting.state == "hallet"


def test_a_meeting_that_is_called_off_takes_the_case_back_and_nothing_waits(meeting):
    meeting.plan(meeting.today + timedelta(days=14))
    meeting.step("installt", skal="Familjerna vill inte.")
    assert meeting.state == "bedomd"
    assert not any(row[1] for row in meeting.clock("inbjudan"))
    with pytest.raises(StepImpossible):
        meeting.hold()
    meeting.plan(meeting.today + timedelta(days=28))
    assert meeting.state == "planeras"


def test_a_new_round_has_a_meeting_and_follow_ups_of_its_own(meeting):
    meeting.plan(meeting.today + timedelta(days=14))
    meeting.until(meeting.today + timedelta(days=14))
    meeting.hold()
    first = meeting.today
    meeting.step("ny_omgang", skal="Fler har kommit till.")
    assert meeting.state == "bedomd"
    assert not any(row[1] for row in meeting.clock("uppfoljning_1"))
    # Who was at the first meeting is still followed up, should there be no other.
    assert meeting.clock("uppfoljning_2") == [(first + timedelta(days=183), True, None)]
    meeting.plan(meeting.today + timedelta(days=30))
    meeting.until(meeting.today + timedelta(days=30))
    meeting.hold()
    for name, days in (("uppfoljning_1", 42), ("uppfoljning_2", 183)):
        *_, last = meeting.clock(name)
        assert last == (meeting.today + timedelta(days=days), True, None)


ELSEWHERE = {"vilken": "Annanby", "lamnat": "inget", "skal": "Folkbokföringen."}


def test_a_group_in_another_municipality_is_ended_before_it_is_judged(asked):
    asked.answer(BO)
    with pytest.raises(NotForEach):
        asked.step("kommun", **ELSEWHERE)
    asked.answer(LIV)
    asked.step("kommun", **ELSEWHERE)
    assert asked.state == "avslutad"
    assert not any(row[1] for row in asked.clock("sspf_bedomd"))


@pytest.mark.parametrize("state", ["bedomd", "planeras", "inbjuden", "hallet", "uppfoljt"])
@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("avsluta", {"utfall": "vet_inte", "skal": "Klart."}),
        ("kommun", ELSEWHERE),
    ],
)
def test_no_clock_keeps_a_case_from_ending_and_a_child_without_an_answer_does(
    meeting, state, step, said
):
    mia = meeting.adult("Mia", BO)
    held = meeting.today + timedelta(days=14)
    goes = {
        "planeras": lambda: meeting.plan(held),
        "inbjuden": lambda: meeting.invite(mia),
        "hallet": lambda: (meeting.until(held), meeting.hold()),
        "uppfoljt": lambda: meeting.follow_up("uppfoljning", "folja"),
    }
    for name, go in goes.items():
        if meeting.state == state:
            break
        go()
        assert meeting.state == name
    meeting.answer(BO)
    with pytest.raises(NotForEach) as refused:
        meeting.step(step, **said)
    assert refused.value.left == (("Orosanmälan för barnet", "Liv"),)
    assert meeting.state == state
    meeting.answer(LIV)
    meeting.step(step, **said)
    assert meeting.state == "avslutad"
    assert meeting.unit.row(meeting.reference).next_due == NEVER


def test_who_comes_of_age_before_the_meeting_says_whether_her_parents_come(meeting):
    eva = meeting.adult("Eva", LIV)
    meeting.plan(HER_BIRTHDAY - timedelta(days=1))
    meeting.invite(eva)
    meeting.plan(HER_BIRTHDAY)
    with pytest.raises(NoConsent):
        meeting.invite(eva)
    meeting.invite(LIV)
    meeting.until(HER_BIRTHDAY)
    with pytest.raises(NoConsent):
        meeting.invite(eva, vad="paminnelse")
    meeting.say(LIV, LIV, "foraldrar")
    meeting.invite(eva, vad="paminnelse")


def test_what_is_taken_back_an_hour_before_holds_at_once(meeting):
    mia = meeting.adult("Mia", BO)
    meeting.say(BO, mia, "sig")
    plan = {"plan": "Samtal varje vecka.", **day("dag", meeting.today)}
    meeting.step("sig", BO, **plan)
    meeting.unit.clock.move(hours=1)
    meeting.say(BO, mia, "sig", "withdrawn")
    with pytest.raises(NoConsent) as refused:
        meeting.step("sig", BO, **plan)
    assert [each.why for each in refused.value.missing] == ["withdrawn"]


def test_sig_takes_its_own_yes_from_everybody_whose_it_takes(meeting):
    eva = meeting.adult("Eva", LIV)
    plan = {"plan": "Samtal varje vecka.", **day("dag", meeting.today)}
    meeting.say(LIV, eva, "sspf")
    meeting.say(LIV, LIV, "sspf")
    meeting.say(LIV, eva, "sig")
    with pytest.raises(NoConsent) as refused:
        meeting.step("sig", LIV, **plan)
    assert [(each.why, each.who) for each in refused.value.missing] == [("not_asked", LIV)]
    meeting.say(LIV, LIV, "sig")
    meeting.step("sig", LIV, **plan)


@pytest.mark.parametrize("one", sorted(FOUR))
def test_the_four_are_there_or_it_is_said_why_one_is_not(meeting, one):
    meeting.plan(meeting.today + timedelta(days=14))
    meeting.until(meeting.today + timedelta(days=14))
    for said in ({one: ()}, {one: "nej"}):
        with pytest.raises(StepUnanswered):
            meeting.hold(**said)
    meeting.hold(**{one: "nej", f"{one}-nej-text": "Sjuk."})
    assert meeting.state == "hallet"
