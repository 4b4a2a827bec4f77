"""How statements reach a database: compiled once by SQLAlchemy, run prepared on raw drivers.

In the order in which a statement passes through:

1. `types`: the column types, one storage form per database (`encoding`: from value to form).
2. `expressions`: what the two databases spell differently (`any_of`, `document`).
3. `prepared`: `prepare(statement, dialect)`: SQL text, parameters in order, decoders.
4. `interface`: what a set of connections offers, the same on both databases.
5. `opening`: `open_connections(url)` reads the URL (`addresses`) and picks the database.
6. `sqlite` (with `sqlite_library`, `sqlite_settings`, `sqlite_functions`, `sqlite_statements`; `threads`, and `brief` for
   what needs none) and `postgresql` (with `postgresql_settings`): the two fillings of the interface, over `lending`
   (who has which connection) and `transactions`.
7. `failures`: the drivers' errors in the words of `relatum_schemas.errors`.
8. `repeat`: a unit of work run again after a deadlock.
9. `channels`: messages from those who write to those who wait for news.
10. `witness`: which statements have run, for tests, and how many, for those who watch.
11. `engines`: SQLAlchemy engines, for migrations only.

No SQLAlchemy connection stands on the road of a request: it costs more than the statement does.
"""

from relatum.connections.engines import async_engine, on_engine, sync_engine
from relatum.connections.expressions import any_of, document
from relatum.connections.interface import Connection, Connections, Leader, Use
from relatum.connections.opening import open_connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.repeat import Outdated, Repeat, repeat
from relatum.connections.types import (
    FOREVER,
    Day,
    DialectName,
    Flag,
    Identifier,
    Instant,
    JsonText,
    Micros,
    PlainText,
    Scaled,
    TextArray,
)

__all__ = [
    "FOREVER",
    "Connection",
    "Connections",
    "Day",
    "DialectName",
    "Flag",
    "Identifier",
    "Instant",
    "JsonText",
    "Leader",
    "Micros",
    "Outdated",
    "PlainText",
    "Prepared",
    "Repeat",
    "Scaled",
    "TextArray",
    "Use",
    "any_of",
    "async_engine",
    "document",
    "on_engine",
    "open_connections",
    "prepare",
    "repeat",
    "sync_engine",
]
