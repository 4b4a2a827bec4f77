"""Installs and upgrades single plugins; what they build on comes with them, and all others stay as they are."""

from collections.abc import Sequence

from sqlalchemy import Connection

from relatum.access import Principal
from relatum.identity.plugin_states import PluginState
from relatum.life.concerning import kept_state, require_there, there
from relatum.life.storing import changed, note_states
from relatum.migration.applying import Migration, apply
from relatum.migration.forgetting import forget_former_names
from relatum.migration.heads import heads_on
from relatum.migration.present import note_versions, present, put_away, up_to_date
from relatum.migration.reaching import reach_patiently
from relatum.migration.running import (
    check_references,
    judge_declarations,
    lock_migrations,
    make_texts,
    state_in,
)
from relatum.migration.scripts import Scripts, scripts_of
from relatum.plugins import LoadedPlugin
from relatum_schemas.errors import Conflict, PluginError


async def install(
    url: str, plugins: Sequence[LoadedPlugin], name: str, *, by: Principal
) -> list[Migration]:
    """Make the tables of a plugin, of those that it requires as well, and return the migrations that did it.

    Args:
        url: of the database; a SQLite file is created if it is not there.
        plugins: that are loaded, required ones first; this one is among them.
        name: of the plugin.
        by: who does it.

    Raises:
        Conflict: it is there already.
        PluginError: it is not loaded, its data is parked, or what it requires is put away.
        BadMigration, Problems, DatabaseLocked: as `relatum.migration.migrate` says; nothing was changed.
    """
    await reach_patiently(url, lambda connection: require_new(connection, plugins, name))
    await _with_engine(url)
    return await _migrated(url, plugins, name, by)


async def upgrade(
    url: str, plugins: Sequence[LoadedPlugin], name: str, *, by: Principal
) -> list[Migration]:
    """Bring the tables of a plugin to the time of its code, and return the migrations that did it.

    Args:
        url: of the database.
        plugins: that are loaded, required ones first; this one is among them.
        name: of the plugin.
        by: who does it.

    Raises:
        NotFound: the database has nothing of it.
        PluginError: it is not loaded, or its data is parked.
        BadMigration, Problems, DatabaseLocked: as `relatum.migration.migrate` says; nothing was changed.
    """
    await reach_patiently(url, lambda connection: require_old(connection, plugins, name))
    return await _migrated(url, plugins, name, by)


def require_new(connection: Connection, plugins: Sequence[LoadedPlugin], name: str) -> None:
    """Refuse to install what is there.

    Raises:
        Conflict, PluginError: as `install` says.
    """
    _require_loaded(plugins, name)
    if there(connection, name):
        raise Conflict(
            f"The plugin {name!r} is installed already.",
            hint=f"See: relatum plugin plan upgrade {name}",
        )
    state = kept_state(connection, name)
    if state is not None and state.state == "parked":
        raise PluginError(
            f"The data of the plugin {name!r} is put away.",
            hint=f"Bring it back: relatum plugin restore {name}; or destroy it: relatum plugin purge {name}.",
        )


def require_old(connection: Connection, plugins: Sequence[LoadedPlugin], name: str) -> None:
    """Refuse to upgrade what is not there.

    Raises:
        NotFound, PluginError: as `upgrade` says.
    """
    _require_loaded(plugins, name)
    require_there(connection, name, plugins)


def scripts_with(
    connection: Connection, plugins: Sequence[LoadedPlugin], name: str
) -> tuple[tuple[LoadedPlugin, ...], Scripts]:
    """The plugins that are there once one is, and their migrations.

    Raises:
        PluginError: what it requires is put away.
    """
    found = present(connection, plugins, also=(name,))
    if name not in {each.name for each in found}:
        away = ", ".join(sorted(repr(each) for each in put_away(connection) - {name}))
        raise PluginError(
            f"What the plugin {name!r} requires is put away: {away}.",
            hint="Bring that back first: relatum plugin restore.",
        )
    scripts = scripts_of(found)
    state_in(connection, scripts).require_known(None)
    return found, scripts


def _require_loaded(plugins: Sequence[LoadedPlugin], name: str) -> None:
    if name not in {each.name for each in plugins}:
        known = ", ".join(each.name for each in plugins) or "none"
        raise PluginError(
            f"The code of the plugin {name!r} is not installed.", hint=f"Installed: {known}."
        )


async def _with_engine(url: str) -> None:
    """Bring the engine's own tables there, in which the act is kept."""

    def work(connection: Connection) -> None:
        with connection.begin():
            lock_migrations(connection)
            apply(connection, scripts_of(()), of=("relatum",))

    await reach_patiently(url, work)


async def _migrated(
    url: str, plugins: Sequence[LoadedPlugin], name: str, by: Principal
) -> list[Migration]:
    def work(connection: Connection) -> tuple[list[Migration], tuple[PluginState, ...], set[str]]:
        found, scripts = scripts_with(connection, plugins, name)
        judge_declarations(connection, found)
        before = set(heads_on(connection))
        applied = apply(connection, scripts, of=(name,))
        current = up_to_date(connection, scripts, found)
        touched = {each.plugin for each in applied}
        coming = [each for each in touched if not any(one.startswith(f"{each}_") for one in before)]
        note_versions(connection, [each for each in current if each.name in touched], anew=coming)
        check_references(connection)
        forget_former_names(connection, found, touched)
        states = [kept_state(connection, each) for each in sorted(touched)]
        behind = {each.name for each in found} - {each.name for each in current}
        return applied, tuple(each for each in states if each is not None), behind

    applied, states, behind = await changed(url, work)
    await note_states(url, by, states)
    away = await reach_patiently(url, put_away)
    await make_texts(url, plugins, away=away | behind)
    return applied
