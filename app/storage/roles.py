"""What each part of the service may do in PostgreSQL, as one table, and the SQL that sees to it.

Every part signs in as a role of its own, so that one that is taken over can do no more than it
does every day: who takes in reports can neither read them back nor remove them, who carries them
out never sees the sealed report, and nobody changes what is written in the audit trail. What does
not stand here, the database refuses. Tables belong to the one who migrates, who is none of these.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from app.storage.tables import metadata

PREFIX = "skyddsnat_"
EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
OPEN_FACTS = "id, reference, municipality_code, unit, form_id, received_at, urgent"
OF_A_LINK = "hash, unit, expires_at, roles, qualified"
"""Not why it is made past the municipality's sign-in: that takes the owner."""
PROGRESS = (  # not who owns it or has released it: that takes a person
    "state, attempts, unanswered, next_try_at, reason, confirmed_at, content, attention_at"
)
WHO_READ_WHAT = "id, kind, at, submission_id, unit, actor"
CLOCK = "submission_id, clock, round, due_at, extended_to, stopped_at, told"
BEGUN = "process_version, state, next_clock, next_due"
WORK = (
    "status, acknowledged_at, acknowledged_by, version, opened_at, decided_at, outcome, closed_at, "
    "barred"
)

# As PostgreSQL writes them: a privilege, and the columns where it is not for all of them. An
# insert that asks for the new row's key back (RETURNING) must be allowed to read that column.
PRIVILEGES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "citizen": {
        "drafts": EVERYTHING,  # each encrypted to a key that only its visitor's cookie holds
        "submissions": ("INSERT", "SELECT (id)"),
        "deliveries": ("INSERT",),
        "audit_events": ("INSERT",),
        "pulses": ("SELECT",),
    },
    "staff": {
        # Their own words, encrypted as drafts are.
        "unsaved": ("SELECT", "INSERT", "UPDATE (box, expires_at)", "DELETE"),
        "submissions": ("SELECT", "INSERT", "UPDATE (destinations)"),
        "deliveries": ("SELECT", "INSERT", "UPDATE"),
        "inbox_items": ("SELECT", f"UPDATE ({BEGUN}, {WORK}, indexed_as, counted_at)"),
        "case_clocks": (
            "SELECT",
            "INSERT",
            "UPDATE (extended_to, extended_at, stopped_at, late_days)",
        ),
        "case_entries": ("SELECT", "INSERT"),
        "case_admissions": ("SELECT", "INSERT", "UPDATE (ended_at, ended_by)"),
        "person_tokens": ("SELECT", "INSERT", "DELETE"),
        "tallies": ("SELECT", "INSERT", "UPDATE (count)"),
        "case_links": ("SELECT", "INSERT", "UPDATE (same, strength, said_by, said_at)"),
        "report_links": ("SELECT", "INSERT"),
        "removals": EVERYTHING,  # what two have said; to remove anything takes `retain`
        "akt_facts": ("SELECT", "INSERT", "UPDATE (thirty_in, kept)"),
        "tombstones": ("SELECT",),
        "audit_events": ("INSERT", f"SELECT ({WHO_READ_WHAT})"),  # for who reviews the log
        "audit_links": ("SELECT",),  # a month is drawn by its last link
        "review_months": ("SELECT", "INSERT", "UPDATE (signed_at, signed_by)"),
        "review_readings": ("SELECT", "INSERT"),
        "review_marks": ("SELECT", "INSERT"),
        "sign_in_links": ("SELECT", f"INSERT ({OF_A_LINK})", "UPDATE (used_at)"),
        "staff_sessions": ("SELECT", "INSERT", "UPDATE (idle_until, unit)", "DELETE"),
        "queue_looks": EVERYTHING,  # moments and choices of their own, by nobody's name
        "pulses": ("SELECT", "INSERT", "UPDATE"),
    },
    "relay": {
        "submissions": (f"SELECT ({OPEN_FACTS})",),
        "deliveries": (
            "SELECT",
            f"UPDATE ({PROGRESS})",
        ),
        "inbox_items": (
            "INSERT",
            "SELECT (submission_id, acknowledged_at, process_version, closed_at, next_due)",
            f"UPDATE ({BEGUN})",  # of what came in under a program that knew no processes
        ),
        "case_clocks": ("INSERT", f"SELECT ({CLOCK})", "UPDATE (told)"),
        "audit_events": ("SELECT", "INSERT"),  # read to be linked; it says who did what to which
        "audit_links": ("SELECT", "INSERT"),
        "audit_anchors": ("SELECT", "INSERT"),
        "pulses": ("SELECT", "INSERT", "UPDATE"),
    },
    "retain": {
        "drafts": ("SELECT (handed_in, expires_at)", "DELETE"),
        "unsaved": ("SELECT (expires_at)", "DELETE"),
        "submissions": (
            "SELECT (id, reference, municipality_code, unit, form_id, received_at, destinations)",
            "DELETE",
        ),
        "deliveries": (
            "SELECT (submission_id, destination, state, confirmed_at, released_at)",
            "DELETE",
        ),
        "inbox_items": ("SELECT", "DELETE"),
        "case_clocks": ("SELECT", "DELETE"),
        "case_entries": ("SELECT (submission_id, number, at, kind)", "DELETE"),
        "case_admissions": ("SELECT (submission_id)", "DELETE"),
        "person_tokens": ("SELECT (submission_id)", "DELETE"),
        "case_links": ("SELECT (first, second)", "DELETE"),
        "report_links": ("SELECT (case_id, report_id)", "DELETE"),
        "removals": ("SELECT", "DELETE"),
        "akt_facts": ("SELECT", "DELETE"),
        "tombstones": ("INSERT",),
        # To count, every night, that nothing is lost, and let go of what is older than five years.
        "audit_events": ("SELECT (id, kind, at, counts)", "INSERT", "DELETE"),
        "audit_links": ("SELECT (position, event_id)", "DELETE"),
        "audit_anchors": ("SELECT (position, at)",),
        "review_months": ("SELECT (position)", "DELETE"),
        "review_readings": ("SELECT (at)", "DELETE"),
        "review_marks": ("SELECT (at)", "DELETE"),
        "sign_in_links": ("SELECT (expires_at, used_at, reason)", "DELETE"),
        "staff_sessions": ("SELECT (idle_until, ends_at)", "DELETE"),
        "pulses": ("SELECT", "INSERT", "UPDATE"),
    },
    "api": {
        "submissions": (f"SELECT ({OPEN_FACTS})",),
        "deliveries": (
            "SELECT",
            f"UPDATE ({PROGRESS}, lease)",
        ),
        "audit_events": ("INSERT",),
        "api_tokens": ("SELECT",),
        "pulses": ("SELECT",),
    },
    "backup": dict.fromkeys(metadata.tables, ("SELECT",)),
}
FOR_EVERYBODY = {"alembic_version": ("SELECT",)}
AUDIT_NUMBERS = "audit_events_id_seq"


