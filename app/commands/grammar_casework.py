"""What can be said about the work with what has come in."""

import argparse

from app.commands.parsing import Commands, command
from app.settings import Settings


def add(commands: Commands) -> None:
    """Put these commands among the others."""
    clocks = command(
        commands,
        "clocks",
        _clocks,
        "hur tiderna har hållits",
        "Skriver för varje klocka hur många som hölls, hölls efter förlängning och blev sena, och "
        "vilka ärenden som blev sena. Räknar de tider vars sista dag ligger i perioden. Inget av "
        "det som någon har skrivit läses. Körs som databasens ägare eller rollen för kopior.",
    )
    clocks.options.add_argument(
        "--from", dest="since", metavar="DAG", required=True, help="från den dagen, ÅÅÅÅ-MM-DD"
    )
    clocks.options.add_argument("--to", metavar="DAG", required=True, help="till och med den dagen")
    clocks.options.add_argument("--unit", metavar="ENHET", help="bara den enheten")


def _clocks(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import times

    times.clocks(settings, asked)
