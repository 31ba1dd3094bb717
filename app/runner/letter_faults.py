"""What can be wrong in what a process says of its letters."""

from collections.abc import Iterator

from app.runner.field import twice
from app.runner.letters import AUTHORITY, CHILDREN, NAME, OWN, REPORTER, Letter
from app.runner.municipality import FILLED_IN
from app.runner.people import People
from app.runner.people_faults import purposes
from app.runner.process import Process
from app.runner.texts import unknown_words

Found = Iterator[tuple[str, str]]


def faults(process: Process) -> Found:
    """Yield what is wrong, looked at beside the people and the steps: (key, reason)."""
    yield from twice("letters", (letter.id for letter in process.letters))
    for letter in process.letters:
        yield from (
            (f"letters.{letter.id}.{key}", why) for key, why in letter_faults(process, letter)
        )


def letter_faults(process: Process, letter: Letter) -> Found:
    sort = next((people for people in process.people if people.id == letter.to), None)
    if letter.lists or letter.to == AUTHORITY:
        yield from list_faults(process, letter, sort)
    elif letter.to != REPORTER:
        yield from to_faults(process, sort)
    elif letter.each or letter.asks or letter.needs:
        yield "to", "ett brev till den som anmälde säger inget om någon: inget each, asks, needs"
    elif {CHILDREN, NAME} & {*letter.named()}:
        yield "text", f"{CHILDREN} och {NAME} är ingen i ett brev till den som anmälde"
    for name in sorted({*letter.from_} - {state.id for state in process.states}):
        yield "from", f"läget {name!r} finns inte under states"
    if letter.since and process.step(letter.since) is None:
        yield "since", f"steget {letter.since!r} finns inte"
    for key, names in (("needs", letter.needs), ("asks", letter.asks)):
        for name in sorted({*names} - purposes(process)):
            yield key, f"ändamålet {name!r} finns inte"
    if letter.may_name and letter.may_name not in purposes(process):
        yield "may_name", f"ändamålet {letter.may_name!r} finns inte"
    yield from word_faults(process, letter)


def list_faults(process: Process, letter: Letter, sort: People | None) -> Found:
    """Yield what is wrong with a list: a purpose alone says who stands in it."""
    says = process.consents
    own = says is not None and letter.lists in says.own
    if letter.lists not in purposes(process) or (says and letter.lists in says.adults):
        yield "lists", f"{letter.lists!r} är inget ändamål för en lista"
    elif letter.to != AUTHORITY and not (own and sort and not sort.guardians):
        yield "to", "en lista går till dem som har ett ändamål som är deras eget (own)"
    elif letter.to == AUTHORITY and (own or not (says and says.authorities)):
        yield "to", "kräver consents.authorities, och ett ändamål som gäller de unga"
    if letter.each or letter.asks or letter.needs or letter.may_name:
        yield "lists", "står inte tillsammans med each, asks, needs och may_name"
    if CHILDREN in letter.named():
        yield "text", f"{CHILDREN} är ingen i en lista"


def to_faults(process: Process, sort: People | None) -> Found:
    """Yield what is wrong with whom a letter is to; `sort` is None when there are none such."""
    if sort is None:
        yield "to", f"finns inte under people, och är inte {REPORTER!r}"
    if process.invitations is None:
        yield "to", "kräver invitations: vem som får bjudas in får brev"
    for people in process.people:
        if not people.protected:
            yield "to", f"kräver people.{people.id}.protected: den som är skyddad får inga brev"


def word_faults(process: Process, letter: Letter) -> Found:
    """Yield what is wrong with what stands in the places of the texts."""
    for name, answer in letter.words.items():
        step_id, _, field_id = answer.partition(".")
        step = process.step(step_id)
        asked = next((one for one in step.fields if one.id == field_id), None) if step else None
        if name in OWN | FILLED_IN:
            yield f"words.{name}", "är upptaget"
        if step is None or asked is None:
            yield f"words.{name}", f"{answer!r} är ingen fråga i ett steg"
        elif step.about and (f"{{{name}}}" in letter.text or f"{{{name}}}" in letter.title):
            yield f"words.{name}", "gäller någon (about), och får bara stå i each"
        elif step.adds or asked.kind == "confirmation":
            yield f"words.{name}", "är inget som kan stå i ett brev"
    known = {*letter.words, *OWN, *FILLED_IN}
    for key, text in (("title", letter.title), ("text", letter.text), ("each", letter.each)):
        for unknown in unknown_words(text, known):
            yield key, f"{unknown} är inget som fylls i här"
    for name in sorted({*letter.words} - {*letter.named()}):
        yield f"words.{name}", "står inte i någon text"
