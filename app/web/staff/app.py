"""Puts the staff site together, the only one that is given private keys."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from sqlalchemy import Connection

from app.casework import indexing, running
from app.casework.plan import plan_of
from app.clock import Clock
from app.errors import SecretMissing
from app.reception import destination_keys, receptions, recipients
from app.records import sealed_to
from app.runner import at_desk
from app.runner import content as contents
from app.runner.content import Content
from app.runner.municipality import Municipality
from app.runner.sign_in import SignIn
from app.settings import Settings
from app.storage.database import Database
from app.web.http import assets, conventions, health, templating
from app.web.http.application import application
from app.web.http.health import Health
from app.web.http.key_watch import KeyWatch
from app.web.shown.answering import Switchboard
from app.web.shown.site import Site
from app.web.shown.statement import read_results
from app.web.staff import (
    accessibility,
    account,
    akt_page,
    assign,
    barring,
    by_provider,
    case,
    decisions,
    desk,
    emergency_page,
    entering,
    errors,
    figures_page,
    grouped,
    indexer,
    ledger,
    lend_page,
    let_in,
    letters_page,
    login,
    out,
    part,
    party,
    queue,
    readers,
    removal,
    report_page,
    reviewing,
    same_child,
    search,
    settings_page,
    stuck,
    timeline,
    times,
    watching,
    work,
    writing,
)
from app.web.staff.desk import ToEnter

if TYPE_CHECKING:
    from app.web.staff.provider import Provider

PAGES = (
    *(
        queue,
        watching,
        entering,
        case,
        grouped,
        part,
        report_page,
        work,
        assign,
        writing,
        same_child,
    ),
    *(barring, stuck, times, decisions, readers, out, party, search, reviewing, removal, akt_page),
    *(emergency_page, lend_page, let_in, figures_page, settings_page, timeline),
    *(ledger, letters_page),
    *(by_provider, login, account, health, accessibility),
)
"""Whose addresses there are; the provider's go before those of the links."""
SECRET = "sign_in.secret"  # noqa: S105 - the name of a file


def site(settings: Settings, clock: Clock, database: Database) -> FastAPI:
    """Return the staff site.

    Raises ContentFaults when `forms/` is wrong, NotAKey or OSError when a private key is, and
    SecretMissing where the municipality has its own sign-in.
    """
    content = contents.load(settings.forms, settings.municipality)
    templates = templating.environments(content)[content.default]
    own = content.municipality.sign_in
    css, js = assets.style_sheet(content, staff=True), assets.script(staff=True)
    keys = desk.private_keys(settings.private_keys, content.municipality.units)
    to = recipients(content.municipality.units, settings.public_keys)
    parts = desk.Desk(
        site=Site(content, content.default, templates, css, js, Switchboard(content), clock),
        database=database,
        clock=clock,
        keys=keys,
        sealers=destination_keys(content.municipality, settings.public_keys),
        rules=running.rules_of(content, to),
        index=indexing.index_of(content, to, keys),
        plan=plan_of(content),
        origin=settings.staff.origin,
        secure=settings.staff.secure_cookies,
        random=os.urandom,
        accessibility=read_results(settings.forms),
        to_enter=to_enter(content, settings.public_keys),
        provider=provider_of(own, settings, clock) if own else None,
    )
    app = application(
        *(module.router for module in PAGES),
        conventions.router(content.municipality, origin=parts.origin, robots=conventions.NOTHING),
        files=(css, js),
        secure=parts.secure,
        fault=errors.fault,
        lifespan=indexer.reading,
    )
    app.state.parts = parts
    watch = key_watch(content.municipality, settings.private_keys_directory, parts.keys)
    app.state.health = Health(database, clock, watch, figures=True)
    errors.install(app)
    return app


def to_enter(content: Content, public_keys: Path) -> dict[str, ToEnter]:
    """Return every form as staff fill it in, and where its reports go. OSError, NotAKey."""
    forms = content.forms[content.default]
    return {
        form_id: ToEnter(at_desk.unforced(forms[form_id]), reception)
        for form_id, reception in receptions(content.municipality, public_keys).items()
    }


def provider_of(sign_in: SignIn, settings: Settings, clock: Clock) -> "Provider":
    """Return what speaks with the municipality's sign-in.

    SecretMissing when the secret that it knows us by is not there.
    """
    from app.web.staff.provider import Provider

    secret = sign_in_secret(settings.secrets)
    return Provider(sign_in, secret=secret, origin=settings.staff.origin, clock=clock)


def sign_in_secret(folder: Path) -> str:
    """Return the secret that the provider knows this service by. SecretMissing."""
    file = folder / SECRET
    try:
        secret = file.read_text("utf-8").strip()
    except OSError as gone:
        raise SecretMissing(str(file)) from gone
    if not secret:
        raise SecretMissing(str(file))
    return secret


def key_watch(municipality: Municipality, folder: Path, keys: Collection[str]) -> KeyWatch:
    """Return what sees that what is stored for our units can be opened with these keys, by id."""

    def doubts(connection: Connection) -> list[str]:
        stored = sealed_to.stored(connection)
        ours = (each for each in stored if each.unit in municipality.units)
        return [f"{each.unit} ({each.key_id})" for each in sealed_to.unopenable(ours, keys)]

    return KeyWatch(tuple(folder / f"{unit}.key" for unit in municipality.units), doubts)
