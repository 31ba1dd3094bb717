"""What can be said on the command line, and the words that teach it.

Each command names the function that does it; what that imports is imported when it is asked for.
"""

import argparse
from pathlib import Path

from app import VERSION
from app.commands import grammar_audit, grammar_casework, grammar_partners, operate, start
from app.commands.parsing import Commands, Parser, command, within
from app.runner.role import Role
from app.settings import Settings

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


def parser() -> Parser:
    """Return what reads a command line."""
    whole = Parser(
        prog="skyddsnat",
        description="Skyddsnät: orosanmälan och begäran om stoppmöte, från första frågan till "
        "kommunens inkorg.",
        epilog=EXAMPLES,
    )
    whole.options.add_argument(
        "--version", action="version", version=VERSION, help="visa programmets version"
    )
    commands = within(whole)

    serve = command(
        commands,
        "serve",
        start.everything,
        "starta allt, eller en av sidorna",
        "Utan mer sagt startas allt som ett: medborgarnas sida, personalens inkorg, "
        "utskicket och nattens gallring. Första gången skapas datakatalog, nycklar och tabeller. "
        "Ctrl-C stänger av allt. I drift startas delarna var för sig, helst som olika användare.",
    )
    serve.options.add_argument(
        "--exempel", action="store_true", help="fyll en tom övning med påhittade anmälningar"
    )
    sites = within(serve, required=False)
    for name, run, text in (
        ("citizen", start.citizen, "bara medborgarnas sida; har inga privata nycklar"),
        ("staff", start.staff, "bara personalens inkorg; den enda som kan öppna en anmälan"),
        ("api", start.api, "bara API:et för kommunens egna system; har inga nycklar"),
    ):
        site = command(sites, name, run, text, f"Starta {text}.")
        site.options.add_argument(
            "--descriptor", type=int, metavar="N", help="ta över en port som redan är öppnad"
        )
    command(
        commands,
        "relay",
        start.relay,
        "bär anmälningar till mottagarna",
        "Bär varje anmälan från utkorgen dit den ska, om och om igen tills den är framme. "
        "Kan inte läsa det den bär.",
    )
    retain = command(
        commands,
        "retain",
        _retain,
        "gallra det som har haft sin tid",
        "Tar bort utkast, länkar och sessioner som gått ut, och anmälningar som är framme, "
        "omhändertagna och äldre än kommunens fil säger. Körs varje natt.",
    )
    retain.options.add_argument(
        "--dry-run", action="store_true", help="säg bara vad som skulle tas bort"
    )
    _completion_command(commands)
    _operators_commands(commands)
    _keepers_commands(commands)
    for grammar in (grammar_partners, grammar_audit, grammar_casework):
        grammar.add(commands)
    return whole


def _complete(_: Settings, asked: argparse.Namespace) -> None:
    import shtab

    print(shtab.complete(parser(), asked.shell))


