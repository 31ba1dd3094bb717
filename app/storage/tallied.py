"""The table of what is counted for statistics: numbers, and nothing of any one case.

It is found with the others, in `app/storage/tables.py`. It has no key to any report, and so no day
on which it must go.
"""

from sqlalchemy import Column, Integer, String, Table

from app.storage.columns import CODE, metadata

# `dimension` is what is counted and `value` what it counts for, as `app/casework/tallies.py` says;
# `month` is as 2026-11.
tallies = Table(
    "tallies",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("unit", CODE, primary_key=True),
    Column("form_id", CODE, primary_key=True),
    Column("dimension", String(80), primary_key=True),
    Column("value", CODE, primary_key=True),
    Column("count", Integer, nullable=False),
)
