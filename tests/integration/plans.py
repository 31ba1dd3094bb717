"""How an engine would answer a question, as it says itself."""


def explained(connection, statement, values):
    """Return how the engine would answer, with nothing in its tables to read whole instead."""
    whole = statement.params(
        **{name: values[name] for name in statement.compile().params if name in values}
    )
    said = whole.compile(connection.engine, compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")
        return "\n".join(row[3] for row in rows)
    for way in ("seqscan", "bitmapscan", "sort"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {said}"))
