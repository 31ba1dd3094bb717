"""A connection that must say what it wants in time, and that is let in only by what can be read.

uvicorn's protocol for httptools answers; here is what it leaves out. It waits for ever for what
never comes, has no limit for a head, goes on to what follows a request that it could not read, and
takes what stands after the last chunk for headers.
"""

import asyncio
from enum import Enum

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.web.http import head
from app.web.http.doors import Doors
from app.web.http.gathered import Gathered
from app.web.http.head import NotLetIn, Refused

HEADERS_WITHIN = 5.0
BODY_WITHIN = 15.0
"""Seconds for a body, whichever way it goes."""
GONE_WITHIN = 2.0
"""Seconds for the other side to hear the last we say, before the connection is cut."""

LEAST_SHARE = 16
"""Of so many octets in chunks, at least one must be of the body: one octet a chunk takes six."""
MOST_ENDS = 1_000
"""Empty lines in a body in chunks, which no browser sends: each stops the parser once."""
SORRY = (
    "Det som skickades kom inte fram som det skulle. Gå tillbaka och försök igen. "
    "Är ett barn i fara: ring 112.\n"
).encode()
"""For whoever no page can be made for, since it is not known what they asked for."""
SORRY_HEADERS = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"%d" % len(SORRY)),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
LATE = Refused(408, "late")


class Step(Enum):
    """What a connection does next."""

    IDLE = "it may ask for something"
    HEAD = "it has begun to say what it wants"
    BODY = "it has yet to send the whole body"
    ANSWER = "it waits for us"
    GONE = "nothing more that it says is listened to"


