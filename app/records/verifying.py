"""Walks the audit trail's chain from the oldest kept link and says what is not as it was written.

Every link is reckoned anew from its event and the link before it, as that is stored: so each fault
is found where it is, and what follows it is still tried. Then the chain is held to every anchor,
those kept outside too. What law lets go in time is gone from the beginning, up to an anchor that is
old enough to have let it go.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.records import anchors, chain
from app.records.anchors import Anchor
from app.storage.append_only import KEPT_SECONDS
from app.storage.columns import EPOCH, MICROSECOND
from app.storage.tables import audit_events, audit_links

AT_ONCE = 5_000
SOON = timedelta(minutes=10)
"""So long an event may wait for its link."""
ASKEW = timedelta(hours=2)
"""So much earlier than what was signed before it an event may say that it happened."""
TOLD_MOST = 1_000
"""So many events without a link are told of."""
KEPT = timedelta(seconds=KEPT_SECONDS)

Tell = Callable[[int, int], None]
"""Told how many links are tried, and of how many."""


class Kind(StrEnum):
    """What may be wrong."""

    CHANGED = "changed"
    """The link does not fit its event and the link before it: one of them is another."""
    EVENT_GONE = "event_gone"
    """A link whose event is not there."""
    LINKS_GONE = "links_gone"
    """Places in the chain that are empty."""
    NOT_LINKED = "not_linked"
    """An event that no link speaks of, although it has had the time."""
    TOO_OLD = "too_old"
    """An event that says it happened long before what was signed before it."""
    BEGINNING_GONE = "beginning_gone"
    """The chain does not begin where it began, and no anchor has let the beginning go."""
    CUT_SHORT = "cut_short"
    """An anchor speaks of more links than there are."""
    OTHER_CHAIN = "other_chain"
    """An anchor's last link is another than the one in its place."""
    NOT_SIGNED = "not_signed"
    """An anchor whose signature is not by one of the keys that are known."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where: place in the chain, event, moment, as far as known."""

    kind: Kind
    position: int | None = None
    event_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `waiting` events are so new that they have not got their link yet."""

    first: int
    last: int
    anchors: int
    waiting: int
    faults: tuple[Fault, ...]


def verify(
    connection: Connection,
    *,
    keys: Mapping[str, bytes],
    outside: Iterable[Anchor] = (),
    now: datetime,
    tell: Tell = lambda *_: None,
) -> Verdict:
    """Try the whole chain, and say everything that is wrong with it.

    `keys` are the public keys that anchors may be signed with, by their ids; `outside` are anchors
    that were kept elsewhere.
    """
    while True:
        base, end = first(connection), chain.tail(connection)
        known = dict.fromkeys([*anchors.everyone(connection), *outside])
        walk = Walk(base, {each for each in known if each.is_genuine(keys)}, now)
        faults = [
            *(
                Fault(Kind.NOT_SIGNED, each.position, at=each.at)
                for each in known
                if not each.is_genuine(keys)
            ),
            *walk.beginning(),
        ]
        for row in links(connection, walk.position):
            faults += walk.step(row)
            if row.position % AT_ONCE == 0:
                tell(row.position - base.position, max(end.position - base.position, 1))
        faults += walk.end()
        late, waiting = unlinked(connection, now)
        faults += [Fault(Kind.NOT_LINKED, event_id=row.id, at=moment(row.at)) for row in late]
        # Unless retention took away the beginning meanwhile: then it is another chain to walk.
        if first(connection) == base:
            return Verdict(walk.first, walk.position, len(known), waiting, tuple(faults))


class Walk:
    """Goes along the chain, link by link, and remembers what it must."""

    def __init__(self, base: chain.Tail, genuine: Collection[Anchor], now: datetime) -> None:
        self._base, self._now = base, now
        self._anchors: defaultdict[int, list[Anchor]] = defaultdict(list)
        for each in genuine:
            self._anchors[each.position].append(each)
        self.position, self._before = (base.position, base.hash) if base.position > 1 else START
        self.first = self.position + 1
        # The latest that any event said, and the latest of them that was signed: bound by when, so
        # that one with a time to come makes none of the rest too old.
        self._latest = self._signed = EPOCH

    def beginning(self) -> Iterator[Fault]:
        """Yield what is wrong if the chain does not begin at its first link."""
        if self._base.position <= 1:
            return
        here = self._anchors[self._base.position]
        if not any(each.at <= self._now - KEPT for each in here):
            yield Fault(Kind.BEGINNING_GONE, self._base.position)
        yield from self._held(self._base.position, self._base.hash)

    def step(self, row: Row[Any]) -> Iterator[Fault]:
        """Yield what is wrong with the next link, or with what should have been before it."""
        jumped = row.position != self.position + 1
        if jumped:
            yield Fault(Kind.LINKS_GONE, self.position + 1)
        event = dict(zip(chain.COLUMNS, row[BESIDE:], strict=True))
        if row.id is None:
            yield Fault(Kind.EVENT_GONE, row.position, row.event_id)
        else:
            at = moment(row.at)
            if not jumped and chain.link(self._before, event) != row.hash:
                yield Fault(Kind.CHANGED, row.position, row.event_id, at)
            self._latest = max(self._latest, at)
            if at < self._signed - ASKEW:
                yield Fault(Kind.TOO_OLD, row.position, row.event_id, at)
        self.position, self._before = row.position, row.hash
        yield from self._held(row.position, row.hash)

    def end(self) -> Iterator[Fault]:
        """Yield the anchors that speak of more than there was."""
        for position in sorted(each for each in self._anchors if each > self.position):
            for each in self._anchors[position]:
                yield Fault(Kind.CUT_SHORT, position, at=each.at)

    def _held(self, position: int, link: bytes) -> Iterator[Fault]:
        for each in self._anchors.get(position, ()):
            if each.hash != link:
                yield Fault(Kind.OTHER_CHAIN, position, at=each.at)
            self._signed = max(self._signed, min(self._latest, each.at))


START = (0, chain.START)
BESIDE = len(audit_links.c)
"""So many columns of the link stand before those of its event."""


def first(connection: Connection) -> chain.Tail:
    """Return the oldest kept link. Of an empty chain, place 0."""
    asked = select(audit_links).order_by(audit_links.c.position).limit(1)
    row = connection.execute(asked).one_or_none()
    return chain.Tail(row.position, row.hash) if row else chain.Tail(0, chain.START)


def links(connection: Connection, after: int) -> Iterator[Row[Any]]:
    """Yield every link after a place, in order, with its event beside it if that is there."""
    event = audit_events.c.id == audit_links.c.event_id
    asked = (
        select(audit_links, *chain.COLUMNS.values())
        .outerjoin(audit_events, event)
        .order_by(audit_links.c.position)
        .limit(AT_ONCE)
    )
    while rows := connection.execute(asked.where(audit_links.c.position > after)).all():
        yield from rows
        after = rows[-1].position


def unlinked(connection: Connection, now: datetime) -> tuple[Sequence[Row[Any]], int]:
    """Return events that have waited too long for a link, the first of them, and how many not."""
    soon = audit_events.c.at >= now - SOON
    late = connection.execute(chain.unlinked().where(~soon).limit(TOLD_MOST)).all()
    rest = select(func.count()).select_from(chain.unlinked().where(soon).subquery())
    return late, connection.execute(rest).scalar_one()


def moment(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND
