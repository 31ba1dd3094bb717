"""Seal a report to those who may read it. Nothing here can open what it has sealed.

The envelope, version 1 (numbers are big-endian):

    "SKN" 0x01                            4 octets
    length of header, header              4 octets + canonical JSON (sorted keys, no blanks, UTF-8)
    number of recipients                  1 octet
    for each: length of key id, key id    1 octet + ASCII
              length of wrap, wrap        2 octets + HPKE output
    nonce, content                        12 octets + AES-256-GCM

The header says what the envelope is (`v`, `suite`, and the facts given by the sealer); it is not
secret, but it can not be changed. A fresh content key is wrapped for each recipient with HPKE (RFC
9180, one-shot base mode; suite "X1" is X-Wing = ML-KEM-768 with X25519, HKDF-SHA256, AES-256-GCM),
`info` being SHA-256 of the header followed by the key id: a wrap fits one envelope and one
recipient. The content is encrypted with HKDF-SHA256 of the content key, the header being associated
data, and is padded to steps of 4 kB (length in 4 octets, content, zeros). Key ids stand outside the
header, so that a wrap can be renewed for a new key without touching the content.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import NotAKey

MAGIC = b"SKN\x01"
VERSION = 1
SUITE = "X1"
SUITES = {
    "X1": hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
}
"""The only suites that are sealed with or opened."""

KEY = 32
NONCE = 12
LENGTH = 4
STEP = 4096
MLKEM_PUBLIC = 1184
PUBLIC = MLKEM_PUBLIC + 32
PUBLIC_PREFIX = "skyddsnat-public-1:"
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def seal(
    content: bytes, *, facts: Mapping[str, str | int], recipients: Mapping[str, bytes]
) -> bytes:
    """Return the content as an envelope that each recipient (key id to public key) can open alone.

    `facts` go into the header in clear. NotAKey when a public key is none, or there is nobody.
    """
    if not recipients:
        raise NotAKey("nobody could open it")
    header = canonical({**facts, "v": VERSION, "suite": SUITE})
    content_key, nonce = os.urandom(KEY), os.urandom(NONCE)
    wraps = [
        bytes([len(kid)])
        + kid.encode("ascii")
        + counted(
            SUITES[SUITE].encrypt(content_key, public_key(raw), wrap_info(header, kid)), size=2
        )
        for kid, raw in recipients.items()
    ]
    plain = counted(content, size=LENGTH)
    sealed = AESGCM(stretch(content_key)).encrypt(nonce, plain + bytes(-len(plain) % STEP), header)
    return b"".join([MAGIC, counted(header, size=4), bytes([len(wraps)]), *wraps, nonce, sealed])


def key_id(public: bytes) -> str:
    """Return what a public key is called: the first half of its SHA-256, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()[:32]


def public_text(public: bytes) -> str:
    """Return a public key as the one line that stands in a key file."""
    return PUBLIC_PREFIX + base64.b64encode(public).decode() + "\n"


def parse_public(text: str) -> bytes:
    """Return the public key a line holds; NotAKey if it holds none."""
    raw = decode_line(text, prefix=PUBLIC_PREFIX)
    public_key(raw)
    return raw


def decode_line(text: str, *, prefix: str) -> bytes:
    """Return the octets after the prefix of a key file's one line; NotAKey for anything else."""
    line = text.strip()
    if not line.startswith(prefix):
        raise NotAKey(f"a line that begins with {prefix} was expected")
    try:
        return base64.b64decode(line.removeprefix(prefix), validate=True)
    except binascii.Error as spoilt:
        raise NotAKey("the line is not whole") from spoilt


@lru_cache(maxsize=64)
def public_key(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    """Return a public key out of its octets: ML-KEM-768 (1 184), then X25519 (32)."""
    if len(raw) != PUBLIC:
        raise NotAKey(f"a public key has {PUBLIC} octets")
    try:
        return hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC]),
            x25519.X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC:]),
        )
    except ValueError as wrong:
        raise NotAKey("the octets are no public key") from wrong


def canonical(header: Mapping[str, str | int]) -> bytes:
    """Return JSON that can be written in one way only."""
    return CANONICAL.encode(header).encode()


def wrap_info(header: bytes, kid: str) -> bytes:
    return hashlib.sha256(header).digest() + kid.encode("ascii")


def stretch(content_key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY, None, b"skyddsnat content 1").derive(content_key)


def counted(content: bytes, *, size: int) -> bytes:
    return len(content).to_bytes(size, "big") + content
