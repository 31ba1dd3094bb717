"""A table as a file that a Swedish spreadsheet opens as it is."""

import csv
from collections.abc import Iterable
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV injection)."""
MEDIA_TYPE = "text/csv; charset=utf-8"


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as CSV (RFC 4180).

    UTF-8 with a mark that says so, and semicolons: without them Excel shows neither å nor columns.
    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
