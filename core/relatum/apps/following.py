"""Finds in the change log what apps want to be told of, each line once per app.

That a delivery is there and how far the app was looked for are written in one transaction. So whatever happens to the
process, no line is passed over and none is found twice.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ClauseElement, func, select

from relatum.apps.stored import App, Delivery, add_deliveries
from relatum.catalogue import Catalogue
from relatum.changes import readers
from relatum.changes.reader import Line, read_changes
from relatum.changes.sequencer import CHANGE, sequence
from relatum.connections import Connections
from relatum.identity.stored import rows
from relatum.session.database import Database
from relatum_schemas.app import Event
from relatum_schemas.errors import RelatumError

BATCH: Final = 1_000
"""Lines that are looked at in one transaction."""

_PATIENCE: Final = 5.0
_PAUSE: Final = 0.02


async def until_numbered(connections: Connections) -> None:
    """Wait until what is committed now has its position in the log, be it given by this process or by another.

    So whoever begins at the end of the log is told of nothing that was before. It is not waited for long: a line that
    gets its position later is told.
    """
    await sequence(connections)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            last = await _last_waiting(connections)
            while last is not None and await _first_waiting(connections) <= last:  # noqa: ASYNC110
                await asyncio.sleep(_PAUSE)


async def _last_waiting(connections: Connections) -> int | None:
    async with connections.reading() as connection:
        found: list[Any] = await rows(connection, _waiting)
    return None if found[0][1] is None else int(found[0][1])


async def _first_waiting(connections: Connections) -> float:
    async with connections.reading() as connection:
        found: list[Any] = await rows(connection, _waiting)
    return float("inf") if found[0][0] is None else int(found[0][0])


def _waiting() -> ClauseElement:
    line = CHANGE.c
    return select(func.min(line.id), func.max(line.id)).where(line.position.is_(None))


async def look_through(database: Database, app: App) -> bool:
    """Find what an app is to be told of in the next lines, and say whether there may be more.

    Args:
        database: in use.
        app: that is active.
    """
    catalogue = (await database.renewed()).catalogue
    wanted = [_wanted(catalogue, each) for each in app.manifest.events]
    async with database.connections.reading() as connection:
        stands = (await readers.standing(connection)).get(app.reader, 0)
        lines = await read_changes(connection, stands, BATCH)
    if not lines:
        return False
    found = list(_found(app, wanted, lines, database.clock()))
    async with database.connections.writing() as connection:
        # Somebody may have set it back meanwhile, to be told again.
        if (await readers.standing(connection)).get(app.reader, 0) != stands:
            return True
        if found:
            await add_deliveries(connection, found)
        await readers.move(connection, {app.reader: lines[-1].position})
    return len(lines) == BATCH


def concerns(catalogue: Catalogue, event: Event, type_name: str, operation: str) -> bool:
    """Whether an event is of what was done to records of a type."""
    types, operations = _wanted(catalogue, event)
    return type_name in types and (not operations or operation in operations)


Wanted = tuple[frozenset[str], frozenset[str]]
"""The types and operations of an event; no operations for all."""


def _wanted(catalogue: Catalogue, event: Event) -> Wanted:
    return _concrete(catalogue, event.type), frozenset(event.operations)


def _concrete(catalogue: Catalogue, name: str) -> frozenset[str]:
    """The types that a name means; none where it means nothing any more, such as a type of a plugin out of force."""
    try:
        return frozenset(catalogue.concrete(name))
    except RelatumError:
        return frozenset()


def _found(
    app: App, wanted: Sequence[Wanted], lines: Sequence[Line], now: datetime
) -> Iterator[Delivery]:
    for line in lines:
        for number, (types, operations) in enumerate(wanted):
            if line.type in types and (not operations or line.operation in operations):
                yield _delivery(app, number, line, now)
                break


def _delivery(app: App, event: int, line: Line, now: datetime) -> Delivery:
    return Delivery(
        app=app.id,
        position=line.position,
        event=event,
        type=line.type,
        record=line.record,
        version=line.version,
        operation=line.operation,
        state="waiting",
        attempts=0,
        status=None,
        error=None,
        milliseconds=None,
        created_at=now,
        tried_at=None,
        due_at=now,
    )
