"""Lists of views: what is shown, searched, filtered, sorted, paged, and to whom."""

from decimal import Decimal

from relatum.viewing import Named
from relatum_schemas.kinds import Money
from tests.core.viewing.conftest import Yard


async def labels(yard: Yard, query: str, name: str = "yard.boats") -> list[str]:
    listing = await yard.context(yard.clerk).view(name).list(query)
    assert listing.problems == {}
    return [each.label for each in listing.rows]


async def test_a_list_shows_typed_cells_in_the_language(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    listing = await ctx.view("yard.boats", language="de").list("count=yes")
    assert [each.title for each in listing.columns][:4] == ["Name", "Rig", "Length", "Price"]
    assert listing.total == 3
    möwe = next(each for each in listing.rows if each.label == "Möwe")
    cells = {each.column.key: each for each in möwe.cells}
    assert cells["price"].value == Money(amount=Decimal("1250.00"), currency="EUR")
    assert cells["price"].text == "1.250,00\xa0€"
    assert cells["length"].text == "9,5"
    assert cells["jobs.count"].value == 2
    assert cells["jobs.fee.sum"].text == "12,50\xa0€"
    firm = cells["lies_at"].value
    assert isinstance(firm, Named)
    assert (firm.label, firm.type) == ("North Yard", "Organization")
    assert cells["lies_at"].link is not None
    assert cells["lies_at"].link.view == "yard.firms"
    assert cells["lies_at.berth"].text == "M1"
    assert möwe.link is not None
    assert (möwe.link.view, möwe.link.id) == ("yard.boats", möwe.id)
