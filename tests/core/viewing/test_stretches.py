"""Who sees much is shown what pages show that are bounded by what is read for them: the same rows, page by page."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import Tie
from relatum.viewing import Listing
from tests.core.viewing.conftest import CATALOGUE, Yard, filled
from tests.core.viewing.yard import Boat
from tests.databases import CloneTemplate, opened

BOATS = 30
FEW = 7

QUESTIONS = (
    "",
    "sort=-name",
    "sort=launched",
    "sort=-rig",
    "rig=motor",
    "rig=sloop&rig=ketch",
    "length-from=20",
    "length-from=20&sort=-name",
    "launched-from=2010-01-05&launched-to=2010-01-08",
    "launched-from=2010-01-05&sort=launched&afloat=no",
    "name=boat 1",
    "q=bo",
    "q=boat 17",
    "q=bo&afloat=no",
    "q=kiel",
    "q=nowhere",
    "q=b",
    "rig=motor&length-to=5&q=boat",
    "lies_at={south}",
    "lies_at={north}&sort=-name",
    "price-empty=no",
)


@pytest.fixture
async def fleet(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Yard]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yard = await filled(database)
        db = database.as_(SYSTEM)
        for number in range(BOATS):
            boat = Boat(
                name=f"Boat {number:02d}",
                rig=("sloop", "ketch", "motor")[number % 3],
                length=number,
                launched=date(2010, 1, 1) + timedelta(days=number // 3),
                afloat=bool(number % 4),
            )
            at = yard.firms["South" if number % 10 == 0 else "North"]
            await db.create(boat, lies_at=Tie(at, valid_from=date(2024, 1, 1)))
        yield yard


async def asked(yard: Yard, query: str) -> Listing:
    given = query.format(north=yard.firms["North"].id, south=yard.firms["South"].id)
    return await yard.context(yard.clerk).view("yard.boats").list(given)


async def all_pages(yard: Yard, query: str) -> list[str]:
    """The labels on all pages of four rows, read to the end and then back again."""
    listing = await asked(yard, f"{query}&size=4")
    found = [each.label for each in listing.rows]
    while listing.next is not None:
        listing = await asked(yard, listing.next)
        found += [each.label for each in listing.rows]
    back: list[str] = []
    while listing.previous is not None:
        listing = await asked(yard, listing.previous)
        back = [each.label for each in listing.rows] + back
    assert back == found[: len(back)]
    return found


def see_much(yard: Yard) -> None:
    plans = yard.database.storage.plans
    plans.sizes.bound, plans.weights.few = 10, FEW


async def test_pages_that_are_bounded_show_what_others_show(fleet: Yard) -> None:
    expected = {
        query: [each.label for each in (await asked(fleet, f"{query}&size=200")).rows]
        for query in QUESTIONS
    }
    see_much(fleet)
    for query in QUESTIONS:
        assert await all_pages(fleet, query) == expected[query], query


async def test_so_many_rows_are_looked_through_for_a_page(fleet: Yard) -> None:
    see_much(fleet)
    listing = await asked(fleet, "length-from=25")
    assert (listing.rows, listing.total) == ((), None)
    assert listing.further
    assert listing.previous is None
    pages = 1
    while listing.next is not None:
        listing = await asked(fleet, listing.next)
        pages += 1
    assert pages == -(-(BOATS + 3) // FEW)
    assert not listing.further


async def test_what_an_index_finds_is_all_looked_through(fleet: Yard) -> None:
    see_much(fleet)
    listing = await asked(fleet, "q=boat 17&count=yes")
    assert [each.label for each in listing.rows] == ["Boat 17"]
    assert (listing.total, listing.at_least, listing.further) == (1, False, False)
    listing = await asked(fleet, "lies_at={south}&count=yes&size=2")
    assert (listing.total, listing.at_least, len(listing.rows)) == (4, False, 2)


async def test_rows_are_counted_as_far_as_they_are_looked_through(fleet: Yard) -> None:
    see_much(fleet)
    listing = await asked(fleet, "afloat=yes&count=yes&size=2")
    assert (listing.total, listing.at_least) == (4, True)
    assert listing.next is not None
    assert ((later := await asked(fleet, listing.next)).total, later.at_least) == (4, True)
