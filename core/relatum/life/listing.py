"""What plugins there are: in the code, in the database, or in both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from relatum.life.concerning import requirements
from relatum.migration.heads import heads_of
from relatum.migration.present import present, states_in
from relatum.migration.reaching import look
from relatum.migration.running import state_in
from relatum.migration.scripts import plugin_stem, scripts_of, stem_of
from relatum.plugins import Loading
from relatum_schemas.errors import RelatumError

Standing = Literal["new", "active", "inactive", "parked", "purged"]
"""Not in the database; in force; out of force with its data in place; its data put away; destroyed."""


@dataclass(frozen=True, kw_only=True)
class PluginLife:
    """A plugin as code and database have it.

    Attributes:
        name: of the plugin.
        version: of its code; None where that is not installed.
        kept: the version that the database is of; None where it knows none.
        standing: where it is in its life.
        since: when it came there; None where nobody noted it.
        missing: its migrations that the database lacks, in order.
        requires: the plugins that it requires.
        required_by: the plugins that require it.
        problem: why its code cannot be used, or does not go with the database.
    """

    name: str
    version: str | None
    kept: str | None
    standing: Standing
    since: datetime | None
    missing: tuple[str, ...]
    requires: tuple[str, ...]
    required_by: tuple[str, ...]
    problem: RelatumError | str | None


async def lives(url: str, loading: Loading) -> tuple[PluginLife, ...]:
    """All plugins of an installation, by name.

    Args:
        url: of the database.
        loading: which plugins are installed, and which of these can be used.
    """
    return await look(url, lambda connection: lives_in(connection, loading))


def lives_in(connection: Connection, loading: Loading) -> tuple[PluginLife, ...]:
    """All plugins of an installation, by name, as a connection sees its database."""
    states = states_in(connection)
    requires = requirements(connection, loading.plugins)
    scripts = scripts_of(present(connection, loading.plugins))
    state = state_in(connection, scripts)
    manifests = {each.name: each.manifest for each in loading.plugins}
    failed: Mapping[str, RelatumError] = {each.name: each.error for each in loading.failed}

    def life(name: str) -> PluginLife:
        kept = states.get(name)
        heads = heads_of(connection, name)
        standing: Standing = kept.state if kept else ("active" if heads else "new")
        manifest = manifests.get(name)
        problem: RelatumError | str | None = failed.get(name)
        if problem is None and manifest is None and heads:
            problem = "Its code is not installed."
        if plugin_stem_in(name, state.unknown):
            problem = "Its code is older than the database."
        return PluginLife(
            name=name,
            version=manifest.version if manifest else None,
            kept=kept.version if kept else None,
            standing=standing,
            since=kept.changed_at if kept else None,
            missing=tuple(each for each in state.missing if plugin_stem(each) == stem_of(name)),
            requires=tuple(requires.get(name, ())),
            required_by=tuple(sorted(one for one, of in requires.items() if name in of)),
            problem=problem,
        )

    return tuple(life(name) for name in sorted({*states, *manifests, *failed}))


def plugin_stem_in(name: str, revisions: Sequence[str]) -> bool:
    """Whether one of these revisions is a plugin's."""
    return any(plugin_stem(each) == stem_of(name) for each in revisions)
