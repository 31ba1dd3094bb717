"""Copy a whole database to one file as it is at one moment, and back: each engine in its own way.

SQLite through its own backup, PostgreSQL through pg_dump and pg_restore. Others go on reading and
writing meanwhile. What is counted is counted in the very moment that is copied.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, create_engine, func, inspect, make_url, select
from sqlalchemy.pool import NullPool

from app.storage import look, schema
from app.storage.engines import engines
from app.storage.tables import metadata

A = TypeVar("A")
Tell = Callable[[int, int], None]
"""Told how much is copied, and of how much."""

INSTALLED = Path("/usr/lib/postgresql")
PAGES_AT_ONCE = 2_000  # 8 MB; between them it is told how far it has come
PLAIN = ["--no-owner", "--no-privileges"]  # who owns and may do what is said anew where it lands


class ProgramMissing(Exception):
    """A program of PostgreSQL's that copying takes is not on this machine; its name."""


class CopyFailed(Exception):
    """The database, or the program that copies it, said no; what it said."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file with a whole database in it."""

    file: Path
    engine: str
    revision: str
    counts: Mapping[str, int]


def take(
    url: str, folder: Path, also: Callable[[Connection], A], tell: Tell = lambda *_: None
) -> tuple[Copy, A]:
    """Copy the database at an address to a new file in a folder. CopyFailed, ProgramMissing.

    Returned with it is what `also` reads in the very moment that is copied. `tell` is told how far
    it has come where that is known: PostgreSQL's program does not say.
    """
    address = make_url(url)
    if _is_sqlite(address):
        return _from_sqlite(address, folder, also, tell)
    return _dump(address, folder, also)


def put_back(url: str, file: Path) -> None:
    """Put a copy where there is no database, or one without a row. CopyFailed, ProgramMissing."""
    address = make_url(url)
    if _is_sqlite(address):
        _to_sqlite(address, file)
        return
    whole = ["--single-transaction", "--exit-on-error", "--clean", "--if-exists"]
    _run("pg_restore", address, [*whole, *PLAIN, str(file)])


def is_full(failed: CopyFailed) -> bool:
    """Tell whether a copy failed since there was no room for it."""
    cause = failed.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR_W"))
    return "No space left" in str(failed)


def engine_of(url: str) -> str:
    """Return which engine an address leads to: sqlite or postgresql."""
    return make_url(url).get_backend_name()


def count(url: str) -> dict[str, int]:
    """Return how many rows each of our tables has. Errors as for `look.at`."""
    return look.at(url, counted) or {}


def counted(connection: Connection) -> dict[str, int]:
    """Return how many rows each of our tables has, of those that are there."""
    there = set(inspect(connection).get_table_names())
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in metadata.tables.items()
        if name in there
    }


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _from_sqlite(
    address: URL, folder: Path, also: Callable[[Connection], A], tell: Tell
) -> tuple[Copy, A]:
    file = folder / "database.sqlite"
    source = f"{Path(address.database or '').absolute().as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(source, uri=True)) as there,
            closing(sqlite3.connect(file)) as here,
        ):
            # What is read has a moment, which whoever writes meanwhile does not change; without it
            # the copy would begin again at every write.
            there.execute("BEGIN")
            there.execute("SELECT 1 FROM sqlite_schema").fetchone()
            there.backup(
                here,
                pages=PAGES_AT_ONCE,
                progress=lambda _, left, of: tell(of - left, of),
            )
            here.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
    except sqlite3.Error as trouble:
        raise CopyFailed(type(trouble).__name__) from trouble
    _must_be_whole(file)
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection:
        copy = Copy(file, "sqlite", schema.revision(connection), counted(connection))
        return copy, also(connection)


def _to_sqlite(address: URL, file: Path) -> None:
    target = Path(address.database or "").absolute()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(file, draft)
        draft.chmod(0o600)
        _must_be_whole(draft)
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        for rest in ("-wal", "-shm"):  # of the empty one that is replaced
            target.with_name(f"{target.name}{rest}").unlink(missing_ok=True)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _must_be_whole(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as trouble:
        raise CopyFailed(type(trouble).__name__) from trouble
    if said != "ok":
        raise CopyFailed("integrity_check")


def _dump(address: URL, folder: Path, also: Callable[[Connection], A]) -> tuple[Copy, A]:
    file = folder / "database.dump"
    parts = engines(address.render_as_string(hide_password=False))
    try:
        still = parts.reading.execution_options(isolation_level="REPEATABLE READ")
        with still.connect() as connection:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.exec_driver_sql(f"SET {limit} = 0")
            # What we count and what pg_dump copies is seen from the same moment.
            moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            copy = Copy(file, "postgresql", schema.revision(connection), counted(connection))
            noted = also(connection)
            plain = ["--format=custom", f"--snapshot={moment}", f"--file={file}", *PLAIN]
            _run("pg_dump", address, plain)
    finally:
        parts.dispose()
    return copy, noted


def _run(program: str, address: URL, options: list[str]) -> None:
    """Run one of PostgreSQL's programs. The password goes where nobody who lists processes sees."""
    to = address.set(drivername="postgresql", password=None).render_as_string()
    environment = dict(os.environ)
    if address.password is not None:
        environment["PGPASSWORD"] = address.password
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own, with an address that an operator set
        [_where_is(program), f"--dbname={to}", "--no-password", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CopyFailed(" ".join(done.stderr.split())[:400])


def _where_is(program: str) -> str:
    if found := shutil.which(program):
        return found
    installed = INSTALLED.glob(f"*/bin/{program}")
    for path in sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True):
        return str(path)
    raise ProgramMissing(program)
