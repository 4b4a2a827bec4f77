"""What a principal sees, everywhere in a statement: rows, ends, counts, sums, search, walks, fields."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from relatum.access import SYSTEM, Principal, view_of
from relatum.connections import DialectName
from relatum.reading import granted_ids
from relatum.session import Database
from relatum_schemas.errors import UnknownField
from relatum_schemas.policy import READ
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    Clock,
    Compare,
    EndOutput,
    FieldPath,
    Function,
    GroupKey,
    Many,
    Measure,
    MeasureOutput,
    Neighbourhood,
    Operator,
    Rows,
    Search,
    ShortestPath,
)
from tests.core.reading.asking import ask, by, page, request, rows, shows
from tests.core.reading.museum import CATALOGUE, Exhibit, Hall, Keeper, Keeps, Mentions, StandsIn
from tests.databases import CloneTemplate, opened

COUNT = Measure(function=Function.COUNT)


@dataclass
class House:
    """A museum with two keepers, each of one exhibit; both exhibits stand in one hall."""

    database: Database
    ann: Any
    bob: Any
    mask: Any
    coin: Any
    hall: Any

    async def ask(self, asked: Any, principal: Principal) -> Any:
        return await ask(self.database, asked, principal=principal)

    @property
    def keeper(self) -> Principal:
        """Ann, as a keeper."""
        return Principal(self.ann.id, None, frozenset({"keeper"}))


VISITOR = Principal(roles=frozenset({"visitor"}))
APPRAISER = Principal(roles=frozenset({"appraiser"}))


@pytest.fixture
async def house(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[House]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        db = database.as_(SYSTEM)
        ann, bob = [await db.create(Keeper(name=name)) for name in ("Ann", "Bob")]
        hall = await db.create(Hall(name="East", floor=2))
        mask = await db.create(Exhibit(name="Mask", shown=True, found=date(1900, 1, 1)))
        worth = {"amount": "5.00", "currency": "EUR"}
        coin = await db.create(Exhibit(name="Coin", shown=False, worth=worth))
        await db.relate(Keeps, ann, mask)
        await db.relate(Keeps, bob, coin)
        for exhibit in (mask, coin):
            await db.relate(StandsIn, exhibit, hall)
        await db.relate(Mentions, mask, coin)
        yield House(database, ann, bob, mask, coin, hall)


def labels(shown: list[dict[str, Any]]) -> list[str]:
    return [each["label"] for each in shown]


async def test_rows_counts_and_pages_obey_the_same_policies(house: House) -> None:
    shown = await house.ask(page("Exhibit", "name", order=("name",)), house.keeper)
    assert [edge["node"]["name"] for edge in shown["edges"]] == ["Mask"]
    assert shown["total"] == 1
    for type_name in ("Named", "Record"):
        every = await house.ask(rows(type_name, *shows("label")), house.keeper)
        assert {"Mask", "East"} <= set(labels(every))
        assert not {"Coin", "Ann", "Bob"} & set(labels(every))


async def test_ends_lead_no_further_than_a_principal_may_go(house: House) -> None:
    node = AcrossOutput(key="node", outputs=shows("name"))
    exhibits = EndOutput(key="exhibits", end="exhibits", form=Many(outputs=(node,)))
    (hall,) = await house.ask(rows("Hall", *shows("name"), exhibits), house.keeper)
    assert hall["exhibits"] == [{"node": {"name": "Mask"}}]
    seen = await house.ask(rows("Hall", exhibits), VISITOR)
    assert sorted(map(str, seen[0]["exhibits"])) == ["{'node': None}", "{'node': {'name': 'Mask'}}"]


async def test_what_may_be_counted_may_not_be_read(house: House) -> None:
    counted = request(
        Rows(type="Exhibit"), Aggregate(outputs=(MeasureOutput(key="n", measure=COUNT),))
    )
    assert await house.ask(counted, APPRAISER) == [{"n": 2}]
    assert await house.ask(counted, VISITOR) == [{"n": 1}]
    assert labels(await house.ask(rows("Exhibit", *shows("label")), APPRAISER)) == ["Coin"]


async def test_search_and_walks_see_what_lists_see(house: House) -> None:
    search = request(Search(text="mask"), Many(outputs=shows("label")))
    assert labels(await house.ask(search, house.keeper)) == ["Mask"]
    assert labels(await house.ask(search, Principal(house.bob.id, None, house.keeper.roles))) == []
    around = request(Neighbourhood(id=str(house.hall.id), depth=3), Many(outputs=shows("label")))
    assert labels(await house.ask(around, house.keeper)) == ["Mask"]
    assert len(await house.ask(around, SYSTEM)) == 4
    way = ShortestPath(start=str(house.ann.id), end=str(house.mask.id))
    assert await house.ask(request(way, Many(outputs=shows("label"))), house.keeper) == []


async def test_a_field_that_no_grant_opens_does_not_exist(house: House) -> None:
    (hall,) = await house.ask(rows("Hall", *shows("name", "floor")), house.keeper)
    assert hall == {"name": "East", "floor": None}
    path = FieldPath(field="floor")
    forbidden = (
        rows("Hall", filter=Compare(path=path, operator=Operator.EQ, value=2)),
        rows("Hall", order=(by("floor"),)),
        request(Rows(type="Hall"), Aggregate(group_by=(GroupKey(path=path),), outputs=())),
    )
    for asked in forbidden:
        with pytest.raises(UnknownField) as raised:
            await house.ask(asked, house.keeper)
        assert str(raised.value) == "Hall has no field 'floor'."


async def test_a_field_that_some_grants_open_is_masked_row_by_row(house: House) -> None:
    both = Principal(house.bob.id, None, frozenset({"keeper", "visitor"}))
    found = rows("Exhibit", *shows("name", "found", "shown"), order=(by("name"),))
    assert await house.ask(found, both) == [
        {"name": "Coin", "found": None, "shown": False},
        {"name": "Mask", "found": "1900-01-01", "shown": None},
    ]
    known = Compare(path=FieldPath(field="shown"), operator=Operator.IS_NULL, value=False)
    assert len(await house.ask(rows("Exhibit", *shows("id"), filter=known), both)) == 1
    by_shown = rows("Exhibit", *shows("name"), order=(by("shown"),))
    assert [each["name"] for each in await house.ask(by_shown, both)] == ["Mask", "Coin"]


async def test_the_past_needs_a_right_of_its_own_and_is_judged_now(house: House) -> None:
    now = datetime.now(UTC).isoformat()
    past = rows("Exhibit", *shows("label"), clock=Clock(recorded_at=now))
    assert len(await house.ask(past, SYSTEM)) == 2
    assert await house.ask(past, house.keeper) == []
    assert await house.ask(past, VISITOR) == []


async def test_writing_asks_which_records_grants_open(house: House, dialect: DialectName) -> None:
    keeper, database = house.keeper, house.database
    asked = granted_ids(
        "Exhibit",
        view_of(keeper).grants(CATALOGUE, "Exhibit", READ),
        catalogue=CATALOGUE,
        tables=database.tables,
        access=view_of(keeper),
        dialect=dialect,
    )
    ids = (house.mask.id, house.coin.id, house.hall.id)
    bound = asked.bind(ids, now=database.clock(), principal=keeper)
    async with database.connections.reading() as connection:
        opened_ids = await connection.rows(bound.prepared, bound.values)
    assert opened_ids == [(house.mask.id,)]
