"""What an operator does with cases when a process's file has changed."""

import argparse
from collections.abc import Iterator
from functools import partial

from app.casework import moving
from app.casework.moving import Group, Orphans, Processes
from app.casework.running import rules_of
from app.clock import SystemClock
from app.commands.operate import Refused
from app.runner import content
from app.settings import Settings
from app.storage.database import Database


def cases(settings: Settings, asked: argparse.Namespace) -> None:
    """Print which open cases began under another version, and what of them does not fit; move them.

    Refused when a state is not one of the file's, or ends; then nothing has been moved.
    """
    found = content.load(settings.forms, settings.municipality)
    rules = rules_of(found)
    with Database.open(settings.database_url) as database:
        if asked.move is None:
            groups = database.read_now(partial(moving.elsewhere, processes=rules.processes))
            lost = database.read_now(partial(moving.orphans, processes=rules.processes))
            print("\n".join(told(groups, lost, rules.processes)))
            return
        if asked.move not in rules.processes:
            raise Refused(
                f"{asked.move} har ingen process; de som har är {', '.join(rules.processes)}."
            )
        move = partial(
            moving.move,
            rules=rules,
            form_id=asked.move,
            states=states(asked.state or []),
            now=SystemClock().now(),
        )
        try:
            count = database.write_now(move)
        except KeyError as unknown:
            raise Refused(
                f"Läget {unknown.args[0]} finns inte i filen, eller avslutar. Skriv --state "
                f"{unknown.args[0]}=NYTT för varje läge som har bytt namn. Inget är flyttat."
            ) from unknown
    print(f"Flyttade till version {rules.processes[asked.move].version}: {many(count)}.")


def states(given: list[str]) -> dict[str, str]:
    """Return old states to new ones. Refused when one is not written as old=new."""
    pairs = [text.partition("=") for text in given]
    if not all(old and new for old, _, new in pairs):
        raise Refused("Skriv lägen som gammalt=nytt.")
    return {old: new for old, _, new in pairs}


def many(count: int) -> str:
    return "1 ärende" if count == 1 else f"{count} ärenden"


def told(groups: list[Group], lost: list[Orphans], processes: Processes) -> Iterator[str]:
    """Yield which cases there are and what of them does not fit the files as they are now."""
    for group in groups:
        process = processes.get(group.form_id)
        now = f"filen har version {process.version}" if process else "ingen fil finns"
        wrong = "" if group.fits else "; läget finns inte längre: inget steg kan göras"
        yield (
            f"{group.form_id}: {many(group.count)} i läget {group.state} började i version "
            f"{group.version}, {now}{wrong}"
        )
    for each in lost:
        yield (
            f"{each.form_id}: klockan {each.clock} går i {many(each.count)} men finns inte "
            "längre: inget av dem kan avslutas"
        )
    if not (groups or lost):
        yield "Alla öppna ärenden är i den version som filen har."
