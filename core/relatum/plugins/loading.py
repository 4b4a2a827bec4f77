"""Finds the installed plugins and imports them.

A plugin is a module named by an entry point of the group ``relatum``; pluggy finds and registers it, in an explicit
call and never at import. Those of the group ``relatum.bundled`` are at hand, and used where they are asked for by name or
required by one that is used. A plugin that is blocked, by name, is as if it were not installed. One that cannot be used is
left out with whatever requires it, and takes nothing else down: `try_plugins` tells of it, `load_plugins` insists on all.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import pluggy

from relatum.catalogue import Catalogue, build_catalogue, contribution
from relatum.plugins.judging import judged, ordered
from relatum.plugins.specs import BUNDLED, GROUP
from relatum_schemas.errors import PluginError, Problems, RelatumError
from relatum_schemas.plugin import Plugin


@dataclass(frozen=True)
class LoadedPlugin:
    """A plugin that can be used: its manifest and its module."""

    manifest: Plugin
    module: ModuleType

    @property
    def name(self) -> str:
        """The manifest's name."""
        return self.manifest.name

    @property
    def folder(self) -> Path:
        """Where the module's file is."""
        return Path(self.module.__file__ or "").parent

    @property
    def description(self) -> str:
        """What it is for: the docstring of its module."""
        return inspect.cleandoc(self.module.__doc__ or "")


@dataclass(frozen=True)
class FailedPlugin:
    """A plugin that is installed and cannot be used, with the reason."""

    name: str
    error: RelatumError


@dataclass(frozen=True)
class Loading:
    """What came of loading plugins: those that can be used, required ones first, and those that cannot, by name."""

    plugins: tuple[LoadedPlugin, ...] = ()
    failed: tuple[FailedPlugin, ...] = ()


Judge = Callable[[Sequence[LoadedPlugin]], object]
"""Looks whether plugins can be used together; raises what is wrong."""


def load_plugins(
    *,
    only: Collection[str] | None = None,
    also: Collection[str] = (),
    blocked: Collection[str] = (),
) -> tuple[LoadedPlugin, ...]:
    """Load the installed plugins, required ones before those that require them, else by name; all of them, or none.

    Args:
        only: names of the plugins wanted, with what they require; None for all that are not merely bundled.
        also: names of bundled plugins wanted beside these.
        blocked: names left out.

    Raises:
        PluginError: a plugin cannot be imported, has no manifest, or is asked for or left out and not installed.
        Problems: several such, or requirements that are not met.
    """
    found, failed = _found(only, also, blocked)
    by_name = {**found}
    errors = [*failed.values(), *judged({name: each.manifest for name, each in found.items()})]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Problems("The plugins do not go together.", errors)
    return _in_order(by_name)


def try_plugins(
    *,
    only: Collection[str] | None = None,
    also: Collection[str] = (),
    blocked: Collection[str] = (),
    judge: Judge | None = None,
) -> Loading:
    """Load those of the installed plugins that can be used, and tell what is wrong with the others.

    Args:
        only: names of the plugins wanted, with what they require; None for all that are not merely bundled.
        also: names of bundled plugins wanted beside these.
        blocked: names left out.
        judge: looks whether plugins can be used together, beyond manifests and declarations.

    Raises:
        PluginError: a plugin is asked for or left out and not installed.
    """
    found, failed = _found(only, also, blocked)
    _leave_out(found, failed)
    plugins = _in_order(found)
    try:
        _judge(plugins, judge)
    except Exception:  # which of them it is, and how, is found out one by one
        for each in plugins:
            _try(each, found, failed, judge)
        plugins = _in_order(found)
    return Loading(plugins, tuple(FailedPlugin(name, failed[name]) for name in sorted(failed)))


