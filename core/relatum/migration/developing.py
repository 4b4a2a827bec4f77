"""A database that a plugin is developed with: its tables follow the declarations, and keep their rows.

`follow` writes what is missing as a migration in development (`marking`), to be applied by `migrate` as any other. Where
the database has one already this is a further one; `fold` makes both one afterwards, in the plugin and in the database.
`rehearse` finds out beforehand whether the rows that are there stand in the way.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from pysqlite3 import dbapi2
from sqlalchemy import Connection

from relatum.migration.authoring import undone, write_anew
from relatum.migration.heads import add_heads, drop_heads, heads_on
from relatum.migration.marking import begun
from relatum.migration.reaching import look, reach_patiently
from relatum.migration.running import migrate
from relatum.migration.scripts import scripts_of
from relatum.plugins import LoadedPlugin


async def follow(
    url: str, plugins: Sequence[LoadedPlugin], plugin: str, *, allow_drop: bool = False
) -> Path | None:
    """Write what a plugin declares beyond its migrations as one in development; none where nothing is missing.

    Where the database does not have those in development yet, they are written anew instead.

    Args:
        url: of the database; it need not be there.
        plugins: in force, required ones first.
        plugin: the name of one of them.
        allow_drop: whether what is no longer declared is dropped with its values.

    Raises:
        Problems: with all that no migration can be written for, each with the way out.
    """
    if not undone(plugins, plugin):
        return None
    scripts = scripts_of(plugins)
    open_ = begun(scripts, plugin)
    there = {each.revision for each in scripts.up_to(await look(url, heads_on))}
    replaced = [] if any(each.revision in there for each in open_) else open_
    return write_anew(plugins, plugin, replaced, allow_drop=allow_drop)


async def fold(url: str, plugins: Sequence[LoadedPlugin], plugin: str) -> None:
    """Make one migration of those in development, in the plugin and in a database that has them all.

    Args:
        url: of the database.
        plugins: in force, required ones first.
        plugin: the name of one of them.
    """
    open_ = begun(scripts_of(plugins), plugin)
    if len(open_) > 1:
        write_anew(plugins, plugin, open_, allow_drop=True)
        head = scripts_of(plugins).head_of(plugin)
        gone = {each.revision for each in open_}
        await reach_patiently(url, lambda connection: _rename(connection, gone, head))


def _rename(connection: Connection, gone: set[str], head: str | None) -> None:
    with connection.begin():
        there = {*heads_on(connection)}
        drop_heads(connection, there & gone)
        add_heads(connection, {head} if head else ())


async def rehearse(database: Path, plugins: Sequence[LoadedPlugin]) -> None:
    """Apply what is missing to a copy of a SQLite database, which is then thrown away.

    Args:
        database: the file; it may be in use.
        plugins: in force, required ones first.

    Raises:
        RelatumError: it cannot be applied, as `migrate` says.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / database.name
        with closing(dbapi2.connect(str(database))) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        await migrate(f"sqlite:///{copy}", plugins)
