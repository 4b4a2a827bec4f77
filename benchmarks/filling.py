"""Fills a database with a made-up trade, by the road that every record takes."""

from itertools import islice
from typing import Final

from benchmarks.data import Trade
from benchmarks.model import catalogue
from relatum.access import SYSTEM
from relatum.session import open_database
from relatum.tables import create_all
from relatum.writing import open_unit

BATCH: Final = 5_000


async def fill(url: str, trade: Trade) -> int:
    """Make the tables in an empty database, write the trade, and return how many records that were.

    PostgreSQL then looks at its tables as it does by itself in the long run; SQLite is left as it is.
    """
    async with open_database(url, catalogue()) as database:
        await create_all(database.connections, database.tables)
        commands = trade.commands()
        written = 0
        while batch := list(islice(commands, BATCH)):
            async with open_unit(database, SYSTEM, origin="benchmark") as unit:
                written += len(await unit.apply(batch))
        if database.connections.dialect == "postgresql":
            async with database.connections.reading() as connection:
                await connection.script("VACUUM ANALYZE")
    return written
