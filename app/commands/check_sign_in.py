"""Looks at the municipality's own sign-in as the inbox will meet it: is it there, and right."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.clock import SystemClock
from app.commands.graded import Grade, Said
from app.errors import ProviderAway
from app.runner.municipality import Municipality
from app.settings import Settings

if TYPE_CHECKING:
    from app.web.staff.provider import Provider

ASKEW = timedelta(seconds=5)
WRONG = timedelta(seconds=60)
"""How far its clock may be from ours: further, and nobody is let in."""


def looked_at(settings: Settings, municipality: Municipality) -> Said:
    """Say whether the provider answers, has keys, signs out, and what its clock shows."""
    if municipality.sign_in is None:
        grade = Grade.FINE if municipality.exercise else Grade.FAULT
        yield grade, "ingen [sign_in]: bara länkar släpper in, och bara i en övning"
        return
    if not settings.secrets.is_dir():
        yield Grade.DOUBTFUL, f"hemligheterna i {settings.secrets} kan inte ses av den som kör"
        return
    from app.web.staff.app import provider_of

    provider = provider_of(municipality.sign_in, settings, SystemClock())
    try:
        said, apart = asyncio.run(asked(provider))
    except ProviderAway as away:
        yield Grade.FAULT, f"{municipality.sign_in.issuer} svarar inte som den ska ({away})"
        return
    if "end_session_endpoint" not in said:
        yield Grade.DOUBTFUL, "den går inte att logga ut ur härifrån (end_session_endpoint saknas)"
    if said.get("backchannel_logout_supported") is not True:
        yield Grade.DOUBTFUL, "den säger inte till när någon loggas ut (back-channel logout)"
    if abs(apart) > ASKEW:
        grade = Grade.FAULT if abs(apart) > WRONG else Grade.DOUBTFUL
        seconds = abs(apart) // timedelta(seconds=1)
        yield grade, f"dess klocka skiljer {seconds} s från vår: ställ båda efter NTP"
    yield Grade.FINE, municipality.sign_in.issuer


async def asked(provider: "Provider") -> tuple[Mapping[str, Any], timedelta]:
    """Return what the provider says of itself, and how far its clock is before ours."""
    said = await provider.metadata()
    await provider.keys()
    return said, await provider.askew()
