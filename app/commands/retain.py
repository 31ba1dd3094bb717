"""What is done every night: it is counted that nothing is lost, and what has had its time goes."""

import argparse
import logging
from collections.abc import Mapping
from functools import partial

from app import logs
from app.casework.plan import plan_of
from app.clock import SystemClock
from app.commands import deliveries
from app.records import audit_retention, retention
from app.records.removal import Akts
from app.runner import content
from app.runner.municipality import Municipality
from app.settings import Settings
from app.storage import schema
from app.storage.database import Database

NAMES = {
    "drafts": "utkast",
    "receipts": "kvitton",
    "links": "inloggningslänkar",
    "sessions": "inloggningar",
    "unsaved": "texter som inte hann sparas",
}


def retain(settings: Settings, asked: argparse.Namespace) -> None:
    """Erase what has had its time, or only say what it is."""
    municipality = content.municipality(settings.forms, settings.municipality)
    days, akts = days_of(municipality), akts_of(settings, municipality)
    with Database.open(settings.database_url) as database:
        database.read_now(schema.check)
        if asked.dry_run:
            tell(database, municipality, days, akts)
            return
        # Before anything is erased, so that what is missing is missed while it may be found.
        sums = deliveries.count(settings, database)
        level = logging.INFO if sums.adds_up else logging.CRITICAL
        logs.event("reconciled", level=level, count=sums.vanished, status=int(not sums.adds_up))
    with Database.open(settings.database_url) as database:
        more = True
        while more:
            erase = partial(
                retention.retain,
                now=SystemClock().now(),
                municipality_code=municipality.code,
                submission_days=days,
                akts=akts,
            )
            erased = database.write_now(erase)
            logs.event("retained", count=erased.submissions + erased.cases)
            more = max(erased.submissions, erased.cases) >= retention.AT_ONCE
        forget_trail(database, municipality.audit_years)


def days_of(municipality: Municipality) -> dict[str, int]:
    """Return after how many days reports may go, by form; of none where the akt is kept here.

    16 kap. SoL binds it then, and no timer may remove it, whatever else the file says.
    """
    if municipality.casework.record == "here":
        logs.event("retain.akt_here")
        return {}
    return {name: many for name, many in municipality.retention_days.items() if many}


def akts_of(settings: Settings, municipality: Municipality) -> Akts:
    """Return the forms whose akt is kept here, which 16 kap. SoL says when two may remove."""
    if municipality.casework.record != "here":
        return retention.NONE_HERE
    return plan_of(content.load(settings.forms, settings.municipality)).akts


def forget_trail(database: Database, years: int | None) -> None:
    """Let go of what is older than so many years in the audit trail; of nothing when it is None."""
    if years is None:
        return
    gone = 1
    while gone:
        now = SystemClock().now()
        limit = audit_retention.before(now, years)
        gone = database.write_now(partial(audit_retention.erase, before=limit, now=now))
        logs.event("audit.erased", count=gone)


def tell(
    database: Database, municipality: Municipality, days: Mapping[str, int], akts: Akts
) -> None:
    """Print what would go now, and of which forms nothing ever does."""
    look = partial(
        retention.due,
        now=SystemClock().now(),
        municipality_code=municipality.code,
        submission_days=days,
        akts=akts,
    )
    erased, reports = database.read_now(look)
    print("Om gallringen kördes nu skulle detta tas bort:")
    print(f"  {erased.cases} ärenden som två har godkänt")
    if municipality.casework.record == "here":
        print("  Akten förs här: ingen anmälan tas bort av sig själv (16 kap. SoL).")
    for form_id in municipality.forms:
        if form_id not in reports:
            print(f"  {form_id}: inget, för det sparas tills vidare (keep)")
            continue
        each = reports[form_id]
        since = f", den äldsta från {each.oldest:%Y-%m-%d}" if each.oldest else ""
        after = f" utan ärende, efter {days[form_id]} dagar"
        print(f"  {form_id}: {each.count} anmälningar{after}{since}")
    print(f"  granskningsloggen: {of_trail(database, municipality.audit_years)}")
    print("  " + ", ".join(f"{getattr(erased, name)} {NAMES[name]}" for name in NAMES))


def of_trail(database: Database, years: int | None) -> str:
    if years is None:
        return "inget, för den sparas tills vidare (keep)"
    limit = audit_retention.before(SystemClock().now(), years)
    many = database.read_now(partial(audit_retention.due, before=limit))
    return f"{many} händelser som är äldre än {years} år"
