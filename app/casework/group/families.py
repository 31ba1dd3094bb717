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


def family(group: Group, person: Person) -> tuple[Person, ...]:
    """Return the family that somebody is of, themselves too."""
    return next((those for those in families(group) if person in those), (person,))


def strangers(group: Group, texts: Iterable[str], mine: Iterable[Person]) -> tuple[Person, ...]:
    """Return who of the others is named in some texts, by all of their name or a part of it.

    A part that somebody in the family has too is none: they may be meant.
    """
    own = tuple(mine)
    theirs = {part.casefold() for one in own for part in parts(one.name)}
    said = "\n".join(texts)
    others = (one for one in group.people if one not in own)
    return tuple(one for one in others if is_named(one, said, theirs))


def is_named(one: Person, said: str, theirs: set[str]) -> bool:
    if len(one.name) >= SHORTEST and one.name.casefold() in said.casefold():
        return True
    looked_for = (part for part in parts(one.name) if part.casefold() not in theirs)
    return any(re.search(rf"\b{re.escape(part)}s?\b", said) for part in looked_for)


def parts(name: str) -> Iterator[str]:
    """Yield the parts of a name that tell who somebody is: those that begin as names do."""
    for part in re.findall(r"[^\s,()]+", name):
        if len(part) >= SHORTEST and part[0].isupper():
            yield part
