"""What the settings bring into force: the plugins, the catalogue that they declare together, the application.

The production profile refuses to start with what must not be open to others: sign-ins of the demo, GraphiQL for everybody,
secrets that everybody knows. The demo profile has them, and is served to this machine alone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from relatum.access import SYSTEM
from relatum.apps import telling
from relatum.catalogue import Catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.connections.addresses import read_url
from relatum.identity.force import Assembling, Kept
from relatum.migration import state
from relatum.migration.scripts import scripts_of
from relatum.plugins import (
    Hooks,
    LoadedPlugin,
    Loading,
    PluginHealth,
    Surroundings,
    catalogue_of,
    installed,
    load_plugins,
    settings_of,
    try_plugins,
)
from relatum.session import Database, assembling, open_database
from relatum.workflows.working import working
from relatum_schemas.errors import BadSetting
from relatum_server import plugin_specs
from relatum_server.app import AppSettings, create_app
from relatum_server.apps import HttpCourier
from relatum_server.files.store import FileStore
from relatum_server.graphql.api import Judged
from relatum_server.graphql.schema import build_schema
from relatum_server.identity import demo
from relatum_server.identity.address import NAMES_OF_THIS_MACHINE, is_loopback
from relatum_server.observability.logs import configure_logs
from relatum_server.pages.examples import example_queries
from relatum_server.plugins.mounting import offered_by
from relatum_server.settings import Settings

_log: Final = logging.getLogger("relatum.plugins")

KNOWN_TO_EVERYBODY: Final = frozenset(
    {"admin", "change-me", "changeme", "default", "example", "password", "postgres", "secret"}
)
"""Secrets that stand in examples and are tried first."""


def plugins_in_force(settings: Settings) -> tuple[LoadedPlugin, ...]:
    """The plugins that the settings ask for, required ones first.

    Raises:
        PluginError: one is not installed or cannot be loaded.
        Problems: several such.
    """
    plugins = load_plugins(only=settings.only or None, also=settings.also, blocked=settings.without)
    judge_plugins(settings, plugins)
    return plugins


def judge_plugins(settings: Settings, plugins: Sequence[LoadedPlugin]) -> None:
    """See to it that plugins have the settings, hooks, routes and migrations that they should have.

    Raises:
        RelatumError: they have not.
    """
    settings_of(plugins, settings.plugins)
    offered_by(hooks_in_force(settings, plugins))
    scripts_of(plugins)


def hooks_in_force(
    settings: Settings, plugins: Sequence[LoadedPlugin], health: PluginHealth | None = None
) -> Hooks:
    """The hooks that plugins implement.

    Raises:
        PluginError: one implements what is no hook (`Problems` for several).
    """
    return Hooks(plugins, specs=[plugin_specs], health=health, trace=settings.trace_hooks)


def surroundings_of(settings: Settings, loading: Loading) -> Surroundings:
    """What there is around plugins that can be used.

    Raises:
        RelatumError: they have not the settings or hooks that they should have.
    """
    health = PluginHealth()
    return Surroundings(
        loading=loading,
        hooks=hooks_in_force(settings, loading.plugins, health),
        settings=settings_of(loading.plugins, settings.plugins),
        health=health,
        files=FileStore(settings.files) if settings.files else None,
    )


@dataclass(frozen=True)
class Sound:
    """What a process serves: the plugins that can be used, what surrounds them, and what was made to see that they can.

    Attributes:
        surroundings: the plugins, those that cannot be used, with settings, hooks and health.
        judged: the catalogue of the plugins with its schema, if one was made.
        types: puts the catalogue together, of the plugins and of what the database keeps of them.
    """

    surroundings: Surroundings
    types: Assembling
    judged: Judged | None = None

    @property
    def plugins(self) -> tuple[LoadedPlugin, ...]:
        """Those that can be used, required ones first."""
        return self.surroundings.loading.plugins


def sound_plugins(settings: Settings, *, with_schema: bool = False) -> Sound:
    """The plugins that can be used; whatever is wrong with another one takes nothing down but what requires it.

    Args:
        settings: that name plugins, and what these are told.
        with_schema: whether they have to go together in GraphQL, too, for a process that serves it.

    Raises:
        PluginError: a plugin is asked for or left out that is not installed.
        BadSetting: something is told to a plugin that is not installed.
    """
    _judge_named(settings)
    judged: list[Judged] = []

    def judge(plugins: Sequence[LoadedPlugin]) -> None:
        judge_plugins(settings, plugins)
        if with_schema:
            catalogue = catalogue_of(plugins, zone=settings.zone)
            judged.append(Judged(catalogue, build_schema(catalogue)))

    loading = try_plugins(
        only=settings.only or None, also=settings.also, blocked=settings.without, judge=judge
    )
    kept = _of(judged, loading.plugins)
    assembled = assembling(loading.plugins, zone=settings.zone)

    def types(what: Kept) -> Catalogue:
        return kept.catalogue if kept and what == Kept() else assembled(what)

    return Sound(surroundings_of(settings, loading), types, kept)


def _of(judged: Sequence[Judged], plugins: Sequence[LoadedPlugin]) -> Judged | None:
    """What was made of these plugins."""
    names = tuple(each.name for each in plugins)
    return next((each for each in judged if each.catalogue.plugins == names), None)


def _judge_named(settings: Settings) -> None:
    there = installed()
    for name in settings.plugins:
        if name not in there:
            nearest = get_close_matches(name, there, n=1)
            raise BadSetting(
                f"plugins.{name}: no plugin of this name is installed.",
                path=("plugins", name),
                hint=f"Did you mean {nearest[0]!r}?"
                if nearest
                else f"Installed: {', '.join(there) or 'none'}.",
            )


def catalogue_in_force(settings: Settings) -> Catalogue:
    """The catalogue of the plugins in force.

    Raises:
        PluginError: a plugin is not installed or cannot be loaded.
        Problems: plugins or declarations do not go together.
    """
    return catalogue_of(plugins_in_force(settings), zone=settings.zone)


def types_in_force(settings: Settings, plugins: Sequence[LoadedPlugin] | None = None) -> Assembling:
    """What puts the catalogue together of the plugins and of what a database keeps of them, for `open_database`.

    Raises:
        PluginError: a plugin is not installed or cannot be loaded.
    """
    plugins = plugins_in_force(settings) if plugins is None else plugins
    complete = not (settings.only or settings.without)
    return assembling(plugins, zone=settings.zone, complete=complete)


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


def sign_ins_file(settings: Settings) -> Path:
    """The file in which the demo keeps the secrets of its sign-ins, beside its database."""
    return Path(read_url(settings.database_url).database or "").with_suffix(".json")


def application(settings: Settings) -> ASGIApp:
    """The application of an installation, for one process.

    Raises:
        RelatumError: settings, plugins or declarations do not go together, or examples cannot be read.
    """
    configure_logs(settings.log_level, profile=settings.profile)
    check_profile(settings)
    sound = sound_plugins(settings, with_schema=True)
    for each in sound.surroundings.loading.failed:
        _log.error("The plugin %r is left out: %s", each.name, each.error, exc_info=each.error)

    async def migrated() -> None:
        (await state(settings.database_url, sound.plugins)).require_current()

    app = create_app(
        database_in_force(settings, sound.types, sound.surroundings),
        settings=_app_settings(settings, sound.judged),
        ready=migrated,
    )
    if settings.profile == "demo":
        # A page of another site could lead its own name here, and use what is open on this machine.
        return TrustedHostMiddleware(app, NAMES_OF_THIS_MACHINE, www_redirect=False)
    return app


def _app_settings(settings: Settings, judged: Judged | None) -> AppSettings:
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
        judged=judged,
    )


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
    keys = settings.keys
    async with open_database(
        settings.database_url, catalogue, mailer=mailer, keys=keys, surroundings=surroundings
    ) as database:
        if settings.profile == "production":
            await check_accounts(database)
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
