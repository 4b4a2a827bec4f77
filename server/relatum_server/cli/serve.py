"""`relatum serve`: a database, for whoever may reach it."""

import asyncio

import click

from relatum.connections.addresses import read_url, shown
from relatum.migration import state
from relatum_schemas.errors import BadSetting
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import Sound, sound_plugins
from relatum_server.launching import check_profile, database_opened
from relatum_server.observability.logs import configure_logs
from relatum_server.serving import address_of, claim
from relatum_server.serving import serve as serve_at
from relatum_server.settings import Settings


@click.command()
@with_settings(
    "database",
    "host",
    "port",
    "workers",
    "profile",
    "address",
    "graphiql",
    *PLUGINS,
    "trace_hooks",
    "zone",
    "queries",
    "documents",
    "documents_only",
    "introspection",
    "suggestions",
    "files",
    "limit_body",
    "limit_tokens",
    "limit_depth",
    "limit_roots",
    "limit_fields",
    "limit_aliases",
    "limit_directives",
    "limit_page",
    "limit_rows",
    "limit_batch",
    "limit_seconds",
    "limit_body_seconds",
    "limit_upload",
    "limit_uploads",
    "limit_upload_seconds",
    "limit_public",
    "limit_sockets",
    "limit_sockets_of_one",
    "limit_operations",
    "limit_message",
    "socket_init_seconds",
    "socket_taking_seconds",
    "socket_keep_alive_seconds",
    "log_level",
    "log_slow",
)
def serve(*, settings: Settings) -> None:
    """Serve GraphQL over a migrated database, to whoever signs in.

    The first administrator is made by relatum user add.
    """
    database = read_url(settings.database_url)
    if database.drivername == "sqlite" and settings.workers > 1:
        raise BadSetting(
            f"A SQLite database is served by one process, not by {settings.workers}.",
            hint="Leave --workers out, or store in PostgreSQL.",
        )
    check_profile(settings)
    with claim(settings.host, settings.port) as claimed:
        configure_logs(settings.log_level, profile=settings.profile)
        sound = sound_plugins(settings)
        asyncio.run(state(settings.database_url, sound.plugins)).require_current()
        address = settings.address or address_of(claimed)
        chosen = settings.model_copy(update={"address": address})
        asyncio.run(_look(chosen, sound))
        processes = f" with {settings.workers} processes" if settings.workers > 1 else ""
        serve_at(
            chosen,
            claimed,
            f"Serving {shown(database)} on {address_of(claimed)}{processes}.\n"
            f"People sign in at {address}/sign-in.\nCtrl-C ends it.",
        )


async def _look(settings: Settings, sound: Sound) -> None:
    """Open the database once as every process will, so that what is wrong is told before they start."""
    async with database_opened(settings, sound.types, sound.surroundings):
        return
