"""Tables that can be added to and nothing else; the database itself says no.

What is written about a case goes when the case itself has gone, and not before.
"""

from sqlalchemy import Connection, Table, event


def guard(table: Table, *, goes_with: str = "") -> None:
    """Give a freshly made table its triggers, as the migrations do.

    Rows are never changed. They are never removed either, but where they go with a row of another
    table, by its submission_id: then not before that row has been removed.
    """

    def refuse_changes(_table: Table, connection: Connection, **_rest: object) -> None:
        for statement in triggers(table.name, connection.dialect.name, goes_with=goes_with):
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", refuse_changes)


def triggers(name: str, dialect: str, *, goes_with: str) -> list[str]:
    """Return the SQL that makes them, on one engine."""
    said = f"{name} is append-only"
    if dialect == "sqlite":
        still = f"WHEN EXISTS ({still_there(goes_with)}) " if goes_with else ""
        return [
            f"CREATE TRIGGER {name}_no_{change} BEFORE {change} ON {name} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for change, condition in (("update", ""), ("delete", still))
        ]
    refusal = f"RAISE EXCEPTION '{said}';"
    if goes_with:
        gone = f"TG_OP = 'DELETE' AND NOT EXISTS ({still_there(goes_with)})"
        refusal = f"IF {gone} THEN RETURN OLD; END IF; {refusal}"
    body = f"$$ BEGIN {refusal} END $$"
    each = f"FOR EACH ROW EXECUTE FUNCTION {name}_refuse()"
    return [
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS {body}",
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} {each}",
    ]


def still_there(table: str) -> str:
    return f"SELECT 1 FROM {table} WHERE submission_id = OLD.submission_id"  # noqa: S608 - ours
