"""What the settings bring into force: the plugins, what surrounds them, the catalogue that they declare together.

All that the command line needs to work on a database. What a server needs besides is made in `launching`, which takes as
long to import as all of this.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from relatum.catalogue import Catalogue
from relatum.connections.addresses import read_url
from relatum.identity.force import Assembling, Kept
from relatum.migration.scripts import scripts_of
from relatum.plugins import (
    Hooks,
    LoadedPlugin,
    Loading,
    PluginHealth,
    Surroundings,
    catalogue_of,
    installed,
    load_plugins,
    settings_of,
    try_plugins,
)
from relatum.session import assembling
from relatum_schemas.errors import BadSetting
from relatum_server import plugin_specs
from relatum_server.files.store import FileStore
from relatum_server.plugins.mounting import offered_by
from relatum_server.settings import Settings


def plugins_in_force(settings: Settings) -> tuple[LoadedPlugin, ...]:
    """The plugins that the settings ask for, required ones first.

    Raises:
        PluginError: one is not installed or cannot be loaded.
        Problems: several such.
    """
    plugins = load_plugins(only=settings.only or None, also=settings.also, blocked=settings.without)
    judge_plugins(settings, plugins)
    return plugins


def judge_plugins(settings: Settings, plugins: Sequence[LoadedPlugin]) -> None:
    """See to it that plugins have the settings, hooks, routes and migrations that they should have.

    Raises:
        RelatumError: they have not.
    """
    settings_of(plugins, settings.plugins)
    offered_by(hooks_in_force(settings, plugins))
    scripts_of(plugins)


def hooks_in_force(
    settings: Settings, plugins: Sequence[LoadedPlugin], health: PluginHealth | None = None
) -> Hooks:
    """The hooks that plugins implement.

    Raises:
        PluginError: one implements what is no hook (`Problems` for several).
    """
    return Hooks(plugins, specs=[plugin_specs], health=health, trace=settings.trace_hooks)


def surroundings_of(settings: Settings, loading: Loading) -> Surroundings:
    """What there is around plugins that can be used.

    Raises:
        RelatumError: they have not the settings or hooks that they should have.
    """
    health = PluginHealth()
    return Surroundings(
        loading=loading,
        hooks=hooks_in_force(settings, loading.plugins, health),
        settings=settings_of(loading.plugins, settings.plugins),
        health=health,
        files=FileStore(settings.files) if settings.files else None,
        language=settings.language,
    )


@dataclass(frozen=True)
class Sound:
    """What a process serves: the plugins that can be used, and what surrounds them.

    Attributes:
        surroundings: the plugins, those that cannot be used, with settings, hooks and health.
        types: puts the catalogue together, of the plugins and of what the database keeps of them.
    """

    surroundings: Surroundings
    types: Assembling

    @property
    def plugins(self) -> tuple[LoadedPlugin, ...]:
        """Those that can be used, required ones first."""
        return self.surroundings.loading.plugins


def sound_plugins(
    settings: Settings, *, judged: Callable[[Catalogue], object] | None = None
) -> Sound:
    """The plugins that can be used; whatever is wrong with another one takes nothing down but what requires it.

    Args:
        settings: that name plugins, and what these are told.
        judged: is given their catalogue, and raises what else may not go together in it, for a process that serves it.

    Raises:
        PluginError: a plugin is asked for or left out that is not installed.
        BadSetting: something is told to a plugin that is not installed.
    """
    _judge_named(settings)
    catalogues: list[Catalogue] = []

    def judge(plugins: Sequence[LoadedPlugin]) -> None:
        judge_plugins(settings, plugins)
        if judged is not None:
            catalogue = catalogue_of(plugins, zone=settings.zone)
            judged(catalogue)
            catalogues.append(catalogue)

    loading = try_plugins(
        only=settings.only or None, also=settings.also, blocked=settings.without, judge=judge
    )
    names = tuple(each.name for each in loading.plugins)
    made = next((each for each in catalogues if tuple(each.plugins) == names), None)
    assembled = assembling(loading.plugins, zone=settings.zone)

    def types(what: Kept) -> Catalogue:
        return made if made and what == Kept() else assembled(what)

    return Sound(surroundings_of(settings, loading), types)


def _judge_named(settings: Settings) -> None:
    there = installed()
    for name in settings.plugins:
        if name not in there:
            nearest = get_close_matches(name, there, n=1)
            raise BadSetting(
                f"plugins.{name}: no plugin of this name is installed.",
                path=("plugins", name),
                hint=f"Did you mean {nearest[0]!r}?"
                if nearest
                else f"Installed: {', '.join(there) or 'none'}.",
            )


def catalogue_in_force(settings: Settings) -> Catalogue:
    """The catalogue of the plugins in force.

    Raises:
        PluginError: a plugin is not installed or cannot be loaded.
        Problems: plugins or declarations do not go together.
    """
    return catalogue_of(plugins_in_force(settings), zone=settings.zone)


def types_in_force(settings: Settings, plugins: Sequence[LoadedPlugin] | None = None) -> Assembling:
    """What puts the catalogue together of the plugins and of what a database keeps of them, for `open_database`.

    Raises:
        PluginError: a plugin is not installed or cannot be loaded.
    """
    plugins = plugins_in_force(settings) if plugins is None else plugins
    complete = not (settings.only or settings.without)
    return assembling(plugins, zone=settings.zone, complete=complete)


def sign_ins_file(settings: Settings) -> Path:
    """The file in which the demo keeps the secrets of its sign-ins, beside its database."""
    return Path(read_url(settings.database_url).database or "").with_suffix(".json")
