"""What one unit of work does at a time: who comes next sees all that those before have written."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database, context_for
from tests.core.session import workplace
from tests.core.session.workplace import Person
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([workplace])


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


async def counted(database: Database, name: str) -> int:
    """Look how many people there are, and add one called by that number."""
    async with database.as_(SYSTEM).unit() as unit:
        await context_for(unit, plugin="workplace", function="tests").alone(name)
        found = await unit.select(Person).count()
        await asyncio.sleep(0.01)
        await unit.create(Person(name=f"{found:02}"))
    return found


async def test_units_go_in_one_after_the_other(database: Database) -> None:
    found = await asyncio.gather(*(counted(database, "counting") for _ in range(8)))
    assert sorted(found) == list(range(8))


async def failing(database: Database) -> None:
    async with database.as_(SYSTEM).unit() as unit:
        await context_for(unit, plugin="workplace", function="tests").alone("counting")
        raise ZeroDivisionError


async def test_a_unit_that_fails_lets_the_next_one_in(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await failing(database)
    assert await asyncio.wait_for(counted(database, "counting"), 5) == 0
