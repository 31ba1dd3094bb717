"""Where a case has been handed over, and how far it has come, on the case's own page."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from app.casework import handing, opening
from app.casework.access import Staff
from app.casework.handing import Handing
from app.casework.opening import ReadItem
from app.casework.seeing_to import BY_ANOTHER_WAY
from app.records.sent import Sent
from app.web.shown import words
from app.web.shown.views import RowView
from app.web.staff.desk import Desk

STUCK = "/inkorg/leveranser"


def rows(desk: Desk, read: ReadItem) -> Iterator[RowView]:
    """Yield each system that gets what the report says, and what is known of it there."""
    places = desk.municipality.destinations
    for one in read.sent:
        place = places.get(one.destination)
        if place is not None and not place.carries:
            continue
        name = (place.name if place else "") or one.destination
        waits = one.attention_at and not one.confirmed_at and not one.released_at
        href = f"{STUCK}/{read.item.reference}/{one.destination}" if waits else ""
        yield RowView(name, (says(desk, one),), href)


def says(desk: Desk, one: Sent) -> str:
    """Return how far it has come: there, handed over by somebody, stuck, or on its way."""
    t = desk.t

    def at(moment: datetime) -> str:
        return words.moment(moment.astimezone(desk.municipality.zone), t)

    if one.confirmed_at:
        return t("staff.handed.received", time=at(one.confirmed_at))
    if one.released_at and one.reason == BY_ANOTHER_WAY:
        return t("staff.handed.rerouted", time=at(one.released_at))
    if one.released_at:
        by_whom = t("staff.handed.by_hand", name=one.released_by or "", time=at(one.released_at))
        return f"{by_whom}: {one.reason}"
    if one.attention_at:
        return t("staff.handed.stuck", time=at(one.attention_at))
    return t("staff.handed.waits", time=at(one.queued_at))


async def sealed(desk: Desk, staff: Staff, reference: str, to: str) -> Handing | None:
    """Return a case sealed to a destination; None where nothing of it can be carried there.

    It passes through this process, that alone has the key, and nobody is shown it. NotARecipient
    when some of it can not be read.
    """
    seal = desk.sealers.get(to)
    if seal is None:
        return None
    found = await desk.database.read(
        lambda connection: opening.lying(connection, staff=staff, reference=reference)
    )
    if found is None:
        return None
    return await asyncio.to_thread(
        lambda: handing.sealed(opening.unsealed(found, desk.keys), to, seal)
    )
