"""Look into a database once, without making it: for commands that must know before they act."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseUnavailable
from app.storage.engines import engines, is_unavailable

T = TypeVar("T")


def at(url: str, work: Callable[[Connection], T]) -> T | None:
    """Return what is read in the database at an address, or None where no SQLite file lies.

    DatabaseUnavailable when it can not be reached.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return None
    parts = engines(url)
    try:
        with parts.reading.connect() as connection:
            return work(connection)
    except SQLAlchemyError as trouble:
        if is_unavailable(trouble):
            raise DatabaseUnavailable("could not be looked at") from trouble
        raise
    finally:
        parts.dispose()