def name(part: str) -> str:
    """Return the role that a part of the service signs in as."""
    return f"{PREFIX}{part}"


def statements() -> list[str]:
    """Return the SQL that makes every role and gives it its privileges. Again does no harm.

    For the database's owner, who may create roles. How a role proves who it is (a password, a
    certificate, the operating system's user) is not said here; without it no role gets in.
    """
    roles = [name(part) for part in PRIVILEGES]
    return [
        *map(MAKE.format, roles),
        on_this_database("REVOKE ALL", "FROM PUBLIC"),
        on_this_database("GRANT CONNECT", f"TO {', '.join(roles)}"),
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {', '.join(roles)}",
        *(statement for part in PRIVILEGES for statement in grants(part)),
    ]


# Two who do it at once: the one who comes last finds it done.
MAKE = """\
DO $$ BEGIN CREATE ROLE {} LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""


def on_this_database(verb: str, whom: str) -> str:
    """Return SQL that says something about the database it is run in, whatever that is called."""
    name = "quote_ident(current_database())"
    return f"DO $$ BEGIN EXECUTE '{verb} ON DATABASE ' || {name} || ' {whom}'; END $$"


def grants(part: str) -> Iterator[str]:
    """Give the statements that leave the role of a part with its privileges, and no others."""
    role, tables = name(part), PRIVILEGES[part]
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}"
    for table, privileges in {**tables, **FOR_EVERYBODY}.items():
        yield f"GRANT {', '.join(privileges)} ON {table} TO {role}"
    if "INSERT" in tables.get("audit_events", ()):
        yield f"GRANT USAGE ON SEQUENCE {AUDIT_NUMBERS} TO {role}"
    elif "audit_events" in tables:
        yield f"GRANT SELECT ON SEQUENCE {AUDIT_NUMBERS} TO {role}"


def apply(connection: Connection) -> None:
    """Make every role, and give it its privileges in this database."""
    for statement in statements():
        connection.exec_driver_sql(statement)


def renew(connection: Connection) -> None:
    """Give the roles that there are the privileges that the tables of today call for.

    Does nothing on SQLite, nor for somebody who does not own the tables.
    """
    if connection.dialect.name != "postgresql" or not connection.execute(OWNS_THEM).scalar():
        return
    there = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    for part in PRIVILEGES:
        for statement in grants(part) if name(part) in there else ():
            connection.exec_driver_sql(statement)


OWNS_THEM = text(
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class "
    "WHERE oid = to_regclass('public.alembic_version')"
)


def looked_at(connection: Connection) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return who is signed in, what they lack of their part's rights, and what they have beyond.

    Of somebody who is no part (the owner) nothing is lacking and nothing too much.
    """
    who = str(connection.execute(text("SELECT current_user")).scalar_one())
    tables = PRIVILEGES.get(who.removeprefix(PREFIX)) if who.startswith(PREFIX) else None
    if tables is None:
        return who, (), ()
    wanted = {
        (table, *part_of(privilege))
        for table, privileges in {**tables, **FOR_EVERYBODY}.items()
        for privilege in privileges
    }
    missing = tuple(
        f"{verb} {table}"
        for table, verb, columns in sorted(wanted)
        if not all(may(connection, table, verb, column) for column in columns or ("",))
    )
    allowed = {(table, verb) for table, verb, columns in wanted if not columns}
    beyond = tuple(
        f"{verb} {table}"
        for table in metadata.tables
        for verb in EVERYTHING
        if (table, verb) not in allowed and may(connection, table, verb)
    )
    return who, missing, beyond


def part_of(privilege: str) -> tuple[str, tuple[str, ...]]:
    """Return a privilege as a verb and its columns; none where it is for all of them."""
    verb, _, columns = privilege.partition(" (")
    return verb, tuple(columns.removesuffix(")").split(", ")) if columns else ()


def may(connection: Connection, table: str, verb: str, column: str = "") -> bool:
    """Tell whether who is signed in may do something with a table, or with one column of it."""
    asked = (
        "has_column_privilege(:table, :column, :verb)"
        if column
        else "has_table_privilege(:table, :verb)"
    )
    values = {"table": table, "verb": verb, **({"column": column} if column else {})}
    return bool(connection.execute(text(f"SELECT {asked}"), values).scalar())
