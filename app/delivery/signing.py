"""Signs what is posted, so that a receiver knows it is ours, whole and new.

This is Standard Webhooks 1.0 (standardwebhooks.com): three headers, of which the signature covers
the other two and the body octet by octet. Two secrets may be active, so that one can be changed
while the receiver still knows the other; each gives a signature of its own.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import NotAKey

Sign = Callable[[bytes], str]

SHARED, PRIVATE = "whsec_", "whsk_"
SHARED_OCTETS = range(24, 65)
SEED_OCTETS = 32


def signer(secret: str) -> Sign:
    """Return what signs with a secret: `whsec_` gives HMAC-SHA256 (v1), `whsk_` Ed25519 (v1a).

    After the prefix stands base64: 24 to 64 octets that are shared, or an Ed25519 seed of 32
    octets, with or without its public key after it. Anything else raises NotAKey, which does
    not repeat the secret.
    """
    text = secret.strip()
    if text.startswith(SHARED):
        shared = _octets(text.removeprefix(SHARED))
        if len(shared) not in SHARED_OCTETS:
            raise NotAKey("en signeringshemlighet är 24 till 64 oktetter")
        return lambda message: f"v1,{_base64(hmac.digest(shared, message, hashlib.sha256))}"
    if text.startswith(PRIVATE):
        return _ed25519(_octets(text.removeprefix(PRIVATE)))
    raise NotAKey(f"en signeringshemlighet börjar med {SHARED} eller {PRIVATE}")


def headers(
    signers: Sequence[Sign], *, message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the three headers for a body that is sent at this moment.

    `message_id` is what a receiver knows a repeat by: the same for every attempt. It holds no full
    stop, which is what parts the signed text.
    """
    if "." in message_id:
        raise ValueError("a full stop would let two messages have one signature")
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message_id.encode("ascii"), timestamp.encode("ascii"), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(sign(signed) for sign in signers),
    }


def _ed25519(octets: bytes) -> Sign:
    seed, public = octets[:SEED_OCTETS], octets[SEED_OCTETS:]
    if len(seed) != SEED_OCTETS:
        raise NotAKey("en Ed25519-nyckel är 32 oktetter, eller 64 med den öppna nyckeln")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    if public and public != key.public_key().public_bytes_raw():
        raise NotAKey("den öppna nyckeln hör inte till Ed25519-nyckeln")
    return lambda message: f"v1a,{_base64(key.sign(message))}"


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        # The cause would be harmless, but what comes of a secret is best kept short.
        raise NotAKey("en signeringshemlighet är base64 efter sitt förled") from None


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
