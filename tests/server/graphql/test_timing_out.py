"""A question that takes too long is ended, in the database, too, and leaves nothing behind."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from sqlalchemy import text

from relatum.connections import Connections, prepare
from relatum.connections.brief import ROWS_WRITTEN
from relatum.connections.opening import SQLITE_READERS
from relatum.connections.sqlite import SqliteConnection
from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.graphql.limits import Limits
from tests.server.serving import administrators_token, application, served

GRAPHQL: Final = {"accept": "application/graphql-response+json"}
QUERY: Final = '{ products { nodes { title } } search(text: "tea") { totalCount } }'
"""What searches is handed to a thread on SQLite, where it can be broken off after any time."""
_LATE: Final = ", ".join(f'{{title: "Late {number}"}}' for number in range(ROWS_WRITTEN + 10))
CREATE: Final = f"mutation {{ createProducts(inputs: [{_LATE}]) {{ results {{ index }} }} }}"
"""More new rows than are written in the event loop."""
WAITING: Final = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@asynccontextmanager
async def slow(connections: Connections) -> AsyncIterator[list[float]]:
    """Let statements on products take many times as long as they may; gives the times at which SQLite ran."""
    ran: list[float] = []
    if connections.dialect == "postgresql":
        async with connections.writing() as connection:
            await connection.script('LOCK TABLE "shop__product" IN ACCESS EXCLUSIVE MODE')
            yield ran
        return

    def dawdle() -> int:
        if dawdling:
            ran.append(time.monotonic())
            time.sleep(0.02)
        return 0

    dawdling = [True]
    async with AsyncExitStack() as lent:
        writer, *readers = [
            await lent.enter_async_context(lend())
            for lend in (connections.writing, *[connections.reading] * SQLITE_READERS)
        ]
        for reader in readers:
            assert isinstance(reader, SqliteConnection)
            reader.thread.raw.set_progress_handler(dawdle, 2)
        assert isinstance(writer, SqliteConnection)
        # What reads in the event loop sets and takes off progress handlers of its own here.
        writer.thread.raw.create_function("dawdle", 0, dawdle)
        await writer.script(
            'CREATE TEMP TRIGGER late AFTER INSERT ON "shop__product" BEGIN SELECT dawdle(); END'
        )
    yield ran
    # Not taken off again: that would wait for a statement, and keep from it what it needs to end.
    dawdling.clear()


async def waiting(connections: Connections) -> int:
    """How many statements wait for a lock."""
    if connections.dialect == "sqlite":
        return 0
    async with connections.reading() as connection:
        found = await connection.value(prepare(text(WAITING), "postgresql"), {})
    assert isinstance(found, int)
    return found


async def test_what_takes_too_long_is_ended_in_the_database(shop_database: Database) -> None:
    settings = AppSettings(limits=Limits(seconds=0.5))
    token = await administrators_token(shop_database)
    async with served(application(shop_database, settings), token=token) as client:
        before = (await client.post("/graphql", json={"query": QUERY})).json()
        assert len(before["data"]["products"]["nodes"]) == 2
        async with slow(shop_database.connections) as ran:
            for question in (QUERY, CREATE):
                answer = await client.post("/graphql", json={"query": question}, headers=GRAPHQL)
                assert answer.status_code == 504, answer.text
                (error,) = answer.json()["errors"]
                assert error["extensions"]["code"] == "TIMED_OUT"
                ended = time.monotonic()
                while await waiting(shop_database.connections):
                    assert time.monotonic() - ended < 10
        assert all(each - ended < 1 for each in ran)
        after = (await client.post("/graphql", json={"query": QUERY})).json()
    assert after == before
