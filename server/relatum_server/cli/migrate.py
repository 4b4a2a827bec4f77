"""`relatum migrate`: a database is brought to the time of the code, or it is shown what that would take."""

import asyncio
from collections.abc import Iterator, Sequence

import click

from relatum.migration import Migration
from relatum.migration import migrate as bring_up_to_date
from relatum.migration import plan as planned
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import plugins_in_force
from relatum_server.settings import Settings


@click.command()
@with_settings("database", *PLUGINS)
@click.option("--plan", "only_plan", is_flag=True, help="Show what would be done; do nothing.")
@click.option("--sql", is_flag=True, help="Show it as statements; do nothing.")
def migrate(*, settings: Settings, only_plan: bool, sql: bool) -> None:
    """Bring the database up to date: all of it, or nothing.

    A SQLite file is created if it is not there.
    """
    plugins = plugins_in_force(settings)
    left_out = None if settings.only else settings.without
    if only_plan or sql:
        migrations = asyncio.run(planned(settings.database_url, plugins, left_out=left_out))
        shown = (each.sql for each in migrations) if sql else told(migrations)
    else:
        migrations = asyncio.run(
            bring_up_to_date(settings.database_url, plugins, left_out=left_out)
        )
        shown = told(migrations)
    for line in shown:
        click.echo(line)
    if not migrations and not sql:
        click.echo("The database is up to date.")


def told(migrations: Sequence[Migration]) -> Iterator[str]:
    """What migrations do, in lines for a person."""
    for each in migrations:
        yield f"{each.revision}: {each.message}"
        yield from (f"  {act}" for act in each.acts)
