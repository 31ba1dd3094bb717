"""The key files of the receiving units: `<unit>.key` opens what `<unit>.pub` seals.

A private key is written once, for its owner's eyes only, and never written over: what has been
sealed to it can be opened with nothing else. The public key can always be made again from it, and
anybody on the machine may read it.

The key that anchors of the audit trail are signed with is `audit.key`, in a folder of its own; its
public half is `<its id>.ed25519` among the public ones. It may be exchanged: take the old one away,
and a new one is made. The public halves stay, for the anchors that they have signed.
"""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from app.commands import anchor_key
from app.crypto import seal, unseal, witness
from app.errors import NotAKey


class KeyMissing(Exception):
    """A unit has a public key here but the private key that belongs to it is gone."""

    def __init__(self, unit: str, key_id: str) -> None:
        super().__init__(unit)
        self.unit, self.key_id = unit, key_id


def public_file(folder: Path, unit: str) -> Path:
    return folder / f"{unit}.pub"


def private_file(folder: Path, unit: str) -> Path:
    return folder / f"{unit}.key"


def make_missing(
    units: Iterable[str], *, private: Path, public: Path, given_up: Collection[str] = ()
) -> list[str]:
    """Give each unit that has no key a new pair; return those units.

    KeyMissing, before anything is written, when a unit's private key is gone but its public key
    is not: a new pair would silently leave what has been sealed to the old one unreadable. Unless
    it has been `given_up`, by its id.
    """
    new = [unit for unit in units if not private_file(private, unit).exists()]
    for unit in new:
        if (key_id := public_id(public, unit)) and key_id not in given_up:
            raise KeyMissing(unit, key_id)
    for unit in new:
        _write(private_file(private, unit), unseal.private_text(unseal.new_private()), mode=0o600)
    publish(units, private=private, public=public)
    return new


def publish(units: Iterable[str], *, private: Path, public: Path) -> None:
    """Write each unit's public key anew from its private key, where the file does not say so yet.

    OSError when a private key cannot be read, NotAKey when its file is damaged.
    """
    for unit in units:
        text, file = (
            seal.public_text(opens(private_file(private, unit))),
            public_file(public, unit),
        )
        if not file.exists() or file.read_text("ascii") != text:
            file.unlink(missing_ok=True)
            _write(file, text, mode=0o644, folder_mode=0o755)


def make_witness(folder: Path, *, public: Path) -> None:
    """Make the key that anchors are signed with, if there is none; write its public half.

    OSError when it cannot be read or written, NotAKey when the file is damaged.
    """
    file = anchor_key.file_in(folder)
    if not file.exists():
        _write(file, witness.private_text(witness.new_private()), mode=0o600)
    half = witness.public_of(anchor_key.read(folder))
    beside = public / f"{witness.key_id(half)}.ed25519"
    if not beside.exists():
        _write(beside, witness.public_text(half), mode=0o644, folder_mode=0o755)


def ids(units: Iterable[str], *, private: Path) -> dict[str, str]:
    """Return the id of the key of each unit that has a private one. Errors as for `publish`."""
    files = {unit: private_file(private, unit) for unit in units}
    return {unit: seal.key_id(opens(file)) for unit, file in files.items() if file.exists()}


def public_id(public: Path, unit: str) -> str:
    """Return the id of a unit's public key, "" when it has none. NotAKey when it is damaged."""
    file = public_file(public, unit)
    if not file.exists():
        return ""
    try:
        return seal.key_id(seal.parse_public(file.read_text("ascii")))
    except (NotAKey, UnicodeDecodeError) as damaged:
        raise NotAKey("it holds no public key", file=str(file)) from damaged


def opens(file: Path) -> bytes:
    """Return the public key that belongs to the private one in a file. Errors as for `publish`."""
    try:
        return unseal.public_of(unseal.parse_private(file.read_text("ascii")))
    except (NotAKey, UnicodeDecodeError) as damaged:
        raise NotAKey("it holds no private key", file=str(file)) from damaged


def _write(file: Path, text: str, *, mode: int, folder_mode: int = 0o700) -> None:
    """Write a file whole and to disk, or not at all. FileExistsError if it is there already."""
    if not file.parent.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.parent.chmod(folder_mode)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            # Said outright: our own umask would close a public key to the citizen site's user.
            os.fchmod(handle.fileno(), mode)
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
