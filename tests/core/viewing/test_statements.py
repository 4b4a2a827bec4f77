"""How many statements views take: a number of their shape, never of the data."""

from datetime import date

from relatum.access import SYSTEM
from relatum.session import Tie
from relatum.viewing import ShownView
from relatum_schemas.view import PORTAL
from tests.core.viewing.conftest import Yard, euros
from tests.core.viewing.yard import Boat, Job


async def more(yard: Yard) -> None:
    db = yard.database.as_(SYSTEM)
    tie = Tie(yard.firms["North"], valid_from=date(2024, 1, 1))
    async with db.unit() as unit:
        for number in range(30):
            await unit.create(Boat(name=f"Boat {number}"), lies_at=tie)
            fee = Tie(yard.boats["Möwe"], fee=euros("1.00"))
            await unit.create(Job(title=f"Job {number}", due=date(2024, 1, 1)), boat=fee)


async def counted(yard: Yard, view: ShownView, query: str) -> int:
    await view.list(query)  # how much one sees is counted when one first asks
    with yard.database.connections.count_statements() as statements:
        listing = await view.list(query)
    assert listing.problems == {}
    return len(statements)


async def test_a_list_is_one_statement_and_one_per_list_of_choices(yard_of_boats: Yard) -> None:
    # Who sees all has words weighed before.
    for principal, words in ((yard_of_boats.keeper, 0), (yard_of_boats.clerk, 1)):
        ctx = yard_of_boats.context(principal)
        plain = ctx.view("yard.idle")
        assert await counted(yard_of_boats, plain, "q=ad&count=yes&sort=-name") == 1 + words
        assert await counted(yard_of_boats, plain, "q=a&count=yes&sort=-name") == 1
        assert await counted(yard_of_boats, ctx.view("yard.boats"), "count=yes") == 2
    firm = yard_of_boats.firms["North"].id
    assert await counted(yard_of_boats, ctx.view("yard.boats"), f"lies_at={firm}") == 3
    await more(yard_of_boats)
    assert await counted(yard_of_boats, plain, "q=ad&count=yes&sort=-name") == 1 + words


async def test_a_detail_takes_as_many_statements_however_much_there_is(yard_of_boats: Yard) -> None:
    gull = yard_of_boats.boats["Möwe"]

    async def taken() -> list[int]:
        found = []
        for principal in (yard_of_boats.keeper, yard_of_boats.clerk):
            view = yard_of_boats.context(principal).view("yard.boats")
            await view.detail(gull.id)
            with yard_of_boats.database.connections.count_statements() as statements:
                await view.detail(gull.id)
            found.append(len(statements))
        return found

    few = await taken()
    await more(yard_of_boats)
    assert await taken() == few
    assert max(few) <= 6


async def test_all_that_waits_is_one_statement(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    await ctx.waiting(PORTAL)
    with yard_of_boats.database.connections.count_statements() as statements:
        assert await ctx.waiting(PORTAL) == {"yard.idle": 1}
    assert len(statements) == 1
