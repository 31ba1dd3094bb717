"""Reads and checks everything in `forms/` at start-up: forms, languages, municipality.

What is wrong is gathered, so that an author sees every fault at once, with the
file, the key and the reason. Nothing half-right is ever served.
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from app.runner import form_faults, proofreading, texts
from app.runner import logo as logos
from app.runner.definition import Form
from app.runner.faults import ContentFaults, Fault, of_keys, of_model
from app.runner.field import Definition
from app.runner.fields.options import OptionsField
from app.runner.logo import LogoRefused
from app.runner.municipality import Municipality
from app.runner.proofreading import Language
from app.runner.repair import LeftOut, nearest, own, repaired
from app.runner.routing import Destination
from app.runner.texts import SWEDISH, Interface, Text, Wording

__all__ = ["Content", "ContentFaults", "Fault", "Language", "load"]

D = TypeVar("D", bound=Definition)
Judge = Callable[[Mapping[str, Destination]], Iterable[tuple[str, str]]]


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


def load(
    folder: Path,
    municipality: str | Path = "exempelkommun",
    *,
    judge: Judge = lambda _: (),
    needed: Collection[str] = (),
    every_language: bool = False,
) -> Content:
    """Read everything in `folder`. Raises ContentFaults with every fault there is.

    `judge` says what is wrong with the destinations, whose ways out are not known here, and
    `needed` are the texts that pages ask for. With `every_language` also those are read that the
    municipality does not have yet.
    """
    return Loader(folder, every_language=every_language).load(municipality, judge, needed)


def municipality(folder: Path, name: str | Path = "exempelkommun") -> Municipality:
    """Read a municipality's file and nothing else, for those who say nothing to people.

    Raises ContentFaults with what is wrong in it.
    """
    loader = Loader(folder)
    path = loader.place(name)
    found = loader.model(Municipality, path)
    if found is not None:
        loader.also(lambda: of_keys(path.name, found.faults()))
    loader.stop_if_wrong()
    assert found is not None  # noqa: S101 - a missing one is a fault: we have just stopped
    return found


class Loader:
    """Reads the files, and gathers the faults on the way."""

    def __init__(self, folder: Path, *, every_language: bool = False) -> None:
        self.folder = folder
        self.every_language = every_language
        self.faults: list[Fault] = []
        self.left_out: list[LeftOut] = []

    def load(
        self, name: str | Path, judge: Judge = lambda _: (), needed: Collection[str] = ()
    ) -> Content:
        path = self.place(name)
        municipality = self.model(Municipality, path)
        read = {file.stem: self.form(file) for file in sorted(self.folder.glob("*.toml"))}
        forms = {name: form for name, form in read.items() if form is not None}
        found = self.languages(municipality)
        self.also(lambda: proofreading.language_faults(found))
        logo = ""
        if municipality is not None:
            self.also(lambda: of_keys(path.name, municipality.faults()))
            self.also(lambda: of_keys(path.name, judge(municipality.destinations)))
            logo = self.logo(path, municipality.logo)
            unread = read.keys() - forms.keys()
            self.also(lambda: proofreading.routing_faults(path.name, municipality, forms, unread))
            forms = {name: self.settled(form, municipality) for name, form in forms.items()}
            self.also(
                lambda: proofreading.text_faults(
                    path.name, municipality, forms, found, unread, needed
                )
            )
        self.stop_if_wrong()
        assert municipality is not None  # noqa: S101 - a missing one is a fault: we have just stopped
        served = {name: forms[name] for name in municipality.forms}
        return replace(assemble(municipality, served, found), logo=logo)

    def languages(self, municipality: Municipality | None) -> dict[str, dict[str, Any]]:
        """Return the tables of the languages by code: Swedish, and those that are needed."""
        codes = [SWEDISH, *(municipality.languages if municipality else ())]
        if self.every_language:
            codes += sorted(file.stem for file in (self.folder / "languages").glob("*.toml"))
        tables = {
            code: self.table(self.folder / "languages" / f"{code}.toml")
            for code in dict.fromkeys(codes)
        }
        return {code: table for code, table in tables.items() if table is not None}

    def also(self, look: Callable[[], Iterable[Fault]]) -> None:
        """Note what else is wrong. What is wrong already may end the looking, and only then."""
        try:
            for fault in own(look(), self.left_out):
                self.faults.append(fault)
        except (LookupError, TypeError, ValueError):
            if not self.faults:
                raise

    def place(self, name: str | Path) -> Path:
        return name if isinstance(name, Path) else self.folder / "municipalities" / f"{name}.toml"

    def form(self, path: Path) -> Form | None:
        form = self.model(Form, path)
        if form is None:
            return None
        self.also(lambda: of_keys(path.name, form_faults.faults(form)))
        if form.id != path.stem:
            self.note(path, [("id", "ska vara filens namn")])
        unknown = form.locked - texts.texts_of(form).keys()
        self.note(path, ((f"locked.{key}", "texten finns inte") for key in sorted(unknown)))
        return form.hashed()

    def model(self, model: type[D], path: Path) -> D | None:
        data = self.table(path)
        if data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as wrong:
            near = partial(nearest, model, data)
            self.faults += of_model(path.name, wrong, data, nearest=near)
            left, out = repaired(model, data, wrong)
            root = path.stem if model is Form else "municipality"
            self.left_out += (LeftOut(path.name, root, name) for name in sorted(out))
            return left

    def table(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except OSError:
            self.note(path, [("", "filen finns inte eller går inte att läsa")])
        except (ValueError, RecursionError) as wrong:
            self.note(path, [("", f"är inte TOML: {wrong}")])
        return None

    def settled(self, form: Form, municipality: Municipality) -> Form:
        """Return the form with the municipality's ages in it."""
        ages = municipality.ages.model_dump()

        def find(path: str, name: str) -> int:
            if name not in ages:
                self.faults.append(Fault(f"{form.id}.toml", path, f"{name!r} är ingen ålder"))
            return int(ages.get(name, 0))

        return texts.settle(form, find)

    def logo(self, path: Path, name: str) -> str:
        """Return the municipality's logo as an address that holds it."""
        try:
            return logos.address(path.parent, name)
        except LogoRefused as why:
            self.note(path, [("logo", str(why))])
            return ""

    def note(self, path: Path, found: Iterable[tuple[str, str]]) -> None:
        self.faults += of_keys(path.name, found)

    def stop_if_wrong(self) -> None:
        if self.faults:
            raise ContentFaults(self.faults)


