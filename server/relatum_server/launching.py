"""From settings to the application that one process serves, over a database in use.

The production profile refuses to start with what must not be open to others: sign-ins of the demo, GraphiQL for everybody,
secrets that everybody knows. The demo profile has them, and is served to this machine alone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from relatum.access import SYSTEM
from relatum.apps import telling
from relatum.catalogue import Catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.connections.addresses import read_url
from relatum.identity.force import Assembling
from relatum.migration import state
from relatum.plugins import Surroundings
from relatum.session import Database, open_database
from relatum.workflows.working import working
from relatum_schemas.errors import BadSetting
from relatum_server.app import AppSettings, create_app
from relatum_server.apps import HttpCourier
from relatum_server.files.store import FileStore
from relatum_server.graphql.api import Judged
from relatum_server.graphql.schema import build_schema
from relatum_server.identity import demo
from relatum_server.identity.address import NAMES_OF_THIS_MACHINE, is_loopback
from relatum_server.installation import sign_ins_file, sound_plugins
from relatum_server.observability.logs import configure_logs
from relatum_server.pages.examples import example_queries
from relatum_server.settings import Settings

_log: Final = logging.getLogger("relatum.plugins")

KNOWN_TO_EVERYBODY: Final = frozenset(
    {"admin", "change-me", "changeme", "default", "example", "password", "postgres", "secret"}
)
"""Secrets that stand in examples and are tried first."""


def check_profile(settings: Settings) -> None:
    """See to it that what the settings open may be open where they serve.

    Raises:
        BadSetting: it must not; the message names the setting.
    """
    if settings.profile == "demo":
        if not is_loopback(settings.host):
            raise BadSetting(
                f"Everybody on {settings.host} could use the sign-ins of the demo.",
                hint="Serve the demo profile on 127.0.0.1 only.",
            )
        return
    if settings.graphiql == "open":
        raise BadSetting(
            "GraphiQL would be open to everybody.",
            path="graphiql",
            hint="Leave graphiql at signed_in, or say off.",
        )
    if settings.address is None and not is_loopback(settings.host):
        raise BadSetting(
            f"People would sign in on {settings.host}, and the server does not know at which address.",
            path="address",
            hint='Say where browsers reach it: address = "https://relatum.example".',
        )
    for place in _default_secrets(settings):
        raise BadSetting(
            f"The secret of {place} is one that everybody knows.", hint="Choose another one there."
        )


def _default_secrets(settings: Settings) -> Iterator[str]:
    for name, provider in settings.providers.items():
        if provider.secret.get_secret_value().lower() in KNOWN_TO_EVERYBODY:
            yield f"the provider {name}"
    mailer = settings.mailer_at(None)
    if mailer and (mailer.server.password or "").lower() in KNOWN_TO_EVERYBODY:
        yield "the mail server"
    if settings.database is None:
        return
    database = read_url(settings.database)
    remote = database.host is not None and not is_loopback(database.host)
    if remote and str(database.password or "").lower() in KNOWN_TO_EVERYBODY:
        yield "the database"


async def check_accounts(database: Database) -> None:
    """See to it that nobody can sign in by a sign-in of the demo.

    Raises:
        BadSetting: somebody can.
    """
    if any(each.demo for each in await database.identity.accounts(SYSTEM)):
        raise BadSetting(
            "The database has sign-ins of the demo, so it is not served in the production profile.",
            hint="Serve a database of your own; the demo's is served by relatum demo.",
        )


def application(settings: Settings) -> ASGIApp:
    """The application of an installation, for one process.

    Raises:
        RelatumError: settings, plugins or declarations do not go together, or examples cannot be read.
    """
    configure_logs(settings.log_level, profile=settings.profile)
    check_profile(settings)
    made: list[Judged] = []
    sound = sound_plugins(settings, judged=lambda each: made.append(judged(each)))
    names = tuple(each.name for each in sound.plugins)
    for each in sound.surroundings.loading.failed:
        _log.error("The plugin %r is left out: %s", each.name, each.error, exc_info=each.error)

    async def migrated() -> None:
        (await state(settings.database_url, sound.plugins)).require_current()

    app = create_app(
        database_in_force(settings, sound.types, sound.surroundings),
        settings=_app_settings(
            settings, next((each for each in made if tuple(each.catalogue.plugins) == names), None)
        ),
        ready=migrated,
    )
    if settings.profile == "demo":
        # A page of another site could lead its own name here, and use what is open on this machine.
        return TrustedHostMiddleware(app, NAMES_OF_THIS_MACHINE, www_redirect=False)
    return app


def judged(catalogue: Catalogue) -> Judged:
    """A catalogue that goes together in GraphQL, too.

    Raises:
        Problems: it does not.
    """
    return Judged(catalogue, build_schema(catalogue))


def _app_settings(settings: Settings, made: Judged | None) -> AppSettings:
    sign_ins = demo.kept(sign_ins_file(settings)) if settings.profile == "demo" else {}
    return AppSettings(
        limits=settings.limits,
        trusted=settings.trusted,
        files=FileStore(settings.files) if settings.files else None,
        sockets=settings.sockets,
        graphiql=settings.graphiql,
        example_queries=example_queries(settings.queries) if settings.queries else (),
        address=settings.address,
        mail=settings.mail_server is not None,
        providers=settings.providers,
        demo=sign_ins,
        profile=settings.profile,
        log_slow=settings.log_slow,
        metrics_token=token.get_secret_value() if (token := settings.metrics_token) else None,
        public_per_minute=settings.limit_public,
        judged=made,
        brand=settings.brand,
    )


@asynccontextmanager
async def database_opened(
    settings: Settings,
    catalogue: Catalogue | Assembling,
    surroundings: Surroundings | None = None,
) -> AsyncIterator[Database]:
    """The database in use, of which this process does nothing by itself.

    Raises:
        BadSetting: it has sign-ins of the demo, and this is not the demo.
    """
    mailer = settings.mailer_at(settings.address)
    async with open_database(
        settings.database_url,
        catalogue,
        mailer=mailer,
        keys=settings.keys,
        surroundings=surroundings,
    ) as database:
        if settings.profile == "production":
            await check_accounts(database)
        yield database


@asynccontextmanager
async def database_in_force(
    settings: Settings,
    catalogue: Catalogue | Assembling,
    surroundings: Surroundings | None = None,
) -> AsyncIterator[Database]:
    """The database in use; meanwhile this process is ready to number what is committed, and does what plugins have begun.

    Raises:
        BadSetting: it has sign-ins of the demo, and this is not the demo.
    """
    mailer = settings.mailer_at(settings.address)
    async with database_opened(settings, catalogue, surroundings) as database:
        numbering = asyncio.create_task(keep_sequencing(database.connections))
        try:
            async with (
                working(database, settings.database_url, messenger=mailer),
                HttpCourier(settings.terms.allowed) as courier,
                telling(database, courier, messenger=mailer, terms=settings.terms),
            ):
                yield database
        finally:
            numbering.cancel()
            with suppress(asyncio.CancelledError):
                await numbering
