"""The drivers' errors in the words of `relatum_schemas.errors`.

Values never enter a message: a unique value may belong to a record that the reader must not know
of. What a program needs to name the field stands in `details`: `table`, `columns`, `constraint`.
A table or column that is not there, or no longer what it was, makes a statement `Outdated`. An error
that only a mistake in the engine can cause (bad SQL) is left as it is.
"""

import re
from collections.abc import Mapping

import asyncpg

from relatum.connections.repeat import Outdated, Repeat
from relatum.connections.sqlite_library import dbapi2
from relatum_schemas.errors import (
    BadReference,
    BadValue,
    Conflict,
    DatabaseLocked,
    DatabaseUnavailable,
    NumericOverflow,
    RelatumError,
    Required,
)

Failure = RelatumError | Repeat | Outdated

SQLITE_ERRORS = (dbapi2.Error, OverflowError)
"""What running a statement on SQLite raises."""

POSTGRESQL_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What connecting to PostgreSQL and running a statement there raises."""

_BUSY, _LOCKED, _CONSTRAINT = 5, 6, 19
_UNREADABLE: Mapping[int, str] = {
    8: "Check the permissions of the file and its folder.",
    10: "Check the disk.",
    11: "The file is damaged: restore a backup.",
    13: "The disk is full: make room, then try again. Nothing was written.",
    14: "Check that the folder exists and may be written to.",
    26: "The file is no SQLite database: check the path.",
}
_UNIQUE = re.compile(r"UNIQUE constraint failed: (?:index '(?P<index>.+)'|(?P<columns>.+))")
_CHECK = re.compile(r"CHECK constraint failed: (?P<constraint>.+)")
_NOT_NULL = re.compile(r"NOT NULL constraint failed: (?P<columns>.+)")
_GONE = re.compile(r"no such (table|column): |table .+ has no column named ")
_OUTDATED = ("42P01", "42703")
_KEY = re.compile(r"Key \((?P<columns>.+?)\)=")


def sqlite_failure(error: Exception) -> Failure | None:
    """Return what an error of SQLite means, `None` where only the engine can be wrong."""
    if isinstance(error, OverflowError):
        return NumericOverflow("A number is beyond 64 bits.", hint="Give a smaller number.")
    code = getattr(error, "sqlite_errorcode", 0)
    message = str(error)
    if code in (_BUSY, _LOCKED):
        return DatabaseLocked(
            "Another program holds the database.",
            hint="Nothing was written. Close the other program, or try again in a moment.",
        )
    if code in _UNREADABLE:
        return DatabaseUnavailable(f"The database: {message}.", hint=_UNREADABLE[code])
    if code == _CONSTRAINT:
        return _sqlite_constraint(message)
    if message == "integer overflow":
        return NumericOverflow("A sum left the range of 64 bits.")
    if _GONE.match(message):
        return Outdated(message)
    return None


def postgresql_failure(error: Exception) -> Failure | None:
    """Return what an error of PostgreSQL means, `None` where only the engine can be wrong."""
    if isinstance(error.__cause__, OverflowError):
        return NumericOverflow("A number is beyond its column's range.")
    if isinstance(error, OSError | TimeoutError | asyncpg.InternalClientError):
        return _unreachable(error)
    if isinstance(error, asyncpg.InterfaceError):
        return _unreachable(error) if "clos" in str(error) else None
    state = str(getattr(error, "sqlstate", ""))
    if state in ("40001", "40P01"):
        return Repeat(str(error))
    if state in _OUTDATED or isinstance(error, asyncpg.InvalidCachedStatementError):
        return Outdated(str(error))
    if state == "55P03":
        return DatabaseLocked("Others hold the records.", hint="Try again in a moment.")
    if state.startswith("23"):
        return _postgresql_constraint(error, state)
    if state == "22003":
        return NumericOverflow("A number left the range of its column.")
    return _unreachable(error) if _is_connection_failure(state) else None


def _sqlite_constraint(message: str) -> RelatumError:
    if found := _UNIQUE.match(message):
        return _conflict(_details(found["columns"], constraint=found["index"]))
    if message.startswith("FOREIGN KEY"):
        return _bad_reference({})
    if found := _NOT_NULL.match(message):
        return _required(_details(found["columns"]))
    found = _CHECK.match(message)
    return _bad_value(_details(None, constraint=found["constraint"] if found else None))


def _postgresql_constraint(error: Exception, state: str) -> RelatumError:
    column = getattr(error, "column_name", None)
    key = _KEY.match(getattr(error, "detail", None) or "")
    details = _details(
        key["columns"] if key else column,
        table=getattr(error, "table_name", None),
        constraint=getattr(error, "constraint_name", None),
    )
    match state:
        case "23505" | "23P01":
            return _conflict(details)
        case "23503":
            return _bad_reference(details)
        case "23502":
            return _required(details)
        case _:
            return _bad_value(details)


def _details(
    columns: str | None, *, table: str | None = None, constraint: str | None = None
) -> dict[str, object]:
    """Return the facts known; SQLite writes `table.column, table.column`, PostgreSQL bare names."""
    names = columns.split(", ") if columns else []
    tables = [name.rpartition(".")[0] for name in names]
    facts = {
        "table": table or next(filter(None, tables), None),
        "columns": [name.rpartition(".")[2] for name in names] or None,
        "constraint": constraint,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _conflict(details: Mapping[str, object]) -> Conflict:
    return Conflict("A value that must be unique is taken.", details=details)


def _bad_reference(details: Mapping[str, object]) -> BadReference:
    return BadReference("A record that is pointed to does not exist.", details=details)


def _required(details: Mapping[str, object]) -> Required:
    return Required("A value that must be there is missing.", details=details)


def _bad_value(details: Mapping[str, object]) -> BadValue:
    return BadValue("A value is not one that its column admits.", details=details)


def _is_connection_failure(state: str) -> bool:
    """True for connection, sign-in, missing database, resources, shutdown, and I/O."""
    return state[:2] in ("08", "28", "3D", "53", "58") or state in (
        "57P01",
        "57P02",
        "57P03",
        "57P05",
    )


def _unreachable(error: Exception) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"PostgreSQL cannot be used: {error or type(error).__name__}.",
        hint="Check that the server runs and that host, port, name and password are right.",
    )
