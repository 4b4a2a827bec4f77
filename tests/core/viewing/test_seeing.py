"""What people see of views: no more in a list, a filter, a detail or a file than policies open to them."""

import csv
from decimal import Decimal
from io import StringIO

import orjson
import pytest
from sqlalchemy import select

from relatum.access import SYSTEM, Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import prepare
from relatum.session import Context
from relatum.viewing import Detail, Facts, TieList
from relatum_schemas.condition import Field
from relatum_schemas.errors import BadCursor, NotFound, Problems
from relatum_schemas.kinds import Money
from relatum_schemas.view import CONSOLE, PORTAL, Timeline
from tests.core.viewing.conftest import Yard
from tests.core.viewing.yard import JobOn


def section(detail: Detail, end: str) -> TieList:
    return next(each for each in detail.sections if isinstance(each, TieList) and each.end == end)


def facts(detail: Detail) -> dict[str, str]:
    return {
        cell.column.key: cell.text
        for each in detail.sections
        if isinstance(each, Facts)
        for cell in each.cells
    }


async def lines(ctx: Context, name: str, query: str = "") -> list[list[str]]:
    view = ctx.view(name, language="de")
    text = b"".join([each async for each in view.csv(query, mark=False)]).decode()
    return list(csv.reader(StringIO(text), delimiter=";"))


async def test_views_are_for_those_who_may_see_something_of_them(yard_of_boats: Yard) -> None:
    def names(principal: Principal) -> list[str]:
        return [each.name for each in yard_of_boats.context(principal).views(PORTAL)]

    assert names(yard_of_boats.clerk) == [
        "yard.boats",
        "yard.idle",
        "yard.rich",
        "yard.work",
        "yard.firms",
    ]
    # That what is idle is listed by a hidden field would tell of it; the view is not there.
    assert names(yard_of_boats.keeper) == ["yard.boats", "yard.idle", "yard.firms"]
    assert names(Principal(roles=frozenset({"guest"}))) == []
    assert len(names(SYSTEM)) == 5
    administrator = Principal(roles=frozenset({ADMINISTRATOR}))
    assert "yard.work" not in names(administrator)
    (console,) = yard_of_boats.context(yard_of_boats.clerk).views(CONSOLE)
    assert (console.name, console.title) == ("yard.all_boats", "All boats")
    with pytest.raises(NotFound):
        yard_of_boats.context(yard_of_boats.keeper).view("yard.rich")


async def test_a_view_says_what_it_is(yard_of_boats: Yard) -> None:
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    assert (view.title, view.empty, view.type) == ("Your boats", "No boat yet.", "Boat")
    assert (view.searchable, view.detailed, view.creates) == (True, True, True)
    assert [(each.name, each.input) for each in view.actions] == [
        ("count_boats", None),
        ("quote_painting", "yard"),
    ]
    assert not yard_of_boats.context(yard_of_boats.keeper).view("yard.boats").creates


