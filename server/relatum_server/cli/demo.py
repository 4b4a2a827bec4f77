"""`relatum demo`: from nothing to records that can be asked, on this machine alone.

The data is made in a folder of its own and put in place when it is complete, so a first start that was broken
off leaves nothing half-made, and a database that is there is never imported into again.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.importing import ImportReport
from relatum.importing.mapping import load_mapping
from relatum.migration import migrate
from relatum.plugins import LoadedPlugin, Loading, Surroundings
from relatum.session import context_for, open_database
from relatum_schemas.errors import BadSetting, DatabaseNewer, PluginError
from relatum_server.cli.importing import import_into, summary
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.cli.sign_ins import declared_sign_ins, make_sign_ins
from relatum_server.identity.address import is_loopback
from relatum_server.identity.demo import DemoSignIn, keep, kept
from relatum_server.installation import catalogue_in_force, plugins_in_force, surroundings_of
from relatum_server.serving import address_of, claim, serve
from relatum_server.settings import Settings

FOLDER: Final = Path(".relatum")
DATABASE: Final = FOLDER / "demo.db"
SIGN_INS: Final = DATABASE.with_suffix(".json")
FILES: Final = FOLDER / "files"
_MAKING: Final = "making-"


@click.command()
@with_settings("host", "port", *PLUGINS, "log_level")
@click.option("--fresh", is_flag=True, help="Delete the data of the demo first.")
def demo(*, fresh: bool, settings: Settings) -> None:
    """Serve example data, which is made at the first start and kept.

    It comes with sign-ins that everybody may use who reaches it; therefore only this machine does.
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
                "profile": "demo",
                "graphiql": "open",
                "address": address_of(claimed),
                "queries": mapping.parent / "queries",
                "files": FILES,
            }
        )
        if fresh:
            _clear()
        if DATABASE.exists():
            asyncio.run(_bring_up_to_date(chosen))
        else:
            _make(mapping, chosen)
        sign_ins = asyncio.run(_let_in(mapping, chosen))
        serve(chosen, claimed, _announcement(address_of(claimed), mapping, sign_ins))


def _announcement(address: str, mapping: Path, sign_ins: Mapping[str, DemoSignIn]) -> str:
    width = max((len(each.email) for each in sign_ins.values()), default=0)
    shown = "".join(
        f"  {name:<10}  {each.email:<{width}}  {each.password}\n" for name, each in sign_ins.items()
    )
    return f"""
Relatum's demo, for you alone:

  start page  {address}/
  GraphiQL    {address}/graphql  (with the queries of {_shown(mapping.parent)}/queries)
  health      {address}/healthz
  data        {DATABASE}  (relatum demo --fresh begins anew)

Sign in as one of them, in one click on the start page (their tokens for programs are in {SIGN_INS}):

{shown}
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
    SIGN_INS.unlink(missing_ok=True)
    for folder in (*FOLDER.glob(f"{_MAKING}*"), *FOLDER.glob(FILES.name)):
        shutil.rmtree(folder)


def _make(mapping: Path, settings: Settings) -> None:
    """Make the database: complete, or not at all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=_MAKING) as name:
        making = Path(name) / DATABASE.name
        url = f"sqlite:///{making}"
        report = asyncio.run(_fill(url, mapping, settings))
        click.echo(summary(report))
        if not DATABASE.exists():
            making.replace(DATABASE)


async def _fill(url: str, mapping: Path, settings: Settings) -> ImportReport:
    # Said within the loop: Ctrl-C between this line and the loop's start would leave the loop half-made, and noise.
    click.echo(f"Making {DATABASE} from {_shown(mapping)} ...")
    catalogue, plugins = catalogue_in_force(settings), plugins_in_force(settings)
    around = surroundings_of(settings, Loading(plugins))
    await migrate(url, plugins, catalogue=catalogue)
    report, _ = await import_into(url, mapping, catalogue, rejects=FOLDER, surroundings=around)
    await _show_plugins(url, catalogue, around)
    return report


async def _show_plugins(url: str, catalogue: Catalogue, around: Surroundings) -> None:
    """Let plugins make what shows them."""
    async with open_database(url, catalogue, surroundings=around) as database:
        for plugin in around.hooks.implementing("demo_data"):
            session = database.as_(SYSTEM, reason="relatum demo")
            context = context_for(session, plugin=plugin, function="demo_data")
            await around.hooks.run("demo_data", plugin, ctx=context)


async def _let_in(mapping: Path, settings: Settings) -> Mapping[str, DemoSignIn]:
    """Make the demo's sign-ins, and keep their secrets."""
    declared = declared_sign_ins(mapping.parent)
    async with open_database(settings.database_url, catalogue_in_force(settings)) as database:
        system = load_mapping(mapping).system
        made = await make_sign_ins(database, declared, system, kept(SIGN_INS))
    keep(SIGN_INS, made)
    return made


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
