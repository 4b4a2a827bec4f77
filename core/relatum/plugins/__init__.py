"""Plugins: found, judged, ordered (`loading`). What a plugin declares is read by `relatum.catalogue`."""

from relatum.plugins.loading import GROUP, LoadedPlugin, catalogue_of, in_order, load_plugins

__all__ = ["GROUP", "LoadedPlugin", "catalogue_of", "in_order", "load_plugins"]
