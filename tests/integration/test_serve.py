"""One command starts everything, and what it starts ends with it."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from functools import partial

import psutil
import pytest

from app import VERSION
from app.casework import access
from app.clock import SystemClock
from app.storage.database import Database
from tests import service
from tests.service import wait_until


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with service.running(tmp_path_factory.mktemp("serve") / "mina data") as started:
        yield started


def status(address, within=service.PATIENCE):
    try:
        with urllib.request.urlopen(address, timeout=within) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def parts_of(started):
    return psutil.Process(started.process.pid).children(recursive=True)


def test_citizen_site_and_staff_inbox_answer(running):
    assert status(running.citizen) == 200
    assert status(running.staff) in {200, 401, 403}


def test_a_sign_in_link_leads_to_the_inbox(running):
    link = running.new_link("sspf")
    assert link.startswith(f"{running.staff}/")
    assert status(link) == 200


def test_each_part_is_a_process_of_its_own(running):
    wait_until(lambda: len(parts_of(running)) == 3)
    assert running.child("relay").pid
    assert running.child("serve citizen").pid != running.child("serve staff").pid


def test_each_part_says_once_what_it_is_and_where(running):
    def started():
        rows = [json.loads(row) for row in running.log.read_text().splitlines() if row[:1] == "{"]
        return {row["process"]: row for row in rows if row["event"] == "started"}

    wait_until(lambda: len(started()) == 3)
    found = started()
    assert f"http://{found['citizen']['address']}" == running.citizen
    assert f"http://{found['staff']['address']}" == running.staff
    assert {row["version"] for row in found.values()} == {VERSION}


def test_only_the_staff_process_is_told_where_private_keys_are(running):
    def environment(process):
        return process.environ()

    assert "SKYDDSNAT_PRIVATE_KEYS" in environment(running.child("serve staff"))
    wait_until(lambda: len(parts_of(running)) == 3)
    for name in ("serve citizen", "relay"):
        assert "SKYDDSNAT_PRIVATE_KEYS" not in environment(running.child(name))


@pytest.mark.parametrize("name", ["serve citizen", "serve staff", "relay"])
def test_a_part_that_dies_is_started_again_and_a_visitor_only_has_to_wait(running, name):
    wait_until(lambda: len(parts_of(running)) == 3)
    before = running.child(name)
    before.kill()
    assert status(running.citizen) == 200, "the port is never given up"

    def is_back():
        try:
            return running.child(name).pid != before.pid
        except LookupError:
            return False

    wait_until(is_back)
    assert status(running.citizen) == 200


def test_two_processes_that_serve_the_staff_know_the_same_sessions_and_stand_in_for_each_other(
    tmp_path,
):
    figures = service.free_ports(3)[0]
    asked = {"SKYDDSNAT_STAFF_PROCESSES": "2", "SKYDDSNAT_METRICS": f"127.0.0.1:{figures}"}
    with service.running(tmp_path / "data", **asked) as started:

        def staff():
            return [each for each in parts_of(started) if "staff" in each.cmdline()]

        wait_until(lambda: len(staff()) == 2)
        with_figures = [each for each in staff() if "SKYDDSNAT_METRICS" in each.environ()]
        assert len(with_figures) == 1, "a port is one process's"
        who = access.LetIn("Bo", "bo", {"sspf": access.LEADING}, qualified=True)
        with Database.open(f"sqlite:///{started.data}/skyddsnat.sqlite") as database:
            now = SystemClock().now()
            session = database.write_now(partial(access.open_session, who=who, now=now))
        inbox = urllib.request.Request(  # noqa: S310 - our own
            f"{started.staff}/inkorg", headers={"Cookie": f"inkorg={session.cookie}"}
        )
        for stopped in staff():
            stopped.suspend()
            with urllib.request.urlopen(inbox, timeout=service.PATIENCE) as answer:  # noqa: S310 - our own
                assert answer.url == inbox.full_url, "let in"
            stopped.resume()


def test_of_two_processes_that_serve_the_staff_the_one_with_fewer_connections_comes_first(tmp_path):
    with ExitStack() as opened:
        asked = {"SKYDDSNAT_STAFF_PROCESSES": "2"}
        started = opened.enter_context(service.running(tmp_path / "data", **asked))
        host, _, port = started.staff.removeprefix("http://").rpartition(":")

        def staff():
            return [each for each in parts_of(started) if "staff" in each.cmdline()]

        def taken(process):
            found = process.net_connections("tcp")
            return sum(each.status == "ESTABLISHED" for each in found)

        wait_until(lambda: len(staff()) == 2)
        busy, idle = staff()
        busy.suspend()
        assert status(f"{started.staff}/tillganglighet") == 200, "the other serves too"
        busy.resume()

        def connect():
            before = taken(busy) + taken(idle)
            opened.enter_context(socket.create_connection((host, int(port))))
            wait_until(lambda: taken(busy) + taken(idle) > before)

        idle.suspend()
        for _ in range(8):
            connect()
        idle.resume()
        for _ in range(6):
            connect()
        assert taken(idle) >= 5, "to whoever has none, but for one that came as it woke"


def test_a_port_that_is_taken_is_said_in_one_sentence_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = service.command(
            "serve",
            environment=service.environment(
                data=tmp_path / "data", citizen="127.0.0.1:1", staff=f"127.0.0.1:{port}"
            )
            | {"SKYDDSNAT_CITIZEN": f"127.0.0.1:{service.free_ports(1)[0]}"},
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Porten {port} på 127.0.0.1 är upptagen")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_stops_all_of_it_cleanly(tmp_path, how):
    with service.running(tmp_path / "data") as started:
        assert status(started.citizen) == 200
        wait_until(lambda: len(parts_of(started)) == 3)
        children = parts_of(started)
        began = time.monotonic()
        assert started.stop(how) == 0
        assert time.monotonic() - began < 8
        assert not [child for child in children if child.is_running()]
        assert "Traceback" not in started.log.read_text()
        assert '"error"' not in started.log.read_text()


def test_killed_outright_it_leaves_nothing_running(tmp_path):
    with service.running(tmp_path / "data") as started:
        wait_until(lambda: status(started.citizen) == 200 and len(parts_of(started)) == 3)
        children = parts_of(started)
        os.kill(started.process.pid, signal.SIGKILL)
        wait_until(lambda: not [child for child in children if child.is_running()])


def test_what_cannot_be_made_ready_stops_everything_with_the_reason(tmp_path):
    ports = [f"127.0.0.1:{port}" for port in service.free_ports(2)]
    own = service.environment(data=tmp_path / "data", citizen=ports[0], staff=ports[1])
    done = service.command("serve", environment=own | {"SKYDDSNAT_MUNICIPALITY": "atlantis"})
    assert done.returncode == 1
    assert "atlantis.toml" in done.stderr


@pytest.mark.alone
def test_a_second_start_is_quick(tmp_path):
    # The figure, 3 s, is measured on a quiet machine by bench/start.py. Here other work may run
    # beside; what is held is that nobody makes a start slow by mistake.
    def seconds():
        began = time.monotonic()
        with service.running(tmp_path / "data") as started:
            assert status(started.citizen) == 200
            return time.monotonic() - began

    seconds()
    assert min(seconds() for _ in range(3)) < 8, "the best of three: the machine may be busy"
