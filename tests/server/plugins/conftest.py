"""A database whose plugins are written in the tests, served with all that surrounds them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.connections.opening import open_connections
from relatum.plugins import (
    FailedPlugin,
    Hooks,
    LoadedPlugin,
    Loading,
    PluginHealth,
    Surroundings,
    settings_of,
)
from relatum.session import Database, assembling, open_database
from relatum.tables import build_tables, create_all
from relatum_server import plugin_specs
from tests.databases import CloneTemplate
from tests.server.serving import administrators_token, application, served


@dataclass
class Installation:
    """What a test asks: the database, a client with an administrator's token, one of nobody."""

    database: Database
    client: AsyncClient
    nobody: AsyncClient

    async def ask(self, text: str, **variables: Any) -> Any:
        """The answer to a question of an administrator."""
        answer = await self.client.post("/graphql", json={"query": text, "variables": variables})
        return answer.json()


Install = Callable[..., AbstractAsyncContextManager[Installation]]


on_both = pytest.mark.parametrize("installed", ["sqlite", "postgresql"], indirect=True)
"""For what depends on the database."""


@pytest.fixture
def installed(clone_template: CloneTemplate, request: pytest.FixtureRequest) -> Install:
    """`async with installed(module, ..., failed=..., settings=...) as installation`; on SQLite if nothing else is said."""
    dialect: DialectName = getattr(request, "param", "sqlite")

    @asynccontextmanager
    async def install(
        *modules: ModuleType,
        failed: tuple[FailedPlugin, ...] = (),
        settings: dict[str, dict[str, object]] | None = None,
        trace: bool = False,
    ) -> AsyncIterator[Installation]:
        plugins = tuple(LoadedPlugin(each.plugin, each) for each in modules)
        catalogue, health = build_catalogue(modules), PluginHealth()
        surroundings = Surroundings(
            loading=Loading(plugins, failed),
            hooks=Hooks(plugins, specs=[plugin_specs], health=health, trace=trace),
            settings=settings_of(plugins, settings or {}),
            health=health,
        )

        async def build(url: str) -> None:
            connections = await open_connections(url)
            await create_all(connections, build_tables(catalogue))
            await connections.close()

        url = await clone_template(dialect, f"tables:{catalogue.fingerprint}", build)
        types = assembling(plugins)
        async with open_database(url, types, surroundings=surroundings) as database:
            token = await administrators_token(database)
            async with (
                served(application(database), token=token) as client,
                AsyncClient(base_url=client.base_url) as nobody,
            ):
                yield Installation(database, client, nobody)

    return install
