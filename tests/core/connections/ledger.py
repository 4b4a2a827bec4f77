"""A small table that the tests of this folder write to and read from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    MetaData,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.schema import CreateTable

from relatum.connections import Connection, Connections, PlainText, open_connections, prepare
from relatum.connections.prepared import DIALECTS

ACCOUNT = Table(
    "account",
    MetaData(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", PlainText, unique=True),
    Column("balance", BigInteger, CheckConstraint("balance >= 0", "not_overdrawn"), nullable=False),
    Column("parent", BigInteger, ForeignKey("account.number")),
)


async def create_account(connections: Connections) -> None:
    ddl = str(CreateTable(ACCOUNT).compile(dialect=DIALECTS[connections.dialect]))
    async with connections.writing() as connection:
        await connection.script(ddl)


async def build_account(url: str) -> None:
    async with opened(url) as connections:
        await create_account(connections)


async def add(connection: Connection, number: int, owner: str | None = None) -> None:
    write = prepare(insert(ACCOUNT), connection.dialect)
    values = {"number": number, "owner": owner, "balance": 0, "parent": None}
    await connection.execute(write, values)


async def count(connection: Connection) -> object:
    return await connection.value(
        prepare(select(func.count()).select_from(ACCOUNT), connection.dialect), {}
    )


async def kept(connections: Connections) -> object:
    async with connections.reading() as connection:
        return await count(connection)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Connections]:
    connections = await open_connections(url)
    try:
        yield connections
    finally:
        await connections.close()
