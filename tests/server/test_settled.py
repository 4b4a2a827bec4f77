"""What a started application consists of is looked through for garbage no more, until it ends."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.identity.plugin_states import PluginState, keep_state
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.session import Database, assembling, open_database
from relatum_server.graphql.api import Api
from tests.databases import CloneTemplate, prepared
from tests.server import garage, shop
from tests.server.serving import application, served

TURNS = 1_000
"""Of the event loop, in which what is let go is taken apart."""


async def test_garbage_is_looked_for_only_in_what_came_since_the_start(
    shop_database: Database,
) -> None:
    async with served(application(shop_database)) as client:
        assert (await client.get("/healthz")).status_code == 200
        started = gc.get_freeze_count()
    assert started > gc.get_freeze_count()


async def test_what_stood_for_types_before_is_let_go_without_a_search(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    plugins = [LoadedPlugin(each.plugin, each) for each in (shop, garage)]
    url = await prepared(clone_template, dialect, catalogue_of(plugins))
    async with (
        open_database(url, assembling(plugins)) as database,
        served(application(database)),
    ):
        before = database.storage.surface
        assert isinstance(before, Api)
        schema, api = before.schema, weakref.ref(before)
        del before
        kept = PluginState("garage", "1.0", "inactive", datetime.now(UTC), None)
        async with database.connections.writing() as connection:
            await keep_state(connection, SYSTEM, kept)
        await database.renewed()
        assert api() is None
        for _ in range(TURNS):
            await asyncio.sleep(0)
        assert not vars(schema)
        assert isinstance(database.storage.surface, Api)
        assert database.storage.surface.schema.type_map["ID"].name == "ID"
    assert gc.isenabled()
