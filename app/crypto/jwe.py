"""Seal a report to another system's own public key, in the form that other systems can open.

The form is a compact JWE (RFC 7516) with ECDH-ES+A256KW and A256GCM on P-256 (RFC 7518), which
every larger platform has a library for. It is not post-quantum, as our own envelope is: what goes
out is protected by its transport as well. Nothing here can open what it has sealed.
"""

import json
from collections.abc import Callable

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from app.errors import NotAKey

WRAP, CIPHER, CURVE = "ECDH-ES+A256KW", "A256GCM", "P-256"
ALGORITHMS = [WRAP, CIPHER]

Sealer = Callable[[bytes], bytes]


def sealer(jwk: str) -> Sealer:
    """Return what seals octets to the public key that a JWK (RFC 7517) holds: ASCII octets.

    The key's `kid` stands in the header, or its thumbprint (RFC 7638) where it names none. NotAKey
    when the text is no P-256 key, or when it holds a private key: that one shall never be here.
    """
    try:
        found = json.loads(jwk)
        if not isinstance(found, dict):
            raise NotAKey("the text is no JWK")
        key = ECKey.import_key(found)
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise NotAKey("the text is no JWK of an elliptic curve") from wrong
    if key.curve_name != CURVE:
        raise NotAKey(f"the key is not on {CURVE}")
    if key.is_private:
        raise NotAKey("the key is private, and its owner must keep it")
    header = {
        "alg": WRAP,
        "enc": CIPHER,
        "kid": key.kid or key.thumbprint(),
        "cty": "application/json",
    }

    def seal(content: bytes) -> bytes:
        # The library writes the one-time key into the header it is given and reads it from there
        # again, so two that seal at the same moment must not share a header.
        own = dict(header)
        return jwe.encrypt_compact(own, content, key, algorithms=ALGORITHMS).encode("ascii")

    return seal
