"""Reads what stands in several files at `forms/` against each other, and says what does not agree.

That a form can reach its unit, that a contact exists, that what is carried over has somewhere to
go, that every text has a Swedish one behind it, and that no placeholder will stand unfilled before
somebody who came for help.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field as Constraint
from pydantic import ValidationError

from app.runner import districts, hours_in_words, letters, own_options, people_faults, texts
from app.runner.definition import Form, HandOver
from app.runner.faults import Fault, of_keys, of_model
from app.runner.field import Definition, Field, Id
from app.runner.form_faults import condition_faults
from app.runner.municipality import FILLED_IN, Municipality
from app.runner.nearest import close
from app.runner.process import PROCESSES, Process
from app.runner.texts import PLACEHOLDER, RUNTIME, SWEDISH

Forms = Mapping[str, Form]
Parts = Mapping[str, Form | Process]
Name = Annotated[str, Constraint(min_length=1, max_length=100)]
OF_ITSELF = "language"
"""Where a language's file says what it is."""
PROSE = frozenset({"text", "long_text"})
"""Kinds whose words fit in each other."""


class Language(Definition):
    """A language: its code (ISO 639), own name, direction, and the words of the link to it."""

    code: Id
    name: Name
    dir: Literal["ltr", "rtl"]
    switch: Name