def _try(
    plugin: LoadedPlugin,
    found: dict[str, LoadedPlugin],
    failed: dict[str, RelatumError],
    judge: Judge | None,
) -> None:
    """Leave a plugin out if it cannot be used with those before it."""
    if plugin.name not in found:
        return
    until = [*_in_order(found)]
    try:
        _judge(until[: until.index(plugin) + 1], judge)
    except RelatumError as error:
        failed[plugin.name] = error
    except Exception as error:
        failed[plugin.name] = PluginError(
            f"The plugin {plugin.name!r} cannot be used: {type(error).__name__}: {error}"
        )
    if plugin.name in failed:
        del found[plugin.name]
        _leave_out(found, failed)


def _judge(plugins: Sequence[LoadedPlugin], judge: Judge | None) -> None:
    catalogue_of(plugins)
    if judge is not None:
        judge(plugins)


def _found(
    only: Collection[str] | None, also: Collection[str], blocked: Collection[str]
) -> tuple[dict[str, LoadedPlugin], dict[str, RelatumError]]:
    """The plugins that can be imported, and what is wrong with the others."""
    there = packages()
    _known((*(only or ()), *also, *blocked), there)
    manager = pluggy.PluginManager(GROUP)
    found: dict[str, LoadedPlugin] = {}
    failed: dict[str, RelatumError] = {}
    waiting = [*(_packages(GROUP) if only is None else only), *also]
    while waiting:
        name = waiting.pop()
        if name in found or name in failed or name not in there or name in blocked:
            continue
        try:
            found[name] = _imported(manager, name)
        except RelatumError as error:
            failed[name] = error
        else:
            waiting += found[name].manifest.requires
    return found, failed


def packages() -> Mapping[str, str]:
    """The packages of all plugins that are installed, whether they can be used or not, by the plugins' names."""
    return {**_packages(BUNDLED), **_packages(GROUP)}


def installed() -> tuple[str, ...]:
    """The names of all plugins that are installed, whether they can be used or not."""
    return tuple(sorted(packages()))


def _packages(group: str) -> Mapping[str, str]:
    return {each.name: each.module for each in entry_points(group=group)}


def _known(wanted: Iterable[str], names: Collection[str]) -> None:
    for name in wanted:
        if name not in names:
            raise PluginError(
                f"The plugin {name!r} is not installed.",
                hint=f"Installed: {', '.join(sorted(names)) or 'none'}.",
            )


def _imported(manager: pluggy.PluginManager, name: str) -> LoadedPlugin:
    try:
        for group in (GROUP, BUNDLED):
            manager.load_setuptools_entrypoints(group, name=name)
    except RelatumError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"The plugin {name!r} cannot be imported: {type(error).__name__}: {error}",
            hint="Repair it, or start without it: --without " + name,
        ) from error
    module = manager.get_plugin(name)
    if not isinstance(module, ModuleType):
        raise PluginError(f"The entry point {name!r} leads to no module.")
    manifest = contribution(module).plugin
    if manifest.name != name:
        raise PluginError(
            f"The entry point {name!r} leads to a plugin that calls itself {manifest.name!r}.",
            hint="Give both the same name.",
        )
    return LoadedPlugin(manifest, module)


def _leave_out(found: dict[str, LoadedPlugin], failed: dict[str, RelatumError]) -> None:
    """Leave out what cannot be used by its manifest, until what is left goes together."""
    while True:
        manifests = {name: each.manifest for name, each in found.items()}
        problems = judged(manifests, failed)
        if not problems:
            return
        for problem in problems:
            name = str(problem.path[0])
            failed.setdefault(name, problem)
            found.pop(name, None)


def _in_order(plugins: Mapping[str, LoadedPlugin]) -> tuple[LoadedPlugin, ...]:
    manifests = {name: each.manifest for name, each in plugins.items()}
    return tuple(plugins[name] for name in ordered(manifests))


def catalogue_of(plugins: Iterable[LoadedPlugin], *, zone: str = "UTC") -> Catalogue:
    """The catalogue that these plugins declare together.

    Raises:
        Problems: with every mistake in their declarations.
    """
    return build_catalogue([each.module for each in plugins], zone=zone)
