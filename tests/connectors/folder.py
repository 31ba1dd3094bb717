"""The bench of `folder`: a folder on a real disk, and a reader that waits for the sidecars."""

import hashlib
import json
from uuid import UUID

from tests.connectors import Held, Place

LACKS = {"silence": "a file system can not take a call and say nothing"}


def bench(place: Place) -> "Folder":
    return Folder(place)


class Folder:
    needs = ()

    def __init__(self, place: Place) -> None:
        self._folder = place.folder / "utlamning"
        self._folder.mkdir()
        self._away = place.folder / "borta"
        self.options = {"folder": str(self._folder)}

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        there = self._folder if self._folder.exists() else self._away
        return [read(json.loads(sidecar.read_text("utf-8")), there) for sidecar in sidecars(there)]

    def shown(self):
        there = self._folder if self._folder.exists() else self._away
        names = "\n".join(sorted(file.name for file in there.iterdir()))
        return names + "\n".join(sidecar.read_text("utf-8") for sidecar in sidecars(there))

    def leave(self) -> None:
        self._folder.rename(self._away)

    def come_back(self) -> None:
        if self._away.exists():
            self._away.rename(self._folder)

    def silence(self) -> None:
        raise NotImplementedError(LACKS["silence"])

    def spoil(self, envelope):
        (self._folder / f"{envelope.submission_id}.jwe").write_bytes(b"somebody else's")
        return envelope

    def close(self) -> None:
        """Nothing: the folder goes with the place."""


def sidecars(folder):
    return sorted(folder.glob("*.json"))


def read(about, folder):
    """Return what a sidecar tells of, after seeing that it tells the truth."""
    octets = (folder / about["file"]).read_bytes()
    assert about["size"] == len(octets)
    assert about["sha256"] == hashlib.sha256(octets).hexdigest()
    return Held(UUID(about["id"]), octets)
