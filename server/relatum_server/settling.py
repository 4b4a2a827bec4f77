"""Python's search for garbage, kept from those who ask: it looks at every object, and nobody is answered meanwhile.

What an application consists of stays, so it is left out of what is looked through (`settled`). While other types come into
force, nothing is looked for at all (`undisturbed`). What stood for the types before is a web of objects that only such a
search would find; it is taken apart instead, a little at a time, as soon as the last request that used it is answered.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from weakref import finalize

from graphql import GraphQLSchema

from relatum.session import Database, Storage
from relatum.tables import Tables
from relatum_server.graphql.api import Api

_TURN: Final = 0.0005
"""Seconds after which a thread that works lets the event loop go on."""

_AT_ONCE: Final = 0.002
"""Seconds for which is taken apart before others have their turn."""

_NEW_OBJECTS: Final = 10_000
"""That are there before Python looks for garbage among them."""

_disturbing: list[float] = []
"""The turn that threads had before each of those who are not to be disturbed."""


@contextmanager
def settled() -> Iterator[None]:
    """Have Python look for garbage only in what comes from now on, until the block ends.

    To look through the catalogue and the schema takes a tenth of a second, in which nobody is answered, and they stay.
    What requests leave behind is looked through after thousands of objects, not hundreds, which one request makes.
    """
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, *before[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@contextmanager
def swapping(database: Database) -> Iterator[None]:
    """Have other types come into force undisturbed during the block, and what stood for those before be let go."""
    known = [database.storage]

    def let_go() -> None:
        known.append(database.storage)
        _let_go(known.pop(0), database.storage)

    database.changing = undisturbed
    database.changed.append(let_go)
    try:
        yield
    finally:
        database.changed.remove(let_go)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have Python look for no garbage during the block, nor for it later in what is there then."""
    _disturbing.append(sys.getswitchinterval())
    sys.setswitchinterval(_TURN)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(_disturbing.pop())
        if not _disturbing:
            gc.freeze()
            gc.enable()


def _let_go(before: Storage, after: Storage) -> None:
    """Take apart what stood for the types that were in force before, when nobody uses it any more."""
    loop = asyncio.get_running_loop()
    old, new = before.surface, after.surface
    if isinstance(old, Api) and isinstance(new, Api) and old is not new:
        _when_unused(loop, old, list(_own_types(old.schema, new.schema)))
    if before.tables is not after.tables:
        _when_unused(loop, before.tables, list(_parts(before.tables)))


def _when_unused(loop: asyncio.AbstractEventLoop, whole: object, parts: list[object]) -> None:
    finalize(whole, _begin, loop, parts).atexit = False


def _begin(loop: asyncio.AbstractEventLoop, parts: list[object]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(_take_apart, loop, parts)


def _take_apart(loop: asyncio.AbstractEventLoop, parts: list[object]) -> None:
    """Let parts forget each other, so that they are gone at once."""
    ends = time.monotonic() + _AT_ONCE
    while parts:
        vars(parts.pop()).clear()
        if time.monotonic() > ends:
            loop.call_soon(_take_apart, loop, parts)
            return


def _own_types(schema: GraphQLSchema, other: GraphQLSchema) -> Iterable[object]:
    """The schema and those of its types that the other one has its own of; any other may be there for all schemas."""
    yield schema
    for name, each in schema.type_map.items():
        if other.type_map.get(name, each) is not each:
            yield each


def _parts(tables: Tables) -> Iterable[object]:
    yield tables.metadata
    for table in tables.metadata.tables.values():
        yield table
        related: Iterable[Any] = (*table.constraints, *table.indexes, *table.columns)
        yield from related