def language_faults(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Yield what is wrong with language files one by one: their names, and what is no text."""
    for code, table in tables.items():
        file = f"{code}.toml"
        try:
            language = Language.model_validate(table.get(OF_ITSELF))
        except ValidationError as wrong:
            yield from of_model(file, wrong, table.get(OF_ITSELF), under=OF_ITSELF)
        else:
            if language.code != code:
                yield Fault(file, "language.code", "ska vara filens namn")
        for key, value in texts.leaves(table):
            if not isinstance(value, str) and key.partition(".")[0] != OF_ITSELF:
                yield Fault(file, key, "ska vara en text")


def routing_faults(
    file: str, municipality: Municipality, forms: Forms, unread: Collection[str]
) -> Iterator[Fault]:
    """Yield where a municipality and the forms it receives do not agree.

    A form that is `unread`, for what is wrong in its own file, is there all the same.
    """
    known = {contact.id for contact in municipality.contacts}
    for form_id in municipality.forms:
        if form_id not in forms:
            if form_id not in unread:
                yield Fault(file, f"forms.{form_id}", "formuläret finns inte")
            continue
        about = forms[form_id].about
        shown = [name for page in forms[form_id].pages for name in page.contacts]
        for name in (*shown, *(about.contacts if about else ())):
            if name not in known:
                yield Fault(file, "contacts", f"{name!r} saknas; {form_id} visar den")
        yield from of_keys(file, districts.clashes(forms[form_id], municipality.districts))
        whole = districts.asked(forms[form_id], municipality.districts)
        asked = {field.id: field for _, field in whole.fields()}
        for number, route in enumerate(municipality.forms[form_id].routes):
            at = f"forms.{form_id}.routes.{number}.when"
            found = condition_faults(at, route.when, asked)
            yield from (Fault(file, key, reason) for key, reason in found)
        for hand_over in forms[form_id].hand_over:
            if hand_over.form not in unread:
                yield from hand_over_faults(form_id, hand_over, forms)
    yield from own_word_faults(file, municipality)


def contact_faults(
    file: str, municipality: Municipality, processes: Mapping[str, Process]
) -> Iterator[Fault]:
    """Yield whom steps and letters show that a municipality does not have."""
    known = {contact.id for contact in municipality.contacts}
    for process in (one for name, one in processes.items() if name in municipality.forms):
        shown = [(name, f"steget {step.id}") for step in process.steps for name in step.contacts]
        shown += [(name, f"brevet {one.id}") for one in process.letters for name in one.contacts]
        for name, where in shown:
            if name not in known:
                yield Fault(file, "contacts", f"{name!r} saknas; {where} visar den")


def own_option_faults(
    file: str, municipality: Municipality, processes: Mapping[str, Process]
) -> Iterator[Fault]:
    """Yield what of a municipality's own does not fit in its processes, and what is missing."""
    lists = municipality.casework.lists
    for name in (name for name in municipality.forms if name in processes):
        found = own_options.clashes(processes[name], lists)
        yield from (Fault(file, f"casework.{key}", reason) for key, reason in found)
        with_theirs = own_options.put(processes[name], lists)
        missing = people_faults.need_faults(with_theirs)
        yield from (Fault(f"{PROCESSES}/{name}.toml", key, reason) for key, reason in missing)


def own_word_faults(file: str, municipality: Municipality) -> Iterator[Fault]:
    """Yield where a municipality's own wording is in no language of its, or is no text."""
    for code, table in municipality.texts.items():
        if code not in {SWEDISH, *municipality.languages}:
            yield Fault(file, f"texts.{code}", "språket finns inte bland languages")
        for key, value in texts.leaves(table):
            if not isinstance(value, str):
                yield Fault(file, f"texts.{code}.{key}", "ska vara en text")


def hand_over_faults(form_id: str, hand_over: HandOver, forms: Forms) -> Iterator[Fault]:
    """Yield what cannot be carried to another form."""
    file, at = f"{form_id}.toml", f"hand_over.{hand_over.form}"
    if hand_over.form not in forms:
        yield Fault(file, at, "formuläret finns inte")
        return
    here = {field.id: field for _, field in forms[form_id].fields()}
    there = {field.id: field for _, field in forms[hand_over.form].fields()}
    for name, goal in hand_over.answers.items():
        if goal not in there:
            yield Fault(file, f"{at}.{goal}", f"fältet {goal!r} finns inte i {hand_over.form}")
        elif name in here and not fits(here[name], there[goal]):
            yield Fault(file, f"{at}.{name}", f"passar inte i {goal}, som är av en annan sort")


def fits(one: Field, other: Field) -> bool:
    return one.kind == other.kind or {one.kind, other.kind} <= PROSE


def text_faults(
    file: str,
    municipality: Municipality,
    parts: Parts,
    tables: Mapping[str, Mapping[str, Any]],
    unread: Collection[str] = (),
    needed: Collection[str] = (),
) -> Iterator[Fault]:
    """Yield what is wrong with texts: nothing behind them, locked, empty, or never to be filled.

    `needed` are those of the interface that pages ask for; what loading itself asks for always is.

    `parts` are forms and processes by where their texts are found; of one that is `unread` it is
    not known which texts it has.
    """
    said_in = [(f"{code}.toml", "", table) for code, table in tables.items()]
    said_in += [(file, f"texts.{code}.", table) for code, table in municipality.texts.items()]
    swedish = texts.all_texts({}, {"municipality": municipality, **parts})
    if SWEDISH in tables:
        # What is no text there is told of elsewhere.
        swedish |= {
            key: value if isinstance(value, str) else ""
            for key, value in texts.leaves(tables[SWEDISH])
        }
        missing = sorted({*hours_in_words.NEEDED, *needed} - swedish.keys())
        yield from (Fault(f"{SWEDISH}.toml", key, "saknas") for key in missing)
    else:
        roots = {key.partition(".")[0] for *_, table in said_in for key, _ in said(table)}
        unread = {*unread, "ways", *roots - {"municipality", PROCESSES, *parts}}
    for way in municipality.ways:
        for key in (f"ways.{way.id}.{name}" for name in way.unsaid()):
            if key not in swedish and "ways" not in unread:
                yield Fault(file, key, "saknas")
    yield from part_text_faults(parts, taken={"municipality", PROCESSES, *tables.get(SWEDISH, {})})
    for key, text in texts.texts_of(municipality).items():
        yield from placeholder_faults(file, key, text, ())
    locked = {f"{root}.{key}" for root, part in parts.items() for key in part.locked}
    for where, at, table in said_in:
        for key, text in said(table, {*unread, OF_ITSELF}):
            yield from wording_faults(where, at, key, text, swedish, parts)
            if at and key in locked:
                yield Fault(where, at + key, "texten är låst av formuläret")


def part_text_faults(parts: Parts, *, taken: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with the texts of forms and processes, and with their names."""
    for root, part in parts.items():
        file = f"{root.replace('.', '/')}.toml"
        if root in taken:
            yield Fault(file, "id", "är upptaget av gränssnittets texter")
        for key, text in texts.texts_of(part).items():
            known = FILLED_IN | texts.runtime_words(key)
            if letters.is_of_a_letter(key):  # what its places hold is said in the letter
                known |= {*PLACEHOLDER.findall(text)}
            yield from placeholder_faults(file, key, text, known)


def said(table: Mapping[str, Any], unread: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield the texts of a table by path: what is no text is told of elsewhere."""
    for key, value in texts.leaves(table):
        if isinstance(value, str) and not any(key.startswith(f"{root}.") for root in unread):
            yield key, value


def wording_faults(
    file: str,
    at: str,
    key: str,
    text: str,
    swedish: Mapping[str, str],
    parts: Parts,
) -> Iterator[Fault]:
    """Yield what is wrong with one text that stands for a Swedish one."""
    root, _, path = key.partition(".")
    if root == PROCESSES and not at and f"{PROCESSES}.{path.partition('.')[0]}" not in parts:
        return  # a form may have no process, though there are words for one
    if key not in swedish:
        near = close(key, swedish)
        yield Fault(
            file, at + key, "texten finns inte på svenska" + (near and f"; menade du {near}?")
        )
    elif swedish[key].strip() and not text.strip():
        yield Fault(file, at + key, "texten är tom")
    of_a_part = root in {"municipality", PROCESSES, *parts}
    known = texts.runtime_words(path) if of_a_part else RUNTIME
    if root != "municipality":
        known |= FILLED_IN
    if letters.is_of_a_letter(key):
        known |= {*PLACEHOLDER.findall(swedish.get(key, ""))}
    yield from placeholder_faults(file, at + key, text, known)


def placeholder_faults(file: str, key: str, text: str, known: Collection[str]) -> Iterator[Fault]:
    for name in texts.unknown_words(text, known):
        yield Fault(file, key, f"{name} är inget som fylls i här")
