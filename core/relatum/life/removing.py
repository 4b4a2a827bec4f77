"""Removes plugins: their data is parked, and they are out of force in every process until they are restored."""

from collections.abc import Sequence

from sqlalchemy import Connection

from relatum.access import Principal
from relatum.identity.plugin_states import PluginState
from relatum.life.concerning import dependants, require_there, requirements, there, tied_at_run_time
from relatum.life.parking import park
from relatum.life.parts import parts_in
from relatum.life.storing import changed, note_states, put_state
from relatum.migration.heads import drop_heads, heads_of, heads_on, keep_heads
from relatum.migration.present import present, put_away
from relatum.migration.reaching import reach
from relatum.migration.running import make_texts
from relatum.migration.schema import Schema
from relatum.migration.scripts import scripts_of
from relatum.plugins import LoadedPlugin
from relatum_schemas.errors import PluginError


async def remove(
    url: str,
    plugins: Sequence[LoadedPlugin],
    name: str,
    *,
    by: Principal,
    with_dependants: bool = False,
) -> tuple[str, ...]:
    """Remove a plugin, and return the names of all that were removed with it, in order.

    Args:
        url: of the database.
        plugins: that are loaded, required ones first; the one that is removed need not be.
        name: of the plugin.
        by: who does it.
        with_dependants: whether plugins that require it go with it; else they keep it.

    Raises:
        NotFound: the database has nothing of it.
        PluginError: it is parked already, or something else builds on it.
        DatabaseLocked: others use the tables for too long; nothing was changed.
    """

    def work(connection: Connection) -> tuple[PluginState, ...]:
        going = going_with(connection, plugins, name)
        if len(going) > 1 and not with_dependants:
            listed = ", ".join(repr(each) for each in going[:-1])
            raise PluginError(
                f"The plugin {name!r} is required by {listed}.",
                hint="Remove these first, or with it: --with-dependants.",
            )
        schema = _schema(connection, plugins)
        return tuple(_remove(connection, each, schema) for each in going)

    states = await changed(url, work)
    await note_states(url, by, states)
    away = await reach(url, put_away)
    await make_texts(url, plugins, away=away)
    return tuple(each.name for each in states)


def going_with(
    connection: Connection, plugins: Sequence[LoadedPlugin], name: str
) -> tuple[str, ...]:
    """The plugins that go when one goes: those first that require it.

    Raises:
        NotFound, PluginError: as `remove` says.
    """
    require_there(connection, name, plugins)
    found = dependants(name, requirements(connection, plugins))
    return (*(each for each in found if there(connection, each)), name)


def _schema(connection: Connection, plugins: Sequence[LoadedPlugin]) -> Schema:
    """What the migrations of loaded plugins have led to; and for each of them, how far it is, is kept."""
    scripts = scripts_of(present(connection, plugins))
    applied = scripts.up_to(heads_on(connection))
    keep_heads(connection, scripts, {each.revision for each in applied})
    return scripts.replayed(applied)


def _remove(connection: Connection, name: str, schema: Schema) -> PluginState:
    tied = tied_at_run_time(connection, parts_in(connection, name, schema))
    if tied:
        raise PluginError(
            f"Ties that were declared at run time end at records of {name!r}: {', '.join(tied)}.",
            hint="Remove their types first: relatum catalogue remove.",
        )
    heads = heads_of(connection, name)
    remembered = park(connection, name, schema)
    drop_heads(connection, heads)
    return put_state(connection, name, "parked", {**remembered, "heads": list(heads)})
