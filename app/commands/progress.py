"""Say how far long work has come: a bar on a terminal, elsewhere a plain line now and then.

It is said on standard error, so that a command's answer stands alone. What is soon done is done
without a word. Work that cannot tell how much is left still shows that time passes.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TextIO

AFTER = 2.0  # s; what is done by then was not long
BAR_EVERY = 0.5  # s
LINE_EVERY = 10.0  # s; a log is read by people too
SHARE = "{desc}: {percentage:.0f} % ({elapsed})"
BAR = "{desc}: {percentage:3.0f} % |{bar:30}| {elapsed}"
TIME = "{desc} ({elapsed})"

Tell = Callable[[int, int], None]
"""Told how much is done, and of how much."""


@dataclass(slots=True)
class Course:
    """How far it has come. Only the one who works writes here, and only the one who draws reads."""

    done: int = 0
    of: int = 0

    def tell(self, done: int, of: int) -> None:
        self.done, self.of = done, of


class Lines:
    """Takes what is to be drawn over itself in one place, and writes each as a line of its own."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        if line := text.strip():
            self.stream.write(f"{line}\n")

    def flush(self) -> None:
        self.stream.flush()


@contextmanager
def shown(what: str, *, stream: TextIO | None = None, after: float = AFTER) -> Iterator[Tell]:
    """Show how far the work inside has come, as it tells; nothing if that takes only `after` s."""
    course, over = Course(), Event()
    to = stream or sys.stderr
    drawing = Thread(target=_draw, args=(what, course, over, to, after), daemon=True)
    drawing.start()
    try:
        yield course.tell
    finally:
        over.set()
        drawing.join()


def _draw(what: str, course: Course, over: Event, stream: TextIO, after: float) -> None:
    if over.wait(after):
        return
    from tqdm import tqdm  # noqa: PLC0415 - what is soon done needs it not

    tqdm.monitor_interval = 0  # no thread beside this one
    on_terminal = stream.isatty()
    file, known = (stream, BAR) if on_terminal else (Lines(stream), SHARE)
    every = BAR_EVERY if on_terminal else LINE_EVERY
    # With a delay it is not drawn before we have said when it began.
    with tqdm(desc=what, file=file, bar_format=TIME, dynamic_ncols=True, delay=after / 2) as bar:
        bar.start_t -= after
        ended = False
        while not ended:
            bar.n, bar.total = course.done, course.of or None
            bar.bar_format = known if course.of else TIME
            bar.refresh()
            ended = over.wait(every)
        bar.n, bar.total = course.done, course.of or None  # it is drawn once more when it is closed
