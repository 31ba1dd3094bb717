"""What a search found, kept in the browser alone, some minutes, and opened only by the session.

The box is in a cookie, the key to it grows from the session's own secret in the database: neither
says anything without the other, and nothing of it is ever stored here. The address of the result
is a number drawn by chance, to which the box is bound.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import timedelta

from fastapi import Request, Response

from app.casework.access import Staff
from app.casework.searching import Found, Hit, Way
from app.crypto import draft_box
from app.crypto.draft_box import DraftKey
from app.errors import SealBroken
from app.web.http import session
from app.web.staff.desk import Desk

COOKIE = "sokning"
GOOD_FOR = timedelta(minutes=10)
ID_BYTES = 12
PURPOSE = "search"


def give(response: Response, desk: Desk, staff: Staff, result_id: str, found: Found) -> None:
    """Put what was found in the browser, in place of what the search before it found."""
    until = int((desk.clock.now() + GOOD_FOR).timestamp())
    kept = json.dumps(
        [until, found.more, *((hit.reference, hit.way) for hit in found.hits)]
    ).encode()
    box = draft_box.close(key_of(staff), kept, place=result_id)
    value = urlsafe_b64encode(box).decode("ascii").rstrip("=")
    session.give(response, COOKIE, value, secure=desk.secure, good_for=GOOD_FOR)


def taken(request: Request, desk: Desk, staff: Staff, result_id: str) -> Found | None:
    """Return what a search found; None when it was another's, or its minutes are over."""
    kept = request.cookies.get(session.cookie_name(COOKIE, secure=desk.secure), "")
    try:
        box = urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
        until, more, *hits = json.loads(draft_box.open_box(key_of(staff), box, place=result_id))
    except (Error, ValueError, SealBroken):
        return None
    if desk.clock.now().timestamp() >= until:
        return None
    return Found(tuple(Hit(reference, Way(way)) for reference, way in hits), more)


def key_of(staff: Staff) -> DraftKey:
    return draft_box.key(staff.csrf.encode(), PURPOSE)
