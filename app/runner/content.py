"""Reads and checks everything in `forms/` at start-up: forms, languages, municipality.

What is wrong is gathered, so that an author sees every fault at once, with the
file, the key and the reason. Nothing half-right is ever served.
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from app.runner import form_faults, process_faults, proofreading, report_faults, texts
from app.runner import logo as logos
from app.runner.assembled import Content, assemble, rooted
from app.runner.definition import Form
from app.runner.faults import ContentFaults, Fault, of_keys, of_model
from app.runner.field import Definition
from app.runner.logo import LogoRefused
from app.runner.municipality import Municipality
from app.runner.nearest import nearest
from app.runner.process import PROCESSES, Process
from app.runner.proofreading import Language
from app.runner.repair import repaired
from app.runner.stand_ins import StandIns, other_looks
from app.runner.texts import SWEDISH

__all__ = ["Content", "ContentFaults", "Fault", "Language", "load"]

D = TypeVar("D", bound=Definition)
V = TypeVar("V")
W = TypeVar("W", Form, Process)
Judge = Callable[[Municipality], Iterable[tuple[str, str]]]


def load(
    folder: Path,
    municipality: str | Path = "exempelkommun",
    *,
    judge: Judge = lambda _: (),
    needed: Collection[str] = (),
    every_language: bool = False,
    with_processes: bool = True,
) -> Content:
    """Read everything in `folder`. Raises ContentFaults with every fault there is.

    `judge` says what else is wrong with the municipality (its ways out are not known here), and
    `needed` are the texts that pages ask for. With `every_language` also those are read that the
    municipality does not have yet. Whoever only takes reports in does so without the processes,
    which say what is done with them then.
    """
    loader = Loader(folder, every_language=every_language, with_processes=with_processes)
    return loader.load(municipality, judge, needed)


def municipality(folder: Path, name: str | Path = "exempelkommun") -> Municipality:
    """Read a municipality's file and nothing else, for those who say nothing to people.

    Raises ContentFaults with what is wrong in it.
    """
    return Loader(folder).municipality(name)


def processes(
    folder: Path, name: str | Path = "exempelkommun"
) -> tuple[Municipality, dict[str, Process]]:
    """Read a municipality's file and the processes of its forms, in the words that they stand in.

    For those who say nothing to people. Raises ContentFaults with what is wrong in them.
    """
    loader = Loader(folder)
    municipality = loader.municipality(name)
    read, _ = loader.processes(forms={file.stem for file in folder.glob("*.toml")})
    worked = loader.in_numbers(municipality, read)
    loader.stop_if_wrong()
    return municipality, {form: worked[form] for form in municipality.forms if form in worked}


class Loader:
    """Reads the files, and gathers the faults on the way."""

    def __init__(
        self, folder: Path, *, every_language: bool = False, with_processes: bool = True
    ) -> None:
        self.folder = folder
        self.every_language = every_language
        self.with_processes = with_processes
        self.begin(StandIns())

    def begin(self, stand_ins: StandIns) -> None:
        self.faults: list[Fault] = []
        self.stand_ins = stand_ins

    def load(
        self, name: str | Path, judge: Judge = lambda _: (), needed: Collection[str] = ()
    ) -> Content:
        """Return everything. Raises ContentFaults with what is wrong whatever is put right."""
        try:
            return self.look(name, judge, needed)
        except ContentFaults as first:
            if not self.stand_ins.used:
                raise
            looks = other_looks(first.faults, nameless=self.stand_ins.made > 0)
            seen = [self.faults_with(each, name, judge, needed) for each in looks]
            least = min(seen, key=len)
            raise ContentFaults(fault for fault in first.faults if fault in least) from None

    def faults_with(
        self, stand_ins: StandIns, name: str | Path, judge: Judge, needed: Collection[str]
    ) -> Collection[Fault]:
        """Return what is wrong with other stand-ins."""
        self.begin(stand_ins)
        try:
            self.look(name, judge, needed)
        except ContentFaults as wrong:
            return wrong.faults
        return ()

    def look(self, name: str | Path, judge: Judge, needed: Collection[str]) -> Content:
        path = self.place(name)
        municipality = self.model(Municipality, path) or self.nobody(path)
        forms, unread = self.all_of(Form, self.folder, form_faults.faults)
        processes, unread_too = self.processes(forms={*forms, *unread})
        found = self.languages(municipality)
        self.also(proofreading.language_faults(found))
        self.note(path, municipality.faults())
        self.note(path, judge(municipality))
        logo = self.logo(path, municipality.logo)
        self.also(proofreading.routing_faults(path.name, municipality, forms, unread))
        self.also(proofreading.contact_faults(path.name, municipality, processes))
        self.also(proofreading.own_option_faults(path.name, municipality, processes))
        self.also(report_faults.beside(processes, forms, unread))
        ages: dict[str, int] = municipality.ages.model_dump()
        forms = {name: self.settled(form, f"{name}.toml", ages) for name, form in forms.items()}
        processes = self.in_numbers(municipality, processes)
        parts: dict[str, Form | Process] = {**forms, **rooted(processes)}
        roots = {*unread, *rooted(dict.fromkeys(unread_too))}
        self.also(proofreading.text_faults(path.name, municipality, parts, found, roots, needed))
        self.stop_if_wrong()
        served = {name: forms[name] for name in municipality.forms}
        worked = {name: processes[name] for name in served if name in processes}
        return replace(assemble(municipality, served, worked, found), logo=logo)

    def municipality(self, name: str | Path) -> Municipality:
        """Return what stands in a municipality's file. ContentFaults."""
        path = self.place(name)
        found = self.model(Municipality, path)
        if found is not None:
            self.note(path, found.faults())
        self.stop_if_wrong()
        assert found is not None  # noqa: S101 - a missing one is a fault: we have just stopped
        return found

    def processes(self, *, forms: Collection[str]) -> tuple[dict[str, Process], set[str]]:
        """Return the processes, by the forms that there are, as `all_of` does."""
        folder = self.folder / PROCESSES
        if not self.with_processes:
            return {}, {file.stem for file in folder.glob("*.toml")}
        return self.all_of(Process, folder, partial(process_faults.faults, forms=forms))

    def in_numbers(
        self, municipality: Municipality, processes: Mapping[str, Process]
    ) -> dict[str, Process]:
        """Return processes with the municipality's own numbers in them."""
        numbers = {**municipality.ages.model_dump(), **municipality.casework.numbers}
        return {
            name: self.settled(process, f"{PROCESSES}/{name}.toml", numbers)
            for name, process in processes.items()
        }

    def languages(self, municipality: Municipality) -> dict[str, dict[str, Any]]:
        """Return the tables of the languages by code: Swedish, and those that are needed."""
        codes = [SWEDISH, *municipality.languages]
        if self.every_language:
            codes += sorted(file.stem for file in (self.folder / "languages").glob("*.toml"))
        tables = {
            code: self.table(self.folder / "languages" / f"{code}.toml")
            for code in dict.fromkeys(codes)
        }
        return {code: table for code, table in tables.items() if table is not None}

    def also(self, found: Iterable[Fault]) -> None:
        """Note what is wrong, but for what is wrong with a stand-in."""
        self.faults += self.stand_ins.own(found)

    def place(self, name: str | Path) -> Path:
        return name if isinstance(name, Path) else self.folder / "municipalities" / f"{name}.toml"

    def all_of(
        self, model: type[W], folder: Path, judge: Callable[[W], Iterable[tuple[str, str]]]
    ) -> tuple[dict[str, W], set[str]]:
        """Return what a folder's files hold, by name, and the names of those that say nothing."""
        files = sorted(folder.glob("*.toml"))
        read = {file.stem: self.whole(model, file, judge) for file in files}
        found = {name: whole for name, whole in read.items() if whole is not None}
        return found, read.keys() - found.keys()

    def whole(
        self, model: type[W], path: Path, judge: Callable[[W], Iterable[tuple[str, str]]]
    ) -> W | None:
        whole = self.model(model, path)
        if whole is None:
            return None
        self.note(path, judge(whole))
        if whole.id != path.stem:
            self.note(path, [("id", "ska vara filens namn")])
        unknown = whole.locked - texts.texts_of(whole).keys()
        self.note(path, ((f"locked.{key}", "texten finns inte") for key in sorted(unknown)))
        return whole.hashed()

    def model(self, model: type[D], path: Path) -> D | None:
        data = self.table(path)
        if data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as wrong:
            near = partial(nearest, model, data)
            self.faults += of_model(file_name(path), wrong, data, nearest=near)
            return self.mended(model, path, data, wrong)

    def mended(self, model: type[D], path: Path, data: object, wrong: ValidationError) -> D | None:
        """Return a definition with stand-ins for what is wrong with it, to be looked at alone."""
        whole, hidden = repaired(model, data, wrong, file_name(path), self.stand_ins)
        self.faults += hidden
        return whole

    def nobody(self, path: Path) -> Municipality:
        """Return a municipality made of stand-ins, in place of one that cannot be read."""
        self.stand_ins.holes.add((path.name, ""))
        try:
            return Municipality.model_validate({})
        except ValidationError as wrong:
            whole = self.mended(Municipality, path, {}, wrong)
            assert whole is not None  # noqa: S101 - what it wants is the same every time
            return whole

    def table(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except OSError:
            self.note(path, [("", "filen finns inte eller går inte att läsa")])
        except (ValueError, RecursionError) as wrong:
            self.note(path, [("", f"är inte TOML: {wrong}")])
        return None

    def settled(self, whole: W, file: str, known: Mapping[str, int]) -> W:
        """Return a form or a process with the municipality's own numbers in it."""

        def find(path: str, name: str) -> int:
            if name not in known:
                reason = f"{name!r} är ingen av kommunens siffror; de är {', '.join(known)}"
                self.faults.append(Fault(file, path, reason))
            return known.get(name, 0)

        return texts.settle(whole, find)

    def logo(self, path: Path, name: str) -> str:
        """Return the municipality's logo as an address that holds it."""
        try:
            return logos.address(path.parent, name)
        except LogoRefused as why:
            self.note(path, [("logo", str(why))])
            return ""

    def note(self, path: Path, found: Iterable[tuple[str, str]]) -> None:
        self.also(of_keys(file_name(path), found))

    def stop_if_wrong(self) -> None:
        if self.faults:
            raise ContentFaults(self.faults)


def file_name(path: Path) -> str:
    """Return what a file is called in what is said of it: a process may be called as its form."""
    return f"{PROCESSES}/{path.name}" if path.parent.name == PROCESSES else path.name
