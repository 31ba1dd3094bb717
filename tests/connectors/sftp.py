"""The bench of `sftp`: a real server with its own host key; a reader that waits for sidecars."""

import json

import asyncssh

from app.delivery.loop import Loop
from tests.connectors import Place
from tests.connectors.folder import read, sidecars
from tests.gate import Gate

LACKS: dict[str, str] = {}


def bench(place: Place) -> "Sftp":
    return Sftp(place)


class Door(asyncssh.SSHServer):
    """Writes down who has tried to come in."""

    def __init__(self, tried: list[str]) -> None:
        self._tried = tried

    def begin_auth(self, username: str) -> bool:
        self._tried.append(username)
        return True


class Files(asyncssh.SFTPServer):
    """Writes down what was opened, and fails as it is told to."""

    def __init__(self, channel, root, opened: list[str], trouble: list[Exception]) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self._opened, self._trouble = opened, trouble

    def open(self, path, pflags, attrs):
        self._opened.append(path.decode())
        return super().open(path, pflags, attrs)

    def statvfs(self, path):
        found = asyncssh.SFTPVFSAttrs.from_local(super().statvfs(path))
        if self._trouble and "full" in str(self._trouble[0]):
            found.bavail = 0
        return found

    def write(self, file_obj, offset, data):
        if self._trouble:
            raise self._trouble[0]
        return super().write(file_obj, offset, data)


class Sftp:
    needs = ("key",)

    def __init__(self, place: Place) -> None:
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")
        place.secret("key", self.client_key.export_private_key().decode())
        self.root = place.folder / "server"
        self.folder = self.root / "utlamning"
        self.folder.mkdir(parents=True)
        self.tried: list[str] = []
        self.opened: list[str] = []
        self.trouble: list[Exception] = []
        self._loop = Loop("sftp-server")
        self._server = self._loop.run(self._listen(), seconds=10)
        self.gate = Gate(self._server.get_port())
        self.options = {
            "host": "127.0.0.1",
            "port": self.gate.port,
            "username": "skyddsnat",
            "folder": "utlamning",
            "host_key": self.key.export_public_key().decode(),
            "connect_seconds": 1,
            "whole_seconds": 1,
        }

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            config=None,
            server_factory=lambda: Door(self.tried),
            server_host_keys=[asyncssh.generate_private_key("ecdsa-sha2-nistp256"), self.key],
            authorized_client_keys=asyncssh.import_authorized_keys(
                self.client_key.export_public_key().decode()
            ),
            sftp_factory=lambda channel: Files(channel, self.root, self.opened, self.trouble),
        )

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        return [
            read(json.loads(sidecar.read_text("utf-8")), self.folder)
            for sidecar in sidecars(self.folder)
        ]

    def shown(self):
        names = "\n".join(sorted(file.name for file in self.folder.iterdir()))
        told = "\n".join(sidecar.read_text("utf-8") for sidecar in sidecars(self.folder))
        return "\n".join([names, told, *self.tried, *self.opened])

    def leave(self) -> None:
        self.gate.close()

    def come_back(self) -> None:
        self.gate.open()

    def silence(self) -> None:
        self.gate.silence()

    def spoil(self, envelope):
        (self.folder / f"{envelope.submission_id}.jwe").write_bytes(b"somebody else's")
        return envelope

    def close(self) -> None:
        self.gate.close()
        self._loop.run(self._stop(), seconds=10)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()
