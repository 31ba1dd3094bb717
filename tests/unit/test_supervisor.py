"""Several processes run as one: what ends is started again, and nothing outlives the supervisor."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import psutil
import pytest

from app.commands import supervisor
from app.commands.supervisor import Part, Post, seconds_to_night
from app.settings import CHECKOUT

STAYS = "import time; time.sleep(60)"
IGNORES = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


def part(name, code, *words, **more):
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return Part(name, [sys.executable, "-c", code, *map(str, words)], environment, **more)


def wait_until(true, within=10.0):
    limit = time.monotonic() + within
    while not true():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.02)


def run_until(true, parts):
    """Run the parts here; when `true` has come true, send ourselves SIGTERM; return the parts."""
    seen = []

    def stop():
        try:
            wait_until(true)
            seen.extend(parts_running())
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=stop)
    watcher.start()
    supervisor.run(parts)
    watcher.join()
    return seen


def parts_running():
    # Another test's PostgreSQL or RabbitMQ may be a child of this process too.
    ours = str(os.getpid())
    return [child for child in psutil.Process().children() if supervisor_of(child) == ours]


def supervisor_of(process):
    try:
        return process.environ().get(supervisor.PARENT)
    except psutil.Error:
        return None


def children(count):
    return lambda: len(parts_running()) == count


def test_told_to_stop_it_stops_everything_and_leaves_nothing_running():
    seen = run_until(children(2), [part("a", STAYS), part("b", STAYS)])
    assert len(seen) == 2
    assert not any(process.is_running() for process in seen)


def test_who_will_not_stop_is_made_to(monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor, "STOP_WITHIN", 0.2)
    ready = tmp_path / "ready"
    code = f"import pathlib, sys; {IGNORES}; pathlib.Path(sys.argv[1]).touch(); {STAYS}"
    seen = run_until(ready.exists, [part("stubborn", code, ready)])
    assert len(seen) == 1
    assert not seen[0].is_running()


def test_what_ends_is_started_again(tmp_path):
    log = tmp_path / "starts"
    code = "import sys; open(sys.argv[1], 'a').write('x')"
    run_until(lambda: log.exists() and len(log.read_text()) >= 2, [part("a", code, log)])


def test_the_pause_grows_while_it_keeps_ending_and_is_short_again_when_it_has_recovered():
    post = Post(part("a", "pass"), due=0.0)
    now, pauses = 0.0, []
    for _ in range(9):
        post.start_if_due(now)
        post.process.wait()
        post.notice_end(now)
        pauses.append(post.due - now)
        now = post.due
    assert pauses[:3] == [1.0, 2.0, 4.0]
    assert pauses[-1] == supervisor.LONGEST_PAUSE

    post.start_if_due(now)
    post.process.wait()
    now += supervisor.RECOVERED_AFTER
    post.notice_end(now)
    assert post.due - now < 1


def test_nothing_is_started_before_its_time():
    post = Post(part("a", "pass"), due=10.0)
    post.start_if_due(9.9)
    assert post.process is None


@pytest.mark.parametrize("code", ["pass", "raise SystemExit(1)"])
def test_the_nightly_job_is_run_once_a_night_however_it_went(code):
    post = Post(part("retain", code, nightly=True), due=0.0)
    post.start_if_due(0.0)
    post.process.wait()
    post.notice_end(5.0)
    assert 0 < post.due - 5.0 <= 25 * 3600
    post.start_if_due(6.0)
    assert post.process is None


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        pytest.param("2026-11-22T02:00", 1, id="the same night"),
        pytest.param("2026-11-22T03:00", 24, id="just run"),
        pytest.param("2026-11-22T20:00", 7, id="in the evening"),
        pytest.param("2026-10-24T20:00", 8, id="the night the clock is put back"),
        pytest.param("2026-03-28T20:00", 6, id="the night the clock is put on"),
    ],
)
def test_night_is_three_on_the_clock_on_the_wall(now, hours, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    try:
        moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Stockholm"))
        assert seconds_to_night(moment) == hours * 3600
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_supervisor_that_is_killed_takes_its_children_with_it():
    child = (
        "from app.commands import supervisor; supervisor.settle(); print(1, flush=True); " + STAYS
    )
    parent = (
        "import os, sys; from app.commands import supervisor; "
        "supervisor.run([supervisor.Part('a', [sys.executable, '-c', sys.argv[1]], os.environ)])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent, child], stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    with process:
        assert process.stdout.readline() == b"1\n"
        (grandchild,) = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        wait_until(lambda: not grandchild.is_running())


def test_a_child_whose_supervisor_died_before_it_could_ask_ends_at_once():
    code = "from app.commands import supervisor; supervisor.settle(); print('still here')"
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), supervisor.PARENT: "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_process_of_ours_leaves_no_core_file_and_no_file_for_others():
    code = """
import os, resource, tempfile
from app.commands import supervisor
supervisor.settle()
print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    assert done.stdout == "(0, 0) 0o77\n"


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="not glibc")
def test_threads_of_ours_share_one_heap():
    code = """
import ctypes, os, sys, threading
from app.commands import supervisor
if sys.argv[1:]:
    supervisor.settle()
gate = threading.Barrier(6)
def take():
    gate.wait()
    kept = [bytes(5000) for _ in range(2000)]
    gate.wait()
threads = [threading.Thread(target=take) for _ in range(6)]
for each in threads:
    each.start()
for each in threads:
    each.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
said = libc.fdopen(os.dup(1), b"w")
libc.malloc_info(0, ctypes.c_void_p(said))
libc.fflush(ctypes.c_void_p(said))
"""

    def heaps(*settled: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", code, *settled], capture_output=True, check=True, cwd=CHECKOUT
        )
        return done.stdout.count(b"<heap nr=")

    assert (heaps() > 1, heaps("settled")) == (True, 1)
