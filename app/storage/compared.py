"""The tables of what reports are compared by, and of how two of them belong together.

They are found with the others, in `app/storage/tables.py`.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Uuid

from app.storage.columns import CODE, Moment, metadata

# What can be compared of the children that a report tells of (`app/casework/likeness.py`): nothing
# that can be read. `person` counts the children of one report.
person_tokens = Table(
    "person_tokens",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("person", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("token", LargeBinary(16), primary_key=True),
    Column("unit", CODE, nullable=False),
    Index("ix_person_tokens_alike", "unit", "kind", "token", "submission_id"),
)

# What staff have said of two reports: that they are, or are not, about the same child. `first` is
# the lesser of the two ids.
case_links = Table(
    "case_links",
    metadata,
    Column("first", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("second", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("strength", Integer),
    Column("said_by", String(64), nullable=False),
    Column("said_at", Moment, nullable=False),
    Index("ix_case_links_second", "second"),
)

# A report that staff made out of a case, about one of the people in it: which case it comes from,
# by which report of the process and about whom (ids that tell nothing), by whom and when.
report_links = Table(
    "report_links",
    metadata,
    Column("case_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("report", String(64), primary_key=True),
    Column("whom", String(64), primary_key=True),
    Column("report_id", Uuid, ForeignKey("submissions.id"), nullable=False, unique=True),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
)
