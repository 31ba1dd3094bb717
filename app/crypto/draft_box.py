"""A box that only the citizen's own browser can open: what is kept while a form is filled in.

The key comes out of the secret in the cookie and is never stored. What is inside is padded, so
that the length of the box says little about how much somebody has written, and bound to where it
lies, so that a box moved to another row, or another form, does not open.

A box is `version ‖ nonce ‖ AES-256-GCM(length ‖ content ‖ padding)`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import SealBroken

VERSION = b"\x01"
NONCE = 12
LENGTH = 4
STEP = 2048
HEAD = len(VERSION) + NONCE
"""Octets at the start of a box that are new each time that it is closed."""
SECRET_LEAST = 32


@dataclass(frozen=True)
class DraftKey:
    """Out of one cookie secret: `id` finds the row, `secret` opens it. Neither gives the other."""

    id: bytes
    derive: Callable[[], bytes] = field(repr=False, compare=False)
    """Gives the secret. Most drafts that are looked at are met, and need not be opened."""

    @cached_property
    def secret(self) -> bytes:
        return self.derive()


def key(cookie_secret: bytes, form_id: str) -> DraftKey:
    """Derive the key of one form's draft (HKDF-SHA256); the secret is at least 32 octets."""
    if len(cookie_secret) < SECRET_LEAST:
        raise SealBroken("too short a secret")
    finder = _derive(cookie_secret, f"skyddsnat draft id 1 {form_id}")
    digest = hashes.Hash(hashes.SHA256())
    digest.update(finder)
    secret = partial(_derive, cookie_secret, f"skyddsnat draft key 1 {form_id}")
    return DraftKey(digest.finalize(), secret)


def close(draft: DraftKey, content: bytes, *, place: str) -> bytes:
    """Return the content as a box that opens only with this key and at this place."""
    nonce = os.urandom(NONCE)
    padding = -(LENGTH + len(content)) % STEP
    plain = len(content).to_bytes(LENGTH, "big") + content + bytes(padding)
    return VERSION + nonce + AESGCM(draft.secret).encrypt(nonce, plain, _bound(draft, place))


def open_box(draft: DraftKey, box: bytes, *, place: str) -> bytes:
    """Return what is in the box; SealBroken for another key, place or version, or any change."""
    nonce, sealed = box[1 : 1 + NONCE], box[1 + NONCE :]
    if box[:1] != VERSION or len(nonce) < NONCE:
        raise SealBroken("not a box of this version")
    try:
        plain = AESGCM(draft.secret).decrypt(nonce, sealed, _bound(draft, place))
    except InvalidTag as broken:
        raise SealBroken("the box does not open") from broken
    return plain[LENGTH : LENGTH + int.from_bytes(plain[:LENGTH], "big")]


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(secret)


def _bound(draft: DraftKey, place: str) -> bytes:
    return VERSION + draft.id + place.encode()
