"""What can be said about deliveries, and about the municipality's own systems that take them."""

import argparse

from app.commands import deliveries, partners
from app.commands.parsing import Commands, command, within
from app.settings import Settings


def add(commands: Commands) -> None:
    """Put these commands among the others."""
    _carriers_commands(commands)
    _partners_commands(commands)
    _describing_commands(commands)


def _carriers_commands(commands: Commands) -> None:
    command(
        commands,
        "reconcile",
        deliveries.reconcile,
        "räkna efter att inget har gått förlorat",
        "För varje mottagare: det som togs emot är framme, på väg eller överlämnat för hand. "
        "Slutar med 1 och säger till personalen om det inte går ihop. Körs också varje natt.",
    )
    carried = command(
        commands,
        "deliveries",
        deliveries.show,
        "hur långt allt har kommit på vägen",
        "Räknar vad som väntar, är på väg, är framme och har stannat, för varje mottagare.",
    )
    again = command(
        within(carried, required=False),
        "resume",
        deliveries.resume,
        "skicka igen till en mottagare som har stängt",
        "Öppnar en mottagare som har sagt nej till allt, och skickar med en gång det som väntar.",
    )
    again.options.add_argument("destination", metavar="MOTTAGARE", help="namnet i kommunens fil")


def _describe(settings: Settings, asked: argparse.Namespace) -> None:
    from app.commands import describe

    describe.describe(settings, asked)


def _partners_commands(commands: Commands) -> None:
    tokens = command(
        commands,
        "tokens",
        None,
        "nycklar till API:et, för kommunens egna system",
        "En nyckel till API:et släpper in ett av kommunens egna system: till en destination och "
        "en enhet, tills den återkallas. Den sparas bara som kontrollsumma.",
    )
    kinds = within(tokens)
    new = command(
        kinds,
        "new",
        partners.tokens_new,
        "skapa en nyckel, som visas en gång",
        "Skapar en nyckel. Etiketten är det som granskningsloggen säger, och används en gång.",
    )
    new.options.add_argument("--destination", required=True, metavar="NAMN", help="destinationen")
    new.options.add_argument("--unit", required=True, metavar="ENHET", help="enheten")
    command(
        kinds,
        "list",
        partners.tokens_list,
        "visa vilka nycklar som finns",
        "Visar varje nyckels etikett, vad den gäller och när den skapades och återkallades.",
    )
    revoke = command(
        kinds,
        "revoke",
        partners.tokens_revoke,
        "återkalla en nyckel",
        "Nyckeln gäller inte längre, från och med nästa anrop.",
    )
    for each in (new, revoke):
        each.options.add_argument("--label", required=True, metavar="ETIKETT", help="etiketten")
    schema = command(
        commands,
        "schema",
        partners.schema,
        "skriv ett formulärs JSON Schema, eller ett ärendes",
        "Skriver vad som kan stå i en anmälan, för system som tar emot den (JSON Schema 2020-12).",
    )
    what = "formulärets id; case för ett helt ärende"
    schema.options.add_argument("form", metavar="FORMULÄR", help=what)
    command(
        commands,
        "openapi",
        partners.openapi,
        "skriv API:ets beskrivning",
        "Skriver API:ets beskrivning för maskiner (OpenAPI 3.1).",
    )


def _describing_commands(commands: Commands) -> None:
    told = command(
        commands,
        "describe",
        _describe,
        "skriv vad som kan stå i en fil i forms/",
        "Skriver JSON Schema för den som skriver ett formulär (form), en process (process) eller "
        "en kommuns fil (municipality), eller vad varje nyckel betyder (reference).",
    )
    told.options.add_argument(
        "what",
        metavar="VAD",
        choices=("form", "process", "municipality", "reference"),
        help="form, process, municipality eller reference",
    )
