"""What the settings bring into force: the plugins, the catalogue that they declare together, the application.

Until people can sign in, nobody knows who asks. Requests then come from a principal without roles, who sees nothing;
or, with the setting `as_administrator`, from an administrator. That is refused on an address that others reach, and
for a name that is not this machine's, under which a page of another site could ask.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.catalogue.rules import ADMINISTRATOR
from relatum.changes.sequencer import keep_sequencing
from relatum.migration import state
from relatum.plugins import LoadedPlugin, catalogue_of, load_plugins
from relatum.session import Database, open_database
from relatum_schemas.errors import BadSetting
from relatum_server.app import AppSettings, create_app
from relatum_server.pages.graphiql import example_queries
from relatum_server.settings import Settings, is_loopback

NAMES_OF_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1", "[::1]")


def plugins_in_force(settings: Settings) -> tuple[LoadedPlugin, ...]:
    """The plugins that the settings ask for, required ones first.

    Raises:
        PluginError: one is not installed or cannot be loaded.
        Problems: several such.
    """
    return load_plugins(only=settings.only or None, blocked=settings.without)


def catalogue_in_force(settings: Settings) -> Catalogue:
    """The catalogue of the plugins in force.

    Raises:
        PluginError: a plugin is not installed or cannot be loaded.
        Problems: plugins or declarations do not go together.
    """
    return catalogue_of(plugins_in_force(settings), zone=settings.zone)


def who_asks(settings: Settings) -> Principal:
    """The principal of every request.

    Raises:
        BadSetting: others would become administrators.
    """
    if not settings.as_administrator:
        return Principal()
    if not is_loopback(settings.host):
        raise BadSetting(
            f"Whoever reaches {settings.host} would be an administrator.",
            hint="Serve with --as-administrator on 127.0.0.1 only.",
        )
    return Principal(roles=frozenset({ADMINISTRATOR}))


def application(settings: Settings) -> ASGIApp:
    """The application of an installation, for one process.

    Raises:
        RelatumError: settings, plugins or declarations do not go together, or examples cannot be read.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    principal = who_asks(settings)
    queries = example_queries(settings.queries) if settings.queries else ()
    plugins = plugins_in_force(settings)

    async def migrated() -> None:
        (await state(settings.database_url, plugins)).require_current()

    app = create_app(
        _database(settings.database_url, catalogue_of(plugins, zone=settings.zone)),
        principal_for=lambda _scope: principal,
        settings=AppSettings(limits=settings.limits, example_queries=queries),
        ready=migrated,
    )
    if not settings.as_administrator:
        return app
    return TrustedHostMiddleware(app, NAMES_OF_THIS_MACHINE, www_redirect=False)


@asynccontextmanager
async def _database(url: str, catalogue: Catalogue) -> AsyncIterator[Database]:
    """The database in use; meanwhile this process is ready to number what is committed."""
    async with open_database(url, catalogue) as database:
        numbering = asyncio.create_task(keep_sequencing(database.connections))
        try:
            yield database
        finally:
            numbering.cancel()
            with suppress(asyncio.CancelledError):
                await numbering
