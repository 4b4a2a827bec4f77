"""`relatum hooks`: what a plugin may implement beside what it declares."""

import click

from relatum_server.plugins.documenting import hooks_page


@click.command()
def hooks() -> None:
    """Print the hooks that a plugin may implement, as the page docs/hooks.md."""
    click.echo(hooks_page(), nl=False)
