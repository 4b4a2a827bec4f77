"""`relatum schema`: what clients may ask, as a text to generate code from and to compare."""

import click

from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema_text import schema_text
from relatum_server.installation import catalogue_in_force
from relatum_server.settings import Settings


@click.command()
@with_settings(*PLUGINS)
def schema(*, settings: Settings) -> None:
    """Print the GraphQL schema of the plugins in force."""
    click.echo(schema_text(build_schema(catalogue_in_force(settings)), None), nl=False)
