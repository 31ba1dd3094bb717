"""Reads and checks everything in `forms/` at start-up: forms, languages, municipality.

What is wrong is gathered, so that an author sees every fault at once, with the
file, the key and the reason. Nothing half-right is ever served.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from app.runner import texts
from app.runner.definition import Form
from app.runner.field import Definition
from app.runner.municipality import Municipality
from app.runner.texts import SWEDISH, Interface, Text, Wording

D = TypeVar("D", bound=Definition)
REASONS = {
    "missing": "saknas",
    "extra_forbidden": "okänd nyckel",
    "string_type": "ska vara en text",
    "int_type": "ska vara ett heltal",
    "bool_type": "ska vara true eller false",
    "string_pattern_mismatch": "får bara ha små bokstäver a–z, siffror, _ och -",
    "tuple_type": "ska vara en lista",
    "too_short": "är för kort",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in `forms/`."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"
        )


class ContentFaults(Exception):
    """Something in `forms/` is wrong; `faults` says what, where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Language:
    """A language as its file says: code, own name, direction, and the words of the link that switches to it."""

    code: str
    name: str
    dir: str
    switch: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is said, in every language of the municipality, checked and ready."""

    municipalities: Mapping[str, Municipality]
    """By language."""
    languages: Mapping[str, Language]
    forms: Mapping[str, Mapping[str, Form]]
    """By language, then by form id, in the municipality's order."""
    interfaces: Mapping[str, Interface]
    hashes: Mapping[str, str]
    """Form id to the SHA-256 of its Swedish definition."""

    @property
    def municipality(self) -> Municipality:
        """The municipality in its first language."""
        return self.municipalities[self.default]

    @property
    def default(self) -> str:
        """The language of a page that names no other: the municipality's first."""
        return next(iter(self.languages))


def load(folder: Path, municipality: str | Path = "exempelkommun") -> Content:
    """Read everything in `folder`. Raises ContentFaults with every fault there is."""
    return Loader(folder).load(municipality)


