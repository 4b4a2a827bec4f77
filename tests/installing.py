"""Installs plugins that are written in a test, as if they had come from a package index."""

from pathlib import Path


def install(folder: Path, name: str, source: str, *, manifest: str = "", module: str = "") -> None:
    """Make a plugin of this source in a folder of the import path.

    Args:
        folder: on the path of whoever is to find it.
        name: of the entry point.
        source: what its module says beside its manifest.
        manifest: further arguments of `Plugin`.
        module: its name; by default the plugin's with `relatum_` before it.
    """
    called = module or f"relatum_{name}"
    head = f'"""The plugin {name}."""\nfrom relatum import *\n'
    tail = f"\nplugin = Plugin({name!r}, version='1.0', {manifest})\n"
    (folder / called).mkdir()
    (folder / called / "__init__.py").write_text(head + source + tail, encoding="utf-8")
    describe(folder, name, module=called)


def describe(folder: Path, name: str, *, module: str = "") -> None:
    """Let a folder of the import path say that a plugin is installed there."""
    called = module or f"relatum_{name}"
    described = folder / f"{called}-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {called}\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text(f"[relatum]\n{name} = {called}\n")
