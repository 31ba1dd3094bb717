"""What tests in every folder may ask for: a clock that stands still, a database of either kind."""

import gc
import importlib
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from app.runner.texts import Interface
from app.storage.database import Database
from app.storage.migrations import migrate
from tests import memory, postgres

# As the service does (app/__main__.py): what thousands of tests are made of stays, and to look
# through it for rubbish after every 700 objects takes a tenth of all time.
gc.set_threshold(50_000)
# How quickly examples are made tells of the machine and its other work, and nothing of the service.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")


def pytest_collection_finish(session):
    """From here on look through what the tests make, and not through the tests themselves."""
    if traced(session.config):  # now, lest a test do it that is not traced
        for audience in ("citizen", "staff", "api"):
            importlib.import_module(f"app.web.{audience}.app")
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Let what takes longest begin first, whatever order chance has put the others in."""
    longs = {item: mark.args[0] for item in items if (mark := item.get_closest_marker("long"))}
    items.sort(key=lambda item: longs.get(item, 0), reverse=True)


def traced(config):
    """Who measures coverage, if it is measured."""
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Trace a test, and what it sets up, only if it may show that something is covered."""
    tracing = traced(item.config)
    if not (tracing and item.get_closest_marker("untraced")):
        return (yield)
    tracing.pause()
    try:
        return (yield)
    finally:
        tracing.resume()


STANDS_IN = Interface.absent
"""What a running service shows where a text is missing."""


@pytest.fixture(scope="session", autouse=True)
def _a_missing_text_is_an_error():
    def absent(_: Interface, path: str) -> None:
        raise KeyError(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Interface, "absent", absent)
        yield


class StandingClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> datetime:
        self.time += timedelta(**by)
        return self.time


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a PostgreSQL server. One for each worker; without one the test fails.

    To copy a database in memory takes a tenth of the processor that it takes on a disk.
    """
    with memory.folder() as data, postgres.running(data) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server):
    """The name of a migrated database that nobody writes in, to copy from."""
    with postgres.new_database(postgres_server) as url:
        migrate(url)
        yield make_url(url).database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    """The address of a migrated SQLite database of this test's own."""
    path = shutil.copy(sqlite_template, tmp_path / "skyddsnat.sqlite")
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server, postgres_template):
    """The address of a migrated PostgreSQL database of this test's own."""
    with postgres.new_database(postgres_server, template=postgres_template) as url:
        yield url


# What is covered is seen on SQLite: to trace the same lines again tells nothing, and takes as long.
ON_POSTGRES = [pytest.mark.postgres, pytest.mark.untraced]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=ON_POSTGRES)])
def database_url(request):
    """The address of a migrated database; the test runs once on each engine."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(database_url):
    """A migrated database, once of each kind, that waits no longer for locks than a test may."""
    with Database.open(database_url, patience=1.0) as opened:
        yield opened
