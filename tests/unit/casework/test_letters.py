"""What letters say, to whom, in which language, and what keeps somebody from one."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from app.casework.group import letters
from app.casework.group.born import born_as
from app.casework.group.composed import Source
from app.casework.group.consent import Consent, Say
from app.casework.group.families import families, strangers
from app.casework.group.hindered import Hinder, LetterHindered
from app.casework.group.people import Done, Group, Person
from app.casework.group.wording import Tongue
from app.web.shown import words
from tests.content import loaded
from tests.content.lix import lix, sentences

TODAY = date(2026, 11, 28)
FREE = frozenset({"text", "long_text"})


def tongues(content=None):
    content = content or loaded()
    return {
        code: Tongue(
            code,
            content.processes[code]["stoppmote"],
            content.municipalities[code],
            content.interfaces[code],
            partial(words.day, t=content.interfaces[code]),
        )
        for code in content.languages
    }


PROCESS = loaded().processes["sv"]["stoppmote"]


def told(**answers):
    """Return answers as they are read out of entries: an option, a day, or words."""
    found = {}
    for name, said in answers.items():
        if name in {"motesdag", "dag"}:
            found[name] = {"lines": [said], "data": {"date": said}}
        elif name in {"skyddad", "sprak"}:
            found[name] = {"lines": [said], "data": {said: ""}}
        else:
            found[name] = {"lines": said.splitlines(), "data": said}
    return found


def adult(key, name, **more):
    known = told(**{"skyddad": "nej", "sprak": "sv", "adress": f"{key}gatan 1", **more})
    return Person(key, "vuxen", known, TODAY, name)


def young(key, name, *guardians, born="2012-01-01", skyddad="nej", **more):
    known = told(skyddad=skyddad)
    return Person(key, "ung", known, TODAY, name, born_as(born), guardians, all_known=True, **more)


PLANNED = Done(1, "planera", "", told(motesdag="2026-12-05", tid="18.00", plats="Torget"), TODAY)
HELD = Done(2, "mote", "", told(dag="2026-12-05", overens="Vi ses i januari."), TODAY)
AGREED = Done(3, "familj", "bo", told(overens="Bo ringer fritidsgården.\nMia kör."), TODAY)
PEOPLE = (
    young("bo", "Bo Alm", "mia", "per"),
    young("liv", "Liv Alm", "mia"),
    young("kim", "Kim Dahl", "eva"),
    adult("mia", "Mia Alm"),
    adult("per", "Per Ek"),
    adult("eva", "Eva Dahl"),
)


def source(people=PEOPLE, done=(PLANNED, HELD, AGREED), says=(), content=None, **more):
    group = Group(people, says, done=done, **more)
    return Source(PROCESS, group, TODAY, "Siv Samordnare", tongues(content))


def letter(where, letter_id, key):
    return next(one for one in letters.every(where, PROCESS.letter(letter_id)) if one.key == key)


def text(made):
    return "\n".join(line.text for line in made.lines)


def whys(made):
    return [one.why for one in made.hinders]


def but(key, **changes):
    """Return everybody, with something else known of one."""
    return tuple(
        replace(one, told={**one.told, **told(**changes)}) if one.id == key else one
        for one in PEOPLE
    )


# What stands in them


def test_an_invitation_has_whom_it_is_about_when_where_and_whom_to_ring():
    made = letters.require(letter(source(), "inbjudan", "mia"))
    assert made.title == "Inbjudan till ett möte"
    assert [line.text for line in made.lines if line.style == "to"] == ["Mia Alm", "miagatan 1"]
    for said in ("Bo Alm och Liv Alm", "5 december 2026", "18.00", "Torget", "Siv Samordnare"):
        assert said in text(made)
    assert "08-465 004 20" in text(made)
    assert {one.id for one in made.about} == {"bo", "liv"}
    assert "Kim" not in text(made)


def test_no_invitation_says_what_anybody_is_suspected_of():
    for one in PROCESS.letters:
        for word in ("brott", "misstänk", "kriminell", "knark", "våld"):
            assert word not in (one.text + one.each).lower()


def test_what_was_agreed_has_what_is_for_all_and_for_their_own():
    made = letters.require(letter(source(), "overenskommelse", "per"))
    assert "Vi ses i januari." in text(made)
    lines = [(line.style, line.text) for line in made.lines]
    assert ("section", "Om Bo Alm") in lines
    assert ("text", "Mia kör.") in lines
    other = letters.require(letter(source(), "overenskommelse", "eva"))
    assert "fritidsgården" not in text(other)
    assert "Om Kim Dahl" not in text(other), "nothing has been agreed with them"


def test_an_answer_from_before_the_meeting_that_it_is_about_is_none():
    again = replace(HELD, number=9)
    made = letters.require(
        letter(source(done=(PLANNED, HELD, AGREED, again)), "overenskommelse", "per")
    )
    assert "fritidsgården" not in text(made)


@pytest.mark.parametrize("lacks", ["motesdag", "tid", "plats"])
def test_without_an_answer_it_is_not_made_and_what_is_missing_is_told(lacks):
    known = {name: said for name, said in PLANNED.told.items() if name != lacks}
    made = letter(source(done=(replace(PLANNED, told=known),)), "inbjudan", "mia")
    assert whys(made) == [Hinder.UNANSWERED]
    asked = next(field for field in PROCESS.step("planera").fields if field.id == lacks)
    assert made.hinders[0].what == (asked.label,)
    with pytest.raises(LetterHindered):
        letters.require(made)


def test_what_is_asked_is_what_their_word_is_asked_of_with_a_line_to_sign_on():
    made = letters.require(letter(source(), "blankett", "mia"))
    choices = [line.text for line in made.lines if line.style == "choice"]
    assert len(choices) == 2 * 5 + 1, "five of each child, and their own name on the list"
    assert [line.text for line in made.lines if line.style == "sign"][-3:] == [
        "Dag",
        "Underskrift",
        "Namn",
    ]
    assert [line.text for line in made.lines if line.style == "section"][2:5] == [
        "Bo Alm",
        "Liv Alm",
        "Mia Alm",
    ]
    assert "ta tillbaka" in text(made)


@pytest.mark.parametrize(
    ("born", "asked"), [("2014-01-01", 0), ("2010-06-01", 5), ("2008-01-01", 6)]
)
def test_the_young_are_asked_from_fifteen_and_alone_from_eighteen(born, asked):
    people = (young("bo", "Bo Alm", "mia", born=born), adult("mia", "Mia Alm"))
    made = letter(source(people), "blankett_ung", "bo")
    assert len([line for line in made.lines if line.style == "choice"]) == asked
    assert whys(made) == ([] if asked else [Hinder.NOTHING_ASKED])


def test_the_answer_to_whoever_asked_says_nothing_of_anybody():
    made = letters.require(letter(source(), "svar", "reporter"))
    assert made.about == ()
    for one in PEOPLE:
        assert not set(one.name.split()) & set(text(made).split())


@pytest.mark.parametrize("letter_id", [one.id for one in PROCESS.letters])
def test_every_letter_is_easy_to_read(letter_id):
    one = PROCESS.letter(letter_id)
    read = [each for part in (one.text, one.each) for each in sentences(letter_id, part)]
    assert lix(read) <= 35


# Who gets none


@pytest.mark.parametrize("answer", ["ja", "vet_inte"])
def test_who_has_or_may_have_a_protected_identity_is_rung_up(answer):
    assert whys(letter(source(but("mia", skyddad=answer)), "inbjudan", "mia")) == [Hinder.PROTECTED]


def test_until_it_has_been_said_there_is_no_letter():
    people = tuple(replace(one, told={}) if one.id == "mia" else one for one in PEOPLE)
    assert whys(letter(source(people), "inbjudan", "mia")) == [Hinder.NOT_SAID]


def test_no_letter_names_a_protected_child_and_without_another_there_is_none():
    where = source(but("bo", skyddad="ja"))
    made = letters.require(letter(where, "inbjudan", "mia"))
    assert "Bo" not in text(made)
    assert [one.id for one in made.left_out] == ["bo"]
    assert whys(letter(where, "inbjudan", "per")) == [Hinder.CHILD_PROTECTED]


def test_no_letter_goes_to_the_parents_of_who_is_of_age_without_their_yes():
    people = (young("liv", "Liv Ek", "per", born="2007-01-01"), adult("per", "Per Ek"))
    for one in ("inbjudan", "paminnelse", "blankett", "overenskommelse"):
        assert whys(letter(source(people), one, "per")) == [Hinder.UNINVITED]
    yes = Consent(1, "foraldrar", "liv", "liv", Say.GIVEN, TODAY, date(2027, 11, 28))
    assert whys(letter(source(people, says=(yes,)), "inbjudan", "per")) == []
    assert whys(letter(source(people), "inbjudan_ung", "liv")) == []


def test_who_has_no_name_gets_none_and_where_something_is_unread_nobody_does():
    people = tuple(replace(one, name="") if one.id == "bo" else one for one in PEOPLE)
    assert whys(letter(source(people), "inbjudan", "per")) == [Hinder.NAMELESS]
    for one in ("inbjudan", "svar"):
        where = source(unread=True)
        assert all(
            whys(each) == [Hinder.UNREAD] for each in letters.every(where, PROCESS.letter(one))
        )


# Nothing of another family


@pytest.mark.parametrize(
    "written", ["Bo och Kim ska inte ses.", "Kims pappa kör.", "Familjen Dahl kommer.", "eva dahl"]
)
@pytest.mark.parametrize("step", ["mote", "familj"])
def test_what_staff_have_written_of_another_family_keeps_the_letter_from_being_made(step, written):
    done = {
        "mote": (PLANNED, replace(HELD, told=told(dag="2026-12-05", overens=written)), AGREED),
        "familj": (PLANNED, HELD, replace(AGREED, told=told(overens=written))),
    }[step]
    made = letter(source(done=done), "overenskommelse", "per")
    assert whys(made) == [Hinder.NAMES_OTHERS]
    assert made.lines == ()


def test_with_a_yes_to_it_somebody_of_another_family_may_be_named_and_that_is_known():
    agreed = replace(AGREED, told=told(overens="Bo och Kim ska inte ses."))
    yes = Consent(1, "andra_familjer", "kim", "eva", Say.GIVEN, TODAY, date(2027, 11, 28))
    made = letters.require(
        letter(source(done=(PLANNED, HELD, agreed), says=(yes,)), "overenskommelse", "per")
    )
    assert [one.id for one in made.about] == ["bo", "kim"]
    assert made.purposes == ("andra_familjer",)


def test_a_family_is_everybody_who_has_somebody_in_common():
    found = {frozenset(one.id for one in those) for those in families(Group(PEOPLE))}
    assert found == {frozenset({"bo", "liv", "mia", "per"}), frozenset({"kim", "eva"})}


def test_a_name_that_the_family_has_too_or_a_word_that_is_no_name_is_nobody_else():
    people = (*PEOPLE, young("bo2", "Bo Alm"), young("kille", "killen på moped"))
    assert strangers(Group(people), ["Bo Alm och killen kom."], PEOPLE) == (people[-2],)
    assert strangers(Group(people), ["Bo och Alm och en moped"], PEOPLE) == ()


# Languages


def test_it_is_written_in_the_language_that_they_read():
    made = letters.require(letter(source(but("mia", sprak="en")), "inbjudan", "mia"))
    assert (made.code, made.untranslated) == ("en", False)
    assert "Bo Alm and Liv Alm" in text(made)
    assert "5 December 2026" in text(made)


@pytest.mark.parametrize("one", [one.id for one in PROCESS.letters if one.to == "vuxen"])
def test_all_of_every_letter_is_in_english_too(one):
    where = source(but("mia", sprak="en"))
    made = letter(where, one, "mia")
    assert not made.untranslated, [line for line in made.lines if line.language != "en"]


@pytest.mark.parametrize("code", ["ti", "annat"])
def test_a_language_that_there_is_no_file_for_is_swedish_and_staff_are_told(code):
    made = letters.require(letter(source(but("mia", sprak=code)), "inbjudan", "mia"))
    assert (made.code, made.untranslated) == ("sv", True)
