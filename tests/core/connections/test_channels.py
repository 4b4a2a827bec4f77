"""Messages and leadership, between tasks and between processes' connections."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text

from relatum.connections import Connection, Connections, open_connections, prepare
from relatum.connections.channels import BACKLOG
from relatum_schemas.errors import DatabaseUnavailable


async def say(connections: Connections, channel: str, *payloads: str) -> None:
    async with connections.writing() as connection:
        for payload in payloads:
            await connection.notify(channel, payload)


async def test_every_listener_hears_what_is_committed(connections: Connections) -> None:
    async with (
        connections.listen("news") as one,
        connections.listen("news") as other,
        connections.listen("weather") as weather,
    ):
        await say(connections, "news", "first", "second")
        await say(connections, "weather", "rain; it's")
        for incoming in (one, other):
            assert [await anext(incoming), await anext(incoming)] == ["first", "second"]
        assert await anext(weather) == "rain; it's"


async def test_what_is_undone_is_not_heard(connections: Connections) -> None:
    async with connections.listen("news") as news:
        with suppress(ZeroDivisionError):
            async with connections.writing() as connection:
                await connection.notify("news", "undone")
                raise ZeroDivisionError
        async with connections.writing() as connection:
            await connection.notify("news", "kept")
            with suppress(ZeroDivisionError):
                async with connection.savepoint():
                    await connection.notify("news", "undone in part")
                    raise ZeroDivisionError
            early = asyncio.ensure_future(anext(news))
            await asyncio.sleep(0.05)
            assert not early.done()
        assert await early == "kept"
        await say(connections, "news", "last")
        assert await anext(news) == "last"


async def test_a_listener_far_behind_loses_the_oldest(connections: Connections) -> None:
    if connections.dialect != "sqlite":
        pytest.skip("the same mailbox, with a thousand messages over the wire")
    async with connections.listen("news") as news:
        await say(connections, "news", *map(str, range(BACKLOG + 5)))
        assert await anext(news) == "5"


async def test_a_listener_whose_connection_dies_is_told(connections: Connections) -> None:
    if connections.dialect != "postgresql":
        pytest.skip("SQLite's listeners have no connection")
    others = prepare(
        text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        ),
        "postgresql",
    )
    async with connections.reading() as connection, connections.listen("news") as news:
        assert await connection.value(others, {}) == 1
        with pytest.raises(DatabaseUnavailable, match="is gone"):
            async with asyncio.timeout(5):
                await anext(news)


async def test_one_leader_at_a_time(database_url: str) -> None:
    """Two sets of connections stand for two processes."""
    here, there = await open_connections(database_url), await open_connections(database_url)
    async with here.leadership("sequencer") as leader:
        assert leader is not None
        async with there.leadership("sequencer") as rival:
            assert rival is None
        async with there.leadership("clock") as clock:
            assert clock is not None
    async with there.leadership("sequencer") as successor:
        assert successor is not None
    await here.close()
    await there.close()


async def test_of_eight_rivals_one_leads(connections: Connections) -> None:
    everyone_tried = asyncio.Barrier(8)

    async def try_once() -> bool:
        async with connections.leadership("sequencer") as leader:
            await everyone_tried.wait()
            return leader is not None

    assert sum(await asyncio.gather(*(try_once() for _ in range(8)))) == 1


async def test_a_leader_writes_while_it_leads(connections: Connections) -> None:
    count = prepare(text("SELECT count(*) FROM noted"), connections.dialect)
    async with connections.leadership("sequencer") as leader:
        assert leader is not None
        async with leader.writing() as connection:
            await connection.script("CREATE TABLE noted (line INTEGER)")
            await connection.script("INSERT INTO noted VALUES (1)")
        with suppress(ZeroDivisionError):
            async with leader.writing() as connection:
                await connection.script("INSERT INTO noted VALUES (2)")
                raise ZeroDivisionError
    async with connections.reading() as connection:
        assert await connection.value(count, {}) == 1


async def test_office_and_transaction_end_together(connections: Connections) -> None:
    if connections.dialect != "postgresql":
        pytest.skip("SQLite's leader holds no connection of its own")
    pid = prepare(text("SELECT pg_backend_pid()"), "postgresql")

    async def killed(connection: Connection) -> None:
        number = await connection.value(pid, {})
        async with connections.reading() as killer:
            await killer.script(f"SELECT pg_terminate_backend({number})")
        await connection.script("INSERT INTO noted VALUES (1)")

    async def lead_and_die() -> None:
        async with connections.leadership("sequencer") as leader:
            assert leader is not None
            async with leader.writing() as connection:
                await connection.script("CREATE TABLE noted (line INTEGER)")
                await killed(connection)

    with pytest.raises(DatabaseUnavailable):
        await lead_and_die()
    async with connections.leadership("sequencer") as successor:
        assert successor is not None
        async with successor.writing() as connection:
            await connection.script("CREATE TABLE noted (line INTEGER)")
