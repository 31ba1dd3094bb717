"""What machines look for at an address of its own: whom to tell of a hole, and what may be found.

`/.well-known/security.txt` (RFC 9116) and `/robots.txt` (RFC 9309).
"""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.runner.disclosure import PATH as SECURITY
from app.runner.municipality import Municipality

ROBOTS = "/robots.txt"
NOTHING = "User-agent: *\nDisallow: /\n"
"""Of this site nothing may be found by searching."""


def router(municipality: Municipality, *, origin: str, robots: str) -> APIRouter:
    """Return what serves both; without `[security]` in the municipality's file only robots.txt."""
    made = APIRouter(default_response_class=PlainTextResponse, include_in_schema=False)

    @made.get(ROBOTS)
    async def show_robots() -> str:
        return robots

    if municipality.security is not None:
        security = municipality.security.text(origin, municipality.languages)

        @made.get(SECURITY)
        async def show_security() -> str:
            return security

    return made
