"""The papers that name several families: the contact list, and what an authority may be told.

Who may stand on them is reckoned by `sharing`, for every day that they are used; here it is made
into lines, in the language of whoever gets it. They are handed over and not sent: where whoever
gets it lives does not stand on them.
"""

from collections.abc import Iterator
from dataclasses import replace

from app.casework.group import invited, letters, sharing
from app.casework.group.composed import Composed, Source
from app.casework.group.families import near, strangers
from app.casework.group.hindered import Hinder, Hindrance
from app.casework.group.papers import Paper
from app.casework.group.people import Person
from app.casework.group.sharing import Shared
from app.casework.group.wording import Line, Tongue
from app.runner.amounts import span
from app.runner.letters import AUTHORITY, Letter
from app.runner.texts import SWEDISH


def every(source: Source, letter: Letter) -> tuple[Composed, ...]:
    """Return a letter or a list to each who may be thought of for it."""
    if not letter.lists:
        return letters.every(source, letter)
    return tuple((sheets if letter.to == AUTHORITY else contact_lists)(source, letter))


def outdated(source: Source, made: Composed, paper: Paper) -> bool:
    """Tell whether a paper would be another if it was made now.

    A list also when more has been said since, by anybody on it, of what may stand there.
    """
    about = {one.id for one in made.about}
    return letters.outdated(source, made, paper) or any(
        (said.purpose, said.about in about) == (made.letter.lists, True)
        and said.number > paper.number
        for said in source.group.consents
    )


def contact_lists(source: Source, letter: Letter) -> Iterator[Composed]:
    """Yield the contact list to each who stands on it: who shares nothing gets nothing."""
    on_it = sharing.contact_list(source.process, source.group, letter.lists, *source.days)
    shown = tuple(one for one in on_it if not hides(source, one.whom))
    for one in shown:
        asked = letters.language_of(source, one.whom)
        made = begun(source, letter, one.whom.id, one.whom.name, asked)
        alone = () if len(shown) > 1 else (Hindrance(Hinder.ALONE),)
        yield listing(source, replace(made, hinders=alone), shown)


def hides(source: Source, guardian: Person) -> bool:
    """Tell whether a child of somebody's has, or may have, a protected identity.

    Who the child's guardian is, and how to reach them, leads to where the child is.
    """
    theirs = invited.young_of(source.group, guardian)
    return any(letters.protected(source, one) is Hinder.PROTECTED for one in theirs)


def sheets(source: Source, letter: Letter) -> Iterator[Composed]:
    """Yield what each authority may be told at the meeting, in Swedish.

    Of whoever has, or may have, a protected identity nothing stands on paper.
    """
    for option in sharing.authorities(source.process):
        made = begun(source, letter, option.id, option.label, SWEDISH)
        may = sharing.sheet(source.process, source.group, letter.lists, option.id, *source.days)
        shown = tuple(one for one in may if not letters.protected(source, one.whom))
        left_out = tuple(one.whom for one in may if one not in shown)
        nobody = () if shown else (Hindrance(Hinder.NOBODY),)
        yield listing(source, replace(made, left_out=left_out, hinders=nobody), shown)


def begun(source: Source, letter: Letter, key: str, name: str, asked: str) -> Composed:
    """Return a list to somebody, before anything stands on it."""
    code = asked if asked in source.tongues else SWEDISH
    return Composed(letter, None, key, name, purposes=(letter.lists,), code=code, asked=asked)


def listing(source: Source, made: Composed, shown: tuple[Shared, ...]) -> Composed:
    """Return a list with those who stand on it, or what hinders it."""
    if source.group.unread:
        return replace(made, hinders=(Hindrance(Hinder.UNREAD),))
    nameless = tuple(one.whom.id for one in shown if not one.whom.name)
    if nameless and not made.hinders:
        made = replace(made, hinders=(Hindrance(Hinder.NAMELESS, nameless),))
    if made.hinders:
        return made
    tongue = source.tongues[made.code]
    made = letters.written(source, made, tongue)
    if made.hinders:
        return made
    rows = tuple(line for one in shown for line in lines(source, tongue, one))
    mine = near(source.group, (one.whom for one in shown))
    others = strangers(source.group, (row.text for row in rows), mine)
    if others:
        ids = tuple(one.id for one in others)
        return replace(made, hinders=(Hindrance(Hinder.NAMES_OTHERS, ids),))
    return replace(made, about=tuple(one.whom for one in shown), lines=(*made.lines, *rows))


def lines(source: Source, tongue: Tongue, one: Shared) -> Iterator[Line]:
    """Yield who somebody is, what may be told of them, and what may be spoken of."""
    yield Line("section", one.whom.name, SWEDISH, free=True)
    adds = next(step for step in tongue.process.steps if step.adds == one.whom.sort)
    for field in adds.fields:
        if field.id not in one.told:
            continue
        words = one.whom.told[field.id]["lines"] if field.id in one.whom.told else ()
        if field.kind == "age" and one.whom.born:
            ages = one.whom.born.ages(source.on)
            words = (span(ages[0], ages[-1]),)
        lang = getattr(field.label, "lang", tongue.code)
        yield Line("item", f"{field.label}: {', '.join(words)}", lang)
    labels = {option.id: option.label for option in sharing.kinds(tongue.process)}
    for part in one.parts:
        label = labels[part.option]
        lang = SWEDISH if part.text else getattr(label, "lang", tongue.code)
        yield Line("item", part.text or label, lang, free=bool(part.text))
