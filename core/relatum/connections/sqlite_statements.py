"""What is done with a raw connection to SQLite, in its thread or, if it takes next to no time, in the event loop."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from sqlalchemy import Table

from relatum.connections.interface import Following
from relatum.connections.prepared import DIALECTS, Encoders, Prepared, encoded, encoders
from relatum.connections.sqlite_library import dbapi2
from relatum.connections.sqlite_settings import RawConnection
from relatum.connections.transactions import Held

Encoded = Sequence[object]
"""The values of a statement, or of a row, as the driver takes them."""

Insertion = tuple[str, list[Encoded] | Callable[[RawConnection], list[Encoded]]]
"""A statement, and the rows that it is run for, or what gives them."""


def first_value(raw: RawConnection, text: str, arguments: Encoded) -> object:
    """The first column of the first row."""
    row = raw.execute(text, arguments).fetchone()
    return None if row is None else row[0]


def all_rows(
    raw: RawConnection, prepared: Prepared, arguments: Encoded
) -> list[tuple[object, ...]]:
    """All rows, decoded."""
    rows = raw.execute(prepared.text, arguments).fetchall()
    return prepared.decode(rows) if prepared.decoders else rows


def row_count(raw: RawConnection, text: str, arguments: Encoded) -> int:
    """How many rows a statement wrote."""
    cursor = raw.execute(text, arguments)
    # The driver's count is that of the first row only where the statement returns rows.
    return max(cursor.rowcount, 0) if cursor.description is None else len(cursor.fetchall())


def run_many(raw: RawConnection, text: str, many_arguments: list[Encoded]) -> int:
    """Run a statement for many rows; how many it wrote."""
    return max(raw.executemany(text, many_arguments).rowcount, 0)


def run_all(raw: RawConnection, insertions: list[Insertion]) -> None:
    """Run statements, each for its rows."""
    for text, rows in insertions:
        raw.executemany(text, rows if isinstance(rows, list) else rows(raw))


def rows_following(following: Following, encoding: Encoders, raw: RawConnection) -> list[Encoded]:
    """The rows that are worked out from what a statement gives."""
    asked = following.asked
    return list(encoded(encoding, following.rows(all_rows(raw, asked, asked.arguments({})))))


def begin(raw: RawConnection, text: str, held: Held | None) -> bool:
    """Open a transaction, and tell whether what goes along finds something."""
    raw.execute(text)
    return finds(raw, held)


def finds(raw: RawConnection, held: Held | None) -> bool:
    """Whether what goes along with the opening of a transaction finds something."""
    return held is None or raw.execute(held.text).fetchone() is not None


def run_alone(raw: RawConnection, text: str) -> None:
    """Run a statement without values."""
    raw.execute(text)


@lru_cache(maxsize=2_000)
def insertion(table: Table, column_names: tuple[str, ...]) -> tuple[str, Encoders]:
    """The statement that inserts rows of these columns, and what encodes their values."""
    write = DIALECTS["sqlite"].identifier_preparer
    columns = ", ".join(write.quote(name) for name in column_names)
    places = ", ".join("?" for _ in column_names)
    text = f"INSERT INTO {write.format_table(table)} ({columns}) VALUES ({places})"
    return text, encoders([table.c[name] for name in column_names], "sqlite")


def roll_back(raw: RawConnection) -> None:
    """Undo everything, if SQLite has not done so already."""
    if raw.in_transaction:
        raw.execute("ROLLBACK")


def run_script(raw: RawConnection, sql_text: str) -> None:
    """Run statement by statement: the driver's own `executescript` commits first."""
    statement = ""
    for piece in sql_text.split(";"):
        statement += piece + ";"
        if dbapi2.complete_statement(statement):
            raw.execute(statement)
            statement = ""
    if statement.strip("; \n\t"):
        raw.execute(statement)
