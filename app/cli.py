"""The command line: what an operator can say, and an answer in one sentence when it cannot be done.

Ends with 0 when it was done, 1 when it could not be done, 2 when it was not understood. A command
imports only what it needs, so that the service starts fast and no process holds more than its own.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from textwrap import fill
from typing import NoReturn

from app import deliveries, logs, operate, start, supervisor
from app.settings import SettingRefused, Settings

VERSION = "0.1.0"
EXAMPLES = """\
Exempel:
  skyddsnat serve                         starta allt på den egna datorn
  skyddsnat sign-in-link --unit sspf      en ny länk till den enhetens inkorg
  skyddsnat check-content                 granska texter och formulär efter en ändring

Inställningar är miljövariabler; docs/operations.md beskriver dem alla. De viktigaste:
  SKYDDSNAT_DATA            katalogen där allt sparas (annars data/ bredvid programmet)
  SKYDDSNAT_MUNICIPALITY    kommunens fil, eller namnet på en i forms/municipalities
  SKYDDSNAT_CITIZEN         värd:port för medborgarnas sida (127.0.0.1:8000)
  SKYDDSNAT_STAFF           värd:port för personalens inkorg (127.0.0.1:8001)
  DATABASE_URL              postgresql://... i stället för SQLite i datakatalogen
