"""Looks now and then which edition is in force, for processes that nobody asks for a while, or nobody who signs in."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from relatum.connections import Outdated
from relatum.session.database import Database
from relatum_schemas.errors import RelatumError

EVERY: Final = 5.0
"""Seconds between two looks."""

_log: Final = logging.getLogger("relatum.session")


@asynccontextmanager
async def keeping_up(database: Database) -> AsyncIterator[None]:
    """Follow the editions of a database while the block runs."""
    task = asyncio.create_task(_keep_up(database))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_up(database: Database) -> None:
    while True:
        await asyncio.sleep(EVERY)
        try:
            await database.identity.force.look()
        except (RelatumError, Outdated):
            _log.warning("It could not be seen what is in force.", exc_info=True)
