"""`relatum schema`: what clients may ask, as a text to generate code from and to compare."""

from pathlib import Path

import click

from relatum_server.cli.failing import FAILED
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema_changes import changes_since
from relatum_server.graphql.schema_text import schema_text
from relatum_server.installation import catalogue_in_force
from relatum_server.settings import Settings


@click.command()
@click.option(
    "--against",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Do not print the schema: say what it breaks for clients of the one in FILE.",
)
@with_settings(*PLUGINS)
def schema(*, settings: Settings, against: Path | None) -> None:
    """Print the GraphQL schema of the plugins in force.

    With --against, changes that break clients make the command fail; dangerous ones are told.
    """
    text = schema_text(build_schema(catalogue_in_force(settings)), None)
    if against is None:
        click.echo(text, nl=False)
        return
    found = changes_since(against, text)
    for kind, lines in (("Breaking", found.breaking), ("Dangerous", found.dangerous)):
        for line in lines:
            click.echo(f"{kind}: {line}")
    if found.breaking:
        raise click.exceptions.Exit(FAILED)
    click.echo(f"Nothing breaks for clients of {against}.")
