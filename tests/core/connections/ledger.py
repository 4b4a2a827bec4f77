"""A small table that the tests of this folder write to and read from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, MetaData, Table
from sqlalchemy.schema import CreateTable

from relatum.connections import Connections, PlainText, open_connections
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


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Connections]:
    connections = await open_connections(url)
    try:
        yield connections
    finally:
        await connections.close()