"""
Command = Callable[[Settings, argparse.Namespace], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    asked = _parser().parse_args(arguments)
    supervisor.settle()
    logs.configure(asked.process)
    try:
        asked.run(Settings.read(), asked)
    except KeyboardInterrupt:
        return 130
    except (SettingRefused, operate.Refused) as why:
        return _say(str(why))
    except Exception as error:  # noqa: BLE001 - a trace on the screen may repeat what people wrote
        sentence = operate.explain(error)
        if sentence is None:
            logs.failure("command_failed", error)
            sentence = "Det gick inte, och felet är programmets. Raden ovan säger var."
        return _say(sentence)
    return 0


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


class _Parser(argparse.ArgumentParser):
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
        del message
        given = " ".join(sys.argv[1:])
        self.exit(
            2, f"Kommandot går inte att förstå: {given}\nSkriv {self.prog} --help för hjälp.\n"
        )


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


def _parser() -> _Parser:
    parser = _Parser(
        prog="skyddsnat",
        description="Skyddsnät: orosanmälan och begäran om stoppmöte, från första frågan till "
        "kommunens inkorg.",
        epilog=EXAMPLES,
    )
    parser.options.add_argument(
        "--version", action="version", version=VERSION, help="visa programmets version"
    )
    commands = _commands(parser)

    serve = _command(
        commands,
        "serve",
        start.everything,
        "starta allt, eller en av sidorna",
        "Utan mer sagt startas allt som ett: medborgarnas sida, personalens inkorg, "
        "utskicket och nattens gallring. Första gången skapas datakatalog, nycklar och tabeller. "
        "Ctrl-C stänger av allt. I drift startas delarna var för sig, helst som olika användare.",
    )
    sites = _commands(serve, required=False)
    for name, run, text in (
        ("citizen", start.citizen, "bara medborgarnas sida; har inga privata nycklar"),
        ("staff", start.staff, "bara personalens inkorg; den enda som kan öppna en anmälan"),
    ):
        site = _command(sites, name, run, text, f"Starta {text}.")
        site.options.add_argument(
            "--descriptor", type=int, metavar="N", help="ta över en port som redan är öppnad"
        )
    _command(
        commands,
        "relay",
        start.relay,
        "bär anmälningar till mottagarna",
        "Bär varje anmälan från utkorgen dit den ska, om och om igen tills den är framme. "
        "Kan inte läsa det den bär.",
    )
    _command(
        commands,
        "retain",
        start.retain,
        "gallra det som har haft sin tid",
        "Tar bort utkast, länkar och sessioner som gått ut, och anmälningar som är framme, "
        "omhändertagna och äldre än kommunens fil säger. Körs varje natt.",
    )
    _operators_commands(commands)
    _keepers_commands(commands)
    _carriers_commands(commands)
    return parser


def _operators_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    prepare = _command(
        commands,
        "prepare",
        operate.prepare,
        "skapa datakatalog, nycklar och tabeller",
        "Gör i ordning det som behövs innan delarna startas var för sig. Kan köras hur ofta "
        "som helst: det som finns lämnas som det är, tabeller förs fram till senaste version.",
    )
    prepare.options.add_argument(
        "--links", action="store_true", help="skriv också adresser och inloggningslänkar"
    )
    _command(
        commands,
        "check-content",
        operate.check_content,
        "granska allt i forms/",
        "Läser formulär, språk och kommunens fil, och säger fil, nyckel och skäl för varje fel.",
    )
    keys = _command(
        commands,
        "keys",
        None,
        "enheternas nycklar",
        "Varje mottagande enhet har en privat nyckel, som öppnar, och en publik, som förseglar. "
        "Gör en säkerhetskopia av de privata och förvara den skild från databasen: "
        "utan nyckel kan ingen läsa det som kommit in.",
    )
    kinds = _commands(keys)
    _command(
        kinds,
        "new",
        operate.keys_new,
        "ge varje enhet som saknar nycklar ett par",
        "Skapar nycklar för de enheter i kommunens fil som saknar. Skriver aldrig över en nyckel.",
    )
    _command(
        kinds,
        "public",
        operate.keys_public,
        "skriv de publika nycklarna",
        "Skapar filerna med publika nycklar av de privata, och visar dem.",
    )
    link = _command(
        commands,
        "sign-in-link",
        operate.sign_in_link,
        "skapa en inloggningslänk till inkorgen",
        "Skriver en länk för varje enhet, eller för en. En länk fungerar en gång och snart.",
    )
    link.options.add_argument("--unit", metavar="ENHET", help="enhetens namn i kommunens fil")


def _keepers_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    backup = _command(
        commands,
        "backup",
        operate.backup,
        "kopiera databasen, och nycklarna för sig",
        "Kopierar databasen som den är i ett ögonblick, medan allt är i gång, till en ny katalog "
        "med innehåll, antal och kontrollsumma. Nycklarna ska aldrig ligga bredvid.",
    )
    restore = _command(
        commands,
        "restore",
        operate.restore,
        "lägg tillbaka en kopia på en tom maskin",
        "Granskar kopian, lägger tillbaka den där ingen databas finns och för fram tabellerna "
        "till senaste version. Skriver aldrig över något som finns.",
    )
    for each, what in ((backup, "kopiera nycklarna dit"), (restore, "hämta nycklarna därifrån")):
        each.options.add_argument("folder", metavar="KATALOG", help="kopians katalog")
        each.options.add_argument("--keys", type=Path, metavar="KATALOG", help=what)
    roles = _command(
        commands,
        "roles",
        operate.roles,
        "roller i PostgreSQL med minsta möjliga rätt",
        "Skriver den SQL som ger varje del en egen roll som bara får göra det som delen gör. "
        "Körs av databasens ägare efter prepare.",
    )
    roles.options.add_argument("--apply", action="store_true", help="kör den också")


def _carriers_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    _command(
        commands,
        "reconcile",
        deliveries.reconcile,
        "räkna efter att inget har gått förlorat",
        "För varje mottagare: det som togs emot är framme, på väg eller överlämnat för hand. "
        "Slutar med 1 och säger till personalen om det inte går ihop. Körs också varje natt.",
    )
    carried = _command(
        commands,
        "deliveries",
        deliveries.show,
        "hur långt allt har kommit på vägen",
        "Räknar vad som väntar, är på väg, är framme och har stannat, för varje mottagare.",
    )
    again = _command(
        _commands(carried, required=False),
        "resume",
        deliveries.resume,
        "skicka igen till en mottagare som har stängt",
        "Öppnar en mottagare som har sagt nej till allt, och skickar med en gång det som väntar.",
    )
    again.options.add_argument("destination", metavar="MOTTAGARE", help="namnet i kommunens fil")


def _commands(parser: _Parser, *, required: bool = True) -> "argparse._SubParsersAction[_Parser]":
    return parser.add_subparsers(title="Kommandon", metavar="KOMMANDO", required=required)


def _command(
    commands: "argparse._SubParsersAction[_Parser]",
    name: str,
    run: Command | None,
    summary: str,
    description: str,
) -> _Parser:
    parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run, process=name)
    return parser
