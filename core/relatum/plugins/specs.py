"""The hooks that a plugin may implement in its module, marked with ``@hookimpl``; their docstrings are the documentation.

What is known when a plugin is imported is a value in its module, and no hook: types, policies, actions, reactions, views.
A hook is for what runs code or asks the installation. Those about transport are in `relatum_server.plugin_specs`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pluggy

from relatum.plugins.importers import Importer

if TYPE_CHECKING:
    from relatum.session.context import Context

GROUP: Final = "relatum"
"""The entry-point group of plugins, also the name of the pluggy project."""

BUNDLED: Final = "relatum.bundled"
"""The entry-point group of plugins that come with another distribution, and are used where they are asked for."""

hookspec: Final = pluggy.HookspecMarker(GROUP)
"""Marks what may be implemented."""

hookimpl: Final = pluggy.HookimplMarker(GROUP)
"""Marks a function of a plugin's module that implements the hook of its name."""


@hookspec
async def startup(ctx: "Context") -> None:
    """Do what the plugin needs done when a process begins to serve: open a client, warm a cache.

    It is called once per process, before the first request, and when the plugin comes into force in a process that serves.
    It has thirty seconds. A plugin whose startup raises is in force all the same, and unhealthy.

    Args:
        ctx: of the plugin, for which the engine itself asks.
    """


@hookspec
async def shutdown(ctx: "Context") -> None:
    """Give back what `startup` took, within five seconds, when a process ends or the plugin is deactivated.

    Args:
        ctx: of the plugin, for which the engine itself asks.
    """


@hookspec
async def health(ctx: "Context") -> None:
    """See whether what the plugin depends on is there, and raise what is wrong.

    It is asked when somebody asks ``/readyz``, every few seconds at most, and has two seconds. What it raises is shown in
    the query ``plugins``; ``/readyz`` shows its code alone.

    Args:
        ctx: of the plugin, for which the engine itself asks.
    """


@hookspec
async def demo_data(ctx: "Context") -> None:
    """Make what shows the plugin in ``relatum demo``: called once, after the example data has been imported.

    Args:
        ctx: of the plugin, for which the engine itself asks.
    """


@hookspec
def importers() -> Sequence[Importer]:
    """Name the forms of files that ``relatum import`` can read thanks to the plugin.

    A mapping names such a file like any other; the form is known by the ending of its name, or said by ``format``.
    """
    raise NotImplementedError


@hookspec
def messages() -> Path:
    """Say where the plugin's translations are, where that is not ``locale`` beside its module.

    It is a folder with ``de/LC_MESSAGES/<plugin>.po``.

    They are merged with those of all other plugins; of two translations of one message the later plugin's counts.
    ``relatum messages extract`` writes such files, `Context.titles` gives the words.
    """
    raise NotImplementedError
