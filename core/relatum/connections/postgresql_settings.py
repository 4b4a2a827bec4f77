"""How a PostgreSQL session is set up, the same for requests and for migrations."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import asyncpg

SETTINGS: Mapping[str, str] = {
    "application_name": "relatum",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    # Compiling a statement that runs for a millisecond takes longer than running it.
    "jit": "off",
}
PREPARED_STATEMENTS = 512
CONNECT_SECONDS = 10.0

# The wire form of PostgreSQL counts from here.
_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(2000, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


async def open_session(address: str) -> asyncpg.Connection:
    """Return a new connection with its settings and codecs."""
    raw = await asyncpg.connect(
        address,
        timeout=CONNECT_SECONDS,
        server_settings=dict(SETTINGS),
        statement_cache_size=PREPARED_STATEMENTS,
        max_cached_statement_lifetime=0,
        max_cacheable_statement_size=0,
    )
    await set_codecs(raw)
    return raw


async def set_codecs(raw: asyncpg.Connection) -> None:
    """Let JSON pass as bytes, and the last and the first moments and days as what they are.

    The bytes of a JSON answer go to a socket as they came; a `str` would be decoded for nothing.
    asyncpg takes `datetime.max` and `date.max` for infinity, a value that no text form has and
    that equals no literal.
    """
    await raw.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=str.encode, decoder=bytes
    )
    await raw.set_type_codec(
        "timestamptz", schema="pg_catalog", format="tuple", encoder=_microseconds, decoder=_moment
    )
    await raw.set_type_codec(
        "date", schema="pg_catalog", format="tuple", encoder=_days, decoder=_day
    )


def _microseconds(value: datetime) -> tuple[int]:
    return ((value - _FIRST_MOMENT) // _MICROSECOND,)


def _moment(wire: tuple[int]) -> datetime:
    return _FIRST_MOMENT + timedelta(microseconds=wire[0])


def _days(value: date) -> tuple[int]:
    return (value.toordinal() - _FIRST_DAY,)


def _day(wire: tuple[int]) -> date:
    return date.fromordinal(wire[0] + _FIRST_DAY)
