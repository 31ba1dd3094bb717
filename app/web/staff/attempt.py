"""One try to sign in with the municipality's sign-in: all of it is kept in the browser.

A secret in a cookie is what state, nonce and code verifier are made from, each for itself. So there
is nothing to store and nothing to clean away, and an answer is taken only by who asked.
"""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Self

from app.web.http.session import SECRET_BYTES

HOME = "/inkorg"
ADDRESS = re.compile(r"/inkorg(?:/[A-Za-z0-9_-]+)*(?:\?[A-Za-z0-9=&-]*)?", re.ASCII)
"""Where one may be led after signing in: nowhere but to our own pages."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try: where it leads, the session it takes the place of, and whether it is silent."""

    secret: bytes = field(repr=False)
    to: str = HOME
    replacing: str = ""
    silent: bool = False

    @property
    def state(self) -> str:
        """What the answer must bring back (RFC 6749 10.12)."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the ID token must hold (OpenID Connect Core 1.0, 15.5.2)."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that who asked is who fetches (RFC 7636)."""
        return self._made("verifier")

    def _made(self, what: str) -> str:
        return written(hmac.digest(self.secret, what.encode("ascii"), "sha256"))

    def kept(self) -> str:
        """Return it as the browser's cookie has it."""
        rest = json.dumps([self.to, self.replacing, self.silent], separators=(",", ":"))
        return f"{written(self.secret)}.{written(rest.encode())}"

    @classmethod
    def read(cls, kept: str) -> Self | None:
        """Return what was `kept`; None when it is nothing of ours."""
        try:
            secret, rest = (urlsafe_b64decode(part + "==") for part in kept.split("."))
            to, replacing, silent = json.loads(rest)
        except ValueError:
            return None
        right = len(secret) == SECRET_BYTES and isinstance(to, str) and isinstance(replacing, str)
        return cls(secret, own(to), replacing, silent is True) if right else None


def cookie_of(state: str) -> str:
    """Return the name of the cookie of an attempt: two windows may sign in at once."""
    return "inloggning-" + re.sub(r"[^A-Za-z0-9]", "", state)[:12]


def own(address: str) -> str:
    """Return an address of ours as it is, and the queue's in place of any other."""
    return address if ADDRESS.fullmatch(address) else HOME


def written(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode("ascii").rstrip("=")
