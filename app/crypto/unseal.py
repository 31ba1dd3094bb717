"""Open what was sealed. Only the staff's side of the service may import this.

Everything about an envelope is checked before its content is given out: the suite is one we allow,
the wrap was made for this key and this header, and neither header nor content has been altered.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.crypto import seal
from app.errors import NotAKey, NotARecipient, SealBroken, UnknownSuite

SEED = 32
KEYS = 64
"""How many grown keys are kept: more than a municipality has units."""
OPENED = 1024
"""How many content keys are kept between two calls of `forget`, 2 kB each."""
PRIVATE_PREFIX = "skyddsnat-private-1:"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in an envelope, and what its header says it is."""

    header: Mapping[str, Any]
    content: bytes


@dataclass(frozen=True, slots=True)
class EnvelopeParts:
    """An envelope taken apart, nothing of it yet believed."""

    header: bytes
    wraps: Mapping[str, bytes]
    nonce: bytes
    sealed: bytes


def unseal(
    envelope: bytes, seed: bytes, *, expected: Mapping[str, str | int] | None = None
) -> Opened:
    """Open an envelope with the private key that grows from this seed.

    `expected` are facts that the header must state: an envelope that has been moved to another
    report's place is as broken as one that has been altered. Raises UnknownSuite, NotARecipient or
    SealBroken.
    """
    parts = take_apart(envelope)
    header = read_header(parts.header)
    kid, _ = grown(seed)
    if kid not in parts.wraps:
        raise NotARecipient("sealed to other keys")
    try:
        content_key = unwrapped(seed, header["suite"], parts.wraps[kid], parts.header)
        plain = AESGCM(content_key).decrypt(parts.nonce, parts.sealed, parts.header)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken("the envelope has been altered") from broken
    if expected and not expected.items() <= header.items():
        raise SealBroken("the envelope belongs somewhere else")
    size = int.from_bytes(plain[: seal.LENGTH], "big")
    return Opened(header, plain[seal.LENGTH : seal.LENGTH + size])


@lru_cache(maxsize=OPENED)
def unwrapped(seed: bytes, suite: str, wrap: bytes, header: bytes) -> bytes:
    """Return the key of an envelope's content, out of what was wrapped for this key and header.

    Kept for a while, since a case is looked at again after each thing that is done in it, and to
    unwrap costs more than all else of it. Nothing of any content is kept, and nothing that the
    private key does not open (docs/decisions/0051-content-keys-for-a-while.md).
    """
    kid, private = grown(seed)
    return seal.stretch(seal.SUITES[suite].decrypt(wrap, private, seal.wrap_info(header, kid)))


def forget() -> None:
    """Forget every key of content that is kept."""
    unwrapped.cache_clear()


def read_header(octets: bytes) -> dict[str, Any]:
    """Return the header; UnknownSuite if we do not open envelopes of its version or suite."""
    try:
        header = json.loads(octets)
    except ValueError as spoilt:
        raise SealBroken("the header can not be read") from spoilt
    if not isinstance(header, dict):
        raise SealBroken("the header can not be read")
    if header.get("v") != seal.VERSION or header.get("suite") not in seal.SUITES:
        raise UnknownSuite("not a version and suite that we open")
    return header


def take_apart(envelope: bytes) -> EnvelopeParts:
    """Return the parts of an envelope; UnknownSuite if it is not one of ours, SealBroken if cut."""
    if not envelope.startswith(seal.MAGIC):
        raise UnknownSuite("not an envelope of version 1")
    header, at = counted(envelope, len(seal.MAGIC), size=4)
    wraps, number, at = {}, envelope[at : at + 1], at + 1
    for _ in range(int.from_bytes(number, "big")):
        kid, at = counted(envelope, at, size=1)
        wraps[kid.decode("ascii", "replace")], at = counted(envelope, at, size=2)
    content = at + seal.NONCE
    if len(envelope) < content:
        raise SealBroken("the envelope is cut short")
    return EnvelopeParts(header, wraps, envelope[at:content], envelope[content:])


def counted(octets: bytes, at: int, *, size: int) -> tuple[bytes, int]:
    """Return what follows its own length, and where it ends; SealBroken if it is cut short."""
    begin = at + size
    end = begin + int.from_bytes(octets[at:begin], "big")
    if len(octets) < end:
        raise SealBroken("the envelope is cut short")
    return octets[begin:end], end


def new_private() -> bytes:
    """Return the seed of a new private key: 32 random octets."""
    return os.urandom(SEED)


def private_text(seed: bytes) -> str:
    """Return a private key as the one line that stands in a key file."""
    return PRIVATE_PREFIX + base64.b64encode(seed).decode() + "\n"


def parse_private(text: str) -> bytes:
    """Return the seed a line holds; NotAKey if it holds none."""
    seed = seal.decode_line(text, prefix=PRIVATE_PREFIX)
    if len(seed) != SEED:
        raise NotAKey(f"a private key has {SEED} octets")
    return seed


@lru_cache(maxsize=KEYS)
def grown(seed: bytes) -> tuple[str, hpke.MLKEM768X25519PrivateKey]:
    """Return the id and the private key that grow from a seed.

    Kept, since a case with thirty entries is opened by one key, and to grow it costs more than to
    open. Whoever could read what is kept could read the seeds, which this process has anyway.
    """
    return seal.key_id(public_of(seed)), private_key(seed)


def public_of(seed: bytes) -> bytes:
    """Return the public key that belongs to a seed."""
    lattice, curve = grow(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def private_key(seed: bytes) -> hpke.MLKEM768X25519PrivateKey:
    """Return the private key that grows from a seed."""
    return hpke.MLKEM768X25519PrivateKey(*grow(seed))


def grow(seed: bytes) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    """Expand a seed into the two private keys, as the X-Wing draft does (SHAKE-256, 96 octets)."""
    if len(seed) != SEED:
        raise NotAKey(f"a private key has {SEED} octets")
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        x25519.X25519PrivateKey.from_private_bytes(expanded[64:]),
    )
