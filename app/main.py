"""Puts the web application together for one audience: citizens, staff, or machines."""

import os
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from app.clock import Clock, SystemClock
from app.reception import destination_keys, receptions
from app.runner import content as contents
from app.runner.content import Content
from app.settings import CHECKOUT, Settings
from app.storage.database import Database
from app.web.api import document as api_document
from app.web.api import errors as api_errors
from app.web.api import fetch as machines
from app.web.citizen import error_pages, moves, pages, review, start
from app.web.citizen.parts import Parts
from app.web.citizen.routes import Routes
from app.web.http import assets, health, templating
from app.web.http.assets import Asset
from app.web.http.health import Health, key_files
from app.web.http.security import Headers, Heads, Language

TEMPLATES = CHECKOUT / "templates"
STATIC = CHECKOUT / "static"
LEAST_TO_COMPRESS = 500
A_YEAR = 31_536_000


def citizen(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> Starlette:
    """Return the citizen site. It holds public keys only: what it has taken in it can never read.

    Raises ContentFaults when `forms/` is wrong, and NotAKey or OSError when a unit's public key is.
    """
    content = contents.load(settings.forms, settings.municipality)
    parts = Parts(
        content=content,
        database=database or Database.open(settings.database_url),
        clock=clock or SystemClock(),
        environments=templating.environments(TEMPLATES, content),
        css=style_sheet(content, staff=False),
        js=assets.script(STATIC / "js"),
        receptions=receptions(content.municipality, settings.public_keys),
        origin=settings.citizen.origin,
        secure=settings.citizen.secure_cookies,
        random=os.urandom,
        accessibility=start.read_results(settings.forms / "results" / "accessibility.toml"),
    )
    app = Starlette(
        middleware=[
            Middleware(Headers, secure=parts.secure),
            Middleware(Heads),
            Middleware(Language, languages=tuple(content.languages)),
            Middleware(error_pages.Unforeseen, page=error_pages.page),
        ],
    )
    # It would name whatever host a request claims, and no language.
    app.router.redirect_slashes = False
    app.state.parts = parts
    app.state.health = Health(
        parts.database,
        parts.clock,
        key_files(settings.public_keys, (f"{unit}.pub" for unit in content.municipality.units)),
    )
    error_pages.install(app)
    table = Routes()
    for file in (parts.css, parts.js):
        table.add(file.path, "GET", serve(file))
    for address, answer in health.ADDRESSES.items():
        table.add(address, "GET", answer)
    for module in (start, review, moves, pages):
        table.add_all(module.routes)
    app.routes.append(table)
    return app


def style_sheet(content: Content, *, staff: bool) -> Asset:
    municipality = content.municipality
    return assets.style_sheet(
        STATIC / "css",
        accent=municipality.accent,
        accent_dark=municipality.accent_dark,
        logo=content.logo,
        staff=staff,
    )


def staff(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> FastAPI:
    """Return the staff site, the only one that is given private keys.

    Raises ContentFaults when `forms/` is wrong, and NotAKey or OSError when a private key is.
    """
    # The process that takes in reports must not even have loaded what can open them.
    from app.web.staff import desk, login, stuck  # noqa: PLC0415 - see above
    from app.web.staff import queue as inbox  # noqa: PLC0415 - the same

    content = contents.load(settings.forms, settings.municipality)
    parts = desk.Desk(
        content=content,
        database=database or Database.open(settings.database_url),
        clock=clock or SystemClock(),
        environment=templating.environments(TEMPLATES, content)[content.default],
        css=style_sheet(content, staff=True),
        js=assets.script(STATIC / "js"),
        keys=desk.private_keys(settings.private_keys, content.municipality.units),
        sealers=destination_keys(content.municipality, settings.public_keys),
        origin=settings.staff.origin,
        secure=settings.staff.secure_cookies,
        random=os.urandom,
    )
    app = FastAPI(
        openapi_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Headers, secure=parts.secure),
            Middleware(Heads),
            Middleware(GZipMiddleware, minimum_size=LEAST_TO_COMPRESS),
            Middleware(error_pages.Unforeseen, page=inbox.error_page),
        ],
    )
    app.state.parts = parts
    app.state.health = Health(
        parts.database,
        parts.clock,
        key_files(
            settings.private_keys_directory,
            (f"{unit}.key" for unit in content.municipality.units),
        ),
        figures=True,
    )
    inbox.install_errors(app)
    serve_assets(app, parts.css, parts.js)
    for module in (health, login, inbox, stuck):
        app.include_router(module.router)
    return app


def api(
    settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> FastAPI:
    """Return the API that a municipality's own system fetches and confirms through.

    It holds no keys: what it hands out it can not read.
    """
    database, clock = database or Database.open(settings.database_url), clock or SystemClock()
    app = FastAPI(
        openapi_url=api_document.ADDRESS,
        docs_url=None,  # a page of somebody else's scripts
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Headers, secure=settings.api.secure_cookies),
            Middleware(error_pages.Unforeseen, page=api_errors.unforeseen),
            Middleware(api_errors.Small, most=machines.LARGEST_BODY),
        ],
    )
    app.state.hatch = machines.Hatch(database, clock)
    app.state.health = Health(database, clock, figures=True)
    api_errors.install_errors(app)
    for module in (health, machines):
        app.include_router(module.router)
    app.openapi = lambda: api_document.document(app)  # type: ignore[method-assign] # FastAPI's way
    return app


def serve_assets(app: Starlette, *files: Asset) -> None:
    """Serve each file at its own address, for good: another content has another address."""
    for file in files:
        app.add_route(file.path, serve(file), methods=["GET"])


def serve(file: Asset) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a file, compressed when the browser can."""

    async def answer(request: Request) -> Response:
        headers = {
            "cache-control": f"public, max-age={A_YEAR}, immutable",
            "vary": "accept-encoding",
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                file.gzipped,
                headers={**headers, "content-encoding": "gzip"},
                media_type=file.media_type,
            )
        return Response(file.body, headers=headers, media_type=file.media_type)

    return answer
