"""What a reporter wrote never reaches a log line, whoever logs it."""

import io
import json
import logging

import pytest

from app import logs

SECRET = "Anna Andersson 20120101-1234"


@pytest.fixture
def lines():
    """Configure the logs; return a function that reads the lines written so far."""
    root = logging.getLogger()
    level, root.handlers[:] = root.level, []  # pytest's own, which must not be closed
    ours, own_level = logging.getLogger("skyddsnat"), logging.getLogger("skyddsnat").level
    logs.configure("citizen")
    (handler,) = root.handlers
    written = io.StringIO()
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.captureWarnings(capture=False)
    root.removeHandler(handler)
    root.setLevel(level)
    ours.setLevel(own_level)


def test_an_event_is_one_line_that_says_who_speaks_and_what_happened(lines):
    logs.event("report_received", form="orosanmalan", reference="K7QF-2M9X")
    (line,) = lines()
    assert line["process"] == "citizen"
    assert line["event"] == "report_received"
    assert (line["form"], line["reference"]) == ("orosanmalan", "K7QF-2M9X")
    assert line["time"].count(":") == 1, "no seconds"


def test_a_field_nobody_has_allowed_is_dropped(lines):
    logs.event("report_received", name=SECRET, form="stoppmote")
    (line,) = lines()
    assert SECRET not in json.dumps(line)
    assert "name" not in line


def test_an_error_is_told_by_kind_and_place_and_not_by_what_it_says(lines):
    try:
        try:
            int(SECRET)
        except ValueError as refused:
            raise RuntimeError(SECRET) from refused
    except RuntimeError as error:
        logs.failure("submit_failed", error, status=500)

    (line,) = lines()
    assert SECRET not in json.dumps(line)
    assert (line["error"], line["because"], line["status"]) == ("RuntimeError", "ValueError", 500)
    assert "test_logs.py" in line["at"][-1]


def test_somebody_elses_message_is_never_repeated(lines):
    try:
        {}[SECRET]
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception with %s", SECRET)
    logging.getLogger("asyncio").error("Task %s was never retrieved", SECRET)
    found = lines()
    assert [line["event"] for line in found] == ["uvicorn.error", "asyncio"]
    assert SECRET not in json.dumps(found)
    assert found[0]["error"] == "KeyError"


def test_a_line_break_cannot_forge_a_line(lines):
    logs.event("delivered", connector='x"}\n{"event": "forged"\r\x1b[2J\u2028')
    (line,) = lines()
    assert line["event"] == "delivered"


def test_only_what_is_worth_saying_is_said(lines):
    logging.getLogger("uvicorn.error").info("Started server process")
    assert lines() == []


def test_a_message_of_ours_with_values_in_it_is_not_repeated_either(lines):
    logging.getLogger("skyddsnat.web").warning("the name was %s", SECRET)
    logging.getLogger("skyddsnat.web").warning("nothing_in_it")
    assert [line["event"] for line in lines()] == ["skyddsnat.web", "nothing_in_it"]
