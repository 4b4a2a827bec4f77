"""`relatum plugin new`: a plugin that works, to be changed into one's own."""

import importlib
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from relatum.migration.authoring import write_anew
from relatum.plugins import LoadedPlugin, load_plugins
from relatum_schemas.errors import PluginError
from relatum_schemas.plugin import Plugin

_FILES: Final = {
    "pyproject.toml.jinja": "pyproject.toml",
    "README.md.jinja": "README.md",
    "plugin.py.jinja": "{package}/__init__.py",
    "test_plugin.py.jinja": "tests/test_{name}.py",
}


@click.command("new")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to make; by default the plugin's name, here.",
)
def new(*, name: str, into: Path | None) -> None:
    """Write a plugin NAME that works: a type, a tie, rights, an action, a rule, a migration, tests."""
    folder = into or Path(name)
    write_plugin(name, folder)
    click.echo(
        f"Wrote {folder}/. Next:\n  cd {folder}\n  pip install --editable '.[test]'\n  pytest\n  relatum dev"
    )


def write_plugin(name: str, folder: Path) -> None:
    """Write a plugin with all that belongs to it.

    Args:
        name: of the plugin.
        folder: that is made, or has nothing in it.

    Raises:
        PluginError: the name is none for a plugin, or the folder holds something.
    """
    manifest = Plugin(name, version="0.1.0")
    if not manifest.well_named:
        raise PluginError(
            f"{name!r} is no name for a plugin.",
            hint="Use lower case letters, digits and single underscores: machine_care.",
        )
    if folder.exists() and any(folder.iterdir()):
        raise PluginError(f"{folder} holds something already.", hint="Name another one: --into.")
    package = f"relatum_{name}"
    words = {
        "name": name,
        "package": package,
        "title": manifest.title,
        "words": name.replace("_", " "),
        "Name": "".join(map(str.capitalize, name.split("_"))),
        "camel": re.sub(r"_(\w)", lambda found: found[1].upper(), name),
        "engine": ".".join(version("relatum").split(".")[:2]),
    }
    skeleton = Environment(  # noqa: S701 (what is made is no HTML)
        loader=PackageLoader("relatum_server.cli", "skeleton"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    for template, place in _FILES.items():
        file = folder / place.format(name=name, package=package)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(skeleton.get_template(template).render(words), encoding="utf-8")
    (folder / package / "py.typed").touch()
    _migrate(folder, package)


def _migrate(folder: Path, package: str) -> None:
    """Write the first migration, as for a plugin that is installed; it follows what is declared until it is kept."""
    sys.path.insert(0, str(folder.resolve()))
    try:
        module = importlib.import_module(package)
    finally:
        sys.path.remove(str(folder.resolve()))
    plugins = (*load_plugins(only=["base"]), LoadedPlugin(module.plugin, module))
    write_anew(plugins, module.plugin.name)
