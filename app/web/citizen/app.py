"""Puts the citizen site together."""

import os
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware

from app.clock import Clock
from app.reception import public_key_ids, receptions
from app.records import sealed_to
from app.runner import content as contents
from app.runner.municipality import Municipality
from app.settings import Settings
from app.storage.database import Database
from app.web.citizen import begin, error_pages, findable, moves, pages, review, start
from app.web.citizen.brake import Brake
from app.web.citizen.parts import Parts
from app.web.citizen.sweeping import sweeping
from app.web.http import assets, conventions, health, templating
from app.web.http.application import application
from app.web.http.health import Health
from app.web.http.key_watch import KeyWatch
from app.web.http.security import Language
from app.web.shown.answering import Switchboard
from app.web.shown.site import Site
from app.web.shown.statement import read_results


def site(settings: Settings, clock: Clock, database: Database) -> FastAPI:
    """Return the citizen site. It holds public keys only: what it has taken in it can never read.

    Raises ContentFaults when `forms/` is wrong, and NotAKey or OSError when a unit's public key is.
    """
    content = contents.load(settings.forms, settings.municipality, with_processes=False)
    css, js = assets.style_sheet(content, staff=False), assets.script()
    switchboard = Switchboard(content)
    parts = Parts(
        content=content,
        database=database,
        clock=clock,
        sites={
            language: Site(content, language, templates, css, js, switchboard, clock)
            for language, templates in templating.environments(content).items()
        },
        receptions=receptions(content.municipality, settings.public_keys),
        origin=settings.citizen.origin,
        secure=settings.citizen.secure_cookies,
        random=os.urandom,
        accessibility=read_results(settings.forms),
        brake=Brake(os.urandom),
    )
    app = application(
        *(module.router for module in (pages, review, start, moves)),
        health.router,
        conventions.router(
            content.municipality, origin=parts.origin, robots=findable.robots(content)
        ),
        begin.router,
        files=(css, js),
        secure=parts.secure,
        fault=error_pages.fault,
        middleware=[Middleware(Language, languages=tuple(content.languages))],
        lifespan=sweeping,
    )
    app.state.parts = parts
    keys = key_watch(content.municipality, settings.public_keys)
    app.state.health = Health(database, clock, keys)
    error_pages.install(app)
    return app


def key_watch(municipality: Municipality, folder: Path) -> KeyWatch:
    """Return what sees that reports are sealed to the keys that were last made ready."""
    ids = public_key_ids(municipality.units, folder)
    files = tuple(folder / f"{unit}.pub" for unit in municipality.units)
    return KeyWatch(files, partial(sealed_to.strangers, keys=ids))
