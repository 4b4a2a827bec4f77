"""`relatum serve`: a database, for whoever may reach it."""

import asyncio

import click

from relatum.connections.addresses import read_url, shown
from relatum.migration import state
from relatum_schemas.errors import BadSetting
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import plugins_in_force, who_asks
from relatum_server.serving import address_of, claim
from relatum_server.serving import serve as serve_at
from relatum_server.settings import Settings


@click.command()
@with_settings(
    "database",
    "host",
    "port",
    "workers",
    "as_administrator",
    *PLUGINS,
    "zone",
    "queries",
    "limit_body",
    "limit_tokens",
    "limit_depth",
    "limit_fields",
    "limit_aliases",
    "limit_rows",
    "log_level",
)
def serve(*, settings: Settings) -> None:
    """Serve GraphQL over a migrated database.

    Until people can sign in, requests come from nobody in particular, who sees nothing. For development,
    --as-administrator lets this machine see everything.
    """
    database = read_url(settings.database_url)
    if database.drivername == "sqlite" and settings.workers > 1:
        raise BadSetting(
            f"A SQLite database is served by one process, not by {settings.workers}.",
            hint="Leave --workers out, or store in PostgreSQL.",
        )
    principal = who_asks(settings)
    with claim(settings.host, settings.port) as claimed:
        plugins = plugins_in_force(settings)
        asyncio.run(state(settings.database_url, plugins)).require_current()
        processes = f" with {settings.workers} processes" if settings.workers > 1 else ""
        rights = "its administrator" if principal.unrestricted else "nobody, who sees nothing"
        serve_at(
            settings,
            claimed,
            f"Serving {shown(database)} on {address_of(claimed)}{processes}; "
            f"whoever asks is {rights}.\nCtrl-C ends it.",
        )