def _check(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import check

    check.check(settings, asked)


def _check_content(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import proofread

    proofread.check_content(settings, asked)


def _retain(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import retain

    retain.retain(settings, asked)


def _completion_command(commands: Commands) -> None:
    completion = command(
        commands,
        "completion",
        _complete,
        "skriv det som låter skalet fylla i kommandon",
        "Skriver en fil som skalet läser, till exempel "
        "skyddsnat completion bash > /etc/bash_completion.d/skyddsnat.",
    )
    completion.options.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="vilket skal")


def _operators_commands(commands: Commands) -> None:
    prepare = command(
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
    command(
        commands,
        "check",
        _check,
        "se efter att allt är som det ska",
        "Ser efter inställningar, innehåll, nycklar mot det som är lagrat, databas och tabeller, "
        "rollens rättigheter, mottagare, disk och klocka. Ändrar ingenting. Slutar med 1 om något "
        "är fel.",
    )
    command(
        commands,
        "check-content",
        _check_content,
        "granska allt i forms/",
        "Läser formulär, språk och kommunens fil, och säger fil, nyckel och skäl för varje fel. "
        "Säger också vilka texter som saknas i varje språk, och vilka som ingen sida visar.",
    )
    _keys_commands(commands)
    link = command(
        commands,
        "sign-in-link",
        operate.sign_in_link,
        "skapa en inloggningslänk till inkorgen",
        "Skriver en länk för varje enhet, eller för en: på en terminal eller i en ny fil, aldrig i "
        "en logg. En länk fungerar en gång, inom en kvart. Där kommunen har egen inloggning görs "
        "länkar bara i nöd, av databasens ägare: varför sparas, och inkorgen visar det i rött.",
    )
    link.options.add_argument("--file", type=Path, metavar="FIL", help="skriv till en ny fil")
    link.options.add_argument("--unit", metavar="ENHET", help="enhetens namn i kommunens fil")
    link.options.add_argument(
        "--role",
        action="append",
        choices=[role.value for role in Role],
        default=[],
        metavar="ROLL",
        help=f"vad den som loggar in får göra, en eller flera gånger: {', '.join(Role)} "
        "(annars allt som görs på enheten)",
    )
    link.options.add_argument(
        "--unqualified",
        action="store_true",
        help="utan den behörighet som 25 kap. 1 § SoL kräver för att bedöma och besluta",
    )
    link.options.add_argument(
        "--nod", action="store_true", help="förbi kommunens inloggning, när den är borta"
    )
    link.options.add_argument("--reason", metavar="SKÄL", help="varför; skriv inget om någon")


def _keys_commands(commands: Commands) -> None:
    keys = command(
        commands,
        "keys",
        None,
        "enheternas nycklar",
        "Varje mottagande enhet har en privat nyckel, som öppnar, och en publik, som förseglar. "
        "Gör en säkerhetskopia av de privata och förvara den skild från databasen: "
        "utan nyckel kan ingen läsa det som kommit in.",
    )
    kinds = within(keys)
    command(
        kinds,
        "new",
        operate.keys_new,
        "ge varje enhet som saknar nycklar ett par",
        "Skapar nycklar för de enheter i kommunens fil som saknar. Skriver aldrig över en nyckel.",
    )
    command(
        kinds,
        "public",
        operate.keys_public,
        "skriv de publika nycklarna",
        "Skapar filerna med publika nycklar av de privata, och visar dem.",
    )
    lost = command(
        kinds,
        "lost",
        operate.keys_lost,
        "ge upp en nyckel som är borta för alltid",
        "Det som är förseglat till nyckeln kan då aldrig läsas av någon, och det frågas inte efter "
        "den mer. Leta först i varje säkerhetskopia. prepare säger vilka nycklar som saknas.",
    )
    lost.options.add_argument("key", metavar="NYCKEL", help="nyckelns id, som prepare säger det")


def _keepers_commands(commands: Commands) -> None:
    backup = command(
        commands,
        "backup",
        operate.backup,
        "kopiera databasen, och nycklarna för sig",
        "Kopierar databasen som den är i ett ögonblick, medan allt är i gång, till en ny katalog "
        "med innehåll, antal och kontrollsumma. Nycklarna ska aldrig ligga bredvid.",
    )
    restore = command(
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
    backup.options.add_argument(
        "--keep",
        type=int,
        metavar="DAGAR",
        help="gör en ny katalog med datum i KATALOG, och ta bort kopior som är äldre än så",
    )
    restore.options.add_argument(
        "--without-keys", action="store_true", help="även om det inte går att öppna allt"
    )
    roles = command(
        commands,
        "roles",
        operate.roles,
        "roller i PostgreSQL med minsta möjliga rätt",
        "Skriver den SQL som ger varje del en egen roll som bara får göra det som delen gör. "
        "Körs av databasens ägare efter prepare.",
    )
    roles.options.add_argument("--apply", action="store_true", help="kör den också")
