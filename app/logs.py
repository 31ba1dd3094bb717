"""Log lines that cannot give anybody away.

A line is JSON on standard error. Of our own events only the fields named here are written; a
field that is not named is dropped, not masked. Of everybody else's (the web server's, the
database driver's) only the logger, the level and the kind of exception are written, because a
message or an exception's text may repeat what a reporter wrote. Times are cut to the minute.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

FIELDS = frozenset(
    {
        "address",
        "anchor",
        "attempt",
        "child",
        "code",
        "connector",
        "count",
        "delivery",
        "error",
        "form",
        "milliseconds",
        "pid",
        "reference",
        "request",
        "route",
        "seconds",
        "status",
        "unit",
        "version",
        "where",
    }
)

_ours = logging.getLogger("skyddsnat")


def configure(process: str) -> None:
    """Send every log line of this process to standard error, in the form that gives nothing away.

    `process` says in each line who is speaking: citizen, staff, relay ...
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(process))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _ours.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def limit(level: str) -> None:
    """Log nothing of our own below a level: info, warning or error."""
    _ours.setLevel(level.upper())


def event(name: str, /, *, level: int = logging.INFO, **fields: str | float | None) -> None:
    """Log that something happened. Fields that are not in FIELDS are dropped."""
    _ours.log(level, name, extra=_allowed(fields))


def failure(name: str, error: BaseException, /, **fields: str | float | None) -> None:
    """Log that something went wrong: the kind of error and where, never what it says."""
    _ours.error(name, exc_info=error, extra=_allowed(fields))


class Discreet(logging.Formatter):
    """Writes a record as one line of JSON, without anything that is not known to be harmless."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.strftime("%Y-%m-%dT%H:%MZ"),
            "process": self._process,
            "level": record.levelname.lower(),
            "event": record.msg if _is_ours(record) else record.name,
        }
        if _is_ours(record):
            line |= _allowed(vars(record))
        if record.exc_info and record.exc_info[1]:
            line |= _anonymous(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _allowed(fields: Mapping[str, object]) -> dict[str, object]:
    return {key: fields[key] for key in sorted(FIELDS & fields.keys())}


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == _ours.name and not record.args


def _anonymous(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__ or error.__context__
    return {
        "error": type(error).__qualname__,
        "because": type(cause).__qualname__ if cause else None,
        "at": places[-8:],
    }
