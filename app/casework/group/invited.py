"""Whom the coordinator may ask to come: guardians of a child, and of who is of age on their word.

Whoever has come of age decides alone (9 kap. 1 § FB): to tell their parents of the meeting takes
their yes. It is reckoned both today and on the day of the meeting, since somebody may come of age
in between, and who may be of age, or of no known age, is asked as one who is.
"""

from collections.abc import Iterator
from datetime import date

from app.casework.group import consent
from app.casework.group.born import ADULT
from app.casework.group.consent import Missing, Why
from app.casework.group.people import Group, Person
from app.casework.group.told import day_in
from app.runner.process import Process


def hinders(process: Process, group: Group, person: Person, *, on: date) -> tuple[Missing, ...]:
    """Return everything that keeps somebody from being asked to come; nothing when they may be.

    A guardian may be when it is about one of their young at least. The young always may.
    """
    if process.invitations is None or group.unread:
        return (Missing(Why.NOT_ASKED),)
    if is_young(process, person) or about(process, group, person, on=on):
        return ()
    lacks = [each for one in young_of(group, person) for each in lacking(process, group, one, on)]
    return tuple(dict.fromkeys(lacks)) or (Missing(Why.NOBODYS_GUARDIAN),)


def about(process: Process, group: Group, person: Person, *, on: date) -> tuple[Person, ...]:
    """Return about whom somebody may be asked to come: themselves, or some of their young."""
    if process.invitations is None or group.unread:
        return ()
    if is_young(process, person):
        return (person,)
    return tuple(one for one in young_of(group, person) if not lacking(process, group, one, on))


def lacking(process: Process, group: Group, one: Person, on: date) -> tuple[Missing, ...]:
    """Return what keeps the guardians of a young person from being asked to come about them."""
    found = (no_yes(process, group, one, day) for day in days(process, group, on))
    return tuple(Missing(why, one.id) for why in dict.fromkeys(found) if why)


def no_yes(process: Process, group: Group, one: Person, day: date) -> Why | None:
    """Return why somebody's word does not let their guardians come on a day; None when it does."""
    if process.invitations is None or not may_be_of_age(one, day):
        return None
    return consent.says_no(group.consents, process.invitations.purpose, one.young, one.id, day)


def may_be_of_age(one: Person, day: date) -> bool:
    """Tell whether somebody may have come of age on a day; who is of no known age may."""
    ages = one.born.ages(day) if one.born else range(0)
    return not ages or ages[-1] >= ADULT


def days(process: Process, group: Group, on: date) -> Iterator[date]:
    """Yield the days on which it must be allowed: this one, and that of a meeting to come."""
    yield on
    meets = meeting(process, group)
    if meets and meets > on:
        yield meets


def meeting(process: Process, group: Group) -> date | None:
    """Return the day of the meeting, as it was said last; None when none has been."""
    asked = process.invitations
    said = group.last(asked.step) if asked else None
    return day_in(said.told, asked.day) if asked and said else None


def is_young(process: Process, person: Person) -> bool:
    """Tell whether somebody is of those who have guardians."""
    return any(sort.id == person.sort and sort.guardians for sort in process.people)


def young_of(group: Group, guardian: Person) -> tuple[Person, ...]:
    """Return those who are still there and whose guardian somebody is."""
    return tuple(one for one in group.people if guardian.id in one.guardians and not one.left)
