"""Lists of views: what is shown, searched, filtered, sorted and paged."""

from urllib.parse import urlencode

import pytest

from relatum.viewing import Listing, Named
from relatum.viewing.querying import PAIRS
from relatum_schemas.errors import NotFound, Problems
from relatum_schemas.view import PORTAL
from tests.core.viewing.conftest import Yard, euros


async def listed(yard: Yard, query: str, name: str = "yard.boats") -> Listing:
    listing = await yard.context(yard.clerk).view(name).list(query)
    assert listing.problems == {}
    return listing


async def labels(yard: Yard, query: str) -> str:
    return " ".join(each.label for each in (await listed(yard, query)).rows)


async def test_a_list_shows_typed_cells_in_the_language(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    listing = await ctx.view("yard.boats", language="de").list("count=yes")
    assert [each.title for each in listing.columns] == [
        "Name",
        "Rig",
        "Length",
        "Price",
        "Lies at",
        "Berth",
        "Jobs",
        "Jobs: Fee",
        "Reserve",
        "Afloat",
    ]
    assert listing.columns[2].help == "In metres."
    assert listing.total == 3
    gull = next(each for each in listing.rows if each.label == "Möwe")
    cells = {each.column.key: each for each in gull.cells}
    assert cells["price"].value == euros("1250.00")
    assert cells["price"].text == "1.250,00\xa0€"
    assert (cells["rig"].value, cells["rig"].text) == ("ketch", "Ketch")
    assert cells["length"].text == "9,50"
    assert cells["reserve"].text == "5.000"
    assert cells["jobs.count"].value == 2
    assert cells["jobs.fee.sum"].text == "12,50\xa0€"
    assert cells["jobs.fee.sum"].column.numeric
    firm = cells["lies_at"].value
    assert isinstance(firm, Named)
    assert (firm.label, firm.type) == ("North Yard", "Organization")
    assert cells["lies_at"].link is not None
    assert cells["lies_at"].link.view == "yard.firms"
    assert cells["lies_at.berth"].text == "M1"
    assert gull.link is not None
    assert (gull.link.view, gull.link.id) == ("yard.boats", gull.id)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "Adler Möwe Ziege"),
        ("sort=-length", "Adler Möwe Ziege"),
        ("sort=length", "Ziege Möwe Adler"),
        ("sort=-lies_at,name", "Ziege Adler Möwe"),
        ("q=mow", "Möwe"),
        ("q=kiel MOE", ""),
        ("q=kiel mö", "Möwe"),
        ("name=zie", "Ziege"),
        ("name-contains=e", "Adler Möwe Ziege"),
        ("name-contains=eg", "Ziege"),
        ("name-starts=a", "Adler"),
        ("name-is=Adler", "Adler"),
        ("rig=ketch&rig=motor", "Möwe Ziege"),
        ("length=12", "Adler"),
        ("length-from=3.25&length-to=9.5", "Möwe Ziege"),
        ("price-from=900.50", "Adler Möwe"),
        ("price-to=1000&price-currency=EUR", "Adler"),
        ("price-currency=CHF", ""),
        ("price-empty=yes", "Ziege"),
        ("price-empty=no", "Adler Möwe"),
        ("launched=2001-06-30", "Möwe"),
        ("launched-from=2001-06-30&launched-to=2001-06-30", "Möwe"),
        ("launched-to=2001-06-29", ""),
        ("checked=2024-04-01", "Möwe"),  # 22:30 UTC is the next day in Berlin
        ("checked=2024-03-31", ""),
        ("checked-to=2024-04-01", "Möwe"),
        ("checked-from=2024-04-02", ""),
        ("checked-from=2024-03-31T22:30:00Z", "Möwe"),
        ("afloat=no", "Adler"),
        ("flag=DE&flag=NO", "Möwe"),
        ("gear=radar", "Möwe"),
        ("gear-empty=yes", "Adler Ziege"),
        ("fitting=old", "Ziege"),
        ("lies_at-empty=yes", ""),
        ("reserve-from=1", "Möwe"),
        ("rig=ketch&afloat=no", ""),
        ("afloat=", "Adler Möwe Ziege"),
    ],
)
async def test_what_is_asked_is_found(yard_of_boats: Yard, query: str, found: str) -> None:
    assert await labels(yard_of_boats, query) == found


