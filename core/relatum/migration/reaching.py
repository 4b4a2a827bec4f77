"""How migrations reach a database, and what its errors mean for them."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, TypeVar

from pysqlite3 import dbapi2
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from relatum.connections.addresses import read_url, sqlite_path
from relatum.connections.engines import on_engine
from relatum.connections.failures import postgresql_failure, sqlite_failure
from relatum.connections.repeat import Repeat, pause
from relatum_schemas.errors import (
    BadMigration,
    DatabaseLocked,
    DatabaseUnavailable,
    RelatumError,
)

Outcome = TypeVar("Outcome")

PATIENCE: Final = 30.0
"""Seconds after which a migration gives up on tables that others keep using."""


async def reach(url: str, work: Callable[[Connection], Outcome]) -> Outcome:
    """Return what `work` returns, run with a connection that does not check references.

    Raises:
        DatabaseLocked, DatabaseUnavailable: as they say.
        BadMigration: the database refuses what it was told.
    """
    try:
        return await on_engine(url, work, foreign_keys=False)
    except (DBAPIError, OSError) as error:
        raise meaning(error) from error


async def reach_patiently(url: str, work: Callable[[Connection], Outcome]) -> Outcome:
    """As `reach`, and again while others hold what is needed, letting them pass in between.

    Args:
        url: of the database.
        work: one transaction, of which nothing is kept when it fails.
    """
    giving_up = time.monotonic() + PATIENCE
    attempt = 0
    while True:
        try:
            return await reach(url, work)
        except (DatabaseLocked, Repeat) as busy:
            if time.monotonic() > giving_up:
                raise DatabaseLocked(
                    f"Others have used the tables for {PATIENCE:.0f} seconds on end.",
                    hint="Nothing was changed. Try again at a quieter time.",
                ) from busy
        await asyncio.sleep(pause(attempt))
        attempt += 1


async def look(url: str, work: Callable[[Connection], Outcome]) -> Outcome:
    """As `reach`, for work that only reads; a SQLite file that is not there counts as empty."""
    parts = read_url(url)
    if parts.drivername == "sqlite" and not sqlite_path(parts).exists():
        return await asyncio.to_thread(_on_nothing, work)
    return await reach(url, work)


def meaning(error: DBAPIError | OSError) -> RelatumError | Repeat:
    """Return a database's error in the words of a migration."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, dbapi2.Error):
        failure = sqlite_failure(cause)
    else:
        cause = getattr(cause, "__cause__", None) or cause
        failure = postgresql_failure(cause) if isinstance(cause, Exception) else None
    if isinstance(failure, DatabaseLocked | DatabaseUnavailable | Repeat):
        return failure
    return BadMigration(
        f"The database refuses: {cause}.", hint="Correct the script or the data, then try again."
    )


def _on_nothing(work: Callable[[Connection], Outcome]) -> Outcome:
    with create_engine("sqlite://", module=dbapi2).connect() as connection:
        return work(connection)