class Guarded(HttpToolsProtocol):
    """A connection that must say what it wants in time, and one thing at a time."""

    server_state: Doors
    transport: Gathered  # type: ignore[assignment] # it does as one
    step = Step.IDLE
    _awaited: Step | None = None
    _begun = b""  # what has come of a head
    _left: int | None = 0  # octets of the body that have not come; None when it is in chunks
    _seam = b""  # the last octets of the chunks that have come
    _ends = 0  # how often they might have ended
    _unheard = 0  # octets of chunks that have given nothing of the body
    _kept = b""  # what came after the request that is being answered
    _stays = False  # whether the connection goes on after the answer
    _heard_out = False

    # What the event loop tells us

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(Gathered(transport, self.loop))  # type: ignore[arg-type]
        self._watch()
        self.server_state.make_room()

    def data_received(self, data: bytes) -> None:
        try:
            self._read(data)
        except NotLetIn as refused:
            self._refuse(refused.why)
        self._watch()

    def eof_received(self) -> bool:  # type: ignore[override]
        # Who has asked, and then says that there is no more, is answered.
        self._heard_out = True
        return self.step is Step.ANSWER

    def connection_lost(self, exc: Exception | None) -> None:
        self.step = Step.GONE
        self._wait_for(None)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._watch()

    def shutdown(self) -> None:
        self._stays = False
        super().shutdown()

    # A request comes in

    def _read(self, data: bytes) -> None:
        while data and self.step is not Step.GONE:
            if self.step is Step.ANSWER:
                # One at a time. So what follows a request that is refused is never looked at.
                self._kept += data
                self.flow.pause_reading()
                return
            data = self._read_body(data) if self.step is Step.BODY else self._read_head(data)

    def _read_head(self, data: bytes) -> bytes:
        # Some send an empty line after a form (RFC 9112, 2.2).
        begun = (self._begun + data).removeprefix(b"\r\n")
        end = begun.find(head.END) + len(head.END)
        if end < len(head.END):
            self._begun = begun
            self.step = Step.HEAD if begun else Step.IDLE
            if begun and begun != b"\r":
                head.look_at(begun)
            return b""
        self._begun, whole = b"", begun[:end]
        head.look_at(whole)
        whole, self._left = head.understand(whole)
        self._parse(whole)
        if self.step is not Step.BODY and self.step is not Step.ANSWER:
            raise NotLetIn(400, "malformed")
        return begun[end:]

    def _read_body(self, data: bytes) -> bytes:
        if self._left is None:
            return self._read_chunks(data)
        part = data[: self._left]
        self._left -= len(part)
        self._parse(part)
        return data[len(part) :]

    def _read_chunks(self, data: bytes) -> bytes:
        # The last chunk ends as a head does. The parser is stopped wherever that may be, so that
        # it never begins on what follows.
        seen, at, look = self._seam + data, len(self._seam), 0
        octets = memoryview(seen)
        while at < len(seen) and self.step is Step.BODY:
            found = seen.find(head.END, look)
            end = len(seen) if found < 0 else found + len(head.END)
            self._ends += found >= 0
            self._unheard += end - at
            self._parse(octets[at:end])
            too_much = self._unheard > head.LONGEST_HEADERS or self._ends > MOST_ENDS
            if too_much and self.step is Step.BODY:
                raise NotLetIn(431, "chunks")
            at, look = end, end - len(head.END) + 1
        self._seam = seen[1 - len(head.END) :]
        return seen[at:]

    def _parse(self, octets: bytes | memoryview) -> None:
        try:
            self.parser.feed_data(octets)
        except httptools.HttpParserInvalidMethodError:
            raise NotLetIn(501, "method") from None
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            raise NotLetIn(400, "malformed") from None

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.step = Step.BODY
        self.headers = []  # what may stand after the last chunk goes nowhere
        self._seam, self._ends, self._unheard = b"", 0, 0
        self._stays, self.cycle.keep_alive = self.cycle.keep_alive, False
        self.transport.unread = True

    def on_body(self, body: bytes) -> None:
        self._unheard = max(0, self._unheard - LEAST_SHARE * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.step = Step.ANSWER
        # Who is answered before the whole request has come, is told that the connection ends.
        self.cycle.keep_alive = self._stays
        self.transport.unread = False
        super().on_message_complete()

    # An answer goes out

    def on_response_complete(self) -> None:
        self.transport.flush()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self.step = Step.GONE
        else:
            self.step, kept, self._kept = Step.IDLE, self._kept, b""
            self.flow.resume_reading()
            if kept:
                self.data_received(kept)
            if self._heard_out and self.step is not Step.ANSWER:
                self.transport.close()
        self._watch()

    def turn_away(self, *, at_once: bool = False) -> None:
        """End the connection: it has been waited for long enough, or another needs the place."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self.transport.abort()
        elif self.step is Step.IDLE:
            self.transport.close()
        else:
            self._refuse(LATE, linger=not at_once)
        if at_once:
            self.connections.discard(self)
        self._watch()

    def _refuse(self, why: Refused, *, linger: bool = True) -> None:
        self.server_state.tell(self.loop, why)
        half_asked, self.step = self.step is Step.BODY, Step.GONE
        if half_asked:
            # Whoever waits for the rest of the body is told that it does not come.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if half_asked and self.cycle.response_started:
            self.transport.abort()
            return
        self.transport.write(_refusal(why.status, self.server_state.default_headers))
        self.transport.unread = linger
        self.flow.resume_reading()
        self.transport.close()

    # How long there is to wait

    def _watch(self) -> None:
        if self.transport.is_closing():
            self._wait_for(None if self.transport.is_closed() else Step.GONE)
        elif self.flow.write_paused:
            self._wait_for(Step.ANSWER)
        else:
            self._wait_for(None if self.step is Step.ANSWER else self.step)

    def _wait_for(self, step: Step | None) -> None:
        if step is self._awaited:
            return
        self._awaited = step
        self.server_state.waiting.pop(self, None)
        if step is not None:
            self.server_state.wait_for(self, patience=_patience(step))


def _patience(step: Step) -> float:
    if step is Step.BODY or step is Step.ANSWER:
        return BODY_WITHIN
    return GONE_WITHIN if step is Step.GONE else HEADERS_WITHIN


def _refusal(status: int, usual: list[tuple[bytes, bytes]]) -> bytes:
    headers = [*usual, *SORRY_HEADERS, (b"connection", b"close")]
    lines = b"".join(b"%b: %b\r\n" % each for each in headers)
    return b"%b%b\r\n%b" % (STATUS_LINE[status], lines, SORRY)