async def test_records_are_filtered_by_records_and_these_are_named(yard_of_boats: Yard) -> None:
    north = yard_of_boats.firms["North"]
    listing = await listed(yard_of_boats, f"lies_at={north.id}")
    assert [each.label for each in listing.rows] == ["Adler", "Möwe"]
    (lies_at,) = [each for each in listing.filters if each.key == "lies_at"]
    assert [each.label for each in lies_at.named] == ["North Yard"]
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    assert [each.text for each in await view.choose("lies_at", "sou")] == ["South Yard"]
    assert [each.text for each in await view.choose("lies_at")] == ["North Yard", "South Yard"]
    with pytest.raises(NotFound):
        await view.choose("name")


async def test_filters_are_told_with_what_may_be_chosen(yard_of_boats: Yard) -> None:
    listing = await listed(yard_of_boats, "rig=ketch&length-from=1")
    filters = {each.key: each for each in listing.filters}
    assert [each.text for each in filters["rig"].choices] == ["Sloop", "Ketch", "Motor"]
    assert filters["rig"].given == {"": ("ketch",)}
    assert filters["length"].given == {"from": ("1",)}
    assert [each.text for each in filters["fitting"].choices] == ["Brand new", "Rather old"]
    assert [each.value for each in filters["afloat"].choices] == ["yes", "no"]
    assert "DE" in {each.value for each in filters["flag"].choices}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("length=long", "length"),
        ("length-contains=1", "length-contains"),
        ("launched=31.5.2001", "launched"),
        ("rig=steam", "rig"),
        ("afloat=perhaps", "afloat"),
        ("lies_at=here", "lies_at"),
        ("story=x", "story"),
        ("nothing=x", "nothing"),
        ("sort=jobs.count", "sort"),
        ("size=0", "size"),
        ("size=100000", "size"),
        ("after=rubbish", "after"),
        ("before=rubbish", "before"),
        ("checked=9999-12-31", "checked"),
        ("price-starts=1", "price-starts"),
        ("name=%00", "name"),
        ("count=2", "count"),
    ],
)
async def test_a_mistake_is_told_at_its_filter_and_nothing_is_shown(
    yard_of_boats: Yard, query: str, key: str
) -> None:
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    listing = await view.list(query)
    assert set(listing.problems) == {key}
    assert listing.rows == ()
    told = {each.key: each.problem for each in listing.filters}
    if key.partition("-")[0] in told:
        assert told[key.partition("-")[0]] == listing.problems[key]


async def test_whoever_asks_for_too_much_at_once_is_told_so_once(yard_of_boats: Yard) -> None:
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    names = [("rig", "ketch")] * PAIRS
    assert (await view.list(names)).problems == {}
    listing = await view.list([*names, *((f"key{number}", "1") for number in range(6_000))])
    assert listing.problems == {"key0": f"At most {PAIRS} things are asked at once."}
    assert listing.rows == ()
    with pytest.raises(Problems) as refused:
        [line async for line in view.csv([*names, ("afloat", "no")])]
    assert [(each.code, each.path) for each in refused.value.problems] == [
        ("TOO_LARGE", ("afloat",))
    ]


