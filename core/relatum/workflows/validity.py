"""Tells the change log of ties that begin or cease to hold as time passes, so that it reaches all who follow the log.

Only what was said before it came to be is told here; that a tie begins with the act that records it is told by that act.
A line names the version that said it, and nothing is told twice of one version's beginning or end.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, exists, select

from relatum.catalogue import RelationshipType
from relatum.changes import readers
from relatum.changes.sequencer import CHANGE
from relatum.connections import Connection, Leader
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName, Instant
from relatum.session.database import Database
from relatum.tables.columns import BIG_INTEGER
from relatum.writing.ledger import Author, Ledger, Told
from relatum.writing.periods import today
from relatum.writing.plan import plan_for
from relatum_schemas.errors import DatabaseUnavailable

READER: Final = "course of time"
LEADERSHIP: Final = "course of time"

LOOKING_SECONDS: Final = 10.0
"""How often it is looked what has begun or ended."""

MARGIN: Final = timedelta(minutes=10)
"""What lies so far back is looked at again, for units of work that take as long to be committed."""

BATCH: Final = 1_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Boundary = Literal["valid_from", "valid_to"]
_SAID: Final[dict[Boundary, Literal["began", "lapsed"]]] = {
    "valid_from": "began",
    "valid_to": "lapsed",
}


async def keep_telling(database: Database, *, seconds: float = LOOKING_SECONDS) -> None:
    """Tell what begins and lapses, whenever this process is the elected one. Runs until it is cancelled."""
    while True:
        if _dated(database):
            try:
                async with database.connections.leadership(LEADERSHIP) as leader:
                    while leader is not None:
                        await tell_what_passed(database, leader)
                        await asyncio.sleep(seconds)
            except DatabaseUnavailable:
                # Whoever is elected next goes on where this one stopped.
                pass
        await asyncio.sleep(seconds)


async def tell_what_passed(database: Database, leader: Leader) -> int:
    """Tell what has begun or lapsed since it was told last, and return how many lines that took."""
    told = 0
    while True:
        async with leader.writing() as connection:
            now = database.clock()
            kept = (await readers.standing(connection)).get(READER)
            since = None if kept is None else _EPOCH + kept * _MICROSECOND
            found: list[Told] = []
            if since is not None:
                found = await _passed(database, connection, since - MARGIN, now)
            if found:
                await _tell(database, connection, found)
                told += len(found)
            elif since is None or now - since > MARGIN:
                await readers.move(connection, {READER: (now - _EPOCH) // _MICROSECOND})
        if len(found) < BATCH:
            return told


def _dated(database: Database) -> list[RelationshipType]:
    relationships = database.catalogue.relationships.values()
    return [each for each in relationships if each.validity is not None]


async def _passed(
    database: Database, connection: Connection, since: datetime, now: datetime
) -> list[Told]:
    """What has begun or lapsed within a time and was not told, or the first of it."""
    zone, tables = database.catalogue.zone, database.tables
    midnights = dict(_midnights(since, now, zone))
    found: list[Told] = []
    for each in _dated(database):
        spans: list[tuple[object, object, datetime | None]] = [(since, now, None)]
        if each.validity == "day":
            spans = [(day - timedelta(days=1), day, begun) for day, begun in midnights.items()]
        for boundary in _SAID:
            current, version = tables.current[each.name], tables.version[each.name]
            asked = _boundaries(current, version, boundary, connection.dialect)
            for after, until, before in spans:
                given = {
                    "after": after,
                    "until": until,
                    "most": BATCH,
                    **({} if before is None else {"before": before}),
                }
                rows: list[Any] = await connection.rows(asked, given)
                said = _SAID[boundary]
                found += [Told(each.name, tie, version, said, (boundary,)) for tie, version in rows]
    return found[:BATCH]


async def _tell(database: Database, connection: Connection, found: list[Told]) -> None:
    plan = plan_for(database.catalogue, database.tables, connection.dialect)
    author = Author(origin="clock", purpose="system")
    ledger = Ledger(connection, plan, author, database.clock)
    await ledger.tell(found)
    await ledger.close()


def _midnights(since: datetime, now: datetime, zone: str) -> Iterator[tuple[date, datetime]]:
    """The days that have begun within a time, and when they did."""
    day, last = today(since, zone), today(now, zone)
    while day < last:
        day += timedelta(days=1)
        yield day, datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=1_000)
def _boundaries(
    current: Table, version: Table, boundary: Boundary, dialect: DialectName
) -> Prepared:
    """The ties whose boundary lies in a span and was said before it came, unless it is told already."""
    at = current.c[boundary]
    asked = (
        select(current.c.id, current.c.version)
        .where(at > bindparam("after", type_=at.type), at <= bindparam("until", type_=at.type))
        .where(_said_before(current, version, boundary))
        .where(~_told_already(current, version, boundary))
        .limit(bindparam("most", type_=BIG_INTEGER))
    )
    return prepare(asked, dialect)


def _said_before(current: Table, version: Table, boundary: Boundary) -> Any:
    """Whether some version said so before the boundary came: by day, before the day's midnight."""
    earlier = version.alias("earlier")
    by_instant = isinstance(current.c[boundary].type, Instant)
    came = earlier.c[boundary] if by_instant else bindparam("before", type_=Instant())
    return exists().where(
        earlier.c.id == current.c.id,
        earlier.c[boundary] == current.c[boundary],
        earlier.c.recorded_from < came,
    )


def _told_already(current: Table, version: Table, boundary: Boundary) -> Any:
    """Whether a line tells of a version that has the same boundary."""
    line, that = CHANGE.c, version.alias("that")
    return exists().where(
        line.record_id == current.c.id,
        line.operation == _SAID[boundary],
        that.c.id == line.record_id,
        that.c.version == line.version,
        that.c[boundary] == current.c[boundary],
    )
