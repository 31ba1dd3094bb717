"""Long work says how far it has come, and quick work says nothing."""

import io
import re
import time

import pytest

from app.commands import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Seconds are too long for a test."""
    monkeypatch.setattr(progress, "BAR_EVERY", 0.02)
    monkeypatch.setattr(progress, "LINE_EVERY", 0.02)


def work(stream, *, of, after=0.01):
    """Do half of something, and then the rest, each long enough to be seen."""
    with progress.shown("Kopierar", stream=stream, after=after) as tell:
        for done in (of // 2, of):
            tell(done, of)
            time.sleep(0.2)


def test_where_there_is_no_terminal_it_is_plain_lines():
    log = io.StringIO()
    work(log, of=8)
    lines = log.getvalue().splitlines()
    assert all(re.fullmatch(r"Kopierar(: \d+ %)? \(\d\d:\d\d\)", line) for line in lines), lines
    assert log.getvalue().endswith("\n")
    assert "\r" not in log.getvalue()
    assert any(": 50 %" in line for line in lines)
    assert ": 100 %" in lines[-1]


def test_on_a_terminal_it_is_a_bar_in_one_place():
    screen = Terminal()
    work(screen, of=8)
    assert screen.getvalue().count("\n") == 1, "only when it is over"
    shown = screen.getvalue().split("\r")
    assert any("50 % |" in each for each in shown)
    assert "100 % |" in shown[-1]


def test_work_that_cannot_say_how_much_is_left_still_shows_that_time_passes():
    log = io.StringIO()
    work(log, of=0)
    lines = log.getvalue().splitlines()
    assert len(lines) > 2
    assert all(re.fullmatch(r"Kopierar \(\d\d:\d\d\)", line) for line in lines), lines


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_what_is_soon_done_is_done_without_a_word(stream):
    kept = stream()
    work(kept, of=8, after=30.0)
    assert kept.getvalue() == ""


def fail(log):
    with progress.shown("Kopierar", stream=log, after=0.01) as tell:
        tell(1, 4)
        time.sleep(0.1)
        raise OSError("full")


def test_what_went_wrong_is_the_caller_s_and_the_drawing_ends():
    log = io.StringIO()
    with pytest.raises(OSError, match="full"):
        fail(log)
    said = log.getvalue()
    assert "25 %" in said
    time.sleep(0.1)
    assert log.getvalue() == said
