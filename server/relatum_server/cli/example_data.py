"""Example data: records to look at, and sign-ins that everybody on this machine may use.

A plugin brings it by a mapping beside its code, by the hook ``demo_data``, or by both. It is made in a folder of its own
and put in place when it is complete, so that a first start that was broken off leaves nothing half-made, and a database
that is there is never imported into again.
"""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.importing.mapping import load_mapping
from relatum.migration import migrate
from relatum.plugins import LoadedPlugin, Loading, Surroundings
from relatum.session import context_for, open_database
from relatum_schemas.errors import BadSetting
from relatum_server.cli.importing import import_into, summary
from relatum_server.cli.sign_ins import declared_sign_ins, make_developer, make_sign_ins
from relatum_server.identity.address import is_loopback
from relatum_server.identity.demo import DemoSignIn, keep, kept
from relatum_server.installation import (
    catalogue_in_force,
    plugins_in_force,
    sign_ins_file,
    surroundings_of,
)
from relatum_server.serving import address_of
from relatum_server.settings import Settings

FOLDER: Final = Path(".relatum")
"""Where data is that is made here, beside whatever one works on."""

_MAKING: Final = "making-"


def for_this_machine(
    settings: Settings, claimed: socket.socket, database: Path, *, queries: Path | None
) -> Settings:
    """The settings of a server that is open to whoever reaches it, and that this machine alone reaches.

    Args:
        settings: as given.
        claimed: the socket to serve on.
        database: the file.
        queries: a folder with examples for GraphiQL.
    """
    return settings.model_copy(
        update={
            "database": f"sqlite:///{database}",
            "workers": 1,
            "profile": "demo",
            "graphiql": "open",
            "address": address_of(claimed),
            "queries": queries,
            "files": files_of(database),
        }
    )


def require_loopback(settings: Settings, what: str) -> None:
    """See to it that others do not reach a server with sign-ins that everybody may use.

    Raises:
        BadSetting: they would.
    """
    if not is_loopback(settings.host):
        raise BadSetting(
            f"{what} is open to whoever reaches it, so it is not served on {settings.host}.",
            hint="Leave --host out, or serve your own database: relatum serve --host ...",
        )


def files_of(database: Path) -> Path:
    """The folder of uploaded files that goes with a database."""
    return database.parent / "files"


def mapping_of(plugins: Sequence[LoadedPlugin]) -> Path | None:
    """The mapping of the last plugin that brings example data: in its folder or, in a checkout, beside it."""
    for plugin in reversed(plugins):
        package = Path(str(plugin.module.__file__)).parent
        for folder in (package, package.parent):
            mapping = folder / "mapping.toml"
            if mapping.exists() and (folder == package or (folder / "pyproject.toml").exists()):
                return mapping
    return None


def clear(database: Path) -> None:
    """Delete the data with all that belongs to it, also what a first start left that was killed."""
    for file in database.parent.glob(f"{database.stem}.*"):
        file.unlink()
    for folder in (*database.parent.glob(f"{_MAKING}*"), files_of(database)):
        shutil.rmtree(folder, ignore_errors=True)


def set_aside(database: Path) -> Path:
    """Put the data with all that belongs to it into a folder of its own, and say which."""
    number = 1
    while (kept := database.parent / f"{database.stem}-{number}").exists():
        number += 1
    kept.mkdir()
    for each in (*database.parent.glob(f"{database.stem}.*"), files_of(database)):
        if each.exists():
            each.rename(kept / each.name)
    return kept


def make(database: Path, mapping: Path | None, settings: Settings) -> None:
    """Make a database with example data: complete, or not at all."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=_MAKING) as name:
        making = Path(name) / database.name
        asyncio.run(_fill(f"sqlite:///{making}", database, mapping, settings))
        if not database.exists():
            making.replace(database)


async def _fill(url: str, database: Path, mapping: Path | None, settings: Settings) -> None:
    # Said within the loop: Ctrl-C between this line and the loop's start would leave the loop half-made, and noise.
    click.echo(f"Making {database}{f' from {shown(mapping)}' if mapping else ''} ...")
    catalogue, plugins = catalogue_in_force(settings), plugins_in_force(settings)
    around = surroundings_of(settings, Loading(plugins))
    await migrate(url, plugins, catalogue=catalogue)
    if mapping is not None:
        report, _ = await import_into(
            url, mapping, catalogue, rejects=database.parent, surroundings=around
        )
        click.echo(summary(report))
    await _show_plugins(url, catalogue, around)


async def _show_plugins(url: str, catalogue: Catalogue, around: Surroundings) -> None:
    """Let plugins make what shows them."""
    async with open_database(url, catalogue, surroundings=around) as database:
        for plugin in around.hooks.implementing("demo_data"):
            session = database.as_(SYSTEM, reason="relatum demo")
            context = context_for(session, plugin=plugin, function="demo_data")
            await around.hooks.run("demo_data", plugin, ctx=context)


async def let_in(
    mapping: Path | None, settings: Settings, *, developer: bool = False
) -> Mapping[str, DemoSignIn]:
    """Make the sign-ins, and keep their secrets.

    Args:
        mapping: beside which those of the example data are declared.
        settings: with the database.
        developer: whether there is one of an administrator, and one for each role that is only given, too.
    """
    file = sign_ins_file(settings)
    made: dict[str, DemoSignIn] = {}
    async with open_database(settings.database_url, catalogue_in_force(settings)) as database:
        if developer:
            made |= await make_developer(database, kept(file))
        if mapping is not None:
            declared, system = declared_sign_ins(mapping.parent), load_mapping(mapping).system
            made |= await make_sign_ins(database, declared, system, kept(file))
    keep(file, made)
    return made


def told(sign_ins: Mapping[str, DemoSignIn]) -> str:
    """The sign-ins in lines for a person."""
    width = max((len(each.email) for each in sign_ins.values()), default=0)
    longest = max((len(name) for name in sign_ins), default=0)
    return "".join(
        f"  {name:<{max(longest, 10)}}  {each.email:<{width}}  {each.password}\n"
        for name, each in sign_ins.items()
    )


def shown(path: Path) -> Path:
    """The path as it is seen from here, where that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
