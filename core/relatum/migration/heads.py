"""How far a database is: a row for each plugin, with the last of its migrations that was applied.

Alembic itself keeps no row for what another one's migrations build on. Here every plugin has its own, so that each can be
taken away by itself, also when its code is gone.
"""

from collections.abc import Collection, Iterable

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert

from relatum.migration.scripts import Scripts, plugin_stem, stem_of

_VERSIONS = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)


def heads_on(connection: Connection) -> tuple[str, ...]:
    """The revisions that a database says it is at; none where it is empty."""
    return MigrationContext.configure(connection).get_current_heads()


def heads_of(connection: Connection, plugin: str) -> tuple[str, ...]:
    """Those of a plugin, whose code need not be there."""
    stem = stem_of(plugin)
    return tuple(each for each in heads_on(connection) if plugin_stem(each) == stem)


def keep_heads(connection: Connection, scripts: Scripts, applied: Collection[str]) -> None:
    """Say of each plugin which of its migrations was applied last; rows of plugins that are not loaded stay."""
    known = {script.revision for script in scripts.all}
    last = {
        scripts.plugin_of(each): each.revision for each in scripts.all if each.revision in applied
    }
    there, wanted = set(heads_on(connection)), set(last.values())
    drop_heads(connection, (there & known) - wanted)
    add_heads(connection, wanted - there)


def add_heads(connection: Connection, revisions: Iterable[str]) -> None:
    """Say that migrations were applied."""
    for each in sorted(revisions):
        connection.execute(insert(_VERSIONS).values(version_num=each))


def drop_heads(connection: Connection, revisions: Iterable[str]) -> None:
    """Take back that migrations were applied."""
    for each in sorted(revisions):
        connection.execute(delete(_VERSIONS).where(_VERSIONS.c.version_num == each))
