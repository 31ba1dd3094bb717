"""What a municipality has of its own to choose in the steps of a process, beside what they have."""

import shutil
import tomllib
from datetime import date

import pytest

from app.casework.group import acting
from app.casework.group.born import Born
from app.casework.group.consent import Consent, Say
from app.casework.group.people import Group, Person
from app.runner import content, own_options, people_faults
from app.runner.content import ContentFaults
from app.runner.definition import Form
from app.runner.form_faults import faults as form_faults
from app.runner.own_options import Own
from app.runner.process import Process
from tests.content import FORMS
from tests.content import loaded as ours
from tests.unit.runner.small_content import FILES, faults, load

FORM, _, _, _, TOWN, PROCESS = FILES
ASKS = FILES[PROCESS].replace(
    """[[steps]]
id = "folj_upp"
""",
    """[[steps]]
id = "insats"
title = "Insats"
button = "Spara"
roles = ["handlaggare"]
from = ["tagen"]
[[steps.fields]]
id = "vad"
kind = "radios"
label = "Vilken?"
options_from = "measures"
options = [
  { id = "samtal", label = "Samtal" },
  { id = "annat", label = "Annat", text = { label = "Vad?" } },
]
[[steps]]
id = "folj_upp"
""",
    1,
)
MENTOR = """
[[casework.measures]]
id = "mentor"
label = "Mentor"
"""
IN_ENGLISH = """
[texts.en.municipality]
casework.measures.mentor.label = "A mentor"
"""


def named(folder, *more):
    return faults(folder, {PROCESS: ASKS, TOWN: FILES[TOWN] + "".join(more)})


@pytest.fixture
def loaded(tmp_path):
    return lambda *more: load(tmp_path, {PROCESS: ASKS, TOWN: FILES[TOWN] + "".join(more)})


def choices(whole, language="sv"):
    [field] = whole.processes[language]["liten"].step("insats").fields
    return {one.id: one.label for one in field.options}


def test_they_stand_before_what_opens_a_line_in_each_language(loaded):
    whole = loaded(MENTOR, IN_ENGLISH)
    assert [*choices(whole).items()] == [
        ("samtal", "Samtal"),
        ("mentor", "Mentor"),
        ("annat", "Annat"),
    ]
    assert choices(whole, "en")["mentor"] == "A mentor"


def test_one_of_them_is_answered_with_as_any_other(loaded):
    step = loaded(MENTOR).processes["sv"]["liten"].step("insats")
    asked = step.read({"vad": ("mentor",)}, today=date(2026, 11, 28))
    assert not asked.problems
    assert asked.answers["vad"].lines == ("Mentor",)


def test_without_any_the_question_is_as_the_process_has_it(loaded):
    assert [*choices(loaded())] == ["samtal", "annat"]


def test_one_more_is_not_another_process(loaded):
    with_one, without = (each.processes["sv"]["liten"] for each in (loaded(MENTOR), loaded()))
    assert with_one.content_hash() == without.content_hash()


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (MENTOR + MENTOR, "casework.measures.mentor"),
        (MENTOR.replace('"Mentor"', '" "'), "casework.measures.mentor.label"),
        (MENTOR.replace('"mentor"', '"samtal"'), "casework.measures.samtal"),
        (MENTOR.replace('"mentor"', '"hint"'), "casework.measures.hint"),
    ],
)
def test_one_that_cannot_stand_there_is_named(tmp_path, more, key):
    assert ("prov.toml", key) in {(file, at) for file, at, _ in named(tmp_path, more)}


def test_a_form_cannot_ask_for_them():
    form = Form.model_validate(tomllib.loads(FILES[FORM]))
    page = form.pages[0]
    roll = next(field for field in page.fields if field.id == "roll")
    asks = roll.model_copy(update={"options_from": "measures"})
    fields = tuple(asks if field is roll else field for field in page.fields)
    pages = (page.model_copy(update={"fields": fields}), *form.pages[1:])
    found = dict(form_faults(form.model_copy(update={"pages": pages})))
    assert found["fields.roll.options_from"] == "kommunens val står bara i steg i en process"


STOPPMOTE = (FORMS / "processes" / "stoppmote.toml").read_text("utf-8")
NEEDS = Process.model_validate(
    tomllib.loads(STOPPMOTE.replace('needs = ["sig"]', 'needs = ["lots"]', 1))
)
LOTS = {"purposes": (Own(id="lots", label="Att lotsen hör av sig"),)}


def test_a_step_may_need_a_purpose_of_the_municipality_s():
    assert [*people_faults.faults(NEEDS)] == []
    missing = people_faults.need_faults(own_options.put(NEEDS, {}))
    assert [*missing] == [("steps.sig.needs", "ändamålet 'lots' finns inte")]
    assert [*people_faults.need_faults(own_options.put(NEEDS, LOTS))] == []


def test_a_step_that_needs_what_this_municipality_lacks_is_named_in_the_process(tmp_path):
    folder = shutil.copytree(FORMS, tmp_path / "forms")
    file = folder / "processes" / "stoppmote.toml"
    needs = STOPPMOTE.replace('needs = ["sig"]', 'needs = ["mentor"]', 1)
    file.write_text(needs, "utf-8")
    content.load(folder)
    file.write_text(needs.replace('needs = ["mentor"]', 'needs = ["lots"]', 1), "utf-8")
    with pytest.raises(ContentFaults) as wrong:
        content.load(folder)
    [fault] = wrong.value.faults
    assert (fault.file, fault.key) == ("processes/stoppmote.toml", "steps.sig.needs")


def test_the_letter_that_asks_for_a_yes_asks_of_it_too_and_no_other_letter_does():
    before = {letter.id: letter.asks for letter in NEEDS.letters}
    after = {letter.id: letter.asks for letter in own_options.put(NEEDS, LOTS).letters}
    assert any(before.values())
    assert after == {name: (*asks, "lots") if asks else () for name, asks in before.items()}


def test_it_is_reckoned_as_any_other():
    process = own_options.put(ours().processes["sv"]["stoppmote"], LOTS)
    today = date(2026, 11, 28)
    bo = Person(
        "b0",
        "ung",
        {},
        today,
        born=Born(date(2013, 1, 1), date(2013, 1, 1)),
        guardians=("p1",),
        all_known=True,
    )
    mia = Person("p1", "vuxen", {}, today)
    asked = Group((bo, mia))
    [lacks] = acting.lacking(process, asked, "lots", bo, on=today)
    assert (lacks.why, lacks.who) == ("not_asked", "p1")
    yes = Consent(1, "lots", "b0", "p1", Say.GIVEN, today, date(2027, 11, 28))
    assert acting.lacking(process, Group((bo, mia), (yes,)), "lots", bo, on=today) == ()


def test_a_process_that_asks_for_none_of_them_asks_for_none_in_its_letters():
    own = Process.model_validate(
        tomllib.loads(STOPPMOTE.replace('options_from = "purposes"\n', "", 1))
    )
    assert own_options.put(own, LOTS).letters == own.letters
