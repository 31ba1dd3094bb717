"""Start the service: everything as one, or one part of it.

Nothing heavy is imported before it is needed: the process that supervises the others must stay
small and hold nothing, and the citizen site must answer at once.
"""

import argparse
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from time import sleep
from typing import TYPE_CHECKING

from app import VERSION, garbage, logs
from app.commands import partners, supervisor
from app.commands.operate import Refused
from app.settings import CHECKOUT, Settings, Site

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from app.delivery.ledger import Ledger
    from app.storage.database import Database

PUBLIC_KEYS_WRONG = (
    "De publika nycklarna här är inte de som skyddsnat prepare senast gjorde klara: {}. Det som "
    "tas emot skulle inte kunna läsas. Kopiera filerna igen, eller kör prepare om nycklarna nyss "
    "har återställts."
)
PRIVATE_KEYS_WRONG = (
    "Det finns anmälningar som ingen av nycklarna här kan öppna: {}. Lägg tillbaka nycklarna från "
    "säkerhetskopian av nycklarna. Är en nyckel borta för alltid: skyddsnat keys lost."
)
LOOK_AGAIN = 1.0  # s
METRICS = "SKYDDSNAT_METRICS"
METRICS_AFTER = {"citizen": 0, "staff": 1, "api": 2}
"""Each has a port of its own for figures, so many after the one that is set."""


def everything(settings: Settings, asked: argparse.Namespace) -> None:
    """Start citizen site, staff inbox, relay and nightly job, and keep them running.

    With `exempel`, an empty exercise is filled with made-up reports first.
    """
    citizen, staff = _listen(settings.citizen, "CITIZEN"), _listen(settings.staff, "STAFF")
    # In a process of its own, so that a newly made key never is in the supervisor's memory.
    first = [_part(settings, "staff", ["prepare", "--links"])]
    if asked.exempel:  # before the links, which are the first that happens in the audit trail
        ready = _part(settings, "staff", ["prepare"])
        first = [ready, _part(settings, "staff", ["exempel"]), *first]
    for part in first:
        if subprocess.run(part.command, env=part.environment, check=False).returncode:
            raise SystemExit(1)  # it has said why
    parts = [
        _part(settings, "citizen", ["serve", "citizen"], listener=citizen),
        *_staff(settings, staff),
        # A report waits safely; the first visitor should not.
        replace(_part(settings, "relay", ["relay"]), after=2.0),
        _part(settings, "retain", ["retain"], nightly=True),
    ]
    if partners.api_is_needed(settings):
        listener = _listen(settings.api, "API")
        parts.append(_part(settings, "api", ["serve", "api"], listener=listener))
    supervisor.run(parts)
    print("Allt är avstängt.", flush=True)


def citizen(settings: Settings, asked: argparse.Namespace) -> None:
    """Serve the citizen site. It is never told where private keys are."""
    listener = _listen(settings.citizen, "CITIZEN", descriptor=asked.descriptor)
    from app import main
    from app.web.http import server

    told = replace(settings, private_keys=None)
    site = main.citizen(told, database=_database(settings))
    _refuse_wrong_keys(site, PUBLIC_KEYS_WRONG)
    _publish_figures(settings, site)
    _say_started(listener)
    server.serve(site, listener)


def staff(settings: Settings, asked: argparse.Namespace) -> None:
    """Serve the staff inbox, the only part that can open a report."""
    listener = _listen(settings.staff, "STAFF", descriptor=asked.descriptor)
    from app import main
    from app.web.http import server

    told = replace(settings, private_keys=settings.private_keys_directory)
    site = main.staff(told, database=_database(settings))
    _refuse_wrong_keys(site, PRIVATE_KEYS_WRONG)
    _publish_figures(settings, site, books=True)
    _say_started(listener)
    server.serve(site, listener, shared=settings.staff_processes > 1)


def api(settings: Settings, asked: argparse.Namespace) -> None:
    """Serve the API that a municipality's own system fetches and confirms through. No keys."""
    listener = _listen(settings.api, "API", descriptor=asked.descriptor)
    from app import main
    from app.web.http import server

    told = replace(settings, private_keys=None)
    site = main.api(told, database=_database(settings))
    _publish_figures(settings, site)
    _say_started(listener)
    server.serve(site, listener)


def relay(settings: Settings, _: argparse.Namespace) -> None:
    """Carry reports from the outbox to their receivers, until told to stop."""
    from app.casework import running
    from app.clock import SystemClock
    from app.delivery import connector
    from app.delivery import relay as carrier
    from app.delivery.emergency import Alarm, Whom
    from app.delivery.escalation import Escalator
    from app.runner import content

    municipality, processes = content.processes(settings.forms, settings.municipality)
    rules = running.rules_for(municipality, processes)
    patience = {
        name: timedelta(hours=destination.attention_hours)
        for name, destination in municipality.destinations.items()
    }
    stop = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    clock = SystemClock()
    with _database(settings) as database:
        built = connector.build(
            municipality.destinations,
            database=database,
            clock=clock,
            municipality_code=municipality.code,
            secrets=settings.secrets,
            origin=settings.staff.origin,
            rules=rules,
        )
        _say_started()
        garbage.end_loading()
        ledger = _ledger(settings, database)
        beside = [ledger.run]
        if steps := municipality.casework.escalation:
            beside.append(Escalator(database, built, rules, steps, clock).run)
        if to := municipality.casework.review.emergency:
            beside.append(Alarm(database, built[to], clock).run)
        if to := municipality.casework.emergency.to:
            beside.append(Alarm(database, built[to], clock, Whom.LEADERS).run)
        carrier.run(
            database,
            built,
            clock,
            stop,
            patience=patience,
            rules=rules,
            beside=beside,
        )


