"""Every table in one file, without relationships: ids and foreign keys, nothing loads by itself.

What a citizen wrote is in no column but sealed or encrypted. Indexes of some rows only stand in
`app/storage/indexes.py`.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    literal_column,
)

from app.storage import append_only, compared, let_in, removed, reviewed, tallied
from app.storage.columns import BIG, CODE, EPOCH, MICROSECOND, NEVER, Moment
from app.storage.columns import metadata as known

metadata = known
person_tokens, case_links = compared.person_tokens, compared.case_links
report_links = compared.report_links
review_months, review_readings, review_marks = reviewed.TABLES
sign_in_links, staff_sessions = let_in.sign_in_links, let_in.staff_sessions
queue_looks, api_tokens = let_in.queue_looks, let_in.api_tokens
case_admissions = let_in.case_admissions
removals, akt_facts, tombstones = removed.TABLES
tallies = tallied.tallies

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

# What staff have written and not saved in a case, encrypted as a draft is: what they had written
# when their session ran out, and a report that they are writing down.
unsaved = Table(
    "unsaved",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
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
    # How it came, and who wrote it down, where staff took it in; empty when it came by the form.
    Column("channel", CODE),
    Column("entered_by", String(64)),
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

# A report that has come to a unit, and how far the work with it has come. It is worked with by a
# process of staff's (a file): `state` is one of its states. `process_version` is empty until it is
# known that the report has come, and 0 where nothing was known of its form. `status` says the same
# as `owner` for programs from before there were processes, and goes when they are gone; so do the
# names that the first two columns of work have in the database. `version` counts what has been
# done, so that nobody writes over what they have not seen. `next_due` is never empty, so that
# one index sorts the queue: where no clock runs it is when the day that it came is over, as long as
# nobody has it, and then `NEVER`. `turn` comes after it: 0 for what is urgent, 1 for the rest.
# `indexed_as` says how the tokens of the report's children were made; empty until they are.
# `counted_at` is empty until the report is in `tallies`.
inbox_items = Table(
    "inbox_items",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("unit", CODE, nullable=False),
    Column("status", String(16), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("acknowledged_at", Moment, key="taken_at"),
    Column("acknowledged_by", String(64), key="owner"),
    Column("process_version", Integer),
    Column("state", CODE),
    Column("opened_at", Moment),
    Column("decided_at", Moment),
    Column("outcome", CODE),
    Column("closed_at", Moment),
    Column("next_clock", CODE),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("next_due", Moment, nullable=False, server_default=str((NEVER - EPOCH) // MICROSECOND)),
    Column("barred", Text),
    Column("indexed_as", String(64)),
    Column("turn", Integer, nullable=False, server_default="1"),
    Column("counted_at", Moment),
    Index("ix_inbox_items_queue", "unit", "received_at", "submission_id"),
    Index("ix_inbox_items_status", "unit", "status", "received_at", "submission_id"),
    Index("ix_inbox_items_indexed", "unit", "indexed_as"),
)
OPEN = inbox_items.c.closed_at.is_(None)
"""True of a case that has not been closed."""

NOT_BEGUN = inbox_items.c.process_version.is_(None)
"""True of a case that came in under a program that knew of no processes."""

WITHOUT_A_DAY = inbox_items.c.next_due == literal_column(str((NEVER - EPOCH) // MICROSECOND))
UNPLACED = and_(OPEN, inbox_items.c.taken_at.is_(None), WITHOUT_A_DAY)
"""True of a case that nobody has and no clock stands for, and that is not yet among what is to be
done: it came in under a program that let such cases lie."""

PLACE = tuple(inbox_items.c[name] for name in ("next_due", "turn", "received_at", "submission_id"))
"""Where an open case stands in its unit's queue: by the day that it is due, none last; then urgent
first."""

UNOPENED = and_(inbox_items.c.opened_at.is_(None), OPEN)
"""True of an open case that nobody has opened."""

UNCOUNTED = inbox_items.c.counted_at.is_(None)
"""True of a report that is not in `tallies`."""

CLOSED_PLACE = (inbox_items.c.closed_at, inbox_items.c.submission_id)
"""Where a closed one stands."""

# What the law gives a number of days for. A clock that is started again is a new row, with the next
# `round`. `late_days` is said when it is stopped and never changed; one that was stopped without it
# was counted anew from another day. `extended_to` stands beside `due_on`, by which statistics go.
# `told`: how many times somebody has been told that it passed.
case_clocks = Table(
    "case_clocks",
    metadata,
    Column("submission_id", Uuid, ForeignKey("submissions.id"), primary_key=True),
    Column("clock", CODE, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("lawful_latest", Date, nullable=False),
    Column("extended_to", Date),
    Column("extended_at", Moment),
    Column("stopped_at", Moment),
    Column("late_days", Integer),
    Column("told", Integer, nullable=False, server_default="0"),
)
# Lists and escalation look at `due_at` of those that run. `due_on` has no index of its own: only
# how times were kept looks there, and of 100,000 cases a quarter took 80 ms without it, 55 with.
RUNS = case_clocks.c.stopped_at.is_(None)
"""True of a clock that has not been stopped."""

# Everything that staff have done with a case, one row for each and `number` its version after it.
# What they wrote is sealed to their unit, as what citizens write is; `state` and `owner` are what
# the case had afterwards.
case_entries = Table(
    "case_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("submission_id", Uuid, ForeignKey("submissions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("step", CODE),
    Column("author", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", CODE),
    Column("owner", String(64)),
    Column("key_id", String(64)),
    Column("sealed", LargeBinary),
    UniqueConstraint("submission_id", "number"),
)

# No foreign keys: what was done is remembered when what it was done to is gone.
audit_events = Table(
    "audit_events",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("submission_id", Uuid, index=True),
    Column("unit", CODE),
    Column("actor", String(64)),
    Column("counts", String(200)),
)
BY_SOMEBODY = audit_events.c.actor.is_not(None)
"""True of what a person did, or another system: no report that citizens hand in is among it."""

# Each event's place in the chain. No foreign key: the last link before the oldest kept event stays.
audit_links = Table(
    "audit_links",
    metadata,
    Column("position", BIG, primary_key=True, autoincrement=False),
    Column("event_id", BIG, nullable=False, unique=True),
    Column("hash", LargeBinary(32), nullable=False),
)

# What the chain was at a moment, signed.
audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("position", BIG, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
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

# The audit trail can be added to, and what has stood five years may go; the database itself says no
# to all else. A link goes after its event.
append_only.guard(audit_events, keep=append_only.YOUNG)
append_only.guard(audit_links, keep=append_only.OF_AN_EVENT)
append_only.guard(audit_anchors)
append_only.guard(case_entries, keep=append_only.WITH_ITS_ITEM)