async def test_a_hidden_field_is_neither_column_filter_sort_nor_export(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    view = ctx.view("yard.boats")
    listing = await view.list("count=yes")
    assert [each.label for each in listing.rows] == ["Adler", "Möwe"]
    assert listing.total == 2
    seen = {"name", "rig", "length", "price", "lies_at", "lies_at.berth", "afloat"}
    assert {each.key for each in listing.columns} == seen
    assert "reserve" not in {each.key for each in listing.filters}
    for query in ("reserve-from=1", "reserve-empty=no", "sort=reserve"):
        assert (await view.list(query)).problems
        with pytest.raises(Problems):
            await lines(ctx, "yard.boats", query)
    head, *rows = await lines(ctx, "yard.boats")
    assert "Reserve" not in head
    assert [each[0] for each in rows] == ["Adler", "Möwe"]
    assert "5000" not in str(rows)
    detail = await view.detail(yard_of_boats.boats["Möwe"].id)
    assert set(facts(detail)) == {"name", "rig", "price", "papers"}


async def test_what_may_not_be_seen_has_no_detail(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    goat = yard_of_boats.boats["Ziege"]
    with pytest.raises(NotFound):
        await ctx.view("yard.boats").detail(goat.id)
    with pytest.raises(NotFound):
        await ctx.detail(goat, place=PORTAL)
    with pytest.raises(NotFound):
        await ctx.view("yard.boats").detail(yard_of_boats.firms["North"].id)


async def test_one_record_in_detail(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    gull = yard_of_boats.boats["Möwe"]
    detail = await ctx.view("yard.boats", language="de").detail(gull.id)
    assert (detail.label, detail.title, detail.version) == ("Möwe", "Boat", 2)
    assert [each.kind for each in detail.sections] == ["facts", "facts", "ties", "timeline"]
    assert facts(detail) == {
        "name": "Möwe",
        "rig": "Ketch",
        "price": "1.250,00\xa0€",
        "papers": "a.pdf",
        "reserve": "5.000",
    }
    assert isinstance(detail.sections[0], Facts)
    papers = detail.sections[0].cells[-1]
    assert papers.file is not None
    assert (papers.file.record, papers.file.field) == (gull.id, "papers")
    work = section(detail, "jobs")
    assert (work.title, work.empty, work.total, work.relates) == ("Work", "Nothing to do.", 2, True)
    assert [[cell.text for cell in row.cells] for row in work.rows] == [
        ["Job 2", "02.05.2024", "2,50\xa0€"],
        ["Job 1", "01.05.2024", "10,00\xa0€"],
    ]
    assert work.rows[0].label == "Job 2"
    assert work.rows[0].link is not None
    assert work.rows[0].link.view == "yard.work"
    assert (detail.updates, detail.deletes, detail.history) == (True, True, True)
    assert isinstance(detail.sections[-1], Timeline)


async def test_ties_are_shown_page_by_page(yard_of_boats: Yard) -> None:
    view = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    gull = yard_of_boats.boats["Möwe"].id
    first = await view.ties(gull, "jobs", first=1)
    assert ([each.label for each in first.rows], first.total) == (["Job 2"], 2)
    assert first.next is not None
    last = await view.ties(gull, "jobs", after=first.next)
    assert ([each.label for each in last.rows], last.next) == (["Job 1"], None)
    with pytest.raises(BadCursor):
        await view.ties(gull, "jobs", after="rubbish")
    with pytest.raises(NotFound):
        await view.ties(gull, "lies_at")
    hidden = yard_of_boats.context(yard_of_boats.keeper).view("yard.boats")
    with pytest.raises(NotFound):
        await hidden.ties(gull, "jobs")


async def test_amounts_are_written_with_the_digits_of_their_currency_and_exact_in_files(
    yard_of_boats: Yard,
) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    gull = yard_of_boats.boats["Möwe"]
    job = await ctx.db.select(gull.jobs).first()
    assert job is not None
    of_job = Field("source.id").one_of([str(job.id)])
    (tie,) = await ctx.db.select(JobOn).where(of_job).all()
    await ctx.db.correct(tie, fine=Money(amount=Decimal("0.1250"), currency="EUR"))
    listing = await ctx.view("yard.gull").list("name-is=Möwe")
    cells = {each.column.key: each for each in listing.rows[0].cells}
    assert cells["jobs.fine.sum"].value == [Money(amount=Decimal("0.1250"), currency="EUR")]
    assert cells["jobs.fine.sum"].text == "€0.12"
    _, line = await lines(ctx, "yard.gull", "name-is=Möwe")
    assert line == ["Möwe", "0,1250", "EUR"]


async def test_actions_are_offered_as_policies_judge_the_record(yard_of_boats: Yard) -> None:
    keeper = yard_of_boats.context(yard_of_boats.keeper).view("yard.boats")
    clerk = yard_of_boats.context(yard_of_boats.clerk).view("yard.boats")
    gull, eagle = (yard_of_boats.boats[each].id for each in ("Möwe", "Adler"))

    async def offered(view: object, record: object) -> list[str]:
        detail = await view.detail(record)  # type: ignore[attr-defined]
        return [each.name for each in detail.actions]

    assert await offered(keeper, gull) == []
    assert await offered(keeper, eagle) == ["launch"]
    assert await offered(clerk, eagle) == ["repaint"]
    assert await offered(clerk, gull) == ["repaint", "haul_out"]
    detail = await keeper.detail(eagle)
    assert (detail.updates, detail.deletes, detail.history) == (True, False, False)
    (offer,) = detail.actions
    assert (offer.title, offer.input) == ("Launch", "boat")


async def test_a_record_that_no_view_shows_has_a_detail_all_the_same(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    (tie,) = await ctx.db.select(yard_of_boats.boats["Möwe"].lies_at).all()
    assert tie.name == "North Yard"
    detail = await ctx.detail(tie.id, place=CONSOLE)
    assert (detail.label, detail.link) == ("North Yard", None)
    boats = section(detail, "boats")
    assert boats.total == 2
    assert boats.rows[0].link is not None
    assert boats.rows[0].link.view == "yard.all_boats"
    # Ends of which there is nothing are left out where no view names them.
    assert {each.end for each in detail.sections if isinstance(each, TieList)} == {"boats"}


async def test_a_file_holds_all_rows_and_no_formula(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    evil = ['=HYPERLINK("http://x")', "+1", "-1", "@A", "\tx", "\rx", "\uff1d1"]
    for name in evil:
        await ctx.db.create(yard_of_boats.boats["Möwe"].model_construct(name=name))
    head, *rows = await lines(ctx, "yard.boats", "count=yes&size=1")
    assert head[:5] == ["Name", "Rig", "Length", "Price", "Price: Währung"]
    assert len(rows) == 10
    named = {each[0] for each in rows}
    assert {f"'{each}" for each in evil} < named
    gull = next(each for each in rows if each[0] == "Möwe")
    assert gull[1:6] == ["Ketch", "9,50", "1250,00", "EUR", "North Yard"]
    view = ctx.view("yard.boats")
    marked = b"".join([each async for each in view.csv("name=adl", separator=",")])
    assert marked.startswith("\ufeffName,Rig,".encode())
    assert len(marked.splitlines()) == 2


async def test_that_a_file_was_taken_is_noted(yard_of_boats: Yard) -> None:
    await lines(yard_of_boats.context(yard_of_boats.keeper), "yard.boats", "rig=ketch")
    log = yard_of_boats.database.tables.access_log
    connections = yard_of_boats.database.connections
    asked = prepare(select(log.c.details).where(log.c.kind == "exported"), connections.dialect)
    async with connections.reading() as connection:
        ((details,),) = await connection.rows(asked, {})
    told = details if isinstance(details, dict) else orjson.loads(str(details))
    assert told == {"view": "yard.boats", "query": "rig=ketch", "type": "Boat"}
