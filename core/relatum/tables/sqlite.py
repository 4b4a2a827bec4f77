"""What only SQLite has: strict tables, tables kept in their primary key, full text by FTS5."""

from typing import Any, Final

from sqlalchemy import Integer, TableClause, column, table

from relatum.connections.types import PlainText

SEARCH_WORDS: Final[TableClause] = table(
    "search_words", column("rowid", Integer()), column("search_words", PlainText())
)
"""The index over `search.tokens`: ask `search_words MATCH :query`; `rowid` is `search.number`."""

SEARCH_DEFINITIONS: Final = {
    # Tokens are folded words already: `ascii` splits at spaces and leaves other letters alone.
    "search_words": (
        "CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='search', "
        "content_rowid='number', tokenize='ascii', detail=none)"
    ),
    "search_inserted": (
        "CREATE TRIGGER search_inserted AFTER INSERT ON search BEGIN "
        "INSERT INTO search_words(rowid, tokens) VALUES (new.number, new.tokens); END"
    ),
    "search_deleted": (
        "CREATE TRIGGER search_deleted AFTER DELETE ON search BEGIN "
        "INSERT INTO search_words(search_words, rowid, tokens) "
        "VALUES ('delete', old.number, old.tokens); END"
    ),
    "search_updated": (
        "CREATE TRIGGER search_updated AFTER UPDATE OF number, tokens ON search BEGIN "
        "INSERT INTO search_words(search_words, rowid, tokens) "
        "VALUES ('delete', old.number, old.tokens); "
        "INSERT INTO search_words(rowid, tokens) VALUES (new.number, new.tokens); END"
    ),
}
"""The index and the triggers that keep it, by name, in the order in which they are created."""


def options(*, narrow: bool) -> dict[str, Any]:
    """Return the table options: types are enforced, and narrow tables live in their primary key.

    Wide ones do not: rows of 1.5 KB doubled the file, and FTS5 over such a table found nothing.
    """
    return {"sqlite_strict": True, "sqlite_with_rowid": not narrow}
