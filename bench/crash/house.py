"""A whole municipality as processes that can be killed: sites, relays, receivers, broker, database.

Every form goes to four places at once: the inbox, a webhook, a RabbitMQ quorum queue and a folder.
What is started here is what an operator starts, with the same commands and settings.
"""

import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil
from joserfc.jwk import ECKey

from app.casework import access
from app.clock import SystemClock
from app.commands.prepare import prepare
from app.commands.supervisor import PARENT
from app.settings import CHECKOUT, Settings
from app.storage.database import Database
from tests import postgres, rabbitmq
from tests.service import environment, free_ports, wait_until
from tests.web.visitor import Visitor

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ENGINES = (SQLITE, POSTGRESQL)
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=64MB")
OUTSIDE = ("webhook", "amqp", "folder")
EVERYWHERE = ("inbox", *OUTSIDE)
QUEUE = "reports"
UNITS = {"orosanmalan": "barn-och-unga", "stoppmote": "sspf"}
FORM = re.compile(r"^(\[forms\.\w+\]\n(?:\w.*\n)+)", re.MULTILINE)
STARTED_WITHIN = 60.0
SIGNING_SECRET = "whsec_" + "c2VjcmV0" * 5  # made up

MUNICIPALITY = """
[destinations.inbox]
connector = "inbox"

[destinations.webhook]
connector = "webhook"
options = {{ url = "http://127.0.0.1:{receiver}/", allow_private = true, confirm = "on_200" }}

[destinations.amqp]
connector = "amqp"
options = {{ url = "amqp://guest@127.0.0.1:{broker}/", queue = "{queue}", declare = true }}

[destinations.folder]
connector = "folder"
options = {{ folder = "{folder}" }}
"""


class Victim(Protocol):
    """Something that can be killed and comes back."""

    def kill(self) -> None: ...

    def start(self) -> None: ...


@dataclass
class Part:
    """A process of ours."""

    words: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.words],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=CHECKOUT,
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class Postgres:
    """The whole server: the first process and all that it has started."""

    server: postgres.Server

    def start(self) -> None:
        self.server.start()

    def kill(self) -> None:
        if self.server.process is None:
            return
        first = psutil.Process(self.server.process.pid)
        # Stopped first, so that it can not start another one behind our back.
        first.suspend()
        everybody = [*first.children(recursive=True), first]
        for each in everybody:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self.server.process.wait()
        self.server.process = None
        psutil.wait_procs(everybody, timeout=10)


@dataclass
class House:
    """Where everything is. `victims` are the processes by kind, of some kinds more than one."""

    folder: Path
    engine: str
    database_url: str
    environment: dict[str, str]
    citizens: list[str]
    staff: str
    broker: rabbitmq.Broker
    private: dict[str, ECKey] = field(default_factory=dict)
    victims: dict[str, list[Victim]] = field(default_factory=dict)

    @property
    def laid(self) -> Path:
        """The folder that reports are laid in."""
        return self.folder / "laid"

    @property
    def received(self) -> Path:
        """The file that the webhook receiver writes."""
        return self.folder / "received"

    def wait_until_open(self) -> None:
        """Wait until every site answers."""
        for origin in (*self.citizens, self.staff):
            wait_until(lambda origin=origin: answers(origin), within=STARTED_WITHIN)

    def clerk(self, unit: str, name: str = "Ina Handläggare") -> Visitor:
        """Give somebody who has signed in at a unit."""
        now = SystemClock().now()
        with Database.open(self.database_url) as database:
            code = database.write_now(lambda c: access.new_link(c, unit=unit, now=now))
        clerk = Visitor(None, self.staff)
        clerk.go(f"/logga-in/{code}")
        clerk.press({"namn": name})
        return clerk

    def staff_cookie(self, name: str = "Ina Handläggare", unit: str = "barn-och-unga") -> str:
        """Sign in as somebody at a unit; return what the browser then sends."""
        with self.clerk(unit, name) as clerk:
            return "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())

    def stop(self) -> None:
        for kind in ("citizen", "staff", "relay", "receiver"):
            for each in self.victims.get(kind, []):
                each.kill()


