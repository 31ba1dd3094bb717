"""What a letter says to one of the people of a case: of themselves and their own, of nobody else.

Nothing of it is stored. It is made of the case as it is then, by the texts of the process in the
language that they read; whoever may not have it, or of whom something is not known, gets none, and
why is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.casework.group import acting, consent, invited, wording
from app.casework.group.composed import Composed, Source
from app.casework.group.families import near, strangers
from app.casework.group.hindered import Hinder, Hindrance, LetterHindered
from app.casework.group.papers import Paper
from app.casework.group.people import Person
from app.casework.group.told import chosen
from app.casework.group.wording import Line, Said, Tongue
from app.runner.field import all_hold
from app.runner.fields.options import OptionsField
from app.runner.letters import CHILDREN, NAME, REPORTER, SENDER, Letter
from app.runner.people import GIVEN, NOT_PROTECTED
from app.runner.people_faults import consent_question
from app.runner.texts import PLACEHOLDER, SWEDISH


def every(source: Source, letter: Letter) -> tuple[Composed, ...]:
    """Return a letter to each who may be thought of for it."""
    if letter.to == REPORTER:
        return (compose(source, letter, None),)
    return tuple(compose(source, letter, person) for person in source.group.of(letter.to))


def outdated(source: Source, made: Composed, paper: Paper) -> bool:
    """Tell whether a letter would be another than the paper that was made of it once.

    It names others, or what it tells has been answered anew.
    """
    told = {answer.partition(".")[0] for answer in made.letter.words.values()}
    newer = any(one.step in told and one.number > paper.number for one in source.group.done)
    return newer or {one.id for one in made.about} != {*paper.about}


def compose(source: Source, letter: Letter, to: Person | None) -> Composed:
    """Return a letter as it would be made now. Nothing stands in it where something hinders it."""
    asked = language_of(source, to)
    tongue = source.tongues.get(asked) or source.tongues[SWEDISH]
    made = Composed(
        letter,
        to,
        key=to.id if to else letter.to,
        name=to.name if to else "",
        purposes=letter.needs,
        code=tongue.code,
        asked=asked,
    )
    if source.group.unread:
        return replace(made, hinders=(Hindrance(Hinder.UNREAD),))
    if to is not None:
        made = concerning(source, made, to)
    return made if made.hinders else written(source, made, tongue)


def require(made: Composed) -> Composed:
    """Let a letter through that nothing hinders; else LetterHindered."""
    if made.hinders:
        raise LetterHindered(made.hinders)
    return made


def language_of(source: Source, to: Person | None) -> str:
    """Return the language that somebody reads, as it was answered; Swedish when it was not."""
    asks = source.sort(to).language if to else ""
    return (chosen(to.told, asks) if to and asks else "") or SWEDISH


def concerning(source: Source, made: Composed, to: Person) -> Composed:
    """Return a letter with whom it is about: of their own, those of whom they may be written to."""
    if hinder := protected(source, to):
        return replace(made, hinders=(Hindrance(hinder),))
    mine = invited.about(source.process, source.group, to, on=source.on)
    if not mine:
        missing = invited.hinders(source.process, source.group, to, on=source.on)
        return replace(made, hinders=(Hindrance(Hinder.UNINVITED, missing=missing),))
    safe = tuple(one for one in mine if not protected(source, one))
    left_out = tuple(one for one in mine if one not in safe)
    allowed = tuple(one for one in safe if are_allowed(source, made.letter.needs, one))
    asks = made.letter.asks
    every = not asks or bool(purposes_for(source, made, to, to))
    asked = tuple(one for one in allowed if every or purposes_for(source, made, to, one))
    for those, why, whom in (
        (safe, Hinder.CHILD_PROTECTED, left_out),
        (allowed, Hinder.NO_CONSENT, safe),
        (asked, Hinder.NOTHING_ASKED, allowed),
    ):
        if not those:
            return replace(made, hinders=(Hindrance(why, tuple(one.id for one in whom)),))
    nameless = tuple(dict.fromkeys(one.id for one in (to, *asked) if not one.name))
    hinders = (Hindrance(Hinder.NAMELESS, nameless),) if nameless else ()
    return replace(made, about=asked, left_out=left_out, hinders=hinders)


def protected(source: Source, one: Person) -> Hinder | None:
    """Return why nothing may be sent to somebody, or tell of them; None when it may."""
    answer = chosen(one.told, source.sort(one).protected)
    if answer == NOT_PROTECTED:
        return None
    return Hinder.PROTECTED if answer else Hinder.NOT_SAID


def are_allowed(source: Source, purposes: Iterable[str], one: Person) -> bool:
    """Tell whether purposes are allowed for somebody, on each day that it takes."""
    return not any(
        acting.lacking(source.process, source.group, purpose, one, on=day)
        for purpose in purposes
        for day in source.days
    )


def purposes_for(source: Source, made: Composed, to: Person, one: Person) -> tuple[str, ...]:
    """Return the purposes that a letter asks somebody's word of, about one of their own."""
    says = source.process.consents
    ages = one.born.ages(source.on) if one.born else range(0)
    if says is None:
        return ()
    asked = {*consent.asked_of(one.young, ages, int(says.speaks_from))} if ages else set()
    adult = any(invited.may_be_of_age(one, day) for day in source.days)

    def is_theirs(purpose: str) -> bool:
        if purpose in says.adults:
            return one is to and adult
        return one is to if purpose in says.own else to.id in asked

    return tuple(purpose for purpose in made.letter.asks if is_theirs(purpose))


