"""Plugins: found, judged, ordered (`loading`); what they may implement beside what they declare (`specs`).

What a plugin declares is read by `relatum.catalogue`.
"""

from relatum.plugins.loading import GROUP, LoadedPlugin, catalogue_of, in_order, load_plugins
from relatum.plugins.specs import hookimpl

__all__ = ["GROUP", "LoadedPlugin", "catalogue_of", "hookimpl", "in_order", "load_plugins"]
