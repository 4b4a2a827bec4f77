"""Relatum as it is served, over the market. ``python -m benchmarks.api.engine URL PORT``."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn

from benchmarks.api.market import STAFF, catalogue
from benchmarks.api.world import identity
from relatum.access import SYSTEM
from relatum.changes.sequencer import keep_sequencing
from relatum.session import Database, open_database
from relatum_server.app import create_app


async def token_of_somebody(url: str) -> str:
    """A token of a person with the role of the staff, so that what is measured includes who asks and what it may."""
    async with open_database(url, catalogue()) as database:
        somebody = identity("Person", 0)
        account = await database.identity.add_account(
            SYSTEM, "somebody@firm.example", record=somebody
        )
        await database.identity.hold(SYSTEM, somebody, STAFF)
        token = await database.identity.add_token(SYSTEM, "benchmark", account=account.id)
        return token.secret


@asynccontextmanager
async def numbered(url: str) -> AsyncIterator[Database]:
    """The database in use, and the change log numbered meanwhile, as a server does."""
    async with open_database(url, catalogue()) as database:
        numbering = asyncio.create_task(keep_sequencing(database.connections))
        try:
            yield database
        finally:
            numbering.cancel()
            with suppress(asyncio.CancelledError):
                await numbering


if __name__ == "__main__":
    uvicorn.run(
        create_app(numbered(sys.argv[1])),
        port=int(sys.argv[2]),
        log_level="warning",
        access_log=False,
    )
