"""A mail server that is real: aiosmtpd on the loopback, with certificates of our own authority."""

import asyncio
import threading
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass(frozen=True)
class Letter:
    """What came: the envelope, and the letter octet by octet."""

    sender: str
    to: tuple[str, ...]
    octets: bytes


class MailServer:
    """Takes letters over TLS. `refuse` gives a reply to an address, instead of taking it."""

    def __init__(self, trust, *, implicit=False, password=None, starttls=True):
        self.trust, self.implicit, self.password = trust, implicit, password
        self.starttls = starttls
        self.refuse: Mapping[str, str] = {}
        self.letters: list[Letter] = []
        self.hellos: list[str] = []
        self.in_clear: list[str] = []
        self.port = 0
        self.silent = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = None
        self._open = set()
        self.start()

    def start(self):
        self.silent = False
        self._ask(self._listen())

    def stop(self):
        self._ask(self._leave())

    def close(self):
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _ask(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self):
        if self._server:
            return
        self._server = await self._loop.create_server(
            self._conversation,
            "127.0.0.1",
            self.port,
            ssl=self.trust if self.implicit else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _leave(self):
        if self._server:
            self._server.close()
            for transport in list(self._open):
                transport.abort()
            self._server = None
            await asyncio.sleep(0)

    def _conversation(self):
        if self.silent:
            return Silence(self)
        with warnings.catch_warnings():
            # It thinks that it speaks in clear when TLS was there before it.
            warnings.simplefilter("ignore")
            return Conversation(
                self,
                hostname="mottagare.example.se",
                loop=self._loop,
                tls_context=self.trust if self.starttls and not self.implicit else None,
                require_starttls=self.starttls and not self.implicit,
                authenticator=self._knows if self.password else None,
                auth_required=bool(self.password),
                auth_require_tls=not self.implicit,
            )

    def _knows(self, server, session, envelope, mechanism, login):
        return AuthResult(success=login.password.decode() == self.password, handled=False)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        self.hellos.append(hostname)
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if reply := self.refuse.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        letter = Letter(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content)
        self.letters.append(letter)
        if session.ssl is None and not self.implicit:
            self.in_clear.append("a letter")
        return "250 OK"


class Conversation(SMTP):
    """One caller's; known to the server, so that it can be cut."""

    def __init__(self, server, **settings):
        self._mail = server
        super().__init__(server, **settings)

    def connection_made(self, transport):
        self._mail._open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error):
        with suppress(Exception):
            super().connection_lost(error)
        self._mail._open = {each for each in self._mail._open if not each.is_closing()}


class Silence(asyncio.Protocol):
    """Takes the call and says nothing."""

    def __init__(self, server):
        self._mail = server

    def connection_made(self, transport):
        self._mail._open.add(transport)
