"""Turns a plugin written as text into a module, as if it were a file of its own."""

import sys
from types import ModuleType

_HEAD = "from relatum import *\n"


def declare(source: str, *, name: str, requires: tuple[str, ...] = ()) -> ModuleType:
    """A module of that name with the declarations of ``source`` and a manifest."""
    module = ModuleType(name)
    sys.modules[name] = module
    manifest = f"\nplugin = Plugin({name!r}, version='1.0', requires={requires!r})\n"
    exec(compile(_HEAD + source + manifest, name, "exec"), module.__dict__)
    return module
