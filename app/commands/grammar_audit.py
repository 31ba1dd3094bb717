"""What can be said about the audit trail."""

import argparse
from pathlib import Path

from app.commands.parsing import Commands, command, within
from app.settings import Settings


def add(commands: Commands) -> None:
    """Put these commands among the others."""
    kinds = within(
        command(
            commands,
            "audit",
            None,
            "granskningsloggen: vem som har gjort vad",
            "Varje händelse i granskningsloggen är länkad till den före, och varje timme signeras "
            "hur långt kedjan har kommit. Körs som databasens ägare eller rollen för kopior.",
        )
    )
    verify = command(
        kinds,
        "verify",
        _verify,
        "se efter att inget i loggen är ändrat, borta, tillagt eller flyttat",
        "Räknar om varje länk och håller kedjan mot varje signerat ankare. Säger var det är fel, "
        "och slutar då med 1. Ändrar ingenting.",
    )
    verify.options.add_argument(
        "--anchors",
        type=Path,
        metavar="FIL",
        help="ankare som har sparats utanför (anchors.jsonl): visar också om slutet är borta",
    )
    read = command(
        kinds,
        "read",
        _read,
        "vem har läst: ett ärende, eller vad en person har gjort",
        "Skriver händelser ur loggen, en på varje rad: när, vem, vad, vilket ärende och enhet. "
        "Inget av det som någon har skrivit i en anmälan finns där.",
    )
    read.options.add_argument("--case", metavar="REFERENS", help="ärendets referens")
    read.options.add_argument("--person", metavar="NAMN", help="den som var inloggad")
    read.options.add_argument("--from", dest="since", metavar="DAG", help="från den dagen")
    read.options.add_argument("--to", metavar="DAG", help="till och med den dagen, ÅÅÅÅ-MM-DD")
    sample = command(
        kinds,
        "sample",
        _sample,
        "dra en månads läsningar på nytt, och se att det är de som har granskats",
        "Räknar fram det slumpvisa urvalet ur kedjan och jämför med det som är sparat. Slutar med "
        "1 om det är ett annat. Ändrar ingenting.",
    )
    sample.options.add_argument("--unit", metavar="ENHET", required=True, help="enhetens id")
    sample.options.add_argument("--month", metavar="MÅNAD", required=True, help="ÅÅÅÅ-MM")


def _sample(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import auditing

    auditing.sample(settings, asked)


def _verify(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import auditing

    auditing.verify(settings, asked)


def _read(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import auditing

    auditing.read(settings, asked)
