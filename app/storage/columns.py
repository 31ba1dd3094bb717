"""What columns are made of, the same on both engines.

Times are kept as whole microseconds since 1970 (UTC): order, equality and paging do not differ.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Later than everything that is waited for."""


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970. A time without a zone is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        return None if value is None else EPOCH + value * MICROSECOND


BIG = BigInteger().with_variant(Integer, "sqlite")
"""A whole number that may be the key of a table."""

CODE = String(64)
"""An id out of our own files: form, unit, municipality, destination, text key."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
"""Every table there is; import it from `app/storage/tables.py`, which knows them all."""
