"""The databases that tests get."""

import pytest
from sqlalchemy import text

from relatum.connections import DialectName, open_connections, prepare
from tests.conftest import CloneTemplate


async def build(url: str) -> None:
    connections = await open_connections(url)
    async with connections.writing() as connection:
        await connection.script("CREATE TABLE built (line INTEGER); INSERT INTO built VALUES (1)")
    await connections.close()


async def lines(url: str) -> object:
    connections = await open_connections(url)
    async with connections.reading() as connection:
        count = await connection.value(
            prepare(text("SELECT count(*) FROM built"), connections.dialect), {}
        )
    await connections.close()
    return count


async def add_line(url: str) -> None:
    connections = await open_connections(url)
    async with connections.writing() as connection:
        await connection.script("INSERT INTO built VALUES (2)")
    await connections.close()


async def test_clones_are_apart_and_built_once(
    dialect: DialectName, clone_template: CloneTemplate
) -> None:
    built: list[str] = []

    async def build_and_note(url: str) -> None:
        built.append(url)
        await build(url)

    one = await clone_template(dialect, "tests of the servers", build_and_note)
    other = await clone_template(dialect, "tests of the servers", build_and_note)
    assert len(built) <= 1
    await add_line(one)
    assert (await lines(one), await lines(other)) == (2, 1)


async def test_a_template_that_failed_is_built_again(
    dialect: DialectName, clone_template: CloneTemplate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    key = f"fails once {tmp_path_factory.getbasetemp()}"

    async def fail(url: str) -> None:
        await build(url)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await clone_template(dialect, key, fail)
    assert await lines(await clone_template(dialect, key, build)) == 1


async def test_an_empty_database_is_empty(database_url: str) -> None:
    with pytest.raises(Exception, match=r"no such table|does not exist"):
        await lines(database_url)