def assemble(
    municipality: Municipality, forms: Mapping[str, Form], tables: Mapping[str, Mapping[str, Any]]
) -> Content:
    """Put the municipality, its forms and the interface into each of its languages."""
    swedish = texts.all_texts(tables[SWEDISH], {"municipality": municipality, **forms})
    own = {code: dict(texts.flat(table)) for code, table in municipality.texts.items()}
    municipalities: dict[str, Municipality] = {}
    localised: dict[str, dict[str, Form]] = {}
    interfaces: dict[str, Interface] = {}
    for code in municipality.languages:
        wording = Wording(code, translated=dict(texts.flat(tables[code])), swedish=swedish, own=own)
        said = say(municipality, "municipality", wording, {})
        here = municipalities[code] = said.saying_hours(wording.say)
        localised[code] = {
            name: offered(say(form, name, wording, here.words(name)))
            for name, form in forms.items()
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
        interfaces=interfaces,
        hashes={form_id: form.content_hash() for form_id, form in forms.items()},
    )


def offered(form: Form) -> Form:
    """Return a form, with the municipality's ages in it, without the options for other ages."""
    pages = tuple(
        page.model_copy(
            update={
                "fields": tuple(
                    field.offered() if isinstance(field, OptionsField) else field
                    for field in page.fields
                )
            }
        )
        for page in form.pages
    )
    return form.model_copy(update={"pages": pages})


def say(part: D, root: str, wording: Wording, words: Mapping[str, str]) -> D:
    """Return a form or a municipality in one language; `root` is where its texts are found."""

    def find(path: str, _swedish: str) -> Text:
        return wording.find(f"{root}.{path}", words)

    return texts.reword(part, find)
