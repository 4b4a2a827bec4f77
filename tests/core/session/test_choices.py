"""Choice lists kept as data: what they admit follows from the list, on both databases."""

from collections.abc import AsyncIterator

import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database, choices, keep_choices
from relatum_schemas.errors import BadValue, Forbidden, Problems
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened

FIRMS = declare(
    """
class Firm(Entity):
    industry: Annotated[str | None, Choice(list="industry")] = None
    markets: list[Annotated[str, Choice(list="market")]] = []
""",
    name="firms",
)
CATALOGUE = build_catalogue([FIRMS])
Firm = FIRMS.Firm


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


async def test_a_code_is_taken_while_its_list_has_it(database: Database) -> None:
    db = database.as_(SYSTEM)
    with pytest.raises((BadValue, Problems)):
        await db.create(Firm(industry="steel"))
    await keep_choices(db, "industry", {"steel": "Steel", "paper": "Paper"})
    firm = await db.create(Firm(industry="steel"))
    await keep_choices(db, "industry", {"paper": "Paper and pulp", "glass": "Glass"})
    assert await choices(database.storage, "industry") == {
        "paper": "Paper and pulp",
        "glass": "Glass",
    }
    assert (await db.get(Firm, firm.id)).industry == "steel"
    with pytest.raises((BadValue, Problems)):
        await db.create(Firm(industry="steel"))
    assert (await db.update(firm, industry="glass")).industry == "glass"


async def test_several_codes_come_each_from_the_list(database: Database) -> None:
    db = database.as_(SYSTEM)
    await keep_choices(db, "market", {"eu": "Europe", "us": "United States"})
    firm = await db.create(Firm(markets=["us", "eu", "us"]))
    assert (await db.get(Firm, firm.id)).markets == ("eu", "us")
    with pytest.raises((BadValue, Problems)):
        await db.update(firm, markets=["eu", "mars"])


async def test_only_administrators_keep_lists(database: Database) -> None:
    guest = database.as_(Principal(id=None, firm=None, roles=frozenset({"guest"})))
    with pytest.raises(Forbidden):
        await keep_choices(guest, "industry", {"steel": "Steel"})
    assert await choices(database.storage, "industry") == {}