@pytest.mark.parametrize(
    "order", ["", "sort=length", "sort=-price", "sort=lies_at", "sort=-afloat"]
)
async def test_pages_show_each_row_once_both_ways(yard_of_boats: Yard, order: str) -> None:
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    whole = [each.id for each in (await view.list(order)).rows]
    page = await view.list(f"{order}&size=1&count=yes")
    assert page.previous is None
    forward = list(page.rows)
    while page.next is not None:
        assert page.total == 3
        page = await view.list(page.next)
        forward += page.rows
    assert [each.id for each in forward] == whole
    back = list(page.rows)
    while page.previous is not None:
        page = await view.list(page.previous)
        back[:0] = page.rows
    assert [each.id for each in back] == whole
    assert page.next is not None


async def test_what_is_asked_can_be_kept_and_asked_again(yard_of_boats: Yard) -> None:
    given = [
        ("q", "e"),
        ("rig", "sloop"),
        ("rig", "ketch"),
        ("length-from", "1"),
        ("sort", "-name"),
    ]
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats", language="de")
    for form in (
        given,
        urlencode(given),
        {"q": "e", "rig": ["sloop", "ketch"], "length-from": "1", "sort": "-name"},
    ):
        listing = await view.list(form)
        assert listing.query == "q=e&sort=-name&rig=sloop&rig=ketch&length-from=1"
        assert (await view.list(listing.query)).query == listing.query


async def test_columns_are_sorted_by_turning_their_order_round(yard_of_boats: Yard) -> None:
    listing = await listed(yard_of_boats, "rig=sloop")
    columns = {each.key: each for each in listing.columns}
    assert listing.sorted_by(columns["length"]) == "sort=length&rig=sloop"
    assert listing.sorted_by(columns["jobs.count"]) is None
    turned = await listed(yard_of_boats, "sort=length")
    (length,) = [each for each in turned.columns if each.key == "length"]
    assert length.sorted == "ascending"
    assert turned.sorted_by(length) == "sort=-length"


async def test_a_column_sorts_once_however_often_it_is_named(yard_of_boats: Yard) -> None:
    listing = await listed(yard_of_boats, "sort=" + ",".join(["-length", "name", "length"] * 1000))
    assert listing.query == "sort=-length%2Cname"
    assert listing.rows == (await listed(yard_of_boats, "sort=-length,name")).rows != ()


async def test_of_much_only_what_an_index_sorts_is_sorted(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    yard_of_boats.database.storage.plans.sizes.bound = 2
    listing = await ctx.view("yard.boats").list("sort=name")
    assert [each.key for each in listing.columns if each.sortable] == ["name", "rig"]
    assert listing.problems == {}
    refused = await ctx.view("yard.boats").list("sort=length")
    assert set(refused.problems) == {"sort"}


async def test_what_is_on_one_page_needs_no_counting(yard_of_boats: Yard) -> None:
    assert (await listed(yard_of_boats, "")).total == 3
    assert (await listed(yard_of_boats, "size=2")).total is None
    assert (await listed(yard_of_boats, "rig=ketch")).total == 1


async def test_a_view_of_two_words_is_whole(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    listing = await ctx.view("yard.all_boats").list()
    assert [each.key for each in listing.columns] == [
        "name",
        "rig",
        "length",
        "price",
        "launched",
        "checked",
    ]
    assert [each.key for each in listing.filters] == [
        "rig",
        "length",
        "price",
        "launched",
        "checked",
    ]
    assert [each.label for each in listing.rows] == ["Adler", "Möwe", "Ziege"]


async def test_what_waits_is_counted_at_once(yard_of_boats: Yard) -> None:
    assert await yard_of_boats.context(yard_of_boats.clerk).waiting(PORTAL) == {"yard.idle": 1}


async def test_rows_lead_to_their_own_view_and_all_else_to_the_widest(yard_of_boats: Yard) -> None:
    (idle,) = (await listed(yard_of_boats, "", "yard.idle")).rows
    assert idle.link is not None
    assert idle.link.view == "yard.idle"
    detail = await yard_of_boats.context(yard_of_boats.clerk).detail(idle.id, place=PORTAL)
    assert detail.link is not None
    assert detail.link.view == "yard.boats"
