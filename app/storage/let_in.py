"""The tables of who is let in, to all or to one case, and what they last saw of a queue.

Secrets are stored as hashes, so that the database lets nobody in. They are found with the others,
in `app/storage/tables.py`.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    false,
    true,
)

from app.storage.columns import CODE, Moment, metadata

# With a `reason`: made in an emergency, past the municipality's sign-in, and never removed.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("unit", CODE, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
    Column("roles", String(200)),
    Column("qualified", Boolean, nullable=False, server_default=false()),
    Column("reason", String(200)),
    Column("made_by", String(64)),
)

# `grants`: roles by unit, in JSON; empty in sessions from before there were roles. `unit` is the
# one in view. `subject` and `provider_session` tell people and their sessions at the municipality's
# sign-in apart, and name nobody. `read_at` is when it last said which roles they have.
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
    Column("grants", Text),
    Column("qualified", Boolean, nullable=False, server_default=false()),
    Column("subject", String(64), index=True),
    Column("read_at", Moment),
    Column("provider_session", String(64), index=True),
    Column("emergency", Boolean, nullable=False, server_default=false()),
    Column("second_reader", Boolean, nullable=False, server_default=false()),
)

# Who is let in to one case that does not exist to them otherwise, and until when; `unit` is the one
# that they work at. Without a name it is everybody there. `kind` is of `app/casework/admission.py`.
case_admissions = Table(
    "case_admissions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("submission_id", Uuid, ForeignKey("submissions.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("name", String(64)),
    Column("subject", String(64)),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", String(64)),
    Index("ix_case_admissions_unit", "unit", "until"),
)

# When somebody last looked at a unit's queue, `since` when what comes is new to them, and how they
# want it. `subject` as above: nobody is named, and nothing says what they saw.
queue_looks = Table(
    "queue_looks",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("unit", CODE, primary_key=True),
    Column("since", Moment),
    Column("at", Moment, nullable=False),
    Column("keys", Boolean, nullable=False, server_default=true()),
    Column("watch", Boolean, nullable=False, server_default=true()),
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
