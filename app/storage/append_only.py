"""Tables that can be added to and nothing else; the database itself says no.

Rows are never changed. They are removed only where a condition of the table's own lets them go: in
time, or with what they belong to.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, event

KEPT_SECONDS = 1827 * 24 * 60 * 60
"""Five years, two leap days among them: no event of the audit trail goes before that."""

YOUNG = {
    "sqlite": f"OLD.at >= (CAST(strftime('%s', 'now') AS INTEGER) - {KEPT_SECONDS}) * 1000000",
    "postgresql": f"OLD.at >= (extract(epoch FROM now()) - {KEPT_SECONDS}) * 1000000",
}
"""True of an event that must stay, by the database's own clock."""

OF_AN_EVENT = dict.fromkeys(YOUNG, "EXISTS (SELECT 1 FROM audit_events WHERE id = OLD.event_id)")
"""True of a link whose event is there."""

WITH_ITS_ITEM = dict.fromkeys(
    YOUNG, "EXISTS (SELECT 1 FROM inbox_items WHERE submission_id = OLD.submission_id)"
)
"""True of what is written about a case that is there."""


def guard(table: Table, *, keep: Mapping[str, str] | None = None) -> None:
    """Give a table its triggers whenever it is made. `keep`: by engine, what may not be removed."""

    @event.listens_for(table, "after_create")
    def make(_table: Table, connection: Connection, **_rest: object) -> None:
        dialect = connection.dialect.name
        for statement in MADE_IN[dialect](table.name, (keep or {}).get(dialect)):
            connection.exec_driver_sql(statement)


def in_sqlite(table: str, keep: str | None) -> list[str]:
    """Return what makes the triggers of a table."""
    whens = {"update": "", "delete": f"WHEN {keep} " if keep else ""}
    return [
        f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for change, when in whens.items()
    ]


def in_postgresql(table: str, keep: str | None) -> list[str]:
    """Return what makes the function of a table, also where it was made before, and its trigger."""
    return [
        function(table, keep),
        (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        ),
    ]


def function(table: str, keep: str | None) -> str:
    lets_go = f"IF TG_OP = 'DELETE' AND NOT ({keep}) THEN RETURN OLD; END IF; " if keep else ""
    return (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {lets_go}RAISE EXCEPTION '{table} is append-only'; END $$"
    )


MADE_IN = {"sqlite": in_sqlite, "postgresql": in_postgresql}
