"""Tells the unit's on-call group that something has come: that, and nothing else.

Mail is read by everybody on its way, so there is not a word of what has come: no content, no name,
no form, no unit and no reference, neither in the letter nor in its headers. It goes over TLS to a
server whose certificate is verified, or not at all.

Each of the group gets a letter of its own. One address that is refused stops nobody else's, and is
yet a failure: somebody who should have been told has not been. What was told is remembered as long
as the relay runs, so a repetition writes only to those who were left out; after a restart a letter
may come twice, which is better than none.
"""

import secrets
import smtplib
import socket
import ssl
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from threading import Event, Lock, Timer
from typing import Literal, Self
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, field_validator, model_validator

from app.delivery import options
from app.delivery.connector import Answer, Envelope, Say, Setup, connector
from app.errors import BadOptions, DeliveryFailure, PermanentFailure, TemporaryFailure

SUBJECTS = {
    "new": "Ett nytt ärende finns i inkorgen",
    "late": "En tid i inkorgen går ut eller har gått ut",
    "emergency": "Någon har släppts in med nödlösning eller nödläge",
}
THEN = {
    "new": "läsa det",
    "late": "se vilket ärende det gäller",
    "emergency": "granska vad som har lästs",
}
BODY = """\
{subject}.

Logga in för att {then}:
{link}

Det här är ett automatiskt meddelande och går inte att svara på.
"""

MOST = 50
REMEMBERED = 20_000
"""How many letters are remembered as sent, so that a repetition tells nobody twice."""

TAKEN = {250, 251}
FULL = {422, 452, 552}
LOGIN_WANTED = {530, 534, 535, 538}
REFUSED_FOR_GOOD = 500


class MailOptions(options.Options):
    """What stands under [destinations.<name>.options]. The password is the secret `login`."""

    host: str = Field(pattern=r"^[A-Za-z0-9.:-]+$")
    port: int = Field(default=587, ge=1, le=65_535)
    sender: str
    to: list[str] = Field(min_length=1, max_length=50)
    user: str | None = Field(default=None, min_length=1, pattern=r"^[!-~]+$")
    tls: Literal["starttls", "implicit"] = "starttls"
    ca: str | None = None
    says: Literal["new", "late", "emergency"] = "new"
    gather: bool = True
    connect_seconds: float = Field(default=5, gt=0, le=10)
    whole_seconds: float = Field(default=20, gt=0, le=25)

    @field_validator("sender", "to")
    @classmethod
    def _are_addresses(cls, given: str | list[str]) -> str | list[str]:
        for address in [given] if isinstance(given, str) else given:
            try:
                # No look-up: whether it can be reached is found out when it is written to.
                found = validate_email(
                    address, check_deliverability=False, globally_deliverable=False
                )
            except EmailNotValidError:
                raise ValueError("ska vara e-postadresser") from None
            if not address.isascii() or found.normalized.lower() != address.lower():
                raise ValueError("ska vara e-postadresser utan å, ä, ö och mellanslag")
        return given

    @model_validator(mode="after")
    def _nobody_twice(self) -> Self:
        if len({address.lower() for address in self.to}) < len(self.to):
            raise ValueError("to har samma adress två gånger")
        return self


