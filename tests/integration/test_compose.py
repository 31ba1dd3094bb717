"""Plays compose: the commands and settings of compose.yaml, started as processes on PostgreSQL.

There is no Docker engine here, so what an engine does is done by hand: the image's own settings,
then the service's, with the names of hosts and folders led to this machine. Every part signs in as
its own role with the password that deploy/secrets.sh made for it.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest
import yaml
from sqlalchemy import make_url

from app.settings import CHECKOUT
from tests import postgres
from tests.service import free_ports, sign_in_link, wait_until
from tests.web import journeys
from tests.web.reporters import ANONYMOUS
from tests.web.visitor import Visitor

pytestmark = pytest.mark.postgres

COMPOSE = yaml.safe_load((CHECKOUT / "compose.yaml").read_text("utf-8"))
IMAGE = dict(
    re.findall(
        r"(SKYDDSNAT_\w+)=(\S+?)(?: \\)?$",
        (CHECKOUT / "Dockerfile").read_text("utf-8"),
        re.MULTILINE,
    )
)


@dataclass
class Engine:
    """What an engine would know: where things are on this machine, and what it has started."""

    folder: Path
    server: str
    given: dict[str, str]
    running: list[subprocess.Popen] = field(default_factory=list)

    def environment(self, name, number=0, port=9):
        """The environment of one container of a service."""
        said = {**IMAGE, **COMPOSE["services"][name]["environment"]}
        own = {key: value for key, value in os.environ.items() if "SKYDDSNAT" not in key}
        (secret,) = COMPOSE["services"][name]["secrets"]
        database = make_url(self.server)
        places = {
            "/run/secrets/pgpass": str(self.folder / "secrets" / secret["source"]),
            "/run/destinations": str(self.folder / "secrets" / "destinations"),
            "/keys/": f"{self.folder}/keys/",
            "/data": str(self.folder / f"{name}-{number}"),
            "@postgres/skyddsnat": f"@{database.host}:{database.port}/{database.database}",
            "0.0.0.0:8000": f"127.0.0.1:{port if name == 'citizen' else 8000}",
            "0.0.0.0:8001": f"127.0.0.1:{port if name == 'staff' else 8001}",
        }
        found = {key: self.filled(value) for key, value in said.items()}
        for there, here in places.items():
            found = {key: value.replace(there, here) for key, value in found.items()}
        return {**own, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", **found}

    def filled(self, value):
        """Put in what whoever runs compose has set."""

        def one(match):
            return self.given.get(match[1]) or (match[3] if match[2] == ":-" else "")

        return re.sub(r"\$\{(\w+)(:[-?])([^}]*)\}", one, value)

    def words(self, name):
        service = COMPOSE["services"][name]
        if "command" in service:
            return service["command"]
        return re.search(r"python -m app ([\w -]+?);", service["entrypoint"][-1])[1].split()

    def run(self, name):
        """Start a container that ends by itself; return how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "app", *self.words(name)],
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name, number=0, port=9):
        with (self.folder / f"{name}-{number}.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", *self.words(name)],
                env=self.environment(name, number, port),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def stop(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()
            process.wait()


@pytest.fixture
def engine(postgres_server, tmp_path):
    subprocess.run(
        ["sh", "-s"],  # noqa: S607
        input=(CHECKOUT / "deploy" / "secrets.sh")
        .read_text("utf-8")
        .replace('"$(dirname "$0")"', f"'{tmp_path}'")
        .replace("chown", ": chown"),
        text=True,
        check=True,
    )
    with postgres.new_database(postgres_server) as url:
        make_roles(url, tmp_path / "secrets")
        origin = {"SKYDDSNAT_CITIZEN_ORIGIN": "http://127.0.0.1:8000"}
        found = Engine(tmp_path, url, origin | {"SKYDDSNAT_STAFF_ORIGIN": "http://127.0.0.1:8001"})
        try:
            yield found
        finally:
            found.stop()


def make_roles(url, secrets):
    """What the database's own first start does: the owner, and deploy/postgres.sh."""
    lines = (secrets / "pgpass-owner").read_text() + (secrets / "pgpass-all").read_text()
    with psycopg.connect(url, autocommit=True) as admin:
        for line in lines.splitlines():
            *_, role, password = line.split(":")
            with contextlib.suppress(psycopg.errors.DuplicateObject):
                admin.execute(f"CREATE ROLE {role} LOGIN")
            admin.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
        admin.execute("ALTER ROLE skyddsnat CREATEROLE")
        admin.execute(f'ALTER DATABASE "{make_url(url).database}" OWNER TO skyddsnat')


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def staff_queue(engine, address):
    """Sign in as staff and give what asks for the queue."""
    link = sign_in_link("barn-och-unga", environment=engine.environment("staff"))
    with Visitor(None, address) as clerk:
        clerk.go(re.search(r"/logga-in/\S+", link)[0])
        clerk.press({"namn": "Ina Handläggare"})
        yield lambda: set(re.findall(r"/inkorg/arenden/([A-Z0-9-]+)", clerk.go("/inkorg").html))


def report(port):
    with Visitor(None, f"http://127.0.0.1:{port}") as visitor:
        return journeys.report(visitor, ANONYMOUS)


@pytest.mark.long(20)
def test_everything_works_together_and_goes_on_when_a_half_is_killed(engine):
    too_early = engine.run("retain")
    assert too_early.returncode == 1
    for name in ("prepare", "roles", "prepare", "roles"):  # again at every start
        done = engine.run(name)
        assert done.returncode == 0, done.stderr

    first, second, inside = free_ports(3)
    replicas = {
        name: COMPOSE["services"][name]["deploy"]["replicas"] for name in ("citizen", "relay")
    }
    assert replicas == {"citizen": 2, "relay": 2}
    citizens = [
        engine.start("citizen", number, port) for number, port in enumerate((first, second))
    ]
    engine.start("staff", 0, inside)
    relays = [engine.start("relay", number) for number in range(2)]
    for port in (first, second, inside):
        wait_until(lambda port=port: answers(f"http://127.0.0.1:{port}/"))

    with staff_queue(engine, f"http://127.0.0.1:{inside}") as queue:
        sent = {report(first), report(second)}
        wait_until(lambda: queue() == sent)

        citizens[0].kill()
        relays[0].kill()
        sent.add(report(second))
        wait_until(lambda: queue() == sent)

        engine.start("citizen", 0, first)  # as `restart: unless-stopped` does
        wait_until(lambda: answers(f"http://127.0.0.1:{first}/"))
        sent.add(report(first))
        wait_until(lambda: queue() == sent)

    done = engine.run("retain")
    assert done.returncode == 0, done.stderr
    assert not (engine.folder / "citizen-0").exists(), "a citizen process writes nothing"
    for log in engine.folder.glob("*.log"):
        assert '"error"' not in log.read_text(), log.read_text()


def test_what_one_part_is_given_another_is_not(engine):
    for name in ("prepare", "roles"):
        assert engine.run(name).returncode == 0
    citizen = engine.environment("citizen")
    assert "SKYDDSNAT_PRIVATE_KEYS" not in citizen
    # The staff's own command, with what the citizen process has been given: the database says no.
    done = subprocess.run(
        [sys.executable, "-m", "app", "sign-in-link", "--file", engine.folder / "link"],
        env=citizen,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert not (engine.folder / "link").exists()
    done = subprocess.run(
        [sys.executable, "-m", "app", "retain"],
        env=citizen,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1


def test_a_part_waits_for_a_database_that_is_away_and_refuses_one_that_is_too_old(engine):
    (port,) = free_ports(1)
    for name in ("prepare", "roles"):
        assert engine.run(name).returncode == 0
    name = make_url(engine.server).database
    server = make_url(engine.server).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" RENAME TO "{name}_away"')
        citizen = engine.start("citizen", 0, port)
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/"))
        with Visitor(None, f"http://127.0.0.1:{port}") as visitor:
            visitor.go("/orosanmalan")
            away = visitor.press()
            assert away.status == 503
            assert 'href="tel:112"' in away.html
        admin.execute(f'ALTER DATABASE "{name}_away" RENAME TO "{name}"')
    began = time.monotonic()
    report(port)
    assert time.monotonic() - began < 10
    assert citizen.poll() is None

    with psycopg.connect(engine.server, autocommit=True) as admin:
        admin.execute("UPDATE alembic_version SET version_num = '0001'")
    for one in ("citizen", "staff", "relay", "retain"):
        done = engine.run(one) if one == "retain" else refused(engine, one)
        assert done.returncode == 1, one
        assert "kör skyddsnat prepare först" in done.stderr, one
    assert psutil.pid_exists(citizen.pid), "who is at work already goes on"
    citizen.send_signal(signal.SIGTERM)
    assert citizen.wait(timeout=15) in {0, -signal.SIGTERM}


def refused(engine, name):
    (port,) = free_ports(1)
    return subprocess.run(
        [sys.executable, "-m", "app", *engine.words(name)],
        env=engine.environment(name, 1, port),
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
