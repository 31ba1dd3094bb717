"""Puts the API together that a municipality's own system fetches and confirms through."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from app.clock import Clock
from app.settings import Settings
from app.storage.database import Database
from app.web.api import document, errors, fetch
from app.web.http import health
from app.web.http.health import Health
from app.web.http.security import Headers
from app.web.http.unforeseen import Unforeseen


def site(settings: Settings, clock: Clock, database: Database) -> FastAPI:
    """Return the API. It holds no keys: what it hands out it can not read."""
    app = FastAPI(
        openapi_url=document.ADDRESS,
        docs_url=None,  # a page of somebody else's scripts
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Headers, secure=settings.api.secure_cookies),
            Middleware(Unforeseen, page=errors.fault),
            Middleware(errors.Small, most=fetch.LARGEST_BODY),
        ],
    )
    app.state.hatch = fetch.Hatch(database, clock)
    app.state.health = Health(database, clock, figures=True)
    errors.install_errors(app)
    for module in (health, fetch):
        app.include_router(module.router)
    app.openapi = lambda: document.document(app)  # type: ignore[method-assign] # FastAPI's way
    return app
