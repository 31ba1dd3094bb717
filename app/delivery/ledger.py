"""Links the audit trail's events in the order they are found, and drops an anchor every hour.

The relay does it, in a thread of its own: of those who are always at work it is the one that writes
few events, has no member of staff before it and reads no report. It may be killed anywhere: links
are stored a batch at a time, whole or not at all, and the next goes on from the last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event

from sqlalchemy.exc import IntegrityError

from app import logs
from app.clock import Clock
from app.errors import DatabaseUnavailable
from app.records import anchors, chain, pulse
from app.records.anchors import Anchor
from app.storage.database import Database

PAUSE = timedelta(seconds=5)

Send = Callable[[Anchor], None]
"""Takes an anchor to where the database's owner does not reach."""


@dataclass(slots=True)
class Ledger:
    """Who links and signs. Without a key (`private`) events are linked and nothing is signed."""

    database: Database
    clock: Clock
    private: bytes | None = None
    send: Send = lambda _: None
    _anchored_at: datetime | None = None
    _since: int = 0

    def run(self, stop: Event) -> None:
        """Link until stopped. Trouble is logged, and tried again."""
        while not stop.is_set():
            try:
                self.turn(stop)
            except DatabaseUnavailable:
                pass  # which says so itself
            except IntegrityError:
                pass  # another relay was first: what it stored is what we would have
            except Exception as fault:  # noqa: BLE001 - links that are no longer set must be heard of
                logs.failure("audit.not_linked", fault)
            stop.wait(PAUSE.total_seconds())

    def turn(self, stop: Event | None = None) -> int:
        """Link what waits, and anchor it when it is time; return how many links were set.

        IntegrityError when another does the same in the same moment.
        """
        done = self.link(stop)
        if self._is_due(self.clock.now()):
            done += self.link(stop, late=chain.VERY_LATE)
            self.anchor()
        now = self.clock.now()
        self.database.write_now(lambda connection: pulse.beat(connection, pulse.AUDIT, now=now))
        return done

    def link(self, stop: Event | None = None, *, late: int = chain.LATE) -> int:
        """Link what has no link; return how many."""
        done, more = 0, True
        while more and not (stop and stop.is_set()):
            asked = partial(chain.next_links, most=chain.AT_ONCE, late=late)
            if links := self.database.read_now(asked):
                self.database.write_now(partial(chain.append, links=links))
            done += len(links)
            self._since += len(links)
            more = len(links) == chain.AT_ONCE
            if self._since >= anchors.LINKS:
                self.anchor()
        return done

    def anchor(self) -> None:
        """Sign what the chain is, if there is a key, and send it away."""
        now = self.clock.now()
        self._anchored_at, self._since = now, 0
        if self.private is None:
            return
        drop = partial(anchors.drop, private=self.private, now=now)
        if anchor := self.database.write_now(drop):
            logs.event("audit.anchored", anchor=anchor.hash.hex())
            self.send(anchor)
        self.database.write_now(lambda connection: pulse.beat(connection, pulse.ANCHOR, now=now))

    def _is_due(self, now: datetime) -> bool:
        last = self._anchored_at
        # A clock that has been set back would else put off the next until it is there again.
        return last is None or not last <= now < last + anchors.EVERY


def to_folder(folder: Path) -> Send:
    """Return what adds each anchor, as a line, to a file in a folder. OSError when it cannot."""

    def send(anchor: Anchor) -> None:
        with (folder / "anchors.jsonl").open("a", encoding="ascii") as file:
            file.write(anchor.line() + "\n")

    return send
