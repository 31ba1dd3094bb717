"""Lays envelopes in a folder, for a receiver that fetches files: `<id>.jwe`, then `<id>.json`.

Confirmed means that both are on disk under their names: each is written under a temporary name,
synced, renamed, and the folder synced. The folder is opened once for each report and everything
is done inside of it; what turns out to be a link is not followed. A folder that is missing is not
made: most likely it is a disk that has not been mounted.
"""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from app.delivery import options
from app.delivery.connector import Answer, Envelope, Setup, SideBySide, connector
from app.delivery.sealed_file import (
    SWEEP_SECONDS,
    SealedFile,
    There,
    is_temporary,
    sealed_file,
    temporary_name,
)
from app.errors import PermanentFailure, TemporaryFailure

REASONS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.ENOENT: "not_found",
    errno.ENOTDIR: "not_found",
    errno.EROFS: "not_permitted",
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
}


class FolderOptions(options.Options):
    """What stands under [destinations.<name>.options]."""

    folder: str
    mode: int = Field(default=0o640, ge=0, le=0o777)
    """The files' mode. In TOML: 0o640."""

    @model_validator(mode="after")
    def _can_be_right(self) -> Self:
        if not Path(self.folder).is_absolute():
            raise ValueError("folder ska vara en hel sökväg, från /")
        if self.mode & stat.S_IWOTH:
            raise ValueError("mode får inte låta vem som helst skriva")
        return self


@connector("folder", options=FolderOptions)
def folder(setup: Setup) -> SideBySide:
    """Build the connector; BadOptions when the settings can not be right."""
    chosen = options.read(FolderOptions, setup.destination, setup.options)
    return SideBySide(Laying(Path(chosen.folder), chosen.mode, time.monotonic), at_once=4)


class Laying:
    """Lays one report at a time from each thread."""

    def __init__(self, folder: Path, mode: int, seconds: Callable[[], float]) -> None:
        self._folder, self._mode, self._seconds = folder, mode, seconds
        self._swept = -float("inf")

    def __call__(self, envelope: Envelope) -> Answer:
        """Return when both files are on disk, whoever laid them there."""
        sealed = sealed_file(envelope)
        try:
            with _opened(self._folder) as here:
                self._sweep(here)
                self._lay(here, sealed)
        except OSError as failed:
            reason = REASONS.get(failed.errno or 0, "unavailable")
            raise TemporaryFailure(f"delivery.reasons.{reason}") from failed
        return Answer.CONFIRMED

    def _lay(self, here: int, sealed: SealedFile) -> None:
        told = sealed.sidecar_there(_found(here, sealed.sidecar_name, len(sealed.sidecar) * 2))
        held = sealed.there(_found(here, sealed.name, len(sealed.octets) + 1))
        if held is not There.SAME:
            self._write(here, sealed.name, sealed.octets)
        if told is not There.SAME:
            os.fsync(here)  # also what an earlier try has renamed: the sidecar comes last
            self._write(here, sealed.sidecar_name, sealed.sidecar)
        os.fsync(here)

    def _write(self, here: int, name: str, octets: bytes) -> None:
        temporary = temporary_name(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC  # which follows no link either
        try:
            with os.fdopen(os.open(temporary, flags, 0o600, dir_fd=here), "wb") as file:
                file.write(octets)
                file.flush()
                os.fchmod(file.fileno(), self._mode)
                os.fsync(file.fileno())
            os.rename(temporary, name, src_dir_fd=here, dst_dir_fd=here)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=here)
            raise

    def _sweep(self, here: int) -> None:
        """Now and then take away what a relay that was killed has left half written."""
        if self._seconds() - self._swept < SWEEP_SECONDS:
            return
        self._swept = self._seconds()
        for name in filter(is_temporary, os.listdir(here)):
            with suppress(OSError):
                about = os.stat(name, dir_fd=here, follow_symlinks=False)
                if time.time() - about.st_mtime > SWEEP_SECONDS:
                    os.unlink(name, dir_fd=here)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield here
    finally:
        os.close(here)


def _found(here: int, name: str, most: int) -> bytes | None:
    """Return the beginning of the file with this name, or None. A link or a pipe is not ours."""
    try:
        handle = os.open(
            name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here
        )
    except FileNotFoundError:
        return None
    except OSError as other:
        if other.errno in {errno.ELOOP, errno.ENXIO}:
            raise PermanentFailure("delivery.reasons.taken") from other
        raise
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PermanentFailure("delivery.reasons.taken")
        return file.read(most)
