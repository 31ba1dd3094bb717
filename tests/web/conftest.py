"""What the web tests share: both sites on one database, a relay, and somebody to visit them."""

import io
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import logs, main
from app.casework import access, running
from app.clock import Clock
from app.commands import keys
from app.delivery import connector, relay
from app.runner import content
from app.runner.routing import INBOX
from app.settings import Settings
from app.storage.database import Database
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ELSA
from tests.web.visitor import CITIZEN, Visitor

BASIS = "nämndens beslut § 4"
HTTPS = "https://oro.exempelkommun.example"


@pytest.fixture(scope="session", autouse=True)
def read_once():
    """Let sites that say the same share it: it is frozen, and nothing takes as long to read."""
    known = {}
    read = content.load

    def load(folder, municipality="exempelkommun", **more):
        around = Path(municipality).parent if isinstance(municipality, Path) else folder
        files = [path for place in {folder, around} for path in place.rglob("*") if path.is_file()]
        asked = (
            municipality,
            frozenset((path, path.read_bytes()) for path in files),
            frozenset(more.items()),
        )
        if asked not in known:
            known[asked] = read(folder, municipality, **more)
        return known[asked]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(content, "load", load)
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """The settings of an installation of its own, with keys; the database is each test's."""
    found = Settings.read({"SKYDDSNAT_DATA": str(tmp_path_factory.mktemp("data"))})
    units = content.load(found.forms, found.municipality).municipality.units
    private = found.private_keys_directory
    keys.make_missing(units, private=private, public=found.public_keys)
    return replace(found, private_keys=private)


@dataclass(frozen=True)
class Town:
    """A municipality that runs the service: both sites, the database and the relay."""

    settings: Settings
    database: Database
    clock: Clock

    def citizen(self, *, origin: str = CITIZEN):
        """The citizen site, started anew."""
        site = replace(self.settings.citizen, origin=origin)
        settings = replace(self.settings, citizen=site, private_keys=None)
        return main.citizen(settings, clock=self.clock, database=self.database)

    def staff(self, *, origin: str | None = None):
        """The staff site, started anew."""
        site = replace(self.settings.staff, origin=origin or self.settings.staff.origin)
        settings = replace(self.settings, staff=site)
        return main.staff(settings, clock=self.clock, database=self.database)

    def carry(self) -> int:
        """Let the relay carry what waits; return how many."""
        known = content.load(self.settings.forms, self.settings.municipality)
        rules = running.rules_of(known)
        to = connector.build(INBOX, database=self.database, clock=self.clock, rules=rules)
        return relay.deliver_once(self.database, to, self.clock)


@pytest.fixture
def database(sqlite_url):
    """SQLite; a test for both engines asks for `either` instead."""
    with Database.open(sqlite_url, patience=0.3) as opened:
        yield opened


@pytest.fixture
def town(settings, database, clock):
    return Town(settings, database, clock)


@pytest.fixture
def either(settings, database_url, clock):
    """A town with a database of each kind."""
    with Database.open(database_url, patience=5.0) as opened:
        yield Town(settings, opened, clock)


@pytest.fixture
def site(town):
    return town.citizen()


@pytest.fixture
def visitor(site):
    return Visitor(site)


@pytest.fixture
def clerk_of(town):
    """Sign somebody in to a unit."""
    desk = town.staff()
    return lambda unit, **more: Clerk(desk, unit, **more)


@pytest.fixture
def somebody(town):
    """Sign somebody in with roles at some units; the first is in view."""
    app = town.staff()

    def sign_in(name="Ina Handläggare", **grants):
        who = access.LetIn(
            name,
            access.subject_of("", name),
            {unit.replace("_", "-"): frozenset(roles) for unit, roles in grants.items()},
            qualified=True,
        )
        opened = town.database.write_now(
            lambda c: access.open_session(c, who, now=town.clock.now())
        )
        clerk = Clerk(app, opened.staff.unit, name, sign_in=False)
        clerk.client.cookies.set("inkorg", opened.cookie)
        return clerk

    return sign_in


@pytest.fixture
def form(site):
    """A form as a language has it."""
    return lambda form_id, language="sv": site.state.parts.content.forms[language][form_id]


@pytest.fixture
def on(town, tmp_path):
    """The same town, where the board has said that reports are compared."""
    ours = town.settings.forms / "municipalities" / "exempelkommun.toml"
    text = ours.read_text("utf-8").replace(
        '[match]\non = false\nbasis = ""', f'[match]\non = true\nbasis = "{BASIS}"'
    )
    (tmp_path / "kommun.toml").write_text(text, "utf-8")
    return replace(town, settings=replace(town.settings, municipality=tmp_path / "kommun.toml"))


@pytest.fixture
def desk(on):
    """The staff of that town."""
    return on.staff()


@pytest.fixture
def report(visitor, town):
    """Hand a report in and let it be carried; return its reference."""

    def send(reporter=ELSA):
        reference = journeys.report_at_once(visitor, reporter)
        town.carry()
        return reference

    return send


@pytest.fixture
def log():
    """What our own log lines say, as a process of the service writes them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Discreet("test"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
