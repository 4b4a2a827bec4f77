"""Plugins: how they come into force, and what there is around them.

`loading` finds and imports them, `judging` looks at their manifests; what they declare is read by `relatum.catalogue`. What
they may implement beside that say `specs` (`importers` is part of it), and `hooks` calls it. `configuring` reads their
settings, `messages` their translations (`extracting` what is to be translated); by these `titles` tells what people call
what is declared. `containing` keeps to them what would end the process, `health` knows how they fare; `surroundings` is all
of it together, in one process.
"""

from relatum.plugins.configuring import settings_of
from relatum.plugins.health import PluginHealth, Trouble
from relatum.plugins.hooks import Hooks, hooks_of
from relatum.plugins.importers import Importer
from relatum.plugins.loading import (
    FailedPlugin,
    LoadedPlugin,
    Loading,
    catalogue_of,
    installed,
    load_plugins,
    packages,
    try_plugins,
)
from relatum.plugins.messages import Phrasebook
from relatum.plugins.specs import GROUP, hookimpl
from relatum.plugins.surroundings import Surroundings
from relatum.plugins.titles import Titles, Words

__all__ = [
    "GROUP",
    "FailedPlugin",
    "Hooks",
    "Importer",
    "LoadedPlugin",
    "Loading",
    "Phrasebook",
    "PluginHealth",
    "Surroundings",
    "Titles",
    "Trouble",
    "Words",
    "catalogue_of",
    "hookimpl",
    "hooks_of",
    "installed",
    "load_plugins",
    "packages",
    "settings_of",
    "try_plugins",
]
