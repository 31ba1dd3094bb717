"""Every table in one file, without relationships: ids and foreign keys, nothing loads by itself.

Times are kept as whole microseconds since 1970 (UTC) on both engines, so that order, equality and
paging are the same everywhere. What a citizen wrote is in no column but sealed or encrypted.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    and_,
    event,
)
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970. A time without a zone is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        return None if value is None else EPOCH + value * MICROSECOND


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

CODE = String(64)
"""An id out of our own files: form, unit, municipality, destination, text key."""

# A row here is a draft until it is handed in; then the same row holds the receipt and nothing else.
drafts = Table(
    "drafts",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("form_id", CODE, nullable=False),
    Column("handed_in", Boolean, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("municipality_code", CODE, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("form_id", CODE, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # Where it shall go, in words with a space between. Empty in reports from before there was more
    # than the inbox. Kept beside the deliveries, so that one that has vanished is missed.
    Column("destinations", String(400)),
    Index("ix_submissions_age", "municipality_code", "form_id", "received_at"),
)

# `next_try_at` is when somebody shall look at the delivery again. While a relay is at work it is
# when the relay's lease runs out; where no relay shall look, it is empty, and none finds the row.
# `content` is the report sealed once more, to the receiver's own key (JWE); gone once confirmed.
# `attention_at` is since when a person is asked to look, `owner` who has said that they will.
deliveries = Table(
    "deliveries",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("destination", CODE, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("next_try_at", Moment),
    Column("reason", CODE),
    Column("confirmed_at", Moment),
    Column("content", LargeBinary),
    Column("lease", String(64)),
    Column("attention_at", Moment),
    Column("owner", String(64)),
    Column("released_at", Moment),
    Column("released_by", String(64)),
    Column("released_reason", String(200)),
    Index("ix_deliveries_due", "destination", "next_try_at"),
)
NOT_ENDED = and_(deliveries.c.confirmed_at.is_(None), deliveries.c.released_at.is_(None))
"""True of a delivery that is neither confirmed nor released by a person."""

NEEDS_PERSON = and_(NOT_ENDED, deliveries.c.attention_at.is_not(None))
"""True of a delivery that a person has been asked to look at, and still should."""

Index(
    "ix_deliveries_attention",
    deliveries.c.attention_at,
    sqlite_where=NEEDS_PERSON,
    postgresql_where=NEEDS_PERSON,
)
Index(
    "ix_deliveries_open",
    deliveries.c.queued_at,
    sqlite_where=NOT_ENDED,
    postgresql_where=NOT_ENDED,
)

inbox_items = Table(
    "inbox_items",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("unit", CODE, nullable=False),
    Column("status", String(16), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", String(64)),
    Index("ix_inbox_items_queue", "unit", "received_at", "submission_id"),
    Index("ix_inbox_items_status", "unit", "status", "received_at", "submission_id"),
)

# No foreign keys: what was done is remembered when what it was done to is gone.
audit_events = Table(
    "audit_events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("submission_id", Uuid, index=True),
    Column("unit", CODE),
    Column("actor", String(64)),
    Column("counts", String(200)),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("unit", CODE, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("idle_until", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
)

# What was last heard of each part of the service, in one row each, written over.
pulses = Table(
    "pulses",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("counts", String(400)),
)

# What lets a municipality's own integration fetch and confirm; stored as hashes only.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("label", String(64), nullable=False),
    Column("destination", CODE, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

# The audit trail can be added to and nothing else; the database itself says no.
REFUSAL = "RAISE(ABORT, 'audit_events is append-only')"
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_events_no_{change} BEFORE {change} ON audit_events "
        f"BEGIN SELECT {REFUSAL}; END"
        for change in ("update", "delete")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit_events is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events "
            "FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()"
        ),
    ],
}


@event.listens_for(audit_events, "after_create")
def refuse_changes(_table: Table, connection: Connection, **_rest: object) -> None:
    """Give a freshly made table its triggers, as the migration does."""
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
