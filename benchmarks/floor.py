"""The floor under the nested query: nothing between the socket and the statement that could be left out.

A bare ASGI function reads the body, takes the cursor apart, runs the statement written by hand, prepared, on a raw
driver connection, and sends what the database made. ``python -m benchmarks.floor URL PORT``.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from pysqlite3 import dbapi2

from benchmarks.nested_query import BY_HAND
from relatum.connections.addresses import read_url, sqlite_path

Ask = Callable[[str, UUID, date], Awaitable[bytes]]


class Floor(Protocol):
    """A way to run the statement."""

    async def open(self) -> None:
        """Connect."""
        ...

    async def ask(self, name: str, identity: UUID, today: date) -> bytes:
        """Return the answer after a name and an id."""
        ...


class PostgresqlFloor:
    """Held asyncpg connections, the last one given back lent first."""

    def __init__(self, url: str, connections: int = 16) -> None:
        self._url = url
        self._connections = connections
        self._idle: asyncio.LifoQueue[Any] = asyncio.LifoQueue()

    async def open(self) -> None:
        for _ in range(self._connections):
            raw = await asyncpg.connect(
                self._url, server_settings={"jit": "off", "TimeZone": "UTC"}
            )
            await raw.set_type_codec(
                "json", schema="pg_catalog", format="binary", encoder=str.encode, decoder=bytes
            )
            await self._idle.put(await raw.prepare(BY_HAND["postgresql"]))

    async def ask(self, name: str, identity: UUID, today: date) -> bytes:
        statement = await self._idle.get()
        try:
            answer: bytes = await statement.fetchval(name, identity, today)
        finally:
            self._idle.put_nowait(statement)
        return answer


class SqliteFloor:
    """One connection, asked in the loop: nothing is faster for short statements."""

    def __init__(self, url: str) -> None:
        self._path = sqlite_path(read_url(url))

    async def open(self) -> None:
        self._raw = dbapi2.connect(str(self._path), isolation_level=None)
        self._raw.execute("PRAGMA mmap_size = 268435456")
        self._raw.execute("PRAGMA cache_size = -16384")

    async def ask(self, name: str, identity: UUID, today: date) -> bytes:
        row = self._raw.execute(BY_HAND["sqlite"], (name, identity.bytes, str(today))).fetchone()
        answer: bytes = row[0]
        return answer


def application(url: str) -> Callable[..., Awaitable[None]]:
    """The ASGI function."""
    floor: Floor = SqliteFloor(url) if url.startswith("sqlite") else PostgresqlFloor(url)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await floor.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        name, identity = _after(orjson.loads(body))
        content = await floor.ask(name, identity, datetime.now(UTC).date())
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return answer


def _after(request: Any) -> tuple[str, UUID]:
    """The name and the id in the cursor of a request."""
    cursor = request.get("variables", {}).get("after")
    if cursor is None:
        return "", UUID(int=0)
    *_, name, identity = orjson.loads(bytes.fromhex(cursor))
    return name, UUID(identity)


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False
    )
