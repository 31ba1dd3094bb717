"""What an operator does for the municipality's own systems: tokens, and what machines can read.

Each command imports only what it needs, as all of them do.
"""

import argparse
import json
import tomllib
from typing import Any

from app.commands.operate import Refused
from app.settings import Settings

LONGEST_LABEL = 64
ANSWERS = frozenset({"pull", "webhook", "amqp"})
"""Connectors whose receiver may have something to say to us: fetch it, or we have it."""
CASE = "case"
"""What the schema of a whole case is asked for by; no form of ours is called that."""


def tokens_new(settings: Settings, asked: argparse.Namespace) -> None:
    """Make a token for one destination and one unit, and show it this once."""
    from app.clock import SystemClock
    from app.errors import LabelTaken
    from app.records import tokens
    from app.runner import content
    from app.storage.database import Database

    municipality = content.municipality(settings.forms, settings.municipality)
    if asked.unit not in municipality.units:
        known = ", ".join(municipality.units)
        raise Refused(f"Enheten {asked.unit} finns inte; det finns {known}.")
    places = [name for name, to in municipality.destinations.items() if to.connector in ANSWERS]
    if asked.destination not in places:
        known = ", ".join(places) or "ingen sådan i kommunens fil"
        raise Refused(
            f"{asked.destination} är ingen mottagare som hämtar eller kvitterar; det finns {known}."
        )
    label = " ".join(asked.label.split())
    if not (label.isprintable() and 0 < len(label) <= LONGEST_LABEL):
        raise Refused(f"En etikett är 1 till {LONGEST_LABEL} tecken.")
    now = SystemClock().now()
    with Database.open(settings.database_url) as database:
        try:
            secret = database.write_now(
                lambda connection: tokens.new(
                    connection,
                    destination=asked.destination,
                    unit=asked.unit,
                    label=label,
                    now=now,
                )
            )
        except LabelTaken as taken:
            raise Refused(f"Etiketten {label} är redan använd: välj en annan.") from taken
    print(f"{secret}\nDen visas bara nu. Lägg den där bara mottagarens system kan läsa den.")


def tokens_list(settings: Settings, _: argparse.Namespace) -> None:
    """Show every token there has been; never the token itself."""
    from app.records import tokens
    from app.storage.database import Database

    with Database.open(settings.database_url) as database:
        found = database.read_now(tokens.listed)
    for each in found:
        ended = f", återkallad {each.revoked_at:%Y-%m-%d %H:%MZ}" if each.revoked_at else ""
        made = f"skapad {each.made_at:%Y-%m-%d %H:%MZ}"
        print(f"{each.label}\n  {each.destination}, {each.unit}, {made}{ended}")
    if not found:
        print("Inga nycklar till API:et har skapats.")


def tokens_revoke(settings: Settings, asked: argparse.Namespace) -> None:
    """Let a token be good for nothing from now on."""
    from app.clock import SystemClock
    from app.records import tokens
    from app.storage.database import Database

    now = SystemClock().now()
    with Database.open(settings.database_url) as database:
        revoked = database.write_now(
            lambda connection: tokens.revoke(connection, asked.label, now=now)
        )
    if not revoked:
        raise Refused(f"Det finns ingen gällande nyckel med etiketten {asked.label}.")
    print(f"{asked.label} gäller inte längre.")


def schema(settings: Settings, asked: argparse.Namespace) -> None:
    """Print the JSON Schema of a form's transcript, or of a CASE."""
    print(written(transcript_schema(settings, asked.form)), end="")


def openapi(settings: Settings, _: argparse.Namespace) -> None:
    """Print the OpenAPI document of the API."""
    from app import main

    print(written(main.api(settings).openapi()), end="")


def transcript_schema(settings: Settings, form_id: str) -> dict[str, Any]:
    """Return the schema of a form, as it is defined and in whatever municipality; of a CASE."""
    from app.casework import whole
    from app.runner.definition import Form
    from app.runner.transcript_schema import schema as of

    if form_id == CASE:
        return whole.schema()
    known = sorted(file.stem for file in settings.forms.glob("*.toml"))
    if form_id not in known:
        raise Refused(f"Formuläret {form_id} finns inte; det finns {', '.join(known)}.")
    text = (settings.forms / f"{form_id}.toml").read_text("utf-8")
    return of(Form.model_validate(tomllib.loads(text)))


def written(document: dict[str, Any]) -> str:
    """Return a document as it stands in a file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def api_is_needed(settings: Settings) -> bool:
    """Tell whether some receiver fetches or calls back, so that there must be an API.

    Read with the standard library alone: the process that starts the others holds no content.
    """
    name = settings.municipality
    file = settings.forms / "municipalities" / f"{name}.toml" if isinstance(name, str) else name
    places = tomllib.loads(file.read_text("utf-8")).get("destinations", {})
    return any(speaks(place) for place in places.values())


def speaks(destination: dict[str, Any]) -> bool:
    """Tell whether a receiver says something by itself: a web hook may answer 202 and call back."""
    confirm = destination.get("options", {}).get("confirm")
    kind = destination.get("connector")
    return kind == "pull" or (kind == "webhook" and confirm != "on_2xx")
