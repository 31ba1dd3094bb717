"""Copy everything to where it can be kept, and put it back on an empty machine.

The database goes to one folder, as it was at one moment and with the service running; the keys
that open it go to another, which shall never lie beside the first. A folder that has its name is
whole: it is written under another and renamed. Nothing is put back over what somebody has.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.commands import prepare
from app.errors import DatabaseUnavailable
from app.records import sealed_to
from app.records.sealed_to import SealedTo
from app.settings import Settings
from app.storage import copies, schema
from app.storage.copies import CopyFailed, ProgramMissing, Tell
from app.storage.engines import is_unavailable
from app.storage.migrations import migrate

NO_ROOM = "Det finns inte plats nog för {}: gör plats, eller välj en annan disk."
PARTS = 4
"""Of putting back: to see that it is whole, to put it back, to count, to migrate."""
MANIFEST, FORMAT = "manifest.json", "skyddsnat/backup/1"


class BackupRefused(Exception):
    """It was not done, or not put back; the message says why, in one Swedish sentence."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, kept beside it: nothing that anybody wrote.

    `keys` is how many reports each key opens, by unit and by the key's id.
    """

    made_at: str
    engine: str
    revision: str
    counts: Mapping[str, int]
    file: str
    sha256: str
    schema: str = FORMAT
    keys: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def sealed_to(self) -> tuple[SealedTo, ...]:
        return tuple(
            SealedTo(unit, key_id, count)
            for unit, by_key in self.keys.items()
            for key_id, count in by_key.items()
        )


def backup(
    settings: Settings,
    folder: Path,
    *,
    keys: Path | None,
    now: datetime,
    tell: Tell = lambda *_: None,
) -> Manifest:
    """Copy the database to a new folder, and what must be kept apart to another if it is named.

    BackupRefused when the folder is not empty or holds the other, or when copying failed;
    DatabaseUnavailable when the database can not be reached.
    """
    folder = folder.absolute()
    if keys is not None and _within(keys.absolute(), folder):
        raise BackupRefused("Nycklarna ska inte ligga bredvid databasen: välj en annan katalog.")
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder} är inte tom: välj en ny katalog för varje kopia.")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    with _in_words(folder):
        try:
            draft.mkdir(mode=0o700, parents=True)
            manifest = _take(settings.database_url, draft, now=now, tell=tell)
            draft.rename(folder)
            _to_disk(folder.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        if keys is not None:
            keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy(_apart(settings), to=_apart_in(keys))
    return manifest


def restore(
    settings: Settings,
    folder: Path,
    *,
    keys: Path | None,
    unopened: bool = False,
    tell: Tell = lambda *_: None,
) -> Manifest:
    """Put a backup back where there is no database yet, and bring its tables up to date.

    BackupRefused when it is damaged, newer than this program or of another engine, when there is a
    row in the database or another key of the same name, and, unless `unopened`, when some report in
    it could be opened by no key: then nothing has been changed.
    """
    manifest = _read(folder)
    file = folder / manifest.file
    if manifest.engine != copies.engine_of(settings.database_url):
        raise BackupRefused(
            f"Kopian är från {manifest.engine}: sätt DATABASE_URL till en sådan databas."
        )
    if manifest.revision > schema.newest():
        raise BackupRefused("Kopian är gjord av en nyare version av programmet: använd den.")
    with _in_words(folder):
        if not file.is_file() or digest(file) != manifest.sha256:
            raise BackupRefused(f"Filen {file} är skadad: använd en annan kopia.")
        tell(1, PARTS)
        if any(copies.count(settings.database_url).values()):
            raise BackupRefused("Databasen är inte tom: ingenting har återställts över den.")
        if not unopened:
            _must_be_openable(manifest, (_apart_in(keys) if keys else _apart(settings))["private"])
        if keys is not None:
            _copy(_apart_in(keys), to=_apart(settings))
            _let_read(settings.public_keys)
        copies.put_back(settings.database_url, file)
        tell(2, PARTS)
        if copies.count(settings.database_url) != manifest.counts:
            raise BackupRefused("Allt kom inte tillbaka: töm databasen och använd en annan kopia.")
        tell(3, PARTS)
        migrate(settings.database_url)
        tell(PARTS, PARTS)
    return manifest


def forget(folder: Path, *, before: datetime) -> int:
    """Remove the backups in a folder that were made before a moment; return how many they were.

    What is no whole backup of ours is left alone. BackupRefused when one can not be removed.
    """
    gone = 0
    with _in_words(folder):
        for each in sorted(path.parent for path in folder.glob(f"*/{MANIFEST}")):
            with suppress(BackupRefused):
                if datetime.fromisoformat(_read(each).made_at) >= before:
                    continue
                shutil.rmtree(each)
                gone += 1
    return gone


def _take(url: str, draft: Path, *, now: datetime, tell: Tell) -> Manifest:
    copy, sealed = copies.take(url, draft, sealed_to.stored, tell)
    manifest = Manifest(
        made_at=now.isoformat(),
        engine=copy.engine,
        revision=copy.revision,
        counts=copy.counts,
        file=copy.file.name,
        sha256=digest(copy.file),
        keys=_by_unit(sealed),
    )
    (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
    for each in (copy.file, draft / MANIFEST):
        each.chmod(0o600)
        _to_disk(each)
    _to_disk(draft)
    return manifest


def _read(folder: Path) -> Manifest:
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        if content["schema"] != FORMAT or Path(content["file"]).name != content["file"]:
            raise BackupRefused(f"{folder} är ingen kopia som det här programmet har gjort.")
        return Manifest(**content)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BackupRefused(f"{folder} är ingen hel kopia: {MANIFEST} saknas.") from wrong


def _by_unit(found: Iterable[SealedTo]) -> dict[str, dict[str, int]]:
    by_unit: dict[str, dict[str, int]] = {}
    for each in found:
        by_unit.setdefault(each.unit, {})[each.key_id] = each.count
    return by_unit


def _must_be_openable(manifest: Manifest, private: Path) -> None:
    missing = prepare.unopenable(manifest.sealed_to, (), private=private)
    if missing:
        rows = "".join(f"{prepare.missing_row(each)}\n" for each in missing)
        raise BackupRefused(
            f"Det finns anmälningar i kopian som ingen nyckel i {private} kan öppna:\n{rows}"
            "Säg var nycklarna finns med --keys, eller lägg dem där. Databasen kan återställas "
            "utan dem med --without-keys, och då kan inget läsas. Ingenting har ändrats."
        )


def _apart(settings: Settings) -> dict[str, Path]:
    """Return what is never kept with the database, and where the service has it."""
    return {
        "private": settings.private_keys_directory,
        "public": settings.public_keys,
        "secrets": settings.secrets,
        "audit": settings.audit_keys,
    }


def _apart_in(keys: Path) -> dict[str, Path]:
    return {name: keys.absolute() / name for name in ("private", "public", "secrets", "audit")}


def _copy(sources: Mapping[str, Path], *, to: Mapping[str, Path]) -> None:
    """Copy key files, for their owner only; refuse, before any is copied, to replace another."""
    found = [
        (file, to[name] / file.name)
        for name, source in sources.items()
        if source.is_dir()
        for file in sorted(source.iterdir())
        if file.is_file()
    ]
    if not any(target.parent == to["private"] for _, target in found):
        raise BackupRefused(f"Det finns inga privata nycklar i {sources['private']}.")
    for file, target in found:
        if target.exists() and target.read_bytes() != file.read_bytes():
            raise BackupRefused(f"{target} finns redan och är en annan: ingen nyckel skrivs över.")
    for file, target in found:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(file.read_bytes())
        _to_disk(draft)
        draft.rename(target)
        _to_disk(target.parent)


def _let_read(public_keys: Path) -> None:
    if public_keys.is_dir():
        public_keys.chmod(0o755)
        for file in public_keys.iterdir():
            file.chmod(0o644)


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _within(inner: Path, outer: Path) -> bool:
    return inner.is_relative_to(outer) or outer.is_relative_to(inner)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    """Say what stopped us, in a sentence."""
    try:
        yield
    except ProgramMissing as missing:
        raise BackupRefused(
            f"Programmet {missing} finns inte här: installera PostgreSQL:s klientprogram, "
            "eller kör det på databasens egen maskin."
        ) from missing
    except CopyFailed as failed:
        if copies.is_full(failed):
            raise BackupRefused(NO_ROOM.format(folder)) from failed
        raise BackupRefused(f"Det gick inte att kopiera databasen: {failed}") from failed
    except OSError as refused:
        if refused.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise BackupRefused(NO_ROOM.format(folder)) from refused
        raise BackupRefused(f"Det går inte att läsa eller skriva i {folder}.") from refused
    except SQLAlchemyError as trouble:
        if is_unavailable(trouble):
            raise DatabaseUnavailable("could not be copied") from trouble
        raise
