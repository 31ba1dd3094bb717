"""The bench of `mail`: a mail server that speaks TLS, and wants to know who writes."""

from tests.connectors import Held, Place, certificates
from tests.connectors.mail_receiver import MailServer

LACKS = {
    "spoil": "every letter is the same, so none can be refused alone",
    "ids": "a letter names no report",
    "content": "a letter says nothing",
}


def bench(place: Place) -> "Mail":
    return Mail(place)


class Mail:
    needs = ("login",)

    def __init__(self, place: Place) -> None:
        password = place.secret("login", "ett-hemligt-lösenord".replace("ö", "o"))
        self._server = MailServer(certificates.server("localhost"), password=password)
        self.options = {
            "host": "localhost",
            "port": self._server.port,
            "sender": "inkorgen@example.se",
            "to": ["jour@example.se"],
            "user": "inkorgen",
            "ca": certificates.file(place.folder),
            "connect_seconds": 2,
            "whole_seconds": 2,
        }

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        return [Held(None, None) for _ in self._server.letters]

    def shown(self):
        letters = (letter.octets.decode() for letter in self._server.letters)
        return "\n".join([*letters, *self._server.hellos])

    def leave(self) -> None:
        self._server.stop()

    def come_back(self) -> None:
        self._server.stop()
        self._server.start()

    def silence(self) -> None:
        self._server.silent = True

    def spoil(self, envelope):
        raise NotImplementedError(LACKS["spoil"])

    def close(self) -> None:
        self._server.close()
