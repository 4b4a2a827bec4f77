"""Fills a database with made-up records, by the road that every record takes."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.session import open_database
from relatum.tables import create_all
from relatum.writing import Command, open_unit

BATCH: Final = 5_000


async def fill(url: str, catalogue: Catalogue, records: Iterable[Command]) -> int:
    """Make the tables in an empty database, write the records, and return how many that were.

    PostgreSQL then looks at its tables as it does by itself in the long run; SQLite is left as it is.
    """
    async with open_database(url, catalogue) as database:
        await create_all(database.connections, database.tables)
        commands = iter(records)
        written = 0
        while batch := list(islice(commands, BATCH)):
            async with open_unit(database.storage, SYSTEM, origin="benchmark") as unit:
                written += len(await unit.apply(batch))
        if database.connections.dialect == "postgresql":
            async with database.connections.reading() as connection:
                await connection.script("VACUUM ANALYZE")
    return written
