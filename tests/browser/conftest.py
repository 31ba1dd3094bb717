"""A real Chromium in front of the real service, both started once for each worker.

Every page is watched: a request to anywhere but the service, an error in a script, a word in the
console and a breach of the content security policy fail the test that caused it, whatever else the
test looked at. Only quick exit may lead elsewhere.
"""

import contextlib
import fcntl
import os
import pickle
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from app.runner import content as contents
from app.settings import CHECKOUT
from tests import service as real
from tests.browser import elsewhere as other
from tests.browser import results, states, states_of_office, states_of_plenty
from tests.browser.stage import Stage

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
NPM = Path(os.environ.get("NODE_PATH") or Path(__file__).parents[1] / "node_modules")


def pytest_addoption(parser):
    parser.addoption(
        results.OPTION, action="store_true", help=f"write what is found to {results.FILE}"
    )


def pytest_sessionfinish(session, exitstatus):
    """Write down what was found, faults and all, when every engine has looked."""
    if session.config.getoption(results.OPTION, default=False):
        results.write(session.config.stash.get(results.FOUND, {}), datetime.now(UTC).date())


def pytest_configure(config):
    if config.getoption(results.OPTION, default=False) and hasattr(config, "workerinput"):
        raise pytest.UsageError(f"{results.OPTION} adds up in one process: run without -n")


def pytest_collection_modifyitems(items):
    """Mark what drives a browser, and what looks at every page: the first of them collects them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if "every_state" in item.fixturenames:
                for mark in (pytest.mark.timeout(300), pytest.mark.long(20)):
                    if not item.get_closest_marker(mark.name):
                        item.add_marker(mark)


@pytest.fixture(scope="session")
def elsewhere():
    """Somebody else's site, on this machine."""
    with other.running() as site:
        yield site


@pytest.fixture(scope="session")
def municipality(tmp_path_factory, elsewhere):
    """The example municipality's file, with a neutral page that is on this machine."""
    file = tmp_path_factory.mktemp("municipality") / "exempelkommun.toml"
    file.write_text(elsewhere.municipality(), "utf-8")
    return file


@pytest.fixture(scope="session")
def service(tmp_path_factory, municipality):
    """The real service: citizen site, staff inbox and relay, with a data directory of its own."""
    data = tmp_path_factory.mktemp("service") / "data"
    with real.running(data, SKYDDSNAT_MUNICIPALITY=str(municipality)) as started:
        yield started


@pytest.fixture(scope="session")
def content(municipality):
    """Everything that the service says, in every language."""
    return contents.load(CHECKOUT / "forms", municipality)


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for each worker; without one the test fails, it is not skipped."""
    named = os.environ.get("SKYDDSNAT_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium: run the tests with make test, or set SKYDDSNAT_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=QUIET, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


class Watch:
    """What a browser asked for, and what it did that it should not have."""

    def __init__(self, allowed):
        self.allowed = allowed
        self.asked = []
        self.wrongs = []

    def follow(self, context):
        context.on("request", self.request)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.wrongs.append(f"script: {error.error}"))

    def request(self, request):
        self.asked.append(request.url)
        inside = (*self.allowed, "data:", "blob:", "about:", "chrome-error:")
        if not request.url.startswith(inside):
            self.wrongs.append(f"request to {request.url}")

    def console(self, message):
        # A page may well answer 404 or 422, and the browser notes it.
        expected = "the server responded with a status of" in message.text
        if message.type in {"error", "warning"} and not expected:
            self.wrongs.append(f"console: {message.text}")


@pytest.fixture
def watch(service, content):
    """Fails the test afterwards if a page did what none may; `watch.allowed` can be added to."""
    watch = Watch([service.citizen, service.staff, content.municipality.quick_exit])
    yield watch
    assert not watch.wrongs


@pytest.fixture
def open_browser(chromium, watch):
    """Open a fresh browser profile; takes what Playwright's `new_context` takes."""
    with contextlib.ExitStack() as opened:

        def open_one(**options):
            options = {"locale": "sv-SE", "viewport": {"width": 1280, "height": 900}, **options}
            context = chromium.new_context(**options)
            opened.callback(context.close)
            context.set_default_timeout(10_000)
            watch.follow(context)
            return context

        yield open_one


@pytest.fixture
def page(open_browser, service):
    """A window of somebody new."""
    return open_browser(base_url=service.citizen).new_page()


@pytest.fixture(scope="session")
def kept_sessions():
    return {}


@pytest.fixture
def staff(open_browser, service, kept_sessions):
    """Somebody signed in to a unit's inbox, at the queue, in a browser of their own.

    Each unit signs in once for each worker, with a printed link and through its page.
    """

    def sign_in(unit, *, name="Kim Sandell"):
        context = open_browser(base_url=service.staff, storage_state=kept_sessions.get(unit))
        page = context.new_page()
        if unit in kept_sessions:
            page.goto("/inkorg")
        else:
            page.goto(service.new_link(unit))
            page.get_by_role("textbox").fill(name)
            page.locator("main").get_by_role("button").click()
            page.wait_for_url("**/inkorg")
            kept_sessions[unit] = context.storage_state()
        return page

    return sign_in


@pytest.fixture(scope="session")
def npm():
    """Where the npm packages lie: axe-core, html_codesniffer, vnu-jar ..."""
    assert NPM.is_dir(), "no npm packages: run the tests with make test"
    return NPM


@pytest.fixture(scope="session")
def every_state(tmp_path_factory, content, municipality, testrun_uid):
    """Every page and every error of the service, collected once for all workers."""
    shared = tmp_path_factory.getbasetemp().parent
    kept = shared / f"states-{testrun_uid}"
    with (shared / f"states-{testrun_uid}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            data = tmp_path_factory.mktemp("states") / "data"
            with real.running(data, SKYDDSNAT_MUNICIPALITY=str(municipality)) as worn:
                found = states.everything(worn, content)
                office = tmp_path_factory.mktemp("office")
                found += states_of_office.in_the_office(worn, office)
                found += states_of_plenty.in_plenty(worn, office)
            kept.write_bytes(pickle.dumps(found))
    return pickle.loads(kept.read_bytes())  # noqa: S301 - we wrote it a moment ago


@pytest.fixture
def stage(open_browser, service):
    """A window in which states are shown; without motion, so that colours are what they will be."""

    def set_up(**options):
        return Stage(open_browser(reduced_motion="reduce", **options), service)

    return set_up