def answers(origin: str) -> bool:
    try:
        urllib.request.urlopen(origin, timeout=5).close()  # noqa: S310 - our own
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def house(
    folder: Path,
    engine: str,
    *,
    citizen: str = "",
    relay: str = "",
    staff: str = "",
    broker: rabbitmq.Broker | None = None,
    database_url: str = "",
) -> Iterator[House]:
    """Give a house in which everything runs; nothing of it runs afterwards.

    `citizen`, `relay` and `staff` name what those are started with besides their own code (see
    `bench.crash.planted`); nothing if they are empty. A broker or a database that is given is used
    instead of one of its own; it is no victim, and it is not stopped.
    """
    with contextlib.ExitStack() as opened:
        victims: dict[str, list[Victim]] = {}
        if broker is None:
            broker = opened.enter_context(rabbitmq.running())
            victims["broker"] = [broker]
        url = database_url or f"sqlite:///{folder}/data/skyddsnat.sqlite"
        if engine == POSTGRESQL and not database_url:
            server = opened.enter_context(durable_postgres())
            victims["postgresql"] = [Postgres(server)]
            url = server.url
        one, other, inside, receiver = free_ports(4)
        made = furnish(folder, engine, url, broker, (one, other, inside, receiver))
        opened.callback(made.stop)
        log, told = folder / "log", made.environment
        second = {**told, "SKYDDSNAT_CITIZEN": f"127.0.0.1:{other}"}
        made.victims = victims | {
            "citizen": [
                Part((*app(citizen), "serve", "citizen"), each, log) for each in (told, second)
            ],
            "staff": [Part((*app(staff), "serve", "staff"), told, log)],
            "relay": [Part((*app(relay), "relay"), told, log) for _ in range(2)],
            "receiver": [Part(("bench.receiver", str(made.received), str(receiver)), told, log)],
        }
        for kind in ("receiver", "citizen", "staff", "relay"):
            for each in made.victims[kind]:
                each.start()
        made.wait_until_open()
        yield made


def app(planted: str) -> tuple[str, ...]:
    """The program: ours, or ours with something done to it."""
    return ("bench.crash.planted", planted) if planted else ("app",)


@contextlib.contextmanager
def durable_postgres() -> Iterator[postgres.Server]:
    """Give a PostgreSQL that keeps what it commits, also when it is killed."""
    before, postgres.FOR_SPEED = postgres.FOR_SPEED, DURABLE
    server = postgres.Server.create()
    try:
        server.start()
        yield server
    finally:
        server.remove()
        postgres.FOR_SPEED = before


def furnish(
    folder: Path, engine: str, url: str, broker: rabbitmq.Broker, ports: tuple[int, int, int, int]
) -> House:
    """Write the municipality's file, make keys and secrets, and run `prepare`."""
    one, other, staff, receiver = ports
    data, laid = folder / "data", folder / "laid"
    for each in (data / "keys" / "public", data / "secrets", laid):
        each.mkdir(parents=True)
    example = (CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml").read_text("utf-8")
    names = ", ".join(f'"{name}"' for name in EVERYWHERE)
    lines, found = FORM.subn(rf"\g<1>destinations = [{names}]\n", example)
    assert found == len(UNITS), "the example municipality has other forms than we thought"
    places = MUNICIPALITY.format(receiver=receiver, broker=broker.port, queue=QUEUE, folder=laid)
    (folder / "kommun.toml").write_text(lines + places, "utf-8")
    private = {}
    for name in OUTSIDE:
        key = private[name] = ECKey.generate_key("P-256")
        public = json.dumps(key.as_dict(private=False))
        (data / "keys" / "public" / f"{name}.jwk").write_text(public)
    (data / "secrets" / "webhook.signing-1").write_text(SIGNING_SECRET)
    (data / "secrets" / "amqp.password").write_text("guest")
    origins = [f"http://127.0.0.1:{port}" for port in (one, other, staff)]
    told = environment(
        data=data,
        citizen=origins[0],
        staff=origins[2],
        DATABASE_URL=url,
        SKYDDSNAT_MUNICIPALITY=str(folder / "kommun.toml"),
        SKYDDSNAT_CITIZEN_ORIGIN=origins[0],
    )
    prepare(Settings.read(told))
    told[PARENT] = str(psutil.Process().pid)  # what we start ends with us
    return House(folder, engine, url, told, origins[:2], origins[2], broker, private)