def written(source: Source, made: Composed, tongue: Tongue) -> Composed:
    """Return a letter with what stands in it, or what it lacks."""
    letter = tongue.process.letter(made.letter.id) or made.letter
    own = about_them(source, made, tongue, made.about)
    known, lacking = answers(source, letter, tongue, letter.title + letter.text, "")
    if lacking:
        return replace(made, hinders=(Hindrance(Hinder.UNANSWERED, lacking),))
    free = [*known.values()]
    lines = [*wording.lines(letter.text, known | own, tongue.code)]
    for one in made.about if letter.each else ():
        theirs, lacking = answers(source, letter, tongue, letter.each, one.id)
        if not lacking:
            free += theirs.values()
            values = theirs | about_them(source, made, tongue, (one,))
            lines += wording.lines(letter.each, values, tongue.code)
    others = named(source, made, free)
    unlawful = tuple(one.id for one in others if not may_name(source, letter, one))
    if unlawful:
        return replace(made, hinders=(Hindrance(Hinder.NAMES_OTHERS, unlawful),))
    return replace(
        made,
        title=wording.filled(letter.title, known | own),
        about=(*made.about, *others),
        purposes=(*made.purposes, *([letter.may_name] if others else ())),
        lines=(
            *addressed(source, made.to),
            *lines,
            *choices(source, made, tongue),
            *numbers(letter, tongue),
        ),
    )


def about_them(
    source: Source, made: Composed, tongue: Tongue, those: tuple[Person, ...]
) -> dict[str, Said]:
    """Return what may stand in every letter."""
    return {
        CHILDREN: Said((tongue.joined(tuple(one.name for one in those)),)),
        NAME: Said((made.name,)),
        SENDER: Said((source.sender,)),
    }


def answers(
    source: Source, letter: Letter, tongue: Tongue, text: str, about: str
) -> tuple[dict[str, Said], tuple[str, ...]]:
    """Return the answers that stand in a text, and the questions that have none."""
    found: dict[str, Said] = {}
    lacking = []
    since = source.group.last(letter.since) if letter.since else None
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in letter.words:
            continue
        step_id, _, field_id = letter.words[name].partition(".")
        step = tongue.process.step(step_id)
        asked = next((one for one in step.fields if one.id == field_id), None) if step else None
        done = source.group.last(step_id, about)
        old = letter.since and (since is None or (done and done.number < since.number))
        if asked is None or done is None or old or field_id not in done.told:
            lacking.append(asked.label if asked else name)
        else:
            found[name] = wording.said(asked, done.told, tongue)
    return found, tuple(lacking)


def named(source: Source, made: Composed, free: Iterable[Said]) -> tuple[Person, ...]:
    """Return who of other families is named in what staff have written."""
    mine = near(source.group, (*((made.to,) if made.to else ()), *made.about))
    texts = (line for each in free if each.free for line in each.lines)
    return strangers(source.group, texts, mine)


def may_name(source: Source, letter: Letter, one: Person) -> bool:
    """Tell whether somebody may be named to another family."""
    known = letter.may_name and invited.is_young(source.process, one)
    return bool(known and not protected(source, one)) and are_allowed(
        source, (letter.may_name,), one
    )


def addressed(source: Source, to: Person | None) -> Iterator[Line]:
    """Yield whom a letter is sent to, and where."""
    if to is not None:
        address = to.told.get(source.sort(to).address, {"lines": ()})
        yield from (Line("to", text, SWEDISH, free=True) for text in (to.name, *address["lines"]))


def choices(source: Source, made: Composed, tongue: Tongue) -> Iterator[Line]:
    """Yield what is to be ticked, of each that it is about, and where they sign."""
    asked = consent_question(tongue.process)
    if made.to is None or not made.letter.asks or not isinstance(asked, OptionsField):
        return
    labels = {option.id: option.label for option in asked.options}
    themselves = () if made.to in made.about else (made.to,)
    for one in (*made.about, *themselves):
        purposes = purposes_for(source, made, made.to, one)
        if purposes:
            yield Line("section", one.name, SWEDISH, free=True)
        for purpose in purposes:
            language = getattr(labels[purpose], "lang", tongue.code)
            yield Line("choice", labels[purpose], language)
        yield from scopes(tongue, purposes)
    t = tongue.t
    for text in (t("letter.day"), t("letter.signature"), t("letter.name")):
        yield Line("sign", text, text.lang)


def scopes(tongue: Tongue, purposes: Iterable[str]) -> Iterator[Line]:
    """Yield what a yes to some purposes is to, to be ticked: of what, to whom."""
    says = tongue.process.consents
    step = tongue.process.step(says.step) if says else None
    if says is None or step is None:
        return
    chosen = {says.say: frozenset({GIVEN}), says.purpose: frozenset(purposes)}
    those = {*says.data, says.authorities}
    for field in step.fields:
        if field.id not in those or not all_hold(field.ask_if, chosen):
            continue
        yield Line("text", field.label, getattr(field.label, "lang", tongue.code))
        for option in getattr(field, "options", ()):
            language = getattr(option.label, "lang", tongue.code)
            yield Line("tick", option.label, language)
            if option.text:
                yield Line("sign", option.text.label, language)


def numbers(letter: Letter, tongue: Tongue) -> Iterator[Line]:
    """Yield whom to ring."""
    known = {contact.id: contact for contact in tongue.municipality.contacts}
    found = [known[each] for each in letter.contacts if each in known]
    if found:
        ring = tongue.t("letter.ring")
        yield Line("section", ring, ring.lang)
    for contact in found:
        language = getattr(contact.name, "lang", tongue.code)
        yield Line("item", f"{contact.name}: {contact.phone}", language)
