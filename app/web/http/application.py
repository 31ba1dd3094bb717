"""What the site of every audience is: a FastAPI application that shows nothing but its own pages.

Its routers' addresses stand in one list: behind `include_router` each is looked for twice, which
costs 45 µs a request (docs/decisions/0025-fastapi-again.md). What is asked for most stands first.
"""

from collections.abc import Callable, Iterable

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from app.web.http import assets
from app.web.http.assets import Asset
from app.web.http.posted import Inputs
from app.web.http.security import Headers, Heads
from app.web.http.unforeseen import Unforeseen

NOT_ALLOWED = 405
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""What FastAPI would tell others by itself holds addresses, and the words of errors."""


def application(
    *routers: APIRouter,
    secure: bool,
    fault: Callable[[Request, Inputs], Response],
    files: Iterable[Asset] = (),
    middleware: Iterable[Middleware] = (),
    openapi_url: str | None = None,
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """Return an application of these routers, that also serves these files.

    `secure` is whether it is served over https; `fault` makes the page of what nobody foresaw;
    `lifespan` is what goes on while it lives.
    """
    routes: list[BaseRoute] = [route for router in routers for route in router.routes]
    routes += [Route(file.path, assets.serve(file), methods=["GET"]) for file in files]
    return FastAPI(
        openapi_url=openapi_url,
        docs_url=None,  # a page of somebody else's scripts
        redoc_url=None,
        redirect_slashes=False,  # it would name whatever host a request claims, and no language
        routes=routes,
        middleware=[
            Middleware(Headers, secure=secure),
            Middleware(Heads),
            *middleware,
            Middleware(Unforeseen, page=fault),
        ],
        telemetry=SILENT,
        lifespan=lifespan,
    )


def allowed(request: Request) -> str:
    """Return what an address can be asked with, as an `Allow` header has it (RFC 9110 10.2.1)."""
    found, routes = request.scope["route"], request.app.routes
    here = [route for route in routes if isinstance(route, Route) and route.path == found.path]
    methods = {method for route in here for method in route.methods or ()}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
