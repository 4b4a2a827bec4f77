"""How many rows each table has, by which engine and floor are held to write the same."""

from collections import Counter

from sqlalchemy import func, select

from benchmarks.api.market import catalogue
from relatum.connections import open_connections
from relatum.connections.prepared import prepare
from relatum.tables import build_tables


async def counted(url: str) -> Counter[str]:
    """Return the number of rows of every table of the market, by its name."""
    found: Counter[str] = Counter()
    connections = await open_connections(url)
    try:
        async with connections.reading() as connection:
            for name, table in build_tables(catalogue()).metadata.tables.items():
                if name == "token":  # its last use is noted beside what is asked
                    continue
                statement = prepare(select(func.count()).select_from(table), connection.dialect)
                ((rows,),) = await connection.rows(statement, {})
                assert isinstance(rows, int)
                found[name] = rows
    finally:
        await connections.close()
    return found
