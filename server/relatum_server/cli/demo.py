"""`relatum demo`: from nothing to records that can be asked, on this machine alone.

The data is made in a folder of its own and put in place when it is complete, so a first start that was broken
off leaves nothing half-made, and a database that is there is never imported into again.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Final

import click

from relatum.importing import ImportReport
from relatum.migration import migrate
from relatum.plugins import LoadedPlugin
from relatum_schemas.errors import BadSetting, DatabaseNewer, PluginError
from relatum_server.cli.importing import import_into, summary
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import catalogue_in_force, plugins_in_force
from relatum_server.serving import address_of, claim, serve
from relatum_server.settings import Settings, is_loopback

FOLDER: Final = Path(".relatum")
DATABASE: Final = FOLDER / "demo.db"
_MAKING: Final = "making-"


@click.command()
@with_settings("host", "port", *PLUGINS, "log_level")
@click.option("--fresh", is_flag=True, help="Delete the data of the demo first.")
def demo(*, fresh: bool, settings: Settings) -> None:
    """Serve example data, which is made at the first start and kept.

    Everybody who reaches the demo is its administrator; therefore only this machine does.
    """
    if not is_loopback(settings.host):
        raise BadSetting(
            f"The demo is open to whoever reaches it, so it is not served on {settings.host}.",
            hint="Leave --host out, or serve your own database: relatum serve --host ...",
        )
    with claim(settings.host, settings.port, another="make demo PORT=") as claimed:
        mapping = _mapping(plugins_in_force(settings))
        chosen = settings.model_copy(
            update={
                "database": f"sqlite:///{DATABASE}",
                "workers": 1,
                "as_administrator": True,
                "queries": mapping.parent / "queries",
            }
        )
        if fresh:
            _clear()
        if DATABASE.exists():
            asyncio.run(_bring_up_to_date(chosen))
        else:
            _make(mapping, chosen)
        serve(chosen, claimed, _announcement(address_of(claimed), mapping))


def _announcement(address: str, mapping: Path) -> str:
    return f"""
Relatum's demo, for you alone and as its administrator:

  start page  {address}/
  GraphiQL    {address}/graphql  (with the queries of {_shown(mapping.parent)}/queries)
  health      {address}/healthz
  data        {DATABASE}  (relatum demo --fresh begins anew)

Ctrl-C ends it."""


def _mapping(plugins: tuple[LoadedPlugin, ...]) -> Path:
    """The mapping of the plugin that brings example data: in its folder or, in a checkout, beside it.

    Raises:
        PluginError: no plugin in force brings any.
    """
    for plugin in reversed(plugins):
        package = Path(str(plugin.module.__file__)).parent
        for folder in (package, package.parent):
            mapping = folder / "mapping.toml"
            if mapping.exists() and (folder == package or (folder / "pyproject.toml").exists()):
                return mapping
    raise PluginError(
        "No plugin in force brings example data.",
        hint="Install the one that comes with the source: pip install -e examples/northwind",
    )


def _clear() -> None:
    """Delete the data, also what a first start left that was killed."""
    for file in FOLDER.glob(f"{DATABASE.name}*"):
        file.unlink()
    for folder in FOLDER.glob(f"{_MAKING}*"):
        shutil.rmtree(folder)


def _make(mapping: Path, settings: Settings) -> None:
    """Make the database: complete, or not at all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=_MAKING) as name:
        making = Path(name) / DATABASE.name
        url = f"sqlite:///{making}"
        click.echo(f"Making {DATABASE} from {_shown(mapping)} ...")
        report = asyncio.run(_fill(url, mapping, settings))
        click.echo(summary(report))
        if not DATABASE.exists():
            making.replace(DATABASE)


async def _fill(url: str, mapping: Path, settings: Settings) -> ImportReport:
    catalogue = catalogue_in_force(settings)
    await migrate(url, plugins_in_force(settings), catalogue=catalogue)
    return await import_into(url, mapping, catalogue, rejects=FOLDER)


async def _bring_up_to_date(settings: Settings) -> None:
    """Migrate the data that is there.

    Raises:
        DatabaseNewer: it was made by newer code, or with other plugins.
    """
    try:
        await migrate(settings.database_url, plugins_in_force(settings))
    except DatabaseNewer as error:
        error.hint = "Begin anew: relatum demo --fresh"
        raise


def _shown(path: Path) -> Path:
    """The path as it is seen from here, where that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
