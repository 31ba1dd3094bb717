"""Everything in `forms/` as it is served: in every language of the municipality.

What is put together here has been found right (`app.runner.content`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from app.runner import districts, own_options, texts
from app.runner.definition import Form
from app.runner.field import Definition
from app.runner.fields.options import OptionsField
from app.runner.municipality import Municipality
from app.runner.process import PROCESSES, Process
from app.runner.proofreading import Language
from app.runner.texts import SWEDISH, Interface, Text, Wording

D = TypeVar("D", bound=Definition)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is said, in every language of the municipality, checked and ready."""

    municipalities: Mapping[str, Municipality]
    """By language."""
    languages: Mapping[str, Language]
    forms: Mapping[str, Mapping[str, Form]]
    """By language, then by form id, in the municipality's order."""
    processes: Mapping[str, Mapping[str, Process]]
    """By language, then by the id of the form; a form may have none."""
    interfaces: Mapping[str, Interface]
    hashes: Mapping[str, str]
    """Form id to the SHA-256 of its Swedish definition."""
    logo: str = ""
    """The municipality's logo as a `data:` address; "" when it has none."""

    @property
    def municipality(self) -> Municipality:
        """The municipality in its first language."""
        return self.municipalities[self.default]

    @property
    def default(self) -> str:
        """The language of a page that names no other: the municipality's first."""
        return next(iter(self.languages))


def rooted(processes: Mapping[str, V]) -> dict[str, V]:
    """Return processes by where their texts are found."""
    return {f"{PROCESSES}.{name}": process for name, process in processes.items()}


def assemble(
    municipality: Municipality,
    forms: Mapping[str, Form],
    processes: Mapping[str, Process],
    tables: Mapping[str, Mapping[str, Any]],
) -> Content:
    """Put the municipality, its forms, processes and interface into each of its languages."""
    parts = {"municipality": municipality, **forms, **rooted(processes)}
    swedish = texts.all_texts(tables[SWEDISH], parts)
    own = {code: dict(texts.flat(table)) for code, table in municipality.texts.items()}
    municipalities: dict[str, Municipality] = {}
    localised: dict[str, dict[str, Form]] = {}
    worked: dict[str, dict[str, Process]] = {}
    interfaces: dict[str, Interface] = {}
    for code in municipality.languages:
        wording = Wording(code, translated=dict(texts.flat(tables[code])), swedish=swedish, own=own)
        said = say(municipality, "municipality", wording, {})
        here = municipalities[code] = said.saying_hours(wording.say)
        localised[code] = {
            name: districts.asked(
                offered(say(form, name, wording, here.words(name)), forms), here.districts
            )
            for name, form in forms.items()
        }
        worked[code] = {
            name: own_options.put(
                say(one, f"{PROCESSES}.{name}", wording, here.words(name)).kept(
                    municipality.casework.record,
                    connected=bool(municipality.forms[name].hand_over),
                ),
                here.casework.lists,
            )
            for name, one in processes.items()
        }
        words = here.words("")
        interfaces[code] = Interface(
            {
                path: wording.find(path, words)
                for path, _ in texts.flat(tables[SWEDISH])
                if not path.startswith("language.")
            }
        )
    return Content(
        municipalities=municipalities,
        languages={
            code: Language.model_validate(tables[code]["language"])
            for code in municipality.languages
        },
        forms=localised,
        processes=worked,
        interfaces=interfaces,
        hashes={form_id: form.content_hash() for form_id, form in forms.items()},
    )


def offered(form: Form, taken_in: Collection[str]) -> Form:
    """Return a form as a municipality offers it, with its ages in it.

    It is without the options for other ages, and without the ways to forms it does not take in.
    """
    pages = tuple(
        page.model_copy(
            update={
                "notes": tuple(
                    note for note in page.notes if not note.offer or note.offer in taken_in
                ),
                "fields": tuple(
                    field.offered() if isinstance(field, OptionsField) else field
                    for field in page.fields
                ),
            }
        )
        for page in form.pages
    )
    ways = tuple(way for way in form.hand_over if way.form in taken_in)
    return form.model_copy(update={"pages": pages, "hand_over": ways})


def say(part: D, root: str, wording: Wording, words: Mapping[str, str]) -> D:
    """Return a form or a municipality in one language; `root` is where its texts are found."""

    def find(path: str, _swedish: str) -> Text:
        return wording.find(f"{root}.{path}", words)

    return texts.reword(part, find)
