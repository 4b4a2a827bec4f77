"""Database URLs: `sqlite:///path/to/file.db` and `postgresql://user:password@host:port/name`.

A PostgreSQL server on a Unix socket is named by its folder: `postgresql://user@/name?host=/path`.
"""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from relatum_schemas.errors import BadSetting

FORMS = "Write sqlite:///path/to/file.db or postgresql://user:password@host:5432/name."


def read_url(url: str) -> URL:
    """Return the parts of a database URL.

    Raises:
        BadSetting: it is no URL, or names a database that Relatum does not store in.
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadSetting("The database's address is not a URL.", hint=FORMS) from error
    if parts.drivername not in ("sqlite", "postgresql"):
        raise BadSetting(f"Relatum does not store in {parts.drivername!r}.", hint=FORMS)
    if parts.drivername == "sqlite":
        _refuse_without_file(parts)
    elif not parts.database:
        raise BadSetting("The PostgreSQL address names no database.", hint=FORMS)
    return parts


def sqlite_path(parts: URL) -> Path:
    """Return the file of a SQLite URL, relative paths seen from the current folder."""
    return Path(parts.database or "").absolute()


def shown(parts: URL) -> str:
    """Return the URL as it may be logged: without a password."""
    return parts.render_as_string(hide_password=True)


def _refuse_without_file(parts: URL) -> None:
    if parts.host or parts.query:
        raise BadSetting(
            f"{shown(parts)} has parts that a SQLite file does not have.",
            hint="Three slashes begin a relative path, four an absolute one: sqlite:////data/my.db",
        )
    if not parts.database or parts.database == ":memory:":
        raise BadSetting(
            "SQLite in memory gives each connection a database of its own.",
            hint="Name a file, in a temporary folder if it need not stay: sqlite:////tmp/try.db",
        )
