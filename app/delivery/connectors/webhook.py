"""Posts the report to an address of the municipality's own, as a signed CloudEvent.

The address is set and never followed anywhere else; `app.delivery.outward` sees to whom the
connection really goes. A receiver knows a repeat by `webhook-id`, the report's id. Of its answer
only the status and Retry-After are read: the body is thrown away unseen. docs/webhook.md tells a
receiver what to do.
"""

import ssl
from typing import Annotated, Self
from urllib.parse import urlsplit

import httpcore2
from pydantic import Field, Strict, model_validator

from app.clock import Clock
from app.delivery import options, signing
from app.delivery.connector import Answer, Envelope, Setup, SideBySide, connector
from app.delivery.event import event
from app.delivery.outward import Outward, Patience, Side
from app.delivery.verdict import Confirm, verdict
from app.errors import BadOptions, NotAKey, PermanentFailure, TemporaryFailure

IDLE_SECONDS = 15
"""How long an unused connection is kept: shorter than what most receivers close after."""

BODY_MOST = 65_536
"""How many octets of an answer are let past to be able to use its connection again."""

HEADERS = [("content-type", "application/cloudevents+json"), ("user-agent", "skyddsnat")]

Listed = Strict(strict=False)  # TOML has lists


class Options(options.Options):
    """What stands under [destinations.<name>.options]. Explained in docs/webhook.md."""

    url: str
    confirm: Confirm = "on_200"
    hosts: Annotated[frozenset[str], Listed] = frozenset()
    allow_private: bool = False
    ca: str | None = None
    at_once: int = Field(default=8, ge=1, le=64)
    connect_seconds: float = Field(default=5, gt=0, le=10)
    whole_seconds: float = Field(default=20, gt=0, le=25)

    @model_validator(mode="after")
    def _the_address_can_be_posted_to(self) -> Self:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ValueError("url är ingen adress") from None
        if parts.scheme not in {"http", "https"} or not host:
            raise ValueError("url ska vara en hel adress som börjar med https://")
        if "@" in parts.netloc or "#" in self.url or not self.url.isascii() or " " in self.url:
            raise ValueError("url får inte ha användarnamn, #, blanksteg eller å, ä, ö")
        if parts.scheme == "http" and not self.allow_private:
            raise ValueError("url får börja med http:// bara inom det egna nätet (allow_private)")
        if self.hosts and host not in self.hosts:
            raise ValueError("värden i url står inte bland hosts")
        return self

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def sides(self) -> frozenset[Side]:
        """Where the receiver may be. What goes in clear stays within the house."""
        if self.url.startswith("http:"):
            return frozenset({Side.INNER})
        return frozenset({Side.PUBLIC, Side.INNER} if self.allow_private else {Side.PUBLIC})


@connector("webhook", options=Options)
def webhook(setup: Setup) -> SideBySide:
    """Build the connector; BadOptions when settings, certificate or secrets can not be right."""
    chosen = options.read(Options, setup.destination, setup.options)
    secrets = [setup.need_secret("signing-1"), setup.secret("signing-2")]
    try:
        signers = [signing.signer(secret) for secret in secrets if secret]
        trust = ssl.create_default_context(cafile=chosen.ca)
    except NotAKey as refused:
        raise BadOptions(setup.destination, str(refused)) from None
    except (OSError, ValueError) as unreadable:
        why = "ca är ingen läsbar fil med certifikat"
        raise BadOptions(setup.destination, why) from unreadable
    post = Post(chosen, trust, signers, setup.clock)
    return SideBySide(post, at_once=chosen.at_once, close=post.close)


class Post:
    """Posts one envelope at a time from each thread, over connections that are kept."""

    def __init__(
        self, chosen: Options, trust: ssl.SSLContext, signers: list[signing.Sign], clock: Clock
    ) -> None:
        self._options, self._signers, self._clock = chosen, signers, clock
        self._outward = Outward(hosts={chosen.host}, sides=chosen.sides)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust,
            max_connections=chosen.at_once * 2,  # those whom the relay left behind may hold some
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._outward,
        )
        self._patience = Patience()
        step = chosen.connect_seconds
        self._steps = {"connect": step, "pool": step, "write": None, "read": None}

    def __call__(self, envelope: Envelope) -> Answer:
        """Post it and return what the receiver made of it, or raise why it was not taken."""
        if envelope.content is None:
            raise PermanentFailure("delivery.reasons.fault")
        if self._patience.is_out:
            raise TemporaryFailure("delivery.reasons.unavailable")  # it has not hung on this one
        body = event(envelope)
        now, begun = self._clock.now(), self._patience.begin()
        signed = signing.headers(
            self._signers, message_id=str(envelope.submission_id), at=now, body=body
        )
        try:
            with self._outward.within(self._options.whole_seconds):
                status, said = self._exchange(body, signed)
        except httpcore2.TimeoutException as late:
            self._patience.unanswered(begun)
            raise TemporaryFailure("delivery.reasons.timed_out") from late
        except httpcore2.ProtocolError as strange:
            raise TemporaryFailure("delivery.reasons.bad_answer") from strange
        except httpcore2.NetworkError as away:
            untrusted = any(isinstance(each, ssl.SSLCertVerificationError) for each in chain(away))
            reason = "untrusted" if untrusted else "unavailable"
            raise TemporaryFailure(f"delivery.reasons.{reason}") from away
        self._patience.answered()
        return verdict(status, said, confirm=self._options.confirm, now=now)

    def close(self) -> None:
        self._pool.close()

    def _exchange(self, body: bytes, signed: dict[str, str]) -> tuple[int, dict[str, str]]:
        headers: list[tuple[bytes | str, bytes | str]] = [*HEADERS, *signed.items()]
        with self._pool.stream(
            "POST",
            self._options.url,
            headers=headers,
            content=body,
            extensions={"timeout": self._steps},
        ) as answer:
            said = {
                name.decode("ascii").lower(): value.decode("latin-1")
                for name, value in answer.headers
            }
            let_past(answer)
        return answer.status, said


def let_past(answer: httpcore2.Response) -> None:
    """Read a short body to its end, so that the connection can be used again; leave a long one.

    The answer has been given already: a body that breaks off changes nothing.
    """
    try:
        octets = 0
        for piece in answer.iter_stream():
            octets += len(piece)
            if octets > BODY_MOST:
                return
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
        return


def chain(error: BaseException) -> list[BaseException]:
    """The error and everything it came of."""
    found = [error]
    while cause := found[-1].__cause__ or found[-1].__context__:
        found.append(cause)
    return found
