"""The hooks that a plugin may implement in its module, marked with ``@hookimpl``; their docstrings are the documentation.

What is known when a plugin is imported is a value in its module, and no hook: types, policies, actions, reactions, views.
A hook is for what runs code or asks the installation. Those about transport are in `relatum_server.plugin_specs`.
"""

from typing import Final

import pluggy

from relatum.plugins.loading import GROUP

hookspec: Final = pluggy.HookspecMarker(GROUP)
"""Marks what may be implemented."""

hookimpl: Final = pluggy.HookimplMarker(GROUP)
"""Marks a function of a plugin's module that implements the hook of its name."""