class Loader:
    """Reads the files, and gathers the faults on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []

    def load(self, name: str | Path) -> Content:
        path = name if isinstance(name, Path) else self.folder / "municipalities" / f"{name}.toml"
        municipality = self.model(Municipality, path)
        forms = {
            file.stem: form
            for file in sorted(self.folder.glob("*.toml"))
            if (form := self.form(file))
        }
        self.stop_if_wrong()
        assert municipality is not None  # noqa: S101 - a missing one is a fault, and we have just stopped at faults
        self.note(path, municipality.faults())
        self.check_routing(path, municipality, forms)
        tables = {
            code: self.table(self.folder / "languages" / f"{code}.toml")
            for code in {SWEDISH, *municipality.languages}
        }
        self.check_languages(tables)
        self.stop_if_wrong()
        forms = {
            form_id: self.settled(forms[form_id], municipality) for form_id in municipality.forms
        }
        self.check_texts(path, municipality, forms, tables)
        self.stop_if_wrong()
        return assemble(municipality, forms, tables)

    def form(self, path: Path) -> Form | None:
        form = self.model(Form, path)
        if form:
            self.note(path, form.faults())
            if form.id != path.stem:
                self.faults.append(Fault(path.name, "id", "ska vara filens namn"))
            known = texts.texts_of(form)
            self.note(
                path, ((f"locked.{key}", "texten finns inte") for key in form.locked - known.keys())
            )
        return form

    def model(self, model: type[D], path: Path) -> D | None:
        data = self.table(path)
        if data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as wrong:
            for error in wrong.errors(include_input=False, include_url=False):
                reason = REASONS.get(error["type"], error["msg"])
                self.faults.append(Fault(path.name, where(error["loc"], data), reason))
            return None

    def table(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except OSError:
            self.faults.append(Fault(path.name, "", "filen finns inte eller går inte att läsa"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
            self.faults.append(Fault(path.name, "", f"är inte TOML: {wrong}"))
        return None

    def settled(self, form: Form, municipality: Municipality) -> Form:
        try:
            return texts.settle(form, municipality.ages.model_dump())
        except KeyError as unknown:
            self.faults.append(
                Fault(f"{form.id}.toml", str(unknown.args[0]), "är ingen ålder under [ages]")
            )
            return form

    def check_languages(self, tables: Mapping[str, Any]) -> None:
        for code, table in tables.items():
            try:
                Language(**(table or {}).get("language", {}))
                list(texts.flat(table or {}))
            except TypeError as wrong:
                self.faults.append(
                    Fault(
                        f"{code}.toml",
                        "language",
                        f"code, name, dir, switch; bara texter ({wrong})",
                    )
                )

    def check_routing(
        self, path: Path, municipality: Municipality, forms: Mapping[str, Form]
    ) -> None:
        known = {contact.id for contact in municipality.contacts}
        for form_id in municipality.forms:
            if form_id not in forms:
                self.faults.append(Fault(path.name, f"forms.{form_id}", "formuläret finns inte"))
                continue
            for page in forms[form_id].pages:
                unknown = [name for name in page.contacts if name not in known]
                self.note(
                    path,
                    (("contacts", f"{name!r} saknas; {form_id} visar den") for name in unknown),
                )
            for hand_over in forms[form_id].hand_over:
                self.check_hand_over(form_id, hand_over.form, hand_over.answers, forms)

    def check_hand_over(
        self, form_id: str, target: str, pairs: Mapping[str, str], forms: Mapping[str, Form]
    ) -> None:
        if target not in forms:
            self.faults.append(
                Fault(f"{form_id}.toml", f"hand_over.{target}", "formuläret finns inte")
            )
            return
        known = {field.id for _, field in forms[target].fields()}
        for goal in sorted(set(pairs.values()) - known):
            self.faults.append(
                Fault(
                    f"{form_id}.toml", f"hand_over.{target}.{goal}", f"fältet finns inte i {target}"
                )
            )

    def check_texts(
        self,
        path: Path,
        municipality: Municipality,
        forms: Mapping[str, Form],
        tables: Mapping[str, Any],
    ) -> None:
        swedish = swedish_texts(municipality, forms, tables[SWEDISH])
        for code, table in tables.items():
            for key, text in texts.flat(table):
                form_id = key.split(".")[0] if key.split(".")[0] in forms else ""
                if key not in swedish:
                    self.faults.append(Fault(f"{code}.toml", key, "texten finns inte på svenska"))
                self.check_words(f"{code}.toml", key, text, municipality.words(form_id))
        for form in forms.values():
            for key, text in texts.texts_of(form).items():
                self.check_words(f"{form.id}.toml", key, text, municipality.words(form.id))
        locked = {f"{form.id}.{key}" for form in forms.values() for key in form.locked}
        for code, table in municipality.texts.items():
            for key, text in texts.flat(table):
                if key not in swedish:
                    self.faults.append(Fault(path.name, f"texts.{code}.{key}", "texten finns inte"))
                elif key in locked:
                    self.faults.append(
                        Fault(path.name, f"texts.{code}.{key}", "texten är låst av formuläret")
                    )
                self.check_words(
                    path.name, f"texts.{code}.{key}", text, municipality.words(key.split(".")[0])
                )

    def check_words(self, file: str, key: str, text: str, words: Mapping[str, str]) -> None:
        self.faults += [
            Fault(file, key, f"{{{name}}} är inget som kommunen har angett")
            for name in texts.unknown_words(text, words)
        ]

    def note(self, path: Path, faults: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> None:
        self.faults += [Fault(path.name, key, reason) for key, reason in faults]

    def stop_if_wrong(self) -> None:
        if self.faults:
            raise ContentFaults(self.faults)


def swedish_texts(
    municipality: Municipality, forms: Mapping[str, Form], interface: Mapping[str, Any]
) -> dict[str, str]:
    """Return every Swedish text by its path: the interface's, the municipality's, and each form's under its id."""
    found = dict(texts.flat(interface))
    found |= {f"municipality.{path}": text for path, text in texts.texts_of(municipality).items()}
    for form in forms.values():
        found |= {f"{form.id}.{path}": text for path, text in texts.texts_of(form).items()}
    return found


def assemble(
    municipality: Municipality, forms: Mapping[str, Form], tables: Mapping[str, Any]
) -> Content:
    """Put the municipality, every form and the interface into every language of the municipality."""
    swedish = swedish_texts(municipality, forms, tables[SWEDISH])
    own = {code: dict(texts.flat(table)) for code, table in municipality.texts.items()}
    municipalities: dict[str, Municipality] = {}
    localised: dict[str, dict[str, Form]] = {}
    interfaces: dict[str, Interface] = {}
    for code in municipality.languages:
        wording = Wording(code, translated=dict(texts.flat(tables[code])), swedish=swedish, own=own)
        here = municipalities[code] = say(municipality, "municipality", wording, {})
        localised[code] = {
            name: say(form, name, wording, here.words(name)) for name, form in forms.items()
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
        languages={code: Language(**tables[code]["language"]) for code in municipality.languages},
        forms=localised,
        interfaces=interfaces,
        hashes={form_id: form.content_hash() for form_id, form in forms.items()},
    )


def say(part: D, root: str, wording: Wording, words: Mapping[str, str]) -> D:
    """Return a form or a municipality in one language; `root` is where its texts are found."""

    def find(path: str, _swedish: str) -> Text:
        return wording.find(f"{root}.{path}", words)

    return texts.reword(part, find)


def where(location: tuple[int | str, ...], data: object) -> str:
    """Return the place of a fault by ids rather than by numbers: `pages.barnet.fields.namn.labell`."""
    names: list[str] = []
    for part in location:
        inner: object = None
        if isinstance(data, list) and isinstance(part, int) and part < len(data):
            inner = data[part]
            name = inner.get("id") or inner.get("field") if isinstance(inner, dict) else None
            names.append(str(name or part))
        else:
            inner = data.get(part) if isinstance(data, dict) else None
            names.append(str(part))
        data = inner
    return ".".join(names)
