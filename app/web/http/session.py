"""The one cookie, and the tokens that prove a form was ours.

The cookie is a random secret and nothing else: it opens the drafts of this
browser, lives no longer than the browser, and is never stored by us. A form
carries a token signed with that secret, new on every page, so that another site
can neither forge one nor learn it from the size of a compressed page (BREACH).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from fastapi import Request, Response
from itsdangerous import Signer

SECRET_BYTES = 32
NONCE_BYTES = 9


def cookie_name(name: str, *, secure: bool) -> str:
    """Return the cookie's name: `__Host-` demands Secure; loopback has neither (RFC 6265bis)."""
    return f"__Host-{name}" if secure else name


def secret_of(request: Request, name: str, *, secure: bool) -> bytes | None:
    """Return the secret in the browser's cookie; None when it holds none that could be ours."""
    # Base64 needs none of what a parser of every cookie does.
    ours = cookie_name(name, secure=secure) + "="
    sent = request.headers.get("cookie", "").split(";")
    value = next((each.strip() for each in sent if each.strip().startswith(ours)), "")
    value = value.removeprefix(ours)
    try:
        secret = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def written(secret: bytes) -> str:
    """Return a secret as a cookie holds it."""
    return urlsafe_b64encode(secret).decode().rstrip("=")


def give(
    response: Response,
    name: str,
    value: str,
    *,
    secure: bool,
    good_for: timedelta | None = None,
    samesite: Literal["strict", "lax"] = "strict",
) -> None:
    """Put a secret in the browser for as long as it stays open, or for so long.

    One that is `lax` comes along when another site leads here, too.
    """
    response.set_cookie(
        cookie_name(name, secure=secure),
        value,
        httponly=True,
        secure=secure,
        samesite=samesite,
        path="/",
        max_age=None if good_for is None else int(good_for.total_seconds()),
    )


def forget(response: Response, name: str, *, secure: bool) -> None:
    """Take the cookie away."""
    response.delete_cookie(
        cookie_name(name, secure=secure), secure=secure, httponly=True, samesite="strict"
    )


def token(secret: bytes, random: Callable[[int], bytes]) -> str:
    """Return a new token for a form."""
    return Signer(secret, salt="token").sign(random(NONCE_BYTES).hex()).decode("ascii")


def is_token(secret: bytes, value: str) -> bool:
    """Tell whether a posted token was signed with this browser's secret."""
    return Signer(secret, salt="token").validate(value)
