"""What the answer of an HTTP receiver means for what was posted.

What is about this one report (the receiver can not read it) is refused for good; what is about the
receiver (its address, our credentials, its health) is tried again, so that everything that waits
flows by itself when it is put right. A redirect is never followed: one for good tells that the
address is wrong, which no waiting mends, so the destination is closed until a person has looked.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

from app.delivery.connector import Answer
from app.errors import DestinationClosed, PermanentFailure, TemporaryFailure

Confirm = Literal["on_200", "on_2xx", "by_callback"]
"""Which answer means that the receiver holds the report: every 2xx, every 2xx but 202 (which in RFC
9110, section 15.3.3, promises nothing), or none, because it says so itself later."""

WAIT_MOST = timedelta(hours=24)
"""How long a receiver may ask us to wait; after that we knock all the same."""

CLOSED: Mapping[int, str] = {
    HTTPStatus.GONE: "closed",
    HTTPStatus.MOVED_PERMANENTLY: "not_found",
    HTTPStatus.PERMANENT_REDIRECT: "not_found",
}
REFUSED = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
LATER: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "not_permitted",
    HTTPStatus.FORBIDDEN: "not_permitted",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "not_permitted",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.REQUEST_TIMEOUT: "timed_out",
    HTTPStatus.CONFLICT: "unavailable",  # most say so while an earlier attempt is still at work
    HTTPStatus.LOCKED: "unavailable",
    HTTPStatus.TOO_EARLY: "unavailable",
    HTTPStatus.TOO_MANY_REQUESTS: "full",
    HTTPStatus.NOT_IMPLEMENTED: "bad_answer",
    HTTPStatus.GATEWAY_TIMEOUT: "timed_out",
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED: "bad_answer",
    HTTPStatus.INSUFFICIENT_STORAGE: "full",
}
"""Reasons; every other 5xx is `unavailable`, and all else `bad_answer`."""


def verdict(status: int, headers: Mapping[str, str], *, confirm: Confirm, now: datetime) -> Answer:
    """Return what the receiver has made of it, or raise why it has not taken it.

    `headers` have names in small letters.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        sent = confirm == "by_callback" or (confirm == "on_200" and status == HTTPStatus.ACCEPTED)
        return Answer.SENT if sent else Answer.CONFIRMED
    if reason := CLOSED.get(status):
        raise DestinationClosed(f"delivery.reasons.{reason}")
    if status in REFUSED:
        raise PermanentFailure("delivery.reasons.refused")
    raise TemporaryFailure(f"delivery.reasons.{_later(status)}", retry_after(headers, now=now))


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long the receiver asks us to wait (RFC 9110, section 10.2.3): seconds or a date.

    Never less than nothing nor more than WAIT_MOST; None when it does not say, or not so that it
    can be understood.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        # Cut before it becomes a number: one of a thousand digits is a joke at our cost.
        wait = timedelta(seconds=int(text[:9]))
    else:
        try:
            at = parsedate_to_datetime(text)
            wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(wait, timedelta()), WAIT_MOST)


def _later(status: int) -> str:
    usual = "unavailable" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_answer"
    return LATER.get(status, usual)
