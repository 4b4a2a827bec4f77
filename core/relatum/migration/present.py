"""What a database keeps of plugins themselves, as migrations see it: whose data is put away, and which version is there.

A plugin whose data is put away is as if it were not loaded: nothing of it is made anew beside what is kept.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, inspect, select, update

from relatum.clock import utc_now
from relatum.identity.force import Kept
from relatum.identity.plugin_states import PluginState
from relatum.identity.stored import PLUGIN
from relatum.migration.heads import heads_on
from relatum.migration.scripts import Scripts
from relatum.plugins import LoadedPlugin
from relatum.session.assembling import active

_COLUMNS = [
    PLUGIN.c[name] for name in ("name", "version", "state", "changed_at", "changed_by", "detail")
]


def states_in(connection: Connection) -> Mapping[str, PluginState]:
    """What is kept of plugins, by name; nothing where the database is empty."""
    if not inspect(connection).has_table(PLUGIN.name):
        return {}
    return {row.name: PluginState(*row) for row in connection.execute(select(*_COLUMNS))}


def put_away(connection: Connection) -> frozenset[str]:
    """The plugins whose data is parked, or was destroyed."""
    return frozenset(name for name, each in states_in(connection).items() if each.away)


def present(
    connection: Connection, plugins: Sequence[LoadedPlugin], *, also: Collection[str] = ()
) -> tuple[LoadedPlugin, ...]:
    """The plugins that have, or are to have, their tables in a database.

    Args:
        connection: to the database.
        plugins: that are loaded, required ones first.
        also: names of plugins that come back.
    """
    return active(plugins, Kept(put_away(connection) - frozenset(also)))


def up_to_date(
    connection: Connection, scripts: Scripts, plugins: Sequence[LoadedPlugin]
) -> tuple[LoadedPlugin, ...]:
    """Those of the plugins of which no migration is missing, and that build on none of which one is."""
    there = {each.revision for each in scripts.up_to(heads_on(connection))}
    behind = {scripts.plugin_of(each) for each in scripts.all if each.revision not in there}
    return active(plugins, Kept(frozenset(behind)))


def note_versions(
    connection: Connection, plugins: Sequence[LoadedPlugin], *, anew: Collection[str] = ()
) -> None:
    """Keep which versions of plugins a database is of, and what they require, for when their code is gone.

    Args:
        connection: in the transaction that brought it there.
        plugins: of which no migration is missing.
        anew: names of those that come into force by it.
    """
    states = states_in(connection)
    for each in plugins:
        said: dict[str, Any] = {
            "version": each.manifest.version,
            "detail": {"requires": list(each.manifest.requires)},
        }
        kept = states.get(each.name)
        moment = {"state": "active", "changed_at": utc_now(), "changed_by": None}
        if kept is None:
            connection.execute(insert(PLUGIN).values(name=each.name, **said, **moment))
        elif each.name in anew or (kept.version, kept.detail) != tuple(said.values()):
            values = {**said, **(moment if each.name in anew else {})}
            connection.execute(update(PLUGIN).where(PLUGIN.c.name == each.name).values(values))
