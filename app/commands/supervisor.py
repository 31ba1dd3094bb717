"""Keep several processes running as one, and leave none behind.

Each part of the service is a process of its own, so that what one holds in memory (a private key,
above all) no other can reach. A part that ends is started again after a pause that grows. When the
supervisor is told to stop, everything stops; when it is killed, the kernel stops its children.

Only the standard library: the supervisor itself holds neither keys, content nor database.
"""

import ctypes
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from app import logs

PARENT = "SKYDDSNAT_SUPERVISOR"
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_WITHIN = 8.0
LONGEST_PAUSE = 30.0
RECOVERED_AFTER = 60.0
NIGHT = 3  # o'clock, local time

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
M_ARENA_MAX = -8


@dataclass(frozen=True, slots=True)
class Part:
    """A command that shall always be running, or once a night. `after` is a first pause, in s."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    descriptors: Sequence[int] = ()
    nightly: bool = False
    after: float = 0.0


@dataclass(slots=True)
class Post:
    """A part, the process that does its work now, and when it may be started next."""

    part: Part
    due: float
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = field(default=0.5)

    def start_if_due(self, now: float) -> None:
        if self.process or now < self.due:
            return
        self.process = subprocess.Popen(
            self.part.command,
            env={**self.part.environment, PARENT: str(os.getpid())},
            pass_fds=self.part.descriptors,
            stdin=subprocess.DEVNULL,
            # Ctrl-C in a terminal is for the supervisor, who stops its children in good order.
            start_new_session=True,
        )
        self.started = now

    def notice_end(self, now: float) -> None:
        if self.process is None or self.process.poll() is None:
            return
        code, self.process = self.process.returncode, None
        if self.part.nightly:
            self.due = now + seconds_to_night(datetime.now().astimezone())
            if code == 0:
                return
        else:
            recovered = now - self.started >= RECOVERED_AFTER
            self.pause = 0.5 if recovered else min(self.pause * 2, LONGEST_PAUSE)
            self.due = now + self.pause
        logs.event("part_ended", child=self.part.name, code=code, seconds=round(self.due - now))


def run(parts: Sequence[Part], *, monotonic: Callable[[], float] = time.monotonic) -> None:
    """Keep every part running until SIGINT, SIGTERM or SIGHUP; return when all have ended."""
    night = seconds_to_night(datetime.now().astimezone())
    start = monotonic()
    posts = [Post(part, due=start + (night if part.nightly else part.after)) for part in parts]
    with _Signals() as signals:
        try:
            while not signals.stop:
                now = monotonic()
                for post in posts:
                    post.notice_end(now)
                    post.start_if_due(now)
                waiting = [post.due for post in posts if post.process is None]
                signals.wait(min(waiting, default=now + LONGEST_PAUSE) - now)
        finally:
            _stop([post.process for post in posts if post.process], monotonic)


def _stop(processes: Sequence[subprocess.Popen[bytes]], monotonic: Callable[[], float]) -> None:
    for process in processes:
        process.terminate()
    deadline = monotonic() + STOP_WITHIN
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def seconds_to_night(now: datetime) -> float:
    """Seconds until it is next NIGHT o'clock on the clock on the wall, summer time or not."""
    tonight = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    if tonight <= now:
        tonight += timedelta(days=1)
    wall = tonight.replace(tzinfo=None).astimezone()  # the day's own offset from UTC
    return wall.timestamp() - now.timestamp()


class _Signals:
    """Hears the signals while it is entered, and wakes whoever waits."""

    def __init__(self) -> None:
        self.stop = False

    def __enter__(self) -> Self:
        self._ear, mouth = os.pipe()
        os.set_blocking(mouth, False)
        os.set_blocking(self._ear, False)
        self._mouth = mouth
        self._before = {each: signal.getsignal(each) for each in (*STOPPING, signal.SIGCHLD)}
        self._woken_before = signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
        for each in STOPPING:
            signal.signal(each, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._woken_before)
        for each, handler in self._before.items():
            signal.signal(each, handler)
        os.close(self._ear)
        os.close(self._mouth)

    def wait(self, seconds: float) -> None:
        heard, _, _ = select.select([self._ear], [], [], max(0.0, seconds))
        if heard:
            os.read(self._ear, 4096)

    def _stop(self, *_: object) -> None:
        self.stop = True


def listen(host: str, port: int) -> socket.socket:
    """Take the port, so that nobody else can. Raises OSError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Each connection inherits it. The event loop forgets to where we made the listener.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def settle() -> None:
    """Called first in each process: end when the supervisor ends, and leave no memory behind.

    What is in memory is what people have written and, in one process, a private key: it must not
    end in a core file, and no file is made for others to read.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parent = os.environ.pop(PARENT, "")
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if hasattr(libc, "mallopt"):  # glibc's, which else gives each thread a heap of its own
        libc.mallopt(M_ARENA_MAX, 1)  # Python lets one run at a time: 4 MB of everything
    if parent:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != int(parent):  # it died before we could ask
            sys.exit(1)
