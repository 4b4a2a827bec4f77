"""The shop, served with its log of changes numbered, as an installation does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from relatum.changes.cursors import cursor_of_unit, resolved
from relatum.changes.sequencer import UNIT_OF_WORK, keep_sequencing
from relatum.connections.prepared import prepare
from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.graphql.websocket.limits import SocketLimits
from tests.server.serving import administrators_token, application, served


async def now(database: Database) -> str:
    """The cursor from which on all is new: after the last unit of work."""
    last = select(UNIT_OF_WORK.c.id).order_by(UNIT_OF_WORK.c.id.desc()).limit(1)
    async with database.connections.reading() as connection:
        rows: list[Any] = await connection.rows(prepare(last, connection.dialect), {})
    return cursor_of_unit(rows[0][0])


@asynccontextmanager
async def numbered(database: Database) -> AsyncIterator[None]:
    """Number what is committed while the block runs, and what was before it begins."""
    numbering = asyncio.create_task(keep_sequencing(database.connections))
    try:
        await resolved(database.connections, await now(database))
        yield
    finally:
        numbering.cancel()
        with suppress(asyncio.CancelledError):
            await numbering


@asynccontextmanager
async def live(
    database: Database, limits: SocketLimits | None = None, *, token: str | None = None
) -> AsyncIterator[AsyncClient]:
    """A client of the served database, with an administrator's token if none is given."""
    token = token or await administrators_token(database)
    settings = AppSettings(sockets=limits or SocketLimits())
    async with numbered(database), served(application(database, settings), token=token) as client:
        yield client


@pytest.fixture
async def shop_live(shop_database: Database) -> AsyncIterator[AsyncClient]:
    """A client of the shop that may follow its changes."""
    async with live(shop_database) as client:
        yield client
