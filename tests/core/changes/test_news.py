"""News of the change log: one listener wakes all who wait, and what is not told is found."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from relatum.changes.news import news_of
from relatum.changes.sequencer import sequence
from relatum.changes.tidings import Tidings, tidings
from relatum.connections import DialectName
from relatum.connections.opening import open_connections
from relatum.writing import Create
from tests.core.writing.stored import CloneTemplate, Stored, stored

SECONDS = 30
SLOWLY = 3_600.0
"""So seldom the log is looked at where messages alone are to be heard."""


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect) as opened:
        yield opened


async def written(shop: Stored, name: str) -> None:
    await shop.apply(Create("Firm", {"name": name}))
    await sequence(shop.connections)


async def test_one_listener_wakes_all_who_wait(shop: Stored) -> None:
    await written(shop, "Before")
    async with (
        asyncio.timeout(SECONDS),
        news_of(shop.connections, looking_seconds=SLOWLY) as news,
    ):
        assert news.position == 1
        assert await news.beyond(0) == 1
        waiting = [asyncio.create_task(news.beyond(1)) for _ in range(20)]
        await asyncio.sleep(0)
        waiting.pop().cancel()
        await written(shop, "News")
        assert set(await asyncio.gather(*waiting)) == {2}


async def test_who_is_not_concerned_is_not_woken(shop: Stored) -> None:
    async with asyncio.timeout(SECONDS), news_of(shop.connections) as news:
        ties = asyncio.create_task(news.beyond(0, {"WorksAt", "Person"}))
        firms = asyncio.create_task(news.beyond(0, {"Firm"}))
        await written(shop, "News")
        assert await firms == 1
        assert not ties.done()
        await shop.apply(Create("Person", {"last_name": "Ann"}))
        await sequence(shop.connections)
        assert await ties == 2
        assert await news.beyond(0, {"Firm"}) == 2


async def test_what_news_are_about_is_told_with_them(shop: Stored) -> None:
    async with (
        asyncio.timeout(SECONDS),
        news_of(shop.connections, looking_seconds=SLOWLY) as news,
    ):
        firms = asyncio.create_task(news.beyond(0, {"Firm"}))
        await asyncio.sleep(0.1)
        with shop.connections.count_statements() as seen:
            await written(shop, "News")
            assert await firms == 1
        assert not any("DISTINCT" in each for each in seen)


async def test_news_that_follow_on_lost_ones_are_about_these_too(shop: Stored) -> None:
    async with (
        asyncio.timeout(SECONDS),
        news_of(shop.connections, looking_seconds=SLOWLY) as news,
    ):
        await written(shop, "Told")
        assert await news.beyond(0) == 1
        other = await open_connections(shop.connections.url)
        try:  # which this process does not hear of on SQLite
            await written(Stored(other, shop.catalogue, shop.tables, shop.clock), "Not told")
        finally:
            await other.close()
        firms = asyncio.create_task(news.beyond(1, {"Firm"}))
        await shop.apply(Create("Person", {"last_name": "Ann"}))
        await sequence(shop.connections)
        assert await firms > 1


def test_tidings_of_too_many_types_are_of_all() -> None:
    some = Tidings(3, 5, {"Firm", "Person"})
    assert tidings(some.message()) == some
    many = Tidings(3, 5, {f"Type{number}" for number in range(1_000)})
    assert len(many.message().encode()) < 8_000
    assert tidings(many.message()) == Tidings(3, 5, None)


async def test_what_nobody_tells_is_found(shop: Stored) -> None:
    """On SQLite a second process is not heard; on PostgreSQL a connection breaks, and messages are lost meanwhile."""
    async with asyncio.timeout(SECONDS), news_of(shop.connections, looking_seconds=0.05) as news:
        await written(shop, "Told")
        assert await news.beyond(0) == 1
        if shop.connections.dialect == "postgresql":
            await _break_listeners(shop)
        other = await open_connections(shop.connections.url)
        try:
            await written(Stored(other, shop.catalogue, shop.tables, shop.clock), "Not told")
        finally:
            await other.close()
        assert await news.beyond(1) == 2


async def _break_listeners(shop: Stored) -> None:
    async with shop.connections.writing() as connection:
        await connection.script(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
