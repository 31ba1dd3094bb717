"""How the times of the law and of the municipality's promises were kept, in words."""

import argparse
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from app.casework import kept
from app.casework.kept import Asked, Kept, Sum, Time
from app.clock import SystemClock
from app.commands.operate import Refused
from app.records import anchors, chain
from app.runner import content
from app.runner.content import Content
from app.settings import Settings
from app.storage.database import Database


def clocks(settings: Settings, asked: argparse.Namespace) -> None:
    """Print how each clock was kept whose last day was in the period, and which cases were late.

    Refused when a day is none, the period is empty, or the unit does not exist.
    """
    found = content.load(settings.forms, settings.municipality)
    wanted = period(asked)
    units = found.municipality.units
    if wanted.unit and wanted.unit not in units:
        raise Refused(f"Enheten {wanted.unit} finns inte; de är {', '.join(units)}.")
    calendar, now = found.municipality.calendar, SystemClock().now()
    looking = partial(kept.sums, asked=wanted, calendar=calendar, now=now)
    with Database.open(settings.database_url) as database:
        sums = database.read_now(looking)
        end = database.read_now(chain.tail)
        anchor = database.read_now(anchors.latest)
    print("\n".join(heading(wanted, found, now.astimezone(calendar.zone))))
    for one in sums:
        print("\n".join(["", *told(one, found)]))
    if not sums:
        print("\nIngen klocka hade sin sista dag då.")
    print(f"\nGranskningsloggen hade då {end.position} länkar; den sista är {end.hash.hex()}.")
    if anchor:
        print(f"Senast signerat: {anchor.line()}")


def period(asked: argparse.Namespace) -> Asked:
    first, last = day(asked.since), day(asked.to)
    if last < first:
        raise Refused("Den sista dagen ligger före den första.")
    return Asked(first, last, asked.unit or "")


def day(text: str) -> date:
    """Return a day. Refused when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Refused(f"{text} är ingen dag: skriv den som 2026-11-27.") from wrong


def heading(wanted: Asked, found: Content, now: datetime) -> Iterator[str]:
    town = found.municipality
    where = town.units[wanted.unit].name if wanted.unit else "alla enheter"
    yield f"{town.name}, {where}: tider vars sista dag var {wanted.first} till {wanted.last}"
    yield f"Sammanställt {now:%Y-%m-%d %H:%M}. Ärenden som är gallrade finns inte med."


def told(one: Sum, found: Content) -> Iterator[str]:
    """Yield how one clock was kept, and each case where it was not."""
    process = found.processes[found.default].get(one.form_id)
    clock = process.clock(one.clock) if process else None
    law = f" ({clock.law})" if clock and clock.law else ""
    yield f"{one.form_id}: {clock.label if clock else one.clock}{law}"
    yield f"  i tid {one.counts[Kept.IN_TIME]}"
    yield f"  i tid efter förlängning {one.counts[Kept.EXTENDED]}"
    yield f"  för sent {one.counts[Kept.LATE]}" + (
        f", varav {one.holidays} senast vardagen efter en helg" if one.holidays else ""
    )
    yield f"  väntar och är inte sena {one.counts[Kept.WAITING]}"
    yield from (f"    {late(time)}" for time in one.late)


def late(time: Time) -> str:
    """Say how one was late: "kom in 3/3, bedömd 6/3, två dagar sent"."""
    longer = f", förlängd till {time.extended_to}" if time.extended_to else ""
    done = f"gjort {time.done_on}" if time.done_on else "inte gjort än"
    days = "1 dag" if time.days == 1 else f"{time.days} dagar"
    return (
        f"{time.reference}  började {time.started_on}, sista dag {time.due_on}{longer}, {done}: "
        f"{days} sent"
    )
