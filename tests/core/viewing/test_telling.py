"""What was done to a record, and what is new since one looked last."""

import pytest

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum_schemas.errors import BadCursor, BadValue, Forbidden, NotFound
from tests.core.viewing.conftest import Yard
from tests.core.viewing.yard import Boat


async def numbered(yard: Yard) -> None:
    """Give what is committed its place in the log, as a process does that serves."""
    await sequence(yard.database.connections)


async def test_a_history_is_told_in_words(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    gull = yard_of_boats.boats["Möwe"]
    await numbered(yard_of_boats)
    told = await ctx.history(gull, language="de")
    assert [each.operation for each in told.lines] == ["updated", "created"]
    changed = {each.field: (each.before, each.after) for each in told.lines[0].changes}
    assert changed["launched"] == ("", "30.06.2001")
    assert changed["flag"] == ("", "Deutschland")
    assert told.cursor is None
    page = await ctx.history(gull, first=1)
    assert page.cursor is not None
    (created,) = (await ctx.history(gull, after=page.cursor)).lines
    assert (created.operation, created.text) == ("created", "Created")
    with pytest.raises(BadCursor):
        await ctx.history(gull, after="rubbish")


async def test_who_may_not_read_histories_is_told_nothing(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    await numbered(yard_of_boats)
    assert (await ctx.history(yard_of_boats.boats["Möwe"])).lines == ()
    with pytest.raises(NotFound):
        await ctx.history(yard_of_boats.boats["Ziege"])


async def test_what_is_new_is_told_once_and_only_of_what_may_be_seen(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    await numbered(yard_of_boats)
    begun = await ctx.changes()
    assert (begun.lines, begun.more) == ((), False)
    db = yard_of_boats.database.as_(SYSTEM)
    for name in ("Möwe", "Ziege"):
        boat = await db.get(Boat, yard_of_boats.boats[name].id)
        await db.update(boat, rig="sloop", reserve=7)
    await numbered(yard_of_boats)
    told = await ctx.changes(begun.cursor, types=[Boat], language="de")
    (line,) = told.lines
    assert line.record is not None
    assert (line.record.label, line.operation, line.fields) == ("Möwe", "updated", ("Rig",))
    assert line.at is not None
    assert (await ctx.changes(told.cursor)).lines == ()
    with pytest.raises(BadCursor):
        await ctx.changes("rubbish")


async def test_as_many_lines_are_told_at_once_as_are_asked_for(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    await numbered(yard_of_boats)
    cursor = (await ctx.changes()).cursor
    db = yard_of_boats.database.as_(SYSTEM)
    gull = await db.get(Boat, yard_of_boats.boats["Möwe"].id)
    for change in ({"rig": "motor"}, {"harbour": "Kappeln"}, {"afloat": False}):
        gull = await db.update(gull, **change)
    await numbered(yard_of_boats)
    told: list[str] = []
    for number, more in ((1, True), (2, True), (1_000, False)):
        news = await ctx.changes(cursor, first=number)
        assert news.more is more
        told += [field for each in news.lines for field in each.fields]
        cursor = news.cursor
    assert told == ["Rig", "Harbour", "Afloat"]
    for number in (-1, 0, 1_001):
        with pytest.raises(BadValue) as refused:
            await ctx.changes(cursor, first=number)
        assert refused.value.path == ("first",)


async def test_why_somebody_sees_something_can_be_asked(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    told = await ctx.explain(yard_of_boats.boats["Möwe"])
    assert told.allowed
    assert [each.relationship for each in told.chain] == ["LiesAt", "WorksAt"]
    assert not (await ctx.explain(yard_of_boats.boats["Möwe"], "launch")).allowed
    assert (await ctx.explain(yard_of_boats.boats["Adler"], "launch")).allowed
    with pytest.raises(NotFound):
        await ctx.explain(yard_of_boats.boats["Ziege"])
    with pytest.raises(Forbidden):
        await ctx.explain(yard_of_boats.boats["Möwe"], who=yard_of_boats.firms["North"])


async def test_what_left_sight_is_told(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    await numbered(yard_of_boats)
    cursor = (await ctx.changes(types=["Boat"])).cursor
    db = yard_of_boats.database.as_(SYSTEM)
    await db.delete(yard_of_boats.boats["Adler"])
    await numbered(yard_of_boats)
    lines = (await ctx.changes(cursor, types=["Boat"])).lines
    assert [each.operation for each in lines] == ["deleted"] or [
        each.operation for each in lines
    ] == ["left_scope"]
