"""The tables of the review of the log: what a month's review is of, and what reviewers have said.

They are found with the others, in `app/storage/tables.py`. No foreign keys: what was reviewed is
remembered, as the audit trail is, when what it was about is gone.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Uuid

from app.storage import append_only
from app.storage.columns import BIG, CODE, Moment, metadata

MONTH = String(7)
"""As 2026-11."""

# `position` is of the last link of the chain in the month: what was drawn follows from it, and from
# `method`, what counted as a reading when it was drawn (`app/casework/sampling.py`).
review_months = Table(
    "review_months",
    metadata,
    Column("unit", CODE, primary_key=True),
    Column("month", MONTH, primary_key=True),
    Column("position", BIG, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("share", Integer, nullable=False),
    Column("least", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("drawn_by", String(64), nullable=False),
    Column("signed_at", Moment),
    Column("signed_by", String(64)),
    Column("method", Integer, nullable=False, server_default="1"),
)

# `event_id` is of the first of the events that it is made of, `times` how many they are.
review_readings = Table(
    "review_readings",
    metadata,
    Column("event_id", BIG, primary_key=True, autoincrement=False),
    Column("unit", CODE, nullable=False),
    Column("month", MONTH, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("submission_id", Uuid),
    Column("times", Integer, nullable=False),
    Column("why", String(120), nullable=False),
    Index("ix_review_readings_month", "unit", "month", "event_id"),
)

# What reviewers have said of a reading, in order; the last is what stands. What somebody wrote is
# sealed to the unit.
review_marks = Table(
    "review_marks",
    metadata,
    Column("event_id", BIG, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("unit", CODE, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("key_id", String(64)),
    Column("sealed", LargeBinary),
)
append_only.guard(review_readings, keep=append_only.YOUNG)
append_only.guard(review_marks, keep=append_only.YOUNG)

TABLES = review_months, review_readings, review_marks
