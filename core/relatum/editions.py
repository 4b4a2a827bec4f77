"""The edition of what is in force: one number, counted up by whatever changes plugins, types or rules.

Whoever changes one of them does it in a transaction that counts the edition up. Answers are told beside it, and units of
work begin only under the edition that their process knows; so a process that is behind learns it before it answers or
writes, and reads what is in force anew. A unit of work holds the edition until its end: what changes the tables waits for
those under way (`alone`), and whoever begins afterwards begins under what was changed.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import Insert, MetaData, cast, select
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.types import Integer

from relatum.connections import Connection, DialectName, Prepared, prepare
from relatum.connections.postgresql import lock_number
from relatum.connections.transactions import Held
from relatum.connections.types import PlainText
from relatum.tables import fixed

EDITION: Final = "rules"
"""The setting that holds the number; where there is none, nothing was ever changed."""

_SETTING: Final = fixed.setting(MetaData())
LOCK: Final = lock_number("catalogue in force")
"""The advisory lock that units of work hold together, and changes of the tables alone."""

_IS_IT: Final = (
    "SELECT 1 WHERE COALESCE((SELECT value FROM setting "
    f"WHERE name = '{EDITION}'), '0') = {{}}"  # a number or a parameter is put in
)
_NAMED: Final = (
    f"PREPARE relatum_held(text) AS {_IS_IT.format('$1')}; "
    f"PREPARE relatum_hold AS SELECT pg_advisory_xact_lock_shared({LOCK})"
)
"""Planned once per connection: to plan them takes longer than to run them."""

_PATIENCE: Final = "10s"
"""How long a change of the tables waits for units of work; those that begin meanwhile wait behind it."""


async def edition_on(connection: Connection) -> int:
    """The edition, as a connection sees it."""
    found: list[Any] = await connection.rows(_asked(connection.dialect), {})
    return int(found[0][0]) if found else 0


async def count_up(connection: Connection) -> None:
    """Count the edition up. Whoever else changes what is in force waits for this transaction.

    Args:
        connection: in the transaction that makes the change.
    """
    await connection.execute(_counted(connection.dialect), {})


async def alone(connection: Connection) -> None:
    """Wait for the units of work under way, and let none begin before the transaction has ended.

    For whatever changes tables, before it looks at them. On SQLite, a transaction that writes is alone.

    Args:
        connection: in the transaction that makes the change.

    Raises:
        DatabaseLocked: a unit of work takes too long; nothing was changed.
    """
    if connection.dialect == "postgresql":
        await connection.script(
            f"SET LOCAL lock_timeout = '{_PATIENCE}'; SELECT pg_advisory_xact_lock({LOCK}); "
            "SET LOCAL lock_timeout = DEFAULT"
        )


@cache
def held(edition: int, dialect: DialectName) -> Held:
    """What a unit of work begins with: it finds something where the edition is this one, and holds it so."""
    if dialect == "sqlite":
        return Held(_IS_IT.format(f"'{edition}'"))
    # The lock first, in a statement of its own: what is read under it was not read before.
    return Held(f"EXECUTE relatum_hold; EXECUTE relatum_held('{edition}')", _NAMED)


@cache
def _asked(dialect: DialectName) -> Prepared:
    return prepare(select(_SETTING.c.value).where(_SETTING.c.name == EDITION), dialect)


@cache
def _counted(dialect: DialectName) -> Prepared:
    return prepare(counting(dialect), dialect)


def counting(dialect: DialectName) -> Insert:
    """The statement that counts the edition up."""
    insert = PostgresqlInsert(_SETTING) if dialect == "postgresql" else SqliteInsert(_SETTING)
    more = cast(cast(_SETTING.c.value, Integer) + 1, PlainText())
    return insert.values(name=EDITION, value="1").on_conflict_do_update(
        index_elements=[_SETTING.c.name], set_={"value": more}
    )
