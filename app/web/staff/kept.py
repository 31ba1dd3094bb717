"""What staff had written when their session ran out: kept a while, and there when they are back.

Only who wrote it, in the same unit and the same browser, is given it back, and it is no part of the
case before they save it (`app.casework.unsaved`).
"""

from fastapi import Request, Response

from app.casework import admissions, unsaved
from app.casework.access import Staff
from app.casework.unsaved import Unsaved
from app.web.form.taking import OWN
from app.web.http import session
from app.web.staff.desk import Desk, cookie_of, desk_of

COOKIE = "skrivet"
VERSION = "_version"


async def keep(request: Request, response: Response) -> None:
    """Keep what was posted to a page where staff write, for who had the session that ran out."""
    desk, inputs = desk_of(request), getattr(request.state, "inputs", {})
    typed = {name: values for name, values in inputs.items() if name not in OWN}
    wrote = any(any(values) for name, values in typed.items() if name != VERSION)
    if request.method != "POST" or not wrote:
        return
    cookie, now = cookie_of(request, desk), desk.clock.now()
    who = await desk.database.read(lambda connection: unsaved.whose(connection, cookie))
    if who is None:
        return
    secret = desk.random(session.SECRET_BYTES)
    key, words = unsaved.key_of(secret), Unsaved(*who, request.url.path, typed)
    if await desk.database.write(lambda c: unsaved.keep(c, key, words, now=now)):
        written = session.written(secret)
        session.give(response, COOKIE, written, secure=desk.secure, good_for=unsaved.KEPT)


def is_there(request: Request, desk: Desk) -> bool:
    """Tell whether this browser has the key to something; whose it is shows when they are back."""
    return session.secret_of(request, COOKIE, secure=desk.secure) is not None


async def words(request: Request, desk: Desk, staff: Staff) -> Unsaved | None:
    """Return what this member of staff wrote in this browser and could not save; None if nothing.

    It costs nothing when the browser has none of it.
    """
    secret = session.secret_of(request, COOKIE, secure=desk.secure)
    if secret is None:
        return None
    key, now = unsaved.key_of(secret), desk.clock.now()
    found = await desk.database.read(lambda connection: unsaved.load(connection, key, now=now))
    unit = admissions.at_home(staff).unit
    theirs = found is not None and (found.subject, found.unit) == (staff.subject, unit)
    return found if theirs else None


async def forget(request: Request, desk: Desk, response: Response) -> None:
    """Take what was kept away: it has been saved."""
    secret = session.secret_of(request, COOKIE, secure=desk.secure)
    if secret is not None:
        key = unsaved.key_of(secret)
        await desk.database.write(lambda connection: unsaved.forget(connection, key))
        session.forget(response, COOKIE, secure=desk.secure)
