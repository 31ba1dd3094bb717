"""Kill everything at random while thousands report, and count that nothing was lost.

`python -m bench.crash [--engine sqlite|postgresql|both] [--submissions 5000] [--kills 200]
[--seed 1] [--plant FAULT]`: the real processes, a webhook receiver, a RabbitMQ and, with
PostgreSQL, a server that is killed as well; every database with its safety on. Ends with 1 on any
fault. With `--plant` something is done to the program first, and it must end with 1 and say what.
"""

import argparse
import json
import random
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from app.clock import SystemClock
from app.commands import progress
from app.intake import drafts
from app.intake.drafts import Draft
from app.runner import content
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import NOT_ENDED
from app.web.citizen.parts import COOKIE
from app.web.http import session
from bench.crash import killing, planted
from bench.crash.clerks import NOTE
from bench.crash.house import ENGINES, House, house
from bench.crash.judge import Verdict, judge
from bench.crash.killing import Course
from bench.crash.people import FORM, WHOLE_WAY_EACH, Plan, text_of
from bench.load.people import ANSWERS

CHUNK = 250
CLIENTS = 16
CLERKS = ("Ina Handläggare", "Bo Handläggare", "Åsa Handläggare")
DELIVERED_WITHIN = 1200.0
SAMPLE = 400
MOST_SAID = 20
HOURS_OF_A_DRAFT = 6


@dataclass(frozen=True, slots=True)
class Asked:
    submissions: int
    kills: int
    seed: int
    plant: str
    keep: bool


def plant(database: Database, settings: Settings, count: int) -> list[str]:
    """Put so many finished drafts in the database; return each one's cookie.

    Those who shall go the whole way have none.
    """
    found = content.load(settings.forms, settings.municipality)
    form = found.forms[found.default][FORM]
    made = ["" if n % WHOLE_WAY_EACH == 0 else secrets.token_bytes(32) for n in range(count)]
    now, idle = SystemClock().now(), timedelta(hours=HOURS_OF_A_DRAFT)
    name = session.cookie_name(COOKIE, secure=False)

    def start(connection: Connection, first: int) -> None:
        for number, secret in enumerate(made[first : first + CHUNK], first):
            if isinstance(secret, str):
                continue
            answers = {**ANSWERS, "beskriv": text_of(number)}
            typed = {
                page.id: {
                    name: (value,) if isinstance(value, str) else tuple(value)
                    for name, value in answers.items()
                    if page.owns(name)
                }
                for page in form.pages
            }
            draft = Draft(form.id, form.version, found.default, typed)
            key = drafts.key(secret, form.id)
            drafts.start(connection, key, draft, now=now, idle=idle)

    for first in range(0, count, CHUNK):
        database.write_now(lambda connection, first=first: start(connection, first))
    return [f"{name}={session.written(s)}" if isinstance(s, bytes) else "" for s in made]


def wait_until_delivered(house: House, *, within: float) -> tuple[float, int]:
    """Wait until nothing is on its way any more; return when that was, and how many still are."""
    asked, until = select(func.count()).where(NOT_ENDED), time.monotonic() + within
    with Database.open(house.database_url) as database:
        while True:
            waiting = database.read_now(lambda c: c.execute(asked).scalar_one())
            now = time.monotonic()
            if not waiting or now > until:
                return now, waiting
            time.sleep(0.5)


