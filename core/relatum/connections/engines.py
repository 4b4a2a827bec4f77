"""SQLAlchemy engines, for migrations: no request ever runs on them.

`on_engine` is what a migration needs: it runs a function with a SQLAlchemy connection, which is
how Alembic works, on either database, without stopping the event loop.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import AdaptedConnection, Connection, Engine, NullPool, create_engine, event

from relatum.connections.addresses import read_url, sqlite_path
from relatum.connections.postgresql_settings import SETTINGS, set_codecs
from relatum.connections.sqlite_library import dbapi2
from relatum.connections.sqlite_settings import RawConnection, set_up

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

Outcome = TypeVar("Outcome")


def sync_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """Return an engine on a SQLite file, with the same library and settings as requests use.

    Transactions are real ones, DDL included: they begin with `BEGIN IMMEDIATE`.

    Args:
        url: `sqlite:///path/to/file.db`.
        foreign_keys: False while tables are rebuilt; a connection cannot change it later.
    """
    path = sqlite_path(read_url(url))
    engine = create_engine(f"sqlite:///{path}", module=dbapi2, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def connected(raw: RawConnection, _record: object) -> None:
        set_up(raw)
        raw.execute("PRAGMA journal_mode = WAL")
        if not foreign_keys:
            raw.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def async_engine(url: str) -> "AsyncEngine":
    """Return an engine on PostgreSQL, over the same driver as requests use.

    Args:
        url: `postgresql://user@host/name`.
    """
    # With it comes an object mapper, for which each start of a program would have to wait.
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        read_url(url).set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        connect_args={"server_settings": dict(SETTINGS)},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connected(adapted: AdaptedConnection, _record: object) -> None:
        adapted.run_async(set_codecs)

    return engine


async def on_engine(
    url: str, work: Callable[[Connection], Outcome], *, foreign_keys: bool = True
) -> Outcome:
    """Return what `work` returns, run with a SQLAlchemy connection to the database.

    Args:
        url: as `open_connections` takes it.
        work: opens and commits its own transactions.
        foreign_keys: on SQLite, whether references are checked meanwhile.
    """
    if read_url(url).drivername == "sqlite":
        return await asyncio.to_thread(_on_sqlite, url, work, foreign_keys=foreign_keys)
    engine = async_engine(url)
    async with engine.connect() as connection:
        return await connection.run_sync(work)


def _on_sqlite(url: str, work: Callable[[Connection], Outcome], *, foreign_keys: bool) -> Outcome:
    with sync_engine(url, foreign_keys=foreign_keys).connect() as connection:
        return work(connection)
