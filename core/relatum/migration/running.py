"""Migrations as the command line and the tests call them: how far is it, what would be done, do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from relatum.catalogue import Catalogue
from relatum.connections import open_connections
from relatum.declaring import in_force, last_change
from relatum.identity.force import kept_on
from relatum.migration.applying import Migration, apply, write_out
from relatum.migration.reaching import look, reach_patiently
from relatum.migration.rebuild import rebuild_text
from relatum.migration.scripts import Scripts, plugin_stem, revision_name, scripts_of, with_absent
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.session.assembling import assembling
from relatum_schemas.declared import Declarations
from relatum_schemas.errors import BadMigration, DatabaseNewer, DatabaseOlder, Problems

LOCK_SECONDS: Final = 3.0
"""How long a migration waits for a table that others use, before it lets them pass."""

_MIGRATING: Final = 0x52454C4154554D
"""The number of the advisory lock that lets one process migrate at a time."""


@dataclass(frozen=True, kw_only=True)
class State:
    """How far a database is.

    Attributes:
        missing: revisions of this code that the database lacks, in order.
        unknown: revisions in the database that this code does not have, though it has the plugins that made them.
        absent: revisions in the database of plugins that are not loaded, whose tables nobody touches.
    """

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    absent: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether database and code are of the same time."""
        return not self.missing and not self.unknown

    def require_current(self) -> None:
        """Refuse to go on with a database of another time.

        Raises:
            DatabaseNewer: it was migrated by newer code.
            DatabaseOlder: it lacks migrations.
        """
        _refuse(self.unknown)
        if self.missing:
            raise DatabaseOlder(
                f"The database lacks {len(self.missing)} migrations: {', '.join(self.missing)}.",
                hint="Look at them with `relatum migrate --plan`, then run `relatum migrate`.",
                details={"missing": list(self.missing)},
            )

    def require_known(self) -> None:
        """Refuse to go on with a database that has what this code does not know.

        Raises:
            DatabaseNewer: it was migrated by newer code, or by a plugin that is not loaded.
        """
        _refuse((*self.unknown, *self.absent))


def _refuse(unknown: Sequence[str]) -> None:
    if unknown:
        stems = ", ".join(sorted({plugin_stem(each) for each in unknown}))
        raise DatabaseNewer(
            f"The database has migrations that this code has not: {', '.join(unknown)}.",
            hint=f"Install the version that made them, and load its plugins ({stems}).",
            details={"unknown": list(unknown)},
        )


async def state(url: str, plugins: Sequence[LoadedPlugin]) -> State:
    """Return how far a database is; one that does not exist lacks everything.

    Args:
        url: of the database; a SQLite file is not created.
        plugins: in force.
    """
    scripts = scripts_of(plugins)
    wider = with_absent(scripts)
    return await look(url, lambda connection: _state(connection, scripts, wider))


async def plan(url: str, plugins: Sequence[LoadedPlugin]) -> list[Migration]:
    """Return what `migrate` would do, in words and SQL; nothing is done.

    Raises:
        DatabaseNewer: the database has what this code does not know.
    """
    scripts = scripts_of(plugins)

    def write(connection: Connection) -> list[Migration]:
        _state(connection, scripts).require_known()
        return write_out(connection, scripts)

    return await look(url, write)


async def migrate(
    url: str, plugins: Sequence[LoadedPlugin], *, catalogue: Catalogue | None = None
) -> list[Migration]:
    """Bring a database to this code's time, all or nothing, and return what was applied.

    Folded texts and search words are then made for types whose markers have changed.

    Args:
        url: of the database; a SQLite file is created if it is not there.
        plugins: in force, required ones first.
        catalogue: what they declare; built from them if not given.

    Raises:
        DatabaseNewer: the database has what this code does not know.
        DatabaseLocked: others use the tables for too long.
        BadMigration: a script fails, leaves a reference to nothing, or changes rows that it
            should not. Nothing was changed.
        Problems: plugins come to declare what administrators have declared already.
    """
    scripts = scripts_of(plugins)
    declared = catalogue or catalogue_of(plugins)
    applied = await reach_patiently(url, lambda connection: _migrate(connection, scripts, plugins))
    connections = await open_connections(url)
    try:
        async with connections.reading() as connection:
            kept = await kept_on(connection)
        if kept.declared != Declarations():
            declared = assembling(plugins)(kept)
        await rebuild_text(connections, declared)
    finally:
        await connections.close()
    return applied


def _migrate(
    connection: Connection, scripts: Scripts, plugins: Sequence[LoadedPlugin]
) -> list[Migration]:
    with connection.begin():
        lock_migrations(connection)
        _state(connection, scripts).require_known()
        _judge_declarations(connection, plugins)
        applied = apply(connection, scripts)
        if applied and connection.dialect.name == "sqlite":
            _check_references(connection)
    return applied


def _judge_declarations(connection: Connection, plugins: Sequence[LoadedPlugin]) -> None:
    """Refuse plugins that come to declare what administrators have declared at run time."""
    last = last_change(connection) if inspect(connection).has_table("declaration") else None
    if last is None:
        return
    clashes = in_force([each.module for each in plugins], last.declarations).clashes
    if clashes:
        raise Problems(
            "What administrators have declared at run time clashes with the plugins of this code. "
            "Nothing was changed. Rename what they have declared: relatum catalogue rename.",
            clashes,
        )


def lock_migrations(connection: Connection) -> None:
    """Wait until nobody else changes tables, then wait for tables that others use no longer than is said."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS * 1000:.0f}ms'"))


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({f"{row[0]} -> {row[2]}" for row in broken}))
        raise BadMigration(
            f"The migration leaves {len(broken)} references to nothing: {tables}.",
            hint="Correct the script. Nothing was changed.",
        )


def _state(connection: Connection, scripts: Scripts, wider: Scripts | None = None) -> State:
    """How far a database is with what these scripts lead to; wider ones know more of what it has already."""
    heads = MigrationContext.configure(connection).get_current_heads()
    known = {script.revision for script in scripts.all}
    all_known = wider or scripts
    there = {each.revision for each in all_known.up_to(heads)}
    missing = [script for script in scripts.all if script.revision not in there]
    strange = sorted(set(heads) - known)
    stems = {plugin_stem(revision_name(name, 1)) for name in scripts.folders}
    return State(
        missing=tuple(each.revision for each in missing),
        unknown=tuple(each for each in strange if plugin_stem(each) in stems),
        absent=tuple(each for each in strange if plugin_stem(each) not in stems),
    )
