"""The floor: nothing between the socket and the statement that could be left out.

A bare ASGI function reads the body, takes the variables out, runs the statement written by hand, prepared, on a raw driver
connection, and sends what the database made. ``python -m benchmarks.api.floor URL PORT``.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from pysqlite3 import dbapi2

from benchmarks.api.by_hand import POSTGRESQL, SQLITE
from benchmarks.api.person_by_hand import PostgresqlHire, SqliteHire
from relatum.connections.addresses import read_url, sqlite_path

Arguments = Callable[[Mapping[str, Any]], tuple[Any, ...]]

CONNECTIONS: Final = 16


class Floor(Protocol):
    """A way to answer."""

    async def open(self) -> None:
        """Connect."""
        ...

    async def ask(self, name: str, variables: Mapping[str, Any]) -> bytes:
        """Answer a question."""
        ...


def _after(variables: Mapping[str, Any]) -> tuple[str, UUID, date]:
    """The name and the id in a cursor, and today."""
    cursor = variables.get("after")
    today = datetime.now(UTC).date()
    if cursor is None:
        return "", UUID(int=0), today
    *_, name, identity = orjson.loads(bytes.fromhex(cursor))
    return name, UUID(identity), today


class PostgresqlFloor:
    """Held asyncpg connections with their statements prepared, the last one given back lent first."""

    ARGUMENTS: Final[Mapping[str, Arguments]] = {
        "One": lambda given: (UUID(given["id"]),),
        "Page": _after,
        "Region": lambda given: (
            UUID(given["region"]),
            *given["stages"],
            Decimal(given["amount"]["amount"]),
            given["amount"]["currency"],
        ),
        "Suppliers": lambda given: (UUID(given["id"]),),
        "Stages": lambda given: (),
    }

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: asyncio.LifoQueue[Any] = asyncio.LifoQueue()

    async def open(self) -> None:
        for _ in range(CONNECTIONS):
            raw = await asyncpg.connect(
                self._url, server_settings={"jit": "off", "TimeZone": "UTC"}
            )
            await raw.set_type_codec(
                "json", schema="pg_catalog", format="binary", encoder=str.encode, decoder=bytes
            )
            prepared = {name: await raw.prepare(sql) for name, sql in POSTGRESQL.items()}
            await self._idle.put((prepared, await PostgresqlHire.prepared(raw)))

    async def ask(self, name: str, variables: Mapping[str, Any]) -> bytes:
        held = prepared, hire = await self._idle.get()
        try:
            if name == "Hire":
                written: bytes = await hire.hire(variables["input"])
                return written
            answer: bytes = await prepared[name].fetchval(*self.ARGUMENTS[name](variables))
        finally:
            self._idle.put_nowait(held)
        return answer


def _cents(amount: str) -> int:
    return int(Decimal(amount) * 100)


def _sqlite_page(variables: Mapping[str, Any]) -> tuple[Any, ...]:
    name, identity, today = _after(variables)
    return name, identity.bytes, str(today)


class SqliteFloor:
    """One connection, asked in the loop: nothing is faster for short statements."""

    ARGUMENTS: Final[Mapping[str, Arguments]] = {
        "One": lambda given: (UUID(given["id"]).bytes,),
        "Page": _sqlite_page,
        "Region": lambda given: (
            UUID(given["region"]).bytes,
            *given["stages"],
            _cents(given["amount"]["amount"]),
            given["amount"]["currency"],
        ),
        "Suppliers": lambda given: (UUID(given["id"]).bytes,),
        "Stages": lambda given: (),
    }

    def __init__(self, url: str) -> None:
        self._path = sqlite_path(read_url(url))

    async def open(self) -> None:
        self._raw = dbapi2.connect(str(self._path), isolation_level=None)
        self._raw.execute("PRAGMA mmap_size = 268435456")
        self._raw.execute("PRAGMA cache_size = -16384")
        self._raw.execute("PRAGMA synchronous = FULL")
        self._raw.execute("PRAGMA foreign_keys = ON")
        self._hire = SqliteHire(self._raw)

    async def ask(self, name: str, variables: Mapping[str, Any]) -> bytes:
        if name == "Hire":
            return self._hire.hire(variables["input"])
        row = self._raw.execute(SQLITE[name], self.ARGUMENTS[name](variables)).fetchone()
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
        asked = orjson.loads(body)
        content = await floor.ask(asked["operationName"], asked["variables"])
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return answer


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False
    )
