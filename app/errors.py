"""Everything that can go wrong in a way somebody can do something about, named for what happened.

Each error knows which HTTP status it deserves (`status`) and under which path the words for people
stand (`key`; most share the page of their status). No error carries what anybody wrote in its
message: messages end in logs.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from app.receipt import Receipt


class SkyddsnatError(Exception):
    """The root: an error of ours, with a status and a text."""

    status: ClassVar[int] = 500
    key: ClassVar[str] = ""

    @property
    def text(self) -> str:
        """The path of the words for people; `title` and `text` stand under it."""
        return self.key or f"errors.page.{self.status}"


# The store


class DatabaseUnavailable(SkyddsnatError):
    """The database is locked, full, read-only, gone or closed; nothing was stored."""

    status = 503


class SchemaOutdated(SkyddsnatError):
    """The database has not been migrated to the tables this code expects."""

    status = 503


class SchemaNewer(SkyddsnatError):
    """The database has been migrated by a newer version than this; nothing was changed."""

    status = 503

    def __init__(self, found: str, known: str) -> None:
        super().__init__(f"{found} is newer than {known}")
        self.found, self.known = found, known


class MigrationBlocked(SkyddsnatError):
    """Somebody else held a table for so long that it could not be changed; it is as it was."""

    status = 503


# What a browser asks for, and how


class PageMissing(SkyddsnatError):
    """There is no page at this address."""

    status = 404


class CrossSite(SkyddsnatError):
    """The browser says that another site sent this form."""

    status = 403


class StaleToken(SkyddsnatError):
    """The form's token is missing or another browser's; `inputs` is what was posted with it."""

    status = 403

    def __init__(self, inputs: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.inputs = inputs


class UnknownInput(SkyddsnatError):
    """The post has an input that its page does not have. Nothing of it is kept."""

    status = 400


class NotAsked(SkyddsnatError):
    """An earlier answer rules the question out. Nothing of the post is kept.

    `inputs` is what else was posted with it, on a page that is asked.
    """

    status = 409

    def __init__(self, inputs: Mapping[str, tuple[str, ...]] | None = None) -> None:
        super().__init__()
        self.inputs = inputs or {}


class TooLarge(SkyddsnatError):
    """The post is larger, or has more inputs, than any form of ours."""

    status = 413


class UnsupportedMedia(SkyddsnatError):
    """The post is not a form."""

    status = 415


# Drafts and handing in


class ManyBegin(SkyddsnatError):
    """Very many begin at the moment; `inputs` is what to come back with (RFC 6585 4)."""

    status = 429

    def __init__(self, inputs: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.inputs = inputs


class DraftMissing(SkyddsnatError):
    """There is no draft under this key: never begun, expired, ended, or the cookie is forged."""

    status = 410


class DraftEnded(DraftMissing):
    """Whoever wrote the draft left it, a moment ago. Nothing that comes late may bring it back."""


class DraftFull(SkyddsnatError):
    """The draft has more in it than any form of ours can hold."""

    status = 413


class AlreadySubmitted(SkyddsnatError):
    """The draft was handed in before; here is the receipt it was given."""

    status = 409

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("the draft was handed in before")
        self.receipt = receipt


class DraftIncomplete(SkyddsnatError):
    """A page that must be answered is not; `page_id` says which is the first."""

    status = 422

    def __init__(self, page_id: str) -> None:
        super().__init__(page_id)
        self.page_id = page_id


# Staff


class NoSuchItem(SkyddsnatError):
    """The unit has no item with this reference, whatever other units may have."""

    status = 404


class LinkUsed(SkyddsnatError):
    """The sign-in link has been used, has run out, or was never given."""

    status = 410


class SignInRefused(SkyddsnatError):
    """The municipality's sign-in does not let this person in; `why` is a text key of its own."""

    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ProviderAway(SkyddsnatError):
    """The municipality's sign-in does not answer, or not as it must."""

    status = 503


class SecretMissing(SkyddsnatError):
    """The secret that the municipality's sign-in knows us by is not in the file of this name."""


class SignedOut(SkyddsnatError):
    """There is no living staff session under this cookie."""

    status = 401


class RolesDue(SignedOut):
    """It is time to ask the municipality's sign-in what roles somebody has."""


class NotAllowed(SkyddsnatError):
    """None of the roles that somebody has at the unit lets them do this; it says what (`Act`)."""

    status = 403


# The municipality's own systems


class TokenRefused(SkyddsnatError):
    """The token was never given, or has been revoked."""

    status = 401


class LabelTaken(SkyddsnatError):
    """Another token has, or had, this label."""

    status = 409


# Sealing


class NotAKey(SkyddsnatError):
    """The text is not a key of the kind that was asked for; `file` is where it stood, if known."""

    def __init__(self, message: str, *, file: str = "") -> None:
        super().__init__(f"{file}: {message}" if file else message)
        self.file = file


class UnknownSuite(SkyddsnatError):
    """The envelope names a version or a suite that we do not open."""


class NotARecipient(SkyddsnatError):
    """The envelope is not sealed to this key."""


class SealBroken(SkyddsnatError):
    """The envelope has been altered, or was put together from parts of others."""


# Delivery


class DeliveryFailure(SkyddsnatError):
    """The receiver did not take it. `reason` is a text key, told to staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryFailure(DeliveryFailure):
    """The receiver can not take it now. It is tried again; not before `after`, if that is said."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class PermanentFailure(DeliveryFailure):
    """The receiver will never take it as it is; a person must look."""


class DestinationClosed(PermanentFailure):
    """The receiver wants nothing more at all; a person must look before anything else is sent."""


class BadOptions(SkyddsnatError):
    """A destination's settings or secrets can not be right; `why` says why, in Swedish."""

    def __init__(self, destination: str, why: str) -> None:
        super().__init__(f"{destination}: {why}")
        self.destination = destination
        self.why = why


class ConnectorTaken(SkyddsnatError):
    """Two connectors wanted the same name."""


class UnknownConnector(SkyddsnatError):
    """A destination names a connector that does not exist."""


class RelayStuck(SkyddsnatError):
    """Deliveries that never answer fill the relay; whoever started it must start it anew."""
