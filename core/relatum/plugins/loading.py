"""Finds the installed plugins, judges their manifests, and puts them in order.

A plugin is a module named by an entry point of the group ``relatum``; pluggy finds and registers it, in an explicit
call and never at import. A plugin that is blocked, by name, is as if it were not installed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points, version
from types import ModuleType

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from relatum.catalogue import Catalogue, build_catalogue, contribution
from relatum_schemas.errors import PluginError, Problems, RelatumError
from relatum_schemas.plugin import Plugin

GROUP = "relatum"
"""The entry-point group, also the name of the pluggy project."""


@dataclass(frozen=True)
class LoadedPlugin:
    """A plugin in force: its manifest and its module."""

    manifest: Plugin
    module: ModuleType

    @property
    def name(self) -> str:
        """The manifest's name."""
        return self.manifest.name


def load_plugins(
    *, only: Collection[str] | None = None, blocked: Collection[str] = ()
) -> tuple[LoadedPlugin, ...]:
    """Load the installed plugins, required ones before those that require them, else by name.

    Args:
        only: names of the plugins wanted, with what they require; None for all that are installed.
        blocked: names left out.

    Raises:
        PluginError: a plugin cannot be imported, has no manifest, or is asked for or left out and not installed.
        Problems: several such, or requirements that are not met.
    """
    names = {each.name for each in entry_points(group=GROUP)}
    _known((*(only or ()), *blocked), names)
    manager = pluggy.PluginManager(GROUP)
    for name in blocked:
        manager.set_blocked(name)
    for name in sorted(names - set(blocked)):
        _register(manager, name)
    found = {
        name: _loaded(name, module)
        for name, module in manager.list_name_plugin()
        if isinstance(module, ModuleType)
    }
    return in_order(found.values(), only=only)


def _known(wanted: Iterable[str], names: Collection[str]) -> None:
    for name in wanted:
        if name not in names:
            raise PluginError(
                f"The plugin {name!r} is not installed.",
                hint=f"Installed: {', '.join(sorted(names)) or 'none'}.",
            )


def _register(manager: pluggy.PluginManager, name: str) -> None:
    try:
        manager.load_setuptools_entrypoints(GROUP, name=name)
    except RelatumError:
        raise
    except Exception as error:
        raise PluginError(
            f"The plugin {name!r} cannot be imported: {type(error).__name__}: {error}",
            hint="Repair it, or start without it: --without " + name,
        ) from error


def _loaded(name: str, module: ModuleType) -> LoadedPlugin:
    manifest = contribution(module).plugin
    if manifest.name != name:
        raise PluginError(
            f"The entry point {name!r} leads to a plugin that calls itself {manifest.name!r}.",
            hint="Give both the same name.",
        )
    return LoadedPlugin(manifest, module)


def in_order(
    plugins: Iterable[LoadedPlugin], *, only: Collection[str] | None = None
) -> tuple[LoadedPlugin, ...]:
    """The plugins (those of ``only`` with what they require), required ones first, else by name.

    Raises:
        Problems: a manifest does not hold: a bad name, another engine, a requirement missing or circular.
    """
    by_name = {each.name: each for each in plugins}
    problems = [problem for each in by_name.values() for problem in _judged(each.manifest, by_name)]
    if problems:
        raise Problems("The plugins do not go together.", problems)
    ordered: dict[str, LoadedPlugin] = {}
    for name in sorted(only if only is not None else by_name):
        _place(name, by_name, ordered, ())
    return tuple(ordered.values())


def _judged(manifest: Plugin, installed: Mapping[str, LoadedPlugin]) -> Iterable[PluginError]:
    if not manifest.well_named:
        yield PluginError(
            f"{manifest.name!r} is no name for a plugin.", hint="Use lower case and underscores."
        )
    engine = version("relatum")
    try:
        fits = SpecifierSet(manifest.engine).contains(engine, prereleases=True)
    except InvalidSpecifier:
        yield PluginError(
            f"{manifest.name}: engine={manifest.engine!r} is no version range.",
            hint='Write ">=0.1,<1".',
        )
    else:
        if not fits:
            yield PluginError(
                f"The plugin {manifest.name!r} needs Relatum {manifest.engine}; this is {engine}."
            )
    for required in manifest.requires:
        if required not in installed:
            yield PluginError(
                f"The plugin {manifest.name!r} requires {required!r}, which is not loaded.",
                hint=f"Install {required!r}, or leave {manifest.name!r} out.",
            )


def _place(
    name: str,
    by_name: Mapping[str, LoadedPlugin],
    ordered: dict[str, LoadedPlugin],
    above: Sequence[str],
) -> None:
    if name in ordered:
        return
    if name in above:
        raise PluginError(
            f"The plugins require each other in a circle: {' -> '.join((*above, name))}."
        )
    for required in sorted(by_name[name].manifest.requires):
        _place(required, by_name, ordered, (*above, name))
    ordered[name] = by_name[name]


def catalogue_of(plugins: Iterable[LoadedPlugin], *, zone: str = "UTC") -> Catalogue:
    """The catalogue that these plugins declare together.

    Raises:
        Problems: with every mistake in their declarations.
    """
    return build_catalogue([each.module for each in plugins], zone=zone)
