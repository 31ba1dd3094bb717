"""The tables of what is to be removed when two persons have said so, and of what has been.

They are found with the others, in `app/storage/tables.py`.
"""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Uuid

from app.storage import append_only
from app.storage.columns import CODE, Moment, metadata

# What is said of removing a case (gallring), or of keeping it. `version` is the one that it was
# said of: what is done with the case afterwards makes it void.
removals = Table(
    "removals",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("proposed_by", String(64)),
    Column("proposed_subject", String(64)),
    Column("proposed_at", Moment),
    Column("approved_by", String(64)),
    Column("approved_at", Moment),
    Column("held_by", String(64)),
    Column("held_at", Moment),
    Column("held_until", Date),
    CheckConstraint(
        "approved_by IS NULL OR (proposed_by IS NOT NULL AND approved_by <> proposed_by)",
        name="two",
    ),
)

# What somebody has said, where the akt is here, of whom it is about (16 kap. SoL): the year in
# which they are 30, or why it stays (`app/records/akt.py`). What they wrote is an entry, sealed.
akt_facts = Table(
    "akt_facts",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("thirty_in", Integer),
    Column("kept", String(16)),
)

# What is left of a case that has been removed: that it was here, and by whose word it is not.
tombstones = Table(
    "tombstones",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("unit", CODE, nullable=False),
    Column("form_id", CODE, nullable=False),
    Column("received_in", String(7), nullable=False),
    Column("removed_in", String(7), nullable=False),
    Column("outcome", CODE),
    Column("proposed_by", String(64), nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
)
append_only.guard(tombstones)

TABLES = removals, akt_facts, tombstones
