"""Lays envelopes on an SFTP server, `<id>.jwe` and then `<id>.json`, for a receiver of files.

Nobody but the server whose key is set is spoken to: with another key nothing is sent, not even who
we are. Nothing of the machine's own SSH is used: no known hosts, no settings, no agent, no keys.

Confirmed means that the server has both files under their names: each is written under a temporary
name, synced if the server can (fsync@openssh.com), and renamed. What is there already is not sent
again. One connection is kept, and carries several envelopes at a time.
"""

import asyncio
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Self, cast

import asyncssh
from pydantic import Field, model_validator

from app.delivery import options
from app.delivery.connector import Answer, Envelope, Say, Setup, connector
from app.delivery.loop import Loop, within
from app.delivery.sealed_file import (
    SWEEP_SECONDS,
    SealedFile,
    There,
    is_temporary,
    sealed_file,
    temporary_name,
)
from app.errors import BadOptions, PermanentFailure, TemporaryFailure

CLOSING_SECONDS = 1.5
KEEPALIVE_SECONDS = 10
ROOM = 1_000_000
"""With fewer octets left than this, a server that can not write is taken to be full."""
NEW = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_EXCL

REASONS: Sequence[tuple[type[Exception], str]] = (
    (TimeoutError, "timed_out"),
    (asyncssh.HostKeyNotVerifiable, "untrusted"),
    (asyncssh.KeyExchangeFailed, "untrusted"),  # it has nothing of what we would trust
    (asyncssh.PermissionDenied, "not_permitted"),
    (asyncssh.SFTPPermissionDenied, "not_permitted"),
    (asyncssh.SFTPWriteProtect, "not_permitted"),
    (asyncssh.SFTPNoSuchFile, "not_found"),
    (asyncssh.SFTPNoSuchPath, "not_found"),
    (asyncssh.SFTPNoSpaceOnFilesystem, "full"),
    (asyncssh.SFTPQuotaExceeded, "full"),
    (asyncssh.Error, "unavailable"),
    (OSError, "unavailable"),
)


class SftpOptions(options.Options):
    """What stands under [destinations.<name>.options]. The private key is a secret: `key`."""

    host: str = Field(min_length=1)
    port: int = Field(default=22, ge=1, le=65535)
    username: str = Field(min_length=1)
    folder: str = "."
    """Where on the server; without / first, from where one lands at login."""
    host_key: str
    """The server's public key: `ssh-ed25519 AAAA...`, as ssh-keyscan shows it, without the name."""
    next_host_key: str = ""
    """A second one, while the server changes its key."""
    mode: int = Field(default=0o640, ge=0, le=0o777)
    connect_seconds: float = Field(default=5, gt=0, le=10)
    whole_seconds: float = Field(default=20, gt=0, le=25)

    @model_validator(mode="after")
    def _can_be_right(self) -> Self:
        if self.mode & stat.S_IWOTH:
            raise ValueError("mode får inte låta vem som helst skriva")
        for text in filter(None, (self.host_key, self.next_host_key)):
            try:
                asyncssh.import_public_key(text)
            except asyncssh.KeyImportError:
                raise ValueError(
                    "host_key ska vara serverns publika nyckel: ssh-ed25519 AAAA..."
                ) from None
        return self


