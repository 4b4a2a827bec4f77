"""The hooks that plugins implement, called one plugin at a time, so that one that fails takes no other down."""

import inspect
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import ModuleType
from typing import Any, Final

import pluggy

from relatum.plugins import specs as core_specs
from relatum.plugins.containing import contained
from relatum.plugins.health import PluginHealth
from relatum.plugins.loading import LoadedPlugin
from relatum.plugins.specs import GROUP
from relatum_schemas.errors import PluginError, Problems

_log: Final = logging.getLogger("relatum.hooks")


class Hooks:
    """What the plugins of a process implement.

    Args:
        plugins: in force or not, required ones first.
        specs: modules of hook specifications beside those of the core.
        health: told of what fails and what succeeds.
        trace: whether each call, with what it is given and what it gives, is logged by ``relatum.hooks``.

    Raises:
        PluginError: a plugin implements what is no hook, or wants what the hook does not give (`Problems` for several).
    """

    def __init__(
        self,
        plugins: Iterable[LoadedPlugin] = (),
        *,
        specs: Sequence[ModuleType] = (),
        health: PluginHealth | None = None,
        trace: bool = False,
    ) -> None:
        """Register what the plugins implement."""
        self._health = health or PluginHealth()
        self._manager = pluggy.PluginManager(GROUP)
        self._modules: dict[str, ModuleType] = {}
        known = hooks_of(*specs)
        for each in (core_specs, *specs):
            self._manager.add_hookspecs(each)
        problems: list[PluginError] = []
        for plugin in plugins:
            found = list(_problems(plugin, known))
            problems += found
            if not found:
                self._manager.register(plugin.module, plugin.name)
                self._modules[plugin.name] = plugin.module
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise Problems("Hooks are implemented that there are none of.", problems)
        if trace:
            _log.setLevel(logging.INFO)
            self._manager.trace.root.setwriter(lambda text: _log.info(text.rstrip("\n")))
            self._manager.enable_tracing()

    @property
    def modules(self) -> Mapping[str, ModuleType]:
        """The plugins by name, in the order in which they were loaded."""
        return self._modules

    def implementing(self, hook: str) -> tuple[str, ...]:
        """The names of the plugins that implement a hook, in the order in which they were loaded."""
        if not self._modules:  # nor do those of a transport that is not there have to be known
            return ()
        callers = {each.plugin_name for each in getattr(self._manager.hook, hook).get_hookimpls()}
        return tuple(name for name in self._modules if name in callers)

    def implemented_by(self, plugin: str) -> tuple[str, ...]:
        """The names of the hooks that a plugin implements."""
        module = self._modules.get(plugin)
        callers = (self._manager.get_hookcallers(module) if module else None) or ()
        return tuple(sorted(each.name for each in callers))

    def given(
        self, hook: str, *, among: Collection[str] | None = None, **arguments: object
    ) -> Iterator[tuple[str, Any]]:
        """What each plugin gives, with its name; one that raises is noted as unhealthy and gives nothing.

        Args:
            hook: its name.
            among: the plugins asked; None for all.
            arguments: what the hook gives.
        """
        for plugin in self.implementing(hook):
            if among is not None and plugin not in among:
                continue
            try:
                result = self._call(hook, plugin, arguments)
            except Exception as error:
                self._health.failed(plugin, f"hook {hook}", error)
            else:
                self._health.recovered(plugin, f"hook {hook}")
                yield plugin, result

    async def run(self, hook: str, plugin: str, **arguments: object) -> bool:
        """Run what a plugin implements, if it does; whether it succeeded. One that raises is noted as unhealthy."""
        if plugin not in self.implementing(hook):
            return True
        try:
            result = self._call(hook, plugin, arguments)
            if inspect.isawaitable(result):
                await contained(result)
        except Exception as error:
            self._health.failed(plugin, f"hook {hook}", error)
            return False
        self._health.recovered(plugin, f"hook {hook}")
        return True

    def _call(self, hook: str, plugin: str, arguments: Mapping[str, object]) -> Any:
        others = [module for name, module in self._modules.items() if name != plugin]
        given = self._manager.subset_hook_caller(hook, others)(**arguments)
        return given[0] if given else None


def hooks_of(*specs: ModuleType) -> dict[str, inspect.Signature]:
    """What may be implemented, by name, with what each hook gives and takes."""
    return {
        name: inspect.signature(value)
        for module in (core_specs, *specs)
        for name, value in vars(module).items()
        if hasattr(value, f"{GROUP}_spec")
    }


def _problems(
    plugin: LoadedPlugin, known: Mapping[str, inspect.Signature]
) -> Iterator[PluginError]:
    for name, value in vars(plugin.module).items():
        options = getattr(value, f"{GROUP}_impl", None)
        if options is None or not callable(value):
            continue
        hook = options["specname"] or name
        if hook not in known:
            nearest = get_close_matches(hook, known, n=1)
            yield PluginError(
                f"The plugin {plugin.name!r} implements {hook!r}, which is no hook.",
                path=(plugin.name, name),
                hint=f"Did you mean {nearest[0]!r}?"
                if nearest
                else f"There are: {', '.join(sorted(known))}.",
            )
            continue
        gives = known[hook].parameters
        for argument in inspect.signature(value).parameters:
            if argument not in gives:
                yield PluginError(
                    f"The plugin {plugin.name!r} wants {argument!r} in {hook!r}, which does not give it.",
                    path=(plugin.name, name),
                    hint=f"It gives: {', '.join(gives) or 'nothing'}.",
                )
