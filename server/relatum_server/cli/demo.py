"""`relatum demo`: from nothing to records that can be asked, on this machine alone."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from relatum.migration import migrate, state
from relatum.plugins import installed
from relatum_schemas.errors import DatabaseNewer, PluginError
from relatum_server.cli.example_data import (
    FOLDER,
    clear,
    for_this_machine,
    let_in,
    make,
    mapping_of,
    require_loopback,
    set_aside,
    shown,
    told,
)
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.identity.demo import DemoSignIn
from relatum_server.installation import plugins_in_force, sign_ins_file
from relatum_server.serving import address_of, claim, serve
from relatum_server.settings import Settings

DATABASE: Final = FOLDER / "demo.db"


@click.command()
@with_settings("host", "port", *PLUGINS, "log_level")
@click.option("--fresh", is_flag=True, help="Delete the data of the demo first.")
def demo(*, fresh: bool, settings: Settings) -> None:
    """Serve example data, which is made at the first start and kept.

    All plugins that are installed are in force.

    It comes with sign-ins that everybody may use who reaches it; therefore only this machine does.
    """
    require_loopback(settings, "The demo")
    if not settings.only:
        settings = settings.model_copy(update={"also": installed()})
    with claim(settings.host, settings.port, another="make demo PORT=") as claimed:
        mapping = mapping_of(plugins_in_force(settings))
        if mapping is None:
            raise PluginError(
                "No plugin in force brings example data.",
                hint="Install the one that comes with the source: pip install -e examples/northwind",
            )
        chosen = for_this_machine(settings, claimed, DATABASE, queries=mapping.parent / "queries")
        if fresh:
            clear(DATABASE)
        if DATABASE.exists() and asyncio.run(_was_made_otherwise(chosen)):
            said = "was made by another version of the example, so it is made anew; the old one is kept in"
            click.echo(f"{DATABASE} {said} {set_aside(DATABASE)}.")
        if DATABASE.exists():
            asyncio.run(_bring_up_to_date(chosen))
        else:
            make(DATABASE, mapping, chosen)
        sign_ins = asyncio.run(let_in(mapping, chosen))
        serve(chosen, claimed, _announcement(chosen, address_of(claimed), mapping, sign_ins))


def _announcement(
    settings: Settings, address: str, mapping: Path, sign_ins: Mapping[str, DemoSignIn]
) -> str:
    return f"""
Relatum's demo, for you alone:

  start page  {address}/
  GraphiQL    {address}/graphql  (with the queries of {shown(mapping.parent)}/queries)
  health      {address}/healthz
  data        {DATABASE}  (relatum demo --fresh begins anew)

Sign in as one of them, in one click on the start page (their tokens for programs are in {sign_ins_file(settings)}):

{told(sign_ins)}
Ctrl-C ends it."""


async def _was_made_otherwise(settings: Settings) -> bool:
    """Whether the data that is there has gone through migrations that the plugins do not have, or have no more."""
    return bool((await state(settings.database_url, plugins_in_force(settings))).unknown)


async def _bring_up_to_date(settings: Settings) -> None:
    """Migrate the data that is there.

    Raises:
        DatabaseNewer: it was made with other plugins.
    """
    try:
        await migrate(settings.database_url, plugins_in_force(settings))
    except DatabaseNewer as error:
        error.hint = "Begin anew: relatum demo --fresh"
        raise
