"""Puts the API together that a municipality's own system fetches and confirms through."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from app.clock import Clock
from app.settings import Settings
from app.storage.database import Database
from app.web.api import document, errors, fetch
from app.web.http import health
from app.web.http.application import application
from app.web.http.health import Health


def site(settings: Settings, clock: Clock, database: Database) -> FastAPI:
    """Return the API. It holds no keys: what it hands out it can not read."""
    app = application(
        health.router,
        fetch.router,
        openapi_url=document.ADDRESS,
        secure=settings.api.secure_cookies,
        fault=errors.fault,
        middleware=[Middleware(errors.Small, most=fetch.LARGEST_BODY)],
    )
    app.state.hatch = fetch.Hatch(database, clock)
    app.state.health = Health(database, clock, figures=True)
    errors.install_errors(app)
    app.openapi = lambda: document.document(app)  # type: ignore[method-assign] # FastAPI's way
    return app
