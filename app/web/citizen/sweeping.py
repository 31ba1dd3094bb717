"""Removes drafts and receipts whose time is out, every few minutes while the site runs.

Nobody can open them any longer, but they lie there: the night is too long to wait, both for those
who wrote them and for a disk that somebody tries to fill.
"""

from functools import partial

from app.intake import drafts
from app.web.citizen.parts import Parts
from app.web.http.meanwhile import meanwhile

EVERY = 300.0
"""Seconds."""


async def sweep(parts: Parts) -> int:
    """Remove what has run out, and leave no trace of it; return how many there were."""
    now = parts.clock.now()
    gone = await parts.database.write(lambda connection: drafts.sweep(connection, now=now))
    if gone:
        await parts.database.forget()
    return gone


sweeping = meanwhile("web.not_swept", lambda app: partial(sweep, app.state.parts), every=EVERY)
