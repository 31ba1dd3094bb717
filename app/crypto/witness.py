"""The key that anchors of the audit trail are signed with, apart from all others.

Ed25519, RFC 8032. It opens nothing. Whoever has it can sign an anchor that says something else; so
the relay alone holds it, who can change nothing in the trail.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.crypto.seal import decode_line, key_id
from app.errors import NotAKey

__all__ = ["is_signed", "key_id", "new_private", "parse_private", "parse_public", "public_of"]

OCTETS = 32
PRIVATE_PREFIX, PUBLIC_PREFIX = "skyddsnat-audit-private-1:", "skyddsnat-audit-public-1:"


def new_private() -> bytes:
    """Return a fresh private key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """Return the public key that belongs to a private one."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """Return the signature of a message, 64 octets."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is this message's, made with the private half of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def private_text(private: bytes) -> str:
    """Return a private key as the one line that stands in its file."""
    return PRIVATE_PREFIX + base64.b64encode(private).decode() + "\n"


def public_text(public: bytes) -> str:
    """Return a public key as the one line that stands in its file."""
    return PUBLIC_PREFIX + base64.b64encode(public).decode() + "\n"


def parse_private(text: str) -> bytes:
    """Return the private key a line holds; NotAKey if it holds none."""
    return _octets(text, PRIVATE_PREFIX)


def parse_public(text: str) -> bytes:
    """Return the public key a line holds; NotAKey if it holds none."""
    return _octets(text, PUBLIC_PREFIX)


def _octets(text: str, prefix: str) -> bytes:
    octets = decode_line(text, prefix=prefix)
    if len(octets) != OCTETS:
        raise NotAKey(f"such a key has {OCTETS} octets")
    return octets
