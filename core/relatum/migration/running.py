"""Migrations as the command line and the tests call them: how far is it, what would be done, do it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, inspect, text

from relatum.catalogue import Catalogue
from relatum.connections import Connections, Outdated, open_connections
from relatum.declaring import in_force, last_change
from relatum.identity.force import Kept, kept_on
from relatum.migration.applying import Migration, apply, pending, write_out
from relatum.migration.forgetting import forget_former_names
from relatum.migration.heads import heads_on
from relatum.migration.present import note_versions, present, put_away
from relatum.migration.reaching import look, reach_patiently
from relatum.migration.rebuild import rebuild_text
from relatum.migration.scripts import Scripts, plugin_stem, scripts_of, stem_of
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

    def require_known(self, left_out: Collection[str] | None = ()) -> None:
        """Refuse to change a database that has what this code does not know.

        Args:
            left_out: names of plugins that may be in it without being loaded; None for any.

        Raises:
            DatabaseNewer: it was migrated by newer code, or by a plugin that is not loaded.
        """
        _refuse(self.unknown)
        stems = {stem_of(name) for name in left_out or ()}
        absent = [plugin_stem(each) for each in self.absent]
        strange = [each for each in absent if left_out is not None and each not in stems]
        if strange:
            acts = ", ".join(f"`relatum plugin remove {each}`" for each in strange)
            raise DatabaseNewer(
                f"The database has tables of plugins that are not loaded: {', '.join(strange)}.",
                hint=f"Install them again, leave them out by --without, or put their data away: {acts}.",
                details={"unknown": list(self.absent)},
            )


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
        plugins: in force; those whose data is put away count as not loaded.
    """

    def found(connection: Connection) -> State:
        return state_in(connection, scripts_of(present(connection, plugins)))

    return await look(url, found)


async def plan(
    url: str, plugins: Sequence[LoadedPlugin], *, left_out: Collection[str] | None = ()
) -> list[Migration]:
    """Return what `migrate` would do, in words and SQL; nothing is done.

    Args:
        url: of the database.
        plugins: in force, required ones first.
        left_out: names of plugins that may be in the database without being loaded; None for any.

    Raises:
        DatabaseNewer: the database has what this code does not know.
    """

    def write(connection: Connection) -> list[Migration]:
        scripts = scripts_of(present(connection, plugins))
        state_in(connection, scripts).require_known(left_out)
        return write_out(connection, scripts)

    return await look(url, write)


async def migrate(
    url: str,
    plugins: Sequence[LoadedPlugin],
    *,
    catalogue: Catalogue | None = None,
    left_out: Collection[str] | None = (),
) -> list[Migration]:
    """Bring a database to this code's time, all or nothing, and return what was applied.

    Folded texts and search words are then made for types whose markers have changed. Plugins whose data is put away are
    left alone.

    Args:
        url: of the database; a SQLite file is created if it is not there.
        plugins: in force, required ones first.
        catalogue: what they declare; built from them if not given.
        left_out: names of plugins that may be in the database without being loaded; None for any.

    Raises:
        DatabaseNewer: the database has what this code does not know.
        DatabaseLocked: others use the tables for too long.
        BadMigration: a script fails, leaves a reference to nothing, or changes rows that it
            should not. Nothing was changed.
        Problems: plugins come to declare what administrators have declared already.
    """
    declared = catalogue or catalogue_of(plugins)
    scripts_of(plugins)

    def work(connection: Connection) -> tuple[list[Migration], frozenset[str]]:
        with connection.begin():
            lock_migrations(connection)
            there = present(connection, plugins)
            scripts = scripts_of(there)
            state_in(connection, scripts).require_known(left_out)
            judge_declarations(connection, there)
            applied = apply(connection, scripts)
            note_versions(connection, there)
            if applied:
                check_references(connection)
                forget_former_names(connection, there, {each.plugin for each in applied})
            return applied, put_away(connection)

    applied, away = await reach_patiently(url, work)
    await make_texts(url, plugins, declared, away=away)
    return applied


async def make_texts(
    url: str,
    plugins: Sequence[LoadedPlugin],
    declared: Catalogue | None = None,
    *,
    away: Collection[str] = (),
) -> None:
    """Make folded texts and search words where those that are there are stale.

    Args:
        url: of the database.
        plugins: that are loaded.
        declared: what they declare; built from them if not given.
        away: names of those that have no tables, or older ones.
    """
    connections = await open_connections(url)
    try:
        kept = await _kept(connections)
        if declared is None or away or kept.declared != Declarations():
            declared = assembling(plugins)(replace(kept, inactive=frozenset(away)))
        await rebuild_text(connections, declared)
    finally:
        await connections.close()


async def _kept(connections: Connections) -> Kept:
    """What the database keeps of types; nothing where its migrations have not come so far."""
    try:
        async with connections.reading() as connection:
            return await kept_on(connection)
    except Outdated:
        return Kept()


def judge_declarations(connection: Connection, plugins: Sequence[LoadedPlugin]) -> None:
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


def check_references(connection: Connection) -> None:
    """Refuse what leaves references to nothing; PostgreSQL refuses it itself.

    Raises:
        BadMigration: there are such.
    """
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({f"{row[0]} -> {row[2]}" for row in broken}))
        raise BadMigration(
            f"The migration leaves {len(broken)} references to nothing: {tables}.",
            hint="Correct the script. Nothing was changed.",
        )


def state_in(connection: Connection, scripts: Scripts) -> State:
    """How far the database is to which a connection leads, for the scripts of the plugins that are there."""
    heads = heads_on(connection)
    known = {script.revision for script in scripts.all}
    stems = {stem_of(name) for name in scripts.folders}
    strange = sorted(set(heads) - known)
    return State(
        missing=tuple(each.revision for each in pending(scripts, heads)),
        unknown=tuple(each for each in strange if plugin_stem(each) in stems),
        absent=tuple(each for each in strange if plugin_stem(each) not in stems),
    )
