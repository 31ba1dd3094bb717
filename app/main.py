"""Picks an audience: its pages are loaded, and nobody else's.

So the process that takes in reports has not even loaded what can open them.
"""

from fastapi import FastAPI

from app.clock import Clock, SystemClock
from app.settings import Settings
from app.storage.database import Database


def citizen(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> FastAPI:
    """Return the citizen site. Raises as `app.web.citizen.app.site` does."""
    from app.web.citizen import app

    return app.site(settings, clock or SystemClock(), database or opened(settings))


def staff(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> FastAPI:
    """Return the staff site. Raises as `app.web.staff.app.site` does."""
    from app.web.staff import app

    return app.site(settings, clock or SystemClock(), database or opened(settings))


def api(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> FastAPI:
    """Return the API that a municipality's own system fetches and confirms through."""
    from app.web.api import app

    return app.site(settings, clock or SystemClock(), database or opened(settings))


def opened(settings: Settings) -> Database:
    return Database.open(settings.database_url)