@connector("sftp", options=SftpOptions)
class Sftp:
    """Several envelopes side by side over one connection, that is made anew when it is lost."""

    most = 20

    def __init__(self, setup: Setup) -> None:
        self._options = options.read(SftpOptions, setup.destination, setup.options)
        try:
            key = asyncssh.import_private_key(setup.need_secret("key"))
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            why = f"filen {setup.destination}.key är ingen privat SSH-nyckel utan lösenord"
            raise BadOptions(setup.destination, why) from None
        self._ours = _only_ours(self._options, key)
        self._loop = Loop(f"sftp-{setup.destination}")
        self._connection: asyncssh.SSHClientConnection | None = None
        self._session: asyncssh.SFTPClient | None = None
        self._one_connects = asyncio.Lock()
        self._swept = -float("inf")

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Say of each envelope whether the server has it; raise what became of the rest."""
        try:
            self._loop.run(self._carry(envelopes, say), seconds=self._options.whole_seconds)
        except Exception as failure:
            with suppress(OSError):
                self._loop.run(self._let_go(), seconds=CLOSING_SECONDS + 0.5)
            raise meaning(failure) from failure

    def close(self) -> None:
        """Close the connection and end the thread, within a few seconds."""
        self._loop.close(self._let_go)

    async def _carry(self, envelopes: Sequence[Envelope], say: Say) -> None:
        files = await self._files()
        await self._sweep(files)
        each = (self._carry_one(files, envelope, say) for envelope in envelopes)
        if not all(await asyncio.gather(*each)):
            await self._let_go()

    async def _carry_one(self, files: asyncssh.SFTPClient, envelope: Envelope, say: Say) -> bool:
        """Lay one and say how it went; return whether the connection can still be used."""
        try:
            await self._lay(files, sealed_file(envelope))
        except PermanentFailure as failure:
            say(envelope, failure)
        except Exception as failure:  # noqa: BLE001 - one is no concern of the others
            of_a_file = isinstance(failure, asyncssh.SFTPError) and not isinstance(
                failure, asyncssh.SFTPNoConnection | asyncssh.SFTPConnectionLost
            )
            full = type(failure) is asyncssh.SFTPFailure and await self._is_full(files)
            say(envelope, TemporaryFailure("delivery.reasons.full") if full else meaning(failure))
            return of_a_file
        else:
            say(envelope, Answer.CONFIRMED)
        return True

    async def _lay(self, files: asyncssh.SFTPClient, sealed: SealedFile) -> None:
        told = sealed.sidecar_there(
            await self._found(files, sealed.sidecar_name, 2 * len(sealed.sidecar))
        )
        if not (told is There.SAME and await self._has_size(files, sealed)):
            held = sealed.there(await self._found(files, sealed.name, len(sealed.octets) + 1))
            if held is not There.SAME:
                await self._write(files, sealed.name, sealed.octets)
        if told is not There.SAME:
            await self._write(files, sealed.sidecar_name, sealed.sidecar)

    async def _write(self, files: asyncssh.SFTPClient, name: str, octets: bytes) -> None:
        temporary = self._path(temporary_name(name))
        rights = asyncssh.SFTPAttrs(permissions=self._options.mode)
        try:
            async with files.open(temporary, NEW, rights, encoding=None) as file:
                await file.write(octets)
                with suppress(asyncssh.SFTPOpUnsupported):
                    await file.fsync()
            try:
                await files.posix_rename(temporary, self._path(name))
            except asyncssh.SFTPOpUnsupported:
                # The older renaming replaces nothing, and what is there now is torn.
                with suppress(asyncssh.SFTPNoSuchFile):
                    await files.remove(self._path(name))
                await files.rename(temporary, self._path(name))
        except BaseException:
            with suppress(Exception):
                await files.remove(temporary)
            raise

    async def _found(self, files: asyncssh.SFTPClient, name: str, most: int) -> bytes | None:
        """Return the beginning of the file with this name, or None. A link is nothing of ours."""
        try:
            about = await files.lstat(self._path(name))
        except asyncssh.SFTPNoSuchFile:
            return None
        if about.type not in {asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN}:
            raise PermanentFailure("delivery.reasons.taken")
        async with files.open(self._path(name), asyncssh.FXF_READ, encoding=None) as file:
            return cast("bytes", await file.read(most))  # octets, as we asked for no encoding

    async def _has_size(self, files: asyncssh.SFTPClient, sealed: SealedFile) -> bool:
        with suppress(asyncssh.SFTPNoSuchFile):
            return (await files.lstat(self._path(sealed.name))).size == len(sealed.octets)
        return False

    async def _is_full(self, files: asyncssh.SFTPClient) -> bool:
        """Ask how much room there is: the common version of SFTP only says that it went wrong."""
        with suppress(Exception):
            about = await files.statvfs(self._options.folder)
            return about.bavail * about.frsize < ROOM
        return False

    async def _sweep(self, files: asyncssh.SFTPClient) -> None:
        """Now and then take away what a relay that was killed has left half written."""
        if time.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        with suppress(asyncssh.SFTPError):
            async for found in files.scandir(self._options.folder):
                old = time.time() - (found.attrs.mtime or time.time()) > SWEEP_SECONDS
                if old and is_temporary(str(found.filename)):
                    await files.remove(self._path(str(found.filename)))

    def _path(self, name: str) -> str:
        return f"{self._options.folder.rstrip('/')}/{name}"

    async def _files(self) -> asyncssh.SFTPClient:
        """Return a session that lives as far as is known."""
        async with self._one_connects:
            if self._connection is None or self._session is None or self._connection.is_closed():
                await self._let_go()
                self._connection = await within(
                    self._options.connect_seconds,
                    asyncssh.connect(
                        self._options.host, self._options.port, config=None, options=self._ours
                    ),
                )
                self._session = await self._connection.start_sftp_client()
            return self._session

    async def _let_go(self) -> None:
        connection, self._connection, self._session = self._connection, None, None
        if connection is not None:
            connection.close()
            with suppress(Exception):
                await within(CLOSING_SECONDS, connection.wait_closed())


def meaning(failure: Exception) -> Exception:
    """Return what a failure of the library's is to us. One that we do not know is a fault."""
    for kind, reason in REASONS:
        if isinstance(failure, kind):
            return TemporaryFailure(f"delivery.reasons.{reason}")
    return failure


def _only_ours(chosen: SftpOptions, key: asyncssh.SSHKey) -> asyncssh.SSHClientConnectionOptions:
    """Return everything about the connection, so that nothing is looked for on this machine."""
    texts = filter(None, (chosen.host_key, chosen.next_host_key))
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        known_hosts=([asyncssh.import_public_key(text) for text in texts], [], []),
        # The kinds that are set first, then every other: a server that has no key of ours shows
        # the one it has, and is refused for it. Without, it hangs up, and looks as if it were away.
        server_host_key_algs="+*",
        username=chosen.username,
        client_keys=[key],
        client_certs=[],
        agent_path=None,
        password=None,
        preferred_auth="publickey",
        gss_host=None,
        x509_trusted_certs=None,
        disable_trivial_auth=True,
        keepalive_interval=KEEPALIVE_SECONDS,
    )