@connector("mail", options=MailOptions, carries=False)
class Mail:
    """Writes one letter to each of the group for what has come since last, or one for each."""

    most = MOST

    def __init__(self, setup: Setup) -> None:
        chosen = options.read(MailOptions, setup.destination, setup.options)
        self._options, self._clock = chosen, setup.clock
        self._password = setup.need_secret("login") if chosen.user else None
        self._link = f"{setup.origin}/inkorg"
        try:
            self._trust = ssl.create_default_context(cafile=chosen.ca)
        except (OSError, ValueError) as unreadable:
            why = "ca är ingen läsbar fil med certifikat"
            raise BadOptions(setup.destination, why) from unreadable
        self._told: OrderedDict[tuple[UUID, str], None] = OrderedDict()
        self._lock = Lock()

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Confirm what the mail server has taken on itself to bring to everybody in the group."""
        batches = [envelopes] if self._options.gather else [[each] for each in envelopes]
        with self._server() as server:
            for batch in batches:
                failure = self._tell(server, [each.submission_id for each in batch])
                for envelope in batch:
                    left_out = failure and not self._has_been_told(envelope.submission_id)
                    say(envelope, failure if failure and left_out else Answer.CONFIRMED)

    def close(self) -> None:
        """Nothing is held: each batch has a connection of its own."""

    def _tell(self, server: smtplib.SMTP, reports: Sequence[UUID]) -> DeliveryFailure | None:
        """Write to everybody who has not been told; return why somebody could not be, if so."""
        worst: DeliveryFailure | None = None
        for address in self._options.to:
            if all((report, address) in self._told for report in reports):
                continue
            try:
                send(server, letter(self._options, address, self._link, self._clock.now()))
            except DeliveryFailure as failure:
                # What may yet succeed is tried again, and then the other is found out anew.
                if worst is None or isinstance(failure, TemporaryFailure):
                    worst = failure
                server.rset()
            else:
                self._remember((report, address) for report in reports)
        return worst

    def _has_been_told(self, report: UUID) -> bool:
        return all((report, address) in self._told for address in self._options.to)

    def _remember(self, told: Iterable[tuple[UUID, str]]) -> None:
        with self._lock:
            self._told.update(dict.fromkeys(told))
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Give a server that we trust and are let in by; TemporaryFailure whatever goes wrong."""
        chosen = self._options
        here = chosen.sender.rpartition("@")[2]
        if chosen.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                local_hostname=here, timeout=chosen.connect_seconds, context=self._trust
            )
        else:
            server = smtplib.SMTP(local_hostname=here, timeout=chosen.connect_seconds)
        late = Event()
        watch = Timer(chosen.whole_seconds, cut, [server, late])
        watch.start()
        try:
            self._enter(server)
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        except (smtplib.SMTPException, OSError) as trouble:
            raise TemporaryFailure(reason(trouble, late=late.is_set())) from trouble
        finally:
            server.close()
            watch.cancel()
            watch.join()

    def _enter(self, server: smtplib.SMTP) -> None:
        chosen = self._options
        # `connect` does not set it, and it is what the certificate is checked against.
        server._host = chosen.host  # type: ignore[attr-defined]  # noqa: SLF001
        server.connect(chosen.host, chosen.port)
        if server.sock:
            server.sock.settimeout(chosen.whole_seconds)
        if chosen.tls == "starttls":
            secure(server, self._trust)
        server.ehlo_or_helo_if_needed()
        if chosen.user and self._password:
            try:
                server.login(chosen.user, self._password)
            except (smtplib.SMTPNotSupportedError, smtplib.SMTPAuthenticationError) as refused:
                raise TemporaryFailure("delivery.reasons.not_permitted") from refused


def secure(server: smtplib.SMTP, trust: ssl.SSLContext) -> None:
    """Go over to TLS, or go no further."""
    try:
        server.starttls(context=trust)
    except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException) as in_clear:
        raise TemporaryFailure("delivery.reasons.untrusted") from in_clear


def letter(chosen: MailOptions, address: str, link: str, now: datetime) -> EmailMessage:
    """Return the letter, which is the same whatever has come."""
    written = EmailMessage(policy=SMTP)
    written["From"] = chosen.sender
    written["To"] = address
    written["Subject"] = SUBJECTS[chosen.says]
    written["Date"] = format_datetime(now)
    written["Message-ID"] = f"<{secrets.token_hex(16)}@{chosen.sender.rpartition('@')[2]}>"
    written["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
    body = BODY.format(subject=SUBJECTS[chosen.says], then=THEN[chosen.says], link=link)
    written.set_content(body, cte="quoted-printable")
    return written


def send(server: smtplib.SMTP, written: EmailMessage) -> None:
    """Hand over one letter to one address, or raise why the server would not take it."""
    judge(server.mail(written["From"]))
    judge(server.rcpt(written["To"]))
    try:
        judge(server.data(written.as_bytes()))
    except smtplib.SMTPDataError as refused:
        judge((refused.smtp_code, b""))


def judge(reply: tuple[int, bytes]) -> None:
    """Raise what an SMTP reply means (RFC 5321, section 4.2), unless it is that all is well.

    Only its number is looked at; what is written after it may repeat addresses.
    """
    code, _ = reply
    if code in TAKEN:
        return
    if code in FULL:
        raise TemporaryFailure("delivery.reasons.full")
    if code in LOGIN_WANTED:
        raise TemporaryFailure("delivery.reasons.not_permitted")
    if code >= REFUSED_FOR_GOOD:
        raise PermanentFailure("delivery.reasons.refused")
    raise TemporaryFailure("delivery.reasons.unavailable")


def reason(trouble: Exception, *, late: bool) -> str:
    """Return what staff are told when the connection fails."""
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return "delivery.reasons.untrusted"
    timed_out = late or isinstance(trouble, TimeoutError)
    return f"delivery.reasons.{'timed_out' if timed_out else 'unavailable'}"


def cut(server: smtplib.SMTP, late: Event) -> None:
    """End a conversation that has taken too long, from outside of it."""
    late.set()
    if server.sock:
        with suppress(OSError):
            # Not SSLSocket's own, which would pull the TLS away under who is reading.
            socket.socket.shutdown(server.sock, socket.SHUT_RDWR)
