"""Plugins: how they come into force, and what there is around them.

`loading` finds and imports them, `judging` looks at their manifests; what they declare is read by `relatum.catalogue`, and
what they may implement beside that says `specs`. `health` knows how they fare, `surroundings` what else their code finds in
a process.
"""

from relatum.plugins.health import PluginHealth, Trouble
from relatum.plugins.loading import (
    GROUP,
    FailedPlugin,
    LoadedPlugin,
    Loading,
    catalogue_of,
    load_plugins,
    try_plugins,
)
from relatum.plugins.specs import hookimpl
from relatum.plugins.surroundings import Surroundings

__all__ = [
    "GROUP",
    "FailedPlugin",
    "LoadedPlugin",
    "Loading",
    "PluginHealth",
    "Surroundings",
    "Trouble",
    "catalogue_of",
    "hookimpl",
    "load_plugins",
    "try_plugins",
]
