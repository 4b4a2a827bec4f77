"""`relatum dev`: a plugin is served while it is written, and again after each change."""

import importlib.util
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from relatum.connections.addresses import read_url, sqlite_path
from relatum.plugins import packages
from relatum.plugins.specs import BUNDLED, GROUP
from relatum_schemas.errors import BadSetting, PluginError, UnreadableFile
from relatum_server.cli.example_data import FOLDER, clear, for_this_machine, require_loopback
from relatum_server.cli.options import PLUGINS, given_settings, with_settings
from relatum_server.developing.standing_by import Task
from relatum_server.developing.supervising import supervise
from relatum_server.serving import claim
from relatum_server.settings import Settings

DATABASE: Final = FOLDER / "dev.db"
_SETTINGS: Final = ("database", "host", "port", *PLUGINS, "zone", "queries", "log_level")


@click.command()
@with_settings(*_SETTINGS)
@click.option("--fresh", is_flag=True, help="Delete the data first.")
@click.option(
    "--allow-drop", is_flag=True, help="Drop what is no longer declared, with its values."
)
@click.pass_context
def dev(ctx: click.Context, *, fresh: bool, allow_drop: bool, settings: Settings) -> None:
    """Serve the plugin in this folder, and again after each change of its files.

    This machine alone reaches it. Tables follow what is declared and keep their rows, by a migration that is written
    anew until it is kept. What is wrong with a change is told, and what was declared before is served on.
    """
    require_loopback(settings, "A plugin in development")
    names = _written_here(Path("pyproject.toml"))
    database = _file(settings)
    with claim(settings.host, settings.port) as claimed:
        if fresh:
            clear(database)

        def task() -> Task:
            now = given_settings(ctx, _SETTINGS)
            chosen = for_this_machine(now, claimed, database, queries=now.queries)
            only = settings.only or tuple(names)
            return Task(
                settings=chosen.model_copy(update={"only": only}),
                database=database,
                plugins=tuple(names),
                packages=tuple(names.values()),
                allow_drop=allow_drop,
            )

        supervise(task, claimed)


def _written_here(file: Path) -> Mapping[str, Path]:
    """The plugins that a folder's pyproject.toml declares, with the folders of their packages.

    Raises:
        PluginError: it declares none, or one that is not installed from here.
    """
    declared = _declared(file)
    there = packages()
    found = {}
    for name, module in declared.items():
        spec = importlib.util.find_spec(module) if there.get(name) == module else None
        if spec is None or spec.origin is None:
            raise PluginError(
                f"The plugin {name!r} is not installed.",
                hint="Install it from this folder: pip install --editable '.[test]'",
            )
        package = Path(spec.origin).resolve().parent
        if not package.is_relative_to(Path.cwd().resolve()):
            raise PluginError(
                f"The plugin {name!r} is installed from {package}.",
                hint="Install it from this folder: pip install --editable '.[test]'",
            )
        found[name] = package
    return found


def _declared(file: Path) -> Mapping[str, str]:
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except FileNotFoundError:
        project = {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{file} is not in its form: {error}.") from error
    groups = project.get("entry-points", {})
    declared = {**groups.get(BUNDLED, {}), **groups.get(GROUP, {})}
    if not declared:
        raise PluginError(
            "There is no plugin in this folder.",
            hint="Change to the one with its pyproject.toml, or write one: relatum plugin new NAME",
        )
    return declared


def _file(settings: Settings) -> Path:
    if settings.database is None:
        return DATABASE
    url = read_url(settings.database)
    if url.drivername != "sqlite":
        raise BadSetting(
            "A plugin is developed with a database that is a file.",
            path="database",
            hint="Leave --database out, or name one: sqlite:///trial.db",
        )
    return sqlite_path(url)
