"""Reads a command line and speaks Swedish: argparse's own words are English.

A command is a function of the settings and of what was asked for.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from textwrap import fill
from typing import NoReturn, TypeAlias

from app.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - it has no other name
Command = Callable[[Settings, argparse.Namespace], None]


class Parser(argparse.ArgumentParser):
    """A parser that speaks Swedish."""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=fill(description, width=80),
            epilog=epilog,
            add_help=False,
            allow_abbrev=False,
            formatter_class=_Form,
        )
        self.options = self.add_argument_group("Val")
        self.options.add_argument("-h", "--help", action="help", help="visa den här hjälpen")

    def error(self, message: str) -> NoReturn:
        """Say what was not understood; argparse's own words are English."""
        given = " ".join(sys.argv[1:])
        why = in_swedish(message) or f"Kommandot går inte att förstå: {given}"
        self.exit(2, f"{why}\nSkriv {self.prog} --help för hjälp.\n")


class _Form(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=20, width=100)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "Användning: " if prefix is None else prefix)


def in_swedish(message: str) -> str:
    """Return what argparse means, or "" when it is nothing that we know."""
    for pattern, sentence in SAID.items():
        if found := re.search(pattern, message):
            return sentence.format(*found.groups()) + _nearest(found)
    return ""


SAID = {
    r"arguments are required: (.+)": "Det fattas något: {}.",
    r"unrecognized arguments: (.+)": "Det här hör inte till kommandot: {}.",
    r"invalid choice: '?([^' ]*)'? \(choose from (?P<known>.+)\)": "Det finns inget som heter {0}.",
    r"argument (\S+): expected one argument": "Efter {} ska det stå ett värde.",
    r"argument (\S+): invalid int value": "Efter {} ska det stå ett heltal.",
}
"""What argparse says, and the same in Swedish."""


def _nearest(found: re.Match[str]) -> str:
    known = re.findall(r"[\w-]+", found.groupdict().get("known", ""))
    close = get_close_matches(found[1], known, 1)
    return f" Menade du {close[0]}?" if close else ""


def within(parser: Parser, *, required: bool = True) -> Commands:
    """Return where a parser's own commands are put."""
    return parser.add_subparsers(title="Kommandon", metavar="KOMMANDO", required=required)


def command(
    commands: Commands,
    name: str,
    run: Command | None,
    summary: str,
    description: str,
) -> Parser:
    """Put a command among others; return its parser. Without a function it needs a word more."""
    parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run, process=name)
    return parser
