"""The page on hooks, made of their specifications: `docs/hooks.md`."""

import inspect
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

from relatum.plugins import GROUP, specs
from relatum_schemas.docstring import read_docstring
from relatum_server import plugin_specs

_HEAD: Final = """# Hooks

What a plugin declares is a value in its module: types, policies, actions, reactions, views, ports. A *hook* is for what
runs code or asks the installation: a function in the plugin's module, marked with `@hookimpl`, with the name of the hook
and as many of its arguments as it needs. [The plugin contract](plugins.md) shows them at work.

A hook is called plugin by plugin, required plugins first. One that raises makes its plugin unhealthy and takes no other
down. What is no hook, or an argument that a hook does not give, is refused by name when the plugin is loaded.
`--trace-hooks` logs each call.

This page is made of the specifications in `relatum.plugins.specs` and `relatum_server.plugin_specs`, by `relatum hooks`.
"""


def hooks_page() -> str:
    """The page."""
    sections = [
        section
        for title, module in (("In the core", specs), ("About transport", plugin_specs))
        for section in (f"## {title}", *(_section(name, each) for name, each in _hooks(module)))
    ]
    return "\n\n".join([_HEAD.strip(), *sections]) + "\n"


def _hooks(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in vars(module).items():
        if hasattr(value, f"{GROUP}_spec"):
            yield name, value


def _section(name: str, hook: Callable[..., Any]) -> str:
    told = read_docstring(hook)
    kind = "async def" if inspect.iscoroutinefunction(hook) else "def"
    # Of types the names are enough.
    signature = re.sub(r"'|\b(?:\w+\.)+(?=\w)", "", str(inspect.signature(hook)))
    arguments = "\n".join(f"- `{each}`: {said}" for each, said in told.arguments.items())
    parts = [f"### {name}", f"`{kind} {name}{signature}`", told.description, arguments]
    return "\n\n".join(each for each in parts if each).replace("``", "`")
