"""Durable work in a process that serves: begun when there is something to do, ended cleanly.

It costs nothing where no plugin in force declares anything durable: not even what it takes to load DBOS.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from relatum.catalogue import Catalogue
from relatum.connections import Connections
from relatum.session.database import Database
from relatum.workflows.positions import stand
from relatum.workflows.validity import keep_telling
from relatum_schemas.channel import Channel
from relatum_schemas.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from relatum.workflows.operating import Operator

_PAUSE: Final = 2.0

_log: Final = logging.getLogger("relatum.workflows")


def has_work(catalogue: Catalogue) -> bool:
    """Whether a plugin declares anything durable."""
    return bool(catalogue.reactions or catalogue.workflows or catalogue.templates)


_addresses: WeakKeyDictionary[Connections, str] = WeakKeyDictionary()
_operators: WeakKeyDictionary[Connections, "Operator"] = WeakKeyDictionary()


async def operator_of(connections: Connections) -> "Operator | None":
    """What sees and steers the workflows of a database in use; None where nobody said that it works."""
    address = _addresses.get(connections)
    if address is None:
        return None
    if connections not in _operators:
        from relatum.workflows.operating import Operator

        _operators[connections] = Operator(address)
    return _operators[connections]


@asynccontextmanager
async def working(
    database: Database, url: str, *, messenger: Channel | None = None
) -> AsyncIterator[None]:
    """Have this process work while the block runs, as soon as there may be something to do.

    Reactions are told of all that is committed from the beginning of the first such block on.

    Args:
        database: in use.
        url: its address, with all that is needed to reach it.
        messenger: what brings messages to people; None where nothing does.
    """
    await stand(database, database.catalogue)
    tasks = [
        asyncio.create_task(_keep_working(database, url, messenger)),
        asyncio.create_task(keep_telling(database)),
    ]
    _addresses[database.connections] = url
    try:
        yield
    finally:
        if operator := _operators.pop(database.connections, None):
            await operator.close()
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_working(database: Database, url: str, messenger: Channel | None) -> None:
    """Work whenever plugins in force declare anything durable."""
    while True:
        if has_work(database.catalogue):
            from relatum.workflows.process import work

            try:
                await work(database, url, messenger)
            except DatabaseUnavailable as error:
                _log.warning("Durable work waits for the database: %s", error)
            except Exception:
                _log.exception("Durable work stopped, and is begun anew.")
        await asyncio.sleep(_PAUSE)
