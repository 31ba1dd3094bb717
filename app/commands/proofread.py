"""Reads everything in `forms/` as thoroughly as can be: also what no visitor has met yet.

Every text that some page asks for must be there, and every language's file is read, also one that
the municipality has not taken into use.
"""

import argparse
from collections.abc import Iterator

from app.clock import SystemClock
from app.commands import look_ups
from app.delivery import connector
from app.runner import content
from app.runner.content import Content
from app.runner.coverage import Coverage, coverage
from app.runner.disclosure import Standing
from app.runner.municipality import Municipality
from app.settings import Settings


def check_content(settings: Settings, _: argparse.Namespace) -> None:
    """Read everything in forms/, and say how far the languages have come.

    Raises ContentFaults with every fault.
    """
    found = read(settings, judged)
    name, standing = str(settings.municipality), standing_of(found.municipality)
    forms = ", ".join(found.municipality.forms)
    print(f"Inga fel. Formulär: {forms}. Språk: {', '.join(found.languages)}.")
    if standing is not Standing.GOOD:
        print(f"{name}: security: {standing.value}.")
    print("\n".join(notes(settings, found)))


def ways_out(municipality: Municipality) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the ways out to destinations."""
    return connector.faults(municipality.destinations)


def read(settings: Settings, judge: content.Judge = ways_out) -> Content:
    """Return all that `forms/` holds. Raises ContentFaults with every fault."""
    return content.load(
        settings.forms,
        settings.municipality,
        judge=judge,
        needed=look_ups.needed(),
        every_language=True,
    )


def judged(municipality: Municipality) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the ways out, and with what is good for a time and no longer."""
    yield from ways_out(municipality)
    if municipality.exercise or (municipality.security and any(municipality.security.faults())):
        return
    if (standing := standing_of(municipality)) is Standing.OVER:
        yield "security.expires", standing.value


def standing_of(municipality: Municipality) -> Standing:
    """Return what there is to say of security.txt today. That it is old stops no service."""
    today = SystemClock().now().date()
    return municipality.security.on(today) if municipality.security else Standing.ABSENT


def notes(settings: Settings, found: Content) -> Iterator[str]:
    """Yield what is no fault but good to know: what is lacking, and what nobody reads."""
    municipality = content.municipality(settings.forms, settings.municipality)
    there = sorted(file.stem for file in settings.forms.glob("*.toml"))
    for name in (name for name in there if name not in municipality.forms):
        yield f"{name}: rätt skriven, men står inte under forms i kommunens fil, och visas inte."
    for name in (name for name in municipality.forms if name not in found.processes[found.default]):
        yield f"{name}: ingen process; ärenden kan tas och avslutas, och inga tider löper."
    for each in coverage(settings.forms, municipality, found.forms[found.default]):
        yield heading(each)
        yield from (f"  {path}" for path in each.missing)
    interface = found.interfaces[found.default].paths()
    if spare := look_ups.unused(interface, municipality):
        yield f"sv: {len(spare)} texter används inte:"
        yield from (f"  {path}" for path in spare)


def heading(found: Coverage) -> str:
    """Return how far a language has come, in one line."""
    taken = "" if found.served else ", och språket står inte under languages i kommunens fil"
    if not found.missing:
        return f"{found.code}: alla {found.texts} texter finns{taken}."
    return (
        f"{found.code}: {len(found.missing)} av {found.texts} texter saknas och visas på svenska"
        f"{taken}:"
    )
