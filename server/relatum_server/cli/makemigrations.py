"""`relatum makemigrations`: what a plugin declares and no migration makes yet, as a script to read and keep."""

import click

from relatum.migration import make_migration
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import plugins_in_force
from relatum_server.settings import Settings


@click.command()
@click.argument("plugin")
@with_settings(*PLUGINS)
@click.option("-m", "--message", default="Follow the declarations", help="What it is for.")
@click.option(
    "--allow-drop", is_flag=True, help="Drop what is no longer declared, with its values."
)
def makemigrations(*, plugin: str, settings: Settings, message: str, allow_drop: bool) -> None:
    """Write the migration that the declarations of PLUGIN ask for.

    Read it before you keep it: a rename has to be declared as one, or its values are lost. One that relatum dev has
    written becomes part of it, under the message.
    """
    path = make_migration(plugins_in_force(settings), plugin, message, allow_drop=allow_drop)
    click.echo(f"Wrote {path}" if path else f"The migrations of {plugin} say all that it declares.")
