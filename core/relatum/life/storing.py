"""Where the life of plugins reaches the database: alone, in one transaction, with the edition counted up."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, insert, text, update

from relatum import editions
from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.clock import utc_now
from relatum.connections import DialectName, open_connections
from relatum.connections.encoding import JsonValue
from relatum.identity.plugin_states import PluginState, State
from relatum.identity.stored import PLUGIN
from relatum.migration.present import states_in
from relatum.migration.reaching import reach_patiently
from relatum.migration.running import lock_migrations

Outcome = TypeVar("Outcome")


async def changed(url: str, work: Callable[[Connection], Outcome]) -> Outcome:
    """Return what `work` returns, done in a transaction for which units of work wait, and of which all processes learn.

    Raises:
        DatabaseLocked: others use the tables for too long; nothing was changed.
    """

    def run(connection: Connection) -> Outcome:
        with connection.begin():
            lock_migrations(connection)
            if dialect_of(connection) == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({editions.LOCK})"))
            outcome = work(connection)
            connection.execute(editions.counting(dialect_of(connection)))
        return outcome

    return await reach_patiently(url, run)


async def seen(url: str, work: Callable[[Connection], Outcome]) -> Outcome:
    """Return what `work` returns, which may change what it wants: nothing of it is kept."""

    def run(connection: Connection) -> Outcome:
        with undone(connection):
            return work(connection)

    return await reach_patiently(url, run)


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """A transaction of which nothing is kept."""
    with connection.begin() as passing:
        yield
        passing.rollback()


def put_state(
    connection: Connection, name: str, state: State, detail: Mapping[str, JsonValue] | None = None
) -> PluginState:
    """Keep the state of a plugin, with what the act remembers; what is not said of it stays."""
    kept = states_in(connection).get(name) or PluginState(name, "", state, utc_now(), None)
    said = replace(
        kept,
        state=state,
        changed_at=utc_now(),
        changed_by=None,
        detail={**(kept.detail or {}), **(detail or {})},
    )
    known = connection.execute(update(PLUGIN).where(PLUGIN.c.name == name).values(vars(said)))
    if not known.rowcount:
        connection.execute(insert(PLUGIN).values(vars(said)))
    return said


async def note_states(url: str, by: Principal, states: tuple[PluginState, ...]) -> None:
    """Tell the access log of what plugins have come to."""
    connections = await open_connections(url)
    try:
        async with connections.writing() as connection:
            for each in states:
                details = {"name": each.name, "version": each.version}
                await note(
                    connection, by, f"plugin_{each.state}", at=each.changed_at, details=details
                )
    finally:
        await connections.close()


def dialect_of(connection: Connection) -> DialectName:
    """Which database it is."""
    return "sqlite" if connection.dialect.name == "sqlite" else "postgresql"


def quoted(connection: Connection, name: str) -> str:
    """Return a name as SQL writes it."""
    return connection.dialect.identifier_preparer.quote(name)
