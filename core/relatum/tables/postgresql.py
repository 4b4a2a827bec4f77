"""What only PostgreSQL has: missing values first in an index, full-text search by `tsvector`."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Table, func, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from relatum.tables.indexes import nulls_smallest

SEARCH_DEFINITIONS: Final = {
    "ix_search__tokens": (
        "CREATE INDEX ix_search__tokens ON search "
        "USING gin (array_to_tsvector(string_to_array(tokens, ' ')))"
    ),
}
"""The index over the words of `search.tokens`, by name."""


def search_vector(search: Table) -> ColumnElement[Any]:
    """Return the words of `search.tokens` as the expression that its index is on.

    Ask `search_vector(search).bool_op("@@")(query)`.
    """
    words = func.string_to_array(search.c.tokens, literal_column("' '"))
    return func.array_to_tsvector(words, type_=TSVECTOR())


@compiles(nulls_smallest, "postgresql")
def _first(element: nulls_smallest, compiler: SQLCompiler, **options: object) -> str:
    return f"{compiler.process(element.clauses, **options)} NULLS FIRST"
