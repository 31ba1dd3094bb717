"""Which of the people of a case are one family, and who would be told of another's.

A family is young people and guardians, and everybody whom one of them has in common. A parent is a
stranger to every other family (26 kap. 1 § OSL).
"""

import re
from collections.abc import Iterable, Iterator

from app.casework.group.people import Group, Person

SHORTEST = 2
"""Letters of a name that is looked for by itself."""


def families(group: Group) -> tuple[tuple[Person, ...], ...]:
    """Return the families of a group; whoever is in none of them is one alone."""
    of = {one.id: {one.id} for one in group.people if not one.left}
    for one in group.people:
        for guardian in one.guardians:
            if one.id in of and guardian in of:
                both = of[one.id] | of[guardian]
                of |= dict.fromkeys(both, both)
    found = dict.fromkeys(tuple(sorted(those)) for those in of.values())
    return tuple(tuple(one for one in group.people if one.id in those) for those in found)


def near(group: Group, those: Iterable[Person]) -> tuple[Person, ...]:
    """Return some people and their guardians: who is told of the one knows of the others.

    Not all of a family: a half-brother's father is a stranger, and a child who has come of age, or
    is protected, is only one of those whom something is told of when it is said so.
    """
    mine = {one.id: one for one in those}
    guardians = (group.person(who) for one in mine.values() for who in one.guardians)
    return tuple((mine | {one.id: one for one in guardians if one}).values())


def strangers(group: Group, texts: Iterable[str], mine: Iterable[Person]) -> tuple[Person, ...]:
    """Return who of the others is named in some texts, by all of their name or a part of it.

    A part that somebody in the family has too is none: they may be meant.
    """
    own = tuple(mine)
    same = {each for one in own for each in (one.id, *one.also)}
    theirs = {part.casefold() for one in own for part in parts(one.name)}
    said = "\n".join(texts)
    others = (one for one in group.people if one.id not in same)
    return tuple(one for one in others if is_named(one, said, theirs))


def is_named(one: Person, said: str, theirs: set[str]) -> bool:
    if len(one.name) >= SHORTEST and has_word(one.name.casefold(), said.casefold()):
        return True
    looked_for = (part for part in parts(one.name) if part.casefold() not in theirs)
    return any(has_word(part, said) for part in looked_for)


def has_word(word: str, said: str) -> bool:
    """Tell whether a word, or several, stands in a text: a name is in its genitive too."""
    return re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", said) is not None


def parts(name: str) -> Iterator[str]:
    """Yield the parts of a name that tell who somebody is: those that begin as names do."""
    for part in re.findall(r"[^\s,()]+", name):
        if len(part) >= SHORTEST and part[0].isupper():
            yield part
