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
    cases = command(
        commands,
        "cases",
        _cases,
        "ärenden som började i en annan version av sin process",
        "Säger vilka öppna ärenden som började i en annan version än den som processens fil har "
        "nu, och vad som inte passar längre. Med --move flyttas de. Körs som databasens ägare.",
    )
    cases.options.add_argument(
        "--move", metavar="FORMULÄR", help="flytta formulärets öppna ärenden till filens version"
    )
    cases.options.add_argument(
        "--state",
        metavar="GAMMALT=NYTT",
        action="append",
        help="ett läge som heter något annat nu; en gång för varje",
    )
    command(
        commands,
        "exempel",
        _example,
        "lägg in påhittade anmälningar i en tom övning",
        "Lägger in fyrtio påhittade anmälningar som personalen har kommit olika långt med. Går "
        "bara i en övning (exercise = true) där inget har hänt ännu, och inget lämnar tjänsten.",
    )
    index = command(
        commands,
        "index",
        _index,
        "läs anmälningar så att de kan jämföras",
        "Läser nu det som väntar på att jämföras med andra anmälningar om samma barn. Annars gör "
        "inkorgen det inom några sekunder. Bara där kommunen har slagit på det ([match]). Varje "
        "läsning står i granskningsloggen. Det går att avbryta och köra igen. Kräver de privata "
        "nycklarna, som inkorgen.",
    )
    index.options.add_argument(
        "--again", action="store_true", help="läs alla igen, också de som redan är lästa"
    )


def _index(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import index

    index.index(settings, asked)


def _clocks(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import times

    times.clocks(settings, asked)


def _cases(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import cases

    cases.cases(settings, asked)


def _example(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import example

    example.example(settings, asked)