def _ledger(settings: Settings, database: "Database") -> "Ledger":
    """Return who links the audit trail, and signs anchors if the key is here. NotAKey."""
    from app.clock import SystemClock
    from app.commands import anchor_key
    from app.delivery.ledger import Ledger, to_folder

    ledger = Ledger(database, SystemClock())
    if settings.anchors:
        ledger.send = to_folder(settings.anchors)
    if anchor_key.file_in(settings.audit_keys).exists():
        ledger.private = anchor_key.read(settings.audit_keys)
    else:
        logs.event("audit.no_key", level=logging.ERROR)
    return ledger


def _say_started(listener: socket.socket | None = None) -> None:
    """Log which part this is, of which version and where: the one line of a good start."""
    host, port = listener.getsockname()[:2] if listener else ("", 0)
    logs.event("started", version=VERSION, address=f"{host}:{port}" if listener else None)


def _database(settings: Settings) -> "Database":
    """Open the database for a part that serves, once its tables are known to be new enough.

    SchemaOutdated when they are not. One that is away is no reason not to start: visitors are told
    whom to call, and its tables are looked at when it is back.
    """
    from app.errors import DatabaseUnavailable, SchemaOutdated
    from app.storage import schema
    from app.storage.database import Database

    database = Database.open(settings.database_url, telling=True)
    try:
        database.read_now(schema.check)
    except SchemaOutdated:
        database.close()
        raise
    except DatabaseUnavailable:
        Thread(target=_look_when_back, args=(database,), daemon=True).start()
    return database


def _refuse_wrong_keys(site: "Starlette", why: str) -> None:
    """Raise Refused when the keys are not the right ones. Health says it too, later on."""
    health = site.state.health
    if wrong := health.keys.look_now(health.database):
        raise Refused(why.format(", ".join(wrong)))


def _look_when_back(database: "Database") -> None:
    from app.errors import DatabaseUnavailable, SchemaOutdated
    from app.storage import schema

    while True:
        sleep(LOOK_AGAIN)
        try:
            database.read_now(schema.check)
        except DatabaseUnavailable:
            continue
        except SchemaOutdated as outdated:
            # Whoever started us starts us again, and is told why it can not be done.
            logs.failure("schema.outdated", outdated)
            os.kill(os.getpid(), signal.SIGTERM)
        return


def _part(
    settings: Settings,
    name: str,
    command: list[str],
    *,
    listener: socket.socket | None = None,
    nightly: bool = False,
) -> supervisor.Part:
    """One of our own commands as a process. Only the staff's learns where private keys are."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    environment.pop("SKYDDSNAT_PRIVATE_KEYS", None)
    environment.pop("SKYDDSNAT_AUDIT_KEYS", None)
    environment.pop(METRICS, None)
    if settings.metrics and name in METRICS_AFTER:
        inside = settings.metrics
        shown = f"[{inside.host}]" if ":" in inside.host else inside.host
        environment[METRICS] = f"{shown}:{inside.port + METRICS_AFTER[name]}"
    if name == "relay" or "prepare" in command:
        environment["SKYDDSNAT_AUDIT_KEYS"] = str(settings.audit_keys)
    if name == "staff":
        environment["SKYDDSNAT_PRIVATE_KEYS"] = str(settings.private_keys_directory)
    given = (listener.fileno(),) if listener else ()
    whole = [sys.executable, "-m", "app", *command]
    whole += [word for number in given for word in ("--descriptor", str(number))]
    return supervisor.Part(name, whole, environment, given, nightly)


def _staff(settings: Settings, listener: socket.socket) -> Iterator[supervisor.Part]:
    """Yield the processes that serve the staff, all on one socket; the first has the figures."""
    first = _part(settings, "staff", ["serve", "staff"], listener=listener)
    yield first
    others = {name: value for name, value in first.environment.items() if name != METRICS}
    for _ in range(settings.staff_processes - 1):
        yield replace(first, environment=others)


def _publish_figures(settings: Settings, site: "Starlette", *, books: bool = False) -> None:
    """Give the figures of a site, and with `books` of the whole house, where it has been asked."""
    if settings.metrics is None:
        return
    from app.web.http import metrics

    try:
        metrics.publish(site, settings.metrics, books=books)
    except OSError as refused:
        raise Refused(
            f"Porten {settings.metrics.port} på {settings.metrics.host} är upptagen eller får inte "
            "användas: sätt SKYDDSNAT_METRICS till en annan."
        ) from refused


def _listen(site: Site, audience: str, *, descriptor: int | None = None) -> socket.socket:
    if descriptor is not None:
        return socket.socket(fileno=descriptor)
    try:
        return supervisor.listen(site.host, site.port)
    except OSError as refused:
        raise Refused(
            f"Porten {site.port} på {site.host} är upptagen eller får inte användas: "
            f"stäng det som använder den, eller sätt SKYDDSNAT_{audience} till en annan."
        ) from refused