def run(engine: str, asked: Asked) -> tuple[str, ...]:
    """Do it all on one engine, print how it went, and return the faults."""
    folder = Path(tempfile.mkdtemp(prefix="skyddsnat-crash-"))
    kind, _ = planted.FAULTS.get(asked.plant, ("", None))
    given = {kind: asked.plant} if kind else {}
    try:
        with house(folder, engine, **given) as made:
            with Database.open(made.database_url) as database:
                cookies = plant(database, Settings.read(made.environment), asked.submissions)
            clerks = [made.staff_cookie(name) for name in CLERKS]
            plan = Plan(
                citizens=made.citizens,
                staff=made.staff,
                clerks=clerks,
                clients=CLIENTS,
                cookies=cookies,
                seed=asked.seed,
                seen=str(folder / "seen"),
            )
            chance = random.Random(asked.seed)  # noqa: S311 - chance, not a secret
            with progress.shown(f"{engine}: reports, {asked.kills} kills on the way") as tell:
                course = killing.run(made, plan, kills=asked.kills, chance=chance, tell=tell)
            with progress.shown(f"{engine}: until all is delivered"):
                made.wait_until_open()
                ended, waiting = wait_until_delivered(made, within=DELIVERED_WITHIN)
            with progress.shown(f"{engine}: looking for every report"):
                verdict = judge(made, course, staff_cookie=clerks[0], sample=SAMPLE)
            faults = found_wrong(asked, course, verdict, waiting)
            show(engine, asked, course, verdict, delivered=ended - course.last_kill, faults=faults)
            return faults
    finally:
        if asked.keep:
            print(f"everything is kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def found_wrong(asked: Asked, course: Course, verdict: Verdict, waiting: int) -> tuple[str, ...]:
    faults = [f"met by a visitor: {each}" for each in course.wrong]
    if waiting:
        faults.append(f"not delivered: {waiting} after {DELIVERED_WITHIN:.0f} s")
    if len(course.shown) < asked.submissions:
        faults.append(f"too few: {len(course.shown)} receipts of {asked.submissions}")
    if course.kills.total() < asked.kills:
        faults.append(f"too few: {course.kills.total()} kills of {asked.kills}")
    return (*faults, *verdict.faults)


def show(
    engine: str,
    asked: Asked,
    course: Course,
    verdict: Verdict,
    *,
    delivered: float,
    faults: tuple[str, ...],
) -> None:
    waited = sorted(each.waited for each in course.shown) or [0.0]
    killed = ", ".join(f"{kind} {number}" for kind, number in course.kills.most_common())
    again = sum(each.tries > 2 for each in course.shown)  # noqa: PLR2004 - send, and see the receipt
    lines = [
        ("receipts shown", f"{len(course.shown)} in {course.seconds:.0f} s"),
        ("kills", f"{course.kills.total()}: {killed}"),
        ("cases opened by staff meanwhile", course.items),
        ("written by staff: tried, kept", f"{len(course.tried)}, {len(course.kept)}"),
        ("of which notes", sum(mark.page == NOTE for mark in course.kept)),
        ("what visitors met and tried again", dict(course.troubles)),
        ("had to press send or reload again", again),
        ("from send to receipt, median", f"{statistics.median(waited):.2f} s"),
        ("from send to receipt, longest", f"{waited[-1]:.1f} s"),
        ("came again, known by its id", dict(verdict.doubles)),
        ("torn when killed, never confirmed", dict(verdict.torn)),
        ("opened with a receiver's key", verdict.opened),
        ("last kill until all delivered", f"{delivered:.0f} s"),
        ("faults", len(faults)),
    ]
    print(f"\n{engine}, seed {asked.seed}" + (f", planted: {asked.plant}" if asked.plant else ""))
    for name, value in lines:
        print(f"  {name:<36} {value if not isinstance(value, dict) else written(value)}")
    for fault in faults[:MOST_SAID]:
        print(f"  FAULT {fault}")
    sys.stdout.flush()


def written(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or json.dumps(0)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    asked.add_argument("--submissions", type=int, default=5000)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--plant", choices=planted.FAULTS, default="")
    asked.add_argument("--keep", action="store_true", help="leave the folder for whoever looks")
    told = asked.parse_args()
    chosen = Asked(told.submissions, told.kills, told.seed, told.plant, told.keep)
    engines = ENGINES if told.engine == "both" else (told.engine,)
    wrong = [fault for engine in engines for fault in run(engine, chosen)]
    if chosen.plant and not wrong:
        print(f"{chosen.plant} was planted, and nobody noticed")
        return 2
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
